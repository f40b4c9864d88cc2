"""A job works for each workspace with due work: one that hangs or fails holds up no other."""

import asyncio

import pytest

from bot.clock import TimeLimits
from bot.jobs.per_workspace import AT_ONCE, PerWorkspace
from bot.workspaces.current import current_workspace
from tests.processes import HANG

AT_ONCE_OVER = TimeLimits(times=0.005)
"""Limits in real time that end soon: what they would wait for never ends here."""


async def test_in_mode_one_everything_is_done_before_the_job_ends() -> None:
    worked: list[str | None] = []

    async def work(_team_id: str) -> int:
        await asyncio.sleep(0)
        worked.append(current_workspace())
        return 2

    assert await PerWorkspace().each(["T1"], work) == 2
    assert worked == ["T1"]
    assert current_workspace() is None


async def test_a_workspace_that_hangs_is_left_to_itself() -> None:
    released, done = asyncio.Event(), list[str | None]()

    async def work(team_id: str) -> int:
        if team_id == "T1":
            await released.wait()
        done.append(current_workspace())
        return 1

    job = PerWorkspace(limits=AT_ONCE_OVER, many=True)
    assert await job.each(["T1", "T2", "T3"], work) == 2
    assert sorted(done, key=str) == ["T2", "T3"]
    assert await job.each(["T1", "T2"], work) == 1, "it is still under way in T1, and not begun again"
    released.set()
    async with asyncio.timeout(HANG):
        while "T1" not in done:  # noqa: ASYNC110  what it waits for is what the job itself does
            await asyncio.sleep(0)
    assert await PerWorkspace(many=True).each(["T1"], work) == 1


async def test_so_many_at_the_same_time() -> None:
    running, most = 0, 0

    async def work(_team_id: str) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return 1

    assert await PerWorkspace(many=True).each([f"T{number}" for number in range(20)], work) == 20
    assert most == AT_ONCE


async def test_a_failure_in_one_workspace_stops_no_other_and_is_told() -> None:
    done: list[str] = []

    async def work(team_id: str) -> int:
        if team_id == "T1":
            raise OSError("no database")
        await asyncio.sleep(0)
        done.append(team_id)
        return 1

    job = PerWorkspace(many=True)
    with pytest.raises(OSError, match="no database"):
        await job.each(["T1", "T2"], work)
    assert done == ["T2"]
