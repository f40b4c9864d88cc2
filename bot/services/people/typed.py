"""The reply to a message that a person typed to the bot. What they typed is neither stored nor logged."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.people import REPLY_EVERY, DmReplyMessage
from bot.services.caller import Caller, Rejected
from bot.services.care.concerns import programme_of
from bot.services.care.contacts import Receiver, receivers
from bot.services.signup.open_to import programmes_open_to
from storage.outbox import outgoing
from storage.queries import person_by_slack, programme_to_join
from storage.tables import (
    ContactState,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeContact,
    ProgrammeState,
)
from storage.unit_of_work import Store

GIVEN_UP = (OutboxState.DEAD, OutboxState.EXPIRED, OutboxState.DROPPED)
SAME_BREATH = timedelta(seconds=10)
"""What is typed so soon after a reply belongs to what it answered: people write a thought in several messages."""
URGENT_LASTS = timedelta(days=1)
"""How long a reply to a person who may need help is useful, if Slack does not take it."""


@dataclass(frozen=True)
class Offers:
    """What the writer can do. A newcomer, a guest and a former participant can do less than a participant."""

    enrolled: bool
    """They take part in a programme that is not over."""
    can_raise: bool
    """They can raise a concern: they take part, or did."""
    contact: Person | None
    """Who reads a concern of theirs; of a newcomer the contact of the open programme. None: they would choose."""
    asks_which: bool
    """A concern of theirs can belong to several programmes: they say which, and then see who reads it."""
    partner: bool
    """They have a group chat with a partner."""
    to_join: tuple[Programme, ...]
    """The programmes that they could join."""
    guest: bool
    """A programme is open, but not to guest accounts."""
    paused: bool
    """They pause."""
    programme: Programme | None
    """The open programme."""
    receivers: tuple[Receiver, ...] = ()
    """Who could read it, as far as the database knows; the first is `contact`."""
    concerns: Programme | None = None
    """The programme to which a concern of theirs belongs."""
    contact_for: tuple[Programme, ...] = ()
    """The programmes whose concerns they receive."""
    hr: bool = False
    """They are HR of a programme, which only Slack knows."""


async def reply(store: Store, caller: Caller, typed_at: datetime | None = None, *, urgent: bool = False) -> bool:
    """Reply to a person who wrote to the bot; False if another reply answers what they typed at `typed_at`.

    There is one reply a minute at most: the next one waits, and answers all that was typed until then. An `urgent` one
    comes at once, for each message.
    People of other companies and apps get none.
    """
    typed_at = typed_at or caller.now
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        if person is None or person.is_bot or person.is_stranger:
            return False
        due_at, slot = caller.now, caller.now
        if urgent:
            slot = typed_at  # Slack gives no two messages of a DM the same time
        elif last := await _last_reply(work.session, person.id, caller.now):
            if typed_at <= last + SAME_BREATH:
                return False
            due_at = max(due_at, last + REPLY_EVERY)
        message = outgoing(
            DmReplyMessage(slot.isoformat(), urgent=urgent),
            caller.team_id,
            person_id=person.id,
            due_at=due_at,
            expires_at=due_at + URGENT_LASTS if urgent else None,
        )
        sent = await work.send(message)
        await work.commit()
    return sent


async def _last_reply(session: AsyncSession, person_id: int, now: datetime) -> datetime | None:
    """For when the newest reply to them was planned. A plan that lies too far ahead is of a clock that was wrong."""
    theirs = (col(Outbox.person_id) == person_id, col(Outbox.kind) == DmReplyMessage.kind.name)
    useful = (col(Outbox.state).not_in(GIVEN_UP), col(Outbox.planned_at) <= now + REPLY_EVERY)
    return (await session.exec(select(func.max(col(Outbox.planned_at))).where(*theirs, *useful))).one()


async def offers_for(session: AsyncSession, person: Person, now: datetime) -> Offers:
    """What to offer to the writer of a message, as of now."""
    mine = (
        select(Participant, Programme)
        .join(Programme, col(Programme.id) == col(Participant.programme_id))
        .where(Participant.person_id == person.id)
    )
    all_mine = (await session.exec(mine)).all()
    current = [
        part.id
        for part, programme in all_mine
        if part.state != ParticipantState.LEFT and programme.state != ProgrammeState.CLOSED
    ]
    open_now = await programme_to_join(session, person.team_id)
    to_join, closed_to_guest = await programmes_open_to(session, person, now)
    running = sum(programme.state != ProgrammeState.CLOSED for _, programme in all_mine)
    concerns, able = await _receivers(session, person, open_now if not all_mine else None, now)
    return Offers(
        enrolled=bool(current),
        can_raise=bool(all_mine),
        contact=able[0].person if able else None,
        asks_which=running > 1,
        partner=await _has_chat(session, current),
        to_join=to_join,
        guest=closed_to_guest and not to_join,
        paused=any(part.state == ParticipantState.PAUSED for part, _ in all_mine if part.id in current),
        programme=open_now,
        receivers=able,
        concerns=concerns,
        contact_for=await _contact_for(session, person),
    )


async def _contact_for(session: AsyncSession, person: Person) -> tuple[Programme, ...]:
    """The programmes of which they are a contact, and did not decline to be one."""
    statement = (
        select(Programme)
        .join(ProgrammeContact, col(ProgrammeContact.programme_id) == col(Programme.id))
        .where(
            ProgrammeContact.person_id == person.id,
            ProgrammeContact.state == ContactState.CONFIRMED,
            Programme.state != ProgrammeState.CLOSED,
            (col(Programme.contact_id) == person.id) | (col(Programme.second_contact_id) == person.id),
        )
    )
    return tuple((await session.exec(statement.order_by(col(Programme.id).desc()))).all())


async def _receivers(
    session: AsyncSession, person: Person, open_now: Programme | None, now: datetime
) -> tuple[Programme | None, tuple[Receiver, ...]]:
    """Who could read a concern of theirs; `open_now`: the programme whose contacts a newcomer may write to."""
    try:
        programme = open_now or await programme_of(session, person)
    except Rejected:
        return None, ()
    return programme, tuple(await receivers(session, programme, person, now))


async def _has_chat(session: AsyncSession, participants: list[int]) -> bool:
    theirs = col(Pair.mentor_id).in_(participants) | col(Pair.leader_id).in_(participants)
    there = (Pair.state == PairState.ACTIVE, col(Pair.group_channel).is_not(None))
    return (await session.exec(select(Pair.id).where(theirs, *there).limit(1))).first() is not None
