"""Calendars of the simulated people: a server on loopback, and how often times that were offered were free for both.

Two thirds of the hours of each working day are full, by the seed and the person's name; a third of the people connects
no calendar; a tenth of the events are entered only in their own week, after times were offered.
"""

import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zlib import crc32

from aiohttp import web
from sqlmodel import col, select

from bot.clock import Clock
from bot.domain.calendar import Span, overlaps, to_utc
from bot.domain.sessions import add_months
from bot.rehearsal.activity_log import Activity
from bot.rehearsal.actor import Actor, Json, offers
from bot.rehearsal.company import Member
from bot.rehearsal.rehearsal_plan import RehearsalPlan
from bot.services.pair_context import LEADER, LEADER_PART, MENTOR, MENTOR_PART
from handlers.sessions.slot_views import SlotValue
from storage.tables import MentoringSession, Pair
from storage.unit_of_work import UnitOfWork

KEY = "cmVoZWFyc2FsLWNhbGVuZGFycy1hcmUtbm8tc2VjcmU="
"""Encrypts the links of a rehearsal, which are no secret."""
HOURS = range(9, 17)
HOUR = timedelta(hours=1)
WORKING_DAYS = 5
OPEN = "working_time.open"
SHOWN = ("message", "changed", "whisper")
FIRST_SLOT = "session.slot.1"


class NotConnected(Exception):
    """A calendar link was refused. The message has the form's errors."""


@dataclass
class CalendarServer:
    """Serves a calendar for each linked person. `first`, `last`: the days with events."""

    clock: Clock
    seed: int
    first: date
    last: date
    origin: str = ""
    fetched: int = 0
    """How many requests there were."""
    unchanged: int = 0
    _events: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    _members: dict[str, Member] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: RehearsalPlan, clock: Clock) -> "CalendarServer":
        """With events for all of a programme."""
        return cls(clock, plan.seed, plan.set_up_on, add_months(plan.starts_on, plan.months + 2))

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator["CalendarServer"]:
        """The server on loopback, at a free port if `port` is taken; `origin` is set inside."""
        app = web.Application()
        app.router.add_get("/{name}.ics", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, "127.0.0.1", port).start()
            except OSError:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await runner.cleanup()

    def link_of(self, actor: Actor) -> str:
        """The link of a person's calendar; "" for a third of them, who have none."""
        return "" if self._drawn("link", actor.member.name) % 3 == 0 else self.add(actor.id, actor.member)

    def add(self, name: str, member: Member) -> str:
        """The link of a calendar with this name, for this person."""
        self._members[name] = member
        return f"{self.origin}/{name}.ics"

    @property
    def linked(self) -> frozenset[str]:
        """The Slack ids of the people who have a calendar."""
        return frozenset(self._members)

    def is_free(self, slack_id: str, start: datetime, minutes: int, now: datetime) -> bool:
        """Whether nothing of the person's calendar, as it is at `now`, is at that time."""
        return not overlaps(start, minutes, [span for span in self._all(slack_id) if self._known_from(span) <= now])

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.fetched += 1
        slack_id = request.match_info["name"]
        if slack_id not in self._members:
            return web.Response(status=404)
        now = self.clock.now()
        events = "".join(_event(span, now) for span in self._all(slack_id) if self._known_from(span) <= now)
        known = "".join(f"{start}" for start, _ in self._all(slack_id) if self._known_from((start, start)) <= now)
        etag = f'"{hashlib.sha256(known.encode()).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            self.unchanged += 1
            return web.Response(status=304)
        body = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Balik//EN\r\n{events}END:VCALENDAR\r\n"
        return web.Response(body=body.encode(), headers={"ETag": etag, "Content-Type": "text/calendar"})

    def _all(self, slack_id: str) -> tuple[Span, ...]:
        """Every event of a person, also those that are entered later."""
        if slack_id not in self._events:
            self._events[slack_id] = tuple(self._make(self._members[slack_id]))
        return self._events[slack_id]

    def _make(self, member: Member) -> Iterator[Span]:
        for number in range((self.last - self.first).days):
            day = self.first + timedelta(days=number)
            if day.weekday() >= WORKING_DAYS:
                continue
            for hour in HOURS:
                if self._drawn("busy", member.name, day, hour) % 3:
                    start = to_utc(day, time(hour), member.zone)
                    yield start, start + HOUR

    def _known_from(self, event: Span) -> datetime:
        """When an event is entered: a tenth of them at the beginning of their week."""
        start = event[0]
        if self._drawn("late", start) % 10:
            return datetime.min.replace(tzinfo=UTC)
        return datetime.combine(start.date() - timedelta(days=start.weekday()), time(), UTC)

    def _drawn(self, *parts: object) -> int:
        return crc32(" ".join(map(str, (self.seed, *parts))).encode())


def _event(span: Span, stamp: datetime) -> str:
    start, end = span
    lines = ("BEGIN:VEVENT", f"UID:{start:%Y%m%d%H}@calendar.example", f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}")
    return "\r\n".join(
        (*lines, f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}", "SUMMARY:Rapat", "END:VEVENT", "")
    )


async def connect_calendar(actor: Actor, server: CalendarServer | None) -> None:
    """A person pastes the link of their calendar, if they have one. Raises `NotConnected`."""
    link = server.link_of(actor) if server else ""
    if not link:
        return
    await actor.look_home()
    home = actor.person.home
    if not offers(home, OPEN):
        await actor.press(home, "home.more")
        home = None
    await actor.press(home, OPEN)
    await actor.press(None, "busy_hours.open")
    outcome = await actor.submit({"link": link})
    await actor.close()
    if not outcome.ok:
        raise NotConnected(f"{actor.member.name}: {outcome.errors}")


async def calendar_figures(
    work: UnitOfWork, server: CalendarServer, entries: Iterable[Activity]
) -> Mapping[str, int | float]:
    """For how many sessions of two linked people times were offered, and the share of the first ones that were free
    for both when they were shown."""
    offered: dict[int, tuple[datetime, SlotValue]] = {}
    for entry in entries:
        for slot in _first_slots(entry.blocks) if entry.kind in SHOWN else ():
            offered.setdefault(slot.session_id, (entry.at, slot))
    pairs = await _people_of(work, set(offered))
    between = [(at, slot) for at, slot in offered.values() if pairs[slot.session_id] <= server.linked]
    free = sum(
        all(server.is_free(who, slot.starts_at, slot.minutes, at) for who in pairs[slot.session_id])
        for at, slot in between
    )
    return {
        "linked": len(server.linked),
        "fetched": server.fetched,
        "unchanged": server.unchanged,
        "first_suggestions": len(between),
        "free_for_both": free,
        "share_free": round(free / len(between), 3) if between else 1.0,
    }


def _first_slots(blocks: list[Json]) -> Iterator[SlotValue]:
    for block in blocks:
        elements: list[dict[str, Any]] = block.get("elements", []) if block.get("type") == "actions" else []
        yield from (SlotValue.read(one["value"]) for one in elements if one.get("action_id") == FIRST_SLOT)


async def _people_of(work: UnitOfWork, session_ids: set[int]) -> dict[int, frozenset[str]]:
    """The Slack ids of the two people of each session."""
    statement = (
        select(col(MentoringSession.id), col(MENTOR.slack_id), col(LEADER.slack_id))
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .join(MENTOR_PART, col(MENTOR_PART.id) == col(Pair.mentor_id))
        .join(LEADER_PART, col(LEADER_PART.id) == col(Pair.leader_id))
        .join(MENTOR, col(MENTOR.id) == MENTOR_PART.person_id)
        .join(LEADER, col(LEADER.id) == LEADER_PART.person_id)
        .where(col(MentoringSession.id).in_(session_ids))
    )
    return {row_id: frozenset(people) for row_id, *people in (await work.session.exec(statement)).all()}
