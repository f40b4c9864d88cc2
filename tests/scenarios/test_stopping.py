"""The bot stops while something is under way: that takes effect, and no connection to the database stays open."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import select

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import NO_HURRY, ManualClock
from handlers.kit import context
from storage.tables import Person
from tests.databases import lay_out
from tests.scenarios.office import MONDAY

TURNS = 20
"""Of the event loop. Stopping takes fewer if it waits for nothing."""


async def stop_during(folder: Path, last: asyncio.Event | None) -> list[str]:
    """Stop while a task has a transaction open, that ends after a few turns, or when `last` is set; what it did."""
    done: list[str] = []
    inside = asyncio.Event()

    async def under_way(balik: Balik) -> None:
        async with balik.store.read(MONDAY) as work:
            await work.session.exec(select(Person.id))
            done.append("began")
            inside.set()
            for _ in range(TURNS):
                await asyncio.sleep(0)
            if last:
                await last.wait()
            done.append("ended")

    url = f"sqlite:///{folder}/balik.sqlite"
    await lay_out(url)
    # Slack is not called.
    parts = BotConfig("xoxb-1", url, ManualClock(MONDAY), "http://127.0.0.1:1/", limits=NO_HURRY, inline=True)
    async with build(parts) as balik:
        event.listen(balik.store.engine.sync_engine.pool, "checkin", lambda *_: done.append("returned"))
        balik.context.spawn(under_way(balik))
        await inside.wait()
    return done


async def test_what_is_under_way_ends_before_the_bot_stops(tmp_path: Path) -> None:
    """The event loop used to cancel it, together with the task that was to return its connection."""
    assert await stop_during(tmp_path, None) == ["began", "ended", "returned"]


async def test_what_never_ends_is_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "GRACE", 0.0)
    assert await stop_during(tmp_path, asyncio.Event()) == ["began", "returned"]
