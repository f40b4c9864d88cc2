"""Other people's Slack clients: Node with Slack's own packages, where they can be had."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Slack
from tests.sandbox.local_slack_kit import World, open_world

HERE = Path(__file__).parent
INSTALLED = HERE / "node_modules" / "@slack"
OLDEST_NODE = 20
PATIENCE = 300.0


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A served workspace that waits long for an ack: a client that has just started may be slow on a busy machine."""
    async with open_world(ack_seconds=300) as opened:
        yield opened


@pytest.fixture(scope="session")
def node() -> str:
    """Where Node is; without it, or without Slack's packages, these tests are left out."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed: Slack's Node packages are not tried (apt-get install nodejs npm)")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        pytest.skip(f"node is {version.strip()}, and Slack's Node packages want {OLDEST_NODE} or newer")
    if not INSTALLED.is_dir():
        pytest.skip(f"Slack's Node packages are not installed: run `make node` ({INSTALLED} is not there)")
    return found


@dataclass
class Program:
    """A Node program that is running, and what it told so far, a line of JSON at a time."""

    process: asyncio.subprocess.Process

    async def told(self) -> Any:
        """The next thing it tells; what it complains of, if it ends instead."""
        assert self.process.stdout
        assert self.process.stderr
        async with asyncio.timeout(PATIENCE):
            line = await self.process.stdout.readline()
            assert line, (await self.process.stderr.read()).decode()
        return json.loads(line)


@asynccontextmanager
async def running(node: str, script: str, *args: str) -> AsyncIterator[Program]:
    """A script of this folder, ended when it is no longer wanted."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(node, str(HERE / script), *args, stdout=pipe, stderr=pipe)
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(slack: Slack, holds: Callable[[], Any]) -> None:
    """Return once something holds; it is looked at whenever the workspace has changed."""
    changed = asyncio.Event()
    forget = slack.on_change(lambda _change: changed.set())
    try:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                changed.clear()
                await changed.wait()
    finally:
        forget()
