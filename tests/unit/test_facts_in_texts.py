"""What a text says of the pair's state: each view with the facts that it may be shown with, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.sessions import Side
from bot.domain.surveys import Moment
from bot.services.closing.closing import Totals
from bot.services.closing.completion import PairResult
from bot.services.closing.farewell import Farewell
from bot.services.closing.stories import StoryView
from bot.services.surveys.results_due import Awaited
from handlers.closing import story_views
from handlers.closing import views as closing_views
from handlers.kit.blocks import mention
from handlers.surveys.views import awaited_lines
from prompts.catalogue import Catalogue, Mrkdwn
from storage.tables import Story
from tests.unit.test_pack_messages import meeting

NOW = datetime(2027, 3, 31, 3, 0, tzinfo=UTC)
CATALOGUE = Catalogue.load()
LANGUAGES = pytest.mark.parametrize("language", CATALOGUE.languages)


def story(posted_at: datetime | None = None) -> Story:
    """Approved by the mentor, who wrote it."""
    return Story(
        id=1,
        team_id="T",
        pair_id=1,
        version=1,
        tried="This",
        changed="That",
        quote="So",
        said_by="mentee",
        written_by="mentor",
        written_at=NOW,
        mentor_approved_at=NOW,
        posted_at=posted_at,
    )


@LANGUAGES
def test_a_story_that_is_posted_is_not_announced_as_still_to_come(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    for posted_at in (None, NOW):
        told = story_views.agreed(texts, story(posted_at), pair, Side.MENTOR)
        values = {"partner": mention(pair.mentee), "channel": Mrkdwn("<#C>"), "posted": posted_at is not None}
        assert told.text == texts("closing.story.agreed.body", **values)
    assert len({texts("closing.story.agreed.body", posted=posted, partner="", channel="") for posted in (0, 1)}) == 2


@LANGUAGES
def test_who_has_not_approved_a_story_takes_nothing_back(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    asked, mine = (story_views.window(texts, StoryView(pair, side, story(), 1)) for side in (Side.MENTEE, Side.MENTOR))
    decline, withdraw = (texts.plain(f"closing.story.buttons.{name}") for name in ("decline", "withdraw"))
    assert decline in str(asked["blocks"])
    assert withdraw not in str(asked["blocks"])
    assert withdraw in str(mine["blocks"])


@LANGUAGES
def test_a_farewell_offers_no_story_to_those_who_told_theirs(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    for told in (False, True):
        seen = Farewell(pair, Side.MENTOR, PairResult(5, completed=True), quiet=False, thanked=False, told=told)
        shown = closing_views.person(texts, seen)
        assert ("story.open" in str(shown.blocks)) is not told
        values = {"programme": "P", "partner": mention(pair.mentee), "may_thank": True, "may_tell": not told}
        assert shown.text == texts("closing.person.body", **values)


@LANGUAGES
def test_hr_is_not_asked_to_post_what_is_posted_nor_to_wait_for_nothing(language: str) -> None:
    texts, programme = CATALOGUE.texts(language), meeting().programme
    due = NOW.date() + timedelta(days=20)
    for few in (False, True):
        waits = [Awaited(one, due, shown=False, never=few) for one in (Moment.CLOSING, Moment.LATER)]
        assert [texts.day(due) in line for line in awaited_lines(texts, waits)] == [not few, not few]
        shown = closing_views.hr(texts, programme, Totals(1, 1, 5, has_story=few), waits)
        numbers = {"programme": "P", "pairs": 1, "completed": 1, "held": 5, "has_story": few}
        assert shown.text == texts("closing.hr.body", **numbers)
