"""The demo's "Watch six months": a whole programme played on, with a window open that follows it."""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
import pytest

from tests.bench.figures import Figure, show
from tests.ports import free_port

pytestmark = pytest.mark.bench
SIX_MONTHS = 182 * 86_400
LOOK = 0.25
"""Seconds between two looks at the progress, as the page looks."""


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[str]:
    """The address of a demo that has just begun."""
    port = free_port()
    line = ("-m", "bot", "demo", "--port", str(port), "--folder", str(folder))
    process = await asyncio.create_subprocess_exec(sys.executable, *line, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        while str(port).encode() not in await process.stdout.readline():
            assert process.returncode is None
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def follow(http: aiohttp.ClientSession, moving: asyncio.Task[Any]) -> list[dict[str, Any]]:
    """Look at the clock now and then, until it has arrived."""
    seen: list[dict[str, Any]] = []
    while not moving.done():
        await asyncio.sleep(LOOK)
        async with http.get("/_local/clock") as response:
            told = await response.json()
        if told["played"]:
            seen.append(told)
    return seen


async def test_six_months_in_a_minute(tmp_path: Path) -> None:
    async with demo(tmp_path) as base, aiohttp.ClientSession(base, timeout=aiohttp.ClientTimeout(900)) as http:
        await http.post("/_local/extensions/rehearsal/simulation", json={"on": True})
        began = perf_counter()
        moving = asyncio.create_task(http.post("/_local/clock", json={"advance_seconds": SIX_MONTHS}))
        seen = await follow(http, moving)
        assert (await moving).ok
        taken = perf_counter() - began
        async with http.get("/_local/extensions/rehearsal/simulation") as response:
            actions = (await response.json())["actions"]
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    show(
        f"a programme of six months: {actions} actions, {seen[-1]['played']['messages']} messages",
        [
            Figure("watched from end to end", taken, "s", 60),
            Figure("of which the demo computed", own.ru_utime + own.ru_stime, "s"),
        ],
    )
    assert actions > 500
    assert [one["now"] for one in seen] == sorted(one["now"] for one in seen)
