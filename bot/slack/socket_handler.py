"""Bolt's Socket Mode handler, which also says when the answer to a request has been sent."""

from collections.abc import Callable
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp


class SocketHandler(AsyncSocketModeHandler):
    """Calls `sent` with the payload of each request whose answer is on its way to Slack."""

    def __init__(self, app: AsyncApp, app_token: str, sent: Callable[[Any], None], *, ping_interval: float) -> None:
        super().__init__(app, app_token, ping_interval=ping_interval)
        self._sent = sent

    async def handle(self, client: Any, req: Any) -> None:
        await super().handle(client, req)
        self._sent(req.payload)
