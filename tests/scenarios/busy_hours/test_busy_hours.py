"""Busy hours: a person connects the calendar link of their own, and times are suggested beside what is in it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from sqlalchemy import text
from sqlmodel import col, select

from bot.calendars.busy_calendars import HOST_IS_DOWN
from bot.calendars.link_keys import LinkKeys, new_key
from bot.domain.busy_hours import HostRules, LinkProblem
from bot.domain.messages.busy_hours import BusyHoursStoppedMessage
from bot.sandbox.forms import places
from bot.services.busy_hours.busy_hours import busy_elsewhere
from bot.services.busy_hours.refreshing import claim
from bot.services.privacy.export import as_record, read_data_of
from storage.tables import BusyCalendar, MentoringSession, Person
from tests.calendars.servers import serving
from tests.scenarios.office import CALENDAR_KEY, Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import in_chat, introduced, of_kind, with_action
from tests.scenarios.snapshots import once
from tests.wording import says

JAKARTA = ZoneInfo("Asia/Jakarta")
SECRET = "private-0a1b2c3d4e5f"


@dataclass
class Server:
    """A calendar server whose calendars a test writes."""

    origin: str = ""
    events: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    """By path: the busy times of a calendar. Others are not found."""
    asked: list[str] = field(default_factory=list)
    stamp: int = 0
    status: int = 200

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if self.status != 200:
            return web.Response(status=self.status)
        if request.path not in self.events:
            return web.Response(status=404)
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
        for number, (start, end) in enumerate(self.events[request.path]):
            lines += ["BEGIN:VEVENT", f"UID:{number}", "SUMMARY:Rahasia besar", f"DTSTAMP:20270101T{self.stamp:06}Z"]
            lines += [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}", "END:VEVENT"]
        self.stamp += 1
        return web.Response(body="\r\n".join([*lines, "END:VCALENDAR", ""]).encode())


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    async with serving(server.answer) as server.origin:
        yield server


def allow(office: Office, server: Server) -> None:
    """The operator names the server."""
    office.balik.context.calendars.fetcher.rules = HostRules(private=frozenset({server.origin}))


def wib(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=JAKARTA).astimezone(UTC)


async def open_window(who: Colleague) -> None:
    if who.slack.modal is not None:
        await who.slack.close(all=True)
    assert (await who.click(await who.open_home(), "working_time.open")).ok


async def connect(who: Colleague, link: str) -> dict[str, str]:
    """Paste a link; the errors of its field."""
    await open_window(who)
    assert (await who.click(who.modal, "busy_hours.open")).ok
    return (await who.submit({"link": link})).errors


async def stored(office: Office) -> list[BusyCalendar]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(BusyCalendar))).all())


async def times_of(office: Office) -> list[tuple[datetime, datetime]]:
    """The busy intervals that a session has to avoid, of all who connected a calendar."""
    ids = [calendar.person_id for calendar in await stored(office)]
    async with office.balik.store.read(office.clock.now()) as work:
        found = await busy_elsewhere(work.session, ids, office.clock.now())
    return [span for spans in found.values() for span in spans]


async def joined(office: Office, hr: Colleague) -> Colleague:
    await once(office, _joined, office, hr)
    return office.people["sari"]


async def _joined(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    assert (await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")).ok


async def test_a_link_is_connected_replaced_and_removed(
    office: Office, hr: Colleague, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    sari = await joined(office, hr)
    allow(office, server)
    server.events[f"/{SECRET}.ics"] = [(wib(1, 5, 9), wib(1, 5, 11)), (wib(6, 1, 9), wib(6, 1, 10))]
    await open_window(sari)
    assert shows(sari.modal, "busy_hours.window.none")
    assert await connect(sari, f"{server.origin}/{SECRET}.ics") == {}
    host = "127.0.0.1/…"
    assert shows(sari.modal, "busy_hours.window.connected", link=host)
    [calendar] = await stored(office)
    assert await times_of(office) == [(wib(1, 5, 9), wib(1, 5, 11))], "eight weeks, no further"
    # What is secret is nowhere: not in the window, not in any table, not in the file for its owner.
    assert SECRET not in texts_in(sari.modal)
    assert LinkKeys([CALENDAR_KEY]).decrypt(calendar.link) == f"{server.origin}/{SECRET}.ics"
    async with office.balik.store.read(office.clock.now()) as work:
        connection = await work.session.connection()
        rows = (await connection.execute(text("SELECT * FROM busycalendar"))).all()
    assert SECRET not in str(rows)
    assert "Rahasia" not in str(rows)
    assert SECRET not in repr(calendar)
    async with office.balik.store.read(office.clock.now()) as work:
        owner = await work.session.get_one(Person, calendar.person_id)
        copy = as_record(await read_data_of(work, owner))
    [exported] = copy["busycalendar"]
    assert (exported["host"], exported["busy"]) == (host, [[wib(1, 5, 9).isoformat(), wib(1, 5, 11).isoformat()]])
    assert SECRET not in str(copy)
    await sari.slack.close(all=True)
    await sari.command("privacy")
    assert (await sari.click(sari.modal, "privacy.details", block_id="busycalendar")).ok
    assert host in texts_in(sari.modal)
    # Replaced by one that does not work, it stays; by one that does, it is another.
    assert says((await connect(sari, f"{server.origin}/gone.ics"))["link"], "busy_hours.problems.refused")
    assert await stored(office) == [calendar]
    server.events["/new.ics"] = [(wib(1, 6, 9), wib(1, 6, 10))]
    assert await connect(sari, f"{server.origin}/new.ics") == {}
    assert await times_of(office) == [(wib(1, 6, 9), wib(1, 6, 10))]
    assert (await sari.click(sari.modal, "busy_hours.remove")).ok
    assert shows(sari.modal, "busy_hours.window.none")
    assert await stored(office) == []
    assert SECRET not in caplog.text


async def test_a_host_that_is_down_is_not_asked_again_and_again(office: Office, hr: Colleague, server: Server) -> None:
    sari = await joined(office, hr)
    allow(office, server)
    server.events["/a.ics"] = []
    assert await connect(sari, f"{server.origin}/a.ics") == {}
    [calendar] = await stored(office)
    async with office.balik.store.write(office.clock.now()) as work:
        for number in range(12):
            person = Person(team_id="T", slack_id=f"X{number}", name="", created_at=office.clock.now())
            work.session.add(person)
            await work.session.flush()
            values = calendar.model_dump() | {"id": None, "person_id": person.id}
            work.session.add(BusyCalendar(**values))
        await work.commit()
    server.status = 503
    office.clock.advance(timedelta(hours=1))
    calendars, now = office.balik.context.calendars, office.clock.now()
    ids = [row.person_id for row in await stored(office)]
    tasks = await claim(office.balik.store, col(BusyCalendar.person_id).in_(ids), now)
    await calendars.fetch_all(tasks, now)
    assert len(server.asked) == 1 + 2 * HOST_IS_DOWN
    assert {row.problem for row in await stored(office)} == {LinkProblem.UNREACHABLE}


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("my calendar", LinkProblem.NO_LINK),
        ("http://example.com/a.ics", LinkProblem.NO_LINK),
        ("https://sari:secret@example.com/a.ics", LinkProblem.HAS_PASSWORD),
        ("https://127.0.0.1/a.ics", LinkProblem.PRIVATE),
        ("webcal://localhost/a.ics", LinkProblem.PRIVATE),
        ("https://forbidden.example/a.ics", LinkProblem.FORBIDDEN),
    ],
)
async def test_other_links_are_refused_with_a_sentence(
    office: Office, hr: Colleague, link: str, problem: LinkProblem
) -> None:
    sari = await joined(office, hr)
    office.balik.context.calendars.fetcher.rules = HostRules(forbidden=frozenset({"forbidden.example"}))
    assert says((await connect(sari, link))["link"], f"busy_hours.problems.{problem}")
    assert await stored(office) == []


async def test_a_calendar_is_fetched_at_night_and_a_new_stamp_is_no_change(
    office: Office, hr: Colleague, server: Server
) -> None:
    sari = await joined(office, hr)
    allow(office, server)
    server.events["/a.ics"] = [(wib(1, 5, 9), wib(1, 5, 11))]
    assert await connect(sari, f"{server.origin}/a.ics") == {}
    [before] = await stored(office)
    await office.run(until=wib(1, 5, 0))
    assert len(server.asked) == 1
    await office.run(until=wib(1, 5, 6))
    assert len(server.asked) == 2
    [after] = await stored(office)
    assert (after.digest, after.covers_until) == (before.digest, before.covers_until)
    assert after.read_at > before.read_at
    assert after.next_at == after.read_at + timedelta(days=1)
    # A week later the interval that is covered is too short: it is read in full, although nothing changed.
    await office.run(until=wib(1, 12, 6))
    [later] = await stored(office)
    assert (later.digest, later.busy) == (before.digest, "")
    assert later.covers_until > before.covers_until
    # A new event is there the next morning.
    server.events["/a.ics"] = [(wib(1, 14, 9), wib(1, 14, 11))]
    await office.run(until=wib(1, 13, 6))
    assert await times_of(office) == [(wib(1, 14, 9), wib(1, 14, 11))]


async def test_on_demand_it_is_fetched_every_half_hour_at_most(office: Office, hr: Colleague, server: Server) -> None:
    sari = await joined(office, hr)
    allow(office, server)
    server.events["/a.ics"] = []
    assert await connect(sari, f"{server.origin}/a.ics") == {}
    [calendar] = await stored(office)

    async def refreshed() -> int:
        before = len(server.asked)
        await office.balik.context.calendars.refresh(calendar.person_id, office.clock.now())
        return len(server.asked) - before

    assert await refreshed() == 0
    office.clock.advance(timedelta(minutes=29))
    assert await refreshed() == 0
    office.clock.advance(timedelta(minutes=1))
    assert [await refreshed(), await refreshed()] == [1, 0]


async def test_a_link_that_stops_working_is_told_once_to_its_owner(
    office: Office, hr: Colleague, server: Server
) -> None:
    sari = await joined(office, hr)
    allow(office, server)
    server.events["/a.ics"] = [(wib(1, 5, 9), wib(1, 5, 11)), (wib(1, 20, 9), wib(1, 20, 11))]
    assert await connect(sari, f"{server.origin}/a.ics") == {}
    events = server.events.pop("/a.ics")
    await office.run(until=wib(1, 5, 12))
    assert of_kind(sari, BusyHoursStoppedMessage) == [], "it may be over tomorrow"
    assert await times_of(office) == events[1:], "what is known is still used"
    await office.run(until=wib(1, 20, 12))
    [told] = of_kind(sari, BusyHoursStoppedMessage)
    assert shows(told, "busy_hours.stopped.text", link="127.0.0.1/…")
    assert await times_of(office) == [], "after a week nobody knows whether it still holds"
    posted = [message for message in office.posted(office.hr_channel) if "127.0.0.1" in texts_in(message)]
    assert posted == []
    # Its button connects it again; the next time it stops, that is told, too.
    assert (await sari.click(told, "busy_hours.open")).ok
    server.events["/b.ics"] = events
    assert (await sari.submit({"link": f"{server.origin}/b.ics"})).ok
    del server.events["/b.ics"]
    await office.run(days=3)
    assert len(of_kind(sari, BusyHoursStoppedMessage)) == 2


async def test_without_the_key_people_are_asked_for_their_links_again(
    office: Office, hr: Colleague, server: Server
) -> None:
    sari = await joined(office, hr)
    allow(office, server)
    server.events["/a.ics"] = [(wib(1, 20, 9), wib(1, 20, 11))]
    assert await connect(sari, f"{server.origin}/a.ics") == {}
    office.balik.context.calendars.keys = LinkKeys([new_key(), CALENDAR_KEY])
    await office.run(until=wib(1, 5, 12))
    assert len(server.asked) == 2, "an older key still opens links"
    office.balik.context.calendars.keys = LinkKeys([new_key()])
    await office.run(until=wib(1, 6, 12))
    [told] = of_kind(sari, BusyHoursStoppedMessage)
    assert says(texts_in(told), "busy_hours.problems.no_key")
    assert await times_of(office) == []
    office.balik.context.calendars.keys = LinkKeys([])
    await office.run(days=2)
    assert len(of_kind(sari, BusyHoursStoppedMessage)) == 1
    await open_window(sari)
    assert "busy_hours.open" in action_ids(sari.modal), "a calendar that is there can be removed in any case"


async def test_erasing_leaving_and_switching_off_delete_the_link(office: Office, hr: Colleague, server: Server) -> None:
    sari = await joined(office, hr)
    budi = office.hire("Budi Santoso")
    assert (await office.join(budi, "mentor", "specialist", "Finance")).ok
    allow(office, server)
    server.events["/a.ics"] = [(wib(1, 20, 9), wib(1, 20, 11))]
    for person in (sari, budi):
        assert await connect(person, f"{server.origin}/a.ics") == {}
        await person.slack.close(all=True)
    await sari.command("privacy")
    assert (await sari.click(sari.modal, "privacy.erase")).ok
    assert (await sari.submit({"sure": ["sure"]})).ok
    assert len(await stored(office)) == 1
    office.balik.context.calendars.on = False
    await office.run(days=2)
    assert await times_of(office) == []
    await office.run(days=31)
    assert await stored(office) == []
    assert len(server.asked) == 2


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    return await introduced(office, hr)


async def suggested(who: Colleague) -> list[datetime]:
    """The times in the form."""
    assert (await who.click(with_action(who, "session.book")[-1], "session.book")).ok
    [menu] = [one.element for one in places(who.modal.blocks) if one.block["block_id"] == "suggestion"]
    values = [option["value"] for option in menu["options"]]
    return [datetime.fromisoformat(value) for value in values if value != "other"]


async def test_suggestions_keep_clear_of_both_peoples_busy_hours(pair: Office, server: Server) -> None:
    office = pair
    mentor, leader = office.people["sari"], office.people["budi"]
    allow(office, server)
    free = await suggested(leader)
    first = free[0]
    await leader.slack.close(all=True)
    # Busy on the whole of the first suggested day, but for one hour.
    opens = first.astimezone(JAKARTA).replace(hour=0, minute=0)
    hour = opens.replace(hour=14).astimezone(UTC)
    day = [(opens.astimezone(UTC), hour), (hour + timedelta(hours=1), opens.astimezone(UTC) + timedelta(days=1))]
    server.events["/a.ics"] = day
    assert await connect(mentor, f"{server.origin}/a.ics") == {}
    await mentor.slack.close(all=True)
    assert hour in await suggested(leader)
    assert first == hour or first not in await suggested_again(leader)
    # The partner learns that a time does not suit, and nothing else; asked and agreed to, it is booked.
    nine = opens.replace(hour=9)
    wanted = {"date": f"{nine:%Y-%m-%d}", "time": "09:00", "minutes": "60"}
    assert (await leader.submit(wanted)).ok
    assert leader.modal.callback_id == "session.ask_form"
    assert shows(leader.modal, "sessions.book.errors.busy")
    assert "127.0.0.1" not in texts_in(leader.modal)
    await leader.slack.close(all=True)
    # The mentor themselves may book over what they have.
    assert (await mentor.click(with_action(mentor, "session.book")[-1], "session.book")).ok
    assert (await mentor.submit(wanted)).ok
    [calendar] = await stored(office)
    assert calendar.busy


async def suggested_again(who: Colleague) -> list[datetime]:
    await who.slack.close(all=True)
    return await suggested(who)


async def test_calendars_are_read_again_before_times_are_shown(pair: Office, server: Server) -> None:
    office = pair
    mentor, leader = office.people["sari"], office.people["budi"]
    allow(office, server)
    server.events["/a.ics"] = []
    assert await connect(mentor, f"{server.origin}/a.ics") == {}
    await mentor.slack.close(all=True)
    first, *_ = await suggested(leader)
    server.events["/a.ics"] = [(first, first + timedelta(hours=1))]
    office.clock.advance(timedelta(minutes=31))
    times = await suggested_again(leader)
    assert not any(first - timedelta(minutes=30) < time < first + timedelta(hours=1) for time in times)
    assert len(server.asked) == 2


async def test_an_offered_time_that_is_taken_by_then_is_not_booked(pair: Office, server: Server) -> None:
    office = pair
    mentor, leader = office.people["sari"], office.people["budi"]
    allow(office, server)
    server.events["/a.ics"] = []
    assert await connect(mentor, f"{server.origin}/a.ics") == {}
    offer = next(one for one in in_chat(office) if "session.slot.1" in action_ids(one))
    server.events["/a.ics"] = [(wib(1, 1, 0), wib(2, 28, 0))]
    office.clock.advance(timedelta(minutes=31))
    assert (await leader.click(offer, "session.slot.1")).ok
    async with office.balik.store.read(office.clock.now()) as work:
        booked = await work.session.exec(select(MentoringSession).where(col(MentoringSession.starts_at).is_not(None)))
        assert booked.all() == []
    (chat,) = [one for one in leader.slack.channels if one.kind == "mpim"]
    assert says(leader.whispered(chat)[-1], "sessions.book.errors.busy")
