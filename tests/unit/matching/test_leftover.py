"""The cause that HR reads for somebody without a partner is true, and its remedy changes the outcome."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.matching.engine import HELPS, Assignment, Causes, Leftover, Scores, assign, score
from bot.domain.matching.unmatched import Side
from bot.domain.matching.unmatched_causes import TOPIC_CAUSES
from bot.domain.signup import Level, Offer, Profile, Role, Rules, Wish

Pairs = frozenset[tuple[int, int]]
"""(leader, mentor), by their ids."""
TOPICS = ("ai", "law", "tiktok")
EVERYBODY = range(6)
RULES = Rules()


@dataclass(frozen=True)
class Company:
    """What a matching starts from."""

    people: tuple[Profile, ...]
    forbidden: Pairs = frozenset()
    rules: Rules = RULES


@st.composite
def people(draw: st.DrawFn, number: int) -> Profile:
    """Half of them learn, half of them teach, and one in six does both; they break many rules."""
    teaches = number % 2 == 1
    some = st.frozensets(st.sampled_from(EVERYBODY), max_size=1)
    rarely = st.sampled_from([*[False] * 5, True])
    role = Role.BOTH if draw(rarely) else Role.MENTOR if teaches else Role.LEADER
    topics = draw(st.lists(st.sampled_from(TOPICS), max_size=2, unique=True))
    wished = draw(st.lists(st.sampled_from(TOPICS), max_size=2, unique=True)) if role is Role.BOTH else topics
    return Profile(
        id=number,
        role=role,
        level=Level(draw(st.sampled_from((1, 2, 4) if teaches else (2, 4, 6)))),
        department=draw(st.sampled_from(("", "sales", "it"))),
        offers=tuple(Offer(topic, 3) for topic in topics) if role.teaches else (),
        wishes=tuple(Wish(topic, 3) for topic in wished) if role.learns else (),
        languages=draw(st.sampled_from((frozenset({"id"}), frozenset({"en"}), frozenset({"id", "en"})))),
        mentor_capacity=draw(st.sampled_from((1, 1, 0, 2))),
        leader_capacity=draw(st.sampled_from((1, 1, 0))),
        manager=draw(st.sampled_from((None, None, *EVERYBODY))),
        manager_known=not draw(rarely),
        avoids=draw(some),
        past=draw(some),
        held=draw(rarely),
        active=not draw(rarely),
    )


rule_sets = st.builds(Rules, least_gap=st.sampled_from((1, 1, 2, 4)), same_department_allowed=st.booleans())
forbidden_pairs = st.frozensets(st.tuples(st.sampled_from((0, 2, 4)), st.sampled_from((1, 3, 5))), max_size=4)
companies = st.builds(Company, st.tuples(*(people(number) for number in EVERYBODY)), forbidden_pairs, rule_sets)

Lift = Callable[[Company, int, Side], Company]
"""A company without one obstacle, for the person with this id on this side."""


def _everybody(change: Callable[[Profile], Profile]) -> Lift:
    return lambda company, person, side: replace(company, people=tuple(change(one) for one in company.people))


def _far_apart(company: Company, person: int, side: Side) -> Company:
    mine, theirs = (Level.EXECUTIVE, Level.ENTRY) if side == "mentee" else (Level.ENTRY, Level.EXECUTIVE)
    people = tuple(replace(one, level=mine if one.id == person else theirs) for one in company.people)
    return replace(company, people=people)


def _by(rules: Callable[[Rules], Rules]) -> Lift:
    return lambda company, person, side: replace(company, rules=rules(company.rules))


LIFTED: dict[str, Lift] = {
    "level_gap": _far_apart,
    "least_gap": _by(lambda rules: replace(rules, least_gap=1)),
    "level_at_end": _far_apart,
    "reporting_line": _everybody(lambda one: replace(one, manager=None)),
    "same_department": _by(lambda rules: replace(rules, same_department_allowed=True)),
    "paired_before": _everybody(lambda one: replace(one, past=frozenset())),
    "no_common_language": _everybody(lambda one: replace(one, languages=frozenset({"id", "en"}))),
    "places_taken": _everybody(lambda one: replace(one, mentor_capacity=9, leader_capacity=9)),
    "nobody_ready": _everybody(lambda one: replace(one, held=False)),
    "managers_missing": _everybody(lambda one: replace(one, manager_known=True)),
    "forbidden_by_hr": lambda company, person, side: replace(company, forbidden=frozenset()),
}
"""Every single obstacle between people that HR can see, and the company without it."""
TWO_OBSTACLES = {"held_without_manager": _everybody(lambda one: replace(one, held=False, manager_known=True))}
HIDDEN = {"blocked": _everybody(lambda one: replace(one, avoids=frozenset()))}
OWN: dict[str, Callable[[Profile, Side], bool]] = {
    "inactive": lambda one, side: not one.active,
    "held": lambda one, side: one.held,
    "no_capacity": lambda one, side: (one.mentor_capacity if side == "mentor" else one.leader_capacity) == 0,
    "manager_missing": lambda one, side: not one.manager_known,
}

LEADER = Profile(1, Role.LEADER, Level.DIRECTOR, "it", wishes=(Wish("ai", 3),))
JUNIOR = Profile(2, Role.MENTOR, Level.SPECIALIST, "sales", offers=(Offer("ai", 3),), mentor_capacity=1)
AVOIDED = replace(JUNIOR, id=4, avoids=frozenset({1}))

# Found by random search or by people; each failed once.
HELD_AND_WITHOUT_MANAGER = Company((LEADER, replace(JUNIOR, held=True, manager_known=False)))
WISHED_IN_THEIR_OWN_DEPARTMENT_AND_LINE = Company(
    (
        replace(JUNIOR, id=1, offers=(Offer("tiktok", 3),), manager=6),
        replace(JUNIOR, id=3, offers=(Offer("law", 3),), manager=6),
        replace(LEADER, id=2, wishes=(Wish("law", 3),)),
        replace(LEADER, id=4, department="sales", wishes=(Wish("tiktok", 3),)),
        replace(LEADER, id=6, department="hr", wishes=(Wish("tiktok", 3),)),
    )
)
AVOIDED_BY_MOST = Company((LEADER, AVOIDED, replace(AVOIDED, id=6), replace(JUNIOR, department="it")))
GAP_AT_ITS_LEAST = Company((replace(LEADER, level=Level.SPECIALIST), JUNIOR))
GAP_TOO_WIDE = Company((LEADER, replace(JUNIOR, level=Level.LEAD)), rules=Rules(least_gap=4))
NO_LEVEL_BELOW = Company(
    (replace(LEADER, level=Level.SPECIALIST), JUNIOR, replace(JUNIOR, id=3)), rules=Rules(least_gap=2)
)
FORBIDDEN_AND_FULL = Company(
    (LEADER, JUNIOR, replace(LEADER, id=3), replace(JUNIOR, id=4, department="it")), frozenset({(1, 2), (3, 4)})
)


@given(companies)
@example(HELD_AND_WITHOUT_MANAGER)
@example(WISHED_IN_THEIR_OWN_DEPARTMENT_AND_LINE)
@example(AVOIDED_BY_MOST)
@example(GAP_AT_ITS_LEAST)
@example(GAP_TOO_WIDE)
@example(FORBIDDEN_AND_FULL)
@settings(max_examples=50)
def test_without_the_cause_there_would_be_somebody(company: Company) -> None:
    _true_causes(company)


@given(companies)
@example(HELD_AND_WITHOUT_MANAGER)
@example(WISHED_IN_THEIR_OWN_DEPARTMENT_AND_LINE)
@example(GAP_TOO_WIDE)
@example(NO_LEVEL_BELOW)
@settings(max_examples=30)
def test_the_remedy_changes_the_outcome(company: Company) -> None:
    _remedies_help(company)


@pytest.mark.soak
def test_every_cause_is_met_and_true() -> None:
    seen: Counter[str] = Counter()

    @given(companies)
    @settings(max_examples=1_500)
    def look(company: Company) -> None:
        seen.update(_true_causes(company))

    look()
    # Drawn too rarely to be relied on; examples above and in `test_matching_explain` have them.
    assert set(seen) >= set(HELPS) - {*TOPIC_CAUSES, *TWO_OBSTACLES}


def test_a_topic_that_only_people_out_of_reach_wish_for_is_not_called_unwished() -> None:
    """Two people wish for it: one in the mentor's department, one in their reporting line."""
    found = _left(WISHED_IN_THEIR_OWN_DEPARTMENT_AND_LINE)[1, "mentor"]
    assert found.cause in ("same_department", "reporting_line")
    taken = _left(replace(WISHED_IN_THEIR_OWN_DEPARTMENT_AND_LINE, people=_with_partners_for(4, 6)))
    assert taken[1, "mentor"].cause == "places_taken", "whoever wishes for it has a partner"


def _with_partners_for(*leaders: int) -> tuple[Profile, ...]:
    """The same people, and a mentor for each of these."""
    more = tuple(replace(JUNIOR, id=10 + one, department="legal", offers=(Offer("tiktok", 3),)) for one in leaders)
    return WISHED_IN_THEIR_OWN_DEPARTMENT_AND_LINE.people + more


def test_the_gap_is_lowered_only_where_it_can_be() -> None:
    least, wide = (_left(company)[1, "mentee"] for company in (GAP_AT_ITS_LEAST, GAP_TOO_WIDE))
    assert (least.cause, least.help) == ("level_gap", "recruit_other_levels")
    assert (wide.cause, wide.help) == ("least_gap", "lower_least_gap")


def test_whom_somebody_avoids_does_not_hide_a_rule_that_hr_can_lift() -> None:
    assert _left(AVOIDED_BY_MOST)[1, "mentee"].cause == "same_department"


def test_what_would_make_others_ready_is_what_they_lack() -> None:
    causes = {
        change: _left(Company((LEADER, replace(JUNIOR, held="held" in change, manager_known="manager" not in change))))
        for change in ("held", "manager", "held, manager")
    }
    assert [(found[1, "mentee"].cause, found[1, "mentee"].help) for found in causes.values()] == [
        ("nobody_ready", "release_others"),
        ("managers_missing", "fill_managers"),
        ("held_without_manager", "make_ready"),
    ]


def _matched(company: Company) -> tuple[Scores, Assignment]:
    scores = score(company.people, company.rules)
    here = [pair for pair in company.forbidden if pair[0] in scores.leader_ids and pair[1] in scores.mentor_ids]
    pairs = [scores.pair_index(*pair) for pair in here]
    return scores, assign(scores, scores.mentor_capacity, scores.leader_demand, forbidden=pairs)


def _left(company: Company) -> dict[tuple[int, Side], Leftover]:
    """Why everybody is left over, by person and side."""
    scores, found = _matched(company)
    causes, left = Causes(scores, found), {}
    sides: tuple[tuple[Side, set[int]], ...] = (
        ("mentee", set(scores.leader_ids[found.matched_leaders].tolist())),
        ("mentor", set(scores.mentor_ids[found.matched_mentors].tolist())),
    )
    for person in company.people:
        for side, matched in sides:
            if _on(person, side) and person.id not in matched:
                left[person.id, side] = causes.of(person.id, side)
    return left


def _on(person: Profile, side: Side) -> bool:
    return person.role.teaches if side == "mentor" else person.role.learns


def _true_causes(company: Company) -> list[str]:
    """The causes of everybody left over, each compared with what is so, and with a company without it."""
    seen: list[str] = []
    for (person_id, side), left in _left(company).items():
        person = next(one for one in company.people if one.id == person_id)
        seen.append(left.cause)
        if left.cause in OWN:
            assert OWN[left.cause](person, side)
            continue
        assert not any(lacks(person, side) for lacks in OWN.values())
        there = [one for one in company.people if one.id != person_id and one.active and _on(one, _other(side))]
        assert (left.cause == "nobody_there") == (not there)
        would_help = {cause for cause, lift in LIFTED.items() if _helps(lift, company, person_id, side)}
        if left.cause in TOPIC_CAUSES:
            _nobody_has_the_topics(company, person, side, left)
        elif left.cause in LIFTED:
            assert left.cause in would_help
        elif there:
            assert not would_help, (left.cause, would_help)
            two, hidden = (_any_possible(lifts, company, person_id, side) for lifts in (TWO_OBSTACLES, HIDDEN))
            assert left.cause == ("held_without_manager" if two else "blocked" if hidden else "many_rules")
    return seen


def _any_possible(lifts: dict[str, Lift], company: Company, person_id: int, side: Side) -> bool:
    return any(_helps(lift, company, person_id, side) for lift in lifts.values())


def _helps(lift: Lift, company: Company, person_id: int, side: Side) -> bool:
    return _possible(lift(company, person_id, side), person_id, side)


def _other(side: Side) -> Side:
    return "mentee" if side == "mentor" else "mentor"


def _possible(company: Company, person_id: int, side: Side) -> bool:
    """Whether the rules and HR allow this person anybody."""
    scores = score(company.people, company.rules)
    return any(
        scores.matrix[scores.pair_index(leader, mentor)] >= 0 and (leader, mentor) not in company.forbidden
        for leader in scores.leader_ids.tolist()
        for mentor in scores.mentor_ids.tolist()
        if person_id == (leader if side == "mentee" else mentor)
    )


def _nobody_has_the_topics(company: Company, person: Profile, side: Side, left: Leftover) -> None:
    if side == "mentee":
        wished, there = {one.topic for one in person.wishes}, {one.topic for p in company.people for one in p.offers}
    else:
        wished, there = {one.topic for one in person.offers}, {one.topic for p in company.people for one in p.wishes}
    assert set(left.topics) == wished
    assert wished
    assert not wished & there


def _remedies_help(company: Company) -> None:
    """Each remedy, carried out, gives somebody a partner more, or the person, or takes the obstacle away."""
    before = _left(company)
    pairs = len(_matched(company)[1].pairs)
    for (person_id, side), left in before.items():
        assert left.help == HELPS[left.cause]
        person = next(one for one in company.people if one.id == person_id)
        after = _carried_out(company, person, side, left)
        now = _left(after).get((person_id, side))
        assert now is None or now.cause != left.cause or len(_matched(after)[1].pairs) > pairs, (person_id, side, left)


def _carried_out(company: Company, person: Profile, side: Side, left: Leftover) -> Company:
    """The company once HR did what the remedy says."""
    own: dict[str, Profile] = {
        "reactivate": replace(person, active=True),
        "release_hold": replace(person, held=False),
        "give_a_place": replace(person, mentor_capacity=1, leader_capacity=1),
        "fill_or_waive_manager": replace(person, manager_known=True),
        "ask_for_language": replace(person, languages=frozenset({"id", "en"})),
    }
    lifts = {
        "check_level": "level_at_end",
        "release_others": "nobody_ready",
        "fill_managers": "managers_missing",
        "lower_least_gap": "least_gap",
        "allow_same_department": "same_department",
        "allow_pair": "forbidden_by_hr",
        "add_places": "places_taken",
    }
    if left.help in own:
        changed = own[left.help]
        return replace(company, people=tuple(changed if one.id == person.id else one for one in company.people))
    if left.help in lifts:
        return LIFTED[lifts[left.help]](company, person.id, side)
    if left.help == "make_ready":
        return TWO_OBSTACLES["held_without_manager"](company, person.id, side)
    return replace(company, people=(*company.people, _recruit(person, side)))


def _recruit(person: Profile, side: Side) -> Profile:
    """Somebody new who fits: another department and line, at a level and with a topic that suit."""
    teaches = side == "mentee"
    return Profile(
        id=99,
        role=Role.MENTOR if teaches else Role.LEADER,
        level=Level.ENTRY if teaches else Level.EXECUTIVE,
        department="elsewhere",
        offers=tuple(Offer(wish.topic, 3) for wish in person.wishes) if teaches else (),
        wishes=() if teaches else tuple(Wish(offer.topic, 3) for offer in person.offers),
        languages=person.languages,
    )
