"""Mentors' circles: groups of four to seven mentors who talk once a month. Who is in which one, and who hosts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST, MOST = 4, 7
"""Members. A group DM takes eight people besides the bot; with fewer than four, one absence leaves two to talk."""
PACKS = ("start", "upward", "listening", "stuck", "boundaries", "learning")
"""The reflection packs in their order, as `circles.packs.<name>` has their texts. They repeat after the last one."""
MINUTES = 30

Apart = Collection[frozenset[int]]
"""Pairs of members who are not put together."""
Languages = Mapping[int, frozenset[str]]
"""The languages in which each member can talk, at least one."""


@dataclass(frozen=True)
class Arrangement:
    """`circles`: the members of each circle that goes on, by its id; `new`: those of each new one; `closed`: the ids of
    circles that do not go on; `waiting`: who is in none."""

    circles: Mapping[int, tuple[int, ...]]
    new: tuple[tuple[int, ...], ...]
    closed: tuple[int, ...]
    waiting: tuple[int, ...]


def arrange(
    circles: Mapping[int, Sequence[int]], waiting: Sequence[int], languages: Languages, apart: Apart = ()
) -> Arrangement:
    """Who is in which circle from now on.

    A circle that is too small gets who waits, or is merged with another one, or ends, and its members wait. Four or
    more who wait are a new circle; fewer are added where there is room. Nobody else changes the circle. All members
    share a language; a circle that has none in common, because its members changed theirs, takes nobody.
    """
    going = {number: list(members) for number, members in circles.items()}
    queue = list(waiting)
    closed: list[int] = []
    rules = _Rules(languages, apart)
    for number in sorted(going, key=lambda one: (len(going[one]), one)):
        members = going[number]
        for person in list(queue):
            if len(members) < LEAST and rules.fit([*members, person]):
                members.append(person)
                queue.remove(person)
        if len(members) >= LEAST:
            continue
        del going[number]
        closed.append(number)
        other = _with_room(going, members, rules)
        if other is not None:
            going[other] += members
        else:
            queue = [*members, *queue]
    new, queue = _groups(queue, rules)
    for person in list(queue):
        place = _with_room(going, [person], rules)
        if place is not None:
            going[place].append(person)
            queue.remove(person)
    return Arrangement(
        {number: tuple(members) for number, members in going.items()},
        tuple(tuple(one) for one in new),
        tuple(closed),
        tuple(queue),
    )


def shared_languages(people: Iterable[int], languages: Languages) -> frozenset[str]:
    """The languages that all of these people speak."""
    each = [languages[person] for person in people]
    return each[0].intersection(*each[1:]) if each else frozenset()


def language_of(people: Iterable[int], languages: Languages, usual: str) -> str:
    """What a circle of these people speaks: `usual`, the programme's, if all do, or if they have none in common."""
    shared = shared_languages(people, languages)
    return usual if usual in shared or not shared else min(shared)


def next_host(hosted: Mapping[int, int], order: Sequence[int]) -> int | None:
    """The member who hosts next: who hosted least, the earliest in `order` of those. None without members.

    `hosted`: how often each has hosted; a member who is not in it has not.
    """
    return min(order, key=lambda one: (hosted.get(one, 0), order.index(one)), default=None)


def pack_of(number: int) -> str:
    """The name of the `number`-th pack of a circle, counted from 1."""
    return PACKS[(number - 1) % len(PACKS)]


@dataclass(frozen=True)
class _Rules:
    languages: Languages
    apart: Apart

    def fit(self, people: Sequence[int]) -> bool:
        """Whether these people share a language, and none of them is to be apart from another."""
        together = any(pair <= set(people) for pair in self.apart)
        return not together and bool(shared_languages(people, self.languages))


def _with_room(going: Mapping[int, list[int]], people: Sequence[int], rules: _Rules) -> int | None:
    """The smallest circle that can take these people."""
    able = [
        number
        for number, members in going.items()
        if len(members) + len(people) <= MOST and rules.fit([*members, *people])
    ]
    return min(able, key=lambda one: (len(going[one]), one), default=None)


def _groups(queue: Sequence[int], rules: _Rules) -> tuple[list[list[int]], list[int]]:
    """New circles of about the same size for each language, and who is left."""
    groups: list[list[int]] = []
    for people in _by_language(queue, rules.languages):
        groups += _of_one_language(people, rules)
    placed = {person for one in groups for person in one}
    return groups, [person for person in queue if person not in placed]


def _by_language(queue: Sequence[int], languages: Languages) -> list[list[int]]:
    """Those who wait, in their order, by the language of the circle that they could be in.

    Who speaks several goes where they complete a circle, the one that needs the fewest first; otherwise to the most.
    """
    known = sorted({one for person in queue for one in languages[person]})
    only = {one: [person for person in queue if languages[person] == {one}] for one in known}
    most = sorted(known, key=lambda one: (-len(only[one]), one))
    few = sorted((one for one in known if 0 < len(only[one]) < LEAST), key=lambda one: (-len(only[one]), one))
    free = [person for person in queue if len(languages[person]) > 1]
    for one in few:
        able = [person for person in free if one in languages[person]][: LEAST - len(only[one])]
        if len(only[one]) + len(able) == LEAST:
            only[one] += able
            free = [person for person in free if person not in able]
    for person in free:
        only[next(one for one in most if one in languages[person])].append(person)
    return [sorted(only[one], key=queue.index) for one in known]


def _of_one_language(queue: Sequence[int], rules: _Rules) -> list[list[int]]:
    if len(queue) < LEAST:
        return []
    groups: list[list[int]] = [[] for _ in range(-(-len(queue) // MOST))]
    for person in queue:
        free = [one for one in groups if len(one) < MOST and rules.fit([*one, person])]
        if free:
            min(free, key=len).append(person)
    return [one for one in groups if len(one) >= LEAST]
