"""The calendars of rehearsed people: what is in them, and how well offered times keep clear of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import aiohttp
import pytest

from bot.calendars.reader import read_calendar
from bot.clock import ManualClock
from bot.domain.busy_hours import HORIZON
from bot.domain.calendar import DaysOff
from bot.rehearsal.actor import Actor
from bot.rehearsal.calendars import HOUR, CalendarServer
from bot.rehearsal.company import Member, company
from tests.rehearsal.conftest import SEED, play

FIRST, LAST = date(2027, 1, 4), date(2027, 8, 1)
MONDAY = datetime(2027, 1, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Somebody:
    """As much of an actor as a calendar needs."""

    id: str
    member: Member


def everybody() -> list[Actor]:
    people = [Somebody(f"U{number}", member) for number, member in enumerate(company(60, SEED))]
    return cast("list[Actor]", people)


def server() -> CalendarServer:
    return CalendarServer(ManualClock(MONDAY), SEED, FIRST, LAST, "http://127.0.0.1:1")


def test_two_thirds_of_the_people_have_a_calendar_that_is_two_thirds_full() -> None:
    calendars, people = server(), everybody()
    linked = [person for person in people if calendars.link_of(person)]
    assert len(linked) / len(people) == pytest.approx(2 / 3, abs=0.12)
    assert calendars.linked == {person.id for person in linked}
    later = MONDAY + timedelta(days=365)
    jakarta = next(person for person in linked if person.member.zone == "Asia/Jakarta")
    hours = [
        datetime(2027, 1, 4, 2, tzinfo=UTC) + timedelta(days=day) + hour * HOUR
        for day in range(100)
        for hour in range(8)
        if day % 7 < 5
    ]
    full = [hour for hour in hours if not calendars.is_free(jakarta.id, hour, 60, later)]
    assert len(full) / len(hours) == pytest.approx(2 / 3, abs=0.06)
    early = [hour for hour in full if calendars.is_free(jakarta.id, hour, 60, MONDAY - timedelta(days=7))]
    assert len(early) / len(full) == pytest.approx(0.1, abs=0.05)
    # The same seed gives the same calendars, whoever asks and when.
    again = server()
    again.link_of(jakarta)
    assert full == [hour for hour in hours if not again.is_free(jakarta.id, hour, 60, later)]


async def test_the_server_says_what_is_unchanged() -> None:
    calendars, people = server(), everybody()
    clock = cast("ManualClock", calendars.clock)
    async with calendars.serving(), aiohttp.ClientSession() as session:
        links = [(person, link) for person in people if (link := calendars.link_of(person))]
        person, link = links[0]
        async with session.get(link) as reply:
            content, etag = await reply.read(), reply.headers["ETag"]
        spans = read_calendar(content, person.member.zone, MONDAY, MONDAY + HORIZON).spans
        assert spans
        assert all(not calendars.is_free(person.id, start, 30, MONDAY) for start, _ in spans)
        statuses = []
        for days in (1, 7):
            clock.advance(timedelta(days=days))
            async with session.get(link, headers={"If-None-Match": etag}) as reply:
                statuses.append(reply.status)
        assert statuses == [304, 200], "late events are entered on Mondays"
        async with session.get(f"{calendars.origin}/nobody.ics") as reply:
            assert reply.status == 404


@pytest.mark.soak
def test_offered_times_are_free_for_both(tmp_path: Path) -> None:
    played = play(tmp_path / "calendars", people=24, months=6, calendars=True)
    found = SimpleNamespace(**played.report["calendars"])
    assert found.first_suggestions >= 10
    assert found.share_free >= 0.95
    assert played.report["stumbles"] == []
    assert played.report["lost"] == []
    bookings = played.report["bookings"]
    assert (bookings["presses_median"], bookings["overlapping"], bookings["on_days_off"]) == (1, 0, 0)
    days_off = DaysOff("ID")
    waited = {finding.values["day"] for finding in played.rehearsal.findings if finding.code == "holiday"}
    assert waited
    assert all(days_off.is_off(date.fromisoformat(day)) for day in waited), "people's own days off are not holidays"
