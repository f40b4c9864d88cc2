"""The session in one's own calendar: one entry, that follows each move and goes with the cancellation."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from icalendar import Calendar, Event

from bot.sandbox import Message, View
from tests.scenarios.office import Colleague, Office, parts_of, shows
from tests.scenarios.pairs import JAYAPURA, MONDAY_11, in_chat, introduce


async def pick(who: Colleague, date: str, **more: str) -> None:
    """Pick a time in the form that Home leads to; the form that says it stays open."""
    home = await who.open_home()
    assert home is not None
    assert (await who.click(home, "session.move" if more else "session.book")).ok
    assert (await who.submit({"date": date, "time": "11:00", "minutes": "60", **more})).ok


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
