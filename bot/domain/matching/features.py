"""Profiles as matrices of small integers, so that every part of a score is an inner product.

Each product is exact in float32 because every partial sum stays far below 2**24. `matching.rules` defines the same in
plain Python.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.domain.matching import rules as pair
from bot.domain.signup import HOURS_OF_WEEK, Profile, Rules

Floats = NDArray[np.float32]
K = TypeVar("K", bound=Hashable)
# Larger than any score, so that one broken rule makes a pair negative whatever its other points.
BROKEN = -20_000


@dataclass(frozen=True, slots=True)
class Product:
    """`mentees @ mentors.T`, at most `cap` points where a cap is given: shapes [n, k] and [m, k]."""

    leaders: Floats
    mentors: Floats
    cap: int | None = None


def products(leaders: Sequence[Profile], mentors: Sequence[Profile], rules: Rules) -> list[Product]:
    """All parts of the score and the rules about categories; rules about particular people are left to the caller."""
    weights = rules.weights
    return [
        _topics(leaders, mentors, weights.topics),
        _interests(leaders, mentors, weights.interests),
        _hours(leaders, mentors, weights.hours),
        _categories(leaders, mentors, rules),
    ]


def _topics(leaders: Sequence[Profile], mentors: Sequence[Profile], weight: int) -> Product:
    wished = [pair.topic_units(leader, weight) for leader in leaders]
    offered = [{offer.topic: offer.level for offer in mentor.offers} for mentor in mentors]
    columns = _columns(set().union(*wished) & set().union(*offered))
    return Product(_fill(wished, columns), _fill(offered, columns), cap=weight)


def _interests(leaders: Sequence[Profile], mentors: Sequence[Profile], weight: int) -> Product:
    unit = weight // pair.FULL_INTERESTS
    ours = [dict.fromkeys(leader.interests, unit) for leader in leaders]
    theirs = [dict.fromkeys(mentor.interests, 1) for mentor in mentors]
    columns = _columns(set().union(*ours) & set().union(*theirs))
    return Product(_fill(ours, columns), _fill(theirs, columns), cap=unit * pair.FULL_INTERESTS)


def _columns(names: Iterable[str]) -> dict[str, int]:
    return {name: column for column, name in enumerate(sorted(names))}


def _fill(rows: Sequence[dict[str, int]], columns: dict[str, int]) -> Floats:
    filled = np.zeros((len(rows), len(columns)), np.float32)
    row_of: list[int] = []
    column_of: list[int] = []
    points: list[int] = []
    for row, values in enumerate(rows):
        for name, value in values.items():
            column = columns.get(name)
            if column is not None:
                row_of.append(row)
                column_of.append(column)
                points.append(value)
    filled[row_of, column_of] = points
    return filled


def _hours(leaders: Sequence[Profile], mentors: Sequence[Profile], weight: int) -> Product:
    unit = weight // pair.FULL_HOURS
    ours, theirs = _week(leaders), _week(mentors)
    # Hours that are free for exactly the same people (most of a working day) become one column with their number.
    alike: dict[tuple[bytes, bytes], list[int]] = {}
    for hour in range(HOURS_OF_WEEK):
        alike.setdefault((ours[:, hour].tobytes(), theirs[:, hour].tobytes()), []).append(hour)
    kinds, count = [hours[0] for hours in alike.values()], [len(hours) * unit for hours in alike.values()]
    left, right = ours[:, kinds] * np.array(count), theirs[:, kinds]
    # Two more columns give UNKNOWN_HOURS if the hours of either or both are unknown.
    unknown_left, unknown_right = ~ours.any(axis=1), ~theirs.any(axis=1)
    left = np.column_stack([left, np.full(len(leaders), pair.UNKNOWN_HOURS * unit), unknown_left * unit])
    right = np.column_stack([right, unknown_right, ~unknown_right * pair.UNKNOWN_HOURS])
    return Product(left.astype(np.float32), right.astype(np.float32), cap=unit * pair.FULL_HOURS)


def _week(people: Sequence[Profile]) -> NDArray[np.uint8]:
    width = HOURS_OF_WEEK // 8
    masks = b"".join(person.free_hours.to_bytes(width, "little") for person in people)
    as_bytes = np.frombuffer(masks, np.uint8).reshape(len(people), width)
    return np.unpackbits(as_bytes, axis=1, bitorder="little")


def _categories(leaders: Sequence[Profile], mentors: Sequence[Profile], rules: Rules) -> Product:
    weights = rules.weights
    tables = [
        _table(
            leaders, mentors, attrgetter("style"), lambda a, b: pair.style_points(a, b, weights.style, rules.style_fit)
        ),
        _table(
            leaders,
            mentors,
            attrgetter("level"),
            lambda a, b: BROKEN if a - b < rules.least_gap else pair.gap_points(a, b, rules.weights.gap),
        ),
        _table(
            leaders,
            mentors,
            attrgetter("languages"),
            lambda a, b: pair.language_points(a, b, weights.language) if a & b else BROKEN,
        ),
        _table(leaders, mentors, attrgetter("formats"), lambda a, b: pair.choice_points(a, b, weights.format)),
        _table(leaders, mentors, attrgetter("cadences"), lambda a, b: pair.choice_points(a, b, weights.cadence)),
        _unfit(leaders, mentors),
    ]
    if not rules.same_department_allowed:
        tables.append(_departments(leaders, mentors))
    return Product(np.hstack([left for left, _ in tables]), np.hstack([right for _, right in tables]))


def _table(
    leaders: Sequence[Profile],
    mentors: Sequence[Profile],
    key: Callable[[Profile], K],
    points: Callable[[K, K], int],
) -> tuple[Floats, Floats]:
    """Any function of two codes as an inner product: a row of its table by a one-hot code. Codes are few."""
    rows, row_of = _codes(leaders, key)
    columns, column_of = _codes(mentors, key)
    table = np.array([[points(row, column) for column in columns] for row in rows], np.float32)
    return table[row_of], np.eye(len(columns), dtype=np.float32)[column_of]


def _codes(people: Sequence[Profile], key: Callable[[Profile], K]) -> tuple[list[K], list[int]]:
    kinds: dict[K, int] = {}
    codes = [kinds.setdefault(key(person), len(kinds)) for person in people]
    return list(kinds), codes


def _unfit(leaders: Sequence[Profile], mentors: Sequence[Profile]) -> tuple[Floats, Floats]:
    """Rules that one person alone breaks, with any partner."""
    left = np.array([not _may(leader, leader.role.learns, leader.leader_capacity) for leader in leaders])
    right = np.array([not _may(mentor, mentor.role.teaches, mentor.mentor_capacity) for mentor in mentors])
    return (
        np.column_stack([left * BROKEN, np.ones(len(left))]).astype(np.float32),
        np.column_stack([np.ones(len(right)), right * BROKEN]).astype(np.float32),
    )


def _may(person: Profile, on_this_side: bool, capacity: int) -> bool:
    return person.active and not person.held and person.manager_known and on_this_side and capacity > 0


def _departments(leaders: Sequence[Profile], mentors: Sequence[Profile]) -> tuple[Floats, Floats]:
    names = {leader.department for leader in leaders} & {mentor.department for mentor in mentors} - {""}
    columns = _columns(names)
    return (
        _fill([{leader.department: BROKEN} for leader in leaders], columns),
        _fill([{mentor.department: 1} for mentor in mentors], columns),
    )
