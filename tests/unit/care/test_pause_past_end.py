"""A pause that lasts past the programme's end says so when it is chosen and when it ends."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.sessions import Side
from bot.services.care.pauses import Paused
from bot.services.programme.end import PastEnd, last_day, last_window, past_end
from handlers.care import parting_views, views
from handlers.care.end_views import during_pause
from prompts.catalogue import Catalogue
from tests.unit.sessions.test_pack_messages import meeting

CATALOGUE = Catalogue.load()
LANGUAGES = pytest.mark.parametrize("language", CATALOGUE.languages)
PROGRAMME = meeting().programme
END, LATEST = last_day(PROGRAMME), last_window(PROGRAMME)
DAY = timedelta(days=1)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (END, None),
        (END + DAY, PastEnd(END, LATEST)),
        (LATEST, PastEnd(END, LATEST)),
        (LATEST + DAY, PastEnd(END, None)),
    ],
)
def test_what_is_possible_after_a_pause(day: date, expected: PastEnd | None) -> None:
    assert past_end(PROGRAMME, day) == expected


@LANGUAGES
def test_it_is_said_when_it_is_chosen(language: str) -> None:
    texts, pair, now = CATALOGUE.texts(language), meeting(), at(END - 5 * DAY)
    for day in (END - DAY, END + DAY, LATEST + DAY):
        until, ends = at(day), day > END
        shown = str(views.paused(texts, pair.leader, until, Paused((PROGRAMME,), (), (pair.mentor,)), now))
        to_partner = str(views.partner_paused(texts, pair.leader, pair.mentor, PROGRAMME, until, now).blocks)
        pair.pair.paused_until = until
        by_hr = str(parting_views.rests(texts, pair, Side.MENTOR, "x", None, now).blocks)
        for one in (shown, to_partner, by_hr):
            assert (texts.day(END) in one) is ends
            assert (texts.day(LATEST) in one) is (ends and day <= LATEST)
    assert during_pause(texts, "chosen", PROGRAMME, None, now) is None, "nobody knows until when"


@LANGUAGES
def test_after_it_nothing_is_offered_that_is_too_late(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    for day in (END, END + DAY, LATEST + DAY):
        now, over = at(day), day > END
        mine = views.pause_over(texts, pair.leader.id, [], now, PROGRAMME)
        theirs = views.partner_back(texts, pair.leader, pair.mentor.id, PROGRAMME, [], now)
        hrs = parting_views.rested(texts, pair, Side.MENTOR, None, now)
        for one in (mine, theirs, hrs):
            assert (texts.day(END) in one.text) is over
            assert (texts.day(LATEST) in one.text) is (over and day <= LATEST)
        assert ("pause.open" in str(mine.blocks)) is not over
