"""The hard rules and the parts of a score for one pair, in plain Python.

This module defines what a score means. `matching.scores` computes the same for all pairs at once and is tested
against it.
"""

from collections.abc import Iterable, Mapping

from bot.domain.signup import Profile, Rules, StyleFit

TOPIC_TOP_LEVEL = 5
FULL_INTERESTS = 3
FULL_HOURS = 20
UNKNOWN_HOURS = 10
# Percent by levels of distance: two or three are far enough for another view and near enough to talk freely.
GAP_PERCENT = (0, 70, 100, 100, 85, 70, 60)

RULES = (
    "oneself",
    "inactive",
    "held",
    "no_capacity",
    "manager_missing",
    "level_gap",
    "reporting_line",
    "same_department",
    "paired_before",
    "blocked",
    "no_common_language",
)

HIDDEN_RULES = frozenset({"blocked"})
"""Rules that only the solver uses: HR must not learn whom a person avoids."""

Managers = Mapping[int, int | None]


def reporting_lines(people: Iterable[Profile], managers: Managers | None = None) -> dict[int, frozenset[int]]:
    """All people above each person: managers and appraisers, theirs, and so on up to the top.

    `managers` adds the managers of employees who do not take part, so that no line is cut at one of them.
    A cycle in the roster ends the walk; everyone in it is above everyone else in it.
    """
    above: dict[int, set[int]] = {}
    for employee, manager in (managers or {}).items():
        above.setdefault(employee, set()).update(() if manager is None else (manager,))
    people = list(people)
    for person in people:
        direct = set(person.appraisers) | (set() if person.manager is None else {person.manager})
        above.setdefault(person.id, set()).update(direct)
    return {person.id: ancestors(person.id, above) for person in people}


def ancestors(person_id: int, above: Mapping[int, set[int]]) -> frozenset[int]:
    """All people above a person, given who is directly above whom."""
    seen: set[int] = set()
    to_visit = list(above.get(person_id, ()))
    while to_visit:
        current = to_visit.pop()
        if current not in seen:
            seen.add(current)
            to_visit.extend(above.get(current, ()))
    return frozenset(seen - {person_id})


def broken_rules(
    leader: Profile, mentor: Profile, rules: Rules, lines: Mapping[int, frozenset[int]] | None = None
) -> tuple[str, ...]:
    """The names, in the order of `RULES`, of the hard rules that forbid this pair; empty if it is allowed.

    `lines` comes from `reporting_lines` over all people; without it only the two people's own managers are checked.
    """
    if lines is None:
        lines = reporting_lines((leader, mentor))
    broken = {
        "oneself": leader.id == mentor.id,
        "inactive": not (leader.active and mentor.active),
        "held": mentor.held or leader.held,
        "no_capacity": not _has_capacity(leader, mentor),
        "manager_missing": not (leader.manager_known and mentor.manager_known),
        "level_gap": leader.level - mentor.level < rules.least_gap,
        "reporting_line": leader.id in lines[mentor.id] or mentor.id in lines[leader.id],
        "same_department": not rules.same_department_allowed and same_department(leader, mentor),
        "paired_before": leader.id in mentor.past or mentor.id in leader.past,
        "blocked": leader.id in mentor.avoids or mentor.id in leader.avoids,
        "no_common_language": not leader.languages & mentor.languages,
    }
    return tuple(rule for rule in RULES if broken[rule])


def visible_rules(
    leader: Profile, mentor: Profile, rules: Rules, lines: Mapping[int, frozenset[int]] | None = None
) -> tuple[str, ...]:
    """The broken rules that HR may see: for every answer to HR about two people that it names."""
    return tuple(rule for rule in broken_rules(leader, mentor, rules, lines) if rule not in HIDDEN_RULES)


def _has_capacity(leader: Profile, mentor: Profile) -> bool:
    both_sides = leader.role.learns and mentor.role.teaches
    return both_sides and leader.leader_capacity > 0 and mentor.mentor_capacity > 0


def same_department(one: Profile, profile: Profile) -> bool:
    """Whether both are in the same department; an unknown one differs from all."""
    return one.department != "" and one.department == profile.department


def parts_of(leader: Profile, mentor: Profile, rules: Rules) -> dict[str, int]:
    """The points of each part of the score of this pair, in the order of `PARTS`; their sum is the score."""
    weights = rules.weights
    return {
        "topics": topic_points(leader, mentor, weights.topics),
        "interests": interest_points(leader, mentor, weights.interests),
        "style": style_points(leader.style, mentor.style, weights.style, rules.style_fit),
        "gap": gap_points(leader.level, mentor.level, weights.gap),
        "hours": hours_points(leader.free_hours, mentor.free_hours, weights.hours),
        "language": language_points(leader.languages, mentor.languages, weights.language),
        "format": choice_points(leader.formats, mentor.formats, weights.format),
        "cadence": choice_points(leader.cadences, mentor.cadences, weights.cadence),
    }


def topic_units(leader: Profile, weight: int) -> dict[str, int]:
    """Points that each level of an offer earns on each topic that the leader wants.

    They are distributed by priority so that a mentor at the top level in the two most wanted topics earns all points:
    wanting many topics does not make a leader harder to satisfy.
    """
    two_most_wanted = sum(sorted((wish.priority for wish in leader.wishes), reverse=True)[:2])
    return {wish.topic: weight * wish.priority // (TOPIC_TOP_LEVEL * two_most_wanted) for wish in leader.wishes}


def topic_points(leader: Profile, mentor: Profile, weight: int) -> int:
    """Wanted topics, by priority, against offered topics, by level."""
    units = topic_units(leader, weight)
    return min(weight, sum(units.get(offer.topic, 0) * offer.level for offer in mentor.offers))


def interest_points(leader: Profile, mentor: Profile, weight: int) -> int:
    """Common interests; three earn the maximum."""
    return weight // FULL_INTERESTS * min(FULL_INTERESTS, len(leader.interests & mentor.interests))


def style_points(leader: tuple[int, ...], mentor: tuple[int, ...], weight: int, fit: StyleFit) -> int:
    """Working style: on each axis what fits counts two, a missing answer one, what does not fit nothing."""
    fitting = sum(1 + fit.sign * one * other for one, other in zip(leader, mentor, strict=True))
    return weight * fitting // (2 * len(leader))


def gap_points(leader: int, mentor: int, weight: int) -> int:
    """Seniority gap, in career levels."""
    gap = leader - mentor
    return weight * GAP_PERCENT[gap] // 100 if 0 <= gap < len(GAP_PERCENT) else 0


def hours_points(leader: int, mentor: int, weight: int) -> int:
    """Common working hours in a week; twenty earn the maximum, unknown ones count as ten."""
    shared = (leader & mentor).bit_count() if leader and mentor else UNKNOWN_HOURS
    return weight // FULL_HOURS * min(FULL_HOURS, shared)


def language_points(leader: frozenset[str], mentor: frozenset[str], weight: int) -> int:
    """The share of the leader's languages that the mentor also speaks."""
    return weight * len(leader & mentor) // len(leader) if leader else 0


def choice_points(leader: frozenset[str], mentor: frozenset[str], weight: int) -> int:
    """A common format or cadence; half the points if either has no preference."""
    if not leader or not mentor:
        return weight // 2
    return weight if leader & mentor else 0
