"""A programme's report by department, by level and by month.

Who takes part, who left and who met are facts that HR sees of each person; they are summed up for at least five people,
because the report is passed on. Usefulness is a private answer: only the mean of whole published groups is shown,
without the number of people.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.figures import Figure, Published, Value, partition
from bot.domain.participants import department_key, departments_by_size
from bot.domain.polls import USEFUL
from bot.services.insight.summary_figures import Month
from storage.tables import MentoringSession, Pair, Participant, ParticipantState, SessionState


def _mean(figure: Figure | None) -> float | None:
    return figure.average if figure else None


@dataclass(frozen=True)
class PartLine:
    """A department (its name) or a level of at least five people; None: all others.

    A session counts for each of its two people. `useful` is None while nothing of it is published.
    """

    part: str | int | None
    people: int
    left: int
    sessions: int
    minutes: int
    useful: Figure | None

    @property
    def figures(self) -> tuple[float | None, ...]:
        """People, left, sessions, hours, usefulness."""
        return self.people, self.left, self.sessions, self.minutes / 60, _mean(self.useful)


@dataclass(frozen=True)
class MonthLine:
    """A month of sessions. `useful`: of the answers that were published in it."""

    month: Month
    useful: Figure | None

    @property
    def figures(self) -> tuple[float | None, ...]:
        """Planned, held, usefulness."""
        return self.month.planned, self.month.held, _mean(self.useful)


@dataclass(frozen=True)
class Parts:
    """No departments, or levels, if fewer than two of them have enough people."""

    departments: tuple[PartLine, ...]
    levels: tuple[PartLine, ...]
    months: tuple[MonthLine, ...]
    minutes: int
    """Of all sessions that were held."""


async def read_parts(
    session: AsyncSession, programme_id: int, published: Published, months: Iterable[Month], zone: str
) -> Parts:
    """Read the parts of a report, from what was published so far."""
    signed_up = (await session.exec(select(Participant).where(Participant.programme_id == programme_id))).all()
    everybody = [one for one in signed_up if one.took_part]
    met, minutes = await _met(session, programme_id)
    departments = [
        _line(
            departments_by_size(one.department for one in people)[0] if key else None,
            people,
            met,
            published.of_department(str(key)).figure(USEFUL) if key else None,
        )
        for key, people in _parts(everybody, lambda one: department_key(one.department))
    ]
    levels = [
        _line(key, people, met, published.of_level(int(key)).figure(USEFUL) if key else None)
        for key, people in _parts(everybody, lambda one: one.level)
    ]
    return Parts(
        departments=tuple(sorted(departments, key=lambda one: (one.part is None, -one.people, str(one.part)))),
        levels=tuple(sorted(levels, key=lambda one: (one.part is None, one.part))),
        months=tuple(MonthLine(one, published.within(one.first, zone).figure(USEFUL)) for one in months),
        minutes=minutes,
    )


async def _met(session: AsyncSession, programme_id: int) -> tuple[dict[int, list[int]], int]:
    """The minutes of each session that a sign-up had, and of all sessions together."""
    statement = (
        select(Pair.mentor_id, Pair.leader_id, MentoringSession.minutes)
        .join(MentoringSession, col(MentoringSession.pair_id) == col(Pair.id))
        .where(Pair.programme_id == programme_id, MentoringSession.state == SessionState.HELD)
    )
    met: dict[int, list[int]] = defaultdict(list)
    rows = (await session.exec(statement)).all()
    for mentor, leader, minutes in rows:
        met[mentor].append(minutes)
        met[leader].append(minutes)
    return met, sum(minutes for _, _, minutes in rows)


def _parts(
    everybody: Sequence[Participant], key: Callable[[Participant], str | int]
) -> list[tuple[str | int | None, list[Participant]]]:
    """The people of each part, and all others, with None; nothing if that makes no two."""
    by_id = {one.id: one for one in everybody}
    parts, others = partition([Value(one, one, 1) for one in by_id], lambda one: key(by_id[one.person]))
    found = [*parts.items(), *([(None, others)] if others else [])]
    return [(part, [by_id[one.person] for one in some]) for part, some in found] if len(found) > 1 else []


def _line(
    part: str | int | None, people: Sequence[Participant], met: Mapping[int, Sequence[int]], useful: Figure | None
) -> PartLine:
    sessions = [minutes for one in people for minutes in met.get(one.id, ())]
    left = sum(one.state == ParticipantState.LEFT for one in people)
    return PartLine(part, len(people), left, len(sessions), sum(sessions), useful)
