"""Answers of a pair after a session. `bot.domain.figures` decides which figures of them HR may see."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

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
    MOVED_BY_ME = "moved_by_me"
    MOVED_BY_OTHER = "moved_by_other"
    NO_SHOW = "no_show"  # the partner did not come


class Outcome(StrEnum):
    """Whether the session took place, according to both."""

    HELD = "held"
    MOVED = "moved"
    NO_SHOW = "no_show"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer to the poll of one session, possibly incomplete.

    `useful`, `honest` (asked of the mentor) and `will_use` (asked of the leader) are 1-5; `will_do` is the
    leader's. `share` lets HR read the comments; `contact_me` goes to the named contact only, whatever `share` says.
    Raises `PollError` for a rating outside 1-5 or a question the side is not asked.
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
        for rating in (self.useful, self.honest, self.will_use):
            if rating is not None and rating not in RATINGS:
                raise PollError(f"not a rating: {rating}")
        asked_of_other = (self.will_use, self.will_do) if self.side is Side.MENTOR else (self.honest,)
        if any(value is not None for value in asked_of_other):
            raise PollError(f"not asked of the {self.side}")

    def say_met(self, met: Met) -> Self:
        """The answer with `met`. Ratings belong to a session that took place: otherwise they are removed."""
        if met is Met.YES:
            return replace(self, met=met)
        return replace(self, met=met, useful=None, honest=None, will_use=None)

    def rate(self, *, useful: int | None = None, honest: int | None = None, will_use: int | None = None) -> Self:
        """The answer with the given ratings; None keeps the earlier one. Raises `PollError`."""
        if self.met not in (None, Met.YES):
            raise PollError("a session that was not held is not rated")
        return replace(
            self,
            useful=self.useful if useful is None else useful,
            honest=self.honest if honest is None else honest,
            will_use=self.will_use if will_use is None else will_use,
        )

    def comment(
        self,
        *,
        learned: str | None = None,
        will_do: str | None = None,
        share: bool | None = None,
        contact_me: bool | None = None,
    ) -> Self:
        """The answer with these comments and choices; None keeps the earlier one, an empty text removes it."""
        return replace(
            self,
            learned=_text(self.learned, learned),
            will_do=_text(self.will_do, will_do),
            share=self.share if share is None else share,
            contact_me=self.contact_me if contact_me is None else contact_me,
        )

    @property
    def is_complete(self) -> bool:
        """Whether all required buttons for this side are pressed; comments are always optional."""
        if self.met is not Met.YES:
            return self.met is not None
        own = self.honest if self.side is Side.MENTOR else self.will_use
        return self.useful is not None and own is not None

    @property
    def comments_for_hr(self) -> tuple[str, ...]:
        """What HR may read: nothing unless the writer allowed it."""
        return tuple(text for text in (self.learned, self.will_do) if text) if self.share else ()


def _text(old: str | None, new: str | None) -> str | None:
    return old if new is None else new.strip()[:MAX_TEXT] or None


def outcome(mentor: Answer | None, mentee: Answer | None) -> Outcome:
    """The result of both answers. If one side does not answer, the other's answer counts.

    Two different answers are `DISPUTED`, and so is each saying that the other did not come.
    """
    said = [answer.met for answer in (mentor, mentee) if answer and answer.met]
    if not said:
        return Outcome.UNKNOWN
    told = {_OUTCOMES[met] for met in said}
    if len(told) > 1 or said == [Met.NO_SHOW, Met.NO_SHOW]:
        return Outcome.DISPUTED
    return told.pop()


_OUTCOMES = {
    Met.YES: Outcome.HELD,
    Met.MOVED_BY_ME: Outcome.MOVED,
    Met.MOVED_BY_OTHER: Outcome.MOVED,
    Met.NO_SHOW: Outcome.NO_SHOW,
}


def responsible(mentor: Answer | None, mentee: Answer | None) -> Side | None:
    """The side that moved the session or did not come; None if there is none, or the answers differ."""
    if outcome(mentor, mentee) not in (Outcome.MOVED, Outcome.NO_SHOW):
        return None
    named = {
        answer.side if answer.met is Met.MOVED_BY_ME else answer.side.other
        for answer in (mentor, mentee)
        if answer and answer.met
    }
    return named.pop() if len(named) == 1 else None


@dataclass(frozen=True, slots=True)
class Participation:
    """How many of those asked have answered, and how many of the sessions planned so far were held."""

    asked: int
    answered: int
    planned: int
    held: int

    @property
    def response(self) -> float | None:
        """Share answered, 0-1; None if fewer than `MIN_GROUP` were asked."""
        return self.answered / self.asked if self.asked >= MIN_GROUP else None

    @property
    def completion(self) -> float | None:
        """Share held, 0-1; None if nothing was planned."""
        return self.held / self.planned if self.planned else None
