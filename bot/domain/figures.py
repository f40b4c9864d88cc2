"""Figures about private answers: which values are published together, and what HR sees of them.

HR sees a number about private answers only as a sum over whole published groups. A group has values of at least
`MIN_GROUP` different people; its values are fixed when it is published, and no value is in two groups of one
measure. So figures of whole groups, of any days, differ by whole groups: no arithmetic on everything that HR ever
received gives a sum over fewer people. Values that do not fill a group wait.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from bot.domain.calendar import local

MIN_GROUP = 5
"""The fewest different people whose values are published together."""
Key = TypeVar("Key", bound=Hashable)


class Basis(StrEnum):
    """The kind of values of a group."""

    VALUE = "value"
    CHANGE = "change"
    """The difference of a person's answer from their earlier one."""


class Count(StrEnum):
    """Measures that count people or things; the others are averages of answers."""

    ANSWERED = "answered"
    """1 for each person asked after a session who answered, 0 for each who did not."""
    PREPARED_MENTOR = "prepared:mentor"
    PREPARED_LEADER = "prepared:mentee"
    CARD_WRITTEN = "card:written"
    CARD_DONE = "card:done"
    CARD_DROPPED = "card:dropped"
    CARD_LASTED = "card:lasted"
    CARD_FADED = "card:faded"
    GOAL_REACHED = "goal:reached"
    GOAL_MOVED = "goal:moved"
    GOAL_DROPPED = "goal:dropped"
    THANKS = "thanks"
    BUDDY = "buddy"
    """Mentors who asked for a buddy."""
    CIRCLE = "circle"
    """Mentors who wish to be in a circle."""


OF_MENTORS = (Count.BUDDY, Count.CIRCLE)
"""Counts of mentors who asked for what supports them."""
GOALS = frozenset({Count.GOAL_REACHED, Count.GOAL_MOVED, Count.GOAL_DROPPED})
LASTED = frozenset({Count.CARD_LASTED, Count.CARD_FADED})
"""Whether what was done is still in place, 90 days after the date of its card."""
OF_PAIRS = GOALS | LASTED
"""Counts of what a pair answers together: a group has values of at least `MIN_GROUP` different pairs."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one person. `source` identifies its origin, so that it is published once."""

    person: int
    source: int
    value: int
    pair: int | None = None
    """Of what a pair answers together."""


@dataclass(frozen=True, slots=True)
class Part:
    """What all values of a group have in common; empty where they differ.

    Of their people a department (see `department_key`) and a level; of their sessions the pack, how and how often the
    pair meets, and its topic.
    """

    department: str = ""
    level: int | None = None
    pack: str = ""
    format: str = ""
    cadence: str = ""
    topic: str = ""


NO_PART = Part()
OF_SESSIONS = ("pack", "format", "cadence", "topic")
"""The fields of `Part` about sessions: HR's playbook has figures by each of them."""
_SPLITS = ("department", "level", *OF_SESSIONS)
"""In this order values are split into groups: those about people come first, since the report had them first."""


@dataclass(frozen=True, slots=True)
class Group:
    """A published group: the sum and number of its values, and the number of different people.

    `people_so_far` counts the different people of this group and earlier ones; `people_shown` is the number that is
    shown: it changes only by `MIN_GROUP` or more, since a change by one says that one person answered.
    """

    measure: str
    basis: Basis
    total: int
    answers: int
    people: int
    people_so_far: int
    people_shown: int
    at: datetime
    part: Part = NO_PART
    squares: float | None = None
    """The sum of the squares of its values."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that may be shown: the mean of `answers` values by at least `people` people.

    `squares`: the sum of the squares of the values, for `bot.domain.surveys_uncertainty`; never shown itself.
    """

    average: float
    answers: int
    people: int
    squares: float | None = field(default=None, compare=False)


def may_publish(measure: str, values: Collection[Value]) -> bool:
    """Whether the waiting values are enough for a group.

    Of a response rate, there have to be enough who answered, and enough who did not unless there are none: a group of
    nine answers and one missing would reveal of nearly everyone that they answered. Of what pairs answer together,
    there have to be enough pairs: four mentors and four leaders may be four pairs.
    """
    if measure in OF_PAIRS and len({one.pair for one in values}) < MIN_GROUP:
        return False
    if measure != Count.ANSWERED:
        return _people(values) >= MIN_GROUP
    answered = {one.person for one in values if one.value}
    return len(answered) >= MIN_GROUP and _people(one for one in values if not one.value) not in range(1, MIN_GROUP)


def partition(values: Iterable[Value], key: Callable[[Value], Key]) -> tuple[dict[Key, list[Value]], list[Value]]:
    """The values of each key that has at least `MIN_GROUP` people, and the rest: also of so many people, or empty.

    As long as the rest has too few people, the smallest key is added to it (complementary suppression). A key that is
    false ("", None) is always part of the rest.
    """
    by_key: dict[Key, list[Value]] = defaultdict(list)
    for one in values:
        by_key[key(one)].append(one)
    full = {one: found for one, found in by_key.items() if one and _people(found) >= MIN_GROUP}
    rest = [value for one, found in by_key.items() if one not in full for value in found]
    while full and _people(rest) in range(1, MIN_GROUP):
        smallest = min(full, key=lambda one: (_people(full[one]), repr(one)))
        rest += full.pop(smallest)
    return full, rest


def by_part(values: Sequence[Value], part_of: Callable[[Value], Part]) -> list[tuple[Part, Sequence[Value]]]:
    """Values that may be published, as groups that have a department, a level, a pack … in common, as far as people
    suffice.

    Together these are all values: nothing waits longer because of what it is split by. No value is in two groups, so
    that figures by department and figures by pack are sums over the same whole groups.
    """
    found: list[tuple[Part, Sequence[Value]]] = [(NO_PART, values)]
    for name in _SPLITS:
        found = [piece for part, some in found for piece in _split(part, some, name, part_of)]
    return found


def _split(
    part: Part, values: Sequence[Value], name: str, part_of: Callable[[Value], Part]
) -> Iterator[tuple[Part, Sequence[Value]]]:
    """The values of a part by one field of `Part`, and the rest."""
    parts, rest = partition(values, lambda one: str(getattr(part_of(one), name) or ""))
    for some in parts.values():
        yield replace(part, **{name: getattr(part_of(some[0]), name)}), some
    if rest:
        yield part, rest


def group(
    measure: str,
    basis: Basis,
    values: Sequence[Value],
    known: Collection[int],
    last: Group | None,
    at: datetime,
    part: Part = NO_PART,
) -> Group:
    """The group of `values`; `known` are the people of earlier groups, `last` is the newest of these."""
    people = {one.person for one in values}
    so_far = (last.people_so_far if last else 0) + len(people.difference(known))
    shown = last.people_shown if last else 0
    return Group(
        measure=measure,
        basis=basis,
        total=sum(one.value for one in values),
        answers=len(values),
        people=len(people),
        people_so_far=so_far,
        people_shown=so_far if so_far - shown >= MIN_GROUP else shown,
        at=at,
        part=part,
        squares=float(sum(one.value**2 for one in values)),
    )


@dataclass(frozen=True)
class Published:
    """The published groups of a programme, by measure, each in the order of their publication."""

    groups: Mapping[str, Sequence[Group]] = field(default_factory=dict)

    def until(self, day: date, zone: str) -> "Published":
        """The groups that were published by the end of a day."""
        return self._only(lambda one: local(one.at, zone).date() <= day)

    def within(self, month: date, zone: str) -> "Published":
        """The groups that were published in the month of a day."""
        first = month.replace(day=1)
        return self._only(lambda one: local(one.at, zone).date().replace(day=1) == first)

    def of_department(self, department: str) -> "Published":
        """The groups all of whose people are of one department (see `department_key`)."""
        return self._only(lambda one: one.part.department == department)

    def of_level(self, level: int) -> "Published":
        """The groups all of whose people have one level."""
        return self._only(lambda one: one.part.level == level)

    def of_sessions(self, name: str, value: str) -> "Published":
        """The groups all of whose sessions have one value of `OF_SESSIONS`."""
        return self._only(lambda one: getattr(one.part, name) == value)

    def session_values(self, measure: str, name: str) -> list[str]:
        """The values of a name of `OF_SESSIONS` of which a figure of the measure may be shown."""
        found = (str(getattr(one.part, name)) for one in self.groups.get(measure, ()))
        return sorted({one for one in found if one})

    def _only(self, fits: Callable[[Group], bool]) -> "Published":
        return Published({measure: [one for one in groups if fits(one)] for measure, groups in self.groups.items()})

    def figure(self, measure: str, basis: Basis = Basis.VALUE) -> Figure | None:
        """The mean of everything published; None if nothing is."""
        groups = [one for one in self.groups.get(measure, ()) if one.basis is basis]
        if not groups:
            return None
        answers = sum(one.answers for one in groups)
        known = [one.squares for one in groups if one.squares is not None]
        squares = sum(known) if len(known) == len(groups) else None
        return Figure(sum(one.total for one in groups) / answers, answers, groups[-1].people_shown, squares)

    def count(self, measure: str) -> int | None:
        """The sum of everything published; None if nothing is."""
        groups = self.groups.get(measure)
        return sum(one.total for one in groups) if groups else None

    def of(self, measure: str) -> int:
        """The number of published values."""
        return sum(one.answers for one in self.groups.get(measure, ()))


def _people(values: Iterable[Value]) -> int:
    return len({one.person for one in values})
