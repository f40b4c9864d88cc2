"""The effect of other weights or rules on a draft, as a plain function for the worker process."""

from collections.abc import Collection
from dataclasses import dataclass
from statistics import fmean

from bot.domain.matching.explain import fitting_styles, shares_nothing
from bot.domain.matching.rules import parts_of
from bot.domain.signup import TOP_SCORE, Profile, Rules
from bot.services.matching.problem import PairIds, Roster
from bot.services.matching.solve import choose

EXAMPLES = 3


@dataclass(frozen=True)
class Picture:
    """A set of pairs in figures that are comparable whatever weights were used.

    `fit` is the average score, 0 to 1, and `weak` the number of weak matches, both by the weights and limit that
    are tried. `topics` and `interests` count pairs in which the mentor teaches what the leader wants to learn, and
    pairs with a common interest; `styles` those whose working styles fit somewhere, by the rule that is tried.
    """

    pairs: int
    fit: float
    weak: int
    topics: int
    interests: int
    styles: int = 0


@dataclass(frozen=True)
class Trial:
    """The pairs as they are and as they would be; how many would be new, and some of those, strongest first."""

    before: Picture
    after: Picture
    new: int
    examples: tuple[PairIds, ...]


def try_out(roster: Roster, rules: Rules, before: Collection[PairIds] | None) -> Trial:
    """The result of a re-run with `rules`, beside the draft `before`, or beside the result of today's rules."""
    people = {person.id: person for person in roster.people}
    now = choose(roster).couples if before is None else before
    still = [couple for couple in now if set(couple) <= people.keys()]
    then = [couple for couple in choose(roster.by(rules)).couples if set(couple) <= people.keys()]
    new = sorted(set(then) - set(still), key=lambda couple: (-_score(couple, people, rules), couple))
    return Trial(_picture(still, people, rules), _picture(then, people, rules), len(new), tuple(new[:EXAMPLES]))


def _picture(couples: Collection[PairIds], people: dict[int, Profile], rules: Rules) -> Picture:
    pairs = [(people[mentor], people[leader]) for mentor, leader in couples]
    scores = [_score(couple, people, rules) for couple in couples]
    return Picture(
        len(pairs),
        fmean(scores) / TOP_SCORE if scores else 0.0,
        sum(
            score < rules.floor or shares_nothing(*pair, rules.style_fit)
            for score, pair in zip(scores, pairs, strict=True)
        ),
        sum(
            bool({offer.topic for offer in mentor.offers} & {wish.topic for wish in leader.wishes})
            for mentor, leader in pairs
        ),
        sum(bool(mentor.interests & leader.interests) for mentor, leader in pairs),
        sum(bool(fitting_styles(mentor, leader, rules.style_fit)) for mentor, leader in pairs),
    )


def _score(couple: PairIds, people: dict[int, Profile], rules: Rules) -> int:
    mentor, leader = couple
    return sum(parts_of(people[leader], people[mentor], rules).values())
