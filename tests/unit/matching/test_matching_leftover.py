"""Whoever has no partner is told the true cause: were that alone otherwise, there would be somebody for them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.matching import Scores, assign, leftover_cause, score
from bot.domain.matching_leftover import Side
from bot.domain.profiles import Level, Offer, Profile, Role, Rules, Wish

Pairs = set[tuple[int, int]]
"""(mentee, mentor), by their ids."""
TOPICS = ("ai", "law", "tiktok")
EVERYBODY = range(6)


@st.composite
def people(draw: st.DrawFn, number: int) -> Profile:
    """Half of them learn, half of them teach; much stands in their way."""
    teaches = number % 2 == 1
    some = st.frozensets(st.sampled_from(EVERYBODY), max_size=1)
    rarely = st.sampled_from([True, *[False] * 5])
    topic = draw(st.sampled_from(TOPICS))
    return Profile(
        id=number,
        role=Role.MENTOR if teaches else Role.MENTEE,
        level=Level(draw(st.sampled_from((1, 2, 4) if teaches else (2, 4, 6)))),
        department=draw(st.sampled_from(("", "sales", "it"))),
        offers=(Offer(topic, 3),) if teaches else (),
        wishes=() if teaches else (Wish(topic, 3),),
        languages=draw(st.sampled_from((frozenset({"id"}), frozenset({"en"}), frozenset({"id", "en"})))),
        mentor_capacity=draw(st.sampled_from((0, 1, 1))),
        mentee_capacity=draw(st.sampled_from((0, 1, 1))),
        manager=draw(st.sampled_from((None, None, *EVERYBODY))),
        manager_known=not draw(rarely),
        avoids=draw(some),
        past=draw(some),
        held=teaches and draw(rarely),
        active=not draw(rarely),
    )


companies = st.tuples(*(people(number) for number in EVERYBODY))
forbidden_pairs = st.sets(st.tuples(st.sampled_from((0, 2, 4)), st.sampled_from((1, 3, 5))), max_size=4)

LIFTED: dict[str, Callable[[Profile], Profile]] = {
    "level_gap": lambda one: replace(one, level=Level.ENTRY if one.role is Role.MENTOR else Level.EXECUTIVE),
    "reporting_line": lambda one: replace(one, manager=None),
    "same_department": lambda one: replace(one, department=""),
    "paired_before": lambda one: replace(one, past=frozenset()),
    "blocked": lambda one: replace(one, avoids=frozenset()),
    "no_common_language": lambda one: replace(one, languages=frozenset({"id", "en"})),
    "places_taken": lambda one: replace(one, mentor_capacity=9, mentee_capacity=9),
    "nobody_ready": lambda one: replace(one, held=False, manager_known=True),
}
"""Causes that lie between people, and everybody without them."""
OWN: dict[str, Callable[[Profile], bool]] = {
    "inactive": lambda one: not one.active,
    "held": lambda one: one.held,
    "no_capacity": lambda one: (one.mentor_capacity if one.role is Role.MENTOR else one.mentee_capacity) == 0,
    "manager_missing": lambda one: not one.manager_known,
}


@given(companies, forbidden_pairs)
@settings(max_examples=40)
def test_without_the_cause_there_would_be_somebody(company: tuple[Profile, ...], forbidden: Pairs) -> None:
    _true_causes(company, forbidden)


@pytest.mark.soak
def test_every_cause_is_met_and_true() -> None:
    seen: Counter[str] = Counter()

    @given(companies, forbidden_pairs)
    @settings(max_examples=1_000)
    def look(company: tuple[Profile, ...], forbidden: Pairs) -> None:
        seen.update(_true_causes(company, forbidden))

    look()
    assert set(seen) >= {*LIFTED, *OWN, "forbidden_by_hr", "many_rules", "topic_not_offered", "topic_not_wished"}


def _true_causes(company: tuple[Profile, ...], forbidden: Pairs) -> list[str]:
    """The causes of everybody left over, each held against a company without it."""
    scores = score(company, Rules())
    pairs = [scores.pair_index(*pair) for pair in forbidden]
    found = assign(scores, scores.mentor_capacity, scores.mentee_demand, forbidden=pairs)
    matched = {*scores.mentee_ids[found.matched_mentees].tolist(), *scores.mentor_ids[found.matched_mentors].tolist()}
    seen: list[str] = []
    for person in company:
        if person.id in matched:
            continue
        side: Side = "mentor" if person.role is Role.MENTOR else "mentee"
        cause = leftover_cause(person.id, side, scores, found).cause
        seen.append(cause)
        if cause in OWN:
            assert OWN[cause](person)
        elif cause in LIFTED:
            assert _possible(company, LIFTED[cause], forbidden, person.id), cause
        elif cause == "forbidden_by_hr":
            assert not _possible(company, _as_they_are, forbidden, person.id)
            assert _possible(company, _as_they_are, set(), person.id)
        elif cause == "many_rules":
            assert not any(_possible(company, lift, forbidden, person.id) for lift in LIFTED.values())
        elif cause == "nobody_there":
            assert not any(one.active for one in company if one.role is not person.role)
        else:
            _no_topic_in_common(company, scores, person, forbidden)
    return seen


def _as_they_are(one: Profile) -> Profile:
    return one


def _possible(
    company: tuple[Profile, ...], lift: Callable[[Profile], Profile], forbidden: Pairs, person_id: int
) -> bool:
    """Whether the rules and HR allow this person anybody once a cause is lifted."""
    scores = score([lift(one) for one in company], Rules())
    return bool(_partners(scores, person_id) - {other for pair in forbidden if person_id in pair for other in pair})


def _partners(scores: Scores, person_id: int) -> set[int]:
    mentees, mentors = scores.mentee_ids.tolist(), scores.mentor_ids.tolist()
    every = ((mentee, mentor) for mentee in mentees for mentor in mentors if person_id in (mentee, mentor))
    allowed = (pair for pair in every if scores.matrix[scores.pair_index(*pair)] >= 0)
    return {other for pair in allowed for other in pair} - {person_id}


def _no_topic_in_common(company: tuple[Profile, ...], scores: Scores, person: Profile, forbidden: Pairs) -> None:
    closed = {other for pair in forbidden if person.id in pair for other in pair}
    mine = _topics(person)
    for other in _partners(scores, person.id) - closed:
        assert not mine & _topics(company[other])


def _topics(person: Profile) -> set[str]:
    return {offer.topic for offer in person.offers} | {wish.topic for wish in person.wishes}
