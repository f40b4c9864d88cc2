"""Keeps Socket Mode alive where Slack's client would give up on itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

log = logging.getLogger(__name__)

INTERVAL = 10.0
"""Seconds between two looks: as often as the client pings."""
PATIENCE = 3
"""Looks without a connection after which the address is asked for anew."""


class SocketClient(Protocol):
    """What is needed of the SDK's socket client."""

    wss_uri: str | None

    async def is_connected(self) -> bool: ...


async def watch(client: SocketClient, interval: float = INTERVAL) -> None:
    """Look at the connection until cancelled.

    The client (3.47.0) tries one and the same address for ever once a handshake on it failed, but Slack's addresses
    are good for one use: without an address it asks for a fresh one.
    """
    missed = 0
    while True:
        await asyncio.sleep(interval)
        missed = 0 if await client.is_connected() else missed + 1
        if missed > PATIENCE:
            log.warning("no open socket for %.0f s: requesting a new address from Slack", missed * interval)
            client.wss_uri = None
            missed = 0


def greeted(replicas: int) -> Callable[[Any, dict[str, Any], str | None], Awaitable[None]]:
    """Warn when Slack counts more connections than there are replicas.

    A connection that died behind a router is still given its share of the clicks, and these are lost.
    """

    async def listen(_client: Any, message: dict[str, Any], _raw: str | None = None) -> None:
        count = message.get("num_connections", 0) if message.get("type") == "hello" else 0
        if count > replicas:
            log.warning(
                "Slack counts %s connections but BALIK_REPLICAS is %s: stop other processes that use this token, or "
                "wait until Slack closes a lost connection; clicks may be lost until then",
                count,
                replicas,
            )

    return listen
