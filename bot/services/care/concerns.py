"""Concerns, and the wish to be contacted: only for one person at a time, never for a channel, never lost in silence.

Delivery that fails is passed on to the next person who can receive it (`pass_on`), in the transaction that records the
failure; `tick_concerns` does the same for whatever was missed. If nobody is left, the writer is told and chooses.
A wish to be contacted is stored as a concern without a text. Whether its reader has talked to the writer by the day
that both were told is checked by `bot.services.care.follow_up`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.messages.care import (
    ConcernContactMessage,
    ConcernPassedOnMessage,
    ConcernReceiptMessage,
    ConcernUndeliveredMessage,
    ContactMeMessage,
)
from bot.domain.sessions import Side
from bot.services.caller import Caller, Rejected
from bot.services.care.contacts import Receiver, call_by, causes_of, given_up_at, plan_call, receivers
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

    def call_by(self, reader: Person, now: datetime) -> date:
        """By when `reader` would talk to the writer."""
        return call_by(self.programme, reader, now)


@dataclass(frozen=True)
class Raised:
    """A concern or a wish to be contacted; None for one of a version that did not store wishes."""

    concern: Concern | None
    reader: Person | None

    @property
    def call_by(self) -> date | None:
        return self.concern.call_by if self.concern else None


async def prospect(store: Store, caller: Caller, programme_id: int | None = None) -> Prospect:
    """Who can receive a concern of the caller about `programme_id`, as `programme_of`.

    Raises `Rejected`: not_participant.
    """
    async with store.read(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        programme = await programme_of(work.session, person, programme_id)
        return Prospect(programme, tuple(await receivers(work.session, programme, person, work.now)))


async def raise_concern(
    store: Store,
    caller: Caller,
    text: str,
    route: Sequence[int] | None = None,
    *,
    chosen: bool = False,
    programme_id: int | None = None,
) -> Raised:
    """Store the concern and enqueue it, with a receipt for its writer.

    `route`: ids of the people whom the form named, in order; without it, the contacts. `chosen`: the writer chose the
    only one of them. Current and former participants may write one.
    Raises `Rejected`: not_participant, contact_changed (none of them can receive it), contact_is_cause.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        writer = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        programme = await programme_of(work.session, writer, programme_id)
        if chosen and route:
            people = [await _chosen(work.session, programme, writer, route[0])]
        else:
            able = await receivers(work.session, programme, writer, work.now)
            people = [one.person for one in able if (not one.by_hr if route is None else one.person.id in route)]
        if not people:
            raise Rejected("contact_changed")
        concern = await _store(work, programme, writer.id if writer else 0, people, text=text[:LONGEST])
        await _send(work, programme, concern, people[0], chosen=chosen, last=len(people) == 1)
        receipt = ConcernReceiptMessage(concern.id, people[0].id)
        await work.send(
            outgoing(receipt, programme.team_id, programme.id, person_id=concern.person_id, keeps_hours=False)
        )
        await work.commit()
    return Raised(concern, people[0])


async def choose_reader(store: Store, caller: Caller, concern_id: int, person_id: int) -> Raised:
    """The writer of a concern that nobody received, or about which nobody talked to them, chooses who receives it.

    Raises `Rejected`: outdated (it is on its way, a person sees to it, or it is not theirs), contact_is_cause.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        writer = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        concern = await work.session.get(Concern, concern_id, with_for_update=True)
        if writer is None or concern is None or concern.person_id != writer.id:
            raise Rejected("outdated")
        if concern.contact_id is not None and (concern.offered_at is None or concern.contact_id == person_id):
            raise Rejected("outdated")
        programme = await work.session.get_one(Programme, concern.programme_id)
        reader = await _chosen(work.session, programme, writer, person_id)
        plan_call(concern, programme, reader, caller.now)
        concern.route, concern.next_at = [reader.id], caller.now + CHECK_AFTER
        await _send(work, programme, concern, reader, chosen=True, last=True, slot=f"chosen{caller.now.isoformat()}")
        await work.commit()
    return Raised(concern, reader)


async def choose_who_calls(store: Store, caller: Caller, programme_id: int, person_id: int) -> Raised:
    """A person who asked to be contacted, before wishes were stored, chooses by whom.

    Raises `Rejected`: not_participant, contact_is_cause.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        asking = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        programme = await work.session.get(Programme, programme_id)
        if asking is None or programme is None or not await _took_part(work.session, asking, programme):
            raise Rejected("not_participant")
        reader = await _chosen(work.session, programme, asking, person_id)
        concern = await _store(work, programme, asking.id, [reader], subject=f"chosen{caller.now.isoformat()}")
        await _send(work, programme, concern, reader, chosen=True, last=True)
        await work.commit()
    return Raised(concern, reader)


async def tell_contact(work: UnitOfWork, couple: PairContext, side: Side, subject: str) -> Raised:
    """Notify a contact that a person of a pair wants to talk; if there is none, the person is told and chooses.

    Once for each `subject` as long as a contact is still to call about it. Who asks again after a talk, or after the
    promised day, is promised a new day: the contact is notified again.
    """
    person, programme = couple.person(side), couple.programme
    known = await wish_of(work.session, programme, person, subject)
    if known and not _is_pending(known, programme, work.now):
        known, subject = None, f"{subject}-{work.now.isoformat()}"
    if known:
        reader = await work.session.get(Person, known.contact_id) if known.contact_id else None
        return Raised(known, reader)
    able = [one.person for one in await receivers(work.session, programme, person, work.now)]
    if await _was_said(work.session, ContactMeMessage(person.id, subject=subject), programme):
        return Raised(None, able[0] if able else None)
    concern = await _store(work, programme, person.id, able, subject=subject)
    if not able:
        nobody = ConcernUndeliveredMessage(concern.id, asked=True, subject=f"asked-{subject}-{person.id}")
        await work.send(outgoing(nobody, programme.team_id, programme.id, person_id=person.id))
        return Raised(concern, None)
    concern.route = []  # no form named a reader: a contact of that time may be the next
    await _send(work, programme, concern, able[0], last=len(able) == 1)
    return Raised(concern, able[0])


async def wish_of(session: AsyncSession, programme: Programme, person: Person, subject: str) -> Concern | None:
    """The last wish to be contacted that a person said about `subject`."""
    about = (col(Concern.subject) == subject) | col(Concern.subject).startswith(f"{subject}-", autoescape=True)
    mine = select(Concern).where(Concern.programme_id == programme.id, Concern.person_id == person.id, about)
    return (await session.exec(mine.order_by(col(Concern.id).desc()))).first()


def _is_pending(wish: Concern, programme: Programme, now: datetime) -> bool:
    """Whether a contact is still to call, by a day that is not over."""
    today = local(now, programme.zone).date()
    return wish.talked_at is None and (wish.call_by is None or wish.call_by >= today)


async def contact_or_none(work: UnitOfWork, couple: PairContext, side: Side) -> Person | None:
    """The person who would contact that side; None if there is no suitable one."""
    able = await receivers(work.session, couple.programme, couple.person(side), work.now)
    return able[0].person if able else None


async def pass_on(work: UnitOfWork, programme: Programme, row: Outbox) -> None:
    """`row`, a concern or a wish to be contacted, did not reach its reader, or may not have: the next one gets it.

    Idempotent: what was passed on already, or was received by another, stays as it is.
    """
    if row.kind == ConcernContactMessage.kind.name:
        concern_id: int | None = ConcernContactMessage.read(row.data).concern
    else:
        concern_id = ContactMeMessage.read(row.data).concern
    if concern_id is None:
        await _pass_on_wish(work, programme, row)
    elif concern := await work.session.get(Concern, concern_id):
        await _pass_on_concern(work, programme, concern, row)


async def may_read(work: UnitOfWork, programme: Programme, writer: Person, reader: Person) -> Receiver | None:
    """How `reader` receives a concern of `writer` at this moment; None if it is not for them (any more)."""
    able = await receivers(work.session, programme, writer, work.now)
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
        for one in await receivers(work.session, programme, writer, work.now)
        if one.person.id not in tried and (not concern.route or one.person.id in concern.route)
    ]
    able.sort(key=lambda one: concern.route.index(one.id) if concern.route else 0)
    asked = not concern.text
    concern.next_at = work.now + CHECK_AFTER if able else None
    subject = f"{concern.id}-{row.id}"
    if able:
        plan_call(concern, programme, able[0], work.now)
        await _send(work, programme, concern, able[0], last=len(able) == 1, slot=f"after{row.id}")
        notice = ConcernPassedOnMessage(row.person_id or 0, able[0].id, asked, concern.id, subject=subject)
        await work.send(outgoing(notice, programme.team_id, programme.id, person_id=writer.id))
    else:
        concern.contact_id = concern.call_by = concern.follow_at = None
        undelivered = ConcernUndeliveredMessage(concern.id, row.person_id, asked, subject=subject)
        await work.send(outgoing(undelivered, programme.team_id, programme.id, person_id=writer.id))


async def _pass_on_wish(work: UnitOfWork, programme: Programme, row: Outbox) -> None:
    """A wish that an older version sent, and did not store."""
    wish = ContactMeMessage.read(row.data)
    asking = await work.session.get(Person, wish.person)
    if asking is None or asking.erased_at is not None:
        return
    tried = (*wish.tried, *([row.person_id] if row.person_id else []))
    able = [] if wish.chosen else await _able_but(work, programme, asking, tried)
    if able:
        again = ContactMeMessage(asking.id, tried, subject=f"after{row.id}")
        if await work.send(_wish(programme, again, able[0], work.now, last=len(able) == 1)):
            notice = ConcernPassedOnMessage(row.person_id or 0, able[0].id, asked=True, subject=f"asked{row.id}")
            await work.send(outgoing(notice, programme.team_id, programme.id, person_id=asking.id))
    else:
        undelivered = ConcernUndeliveredMessage(contact=row.person_id, asked=True, subject=f"asked{row.id}")
        await work.send(outgoing(undelivered, programme.team_id, programme.id, person_id=asking.id))


async def _able_but(work: UnitOfWork, programme: Programme, writer: Person, tried: Collection[int]) -> list[Person]:
    return [
        one.person for one in await receivers(work.session, programme, writer, work.now) if one.person.id not in tried
    ]


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
    message: ConcernContactMessage | ContactMeMessage
    if concern.text:
        message = ConcernContactMessage(concern.id, reader.id, chosen=chosen, slot=slot)
    else:
        subject = f"{_wish_subject(concern)}{'-' if slot else ''}{slot}"
        message = ContactMeMessage(concern.person_id, chosen=chosen, concern=concern.id, subject=subject)
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


def _wish_subject(concern: Concern) -> str:
    """What the keys of its messages begin with. Those of older versions, which stored no wish, begin otherwise."""
    return f"wish{concern.id}"


async def _rows(session: AsyncSession, concern: Concern) -> list[Outbox]:
    """The messages with a concern to its readers, oldest first. The key stays when the payload is erased."""
    if concern.text:
        kind, keys = ConcernContactMessage.kind, [ConcernContactMessage(concern.id, 0).key(concern.programme_id)]
    else:
        kind, begins = ContactMeMessage.kind, _wish_subject(concern)
        keys = [f"{concern.programme_id}:{kind.name}:{begins}{end}" for end in (":", "-")]
    statement = select(Outbox).where(
        Outbox.team_id == concern.team_id,
        Outbox.kind == kind.name,
        or_(*(col(Outbox.key).startswith(key, autoescape=True) for key in keys)),
    )
    return list((await session.exec(statement.order_by(col(Outbox.id)))).all())


async def _store(
    work: UnitOfWork, programme: Programme, writer: int, people: Sequence[Person], *, text: str = "", subject: str = ""
) -> Concern:
    """A new concern for the first of `people`, or for nobody yet."""
    concern = Concern(
        team_id=programme.team_id,
        programme_id=programme.id,
        person_id=writer,
        text=text,
        at=work.now,
        route=[one.id for one in people],
        subject=subject or None,
    )
    if people:
        plan_call(concern, programme, people[0], work.now)
        concern.next_at = work.now + CHECK_AFTER
    work.session.add(concern)
    await work.session.flush()
    return concern


async def _was_said(session: AsyncSession, wish: ContactMeMessage, programme: Programme) -> bool:
    """Whether an older version sent this wish."""
    key = wish.key(programme.id)
    sent = select(Outbox.id).where(Outbox.team_id == programme.team_id, Outbox.key == key)
    return (await session.exec(sent)).first() is not None


async def _took_part(session: AsyncSession, person: Person, programme: Programme) -> bool:
    statement = select(Participant.id).where(
        Participant.person_id == person.id, Participant.programme_id == programme.id
    )
    return (await session.exec(statement)).first() is not None


async def programme_of(session: AsyncSession, person: Person | None, programme_id: int | None = None) -> Programme:
    """The programme in which a person takes part, or took part last: they may leave because of the concern.

    With `programme_id` that one, if they take or took part in it. Raises `Rejected`: not_participant.
    """
    statement = (
        select(Programme)
        .join(Participant, col(Participant.programme_id) == col(Programme.id))
        .where(Participant.person_id == (person.id if person else None))
        .order_by((col(Programme.state) == ProgrammeState.CLOSED), col(Participant.id).desc())
    )
    if programme_id is not None:
        statement = statement.where(Programme.id == programme_id)
    programme = (await session.exec(statement)).first()
    if programme is None:
        raise Rejected("not_participant")
    return programme
