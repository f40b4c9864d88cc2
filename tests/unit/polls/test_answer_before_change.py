"""A question says until when it can be answered; that an answer can be changed it says only of an answer."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.polls import Answer, Met
from bot.domain.sessions import Side
from bot.domain.surveys import Moment
from bot.services.polls.polls import Poll
from bot.services.surveys.surveys import Asked
from bot.slack.gateway import Message
from handlers.polls import views as poll_views
from handlers.surveys import views as survey_views
from prompts.catalogue import Catalogue, Texts
from storage.tables import SurveyResponse
from tests.unit.sessions.test_pack_messages import meeting
from tests.unit.test_facts_in_texts import NOW

CATALOGUE = Catalogue.load()
CHANGE = {"en": re.compile("[Cc]hange (your|my) answer"), "id": re.compile("[Uu]bah jawaban|[Bb]isa diubah")}
UNTIL = {"en": "You can answer until", "id": "Bisa diisi sampai"}

Render = Callable[[Texts], Message]


def poll(side: Side, met: Met | None = None, *, before: bool = False) -> Render:
    return lambda texts: poll_views.poll(
        texts, Poll(meeting(), side, Answer(1, 1, side, met=met), NOW, None, asked_before=before)
    )


def survey(side: Side, moment: Moment, *, given: bool = False) -> Render:
    pair = meeting()
    row = SurveyResponse(id=1, team_id="T", programme_id=1, participant_id=1, side=side, moment=moment, asked_at=NOW)
    asked = Asked(row, pair.programme, pair.person(side), None, NOW + timedelta(days=7))
    if given:
        setattr(row, asked.items[0].value, 4)
    return lambda texts: survey_views.questions(texts, asked)


UNANSWERED = {
    **{f"poll {side}": poll(side) for side in Side},
    **{f"later poll {side}": poll(side, before=True) for side in Side},
    **{f"survey {moment} {side}": survey(side, moment) for moment in Moment for side in Side},
}
ANSWERED = {
    **{f"poll {side}": poll(side, Met.YES) for side in Side},
    **{f"survey {moment} {side}": survey(side, moment, given=True) for moment in Moment for side in Side},
}


@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize("name", UNANSWERED)
def test_what_is_not_answered_can_be_answered(name: str, language: str) -> None:
    shown = str(UNANSWERED[name](CATALOGUE.texts(language)).blocks)
    assert not CHANGE[language].search(shown)
    assert UNTIL[language] in shown


@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize("name", ANSWERED)
def test_what_is_answered_can_be_changed(name: str, language: str) -> None:
    assert CHANGE[language].search(str(ANSWERED[name](CATALOGUE.texts(language)).blocks))
