"""What a night of calendars costs: 10,000 links at one host, of which none, half or nearly all are unchanged."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import aiohttp
import pytest
from sqlalchemy import func, update
from sqlmodel import select

from bot.calendars.busy_calendars import BusyCalendars
from bot.calendars.fetch import Fetcher
from bot.calendars.link_keys import LinkKeys, new_key
from bot.clock import NO_HURRY, TimeLimits
from bot.domain.busy_hours import HORIZON, HostRules
from bot.worker_process import Worker
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import BusyCalendar
from storage.unit_of_work import Store
from tests.bench import calendar_server
from tests.bench.crowd import HR, NOW, TEAM, pairs, put
from tests.bench.figures import Figure, show, watched

pytestmark = pytest.mark.bench
LINKS = int(os.environ.get("BENCH_LINKS", "10000"))
UNCHANGED = (0, 50, 95)
"""In percent."""


async def test_nights_of_calendars(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/bench.sqlite")
    await upgrade(engine)
    store = Store(engine)
    process, origin = calendar_server.start()
    worker, keys = Worker(), LinkKeys([new_key()])
    fetcher = Fetcher(HostRules(private=frozenset({origin})), TimeLimits())
    calendars = BusyCalendars(store, fetcher, keys, worker, NO_HURRY, on=True)  # a run waits for its batch
    try:
        await pairs(store, LINKS // 2, sessions=1, due=False)
        await connect(store, keys, origin)
        figures: list[Figure] = []
        for night, unchanged in enumerate((0, *UNCHANGED)):
            await turn(origin, unchanged)
            found = await a_night(calendars, store, NOW + timedelta(days=night), unchanged)
            figures += found if night else []  # in the first night everything is new, as it is at 0 %
    finally:
        process.kill()
        await calendars.close()
        worker.close()
        await engine.dispose()
    show(f"Nights of {LINKS:,} calendars of 100 kB at one host, two fetches at once", figures)


async def connect(store: Store, keys: LinkKeys, origin: str) -> None:
    """Everybody has a link, and nothing is read yet."""
    long_ago = NOW - timedelta(days=2)
    calendar = BusyCalendar(
        team_id=TEAM,
        person_id=0,
        link="",
        host="127.0.0.1",
        zone="Asia/Jakarta",
        covers_until=long_ago,
        added_at=long_ago,
        checked_at=long_ago,
        read_at=long_ago,
    )
    link = (keys.encrypt(f"{origin}/{number}.ics") for number in range(LINKS))
    await put(store, calendar, ({"id": n + 1, "person_id": HR + 1 + n, "link": one} for n, one in enumerate(link)))


async def turn(origin: str, unchanged: int) -> None:
    """From now on so many percent of the calendars are as they were."""
    async with aiohttp.ClientSession() as session, session.get(f"{origin}/turn", params={"unchanged": str(unchanged)}):
        pass


async def a_night(calendars: BusyCalendars, store: Store, at: datetime, unchanged: int) -> list[Figure]:
    """Every calendar is due."""
    async with store.write(at) as work:
        await work.session.exec(update(BusyCalendar).values(next_at=at, covers_until=at + HORIZON))
        await work.commit()
    theirs = await calendars.in_worker(process_time)
    began, worked, fetched = perf_counter(), process_time(), 0
    async with watched() as stalls:
        while count := await calendars.tick(at):
            fetched += count
    seconds, own = perf_counter() - began, process_time() - worked
    in_worker = await calendars.in_worker(process_time) - theirs
    async with store.read(at) as work:
        read = (await work.session.exec(select(func.count()).where(BusyCalendar.problem == ""))).one()
    assert (fetched, read) == (LINKS, LINKS)
    return [
        Figure(f"{unchanged} % unchanged: duration", seconds, "s"),
        Figure("  processor time of the bot", own, "s"),
        Figure("  processor time of the worker process", in_worker, "s"),
        Figure("  longest stall of the event loop", stalls.longest, "ms", 250, beside=f"own: {stalls.own:.0f}"),
    ]
