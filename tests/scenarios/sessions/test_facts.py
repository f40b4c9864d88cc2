"""What old buttons and open forms of a session meet, and how either side corrects its record."""

import asyncio
from copy import deepcopy
from datetime import UTC, datetime

import pytest

from bot.domain.messages.sessions import (
    BookingNudgeMessage,
    PollLeaderMessage,
    PollMentorMessage,
    SessionBookedMessage,
    SessionHeldMessage,
    SessionMovedMessage,
    SessionNotHeldMessage,
    SessionOutOfHoursMessage,
    TimeDeclinedMessage,
    TimeProposedMessage,
)
from bot.sandbox import Message, View
from bot.services.caller import Caller
from bot.services.sessions import bookings
from storage.tables import SessionState
from tests.scenarios.office import Colleague, Office, action_ids, shows
from tests.scenarios.pairs import (
    answers,
    book,
    introduced,
    more_of,
    of_kind,
    sessions,
    without_chat,
)
from tests.wording import label, says

POLLS = (PollMentorMessage, PollLeaderMessage)
PICKED = {"date": "2027-01-14", "minutes": "60"}


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, introduced, on the morning when the first session is to be booked. News goes to their DMs."""
    found = await introduced(office, hr)
    await without_chat(found)
    return found


async def open_form(who: Colleague) -> None:
    """From the reminder to book, which shows the time once there is one, or from Home of who gets none."""
    nudges = of_kind(who, BookingNudgeMessage, session=1)
    place = nudges[0] if nudges else await who.open_home()
    action_id = "session.book" if place and "session.book" in action_ids(place) else "session.move"
    assert (await who.click(place, action_id)).ok


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
    """Pressed in an open window, on a session that was cancelled since: the form asks when they met."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-20", "10:00")).ok
    await pair.settle()
    told = deepcopy(of_kind(budi, SessionBookedMessage)[0])
    assert (await budi.click(told, "session.move")).ok
    assert (await budi.click(told, "session.cancel")).ok
    assert (await budi.click(budi.modal, "session.held")).ok
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


async def test_two_who_contradict_each_other_are_ended_by_whoever_corrects_last_or_by_the_close(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    for who, actions in ((sari, ("poll.met.yes", "poll.useful.4", "poll.own.4")), (budi, ("poll.met.no_show",))):
        for action in actions:
            (poll,) = of_kind(who, *POLLS, session=1)
            assert (await who.click(poll, action)).ok
    assert (await sessions(pair))[0].state == SessionState.BOOKED, "one says so, and one denies it"

    async def correct(who: Colleague, on: Message | View | None, action: str, met: str) -> SessionState:
        assert (await who.click(on, action)).ok
        assert (
            await who.submit({"met": met, "date": "2027-01-14", "time": "10:00"} if met == "yes" else {"met": met})
        ).ok
        await who.slack.close(all=True)
        await pair.settle()
        return (await sessions(pair))[0].state

    assert await correct(sari, await sari.open_home(), "session.held", "yes") == SessionState.HELD
    (told,) = of_kind(budi, SessionHeldMessage, session=1)
    assert await correct(budi, told, "session.correct", "no") == SessionState.BOOKED
    (back,) = of_kind(sari, SessionNotHeldMessage, session=1)
    assert await correct(sari, back, "session.correct", "yes") == SessionState.HELD
    assert await correct(budi, of_kind(budi, SessionHeldMessage, session=1)[-1], "session.correct", "no")
    await pair.run(until=datetime(2027, 1, 22, 9, 0, tzinfo=UTC))
    (first, *_) = await sessions(pair)
    assert first.state == SessionState.MISSED, "held only if nobody denies it"
    assert first.settled_at is not None
    assert (await sari.click(back, "session.correct")).ok
    assert sari.slack.dm is not None
    assert says(sari.whispered(sari.slack.dm)[-1], "errors.session_over")


async def test_what_was_rated_stays_when_the_other_denies_the_session(pair: Office) -> None:
    """Or a leader could delete what the mentor said about honesty."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    (poll,) = of_kind(sari, *POLLS, session=1)
    for action in ("poll.met.yes", "poll.useful.2", "poll.own.1"):
        assert (await sari.click(poll, action)).ok
    await budi.click(await more_of(budi), "session.correct")
    assert (await budi.submit({"met": "no"})).ok
    await pair.settle()
    assert [one.honest for one in await answers(pair) if one.side == "mentor"] == [1]


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


async def test_a_time_outside_the_partners_hours_is_booked_once_both_want_it(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await open_form(sari)
    assert (await sari.submit({"date": "2027-01-14", "time": "18:00", "minutes": "60"})).ok
    assert shows(sari.modal, "sessions.book.errors.hours", start="09:00", end="17:00", zone="WIB")
    assert (await sari.submit()).ok, "ask"
    assert shows(sari.modal, "sessions.ask.saved")
    await pair.settle()
    assert (await sessions(pair))[0].state == SessionState.PLANNED
    (question,) = of_kind(budi, TimeProposedMessage)
    assert shows(question, "sessions.ask.told", when="Thursday 14 January 2027, 18:00")
    assert (await budi.click(question, "proposal.agree")).ok
    await pair.settle()
    assert shows(question, "sessions.booked.agreed_to"), "the question itself has become the booked session"
    (told,) = of_kind(sari, SessionBookedMessage)
    assert shows(told, "sessions.booked.agreed")
    assert of_kind(budi, SessionBookedMessage) == []
    (first, *_) = await sessions(pair)
    assert (first.state, first.starts_at) == (SessionState.BOOKED, datetime(2027, 1, 14, 11, 0, tzinfo=UTC))


async def test_a_time_outside_the_partners_hours_that_does_not_suit(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await open_form(sari)
    await sari.submit({"date": "2027-01-16", "time": "10:00", "minutes": "60"})
    assert shows(sari.modal, "sessions.book.errors.day_off", day="Saturday 16 January 2027")
    assert (await sari.submit()).ok
    await sari.slack.close(all=True)
    await pair.settle()
    (question,) = of_kind(budi, TimeProposedMessage)
    assert (await budi.click(question, "proposal.decline")).ok
    await pair.settle()
    assert shows(of_kind(sari, TimeDeclinedMessage)[0], "sessions.ask.declined")
    assert "session.book" in action_ids(question), "another time"
    assert (await sessions(pair))[0].state == SessionState.PLANNED


async def test_a_proposed_time_goes_when_another_is_booked(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await open_form(sari)
    await sari.submit({"date": "2027-01-14", "time": "18:00", "minutes": "60"})
    assert (await sari.submit()).ok
    await sari.slack.close(all=True)
    await pair.settle()
    (question,) = of_kind(budi, TimeProposedMessage)
    await open_form(budi)
    assert (await budi.submit({**PICKED, "time": "10:00"})).ok
    await budi.slack.close(all=True)
    await budi.click(question, "proposal.agree")
    assert budi.slack.dm is not None
    assert says(budi.whispered(budi.slack.dm)[-1], "errors.proposal_over")
    await pair.settle()
    assert shows(question, "sessions.stale.body")
    assert (await sessions(pair))[0].starts_at == datetime(2027, 1, 14, 3, 0, tzinfo=UTC)


async def test_a_new_time_zone_that_pushes_a_session_out_of_hours_is_said_once(pair: Office) -> None:
    sari = pair.people["sari"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.slack.change_user(pair.slack.user(sari.id), tz="America/New_York")
    await pair.run(days=1)
    (note,) = of_kind(sari, SessionOutOfHoursMessage)
    assert shows(note, "sessions.out_of_hours.body", when="Wednesday 13 January 2027, 22:00")
    assert "session.move" in action_ids(note)


async def test_a_day_on_which_the_two_meet_already_is_not_suggested(pair: Office) -> None:
    sari = pair.people["sari"]
    assert (await book(pair, sari, "2027-02-17", "09:00")).ok
    await pair.run(until=datetime(2027, 2, 11, 4, 0, tzinfo=UTC))
    second = (await sessions(pair))[1]
    caller = Caller(second.team_id, sari.id, "second", pair.clock.now())
    days = [
        slot.date().isoformat() for slot in (await bookings.booking(pair.balik.store, caller, second.id)).suggestions
    ]
    assert days
    assert "2027-02-17" not in days
    assert min(days) < "2027-02-17" < max(days), "the days around it are"
