"""Leads two replicas through a month in which idle hours are skipped, clicks meanwhile, and counts at the end."""

import asyncio
import hashlib
import hmac
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from sqlalchemy import func, text
from sqlmodel import col, select

from bot.clock import OffsetClock
from bot.jobs.registry import next_due as next_job
from storage.engine import make_engine
from storage.outbox import key_hash
from storage.outbox_maintenance import next_due
from storage.rate_limits import Limits
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store
from tests.bench.scale_replica import SECRET
from tests.bench.scale_sink import Clickable, Json, Sink, person_of
from tests.ports import free_port
from tests.processes import ROOT

REPLICAS = 2
HANG = 120
"""Seconds after which a click counts as never answered, and a replica as hung."""
CLICK_EVERY = 0.2
"""Seconds of real time between two clicks."""
SOON = timedelta(seconds=2)
"""What is due so soon is waited for; longer waits are skipped."""
LOOK = 0.1
JOB_INTERVAL = timedelta(seconds=8)
IDLE_SECONDS = 16
END_SECONDS = 30
ENDED = (OutboxState.SENT, OutboxState.DROPPED, OutboxState.EXPIRED)
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class Process:
    """A replica, seen from here."""

    process: asyncio.subprocess.Process
    url: str
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, **asked: Any) -> Json:
        assert self.process.stdin
        assert self.process.stdout
        async with self.lock, asyncio.timeout(HANG):
            self.process.stdin.write(json.dumps(asked).encode() + b"\n")
            line = await self.process.stdout.readline()
            assert line, f"a replica ended ({self.process.returncode})"
            return dict(json.loads(line))

    async def end(self) -> None:
        """By the end of its input, so that it ends its own worker process, which would keep the pipes open."""
        assert self.process.stdin
        self.process.stdin.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()


@dataclass
class Played:
    """What a month came to. Seconds, and processor time in seconds."""

    messages: int
    lost: int
    twice: int
    waits: list[float]
    acks: list[float]
    unacked: int
    peak: float
    """Messages per second in the fullest minute."""
    cpu: float
    database_cpu: float
    statements: int
    idle_cpu: float
    """Per minute, of all replicas."""
    idle_statements: float
    seconds: float
    error_count: int
    errors: list[str]
    lost_replies: int
    limited: int
    kinds: Counter[str]
    calls: Counter[str]

    @property
    def cpu_of_message(self) -> float:
        return self.cpu / self.messages

    @property
    def database_of_message(self) -> float:
        return self.database_cpu / self.messages

    @property
    def whole_cost(self) -> float:
        return self.cpu_of_message + self.database_of_message

    def waited(self, part: float) -> float:
        return self.waits[int(len(self.waits) * part)]

    def acked(self, part: float) -> float:
        return self.acks[int(len(self.acks) * part)] if self.acks else 0


@dataclass
class Month:
    """`workspaces` are seeded in the database at `url`; `clock` is the sink's, and the replicas'."""

    url: str
    api_url: str
    clock: OffsetClock
    sink: Sink
    workspaces: int
    acks: list[float] = field(default_factory=list)
    unacked: int = 0
    _chance: random.Random = field(default_factory=lambda: random.Random(2))
    _still: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Nothing is clicked while the clock jumps."""

    async def play(self, until: datetime) -> Played:
        self.store = Store(make_engine(self.url))
        async with self._replicas() as self.replicas, aiohttp.ClientSession() as self.http:
            await self._jump(timedelta())
            before, began = await self._told(), time.monotonic()
            database, posts = await self._database_cpu(), self.sink.posts
            clicking = asyncio.create_task(self._click_on())
            await self._lead(until)
            clicking.cancel()
            with suppress(asyncio.CancelledError):
                await clicking
            await self._finish()
            after, seconds, database_after = await self._told(), time.monotonic() - began, await self._database_cpu()
            await asyncio.gather(*(one.ask(do="idle", seconds=IDLE_SECONDS) for one in self.replicas))
            rested = await self._told()
        rows = await self._rows()
        lost, twice = self._counted(rows)
        a_minute = 60 / IDLE_SECONDS
        played = Played(
            messages=self.sink.posts - posts,
            lost=lost,
            twice=twice,
            waits=_waits(rows),
            acks=sorted(self.acks),
            unacked=self.unacked,
            peak=_peak(rows),
            cpu=after["cpu"] - before["cpu"],
            database_cpu=database_after - database,
            statements=after["statements"] - before["statements"],
            idle_cpu=(rested["cpu"] - after["cpu"]) * a_minute,
            idle_statements=(rested["statements"] - after["statements"]) * a_minute,
            seconds=seconds,
            error_count=rested["errors"],
            errors=rested["first"],
            lost_replies=self.sink.lost_replies,
            limited=self.sink.limited.total(),
            kinds=Counter(row.kind for row in rows),
            calls=self.sink.calls,
        )
        await self.store.engine.dispose()
        return played

    # Time

    async def _lead(self, until: datetime) -> None:
        while True:
            await self._work_off()
            async with self._still:
                await self._jobs()  # and what clicks began
                job, message = await self._next()
                moment = min((one for one in (job, message) if one), default=until)
                now = self.clock.now()
                if moment >= until:
                    return
                if moment > now + SOON:
                    await self._jump(moment - now)

    async def _work_off(self) -> None:
        """Until nothing is due, as production would: without moving the clock but for the next run of a job."""
        while True:
            job, message = await self._next()
            soon = self.clock.now() + SOON
            job_due, message_due = bool(job and job <= soon), bool(message and message <= soon)
            if not job_due and not message_due:
                return
            if job_due:
                await self._jobs()
                left, message = await self._next()
                if left and left <= self.clock.now() and not (message and message <= soon):
                    await self._jump(JOB_INTERVAL)
            await asyncio.sleep(LOOK)

    async def _finish(self) -> None:
        """What was due before the end is sent."""
        await self._work_off()
        await self._jobs()

    async def _next(self) -> tuple[datetime | None, datetime | None]:
        """The next moments of jobs and of messages; now for one that is being sent."""
        async with self.store.read(self.clock) as work:
            sending = select(func.count()).where(Outbox.state == OutboxState.SENDING)
            busy = (await work.session.exec(sending)).one()
            message = await next_due(work.session, work.now, Limits())
            now = work.now
        return await next_job(self.store, now), now if busy else message

    async def _jobs(self) -> None:
        await asyncio.gather(*(one.ask(do="jobs") for one in self.replicas))

    async def _jump(self, by: timedelta) -> None:
        self.clock.offset += by
        offset = self.clock.offset.total_seconds()
        await asyncio.gather(*(one.ask(do="jump", offset=offset) for one in self.replicas))

    # Clicks

    async def _click_on(self) -> None:
        """One click after another, of people whom a message with buttons reached lately, and commands of others."""
        while True:
            await asyncio.sleep(CLICK_EVERY)
            async with self._still:
                await self._click()

    async def _click(self) -> None:
        if self.sink.recent and self._chance.random() < 0.7:
            kind, payload = self._button(self._chance.choice(self.sink.recent))
        else:
            kind, payload = self._request()
        body = json.dumps(payload) if kind == "application/json" else urlencode(payload)
        replica = self._chance.choice(self.replicas)
        began = time.perf_counter()
        try:
            async with (
                asyncio.timeout(HANG),
                self.http.post(f"{replica.url}/slack/events", data=body, headers=_signed(kind, body)) as reply,
            ):
                await reply.read()
                answered = reply.status == 200
        except (aiohttp.ClientError, TimeoutError):
            answered = False
        self.unacked += not answered
        self.acks.append(time.perf_counter() - began)

    def _button(self, message: Clickable) -> tuple[str, Json]:
        buttons = [one for block in message.blocks for one in block.get("elements", ()) if "action_id" in one]
        button, slack_id = self._chance.choice(buttons), "U" + message.channel[1:5]
        shown = {"ts": message.ts, "text": message.text, "blocks": message.blocks}
        payload = {
            "type": "block_actions",
            "user": {"id": slack_id, "team_id": message.team},
            "team": {"id": message.team},
            "channel": {"id": message.channel},
            "container": {"type": "message", "message_ts": message.ts, "channel_id": message.channel},
            "message": shown,
            "trigger_id": f"{time.time()}.1",
            "response_url": f"{self.sink.url}/respond",
            "actions": [{**button, "action_ts": f"{time.time():.6f}", "block_id": "b"}],
        }
        return "application/x-www-form-urlencoded", {"payload": json.dumps(payload)}

    def _request(self) -> tuple[str, Json]:
        team, slack_id = f"T{self._chance.randint(1, self.workspaces):04}", person_of(self._chance.randint(2, 9))
        if self._chance.random() < 0.5:
            opened = {"type": "app_home_opened", "user": slack_id, "tab": "home", "channel": "D" + slack_id[1:]}
            event = {"type": "event_callback", "team_id": team, "event": opened, "event_id": f"Ev{time.time_ns()}"}
            return "application/json", event
        command = {"command": "/mentoring", "text": "help", "user_id": slack_id, "team_id": team, "channel_id": "CALL"}
        more = {"trigger_id": f"{time.time_ns()}.1", "response_url": f"{self.sink.url}/respond"}
        return "application/x-www-form-urlencoded", command | more

    # Replicas and counts

    @asynccontextmanager
    async def _replicas(self) -> AsyncIterator[list[Process]]:
        started: list[Process] = []
        with tempfile.TemporaryDirectory() as folder:
            try:
                for number in range(REPLICAS):
                    port, log = free_port(), Path(folder) / f"{number}.log"
                    with log.open("w") as told:
                        process = await asyncio.create_subprocess_exec(
                            *(sys.executable, "-m", "tests.bench.scale_replica", self.url, self.api_url, str(port)),
                            cwd=ROOT,
                            stdin=asyncio.subprocess.PIPE,
                            stdout=asyncio.subprocess.PIPE,
                            stderr=told,
                            limit=2**20,
                        )
                    assert process.stdout
                    started.append(Process(process, f"http://127.0.0.1:{port}"))
                    assert await process.stdout.readline(), log.read_text()
                yield started
            finally:
                for one in started:
                    await one.end()

    async def _told(self) -> Json:
        told = await asyncio.gather(*(one.ask(do="tell") for one in self.replicas))
        sums: Json = {name: sum(one[name] for one in told) for name in ("cpu", "statements", "errors")}
        return sums | {"first": [line for one in told for line in one["first"]]}

    async def _database_cpu(self) -> float:
        """Of all its processes that serve this database now. Connections stay open during a month."""
        serving = text(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        async with self.store.engine.connect() as connection:
            pids = (await connection.execute(serving)).scalars().all()
        return sum(map(_cpu_of, pids))

    async def _rows(self) -> list[Outbox]:
        async with self.store.read(self.clock) as work:
            return list(await work.session.exec(select(Outbox).order_by(col(Outbox.id))))

    def _counted(self, rows: list[Outbox]) -> tuple[int, int]:
        """How many due messages nobody got, and how many somebody got twice."""
        now, marks = self.clock.now(), self.sink.marks
        lost = [row for row in rows if row.state not in ENDED and row.due_at < now - JOB_INTERVAL]
        lost += [row for row in rows if row.state == OutboxState.SENT and not marks[row.team_id, key_hash(row)]]
        for row in lost[:10]:
            print(f"lost: {row.key} {row.state}, due {row.due_at}, attempt {row.attempt}: {row.error}")
        return len(lost), sum(1 for count in marks.values() if count > 1)


def _waits(rows: list[Outbox]) -> list[float]:
    """Seconds from due to sent, in order, of messages that were posted: a day's parts count once, as its message."""
    posted = [row for row in rows if row.sent_at and row.day_id in (None, row.id)]
    return sorted(max(0.0, (row.sent_at - row.due_at).total_seconds()) for row in posted if row.sent_at)


def _peak(rows: list[Outbox]) -> float:
    posted = [row.sent_at for row in rows if row.sent_at and row.day_id in (None, row.id)]
    minutes = Counter(moment.replace(second=0, microsecond=0) for moment in posted)
    return max(minutes.values()) / 60


def _signed(content_type: str, body: str) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    signature = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
    return {"Content-Type": content_type, **signature}


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
