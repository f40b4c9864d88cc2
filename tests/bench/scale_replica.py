"""One replica of the bot in mode many, which a benchmark leads through time: `python -m tests.bench.scale_replica`.

It takes a JSON object a line on its standard input, and answers each with one.
"""

import asyncio
import json
import logging
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event
from sqlmodel import col, select

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import Clock, OffsetClock, SystemClock
from bot.delivery.settings import OF_MANY
from bot.domain.day_starts import DayStarts
from bot.jobs.registry import due
from bot.server import http, logs
from bot.server.run import DAY_STARTS_AFTER, health
from bot.slack.connections import ManyConnections
from storage.tables import Workspace
from storage.unit_of_work import Store
from tests.bench.scale_sink import TOKEN

SECRET = "secret"
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
TOLD = 5
"""Errors that are kept word for word."""


@dataclass
class Installations:
    """All workspaces of the table, with the sink's tokens. The real ones read one more row, and decrypt it."""

    store: Store

    async def bot_token(self, team_id: str) -> str | None:
        async with self.store.read(SystemClock()) as work:
            return TOKEN + team_id if await work.session.get(Workspace, team_id) else None

    async def team_ids(self) -> list[str]:
        async with self.store.read(SystemClock()) as work:
            return list(await work.session.exec(select(Workspace.team_id).order_by(col(Workspace.team_id))))


def config(url: str, api_url: str, clock: Clock, spread: timedelta = timedelta()) -> BotConfig:
    """A bot of mode many against a sink, whose workspaces' days start within `spread`."""

    def connect(store: Store, client: AsyncWebClient) -> ManyConnections:
        def client_of(_team_id: str, token: str) -> AsyncWebClient:
            return AsyncWebClient(token, base_url=client.base_url, timeout=client.timeout, retry_handlers=[])

        return ManyConnections(Installations(store), client_of, clock.monotonic)

    return BotConfig(
        "",
        url,
        clock,
        api_url,
        SECRET,
        connect=connect,
        replicas=2,
        delivery=OF_MANY,
        day_starts=DayStarts(DAY_STARTS_AFTER, spread),
    )


class Errors(logging.Handler):
    """Counts errors, and keeps the first ones."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count, self.first = 0, list[str]()

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1
        if self.count <= TOLD:
            self.first.append(logging.Formatter().format(record))


@dataclass
class Replica:
    balik: Balik
    clock: OffsetClock
    errors: Errors
    statements: Counter[str]

    async def lead(self) -> None:
        """Until the end of the input."""
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        delivering = asyncio.create_task(self.balik.delivery.run())
        while line := await reader.readline():
            asked = json.loads(line)
            if asked["do"] == "idle":
                delivering = await self._idle(delivering, asked["seconds"])
            else:
                await self._do(asked)
            told: dict[str, Any] = {"cpu": time.process_time(), "statements": self.statements.total()}
            told |= {"errors": self.errors.count, "first": self.errors.first}
            print(json.dumps(told), flush=True)
        delivering.cancel()
        with suppress(asyncio.CancelledError):
            await delivering

    async def _do(self, asked: dict[str, Any]) -> None:
        if asked["do"] == "jump":
            self.clock.offset = timedelta(seconds=asked["offset"])
            self.balik.delivery.wake()
        elif asked["do"] == "jobs":
            now, done = await self.balik.check.for_jobs(), set[str]()
            while now and (names := await due(self.balik.store, now) - done):
                await self.balik.scheduler.tick_all(now, names)
                done |= names
            await self.balik.context.wait_idle()

    async def _idle(self, delivering: "asyncio.Task[None]", seconds: float) -> "asyncio.Task[None]":
        """As in production, with jobs that look every eight seconds."""
        delivering.cancel()
        with suppress(asyncio.CancelledError):
            await delivering
        async with self.balik.working():
            await asyncio.sleep(seconds)
        return asyncio.create_task(self.balik.delivery.run())


async def main(url: str, api_url: str, port: int, spread: timedelta) -> None:
    logs.set_up("WARNING")
    logging.getLogger().addHandler(errors := Errors())
    clock, statements = OffsetClock(), Counter[str]()
    async with build(config(url, api_url, clock, spread)) as balik:

        def asked(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if not statement.startswith(CONTROL):
                statements[statement[:60]] += 1

        event.listen(balik.store.engine.sync_engine, "before_cursor_execute", asked)
        serving = http.serve(
            "127.0.0.1",
            port,
            lambda: health(balik),
            bolt=balik.bolt,
            slacks_clock=balik.check.slacks_clock,
            ack_sent=balik.context.ack_sent,
        )
        async with serving:
            print(json.dumps({"ready": True}), flush=True)
            await Replica(balik, clock, errors, statements).lead()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), timedelta(seconds=int(sys.argv[4]))))
