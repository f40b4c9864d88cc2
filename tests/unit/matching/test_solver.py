"""The whole proposal against a plain search through everything that is allowed."""

import pickle
import random
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bot.domain.matching.rules import broken_rules, parts_of, reporting_lines
from bot.domain.matching.unmatched_causes import HELPS
from bot.domain.sessions import Side
from bot.domain.signup import Level, Offer, Profile, Role, Rules, Wish
from bot.services.matching.problem import Decisions, Roster
from bot.services.matching.solve import Solution, others_for, solve
from tests.seeds import seeds

TOPICS = ("ai_tools", "social_media", "data_dashboards", "design_thinking")
RULES = Rules()
Counted = tuple[int, int, int, int]
"""First partners, pairs, pairs under the floor (less than nothing), squared regret (less than nothing)."""
BOSS = 900
"""Somebody who takes no part: a line of management passes through them."""


def roster(seed: int) -> Roster:
    """A small company with every rule in play."""
    chance = random.Random(seed)
    ids = list(range(1, 13))
    people = tuple(
        Profile(
            id=one,
            role=Role.MENTOR if one <= 5 else Role.BOTH if one <= 7 else Role.LEADER,
            level=Level(chance.randint(1, 3) if one <= 5 else chance.randint(3, 7)),
            department=chance.choice(("marketing", "finance", "sales")),
            offers=tuple(Offer(topic, chance.randint(1, 5)) for topic in chance.sample(TOPICS, 2)),
            wishes=tuple(Wish(topic, chance.randint(1, 3)) for topic in chance.sample(TOPICS, 2)),
            mentor_capacity=chance.randint(0, 2),
            leader_capacity=chance.randint(1, 2),
            manager=BOSS if one == 1 else chance.choice([None, *(other for other in ids if other > one)]),
            manager_known=one != 5 or chance.random() < 0.5,
            avoids=frozenset(chance.sample(ids, 1)) - {one},
            past=frozenset(chance.sample(ids, 1)) - {one},
        )
        for one in ids
    )
    taken_out = frozenset((chance.randint(1, 5), chance.randint(8, 12)) for _ in range(2))
    return Roster(people, {BOSS: 12}, RULES, frozenset(), taken_out, 0, {one: one for one in ids})


def worth(company: Roster) -> dict[tuple[int, int], int]:
    """The score of every couple (mentor, leader) that no rule forbids."""
    lines = reporting_lines(company.people, company.managers)
    return {
        (mentor.id, leader.id): sum(parts_of(leader, mentor, RULES).values())
        for mentor in company.people
        for leader in company.people
        if not broken_rules(leader, mentor, RULES, lines) and (mentor.id, leader.id) not in company.taken_out
    }


def gain(score: int, first_leader: bool, first_mentor: bool) -> Counted:
    """What one pair adds: a first partner for somebody, a pair, one under the floor or not, its squared regret."""
    return first_leader + first_mentor, 1, -(score < RULES.floor), -((10_000 - score) ** 2)


def added(one: Counted, other: Counted) -> Counted:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


def best(company: Roster) -> Counted:
    """Most first partners, most pairs, fewest under the floor, least regret, by looking at every possibility."""
    allowed = worth(company)
    mentors = [person for person in company.people if person.role.teaches]
    places = {person.id: place for place, person in enumerate(mentors)}
    learners = [(person.id, person.leader_capacity) for person in company.people if person.role.learns]

    @cache
    def search(turn: int, last: int, wanted: int, free: tuple[int, ...]) -> Counted:
        if turn == len(learners):
            return 0, 0, 0, 0
        leader = learners[turn][0]
        following = learners[turn + 1][1] if turn + 1 < len(learners) else 0
        found = search(turn + 1, -1, following, free)
        if not wanted:
            return found
        for mentor, place in places.items():
            if place > last and free[place] and (mentor, leader) in allowed:
                left = tuple(n - (i == place) for i, n in enumerate(free))
                untouched = free[place] == mentors[place].mentor_capacity
                this = gain(allowed[mentor, leader], wanted == learners[turn][1], untouched)
                found = max(found, added(this, search(turn, place, wanted - 1, left)))
        return found

    return search(0, -1, learners[0][1], tuple(person.mentor_capacity for person in mentors))


@pytest.mark.simulation
@pytest.mark.parametrize("seed", seeds(25))
def test_the_proposal_is_the_best_there_is(seed: int) -> None:
    company = roster(seed)
    found = solve(company)
    allowed = worth(company)
    couples = [(pair.mentor, pair.leader) for pair in found.pairs]
    assert len(set(couples)) == len(couples)
    assert all(pair.score == allowed[pair.mentor, pair.leader] for pair in found.pairs)
    for person in company.people:
        assert sum(mentor == person.id for mentor, _ in couples) <= person.mentor_capacity
        assert sum(leader == person.id for _, leader in couples) <= person.leader_capacity
    total: Counted = (0, 0, 0, 0)
    for index, pair in enumerate(found.pairs):
        before = couples[:index]
        firsts = (
            all(pair.leader != leader for _, leader in before),
            all(pair.mentor != mentor for mentor, _ in before),
        )
        total = added(total, gain(pair.score, *firsts))
    assert total == best(company)


def test_nobody_gets_a_second_leader_while_another_mentor_has_none() -> None:
    """Even where the one with two places fits both leaders better."""

    def person(one: int, role: Role, **more: Any) -> Profile:
        level = Level.SPECIALIST if role is Role.MENTOR else Level.DIRECTOR
        return Profile(id=one, role=role, level=level, department=f"d{one}", manager_known=True, **more)

    people = (
        person(1, Role.MENTOR, offers=(Offer("ai_tools", 5), Offer("social_media", 5)), mentor_capacity=2),
        person(2, Role.MENTOR, offers=(Offer("ai_tools", 2),), mentor_capacity=2),
        person(3, Role.LEADER, wishes=(Wish("ai_tools", 3), Wish("social_media", 3)), leader_capacity=1),
        person(4, Role.LEADER, wishes=(Wish("ai_tools", 3), Wish("social_media", 2)), leader_capacity=1),
    )
    found = solve(Roster(people, {}, RULES, frozenset(), frozenset(), 0, {one.id: one.id for one in people}))
    assert {pair.mentor for pair in found.pairs} == {1, 2}
    assert found.left == ()


def test_whoever_has_a_leader_already_waits_for_a_second_until_others_have_a_first() -> None:
    """In a running programme, too: even where the one with a leader fits the late one better."""

    def person(one: int, role: Role, level: Level, **more: Any) -> Profile:
        return Profile(id=one, role=role, level=level, department=f"d{one}", manager_known=True, **more)

    people = (
        person(1, Role.MENTOR, Level.SPECIALIST, offers=(Offer("ai_tools", 5),), mentor_capacity=1),
        person(2, Role.MENTOR, Level.SPECIALIST, offers=(Offer("ai_tools", 1),), mentor_capacity=2),
        person(3, Role.LEADER, Level.DIRECTOR, wishes=(Wish("ai_tools", 3),), leader_capacity=1),
    )
    ids = {one.id: one.id for one in people}
    for held, mentor in ((frozenset(), 1), (frozenset({(Side.MENTOR, 1)}), 2)):
        found = solve(Roster(people, {}, RULES, held, frozenset(), 0, ids))
        assert [(pair.mentor, pair.leader) for pair in found.pairs] == [(mentor, 3)]


@pytest.mark.simulation
@pytest.mark.parametrize("seed", seeds(25))
def test_everybody_has_a_partner_or_a_cause(seed: int) -> None:
    company = roster(seed)
    found = solve(company)
    for person in company.people:
        for side, wants, places, in_pairs in (
            (Side.MENTOR, person.role.teaches, person.mentor_capacity, [pair.mentor for pair in found.pairs]),
            (Side.LEADER, person.role.learns, person.leader_capacity, [pair.leader for pair in found.pairs]),
        ):
            partnered = person.id in in_pairs
            told = [one for one in found.left if (one.person, one.side) == (person.id, side)]
            assert len(told) == (wants and places > 0 and not partnered)
    assert all(one.cause != "blocked" for one in found.left), "whom somebody avoids is nobody's business"
    assert all(one.help == HELPS[one.cause] for one in found.left), "nor can it be told from what would help"


def test_whoever_has_a_partner_already_is_not_left_over() -> None:
    company = roster(3)
    nobody = Roster((), {}, RULES, frozenset(), frozenset(), 0, {})
    assert solve(nobody) == Solution((), ())
    held = frozenset((side, person.id) for person in company.people for side in Side)
    again = solve(Roster(company.people, company.managers, RULES, held, company.taken_out, 0, company.participant_ids))
    assert again.left == ()


def test_rosters_and_proposals_travel_between_processes() -> None:
    company = roster(1)
    assert pickle.loads(pickle.dumps(company)) == company
    assert pickle.loads(pickle.dumps(solve(company))) == solve(company)


def test_reasons_are_of_what_both_wrote_and_hold_no_numbers() -> None:
    company = roster(2)
    by_id = {person.id: person for person in company.people}
    for pair in solve(company).pairs:
        common = {offer.topic for offer in by_id[pair.mentor].offers} & {
            wish.topic for wish in by_id[pair.leader].wishes
        }
        for side in ("mentor", "mentee"):
            reasons = pair.explanation[side]
            assert 1 <= len(reasons) <= 3
            for _, arguments in reasons:
                assert set(arguments.get("topics", ())) <= common
                assert not any(isinstance(value, int) for values in arguments.values() for value in values)


def decided(company: Roster, **decisions: Any) -> Roster:
    return replace(company, decided=Decisions(**decisions))


@pytest.mark.simulation
@pytest.mark.parametrize("seed", [*seeds(20), 5121631447])
def test_what_hr_locked_stays_together_and_breaks_no_rule(seed: int) -> None:
    """In 5121631447 HR took out the pair (1, 12): HR cannot lock it as well."""
    company = roster(seed)
    possible = worth(company)
    wanted = frozenset(random.Random(seed).sample(sorted(possible), min(3, len(possible))))
    locked = (wanted | {(1, 12)}) - company.taken_out
    found = solve(decided(company, locked=locked))
    pairs = {(one.mentor, one.leader) for one in found.pairs}
    unkept = {(one.mentor, one.leader): one.rule for one in found.unkept}
    assert locked == locked & pairs | unkept.keys()
    assert not pairs & unkept.keys()
    assert all(rule == "no_capacity" for couple, rule in unkept.items() if couple in possible)
    assert pairs <= possible.keys()


def test_a_rule_that_hr_put_aside_for_two_is_put_aside_for_them_alone() -> None:
    mentor = Profile(id=1, role=Role.MENTOR, level=Level.ENTRY, department="sales", mentor_capacity=1)
    other = replace(mentor, id=2)
    leaders = [replace(mentor, id=one, role=Role.LEADER, level=Level.LEAD) for one in (8, 9)]
    company = Roster((mentor, other, *leaders), {}, RULES, frozenset(), frozenset(), 0, {})
    found = solve(decided(company, locked=frozenset({(1, 8)}), lifted={(1, 8): frozenset({"same_department"})}))
    (pair,) = found.pairs
    assert (pair.mentor, pair.leader) == (1, 8)
    assert pair.explanation["lifted"] == ["same_department"]
    assert "other_department" not in pair.explanation["checked"]
    assert {(one.person, one.cause) for one in found.left} == {(9, "same_department"), (2, "same_department")}


@pytest.mark.simulation
@pytest.mark.parametrize("seed", seeds(10))
def test_others_worked_out_later_are_those_whom_the_rules_allow_and_the_free_come_first(seed: int) -> None:
    company = roster(seed)
    found = solve(company)
    drawn = frozenset((one.mentor, one.leader) for one in found.pairs)
    company = replace(company, decided=Decisions(kept=drawn))
    # Whom somebody avoids is not left out: a name that is missing would tell HR.
    open_minded = tuple(replace(one, avoids=frozenset()) for one in company.people)
    allowed = worth(replace(company, people=open_minded))
    people = {one.id: one for one in company.people}
    for pair in found.pairs:
        others = others_for(company, pair.mentor, pair.leader)
        expected = {mentor for mentor, leader in allowed if leader == pair.leader} - {pair.mentor}
        assert {one for one, _ in others["mentor"]} <= expected
        assert len(others["mentor"]) == min(6, len(expected))
        assert all(score == allowed[one, pair.leader] for one, score in others["mentor"])
        taken = [
            sum(one == mentor for mentor, _ in drawn) >= people[one].mentor_capacity for one, _ in others["mentor"]
        ]
        assert taken == sorted(taken)
        assert {one for one, _ in others["mentee"]} <= {leader for mentor, leader in allowed if mentor == pair.mentor}
