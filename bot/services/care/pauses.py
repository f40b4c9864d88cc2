"""Pauses of participants; each partner is notified of the beginning and the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.care import (
    A_WEEK,
    PartnerBackMessage,
    PartnerMessage,
    PartnerPausedMessage,
    PauseOverMessage,
)
from bot.services.caller import Caller, Rejected
from bot.services.circles.membership import look_at_circles
from bot.services.mentor_support import resume_support
from bot.services.sessions.called_off import CalledOff, Why, call_off, news_until, told_at_once, with_untold
from bot.services.sessions.schedule import ask_after_pause, recompute_for_pair, recompute_for_person
from bot.services.signup.join import taking_part
from storage.outbox import Outgoing, outgoing
from storage.queries import pairs_of, sessions_are_over
from storage.tables import Pair, Participant, ParticipantState, Person, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

BATCH = 500
"""How long a notice about a pause is relevant."""


@dataclass(frozen=True)
class Paused:
    """The programmes, the sessions that lost their time, and the partners who get a message."""

    programmes: tuple[Programme, ...]
    off: tuple[CalledOff, ...]
    told: tuple[Person, ...]


async def pause(
    store: Store, caller: Caller, until: datetime | None, programme_ids: Sequence[int | None] = (None,)
) -> Paused:
    """Pause the caller until `until`, or until they resume. Their sessions before it lose their time.

    In `programme_ids`; None is the one of their latest sign-up. Each partner is notified of both in one message.
    Raises `Rejected`: not_participant, sign_up_waits, sessions_over.
    """
    programmes: list[Programme] = []
    off: list[CalledOff] = []
    told: dict[int, Person] = {}
    async with store.write(caller.now, receipt=caller.signed) as work:
        for programme_id in programme_ids:
            participant, programme = await taking_part(work.session, caller, programme_id)
            if participant.state == ParticipantState.WAITING:
                raise Rejected("sign_up_waits")
            if await sessions_are_over(work.session, participant.id):
                raise Rejected("sessions_over")
            new = participant.state != ParticipantState.PAUSED
            participant.state, participant.paused_until = ParticipantState.PAUSED, until
            await look_at_circles(work, [participant.id])
            pairs = await pairs_of(work.session, participant.id)
            pair_ids = [one.id for one in pairs]
            called_off = await call_off(work, pair_ids, Why.PAUSE, until)
            if until:
                await ask_after_pause(work, col(Pair.id).in_(pair_ids))
                for pair_id in pair_ids:
                    await recompute_for_pair(work, pair_id)
            for pair in pairs:
                theirs = [one for one in called_off if one.pair == pair.id]
                other = await _partner(work, participant, pair)
                if other and (new or theirs):
                    changes = tuple(one.change for one in theirs)
                    message = PartnerPausedMessage(pair.id, participant.id, changes, slot=caller.receipt)
                    urgent = told_at_once(theirs, other, programme, caller.now)
                    expires_at = news_until(theirs, A_WEEK, caller.now)
                    await work.send(_letter(participant, other.id, message, expires_at=expires_at, urgent=urgent))
                    told[other.id] = other
            programmes.append(programme)
            off += await with_untold(work, called_off)
        await work.commit()
    return Paused(tuple(programmes), tuple(off), tuple(told.values()))


async def check_sessions_left(store: Store, participant_ids: Iterable[int], now: datetime) -> None:
    """Raises `Rejected` as `pause`, if there is nothing to pause in one of these sign-ups: sessions_over."""
    async with store.read(now) as work:
        for one in participant_ids:
            if await sessions_are_over(work.session, one):
                raise Rejected("sessions_over")


async def can_pause(session: AsyncSession, person_id: int) -> bool:
    """Whether a person takes part in a programme that is not over, and does not pause."""
    statement = (
        select(Participant.id)
        .join(Programme, col(Programme.id) == col(Participant.programme_id))
        .where(
            Participant.person_id == person_id,
            Participant.state == ParticipantState.ACTIVE,
            Programme.state != ProgrammeState.CLOSED,
        )
    )
    found = (await session.exec(statement)).all()
    return any([not await sessions_are_over(session, one) for one in found])


async def resume(store: Store, caller: Caller, programme_ids: Sequence[int | None] = (None,)) -> bool:
    """End the caller's pause in `programme_ids`, as `pause`; False if there is none.

    Raises `Rejected`: not_participant.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        participants = [(await taking_part(work.session, caller, one))[0] for one in programme_ids]
        paused = [one for one in participants if one.state == ParticipantState.PAUSED]
        if not paused:
            return False
        for participant in paused:
            await _bring_back(work, participant, caller.receipt)
        await work.commit()
    return True


async def tick_pauses(store: Store, now: datetime) -> int:
    """End the pauses that are over, and notify each person once."""
    async with store.write(now) as work:
        over = select(Participant).where(
            col(Participant.paused_until) <= now, Participant.state == ParticipantState.PAUSED
        )
        in_order = over.order_by(col(Participant.paused_until), col(Participant.id)).limit(BATCH)
        back = (await work.session.exec(in_order.with_for_update(skip_locked=True))).all()
        for participant in back:
            slot = (participant.paused_until or now).isoformat()
            await _bring_back(work, participant, slot)
            await work.send(_letter(participant, participant.person_id, PauseOverMessage(participant.id, slot)))
        await work.commit()
    return len(back)


async def _bring_back(work: UnitOfWork, participant: Participant, slot: str) -> None:
    participant.state, participant.paused_until = ParticipantState.ACTIVE, None
    participant.resumed_at = work.now
    await work.session.flush()
    pairs = await pairs_of(work.session, participant.id)
    await ask_after_pause(work, col(Pair.id).in_([one.id for one in pairs]))
    if person := await work.session.get(Person, participant.person_id):
        await recompute_for_person(work, person)
    for pair in pairs:
        if other := await _partner(work, participant, pair):
            await work.send(_letter(participant, other.id, PartnerBackMessage(pair.id, participant.id, slot=slot)))
    await resume_support(work, participant)


async def _partner(work: UnitOfWork, participant: Participant, pair: Pair) -> Person | None:
    other_id = pair.leader_id if pair.mentor_id == participant.id else pair.mentor_id
    part = await work.session.get(Participant, other_id)
    return await work.session.get(Person, part.person_id) if part else None


def _letter(
    about: Participant,
    reader: int,
    message: PartnerMessage | PauseOverMessage,
    *,
    expires_at: datetime | None = None,
    urgent: bool = False,
) -> Outgoing:
    return outgoing(message, about.team_id, about.programme_id, person_id=reader, expires_at=expires_at, urgent=urgent)
