"""A served workspace for each test that asks for one."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.local_slack_kit import World, open_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as opened:
        yield opened
