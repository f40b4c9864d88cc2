"""During a programme each person of a pair is asked, in private, how it is going, as often as HR chose."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from bot.domain.calendar import local, to_utc
from bot.domain.care import BETWEEN_ACTIONS
from bot.domain.care_check_ins import CheckIns, check_in_days, every_second, half_of
from bot.domain.messages.care import MidwayMessage, RiskAskMessage
from bot.domain.programme import Cadence
from bot.domain.sessions import Side, plan
from bot.services.programme.end import last_day
from storage.outbox import Outgoing, outgoing
from storage.tables import MentoringSession, Outbox, OutboxState, Pair, PairState, Participant, Person, Programme
from storage.unit_of_work import UnitOfWork

FEWEST_SESSIONS = 3
"""In programmes that are older than HR's choice, those with fewer sessions have no question."""
ASK_AT = time(10)


async def ask_half_way(
    work: UnitOfWork, programme: Programme, pairs: Sequence[Pair], people: Mapping[int, Person]
) -> None:
    """Plan the questions to both people of each new pair. `people` by their sign-ups."""
    await _plan(work, programme, pairs, {part: person.id for part, person in people.items()})


async def move_half_way(work: UnitOfWork, programme: Programme) -> None:
    """The programme has other dates: questions that were not due yet are asked by these."""
    if programme.check_ins is not None:
        await plan_again(work, programme)
        return
    half = _at(programme, half_of(programme.starts_on, _after(programme)))
    waiting = _waiting(work, programme)
    await work.session.exec(update(Outbox).where(*waiting).values(due_at=max(half, work.now), planned_at=None))


async def plan_again(work: UnitOfWork, programme: Programme, pair_id: int | None = None) -> None:
    """HR chose other check-ins, or sessions have other dates: questions that were not due yet are planned again."""
    waiting = _waiting(work, programme)
    active = select(Pair).where(Pair.programme_id == programme.id, Pair.state == PairState.ACTIVE)
    if pair_id is not None:
        waiting.append(col(Outbox.key).startswith(f"{programme.id}:{MidwayMessage.kind.name}:{pair_id}:"))
        active = active.where(Pair.id == pair_id)
    await work.session.exec(delete(Outbox).where(*waiting).execution_options(synchronize_session=False))
    parts = select(Participant.id, Participant.person_id).where(Participant.programme_id == programme.id)
    pairs = (await work.session.exec(active)).all()
    await _plan(work, programme, pairs, dict((await work.session.exec(parts)).all()))


async def _plan(work: UnitOfWork, programme: Programme, pairs: Sequence[Pair], person_ids: Mapping[int, int]) -> None:
    """`person_ids` by sign-ups. The question nearest to the middle is the one halfway."""
    after = _after(programme)
    half_way = half_of(programme.starts_on, after)
    ends = await _ends_of_second_sessions(work, programme, pairs)
    messages: list[Outgoing] = []
    for pair in pairs:
        first = max(programme.starts_on, local(pair.introduced_at, programme.zone).date())
        days = _days(programme, first, after, ends[pair.id])
        middle = min(days, key=lambda day: abs(day - half_way), default=None)
        for day in days:
            if (due_at := _at(programme, day)) <= work.now:
                continue
            for side, participant_id in ((Side.MENTOR, pair.mentor_id), (Side.LEADER, pair.leader_id)):
                slot = "" if day == middle else f":{day.isoformat()}"
                message = MidwayMessage(pair.id, side, check_in=day != middle, slot=slot)
                person_id = person_ids[participant_id]
                messages.append(outgoing(message, programme.team_id, programme.id, person_id=person_id, due_at=due_at))
    await work.send_all(messages)


async def is_asked_by_check_in(work: UnitOfWork, person_id: int | None, pair_id: int) -> bool:
    """Whether a check-in asks, or has just asked, a person how it is going: then the pair's trouble is no reason to ask
    again. Whatever they answered, so that nothing follows from an answer."""
    states = (OutboxState.SENT, OutboxState.JOINED, OutboxState.SENDING)
    return await _was_asked(work, person_id, pair_id, MidwayMessage, states)


async def was_asked_by_trouble(work: UnitOfWork, person_id: int | None, pair_id: int) -> bool:
    """Whether a person was just asked because the pair is in trouble: then a check-in would be the same question."""
    return await _was_asked(work, person_id, pair_id, RiskAskMessage, (OutboxState.SENT,))


async def _was_asked(
    work: UnitOfWork,
    person_id: int | None,
    pair_id: int,
    kind: type[MidwayMessage | RiskAskMessage],
    states: Sequence[OutboxState],
) -> bool:
    lately = select(Outbox).where(
        Outbox.person_id == person_id,
        Outbox.kind == kind.kind.name,
        col(Outbox.state).in_(states),
        col(Outbox.started_at) > work.now - BETWEEN_ACTIONS,
    )
    return any(row.data.get("pair") == pair_id for row in (await work.session.exec(lately)).all())


def number_of_check_ins(programme: Programme, choice: CheckIns) -> int:
    """How many questions that means for each person of a pair that begins with the programme."""
    planned = plan(programme.starts_on, programme.months, Cadence(programme.cadence))
    return len(check_in_days(choice, programme.starts_on, _after(programme), every_second(planned)))


def _days(programme: Programme, first: date, after: date, ends: Sequence[date]) -> list[date]:
    if programme.check_ins is not None:
        return check_in_days(CheckIns(programme.check_ins), first, after, ends)
    return [] if _too_short(programme) or first >= after else [half_of(first, after)]


async def _ends_of_second_sessions(
    work: UnitOfWork, programme: Programme, pairs: Sequence[Pair]
) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    if programme.check_ins != CheckIns.EVERY_SECOND:
        return found
    second = select(MentoringSession).join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
    second = second.where(Pair.programme_id == programme.id, col(MentoringSession.number) % 2 == 0)
    ours = {pair.id for pair in pairs}
    for row in (await work.session.exec(second)).all():
        if row.pair_id in ours:
            found[row.pair_id].append(row.closes_on)
    return found


def _waiting(work: UnitOfWork, programme: Programme) -> list[Any]:
    """The questions that are not due yet."""
    return [
        col(Outbox.programme_id) == programme.id,
        col(Outbox.kind) == MidwayMessage.kind.name,
        col(Outbox.state) == OutboxState.PENDING,
        col(Outbox.due_at) > work.now,
    ]


def _at(programme: Programme, day: date) -> datetime:
    return to_utc(day, ASK_AT, programme.zone)


def _after(programme: Programme) -> date:
    """The day after the last one."""
    return last_day(programme) + timedelta(days=1)


def _too_short(programme: Programme) -> bool:
    return len(plan(programme.starts_on, programme.months, Cadence(programme.cadence))) < FEWEST_SESSIONS
