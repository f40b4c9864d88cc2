"""The bot of mode many on a local Slack, behind HTTP on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import Clock
from bot.sandbox import Workspaces
from bot.server import http
from bot.server.run import health
from bot.workspaces.settings import ManySettings

HOST = "127.0.0.1"


def address(port: int) -> str:
    """Where the bot is."""
    return f"http://{HOST}:{port}"


@asynccontextmanager
async def serving_bot(
    slacks: Workspaces, database_url: str, clock: Clock, port: int, many: ManySettings, **options: Any
) -> AsyncIterator[Balik]:
    """The bot at `port`, which `slacks` call. `options` are arguments of `BotConfig`. Raises `http.PortTaken`."""
    parts = BotConfig(
        "", database_url, clock, slacks.api_url, **{"signing_secret": slacks.signing_secret} | options, many=many
    )
    async with build(parts) as balik:
        serving = http.serve(
            HOST,
            port,
            lambda: health(balik),
            bolt=balik.bolt,
            slacks_clock=balik.check.slacks_clock,
            oauth=balik.workspaces.flow if balik.workspaces else None,
            ack_sent=balik.context.ack_sent,
        )
        async with serving:
            yield balik
