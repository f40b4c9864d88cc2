"""Halfway through a programme each person of a pair is asked, in private, how it is going."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import update
from sqlmodel import col

from bot.domain.calendar import local, to_utc
from bot.domain.messages.care import MidwayMessage
from bot.domain.programme import Cadence
from bot.domain.sessions import Side, plan
from bot.services.programme.end import last_day
from storage.outbox import Outgoing, outgoing
from storage.tables import Outbox, OutboxState, Pair, Person, Programme
from storage.unit_of_work import UnitOfWork

FEWEST_SESSIONS = 3
"""With fewer days, halfway is the day after the beginning or the day before the end."""
ASK_AT = time(10)


async def ask_half_way(
    work: UnitOfWork, programme: Programme, pairs: Sequence[Pair], people: Mapping[int, Person]
) -> None:
    """Plan the question to both people of each new pair. `people` by their sign-ups."""
    await work.send_all(_messages(work, programme, pairs, people))


def _messages(
    work: UnitOfWork, programme: Programme, pairs: Sequence[Pair], people: Mapping[int, Person]
) -> Iterator[Outgoing]:
    first = max(programme.starts_on, local(work.now, programme.zone).date())
    if _too_short(programme) or first > last_day(programme):
        return
    due_at = _half_way(programme, first)
    for pair in pairs:
        for side, participant_id in ((Side.MENTOR, pair.mentor_id), (Side.MENTEE, pair.mentee_id)):
            yield outgoing(
                MidwayMessage(pair.id, side),
                programme.team_id,
                programme.id,
                person_id=people[participant_id].id,
                due_at=due_at,
            )


async def move_half_way(work: UnitOfWork, programme: Programme) -> None:
    """The programme has other dates: questions that were not due yet are asked halfway through these."""
    half = _half_way(programme, programme.starts_on)
    waiting = (
        col(Outbox.programme_id) == programme.id,
        col(Outbox.kind) == MidwayMessage.kind.name,
        col(Outbox.state) == OutboxState.PENDING,
        col(Outbox.due_at) > work.now,
    )
    await work.session.exec(update(Outbox).where(*waiting).values(due_at=max(half, work.now), planned_at=None))


def _half_way(programme: Programme, first: date) -> datetime:
    """The moment of the question for a pair that begins on `first`."""
    after = last_day(programme) + timedelta(days=1)
    return to_utc(first + (after - first) / 2, ASK_AT, programme.zone)


def _too_short(programme: Programme) -> bool:
    return len(plan(programme.starts_on, programme.months, Cadence(programme.cadence))) < FEWEST_SESSIONS
