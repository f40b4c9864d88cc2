"""A real `python -m bot run` on the local Slack: what it takes while nothing happens, and how soon it is at work."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import perf_counter

import pytest
from sqlmodel import update

from bot.clock import SystemClock
from bot.sandbox import Manifest, Slack
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.outbox import Outgoing
from storage.tables import OutboxState, Person
from storage.unit_of_work import Store
from tests.bench.crowd import HR, TEAM, messages, pairs
from tests.bench.figures import Figure, show
from tests.processes import ROOT, bot_process, posted, sockets, until

pytestmark = pytest.mark.bench
SECONDS = 45
SETTLING = 20
"""Seconds after which it has started, and its jobs have run twice."""
STARTS = 3
PEOPLE, SENT = 2_000, 100_000
DEPLOYED = {"MALLOC_ARENA_MAX": "1"}
"""The environment that the image, the systemd unit and `make run` set."""
BARE = """
import asyncio, os
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

async def main():
    app = AsyncApp(client=AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]))
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()

asyncio.run(main())
"""
"""The least that one can do with Bolt: a socket, and nobody who listens."""


def cpu_seconds(pid: int) -> float:
    """What a process has used of the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    """What a process holds in memory, all of it."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


async def idle(slack: Slack, process: asyncio.subprocess.Process) -> tuple[float, float]:
    """The share of one processor in percent, and the memory, of a process that has nothing to do."""
    await until(lambda: sockets(slack) == 1)
    await asyncio.sleep(SETTLING)
    began, used = perf_counter(), cpu_seconds(process.pid)
    await asyncio.sleep(SECONDS)
    share = (cpu_seconds(process.pid) - used) / (perf_counter() - began) * 100
    return share, megabytes(process.pid)


async def bare(slack: Slack) -> tuple[float, float]:
    env = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", BARE, env={**os.environ, **env})
    try:
        return await idle(slack, process)
    finally:
        process.kill()
        await process.wait()


async def test_nothing_to_do(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/balik.sqlite"
    engine = make_engine(url)
    await upgrade(engine)
    store = Store(engine)
    await pairs(store, PEOPLE // 2, sessions=6, due=False)
    await messages(store, SENT, OutboxState.SENT, people=PEOPLE)
    async with store.write(SystemClock().now()) as work:
        # None of them is in the local Slack: otherwise the comparison at the start would part their pairs.
        await work.session.exec(update(Person).values(profile_at=None))
        await work.commit()
    await engine.dispose()
    async with _slack() as slack:
        async with bot_process(slack, url, tmp_path, **DEPLOYED) as process:
            cpu, memory = await idle(slack, process)
        await until(lambda: sockets(slack) == 0)
        bare_cpu, bare_memory = await bare(slack)
    show(
        f"Idle for {SECONDS} s, {PEOPLE:,} people and {SENT:,} messages sent",
        [
            Figure("processor, of one core", cpu, "%", 1, beside=f"a bare Bolt app: {bare_cpu:.2f}"),
            Figure("memory", memory, "MB", 90, beside=f"a bare Bolt app: {bare_memory:.0f}"),
        ],
    )
    assert memory


async def test_first_message_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/balik.sqlite"
    engine = make_engine(url)
    await upgrade(engine)
    store, taken = Store(engine), []
    await pairs(store, PEOPLE // 2, sessions=6, due=False)
    async with _slack() as slack:
        user = slack.add_user("Sari")
        async with store.write(now := SystemClock().now()) as work:
            hr = await work.session.get_one(Person, HR)
            hr.slack_id, hr.dm_channel = user.id, None
            await work.commit()
        for turn in range(STARTS):
            async with store.write(now) as work:
                key = f"1:contact_gone:{turn}:"
                await work.send(Outgoing(TEAM, key, "contact_gone", 1, HR, keeps_hours=False))
                await work.commit()
            began, before = perf_counter(), posted(slack)
            async with bot_process(slack, url, tmp_path):
                await until(partial(_more_than, before, slack))
                taken.append(perf_counter() - began)
            await until(lambda: sockets(slack) == 0)
    imports = await _seconds_of(sys.executable, "-c", "import slack_bolt.async_app, sqlmodel, alembic.command")
    show(
        f"From the start of the process to its first message, the best of {STARTS}",
        [Figure("first message", min(taken), "s", 1.5, beside=f"importing the libraries alone: {imports:.2f}")],
    )
    await engine.dispose()


def _more_than(before: int, slack: Slack) -> bool:
    return posted(slack) > before


@asynccontextmanager
async def _slack() -> AsyncIterator[Slack]:
    slack = Slack(Manifest.load(ROOT / "manifest.yml"))
    async with slack.serve():
        yield slack


async def _seconds_of(*command: str) -> float:
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(*command)
    await process.wait()
    return perf_counter() - began
