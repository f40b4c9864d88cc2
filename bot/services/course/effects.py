"""The effect of a change in numbers: HR's preview, and the check that the change does what the preview said."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date
from hashlib import sha256

from bot.domain.course import Act, Change, Course, PairCourse, closing_after, course_after, pair_after
from bot.services.course.facts import CourseFacts


@dataclass(frozen=True)
class Effect:
    """`pairs` are the active ones; `moved`, `added`, `dropped` and `called_off` count their sessions; `people` get one
    message each."""

    act: Act
    before: Course
    after: Course
    pairs: int
    moved: int
    added: int
    dropped: int
    called_off: int
    people: int
    cadence: str = ""
    """The new frequency, if that is what changes."""
    closes_on: date | None = None
    closed_on: date | None = None
    """The last day to join, after and before, if there is one to come."""

    @property
    def mark(self) -> str:
        """Identifies what HR was shown."""
        return sha256(repr(astuple(self)).encode()).hexdigest()[:16]


Plans = Mapping[int, PairCourse]
"""What becomes of the sessions of each active pair, by its id."""


def _closing(facts: CourseFacts, after: Course) -> tuple[date | None, date | None]:
    day = facts.programme.sign_up_closes_on
    if day is None or day < facts.today:
        return None, None
    return closing_after(day, facts.now, after, facts.today), day


def effect_of(facts: CourseFacts, change: Change) -> tuple[Effect, Plans]:
    """The effect of a change that is not wrong, and the plan that has it."""
    after = course_after(change, facts.now, facts.today)
    plans = {
        one.couple.pair.id: pair_after(one.sessions, change, facts.now, facts.today, one.cadence)
        for one in facts.pairs
        if change.cadence is None or not one.has_own_cadence
    }
    moved = added = 0
    for one in facts.pairs:
        if one.couple.pair.id not in plans:
            continue
        known = {session.number: (session.opens, session.closes) for session in one.sessions}
        for planned in plans[one.couple.pair.id].ahead:
            added += planned.number not in known
            moved += known.get(planned.number, (planned.opens, planned.closes)) != (planned.opens, planned.closes)
    effect = Effect(
        change.act,
        facts.now,
        after,
        len(plans),
        moved,
        added,
        sum(len(plan.dropped) for plan in plans.values()),
        sum(len(plan.called_off) for plan in plans.values()),
        len(facts.people) + (len(facts.invited) if change.act is Act.CANCEL else 0),
        change.cadence or "",
        *_closing(facts, after),
    )
    return effect, plans
