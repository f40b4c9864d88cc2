"""My working time: usual hours in one tap, hours by day, breaks, holidays of one's own, and days away."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.domain.messages.care import ConcernContactMessage
from bot.domain.messages.sessions import BookingNudgeMessage
from bot.rehearsal.actor import elements
from handlers.sessions.slot_views import SlotValue
from storage.tables import Person
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import MONDAY_11, agree, book, introduce, introduced, of_kind, sent_at, sessions, with_action
from tests.wording import says

JAKARTA = ZoneInfo("Asia/Jakarta")


async def person(office: Office, who: Colleague) -> Person:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(Person).where(Person.slack_id == who.id))).one()


async def opened(who: Colleague, button: str = "") -> None:
    """The window, from Home, and a form from it."""
    if who.slack.modal is not None:
        await who.slack.close(all=True)
    assert (await who.click(await who.open_home(), "working_time.open")).ok
    if button:
        assert (await who.click(who.modal, f"working_time.{button}")).ok


async def away(who: Colleague, first: str, last: str) -> Any:
    await opened(who, "away")
    return await who.submit({"first": first, "last": last})


async def refused(who: Colleague, day: str, hour: str, code: str) -> bool:
    """Whether a time needs the partner's yes, for this reason."""
    assert (await who.click(with_action(who, "session.book")[-1], "session.book")).ok
    assert (await who.submit({"date": day, "time": hour, "minutes": "60"})).ok
    assert who.modal.callback_id == "session.ask_form"
    shown = shows(who.modal, f"sessions.book.errors.{code}")
    await who.slack.close(all=True)
    return shown


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    return await introduced(office, hr)


async def test_the_usual_hours_take_one_tap_at_sign_up_and_on_home(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    assert (await office.join(sari, "mentor", "specialist", "Marketing", working_hours="h0800")).ok
    assert (await person(office, sari)).work_start == "08:00"
    await opened(sari)
    assert shows(sari.modal, "working_time.window.line", days="Monday–Friday", hours="08:00–17:00")
    assert shows(sari.modal, "working_time.window.friday", hours="11:30–13:00"), "Friday prayer is shown"
    assert shows(sari.modal, "working_time.window.holidays_programme", country="Indonesia")
    assert (await sari.click(sari.modal, "working_time.usual.h0830")).ok
    assert shows(sari.modal, "working_time.window.line", days="Monday–Friday", hours="08:30–17:30")
    # A sign-up that is changed later, with the hours as they are, keeps what Home has set.
    await opened(sari, "week")
    assert (
        await sari.submit({"start_0": "10:00", "end_0": "15:00"} | {f"start_{n}": None for n in range(2, 7)})
    ).ok is False
    await sari.slack.close(all=True)
    await opened(sari, "hours")
    assert (await sari.submit({"days": ["0", "1"], "start": "13:00", "end": "16:00"})).ok
    await sari.slack.close(all=True)
    assert (await office.join(sari, "mentor", "specialist", "Marketing")).ok
    stored = await person(office, sari)
    assert stored.work_week == "13:00-16:00,13:00-16:00,,,,,"
    await opened(sari)
    assert shows(sari.modal, "working_time.window.few")


async def test_what_cannot_be_is_refused_in_a_sentence(pair: Office) -> None:
    sari = pair.people["sari"]
    await opened(sari, "hours")
    errors = (await sari.submit({"days": ["0"], "start": "09:00", "end": "09:30"})).errors
    assert says(errors["end"], "working_time.errors.short")
    errors = (await sari.submit({"end": "17:00", "break_start": "13:00", "break_end": "12:00"})).errors
    assert says(errors["break_end"], "working_time.errors.break")
    await opened(sari, "week")
    nothing = {f"{part}_{day}": None for part in ("start", "end") for day in range(7)}
    errors = (await sari.submit(nothing)).errors
    assert says(errors["start_0"], "working_time.errors.no_day")
    for first, last, code in (("2027-03-09", "2027-03-01", "order"), ("2027-03-09", "2029-03-09", "far")):
        errors = (await away(sari, first, last)).errors
        assert says(errors["last"], f"working_time.errors.{code}")


async def test_messages_follow_hours_by_day_and_another_countrys_holidays(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await opened(sari, "week")
    assert (await sari.submit({"start_0": "13:00", "end_0": "18:00"})).ok
    await opened(sari, "hours")
    assert shows(sari.modal, "working_time.hours.intro")
    await sari.slack.close(all=True)
    await office.run(until=MONDAY_11 + timedelta(days=1))
    (nudge,) = of_kind(sari, BookingNudgeMessage, session=1)
    assert sent_at(nudge) == datetime(2027, 1, 11, 13, tzinfo=JAKARTA)
    # 8 February is no holiday in Indonesia, and 6 and 7 February 2027 (a weekend) are Lunar New Year in Singapore.
    await opened(budi, "hours")
    assert (await budi.submit({"country": "SG"})).ok
    assert shows(budi.modal, "working_time.window.holidays", country="Singapore")
    await agree(office)
    assert await refused(sari, "2027-02-08", "14:00", "day_off")


async def test_days_away_hold_messages_and_concerns_reach_somebody_at_once(office: Office, hr: Colleague) -> None:
    rina = office.hire("Rina Marlina")
    await introduce(office, hr, contact="rina")
    await office.run(minutes=5)
    sari, budi = office.people["sari"], office.people["budi"]
    assert (await away(sari, "2027-01-11", "2027-01-13")).ok
    assert (await away(sari, "2027-01-14", "2027-01-15")).ok
    assert shows(sari.modal, "working_time.window.span", first="Monday 11 January 2027", last="Friday 15 January 2027")
    await office.run(until=MONDAY_11 + timedelta(days=4))
    assert of_kind(sari, BookingNudgeMessage, session=1) == []
    await sari.click(sari.modal, "working_time.there", "2027-01-11/2027-01-15")
    assert "working_time.there" not in action_ids(sari.modal)
    await office.run(hours=3)
    assert len(of_kind(sari, BookingNudgeMessage, session=1)) <= 1
    # The contact is always on leave: it still arrives at once.
    assert (await away(rina, "2027-01-11", "2027-12-30")).ok
    await budi.command("concern")
    assert (await budi.submit({"text": "I feel pushed"})).ok
    await office.run(minutes=1)
    readers = [one for one in (rina, hr) if of_kind(one, ConcernContactMessage)]
    assert readers == [hr], "who is there comes before who is away"


async def test_sessions_that_the_change_puts_outside_are_shown_once_and_stay(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await agree(pair)
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    came = len(budi.inbox)
    await away(budi, "2027-01-21", "2027-01-22")
    assert shows(budi.modal, "working_time.window.moved", number=1)
    assert {"session.move", "session.slot.1"} <= set(action_ids(budi.modal)), "with times to move it to"
    await opened(budi)
    assert not shows(budi.modal, "working_time.window.moved", number=1), "asked once"
    await pair.run(hours=2)
    assert len(budi.inbox) == came, "an act of their own is answered in place"
    assert "2027" in texts_in(budi.modal)
    assert pair.clock.now() < datetime(2027, 1, 21, tzinfo=UTC)


async def test_one_press_in_the_window_moves_such_a_session(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    await away(budi, "2027-01-21", "2027-01-22")
    (offered,) = [one for one in elements(budi.modal) if one["action_id"] == "session.slot.1"]
    assert (await budi.click(budi.modal, "session.slot.1")).ok
    assert shows(budi.modal, "sessions.moved.self", number=1)
    (first, *_) = await sessions(pair)
    assert first.starts_at == SlotValue.read(offered["value"]).starts_at
    assert first.starts_at.date() not in (date(2027, 1, 21), date(2027, 1, 22))


async def test_a_partners_break_and_day_away_need_their_yes(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await agree(pair)
    await opened(budi, "hours")
    assert (
        await budi.submit(
            {"break_start": "12:00", "break_end": "13:00", "friday_start": "11:00", "friday_end": "13:00"}
        )
    ).ok
    await away(budi, "2027-01-20", "2027-01-20")
    for day, hour, code in (
        ("2027-01-21", "12:30", "break"),
        ("2027-01-22", "11:00", "break"),
        ("2027-01-20", "10:00", "day_off"),
    ):
        assert await refused(sari, day, hour, code)


async def test_the_programmes_country_is_hrs_choice(pair: Office, hr: Colleague) -> None:
    sari = pair.people["sari"]
    await agree(pair)
    assert (await book(pair, sari, "2027-01-26", "10:00")).ok
    await hr.click(await hr.open_home(), "days.open")
    assert (await hr.submit({"country": "AU"})).ok
    await opened(sari)
    assert shows(sari.modal, "working_time.window.holidays_programme", country="Australia")
    await pair.run(days=1)
    assert any(shows(one, "programme.days_off.told.body", number=1) for one in sari.inbox), "Australia Day"
