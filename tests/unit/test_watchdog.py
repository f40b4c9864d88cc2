"""The socket that Slack's client would not get back by itself."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.slack.socket_state import SocketState
from bot.slack.socket_watchdog import PATIENCE, greeted, watch


@dataclass
class Client:
    """Stands where Slack's client stands: connected or not, until it was looked at `looks` times."""

    connected: bool
    looks: int
    wss_uri: str | None = "wss://one-use"
    seen: asyncio.Event = field(default_factory=asyncio.Event)

    async def is_connected(self) -> bool:
        if not self.looks:
            self.seen.set()
            await asyncio.Event().wait()
        self.looks -= 1
        return self.connected


async def watched(client: Client) -> str | None:
    """The client's address once it was looked at as often as it is there for."""
    watching = asyncio.create_task(watch(client, SocketState(), interval=0))
    await client.seen.wait()
    watching.cancel()
    return client.wss_uri


async def test_an_address_that_keeps_failing_is_given_up() -> None:
    assert await watched(Client(connected=False, looks=PATIENCE)) is not None
    assert await watched(Client(connected=False, looks=PATIENCE + 1)) is None


async def test_a_connection_is_left_alone() -> None:
    assert await watched(Client(connected=True, looks=5 * PATIENCE)) == "wss://one-use"


async def test_more_connections_than_replicas_are_told(caplog: pytest.LogCaptureFixture) -> None:
    listen = greeted(2)
    await listen(None, {"type": "hello", "num_connections": 2}, None)
    await listen(None, {"type": "disconnect"}, None)
    assert caplog.records == []
    await listen(None, {"type": "hello", "num_connections": 3}, None)
    assert "counts 3 connections" in caplog.text
