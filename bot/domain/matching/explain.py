"""Explains a pair: the parts of its score as reasons, each from what both wrote themselves.

Only codes and their arguments are created here; the words are in `prompts/`. Reasons contain no points and no rank.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.domain.matching.rules import parts_of
from bot.domain.signup import STYLES, Profile, Rules, StyleFit

MOST_REASONS = 3
EXCELLENT = 7_000
GOOD = 5_000
MANY_HOURS = 20
FEW_HOURS = 5
"""In a week: fewer than one on each working day."""
SUBSTANCE = frozenset({"topic", "interest", "style"})
"""Reasons that give two people something to talk about. The others only make it easy to meet."""
Args = Mapping[str, tuple[str, ...]]


class Reason(NamedTuple):
    """One reason: a code and its arguments, most important first.

    - `topic` {"topics"}: topics that one wants to learn and the other offers
    - `interest` {"interests"}: common interests
    - `style` {"styles"}: working styles that both chose
    - `style_differs` {"mentor_styles", "mentee_styles"}: different ones that complement each other, by HR's rule
    - `hours` {}: working hours that overlap well
    - `format` {"formats"}, `cadence` {"cadences"}, `language` {"languages"}: common choices
    - `other_view` {}: nothing in common was written; they see the company from different places
    """

    code: str
    args: Args


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one pair.

    `parts` maps each part to its points and adds up to `score`; it is for HR only, as is `quality`: "excellent",
    "good", "fair", or "weak" (under the floor, or without `SUBSTANCE`). `for_mentor` and `for_mentee` hold up to three
    reasons for each person.
    `checked` names the rules that hold: "not_in_reporting_line", "other_department" (unless HR lifted that rule),
    "common_language", "never_paired".
    """

    score: int
    quality: str
    parts: Mapping[str, int]
    for_mentor: tuple[Reason, ...]
    for_leader: tuple[Reason, ...]
    checked: tuple[str, ...]
    few_hours: bool = False
    """Whether they share few working hours a week; for HR only, who reads nothing else about working time."""


def explain(mentor: Profile, leader: Profile, rules: Rules) -> Explanation:
    """The reasons for a pair that the rules allow."""
    parts = parts_of(leader, mentor, rules)
    total = sum(parts.values())
    department = () if rules.same_department_allowed else ("other_department",)
    for_mentor, for_leader = _for_mentor(mentor, leader, rules), _for_leader(mentor, leader, rules, parts)
    return Explanation(
        score=total,
        quality=quality(total, rules, lacks_substance=not _has_substance((*for_mentor, *for_leader))),
        parts=parts,
        for_mentor=for_mentor,
        for_leader=for_leader,
        few_hours=mentor.free_hours > 0 < leader.free_hours and shared_hours(mentor, leader) < FEW_HOURS,
        checked=("not_in_reporting_line", *department, "common_language", "never_paired"),
    )


def lacks_substance(explanation: Mapping[str, Any]) -> bool:
    """Whether a stored explanation has no shared topic, interest or working style: it rests on hours, language and the
    like. False for one without reasons, whose people were never compared."""
    codes = {code for side in ("mentor", "mentee") for code, _ in explanation.get(side, [])}
    return bool(codes) and not codes & SUBSTANCE


def shares_nothing(mentor: Profile, leader: Profile, fit: StyleFit) -> bool:
    """The same of two profiles; `fit`: HR's rule for working styles."""
    offered = {offer.topic for offer in mentor.offers}
    topics = any(wish.topic in offered for wish in leader.wishes)
    return not topics and not _has_substance(reason for _, reason in _in_common(mentor, leader, fit))


def quality(score: int, rules: Rules, *, lacks_substance: bool = False) -> str:
    """A score in a word: "excellent", "good", "fair", or "weak" under HR's floor or without a substantial reason."""
    if lacks_substance or score < rules.floor:
        return "weak"
    return "excellent" if score >= EXCELLENT else "good" if score >= GOOD else "fair"


def _has_substance(reasons: Iterable[Reason]) -> bool:
    return any(one.code in SUBSTANCE for one in reasons)


def _for_leader(mentor: Profile, leader: Profile, rules: Rules, parts: Mapping[str, int]) -> tuple[Reason, ...]:
    """Their most wanted topics first, then the strongest reasons."""
    offered = {offer.topic for offer in mentor.offers}
    wished = sorted(leader.wishes, key=lambda wish: (-wish.priority, wish.topic))
    topics = tuple(wish.topic for wish in wished if wish.topic in offered)
    common = sorted(_in_common(mentor, leader, rules.style_fit), key=lambda item: -parts[item[0]])
    return _first_three(topics, [reason for _, reason in common])


def _for_mentor(mentor: Profile, leader: Profile, rules: Rules) -> tuple[Reason, ...]:
    """Their best known topics first, then what makes the first session easy."""
    wished = {wish.topic for wish in leader.wishes}
    offered = sorted(mentor.offers, key=lambda offer: (-offer.level, offer.topic))
    topics = tuple(offer.topic for offer in offered if offer.topic in wished)
    easy = ("format", "interests", "style", "hours", "cadence", "language")
    common = sorted(_in_common(mentor, leader, rules.style_fit), key=lambda item: easy.index(item[0]))
    return _first_three(topics, [reason for _, reason in common])


def _first_three(topics: tuple[str, ...], others: list[Reason]) -> tuple[Reason, ...]:
    reasons = [Reason("topic", {"topics": topics}), *others] if topics else others
    return tuple(reasons[:MOST_REASONS]) or (Reason("other_view", {}),)


def fitting_styles(mentor: Profile, leader: Profile, fit: StyleFit) -> tuple[tuple[str, str], ...]:
    """The mentor's and the leader's answer to each question that both answered in a way that fits."""
    both = zip(STYLES.values(), mentor.style, leader.style, strict=True)
    return tuple((said[one > 0], said[other > 0]) for said, one, other in both if fit.sign * one * other > 0)


def _in_common(mentor: Profile, leader: Profile, fit: StyleFit) -> list[tuple[str, Reason]]:
    """The part of the score and the reason for every match of what both wrote."""
    fitting = fitting_styles(mentor, leader, fit)
    styles = tuple(one for one, _ in fitting) if fit is StyleFit.ALIKE else ()
    found = [
        ("interests", "interest", "interests", _shared(mentor.interests, leader.interests)),
        ("style", "style", "styles", styles),
        ("format", "format", "formats", _shared(mentor.formats, leader.formats)),
        ("cadence", "cadence", "cadences", _shared(mentor.cadences, leader.cadences)),
        ("language", "language", "languages", _shared(mentor.languages, leader.languages)),
    ]
    reasons = [(part, Reason(code, {name: values})) for part, code, name, values in found if values]
    if fitting and fit is StyleFit.COMPLEMENTARY:
        theirs = {"mentor_styles": tuple(one for one, _ in fitting), "mentee_styles": tuple(one for _, one in fitting)}
        reasons.append(("style", Reason("style_differs", theirs)))
    if shared_hours(mentor, leader) >= MANY_HOURS:
        reasons.append(("hours", Reason("hours", {})))
    return reasons


def shared_hours(mentor: Profile, leader: Profile) -> int:
    """How many hours of a usual week both work."""
    return (mentor.free_hours & leader.free_hours).bit_count()


def _shared(one: frozenset[str], other: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(one & other))
