"""Bolt's Socket Mode handler, which also says when an answer has been sent, and why the socket is not connected."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.slack.errors import code_of
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.socket_state import SocketState, code_of_failure

log = logging.getLogger(__name__)

PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds before a new address is requested, by refusals in a row: without them a socket that Slack closes at once
would be opened again without end."""
PASSING = ("warning", "refresh_requested")
"""Reasons with which Slack announces that it will close a socket, as it does every few hours."""


class SocketHandler(AsyncSocketModeHandler):
    """Calls `sent` with the payload of each request whose answer is on its way to Slack."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        gateway: Gateway,
        sent: Callable[[Any], None],
        state: SocketState,
        *,
        ping_interval: float,
    ) -> None:
        super().__init__(app, app_token, logger=_heard_by(state), ping_interval=ping_interval)
        self._gateway, self._sent, self.state = gateway, sent, state
        self._in_a_row = 0
        # Slack's library raises here without saying why to anyone, and asks again at once.
        self.client.issue_new_wss_url = self._new_address  # type: ignore[method-assign]  # it has no hook
        self.client.on_message_listeners.append(self._frame)

    async def handle(self, client: Any, req: Any) -> None:
        try:
            await super().handle(client, req)
        except Exception:  # the library's logger, which would log it, is kept for the connection
            log.exception("a request that came over the socket failed")
            return
        self._sent(req.payload)

    async def _new_address(self) -> str:
        """The address of the next socket, after a pause if the last ones were refused."""
        await asyncio.sleep(PAUSES[min(self._in_a_row, len(PAUSES) - 1)])
        self._in_a_row += 1
        try:
            return await self._gateway.socket_url(self.app_token)
        except SlackRefused as refused:
            self.state.refused(refused.error)
            raise
        except SlackUnavailable as away:
            self.state.refused(code_of_failure(away.__cause__ or away))
            if away.limited:
                await asyncio.sleep(away.seconds)
            raise

    async def _frame(self, message: aiohttp.WSMessage) -> None:
        """A frame from Slack: only its greeting and its goodbye matter here."""
        try:
            frame = json.loads(message.data)
        except (ValueError, RecursionError):
            return
        kind = frame.get("type") if isinstance(frame, dict) else None
        if kind == "disconnect" and frame.get("reason") not in PASSING:
            self.state.refused(code_of(frame.get("reason")))
        elif kind == "hello":
            self.state.greeted()
        elif kind != "disconnect":
            self._in_a_row = 0  # a socket that carries requests works


def _heard_by(state: SocketState) -> logging.Logger:
    """The logger of Slack's client: it repeats a failure without its cause, so only `state` hears of it."""
    logger = logging.Logger(f"{__name__}.client", logging.ERROR)

    class Hear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            if isinstance(error, aiohttp.ClientError | OSError):
                state.refused(code_of_failure(error))
            elif error is not None and not isinstance(error, SlackRefused | SlackUnavailable):
                log.error("Slack's client for Socket Mode failed: %s", type(error).__name__)

    logger.addHandler(Hear())
    return logger
