"""`python -m bot run`: run the bot on a real workspace until it is stopped."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import Clock
from bot.config import Settings, Transport
from bot.delivery.settings import OF_MANY, DeliverySettings
from bot.domain.day_starts import DayStarts
from bot.server import http
from bot.server.health import condition, exposition
from storage.lock import hold_lock

log = logging.getLogger(__name__)

DAY_STARTS_AFTER = timedelta(minutes=1)
"""Jobs run every eight seconds, and three times that while one fails."""


def parts_of(settings: Settings, clock: Clock) -> BotConfig:
    """The arguments of `bot.app.build`, from the settings."""
    return BotConfig(
        bot_token=settings.bot_token,
        database_url=settings.database_url,
        clock=clock,
        api_url=settings.api_url,
        signing_secret=settings.signing_secret or None,
        prompts_dir=settings.prompts_dir,
        retention_months=settings.retention_months,
        hr_channels=settings.hr_channels,
        busy_hours=settings.busy_hours,
        calendar_keys=settings.calendar_keys,
        calendar_hosts=settings.calendar_hosts,
        mailing=settings.mailing,
        operator=settings.operator,
        day_starts=DayStarts(DAY_STARTS_AFTER, settings.many.day_spread if settings.many else timedelta()),
        replicas=settings.replicas,
        many=settings.many,
        delivery=OF_MANY if settings.many else DeliverySettings(),
    )


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[Balik]:
    """The connected, running bot as a context.

    Raises `storage.lock.DatabaseInUse`, `storage.migrate.DatabaseNewer`, any of `storage.db_errors.DATABASE_AWAY`,
    `bot.server.http.PortTaken`, `SlackRefused` (a token is wrong), `SlackUnavailable`.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(hold_lock(settings.database_url))
        balik = await stack.enter_async_context(build(parts_of(settings, clock)))
        if settings.watch_port:
            watched = http.serve(
                settings.watch_host, settings.watch_port, lambda: health(balik), measure=lambda: exposition(balik)
            )
            await stack.enter_async_context(watched)
        if settings.transport is Transport.HTTP:
            serving = http.serve(
                settings.host,
                settings.port,
                lambda: health(balik),
                bolt=balik.bolt,
                slacks_clock=balik.check.slacks_clock,
                oauth=balik.workspaces.flow if balik.workspaces else None,
                ack_sent=balik.context.ack_sent,
            )
            await stack.enter_async_context(serving)
            await balik.gateway.greet()
        else:
            await balik.gateway.greet()
            await stack.enter_async_context(balik.socket(settings.app_token))
        await stack.enter_async_context(balik.working())
        yield balik


async def run(settings: Settings, clock: Clock) -> None:
    """Run until Ctrl-C or SIGTERM."""
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with running(settings, clock):
        # Scanning all libraries' objects for garbage again and again would delay clicks.
        gc.freeze()
        log.info("Balik is running (%s). Press Ctrl-C to stop.", settings.transport.value)
        await stopped.wait()
    log.info("Balik has stopped.")


async def health(balik: Balik) -> dict[str, Any]:
    """The data of `/health`."""
    return (await condition(balik)).told()
