"""Which pairs completed: one rule for certificates, farewells, Home, and everything that HR reads."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.closing import Attended, completed
from storage.tables import MentoringSession, Pair, PairState, SessionState


class Ending(StrEnum):
    """How a pair ended, as in `labels.pair_stages`."""

    COMPLETED = "completed"  # with enough sessions, however it ended
    UNFINISHED = "unfinished"  # its time is over
    ENDED = "ended"  # before its time


def attended(sessions: Iterable[MentoringSession]) -> list[Attended]:
    """A pair's sessions for `bot.domain.closing.completed`."""
    return [Attended(one.pack, one.state == SessionState.HELD) for one in sessions]


def ending_of(pair: Pair, sessions: Iterable[MentoringSession]) -> Ending | None:
    """How a pair ended, given all of its sessions; None while it is active."""
    if pair.state == PairState.ACTIVE:
        return None
    if completed([attended(sessions)], [pair.counted_of]):
        return Ending.COMPLETED
    return Ending.ENDED if pair.state == PairState.ENDED else Ending.UNFINISHED


def completed_in(pairs: Iterable[tuple[Pair, Iterable[MentoringSession]]]) -> bool:
    """Whether a person completed their part in one role, given their pairs in it, each with all of its sessions."""
    found = list(pairs)
    return completed([attended(sessions) for _, sessions in found], [pair.counted_of for pair, _ in found])


@dataclass(frozen=True)
class PairResult:
    """What came of a pair: sessions held, and whether it completed."""

    held: int
    completed: bool


async def read_result(session: AsyncSession, pair: Pair) -> PairResult:
    """What came of a pair so far."""
    statement = select(MentoringSession).where(MentoringSession.pair_id == pair.id)
    return result_of(pair, (await session.exec(statement)).all())


def result_of(pair: Pair, sessions: Collection[MentoringSession]) -> PairResult:
    """What came of a pair so far, given all of its sessions."""
    held = sum(one.state == SessionState.HELD for one in sessions)
    return PairResult(held, ending_of(pair, sessions) is Ending.COMPLETED)
