"""The form of a pair's agreement."""

import json
from dataclasses import dataclass
from datetime import date

from bot.domain.agreement import MOST_GOALS, Books, Goal, Terms
from handlers.kit.payload import MAX_ID, FormState, Malformed


@dataclass(frozen=True)
class Note:
    """The form's metadata: its pair, and the version that it was filled in with (0 for none)."""

    pair_id: int
    version: int

    @property
    def text(self) -> str:
        return json.dumps([self.pair_id, self.version])

    @classmethod
    def read(cls, text: str) -> "Note":
        """Raises `Malformed`."""
        try:
            pair_id, version = json.loads(text)
        except (ValueError, TypeError) as error:
            raise Malformed("private_metadata") from error
        if not all(type(number) is int and 0 <= number <= MAX_ID for number in (pair_id, version)):
            raise Malformed("private_metadata")
        return cls(pair_id, version)


def terms(form: FormState) -> Terms:
    """The input, one goal per place; the service validates it."""
    return Terms(
        goals=tuple(_goal(form, number) for number in range(1, MOST_GOALS + 1)),
        books=_books(form.one("books")),
        mentor_called=_line(form, "mentor_called"),
        mentee_called=_line(form, "mentee_called"),
        confidential=form.one("confidential"),
        off_limits=form.one("off_limits"),
    )


def _goal(form: FormState, number: int) -> Goal:
    return Goal(_line(form, f"goal{number}"), _line(form, f"measure{number}"), _day(form.one(f"by{number}")))


def _line(form: FormState, name: str) -> str:
    """A text on one line."""
    return " ".join(form.one(name).split())


def _books(said: str) -> Books | None:
    if not said:
        return None
    try:
        return Books(said)
    except ValueError as error:
        raise Malformed("books") from error


def _day(said: str) -> date | None:
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise Malformed("by") from error
