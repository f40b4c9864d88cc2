"""Buddies: mentors who swap notes with a fellow mentor. Who is introduced to whom.

Every mentor is offered one, so that asking says nothing about a person.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

MOST_ASKERS = 2
"""Mentors to whom one person is a buddy at the same time."""


@dataclass(frozen=True, slots=True)
class BuddyCandidate:
    """A mentor who offers to be a buddy, asks for one, or both.

    `participant`: the id of the sign-up; `askers`: how many buddies they have now; `alumnus`: they were a mentor in an
    earlier programme, and take no part in this one.
    """

    participant: int
    person: int
    asks: bool
    offers: bool
    languages: frozenset[str]
    topics: frozenset[str] = frozenset()
    askers: int = 0
    alumnus: bool = False


def still_wanted(first: BuddyCandidate, second: BuddyCandidate) -> bool:
    """Whether one of two who were introduced asks, and the other one offers or asks as well."""
    return (first.asks and (second.offers or second.asks)) or (second.asks and first.offers)


def choose_buddy(
    asker: BuddyCandidate, candidates: Iterable[BuddyCandidate], forbidden: Collection[int]
) -> BuddyCandidate | None:
    """The buddy of a mentor who asks; None if nobody is willing. `forbidden`: ids of people who may not be.

    A person who offered goes before one who asks too, an earlier mentor before others, then who has fewer askers and
    more topics in common.
    """
    able = [
        one
        for one in candidates
        if one.person != asker.person
        and one.person not in forbidden
        and one.languages & asker.languages
        and ((one.offers and one.askers < MOST_ASKERS) or (one.asks and not one.askers))
    ]

    def rank(candidate: BuddyCandidate) -> tuple[bool, bool, int, int, int]:
        return (
            not candidate.offers,
            not candidate.alumnus,
            candidate.askers,
            -len(candidate.topics & asker.topics),
            candidate.participant,
        )

    return min(able, key=rank, default=None)
