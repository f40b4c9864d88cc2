"""Whether a person talks to the writer of a concern, or of a wish to be contacted, by the day that both were told.

If its reader does not say so, they are reminded; a working day later the other contact learns that something waits, and
again a day later the programme's creator. Neither learns what, or whose it is: the writer is told at that moment
whom else they can turn to, and decides. A week after the talk the writer is asked how it is now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.calendar import CalendarError, closing, workday, working_days_after
from bot.domain.messages.care import (
    ConcernAfterMessage,
    ConcernDueMessage,
    ConcernOfferMessage,
    ConcernWaitsMessage,
    OfferWhy,
)
from bot.domain.messages.kind import OutboxMessage
from bot.services.caller import Caller, Rejected
from bot.services.care.contacts import receivers
from bot.services.care.due_rows import handle_due
from bot.services.working_hours import days_off, hours_of
from storage.outbox import outgoing
from storage.queries import participation, person_by_slack
from storage.tables import Concern, FollowUp, ParticipantState, Person, Programme
from storage.unit_of_work import Store, UnitOfWork

ASK_AFTER = timedelta(days=7)
"""How long after the talk the writer is asked how it is now."""
BETTER, UNSOLVED = "better", "unsolved"
ANSWERS = (BETTER, UNSOLVED)
BATCH = 100


@dataclass(frozen=True)
class Followed:
    """A concern with its people. `reader` is None if their data were erased; `others` can receive it as well."""

    concern: Concern
    programme: Programme
    writer: Person
    reader: Person | None
    others: tuple[Person, ...] = ()


async def note_talk(store: Store, caller: Caller, concern_id: int) -> Followed:
    """Its reader says that they have talked to the writer. Raises `Rejected`: outdated (it is not theirs any more)."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        reader = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        concern = await work.session.get(Concern, concern_id, with_for_update=True)
        if reader is None or concern is None or concern.contact_id != reader.id:
            raise Rejected("outdated")
        if concern.talked_at is None:
            concern.talked_at, concern.offered_at = caller.now, None
            if concern.stage != FollowUp.ASKED:
                concern.follow_at = caller.now + ASK_AFTER
        followed = await _followed(work, concern)
        await work.commit()
    return followed


async def ask_no_more(store: Store, caller: Caller, concern_id: int) -> Followed:
    """The writer does not want to be asked how it is. Raises `Rejected`: outdated."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        concern = await _own(work, caller, concern_id)
        concern.ask_later = False
        followed = await _followed(work, concern)
        await work.commit()
    return followed


async def answer(store: Store, caller: Caller, concern_id: int, said: str) -> Followed:
    """The writer says how it is now, one of `ANSWERS`; if it is not solved, they may turn to another person.

    Raises `Rejected`: outdated.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        concern = await _own(work, caller, concern_id)
        if concern.stage != FollowUp.ASKED:
            raise Rejected("outdated")
        concern.answer = said
        concern.offered_at = caller.now if said == UNSOLVED else None
        followed = await _followed(work, concern)
        await work.commit()
    return followed


async def offer_another(work: UnitOfWork, programme: Programme, reader: Person, why: OfferWhy) -> None:
    """`reader` is a contact no longer: the writers to whom they have not talked decide whether another person does."""
    for concern in await _waiting_for(work, programme, reader):
        await _offer(work, programme, concern, why)


async def count_waiting(work: UnitOfWork, programme: Programme, reader: Person) -> int:
    """How many writers wait for `reader` to talk to them."""
    return len({concern.person_id for concern in await _waiting_for(work, programme, reader)})


async def _waiting_for(work: UnitOfWork, programme: Programme, reader: Person) -> Sequence[Concern]:
    theirs = select(Concern).where(
        Concern.programme_id == programme.id,
        Concern.contact_id == reader.id,
        col(Concern.call_by).is_not(None),
        col(Concern.talked_at).is_(None),
    )
    return (await work.session.exec(theirs)).all()


async def others_for(work: UnitOfWork, concern: Concern) -> list[Person]:
    """Who else can receive a concern, in order."""
    programme = await work.session.get_one(Programme, concern.programme_id)
    writer = await work.session.get(Person, concern.person_id)
    able = await receivers(work.session, programme, writer, work.now)
    return [one.person for one in able if one.person.id != concern.contact_id]


async def tick_follow_ups(store: Store, now: datetime) -> int:
    """Take the next step for each concern that is due; how many there were."""
    due = select(Concern).where(col(Concern.follow_at) <= now).order_by(col(Concern.follow_at)).limit(BATCH)
    return await handle_due(store, now, due, _follow)


async def _follow(work: UnitOfWork, concern: Concern) -> None:
    programme = await work.session.get_one(Programme, concern.programme_id)
    writer = await work.session.get(Person, concern.person_id)
    reader = await work.session.get(Person, concern.contact_id) if concern.contact_id else None
    concern.follow_at = None
    if writer is None or not writer.active or reader is None:
        return
    if concern.talked_at or concern.stage == FollowUp.TOLD:
        await _ask(work, programme, concern)
    elif concern.next_at is not None:  # its delivery is not settled: its recipient has the time from then on
        concern.follow_at = concern.next_at + timedelta(hours=1)
    elif concern.stage == FollowUp.WAITING:
        concern.stage = FollowUp.REMINDED
        concern.follow_at = _next_evening(programme, reader, work.now)
        await _send(work, programme, ConcernDueMessage(concern.id, reader.id, slot=_slot(work)), reader)
    else:
        await _tell_others(work, programme, concern, reader)


async def _tell_others(work: UnitOfWork, programme: Programme, concern: Concern, reader: Person) -> None:
    """The other contact, and a working day later the programme's creator; then the writer."""
    others = await others_for(work, concern)
    second = [one for one in others if one.id in (programme.contact_id, programme.second_contact_id)]
    if concern.stage == FollowUp.REMINDED and second:
        concern.stage = FollowUp.SECOND
        concern.follow_at = _next_evening(programme, second[0], work.now)
        await _send(work, programme, ConcernWaitsMessage(concern.id, reader.id, slot=_slot(work)), second[0])
        return
    concern.stage, concern.follow_at = FollowUp.TOLD, work.now + ASK_AFTER
    for person in others:
        if person.id == programme.created_by and person not in second:
            await _send(work, programme, ConcernWaitsMessage(concern.id, reader.id, slot=_slot(work)), person)
    await _offer(work, programme, concern, OfferWhy.OVERDUE)


async def _ask(work: UnitOfWork, programme: Programme, concern: Concern) -> None:
    part = await participation(work.session, concern.person_id, programme.id)
    if concern.ask_later and part is not None and part.state != ParticipantState.LEFT:
        concern.stage = FollowUp.ASKED
        after = ConcernAfterMessage(concern.id, concern.contact_id or 0, slot=_slot(work))
        await work.send(outgoing(after, programme.team_id, programme.id, person_id=concern.person_id))


async def _offer(work: UnitOfWork, programme: Programme, concern: Concern, why: OfferWhy) -> None:
    concern.offered_at = work.now
    offer = ConcernOfferMessage(concern.id, concern.contact_id or 0, why, slot=_slot(work))
    await work.send(outgoing(offer, programme.team_id, programme.id, person_id=concern.person_id))


async def _followed(work: UnitOfWork, concern: Concern) -> Followed:
    programme = await work.session.get_one(Programme, concern.programme_id)
    writer = await work.session.get_one(Person, concern.person_id)
    reader = await work.session.get(Person, concern.contact_id) if concern.contact_id else None
    if reader is not None and reader.erased_at is not None:
        reader = None
    return Followed(concern, programme, writer, reader, tuple(await others_for(work, concern)))


async def _own(work: UnitOfWork, caller: Caller, concern_id: int) -> Concern:
    writer = await person_by_slack(work.session, caller.team_id, caller.slack_id)
    concern = await work.session.get(Concern, concern_id, with_for_update=True)
    if writer is None or concern is None or concern.person_id != writer.id:
        raise Rejected("outdated")
    return concern


async def _send(work: UnitOfWork, programme: Programme, message: OutboxMessage, to: Person) -> None:
    await work.send(outgoing(message, programme.team_id, programme.id, person_id=to.id))


def _next_evening(programme: Programme, reader: Person, now: datetime) -> datetime:
    """The end of the next working day of `reader`."""
    hours, off = hours_of(reader), days_off(programme)
    today = workday(now, hours, off)
    try:
        day = working_days_after(today, 1, hours.own(off))
    except CalendarError:
        day = today + timedelta(days=1)
    return closing(day, hours)


def _slot(work: UnitOfWork) -> str:
    return work.now.isoformat()
