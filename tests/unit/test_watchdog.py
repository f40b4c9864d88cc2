"""The socket that Slack's client would not get back by itself."""

import asyncio
from dataclasses import dataclass

from bot.watchdog import PATIENCE, watch


@dataclass
class Client:
    """Stands where Slack's client stands: connected or not, looked at `looks` times."""

    connected: bool
    wss_uri: str | None = "wss://one-use"
    looks: int = 0

    async def is_connected(self) -> bool:
        self.looks += 1
        return self.connected


async def watched(client: Client, looks: int) -> None:
    watching = asyncio.create_task(watch(client, interval=0))
    while client.looks < looks:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    watching.cancel()


async def test_an_address_that_keeps_failing_is_given_up() -> None:
    client = Client(connected=False)
    await watched(client, PATIENCE)
    assert client.wss_uri is not None
    await watched(client, 2 * PATIENCE + 1)
    assert client.wss_uri is None


async def test_a_connection_is_left_alone() -> None:
    client = Client(connected=True)
    await watched(client, 5 * PATIENCE)
    assert client.wss_uri == "wss://one-use"
