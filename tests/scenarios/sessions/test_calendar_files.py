"""The session in one's own calendar: one entry, that follows each move and goes with the cancellation."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from icalendar import Calendar, Event

from bot.domain.messages.sessions import FreshCalendarFilesMessage, SessionBookedMessage
from bot.rehearsal.actor import elements
from bot.sandbox import Message, View
from tests.scenarios.office import Colleague, Office, parts_of, shows
from tests.scenarios.pairs import JAYAPURA, MONDAY_11, in_chat, introduce, of_kind
from tests.scenarios.sessions.test_series import open_series


async def pick(who: Colleague, date: str, **more: str) -> None:
    """Pick a time in the form that Home leads to; the form that says it stays open."""
    home = await who.open_home()
    assert home is not None
    assert (await who.click(home, "session.move" if more else "session.book")).ok
    assert (await who.submit({"date": date, "time": "11:00", "minutes": "60", **more})).ok


async def set_place(who: Colleague, place: str, which: str) -> None:
    """Name a place for the session ("one") or all of the pair, behind **More …** on Home."""
    await who.click(await who.open_home(), "home.pair")
    assert (await who.click(who.modal, "place.open")).ok
    assert (await who.submit({"place": place, "for": which})).ok
    await who.slack.close(all=True)


async def entry(who: Colleague, on: Message | View) -> tuple[Event, str]:
    """Press the button for it and open the file that comes; with its method."""
    before = len(who.inbox)
    await who.click(on, "calendar.file")
    if isinstance(on, View):
        await who.slack.close(all=True)
    await who.office.settle()
    (file_id,) = [one for message in who.inbox[before:] for one in message.files]
    calendar = Calendar.from_ical(who.office.slack.workspace.files[file_id].content or b"")
    (event,) = calendar.events
    return event, str(calendar["METHOD"])


def both_links_say_it(who: Colleague) -> None:
    """The parameters that the two calendars take, and no plus, which Outlook would show."""
    links = {one["action_id"]: one["url"] for one in parts_of(who.modal.blocks) if "url" in one}
    google, outlook = (urlsplit(links[f"calendar.{name}"]) for name in ("google", "outlook"))
    assert (google.netloc, google.path) == ("calendar.google.com", "/calendar/render")
    asked = dict(parse_qsl(google.query, strict_parsing=True))
    assert asked["action"] == "TEMPLATE"
    assert asked["dates"] == "20270121T040000Z/20270121T050000Z"
    assert (outlook.netloc, outlook.path) == ("outlook.office.com", "/calendar/0/deeplink/compose")
    told = dict(parse_qsl(outlook.query, strict_parsing=True))
    assert (told["path"], told["rru"]) == ("/calendar/action/compose", "addevent")
    assert (told["startdt"], told["enddt"]) == ("2027-01-21T04:00:00Z", "2027-01-21T05:00:00Z")
    assert "Pak Budi" in told["subject"] == asked["text"]
    assert "+" not in google.query + outlook.query


async def test_the_entry_follows_moves_and_the_cancellation(office: Office, hr: Colleague) -> None:
    await introduce(office, hr, budi={"tz": JAYAPURA})
    await office.run(until=MONDAY_11)
    sari, budi = office.people["sari"], office.people["budi"]
    await pick(sari, "2027-01-21")
    both_links_say_it(sari)
    mine, method = await entry(sari, sari.modal)
    await office.run(days=1, minutes=15)
    theirs, _ = await entry(budi, in_chat(office)[-1])
    assert method == "PUBLISH"
    for event in (mine, theirs):
        assert event.start == datetime(2027, 1, 21, 4, 0, tzinfo=UTC), "one instant, whatever their zones"
        assert (event["UID"], event["SEQUENCE"]) == (mine["UID"], 0)
    assert "Pak Budi" in str(mine["SUMMARY"])
    assert "Sari" in str(theirs["SUMMARY"])
    for number, day in enumerate(("22", "25", "26"), 1):
        await pick(sari, f"2027-01-{day}", reason="busy")
        moved, _ = await entry(sari, sari.modal)
        assert (moved["UID"], moved["SEQUENCE"]) == (mine["UID"], number)
        assert moved.start == datetime(2027, 1, int(day), 4, 0, tzinfo=UTC)
    await budi.click(await budi.open_home(), "session.move")
    assert (await budi.click(budi.modal, "session.cancel")).ok
    await budi.slack.close(all=True)
    await office.run(days=2)
    off, method = await entry(sari, in_chat(office)[-1])
    assert method == "CANCEL"
    assert (off["UID"], off["SEQUENCE"], off["STATUS"]) == (mine["UID"], 4, "CANCELLED")
    assert shows(sari.inbox[-1], "sessions.calendar.off", number=1)
    # Booked anew it is the same entry, confirmed again.
    await pick(sari, "2027-01-28")
    again, _ = await entry(sari, sari.modal)
    assert (again["UID"], again["SEQUENCE"], again["STATUS"]) == (mine["UID"], 5, "CONFIRMED")


def files_of(who: Colleague, message: Message) -> list[Event]:
    """The entries in the files that came just before a message about them."""
    shared = who.inbox[: who.inbox.index(message)]
    ids = [one for earlier in shared if earlier.files for one in earlier.files]
    contents = [who.office.slack.workspace.files[one].content or b"" for one in ids]
    return [event for content in contents for event in Calendar.from_ical(content).events]


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("changed", ["time", "place"])
async def test_who_took_the_file_gets_the_new_one_once(office: Office, hr: Colleague, changed: str) -> None:
    """After two changes of one day: the last one, on the next day; and only to who took it."""
    await introduce(office, hr)
    await office.run(until=MONDAY_11)
    sari, budi = office.people["sari"], office.people["budi"]
    await pick(sari, "2027-01-21")
    mine, _ = await entry(sari, sari.modal)
    for again in ("1", "2"):
        if changed == "time":
            await pick(budi, f"2027-01-2{again}", reason="busy", minutes="30")
        else:
            await set_place(budi, f"Room {again}", "all")
    await office.run(minutes=10)
    assert of_kind(sari, FreshCalendarFilesMessage) == [], "there can be more changes today"
    await office.run(days=3)
    (told,) = of_kind(sari, FreshCalendarFilesMessage)
    assert shows(told, "sessions.calendar.fresh", numbers="1", count=1)
    new = files_of(sari, told)[-1]
    assert (new["UID"], new["STATUS"]) == (mine["UID"], "CONFIRMED")
    assert (mine["SEQUENCE"], new["SEQUENCE"]) == (0, 2), "each change counts"
    assert (new.start.day, str(new.get("LOCATION", ""))) == ((22, "") if changed == "time" else (21, "Room 2"))
    assert of_kind(budi, FreshCalendarFilesMessage) == []


async def test_who_took_the_new_file_themselves_gets_no_other(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await office.run(until=MONDAY_11)
    sari = office.people["sari"]
    await pick(sari, "2027-01-21")
    await entry(sari, sari.modal)
    await pick(sari, "2027-01-22", reason="busy")
    await entry(sari, sari.modal)
    await office.run(days=3)
    assert of_kind(sari, FreshCalendarFilesMessage) == []


async def test_all_sessions_of_a_pair_are_one_message(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await office.run(until=MONDAY_11)
    sari, budi = office.people["sari"], office.people["budi"]
    await open_series(office, sari)
    (ticks,) = [one for one in elements(sari.modal) if one["action_id"] == "sessions"]
    assert (await sari.submit({"sessions": [one["value"] for one in ticks["options"]][:2]})).ok
    await sari.slack.close(all=True)
    await office.run(days=2)
    second, third = (one for number in (2, 3) for one in of_kind(budi, SessionBookedMessage, session=number))
    for told in (second, third):
        await entry(budi, told)
    await set_place(sari, "Room 1", "all")
    await office.run(days=2)
    (told,) = of_kind(budi, FreshCalendarFilesMessage)
    assert shows(told, "sessions.calendar.fresh", numbers="2 and 3", count=2)
    assert [str(event["LOCATION"]) for event in files_of(budi, told)[-2:]] == ["Room 1", "Room 1"]
    assert of_kind(sari, FreshCalendarFilesMessage) == [], "she took none"
