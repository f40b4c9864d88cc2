"""Answers of a pair after a session. `bot.domain.figures` decides which figures of them HR may see.

`QUESTIONS` and `COMMENTS` are the only list of what is asked: the poll, the services, the export, erasure, HR's figures
and the rehearsal go by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from bot.domain.figures import MIN_GROUP
from bot.domain.sessions import Side

RATINGS = range(1, 6)
MAX_TEXT = 2000
"""Maximum length of a comment, in characters."""


class PollError(ValueError):
    """An answer that this poll does not offer."""


class Met(StrEnum):
    """Whether the session took place, according to one person."""

    YES = "yes"
    NOT_YET = "not_yet"  # there is no new time yet
    MOVED_BY_ME = "moved_by_me"
    MOVED_BY_OTHER = "moved_by_other"
    NO_SHOW = "no_show"  # the partner did not come
    FELL_THROUGH = "fell_through"  # through nobody's fault; last, because its label says "another reason"


class Outcome(StrEnum):
    """Whether the session took place, according to both."""

    HELD = "held"
    NOT_HELD = "not_held"  # through nobody's fault
    MOVED = "moved"
    NO_SHOW = "no_show"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a session that took place, asked of `sides`: a rating of 1-5, or a comment.

    `name` is its field in `Answer`, its column in the table `pollanswer`, and the name of its texts. `scale` names the
    labels of a rating (`labels.<scale>`).
    """

    name: str
    sides: tuple[Side, ...] = tuple(Side)
    scale: str = "agree"


QUESTIONS = (
    Question("useful", scale="useful"),
    Question("honest", (Side.MENTOR,)),
    Question("will_use", (Side.LEADER,)),
)
"""The ratings, in the order in which they are asked."""
COMMENTS = (Question("learned"), Question("will_do", (Side.LEADER,)))
RATING_NAMES = tuple(one.name for one in QUESTIONS)
COMMENT_NAMES = tuple(one.name for one in COMMENTS)
FIELDS = ("met", *RATING_NAMES, *COMMENT_NAMES, "share", "contact_me")
"""The fields of an answer that are stored."""
MEASURES = tuple(one.name for one in sorted(QUESTIONS, key=lambda one: one.sides == (Side.MENTOR,)))
"""The ratings as measures of HR's figures: those of mentors only are last."""
USEFUL = "useful"
BY_PART = frozenset({USEFUL})
"""Ratings that HR's report also shows by department and level. Not those about how the two get on."""


def questions_for(side: Side) -> tuple[Question, ...]:
    """The ratings that are asked of a side."""
    return tuple(one for one in QUESTIONS if side in one.sides)


def comments_for(side: Side) -> tuple[Question, ...]:
    """The comments that are asked of a side."""
    return tuple(one for one in COMMENTS if side in one.sides)


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer to the poll of one session, possibly incomplete.

    It has a field for each question (`QUESTIONS`, `COMMENTS`). `share` lets HR read the comments; `contact_me` goes to
    the named contact only, whatever `share` says. Raises `PollError` for a rating outside 1-5 or a question the side is
    not asked.
    """

    session_id: int
    person_id: int
    side: Side
    met: Met | None = None
    useful: int | None = None
    honest: int | None = None
    will_use: int | None = None
    learned: str | None = None
    will_do: str | None = None
    share: bool = False
    contact_me: bool = False

    def __post_init__(self) -> None:
        for question in (*QUESTIONS, *COMMENTS):
            if getattr(self, question.name) is not None and self.side not in question.sides:
                raise PollError(f"not asked of the {self.side}")
        for name in RATING_NAMES:
            if getattr(self, name) not in (None, *RATINGS):
                raise PollError(f"not a rating: {getattr(self, name)}")

    def say_met(self, met: Met) -> Self:
        """The answer with `met`. Ratings belong to a session that took place: otherwise they are removed."""
        if met is Met.YES:
            return replace(self, met=met)
        return self._with(dict.fromkeys(RATING_NAMES), met=met)

    def rate(self, **ratings: int) -> Self:
        """The answer with the given ratings, by the names of the questions. Raises `PollError`."""
        if self.met not in (None, Met.YES):
            raise PollError("a session that was not held is not rated")
        if unknown := ratings.keys() - set(RATING_NAMES):
            raise PollError(f"no such question: {', '.join(sorted(unknown))}")
        return self._with(ratings)

    def comment(self, *, share: bool | None = None, contact_me: bool | None = None, **comments: str) -> Self:
        """The answer with these comments, by the names of the questions, and choices.

        None keeps the earlier choice, an empty text removes the comment. Raises `PollError`.
        """
        if unknown := comments.keys() - set(COMMENT_NAMES):
            raise PollError(f"no such question: {', '.join(sorted(unknown))}")
        return self._with(
            {name: text.strip()[:MAX_TEXT] or None for name, text in comments.items()},
            share=self.share if share is None else share,
            contact_me=self.contact_me if contact_me is None else contact_me,
        )

    @property
    def is_complete(self) -> bool:
        """Whether all required buttons for this side are pressed; comments are always optional."""
        if self.met is not Met.YES:
            return self.met is not None
        return all(getattr(self, question.name) is not None for question in questions_for(self.side))

    def _with(self, answers: Mapping[str, Any], **others: Any) -> Self:
        return replace(self, **answers, **others)


def outcome(mentor: Answer | None, leader: Answer | None) -> Outcome:
    """The result of both answers. If one side does not answer, the other's answer counts.

    Two different answers are `DISPUTED`, and so is each saying that the other did not come. If one says that it was
    moved and the other that it did not work out, nobody is held responsible.
    """
    said = [answer.met for answer in (mentor, leader) if answer and answer.met]
    if not said:
        return Outcome.UNKNOWN
    told = {_OUTCOMES[met] for met in said}
    if told == {Outcome.MOVED, Outcome.NOT_HELD}:
        return Outcome.NOT_HELD
    if len(told) > 1 or said == [Met.NO_SHOW, Met.NO_SHOW]:
        return Outcome.DISPUTED
    return told.pop()


_OUTCOMES = {
    Met.YES: Outcome.HELD,
    Met.NOT_YET: Outcome.NOT_HELD,
    Met.FELL_THROUGH: Outcome.NOT_HELD,
    Met.MOVED_BY_ME: Outcome.MOVED,
    Met.MOVED_BY_OTHER: Outcome.MOVED,
    Met.NO_SHOW: Outcome.NO_SHOW,
}


@dataclass(frozen=True, slots=True)
class Participation:
    """How many of those asked have answered."""

    asked: int
    answered: int

    @property
    def response(self) -> float | None:
        """Share answered, 0-1; None if fewer than `MIN_GROUP` were asked."""
        return self.answered / self.asked if self.asked >= MIN_GROUP else None
