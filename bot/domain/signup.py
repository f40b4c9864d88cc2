"""Participants and the rules of matching: frozen values that do not depend on Slack or a database.

A *mentor* is the junior employee who teaches; a *leader* is the leader who learns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

TOP_SCORE = 9_999
HOURS_OF_WEEK = 168
FORMATS = ("discussion", "hands_on", "observation")
CADENCES = ("weekly", "fortnightly", "monthly", "by_agreement")
STYLES = {"start": ("plan", "try"), "talk": ("think", "speak"), "tone": ("direct", "gentle")}
"""The questions about how a person likes to work, each with its two answers: -1 and 1 in `Profile.style`.

They are Balik's own, in the words of the participants: no validated instrument has three items that one taps at
sign-up. So they decide little (`Weights.style`), and nothing at all for people who leave them out.
"""
STYLE_AXES = tuple(STYLES)


class StyleFit(StrEnum):
    """Which working styles fit together, by HR's choice; the evidence for either rule is small.

    - ALIKE: In 68 dyads of a formal programme, leaders got more support where both were similarly open to experience
      or similarly conscientious (Menges 2016, Group & Organization Management 41(1), 98-129). In a meta-analysis of 173
      samples similarity in values, beliefs and personality went together with the quality of the relationship, similar
      demographics hardly (Eby et al. 2013, Psychological Bulletin 139(2), 441-476); mostly it was the similarity that
      people perceived, asked once they knew each other, so it may be the result of a good relationship.
    - COMPLEMENTARY: People were more satisfied with a partner whose interpersonal goals complemented theirs (one leads,
      the other follows) than with a similar one (Dryer & Horowitz 1997, Journal of Personality and Social Psychology
      72(3), 592-603): students in short tasks, not mentors and leaders, and not about ways of working.
    - OFF: It does not count. What is known does not decide between the other two.
    """

    ALIKE = "alike"
    COMPLEMENTARY = "complementary"
    OFF = "off"

    @property
    def sign(self) -> int:
        """1 if equal answers fit, -1 if opposite ones do, 0 if none do."""
        return {StyleFit.ALIKE: 1, StyleFit.COMPLEMENTARY: -1}.get(self, 0)


def style_of(answers: Mapping[str, str] | None) -> tuple[int, int, int]:
    """`Profile.style` of the answers to `STYLES`; a question without an answer is neutral."""
    said = answers or {}
    start, talk, tone = ({first: -1, second: 1}.get(said.get(axis, ""), 0) for axis, (first, second) in STYLES.items())
    return start, talk, tone


class Role(StrEnum):
    """The role or roles of a participant."""

    MENTOR = "mentor"
    LEADER = "mentee"
    BOTH = "both"

    @property
    def teaches(self) -> bool:
        """Whether this person can be a mentor."""
        return self is not Role.LEADER

    @property
    def learns(self) -> bool:
        """Whether this person can be a leader."""
        return self is not Role.MENTOR


class Level(IntEnum):
    """Career level. The numbers are stored, so their meaning never changes."""

    ENTRY = 1
    SPECIALIST = 2
    SENIOR = 3
    LEAD = 4
    MANAGER = 5
    DIRECTOR = 6
    EXECUTIVE = 7


@dataclass(frozen=True, slots=True)
class Offer:
    """A topic a mentor can teach, with a self-rated level from 1 (basics) to 5 (others ask me)."""

    topic: str
    level: int

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 5:
            raise ValueError(f"the level of an offer is 1 to 5, not {self.level}")


@dataclass(frozen=True, slots=True)
class Wish:
    """A topic a leader wants to learn, with a priority from 1 (nice to have) to 3 (most wanted).

    `skill` is how well they know it now, 1 to 5. It does not affect the score.
    """

    topic: str
    priority: int
    skill: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.priority <= 3:
            raise ValueError(f"the priority of a wish is 1 to 3, not {self.priority}")
        if self.skill is not None and not 1 <= self.skill <= 5:
            raise ValueError(f"the skill of a wish is 1 to 5, not {self.skill}")


@dataclass(frozen=True, slots=True)
class Profile:
    """One participant, as the matching uses them.

    `style` holds one of -1, 0 (neutral), 1 for each of `STYLE_AXES`. `free_hours` is a bit mask of the 168 hours of a
    week in UTC, bit 0 being Monday 00:00; 0 means not known, which counts as half of the maximum.
    Empty `formats` and `cadences` mean no preference. `manager_known` is False while the roster lacks this person's
    manager: they are not matched until HR fills it in or waives it (`manager=None, manager_known=True`).
    `appraisers` are people besides the manager who appraise this person's work.
    `past` are all people they were paired with before, in either role; a block in `avoids` works in both directions.
    """

    id: int
    role: Role
    level: Level
    department: str = ""
    offers: tuple[Offer, ...] = ()
    wishes: tuple[Wish, ...] = ()
    interests: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    cadences: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset({"id"})
    style: tuple[int, int, int] = (0, 0, 0)
    mentor_capacity: int = 2
    leader_capacity: int = 1
    free_hours: int = 0
    manager: int | None = None
    manager_known: bool = True
    appraisers: frozenset[int] = frozenset()
    avoids: frozenset[int] = frozenset()
    past: frozenset[int] = frozenset()
    held: bool = False
    active: bool = True

    def __post_init__(self) -> None:
        if len({offer.topic for offer in self.offers}) < len(self.offers):
            raise ValueError(f"person {self.id} offers a topic twice")
        if len({wish.topic for wish in self.wishes}) < len(self.wishes):
            raise ValueError(f"person {self.id} wishes for a topic twice")
        if any(axis not in (-1, 0, 1) for axis in self.style) or len(self.style) != len(STYLE_AXES):
            raise ValueError(f"the style of person {self.id} is three of -1, 0, 1")
        if min(self.mentor_capacity, self.leader_capacity) < 0:
            raise ValueError(f"person {self.id} has a capacity below 0")
        if not 0 <= self.free_hours < 1 << HOURS_OF_WEEK:
            raise ValueError(f"the free hours of person {self.id} reach beyond one week")


@dataclass(frozen=True, slots=True)
class Weights:
    """The maximum points of each part of a score. Together at most `TOP_SCORE`."""

    topics: int
    interests: int
    style: int
    gap: int
    hours: int
    language: int
    format: int
    cadence: int

    def __post_init__(self) -> None:
        points = self.points
        if min(points) < 0:
            raise ValueError("weights are 0 or more")
        if sum(points) > TOP_SCORE:
            raise ValueError(f"the weights add up to {sum(points)}, more than {TOP_SCORE}")

    @property
    def points(self) -> tuple[int, ...]:
        """The weights in the order of `PARTS`."""
        return tuple(getattr(self, part) for part in PARTS)

    @classmethod
    def from_shares(cls, **shares: int) -> "Weights":
        """Weights in proportion to shares of any size, as in HR's matching criteria; a missing part weighs nothing.

        Raises ValueError for an unknown part, a share below 0 or when nothing weighs anything.
        """
        if unknown := set(shares) - set(PARTS):
            raise ValueError(f"no such part of the score: {', '.join(sorted(unknown))}")
        total = sum(shares.values())
        if total <= 0 or min(shares.values()) < 0:
            raise ValueError("at least one share must be above 0 and none below")
        return cls(**{part: TOP_SCORE * shares.get(part, 0) // total for part in PARTS})

    @classmethod
    def of(cls, shares: Mapping[str, int], fit: StyleFit) -> "Weights":
        """As `from_shares`; the working style weighs nothing if HR switched it off."""
        return cls.from_shares(**{**shares, "style": shares.get("style", 0) if fit.sign else 0})


PARTS = ("topics", "interests", "style", "gap", "hours", "language", "format", "cadence")

SHARES = {
    name: dict(zip(PARTS, shares, strict=True))
    for name, shares in (
        ("learning_first", (64, 6, 5, 5, 8, 4, 4, 4)),
        ("balance", (44, 14, 11, 6, 10, 5, 5, 5)),
        ("closeness", (26, 24, 20, 4, 12, 6, 4, 4)),
    )
}
"""The presets that HR chooses from: the share of each part, in percent."""
PRESETS = {name: Weights.from_shares(**shares) for name, shares in SHARES.items()}
LEARNING_FIRST, BALANCE, CLOSENESS = PRESETS.values()


@dataclass(frozen=True, slots=True)
class Rules:
    """HR's settings for a programme: the rules it may loosen, the weights, and the score below which a match is weak.

    `least_gap` is the least number of career levels between mentor and leader, at least 1: the mentor is always junior.
    """

    least_gap: int = 1
    same_department_allowed: bool = False
    weights: Weights = field(default=BALANCE)
    floor: int = 3_500
    style_fit: StyleFit = StyleFit.ALIKE

    def __post_init__(self) -> None:
        if not 1 <= self.least_gap <= max(Level) - min(Level):
            raise ValueError(f"the least gap is 1 to {max(Level) - min(Level)} levels, not {self.least_gap}")
        if not 0 <= self.floor <= TOP_SCORE:
            raise ValueError(f"the floor is 0 to {TOP_SCORE}, not {self.floor}")


def hours_mask(hours: Iterable[int]) -> int:
    """The bit mask of `Profile.free_hours` from hours of the week in UTC (0 = Monday 00:00 to 01:00).

    Raises ValueError for an hour outside the week.
    """
    mask = 0
    for hour in hours:
        if not 0 <= hour < HOURS_OF_WEEK:
            raise ValueError(f"an hour of the week is 0 to {HOURS_OF_WEEK - 1}, not {hour}")
        mask |= 1 << hour
    return mask
