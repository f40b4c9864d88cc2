"""What old buttons and open forms of a session meet, and how either side corrects its record."""

import asyncio
from copy import deepcopy
from datetime import UTC, datetime

import pytest

from bot.domain.messages.sessions import (
    BookingNudgeMessage,
    PollMenteeMessage,
    PollMentorMessage,
    SessionBookedMessage,
    SessionHeldMessage,
    SessionMovedMessage,
    SessionNotHeldMessage,
)
from storage.tables import SessionState
from tests.scenarios.office import Colleague, Office, action_ids, shows
from tests.scenarios.pairs import answers, book, introduced, of_kind, sessions
from tests.wording import label, says

POLLS = (PollMentorMessage, PollMenteeMessage)
PICKED = {"date": "2027-01-14", "minutes": "60"}


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, introduced, on the morning when the first session is to be booked."""
    return await introduced(office, hr)


async def open_form(who: Colleague) -> None:
    (nudge,) = of_kind(who, BookingNudgeMessage, session=1)
    assert (await who.click(nudge, "session.book")).ok


async def meet(who: Colleague, date: str, time: str) -> None:
    """Somebody says on Home when the two met."""
    assert (await who.click(await who.open_home(), "session.held")).ok
    assert (await who.submit({"date": date, "time": time})).ok
    await who.slack.close(all=True)
    await who.office.settle()


async def test_the_second_of_two_who_pick_a_time_sees_the_first_ones(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    for who in (sari, budi):
        await open_form(who)
    assert (await budi.submit({**PICKED, "time": "15:00"})).ok
    assert (await sari.submit({**PICKED, "time": "10:00"})).ok, "no error at a field that the form does not have"
    assert shows(sari.modal, "sessions.taken.partner", partner=f"<@{budi.id}>", when="Thursday 14 January 2027, 15:00")
    assert {"session.keep", "session.move"} <= set(action_ids(sari.modal))
    assert (await sari.click(sari.modal, "session.keep")).ok
    assert shows(sari.modal, "sessions.booked.told")
    await pair.settle()
    assert len(of_kind(sari, SessionBookedMessage)) == 1
    assert of_kind(budi, SessionBookedMessage, SessionMovedMessage) == [], "to keep it changes nothing"
    # The other way on.
    await sari.slack.close(all=True)
    await open_form(sari)
    assert (await sari.submit({"date": "2027-01-15", "time": "10:00", "minutes": "60", "reason": "busy"})).ok
    await pair.settle()
    assert len(of_kind(budi, SessionMovedMessage)) == 1


async def test_both_pick_the_same_time(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    for who in (sari, budi):
        await open_form(who)
    outcomes = await asyncio.gather(*(who.slack.submit({**PICKED, "time": "15:00"}) for who in (sari, budi)))
    await pair.settle()
    assert all(one.ok for one in outcomes)
    assert sum(shows(who.modal, "sessions.booked.same") for who in (sari, budi)) == 1
    assert len(of_kind(sari, SessionBookedMessage) + of_kind(budi, SessionBookedMessage)) == 1


async def test_a_form_for_moving_whose_session_was_cancelled(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.settle()
    (told,) = of_kind(budi, SessionBookedMessage)
    await sari.click(await sari.open_home(), "session.move")
    assert (await budi.click(told, "session.cancel")).ok
    assert (await sari.submit({"date": "2027-01-15", "time": "10:00", "minutes": "60", "reason": "busy"})).ok
    assert shows(sari.modal, "sessions.taken.gone")
    assert "session.book" in action_ids(sari.modal)
    assert (await sessions(pair))[0].starts_at is None


async def test_an_old_button_for_cancelling_leaves_the_new_time_alone(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.settle()
    told = deepcopy(of_kind(budi, SessionBookedMessage)[0])
    assert (await book(pair, sari, "2027-01-15", "10:00", reason="busy")).ok
    await budi.click(told, "session.cancel")
    assert budi.slack.dm is not None
    assert says(budi.whispered(budi.slack.dm)[-1], "sessions.taken.partner")
    assert (await sessions(pair))[0].starts_at == datetime(2027, 1, 15, 3, 0, tzinfo=UTC)


async def test_nothing_is_recorded_without_a_time(pair: Office) -> None:
    """Pressed in an old message, on a session that was cancelled since: the form asks when they met."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-20", "10:00")).ok
    await pair.settle()
    told = deepcopy(of_kind(budi, SessionBookedMessage)[0])
    assert (await budi.click(told, "session.cancel")).ok
    assert (await budi.click(told, "session.held")).ok
    assert shows(budi.modal, "sessions.held.form.none")
    assert (await sessions(pair))[0].state == SessionState.PLANNED
    late = await budi.submit({"date": "2027-01-20", "time": "10:00"})
    assert says(late.errors["date"], "sessions.held.errors.future")
    early = await budi.submit({"date": "2027-01-02", "time": "10:00"})
    assert says(early.errors["date"], "sessions.held.errors.early")


async def test_they_met_earlier_than_booked_and_the_partner_corrects_when(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-20", "10:00")).ok
    await pair.run(days=2)
    await sari.click(await sari.open_home(), "session.move")
    assert (await sari.click(sari.modal, "session.held")).ok
    assert shows(sari.modal, "sessions.held.form.booked", when="Wednesday 20 January 2027, 10:00")
    assert (await sari.submit({"date": "2027-01-12", "time": "14:00"})).ok
    await sari.slack.close(all=True)
    await pair.run(hours=1)
    (told,) = of_kind(budi, SessionHeldMessage, session=1)
    assert shows(told, "sessions.held.told", when="Tuesday 12 January 2027, 14:00")
    (poll,) = of_kind(sari, *POLLS, session=1)
    assert shows(poll, "polls.answered.met", met=label("labels.met.yes")), "what was said already is not asked again"
    assert (await budi.click(told, "session.correct")).ok
    assert (await budi.submit({"met": "yes", "date": "2027-01-12", "time": "13:00"})).ok
    await pair.run(hours=1)
    (first, *_) = await sessions(pair)
    assert (first.state, first.starts_at) == (SessionState.HELD, datetime(2027, 1, 12, 6, 0, tzinfo=UTC))
    assert shows(of_kind(sari, SessionHeldMessage)[-1], "sessions.held.told", when="Tuesday 12 January 2027, 13:00")
    assert len(of_kind(sari, *POLLS, session=1)) == 1, "nobody is asked twice"
    assert len(await answers(pair)) == 2, "both have said that they met"


async def test_a_wrong_report_is_taken_back_and_the_booked_time_is_there_again(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-20", "10:00")).ok
    await pair.run(days=1)
    await sari.click(await sari.open_home(), "session.move")
    await sari.click(sari.modal, "session.held")
    assert (await sari.submit({"date": "2027-01-12", "time": "09:00"})).ok
    await pair.settle()
    (told,) = of_kind(budi, SessionHeldMessage, session=1)
    await budi.click(told, "session.correct")
    assert (await budi.submit({"met": "no"})).ok
    assert shows(budi.modal, "sessions.held.not_held")
    await pair.settle()
    assert len(of_kind(sari, SessionNotHeldMessage, session=1)) == 1
    (first, *_) = await sessions(pair)
    assert (first.state, first.starts_at) == (SessionState.BOOKED, datetime(2027, 1, 20, 3, 0, tzinfo=UTC))
    assert await answers(pair) == []
    for who in (sari, budi):
        home = await who.open_home()
        assert home is not None
        assert shows(home, "home.pair.next.booked")


async def test_a_record_without_a_booking_counts_everywhere(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(days=2)
    await meet(sari, "2027-01-12", "14:00")
    assert (await sessions(pair))[0].state == SessionState.HELD
    for who in (sari, budi):
        home = await who.open_home()
        assert home is not None
        assert shows(home, "home.pair.progress", held=1)
    assert len(of_kind(budi, SessionHeldMessage, session=1)) == 1


async def test_a_poll_cannot_be_answered_about_a_session_that_has_no_time_any_more(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 5, 0, tzinfo=UTC))
    (poll,) = of_kind(budi, *POLLS, session=1)
    assert "poll.met.fell_through" in action_ids(poll)
    assert (await book(pair, sari, "2027-01-20", "10:00", reason="sick")).ok
    await budi.click(poll, "poll.met.yes")
    assert budi.slack.dm is not None
    assert says(budi.whispered(budi.slack.dm)[-1], "errors.poll_too_early")
    assert (await sessions(pair))[0].state == SessionState.BOOKED
    assert await answers(pair) == []
    await pair.settle()
    assert shows(poll, "sessions.stale.body")
