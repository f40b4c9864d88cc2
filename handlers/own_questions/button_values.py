"""What the buttons of HR's own questions carry."""

from dataclasses import dataclass

from bot.domain.own_questions import About, Place
from handlers.kit.button_value import ButtonValue, Row
from handlers.kit.payload import Malformed


@dataclass(frozen=True)
class PlaceOf(ButtonValue):
    """A place of a programme: `12:poll`."""

    programme_id: Row
    place: Place


@dataclass(frozen=True)
class QuestionOf(ButtonValue):
    """A question of a programme and its place: `12:3:poll`."""

    programme_id: Row
    question_id: Row
    place: Place


@dataclass(frozen=True)
class AnsweredAbout(ButtonValue):
    """What an answer is about: `poll:12`."""

    place: Place
    row: Row

    @property
    def about(self) -> About:
        """Raises `Malformed` for a sign-up, whose questions are answered in its form."""
        if self.place is Place.SIGNUP:
            raise Malformed("value")
        return About(self.place, self.row)


@dataclass(frozen=True)
class QuestionAbout(ButtonValue):
    """A question, and what its answer is about: `5:poll:12`."""

    question_id: Row
    place: Place
    row: Row

    @property
    def about(self) -> About:
        """As `AnsweredAbout.about`."""
        return AnsweredAbout(self.place, self.row).about
