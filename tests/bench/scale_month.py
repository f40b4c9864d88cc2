"""Leads two replicas through a month in which idle hours are skipped, clicks meanwhile, and counts at the end."""

import asyncio
import hashlib
import hmac
import json
import math
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
from storage.tables import Outbox, OutboxState, SlackComparison
from storage.unit_of_work import Store
from tests.bench.scale_figures import Played, Rested, peak_of, server_cpu, slowest_of, waits_of
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
LATEST = timedelta(minutes=10)
"""A message that was due so long ago and that nothing became of counts as lost."""
IDLE_SECONDS, WARM_UP_SECONDS = 32, 20
COMPARED = 50
END_SECONDS = 30
ENDED = (OutboxState.SENT, OutboxState.DROPPED, OutboxState.EXPIRED)


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
class Month:
    """`workspaces` are seeded in the database at `url`; `clock` is the sink's, and the replicas'."""

    url: str
    api_url: str
    clock: OffsetClock
    sink: Sink
    workspaces: int
    spread: timedelta = timedelta()
    """Over which the workspaces' days start."""
    most_seconds: float = 3600
    """Of real time: a month that takes longer ends early."""
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
            started = self.clock.now()
            await self._lead(until, began + self.most_seconds)
            days = (self.clock.now() - started) / timedelta(days=1)
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
            waits=waits_of(rows),
            acks=sorted(self.acks),
            unacked=self.unacked,
            peak=peak_of(rows),
            cpu=after["cpu"] - before["cpu"],
            database_cpu=database_after - database,
            statements=after["statements"] - before["statements"],
            idle_cpu=(rested["cpu"] - after["cpu"]) * a_minute,
            idle_statements=(rested["statements"] - after["statements"]) * a_minute,
            seconds=seconds,
            days=days,
            error_count=rested["errors"],
            errors=rested["first"],
            lost_replies=self.sink.lost_replies,
            limited=self.sink.limited.total(),
            slowest=slowest_of(rows),
            kinds=Counter(row.kind for row in rows),
            calls=self.sink.calls,
        )
        await self.store.engine.dispose()
        return played

    async def rest(self) -> Rested:
        """Nothing is due for a while; then the daily comparison with Slack is, of some of the workspaces."""
        self.store = Store(make_engine(self.url))
        async with self._replicas() as self.replicas:
            await self._jump(timedelta())
            await self._jobs()
            # Jobs that plan their own first run do it now, once for each workspace.
            await self._idle(WARM_UP_SECONDS)
            await self._compare(None)
            minute = await self._idle(IDLE_SECONDS)
            compared = min(self.workspaces, COMPARED)
            await self._compare(compared)
            day = await self._idle(IDLE_SECONDS)
        await self.store.engine.dispose()
        a_minute = 60 / IDLE_SECONDS
        costs = [before * a_minute for before in minute]
        more = [(after - before) / compared for before, after in zip(minute, day, strict=True)]
        return Rested(*costs, *more)

    async def _idle(self, seconds: float) -> list[float]:
        """Statements of the replicas meanwhile, and processor time of theirs and the database's."""
        before, database = await self._told(), await self._database_cpu()
        await asyncio.gather(*(one.ask(do="idle", seconds=seconds) for one in self.replicas))
        after, database_after = await self._told(), await self._database_cpu()
        return [*(after[name] - before[name] for name in ("statements", "cpu")), database_after - database]

    async def _compare(self, count: int | None) -> None:
        """The comparison of so many workspaces is due now; None: of none, for a day."""
        now = self.clock.now()
        async with self.store.write(now) as work:
            rows = (await work.session.exec(select(SlackComparison).order_by(SlackComparison.team_id))).all()
            for row in rows[:count]:
                row.next_at = now if count else now + timedelta(hours=20)
            await work.commit()

    # Time

    async def _lead(self, until: datetime, give_up_at: float) -> None:
        day = self.clock.now().date()
        while time.monotonic() < give_up_at:
            await self._work_off(give_up_at)
            if (today := self.clock.now().date()) != day:
                print(f"  {today}: {self.sink.posts:,} posts", flush=True)
                day = today
            async with self._still:
                await self._jobs()  # and what clicks began
                job, message = await self._next()
                moment = min((one for one in (job, message) if one), default=until)
                now = self.clock.now()
                if moment >= until:
                    return
                if moment > now + SOON:
                    await self._jump(moment - now)

    async def _work_off(self, give_up_at: float = math.inf) -> None:
        """Until nothing is due, as production would: without moving the clock but for the next run of a job."""
        while time.monotonic() < give_up_at:
            job, message = await self._next()
            soon = self.clock.now() + SOON
            job_due, message_due = bool(job and job <= soon), bool(message and message <= soon)
            if not job_due and not message_due:
                return
            if job_due:
                await self._jobs()
                left, message = await self._next()
                now = self.clock.now()  # jobs may have taken seconds
                if left and left <= now and not (message and message <= now + SOON):
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
                            *(
                                sys.executable,
                                "-m",
                                "tests.bench.scale_replica",
                                self.url,
                                self.api_url,
                                str(port),
                                str(int(self.spread.total_seconds())),
                            ),
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
        """Of the whole server: of the processes that it has, and of those that ended."""
        async with self.store.engine.connect() as connection:
            return server_cpu((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())

    async def _rows(self) -> list[Outbox]:
        async with self.store.read(self.clock) as work:
            return list(await work.session.exec(select(Outbox).order_by(col(Outbox.id))))

    def _counted(self, rows: list[Outbox]) -> tuple[int, int]:
        """How many due messages nobody got, and how many somebody got twice."""
        now, marks = self.clock.now(), self.sink.marks
        lost = [row for row in rows if row.state not in ENDED and row.due_at < now - LATEST]
        lost += [row for row in rows if row.state == OutboxState.SENT and not marks[row.team_id, key_hash(row)]]
        for row in lost[:10]:
            print(f"lost: {row.key} {row.state}, due {row.due_at}, attempt {row.attempt}: {row.error}")
        return len(lost), sum(1 for count in marks.values() if count > 1)


def _signed(content_type: str, body: str) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    signature = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
    return {"Content-Type": content_type, **signature}
