"""Concerns, and the wish to be contacted: only for one person at a time, never for a channel, never lost in silence.

Delivery that fails is passed on to the next person who can receive it (`pass_on`), in the transaction that records the
failure; `tick_concerns` does the same for whatever was missed. If nobody is left, the writer is told and chooses.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.care import (
    ConcernContactMessage,
    ConcernPassedOnMessage,
    ConcernReceiptMessage,
    ConcernUndeliveredMessage,
    ContactMeMessage,
)
from bot.domain.sessions import Side
from bot.services.caller import Caller, Rejected
from bot.services.care.contacts import Receiver, causes_of, given_up_at, receivers
from bot.services.care.due_rows import handle_due
from bot.services.pair_context import PairContext
from storage.outbox import UNDER_WAY, Outgoing, outgoing
from storage.queries import person_by_slack
from storage.tables import Concern, Outbox, OutboxState, Participant, Person, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

LONGEST = 2000
"""Maximum length of a concern, in characters."""
CHECK_AFTER = timedelta(hours=1)
"""When a job checks whether a concern arrived."""
BATCH = 100


@dataclass(frozen=True)
class Prospect:
    """The programme of a concern, and who can receive it, as far as the database knows."""

    programme: Programme
    receivers: tuple[Receiver, ...]


async def prospect(store: Store, caller: Caller) -> Prospect:
    """Who can receive a concern of the caller. Raises `Rejected`: not_participant."""
    async with store.read(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        programme = await programme_of(work.session, person)
        return Prospect(programme, tuple(await receivers(work.session, programme, person)))


async def raise_concern(
    store: Store, caller: Caller, text: str, route: Sequence[int] | None = None, *, chosen: bool = False
) -> Person:
    """Store the concern and enqueue it, with a receipt for its writer; its reader.

    `route`: ids of the people whom the form named, in order; without it, the contacts. `chosen`: the writer chose the
    only one of them. Current and former participants may write one.
    Raises `Rejected`: not_participant, contact_changed (none of them can receive it), contact_is_cause.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        writer = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        programme = await programme_of(work.session, writer)
        if chosen and route:
            people = [await _chosen(work.session, programme, writer, route[0])]
        else:
            able = await receivers(work.session, programme, writer)
            people = [one.person for one in able if (not one.by_hr if route is None else one.person.id in route)]
        if not people:
            raise Rejected("contact_changed")
        concern = Concern(
            team_id=caller.team_id,
            programme_id=programme.id,
            person_id=writer.id if writer else 0,
            text=text[:LONGEST],
            at=caller.now,
            contact_id=people[0].id,
            route=[one.id for one in people],
            next_at=caller.now + CHECK_AFTER,
        )
        work.session.add(concern)
        await work.session.flush()
        await _send(work, programme, concern, people[0], chosen=chosen, last=len(people) == 1)
        receipt = ConcernReceiptMessage(concern.id, people[0].id)
        await work.send(
            outgoing(receipt, programme.team_id, programme.id, person_id=concern.person_id, keeps_hours=False)
        )
        await work.commit()
    return people[0]


async def choose_reader(store: Store, caller: Caller, concern_id: int, person_id: int) -> Person:
    """The writer of a concern that nobody received chooses who does.

    Raises `Rejected`: outdated (it is on its way, was received, or is not theirs), contact_is_cause.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        writer = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        concern = await work.session.get(Concern, concern_id, with_for_update=True)
        if writer is None or concern is None or concern.person_id != writer.id or concern.contact_id is not None:
            raise Rejected("outdated")
        programme = await work.session.get_one(Programme, concern.programme_id)
        reader = await _chosen(work.session, programme, writer, person_id)
        concern.contact_id, concern.route, concern.next_at = reader.id, [reader.id], caller.now + CHECK_AFTER
        await _send(work, programme, concern, reader, chosen=True, last=True, slot=f"chosen{caller.now.isoformat()}")
        await work.commit()
    return reader


async def choose_who_calls(store: Store, caller: Caller, programme_id: int, person_id: int) -> Person:
    """Whoever asked to be contacted chooses by whom. Raises `Rejected`: not_participant, contact_is_cause."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        asking = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        programme = await work.session.get(Programme, programme_id)
        if asking is None or programme is None or not await _took_part(work.session, asking, programme):
            raise Rejected("not_participant")
        reader = await _chosen(work.session, programme, asking, person_id)
        wish = ContactMeMessage(asking.id, chosen=True, subject=f"chosen{caller.now.isoformat()}")
        await work.send(_wish(programme, wish, reader, caller.now, last=True))
        await work.commit()
    return reader


async def tell_contact(work: UnitOfWork, couple: PairContext, side: Side, subject: str) -> None:
    """Notify a contact, once for each `subject`, that a person of a pair wants to talk; if there is none, the person
    is told and chooses."""
    person, programme = couple.person(side), couple.programme
    able = await receivers(work.session, programme, person)
    if not able:
        nobody = ConcernUndeliveredMessage(asked=True, subject=f"asked-{subject}-{person.id}")
        await work.send(outgoing(nobody, programme.team_id, programme.id, person_id=person.id))
        return
    wish = ContactMeMessage(person.id, subject=subject)
    await work.send(_wish(programme, wish, able[0].person, work.now, last=len(able) == 1))


async def contact_or_none(work: UnitOfWork, couple: PairContext, side: Side) -> Person | None:
    """The person who would contact that side; None if there is no suitable one."""
    able = await receivers(work.session, couple.programme, couple.person(side))
    return able[0].person if able else None


async def pass_on(work: UnitOfWork, programme: Programme, row: Outbox) -> None:
    """`row`, a concern or a wish to be contacted, did not reach its reader, or may not have: the next one gets it.

    Idempotent: what was passed on already, or was received by another, stays as it is.
    """
    if row.kind == ConcernContactMessage.kind.name:
        concern = await work.session.get(Concern, ConcernContactMessage.read(row.data).concern)
        if concern is not None:
            await _pass_on_concern(work, programme, concern, row)
    else:
        await _pass_on_wish(work, programme, row)


async def may_read(session: AsyncSession, programme: Programme, writer: Person, reader: Person) -> Receiver | None:
    """How `reader` receives a concern of `writer` at this moment; None if it is not for them (any more)."""
    able = await receivers(session, programme, writer)
    return next((one for one in able if one.person.id == reader.id), None)


async def tick_concerns(store: Store, now: datetime) -> int:
    """Check that each concern arrived, and pass on those that did not; how many were checked."""
    due = select(Concern).where(col(Concern.next_at) <= now).order_by(col(Concern.next_at)).limit(BATCH)
    return await handle_due(store, now, due, _check)


async def _check(work: UnitOfWork, concern: Concern) -> None:
    rows = await _rows(work.session, concern)
    newest = rows[-1] if rows else None
    if newest is None or newest.state == OutboxState.SENT:
        concern.next_at = None
        return
    concern.next_at = work.now + CHECK_AFTER
    if newest.state not in UNDER_WAY:
        programme = await work.session.get_one(Programme, concern.programme_id)
        await _pass_on_concern(work, programme, concern, newest)


async def _pass_on_concern(work: UnitOfWork, programme: Programme, concern: Concern, row: Outbox) -> None:
    if concern.contact_id is not None and concern.contact_id != row.person_id:
        return
    writer = await work.session.get(Person, concern.person_id)
    if writer is None or writer.erased_at is not None:
        return
    tried = {one.person_id for one in await _rows(work.session, concern)}
    able = [
        one.person
        for one in await receivers(work.session, programme, writer)
        if one.person.id not in tried and (not concern.route or one.person.id in concern.route)
    ]
    able.sort(key=lambda one: concern.route.index(one.id) if concern.route else 0)
    concern.contact_id = able[0].id if able else None
    concern.next_at = work.now + CHECK_AFTER if able else None
    subject = f"{concern.id}-{row.id}"
    if able:
        await _send(work, programme, concern, able[0], last=len(able) == 1, slot=f"after{row.id}")
        notice = ConcernPassedOnMessage(row.person_id or 0, able[0].id, subject=subject)
        await work.send(outgoing(notice, programme.team_id, programme.id, person_id=writer.id))
    else:
        undelivered = ConcernUndeliveredMessage(concern.id, row.person_id, subject=subject)
        await work.send(outgoing(undelivered, programme.team_id, programme.id, person_id=writer.id))


async def _pass_on_wish(work: UnitOfWork, programme: Programme, row: Outbox) -> None:
    wish = ContactMeMessage.read(row.data)
    asking = await work.session.get(Person, wish.person)
    if asking is None or asking.erased_at is not None:
        return
    tried = (*wish.tried, *([row.person_id] if row.person_id else []))
    able = [] if wish.chosen else await _able_but(work.session, programme, asking, tried)
    if able:
        again = ContactMeMessage(asking.id, tried, subject=f"after{row.id}")
        if await work.send(_wish(programme, again, able[0], work.now, last=len(able) == 1)):
            notice = ConcernPassedOnMessage(row.person_id or 0, able[0].id, asked=True, subject=f"asked{row.id}")
            await work.send(outgoing(notice, programme.team_id, programme.id, person_id=asking.id))
    else:
        undelivered = ConcernUndeliveredMessage(contact=row.person_id, asked=True, subject=f"asked{row.id}")
        await work.send(outgoing(undelivered, programme.team_id, programme.id, person_id=asking.id))


async def _able_but(
    session: AsyncSession, programme: Programme, writer: Person, tried: Collection[int]
) -> list[Person]:
    return [one.person for one in await receivers(session, programme, writer) if one.person.id not in tried]


async def _send(
    work: UnitOfWork,
    programme: Programme,
    concern: Concern,
    reader: Person,
    *,
    last: bool,
    chosen: bool = False,
    slot: str = "",
) -> None:
    message = ConcernContactMessage(concern.id, reader.id, chosen=chosen, slot=slot)
    expires_at = given_up_at(work.now, last=last)
    await work.send(outgoing(message, programme.team_id, programme.id, person_id=reader.id, expires_at=expires_at))


def _wish(programme: Programme, wish: ContactMeMessage, reader: Person, now: datetime, *, last: bool) -> Outgoing:
    expires_at = given_up_at(now, last=last)
    return outgoing(wish, programme.team_id, programme.id, person_id=reader.id, expires_at=expires_at)


async def _chosen(session: AsyncSession, programme: Programme, writer: Person | None, person_id: int) -> Person:
    """Whom the writer chose. The listener has checked that they are a colleague."""
    reader = await session.get(Person, person_id)
    if reader is None or reader.team_id != programme.team_id:
        raise Rejected("outdated")
    if reader.id in await causes_of(session, programme, writer):
        raise Rejected("contact_is_cause")
    return reader


async def _rows(session: AsyncSession, concern: Concern) -> list[Outbox]:
    """The messages with a concern to its readers, oldest first. The key stays when the payload is erased."""
    key = ConcernContactMessage(concern.id, 0).key(concern.programme_id)
    statement = select(Outbox).where(
        Outbox.team_id == concern.team_id,
        Outbox.kind == ConcernContactMessage.kind.name,
        col(Outbox.key).startswith(key, autoescape=True),
    )
    return list((await session.exec(statement.order_by(col(Outbox.id)))).all())


async def _took_part(session: AsyncSession, person: Person, programme: Programme) -> bool:
    statement = select(Participant.id).where(
        Participant.person_id == person.id, Participant.programme_id == programme.id
    )
    return (await session.exec(statement)).first() is not None


async def programme_of(session: AsyncSession, person: Person | None) -> Programme:
    """The programme in which a person takes part, or took part last: they may leave because of the concern."""
    statement = (
        select(Programme)
        .join(Participant, col(Participant.programme_id) == col(Programme.id))
        .where(Participant.person_id == (person.id if person else None))
        .order_by((col(Programme.state) == ProgrammeState.CLOSED), col(Participant.id).desc())
    )
    programme = (await session.exec(statement)).first()
    if programme is None:
        raise Rejected("not_participant")
    return programme
