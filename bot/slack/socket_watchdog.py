"""Keeps Socket Mode connected where Slack's client would not recover."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from bot.slack.socket_state import SILENT, SocketState

log = logging.getLogger(__name__)

INTERVAL = 10.0
"""Seconds between two checks: as often as the client pings."""
PATIENCE = 3
"""Checks without a connection after which a new address is requested."""


class SocketClient(Protocol):
    """The part of the SDK's socket client that is used."""

    wss_uri: str | None

    async def is_connected(self) -> bool: ...


async def watch(client: SocketClient, state: SocketState, interval: float | None = None) -> None:
    """Check the connection every `interval` seconds, by default `INTERVAL`, until cancelled, and tell `state`.

    The client (3.47.0) retries the same address for ever once a handshake on it failed, but Slack's addresses
    are valid for one use: without an address it requests a new one.
    """
    missed, interval = 0, INTERVAL if interval is None else interval
    while True:
        await asyncio.sleep(interval)
        connected = await client.is_connected()
        state.seen(connected=connected)
        missed = 0 if connected else missed + 1
        if missed > PATIENCE:
            log.info("no open socket for %.0f s: requesting a new address from Slack", missed * interval)
            if not state.trouble:
                state.refused(SILENT)
            client.wss_uri = None
            missed = 0


def greeted(replicas: int) -> Callable[[Any, dict[str, Any], str | None], Awaitable[None]]:
    """Warn when Slack counts more connections than there are replicas.

    Slack still sends a share of the clicks to a connection that was lost behind a router, and these are lost.
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
