"""Which days people are asked to meet on: after a pause, out of order, and while an earlier session is to come."""

from datetime import UTC, date, datetime, time

import pytest
from sqlmodel import select

from bot.domain.messages.care import PairNudgeMessage, PartnerBackMessage, PartnerPausedMessage, PauseOverMessage
from bot.domain.messages.sessions import (
    BookingNudgeMessage,
    ChatBookedMessage,
    PollLeaderMessage,
    PollMentorMessage,
    TimeProposedMessage,
)
from bot.services.caller import Caller
from bot.services.insight.summary_figures import read_summary
from bot.services.sessions import bookings
from bot.services.sessions.bookings import Choice
from prompts.catalogue import Mrkdwn
from storage.tables import Programme, SessionState
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import JAKARTA, book, introduced, of_kind, sessions
from tests.wording import CATALOGUE

pytestmark = pytest.mark.in_turn(2)


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, introduced, on the morning when the first session is to be booked."""
    return await introduced(office, hr)


async def pause(who: Colleague, until: str) -> None:
    await who.command("pause")
    assert (await who.submit({"until": until})).ok


async def test_a_session_that_was_booked_and_called_off_before_the_partner_knew(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    await pause(budi, "2027-02-16")
    assert shows(budi.modal, "sessions.called_off.untold", number=1, partner=f"<@{sari.id}>")
    assert "calendar.file" not in action_ids(budi.modal), "there is nothing in the calendar"
    await budi.slack.close(all=True)
    await pair.run(days=2)
    (told,) = of_kind(sari, PartnerPausedMessage)
    assert shows(told, "sessions.called_off.line", number=1)
    assert of_kind(budi, ChatBookedMessage) == []
    await pair.run(until=datetime(2027, 2, 16, 4, 0, tzinfo=UTC))
    (back,) = of_kind(sari, PartnerBackMessage)
    line = CATALOGUE.texts("en")(
        "sessions.nudge_again.line", number=1, closes="", left_out="", partner=Mrkdwn(f"<@{budi.id}>")
    )
    assert line in texts_in(back), "without a day that has passed"
    assert (await sari.click(back, "session.book")).ok
    days = {"late": True, "opens": "", "closes": "Mon 12 Apr"}
    intro = CATALOGUE.texts("en")("sessions.book.intro", partner=Mrkdwn(f"<@{budi.id}>"), zone="WIB", **days)
    assert intro in texts_in(sari.modal)
    assert (await sari.submit({"date": "2027-02-23", "time": "10:00", "minutes": "60"})).ok
    assert not shows(sari.modal, "sessions.book.outside"), "it was not hers to choose"


async def test_a_session_that_a_pause_left_out_is_named(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    await pair.run(days=1)
    await pause(budi, "2027-02-25")
    await pair.run(until=datetime(2027, 2, 25, 4, 0, tzinfo=UTC))
    assert [one.state for one in (await sessions(pair))[:2]] == [SessionState.MISSED, SessionState.PLANNED]
    for who, kind, partner in ((budi, PauseOverMessage, sari), (sari, PartnerBackMessage, budi)):
        (back,) = of_kind(who, kind)
        values = {
            "number": 2,
            "left_out": "1",
            "partner": Mrkdwn(f"<@{partner.id}>"),
            "closes": "Friday 5 March 2027",
        }
        assert CATALOGUE.texts("en")("sessions.nudge_again.line", **values) in texts_in(back)


async def test_a_session_whose_days_a_pause_took_is_missed_by_nobody(pair: Office, hr: Colleague) -> None:
    """It had no time yet: the summary does not count it as due."""
    budi = pair.people["budi"]
    await pause(budi, "2027-02-25")
    await pair.run(until=datetime(2027, 2, 25, 4, 0, tzinfo=UTC))
    first, second, *_ = await sessions(pair)
    assert [first.state, second.state] == [SessionState.MISSED, SessionState.PLANNED]
    (back,) = of_kind(budi, PauseOverMessage)
    partner = Mrkdwn(f"<@{pair.people['sari'].id}>")
    values = {"number": 2, "left_out": "1", "partner": partner, "closes": "Friday 5 March 2027"}
    assert CATALOGUE.texts("en")("sessions.nudge_again.line", **values) in texts_in(back)
    async with pair.balik.store.read(pair.clock.now()) as work:
        summary = await read_summary(work, (await work.session.exec(select(Programme))).one())
    assert summary.sessions.planned == 0


async def test_after_a_pause_a_session_is_asked_about_before_anybody_is_reminded_of_it(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 4, 5, tzinfo=UTC))
    await pause(budi, "2027-01-25")
    await pair.run(until=datetime(2027, 1, 25, 4, 0, tzinfo=UTC))
    for who, poll in ((sari, PollMentorMessage), (budi, PollLeaderMessage)):
        assert len(of_kind(who, poll)) == 1
        assert of_kind(who, PairNudgeMessage) == [], "nobody had been asked yet"


async def test_no_question_for_the_next_date_before_the_last_session(pair: Office) -> None:
    sari = pair.people["sari"]
    assert (await book(pair, sari, "2027-02-12", "10:00")).ok
    await pair.run(until=datetime(2027, 2, 12, 2, 30, tzinfo=UTC))
    assert of_kind(sari, BookingNudgeMessage, session=2) == [], "session 2 could be booked from the 11th on"


async def test_a_session_before_an_earlier_one_is_said(pair: Office) -> None:
    sari = pair.people["sari"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    second = (await sessions(pair))[1]
    caller = Caller(second.team_id, sari.id, "first", pair.clock.now())
    early = Choice(date(2027, 1, 20), time(10), JAKARTA, 60)
    done = await bookings.book(pair.balik.store, caller, second.id, early)
    assert [one.number for one in done.out_of_order] == [1]
    later = Choice(date(2027, 2, 16), time(10), JAKARTA, 60, "busy", seen=None)
    done = await bookings.book(
        pair.balik.store, Caller(second.team_id, sari.id, "then", pair.clock.now()), second.id, later
    )
    assert done.out_of_order == ()


async def test_another_time_takes_back_the_question_to_the_partner(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    (nudge,) = of_kind(sari, BookingNudgeMessage, session=1)
    assert (await sari.click(nudge, "session.book")).ok
    assert (await sari.submit({"date": "2027-01-21", "time": "18:00", "minutes": "60"})).ok
    await sari.submit()
    texts = CATALOGUE.texts("en")
    when, partner = "Thursday 21 January 2027, 18:00 WIB", Mrkdwn(f"<@{budi.id}>")
    assert texts("sessions.ask.saved", when=when, partner=partner, soon=False) in texts_in(sari.modal)
    await sari.slack.close(all=True)
    assert (await sari.click(nudge, "session.book")).ok
    assert (await sari.submit({"date": "2027-01-21", "time": "10:00", "minutes": "60"})).ok
    assert texts("sessions.ask.dropped", when=when, partner=partner) in texts_in(sari.modal)
    await pair.run(days=1)
    assert of_kind(budi, TimeProposedMessage) == []


async def test_after_a_pause_nobody_is_asked_for_a_date_before_the_session_that_is_booked(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-02-22", "10:00")).ok
    await pair.run(until=datetime(2027, 2, 12, 4, 0, tzinfo=UTC))
    await pause(budi, "2027-02-16")
    await pair.run(until=datetime(2027, 2, 16, 4, 0, tzinfo=UTC))
    assert (await sessions(pair))[1].opens_on <= date(2027, 2, 16), "the second one could be booked"
    for who, kind in ((budi, PauseOverMessage), (sari, PartnerBackMessage)):
        (back,) = of_kind(who, kind)
        assert "session.book" not in action_ids(back), "session 1 is still to come"
