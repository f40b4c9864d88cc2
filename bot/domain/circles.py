"""Mentors' circles: groups of four to seven mentors who talk once a month. Who is in which one, and who hosts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

LEAST, MOST = 4, 7
"""Members. A group DM takes eight people besides the bot; with fewer than four, one absence leaves two to talk."""
PACKS = ("start", "upward", "listening", "stuck", "boundaries", "learning")
"""The reflection packs in their order, as `circles.packs.<name>` has their texts. They repeat after the last one."""
MINUTES = 30

Apart = Collection[frozenset[int]]
"""Pairs of members who are not put together."""


@dataclass(frozen=True)
class Arrangement:
    """`circles`: the members of each circle that goes on, by its id; `new`: those of each new one; `closed`: the ids of
    circles that do not go on; `waiting`: who is in none."""

    circles: Mapping[int, tuple[int, ...]]
    new: tuple[tuple[int, ...], ...]
    closed: tuple[int, ...]
    waiting: tuple[int, ...]


def arrange(circles: Mapping[int, Sequence[int]], waiting: Sequence[int], apart: Apart = ()) -> Arrangement:
    """Who is in which circle from now on.

    A circle that is too small gets who waits, or is merged with another one, or ends, and its members wait. Four or
    more who wait are a new circle; fewer are added where there is room. Nobody else changes the circle.
    """
    going = {number: list(members) for number, members in circles.items()}
    queue = list(waiting)
    closed: list[int] = []
    for number in sorted(going, key=lambda one: (len(going[one]), one)):
        members = going[number]
        for person in list(queue):
            if len(members) < LEAST and _fits(person, members, apart):
                members.append(person)
                queue.remove(person)
        if len(members) >= LEAST:
            continue
        del going[number]
        closed.append(number)
        other = _with_room(going, len(members), members, apart)
        if other is not None:
            going[other] += members
        else:
            queue = [*members, *queue]
    new, queue = _groups(queue, apart)
    for person in list(queue):
        place = _with_room(going, 1, [person], apart)
        if place is not None:
            going[place].append(person)
            queue.remove(person)
    return Arrangement(
        {number: tuple(members) for number, members in going.items()},
        tuple(tuple(one) for one in new),
        tuple(closed),
        tuple(queue),
    )


def next_host(hosted: Mapping[int, int], order: Sequence[int]) -> int | None:
    """The member who hosts next: who hosted least, the earliest in `order` of those. None without members.

    `hosted`: how often each has hosted; a member who is not in it has not.
    """
    return min(order, key=lambda one: (hosted.get(one, 0), order.index(one)), default=None)


def pack_of(number: int) -> str:
    """The name of the `number`-th pack of a circle, counted from 1."""
    return PACKS[(number - 1) % len(PACKS)]


def _fits(person: int, members: Collection[int], apart: Apart) -> bool:
    return not any(frozenset((person, one)) in apart for one in members)


def _with_room(going: Mapping[int, list[int]], room: int, people: Sequence[int], apart: Apart) -> int | None:
    """The smallest circle that can take these people."""
    able = [
        number
        for number, members in going.items()
        if len(members) + room <= MOST and all(_fits(one, members, apart) for one in people)
    ]
    return min(able, key=lambda one: (len(going[one]), one), default=None)


def _groups(queue: Sequence[int], apart: Apart) -> tuple[list[list[int]], list[int]]:
    """New circles of about the same size, and who is left."""
    if len(queue) < LEAST:
        return [], list(queue)
    groups: list[list[int]] = [[] for _ in range(-(-len(queue) // MOST))]
    left: list[int] = []
    for person in queue:
        free = [one for one in groups if len(one) < MOST and _fits(person, one, apart)]
        if free:
            min(free, key=len).append(person)
        else:
            left.append(person)
    left += [person for one in groups if len(one) < LEAST for person in one]
    return [one for one in groups if len(one) >= LEAST], left
