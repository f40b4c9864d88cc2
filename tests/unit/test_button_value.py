"""Every value that a button of ours ever carried is read; what is not ours is refused."""

import pytest

from bot.domain.own_questions import Place
from handlers.kit.button_value import ButtonValue
from handlers.kit.buttons import SessionTime
from handlers.kit.payload import MAX_ID, Malformed
from handlers.material.forms import LinkOf
from handlers.own_questions.button_values import AnsweredAbout, PlaceOf, QuestionAbout, QuestionOf
from handlers.programme.topics_forms import TopicOf
from handlers.training.forms import KickoffOf

WRITTEN: list[tuple[str, ButtonValue]] = [
    ("12:3", KickoffOf(12, 3)),
    ("12:3", LinkOf(12, 3)),
    ("12:ai_tools", TopicOf(12, "ai_tools")),
    ("12:Excel: pivots", TopicOf(12, "Excel: pivots")),
    ("12:poll", PlaceOf(12, Place.POLL)),
    ("12:3:poll", QuestionOf(12, 3, Place.POLL)),
    ("poll:12", AnsweredAbout(Place.POLL, 12)),
    ("5:poll:12", QuestionAbout(5, Place.POLL, 12)),
    ("12:20270105T0300Z", SessionTime(12, "20270105T0300Z")),
]
NOT_OURS: list[tuple[str, type[ButtonValue]]] = [
    ("", KickoffOf),
    ("12", KickoffOf),
    ("12:", KickoffOf),
    ("12:3:4", KickoffOf),
    ("+12:3", KickoffOf),
    (" 12:3", KickoffOf),
    ("1_2:3", KickoffOf),
    ("١٢:3", KickoffOf),
    (f"{MAX_ID + 1}:3", KickoffOf),
    ("12:", TopicOf),
    ("12", TopicOf),
    ("12:3:kitchen", QuestionOf),
    ("kitchen:12", AnsweredAbout),
]


@pytest.mark.parametrize(("written", "value"), WRITTEN)
def test_a_value_is_read_as_it_was_written(written: str, value: ButtonValue) -> None:
    assert str(value) == written
    assert type(value).read(written) == value


def test_a_button_of_an_earlier_version_has_less() -> None:
    assert SessionTime.read("12") == SessionTime(12)


@pytest.mark.parametrize(("text", "kind"), NOT_OURS)
def test_what_is_not_ours_is_refused(text: str, kind: type[ButtonValue]) -> None:
    with pytest.raises(Malformed):
        kind.read(text)


def test_what_is_about_a_sign_up_is_not_answered_by_buttons() -> None:
    with pytest.raises(Malformed):
        _ = AnsweredAbout.read("signup:0").about
