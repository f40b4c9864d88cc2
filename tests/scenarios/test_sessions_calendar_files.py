"""The session in one's own calendar: one entry, that follows each move and goes with the cancellation."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from icalendar import Calendar, Event

from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows
from tests.scenarios.pairs import JAYAPURA, MONDAY_11, book, introduce, with_action


async def entry(who: Colleague) -> tuple[Event, str]:
    """Press the newest button for it and open the file that comes; with its method."""
    before = len(who.inbox)
    await who.click(with_action(who, "calendar.file")[-1], "calendar.file")
    await who.office.settle()
    (file_id,) = [one for message in who.inbox[before:] for one in message.files]
    calendar = Calendar.from_ical(who.office.slack.workspace.files[file_id].content or b"")
    (event,) = calendar.events
    return event, str(calendar["METHOD"])


def both_links_say_it(who: Colleague) -> None:
    """The parameters that the two calendars take, and no plus, which Outlook would show."""
    links = {one["action_id"]: one["url"] for one in parts_of(who.inbox[-1].blocks) if "url" in one}
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
    assert (await book(office, sari, "2027-01-21", "11:00")).ok
    await office.run(minutes=5)
    both_links_say_it(sari)
    (mine, method), (theirs, _) = await entry(sari), await entry(budi)
    assert method == "PUBLISH"
    for event in (mine, theirs):
        assert event.start == datetime(2027, 1, 21, 4, 0, tzinfo=UTC), "one instant, whatever their zones"
        assert (event["UID"], event["SEQUENCE"]) == (mine["UID"], 0)
    assert "Pak Budi" in str(mine["SUMMARY"])
    assert "Sari" in str(theirs["SUMMARY"])
    for number, day in enumerate(("22", "25", "26"), 1):
        assert (await book(office, sari, f"2027-01-{day}", "11:00", reason="busy")).ok
        await office.run(minutes=5)
        moved, _ = await entry(sari)
        assert (moved["UID"], moved["SEQUENCE"]) == (mine["UID"], number)
        assert moved.start == datetime(2027, 1, int(day), 4, 0, tzinfo=UTC)
    await budi.click(with_action(budi, "session.cancel")[-1], "session.cancel")
    await office.run(minutes=5)
    assert "calendar.file" in action_ids(sari.inbox[-1])
    off, method = await entry(sari)
    assert method == "CANCEL"
    assert (off["UID"], off["SEQUENCE"], off["STATUS"]) == (mine["UID"], 4, "CANCELLED")
    assert shows(sari.inbox[-1], "sessions.calendar.off", number=1)
    # Booked anew it is the same entry, confirmed again.
    assert (await book(office, sari, "2027-01-28", "11:00")).ok
    await office.run(minutes=5)
    again, _ = await entry(sari)
    assert (again["UID"], again["SEQUENCE"], again["STATUS"]) == (mine["UID"], 5, "CONFIRMED")
