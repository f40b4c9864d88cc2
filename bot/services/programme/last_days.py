"""The days of the last messages about closed pairs: one per person and day.

Farewells come first, one for each partner, then certificates that were not asked for, by side. The closing questions
are in the message of the last farewell; those of a second side follow, one a day.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.calendar import morning, next_working, workday, working_days_after
from bot.domain.sessions import Side
from bot.services.working_hours import days_off, hours_of
from storage.tables import Pair, PairState, Person, Programme
from storage.unit_of_work import UnitOfWork

SHORTLY = timedelta(days=7)
BY_ITSELF = 2
"""For so many more working days people can take their certificate by the button in their farewell."""


@dataclass(frozen=True)
class LastDays:
    """How many working days after the first of them each message of a person comes."""

    partners: dict[int, list[tuple[int, Side]]]
    """Each sign-up's pairs that reached the end, oldest first, and the side in each."""

    def farewell(self, participant_id: int, pair_id: int) -> int:
        return [one for one, _ in self.partners[participant_id]].index(pair_id)

    def certificate(self, participant_id: int, side: Side) -> int:
        """Some days after the farewells; at once for people whose only pairs had ended before."""
        sides = self._sides(participant_id)
        before = len(self.partners.get(participant_id, ()))
        before += BY_ITSELF if before else 0
        return before + (sides.index(side) if side in sides else 2 * len(sides))

    def questions(self, participant_id: int, side: Side) -> int:
        sides = self._sides(participant_id)
        last = len(self.partners[participant_id]) - 1
        place = sides.index(side)
        return last + (len(sides) + place if place else 0)

    def _sides(self, participant_id: int) -> list[Side]:
        return list(dict.fromkeys(side for _, side in self.partners.get(participant_id, ())))


async def last_days(work: UnitOfWork, programme: Programme, participants: Iterable[int]) -> LastDays:
    """The last days of these people, from their pairs that closed now or shortly before."""
    wanted = set(participants)
    pairs = select(Pair.id, Pair.mentor_id, Pair.leader_id).where(
        Pair.programme_id == programme.id,
        Pair.state == PairState.COMPLETED,
        col(Pair.ended_at) > work.now - SHORTLY,
    )
    partners: dict[int, list[tuple[int, Side]]] = defaultdict(list)
    for pair_id, mentor_id, leader_id in (await work.session.exec(pairs.order_by(col(Pair.id)))).all():
        for participant_id, side in ((mentor_id, Side.MENTOR), (leader_id, Side.LEADER)):
            if participant_id in wanted:
                partners[participant_id].append((pair_id, side))
    return LastDays(partners)


def on_day(begins: datetime, days: int, person: Person, programme: Programme) -> datetime:
    """The opening on the `days`-th working day after the first moment from `begins` on in a person's working hours."""
    hours, off = hours_of(person), days_off(programme)
    first = next_working(begins, hours, off)
    if days == 0:
        return first
    return morning(working_days_after(workday(first, hours, off), days, hours.own(off)), hours, off)
