"""What a text says of the pair's state: each view with the facts that it may be shown with, in both languages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.polls import Answer, Met
from bot.domain.sessions import Side
from bot.domain.surveys import Moment
from bot.services.circles.membership import CircleState
from bot.services.closing.closing import Totals
from bot.services.closing.completion import PairResult
from bot.services.closing.farewell import Farewell
from bot.services.closing.stories import StoryView
from bot.services.polls.polls import Poll
from bot.services.sessions.bookings import Booking
from bot.services.sessions.packs import topics_to_agree_on
from bot.services.surveys.results_due import Awaited
from handlers.circles import views as circle_views
from handlers.closing import story_views
from handlers.closing import views as closing_views
from handlers.kit.blocks import mention
from handlers.matching import introduction_views
from handlers.matching.draft_views import weak_note
from handlers.polls import views as poll_views
from handlers.sessions.booking_views import booking_form
from handlers.surveys.views import awaited_lines
from prompts.catalogue import Catalogue, Mrkdwn
from storage.tables import DraftPair, Story
from tests.unit.sessions.test_pack_messages import meeting, part

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
        values = {"partner": mention(pair.leader), "channel": Mrkdwn("<#C>"), "posted": posted_at is not None}
        assert told.text == texts("closing.story.agreed.body", **values)
    assert len({texts("closing.story.agreed.body", posted=posted, partner="", channel="") for posted in (0, 1)}) == 2


@LANGUAGES
def test_who_has_not_approved_a_story_takes_nothing_back(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    asked, mine = (story_views.window(texts, StoryView(pair, side, story(), 1)) for side in (Side.LEADER, Side.MENTOR))
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
        values = {"programme": "P", "partner": mention(pair.leader), "may_thank": True, "may_tell": not told}
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


def asked(**answer: Any) -> Poll:
    """The mentor's poll, with this answer."""
    said = Answer(1, 1, Side.MENTOR, **answer)
    return Poll(meeting(), Side.MENTOR, said, NOW, None)


@LANGUAGES
def test_the_poll_names_the_partner_and_explains_itself_once(language: str) -> None:
    texts = CATALOGUE.texts(language)
    first, met = (poll_views.poll(texts, asked(met=one)) for one in (None, Met.YES))
    assert texts.plain("polls.answered.moved_by", partner="Pak Budi") in str(first.blocks)
    assert texts.plain("labels.met.moved_by_other") not in str(first.blocks)
    assert texts("privacy.who_sees.hr") in str(first.blocks)
    assert texts("privacy.who_sees.hr") not in str(met.blocks), "a button leads to it"
    done = poll_views.poll(texts, asked(met=Met.YES, useful=4, honest=4))
    for shown in (met, done):
        assert texts.plain("polls.mentor.buttons.change") in str(shown.blocks)
    assert "poll.met." not in str(met.blocks), "an answered question is a line"
    assert "poll.useful." in str(met.blocks)
    assert "poll.met." in str(poll_views.poll(texts, asked(met=Met.YES), again=True).blocks)


@LANGUAGES
def test_a_pair_without_a_shared_topic_chooses_one_that_the_mentor_can_show(language: str) -> None:
    texts = CATALOGUE.texts(language)
    offers, wishes = [{"topic": "inclusion", "level": 4}], [{"topic": "ai_tools", "priority": 2}]
    apart = meeting(mentor=part(offers=offers), leader=part(wishes=wishes))
    assert topics_to_agree_on(apart)[0] == "inclusion"
    shown = introduction_views.introduction(texts, apart, Side.MENTOR, None, NOW.date())
    no_topic = texts("matching.introduction.mentor.no_shared_topic", partner="Pak Budi")
    assert shown.text.index(no_topic) < len(shown.text) / 2, "before the first step"
    for topic in (True, False):
        reasons = [["topic", {"topics": ["ai_tools"]}]] if topic else [["style", {"styles": ["think"]}]]
        row = DraftPair(team_id="T", draft_id=1, mentor_id=1, leader_id=2, score=1, explanation={"mentee": reasons})
        assert weak_note(texts, row, 40) == texts("matching.draft.weak_note", shared_topic=topic)


@LANGUAGES
@pytest.mark.parametrize("side", Side)
def test_a_weekly_pair_is_promised_no_material_by_dm(language: str, side: Side) -> None:
    texts, weekly = CATALOGUE.texts(language), meeting()
    weekly.pair.cadence = "weekly"
    told = [introduction_views.introduction(texts, one, side, None, NOW.date()).text for one in (weekly, meeting())]
    assert [f"*{texts.plain('sessions.stale.buttons.pack')}*" in one for one in told] == [True, False]


@LANGUAGES
def test_a_session_whose_time_has_passed_is_not_on_it_now(language: str) -> None:
    texts, found = CATALOGUE.texts(language), meeting()
    for now, over in ((NOW, True), (found.pair.introduced_at - timedelta(days=1), False)):
        shown = booking_form(texts, Booking(found, Side.MENTOR, 6, []), now)
        when = texts.moment(found.pair.introduced_at, found.mentor.zone)
        assert shown["blocks"][0]["text"]["text"] == texts(
            "sessions.move.intro", when=when, partner=mention(found.leader), over=over
        )


@LANGUAGES
def test_only_a_circle_that_exists_can_be_left(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    for others, name in (((), "withdraw"), ((pair.leader,), "leave")):
        shown = str(circle_views.window(texts, CircleState(pair.programme, wished=True, others=others)))
        assert texts.plain(f"circles.window.{name}") in shown
        assert (texts.plain("circles.window.confirm.text") in shown) is bool(others), "there is no chat yet"
