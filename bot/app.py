"""The composition root: the only place where the parts are put together."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.clock import Clock, TimeLimits
from bot.delivery.worker import Delivery, DeliverySettings
from bot.jobs.delete_erased_dms import Cleaner
from bot.jobs.delete_withdrawn_stories import Retracting
from bot.jobs.refresh_signup_count import Counting
from bot.jobs.registry import due, next_due, ticks
from bot.jobs.scheduler import Scheduler
from bot.jobs.start_up import prove_current
from bot.metrics import Metrics
from bot.services.alerts.operator import Limits, tell_of_message, tell_of_tick
from bot.services.alerts.undelivered import report_trouble
from bot.services.privacy.retention import DEFAULT_MONTHS
from bot.services.working_hours import next_delivery_time
from bot.slack.bolt_app import SignedApp, notice_limits
from bot.slack.clock_alarm import ClockAlarm
from bot.slack.clock_check import ClockCheck
from bot.slack.date import SlackDate
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway
from bot.slack.socket_watchdog import greeted, watch
from bot.worker_process import Worker
from handlers.insight.undelivered_views import clock_is_wrong
from handlers.kit.context import AppContext
from handlers.kit.messages import MessageRenderers
from prompts.catalogue import Catalogue
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import Outbox
from storage.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

SLACK_API = "https://slack.com/api/"
PING_SECONDS = 10.0
"""Between two pings of the socket. After four without an answer it is opened again."""


@dataclass(frozen=True)
class BotConfig:
    """What a bot is built from. `settings` in `bot.config` gives these in production, tests give their own."""

    bot_token: str
    database_url: str
    clock: Clock
    api_url: str = SLACK_API
    signing_secret: str | None = None
    prompts_dir: Path | None = None
    catalogue: Catalogue | None = None
    """Texts that were read already; otherwise ours are, and those of `prompts_dir`."""
    fleeting: bool = False
    """Nobody misses the database after a crash: it is then quick."""
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    retention_months: int = DEFAULT_MONTHS
    hr_channels: frozenset[str] = frozenset()
    operator: str = ""
    """The Slack id of whoever hears of what HR cannot mend; "" for nobody."""
    limits: TimeLimits = field(default_factory=TimeLimits)
    replicas: int = 1
    """How many of them run at the same time, on one database."""


@dataclass
class Balik:
    """The whole bot, put together. `build` makes one."""

    parts: BotConfig
    bolt: SignedApp
    context: AppContext
    store: Store
    gateway: Gateway
    check: ClockCheck
    delivery: Delivery
    scheduler: Scheduler
    worker: Worker
    metrics: Metrics
    handler: AsyncSocketModeHandler | None = None
    """While Slack's requests come in through Socket Mode."""
    _delivering: asyncio.Task[None] | None = None

    @property
    def clock(self) -> Clock:
        return self.parts.clock

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Ticks and deliveries run by themselves inside. An older copy of the database is noticed before."""
        await prove_current(self.store, self.clock)
        await self.scheduler.start()
        self._deliver()
        try:
            yield
        finally:
            await self.scheduler.stop()
            await self._stop_delivering()

    @asynccontextmanager
    async def resting(self) -> AsyncIterator[None]:
        """While they work, nothing runs by itself inside: `settle` does what is due at each moment of a moved clock.

        Otherwise the clock would jump past the lease of a message just being posted, and nobody would know its fate.
        """
        await self.scheduler.pause()
        await self._stop_delivering()
        try:
            yield
        finally:
            if self.scheduler.resume():
                self._deliver()

    def _deliver(self) -> None:
        self._delivering = asyncio.create_task(self.delivery.run(), name="delivery")

    async def _stop_delivering(self) -> None:
        if self._delivering:
            self._delivering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._delivering

    @asynccontextmanager
    async def socket(self, app_token: str) -> AsyncIterator[AsyncSocketModeHandler]:
        """Slack's requests come in through Socket Mode inside. Raises `SlackRefused`, `SlackUnavailable`."""
        handler = AsyncSocketModeHandler(self.bolt, app_token, ping_interval=self.parts.limits.seconds(PING_SECONDS))
        try:
            # Asked for here, since the library would log and wrap what Slack says of a wrong token.
            handler.client.wss_uri = await self.gateway.socket_url(app_token)
            handler.client.message_listeners.append(greeted(self.parts.replicas))
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
            self.handler = handler
            watching = asyncio.create_task(watch(handler.client), name="watchdog")
            try:
                yield handler
            finally:
                watching.cancel()
                self.handler = None
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped

    async def settle(self) -> int:
        """Do all that is due at the clock's present moment; how many messages that were. For clocks moved by hand."""
        await self.context.wait_idle()
        now = await self.check.for_jobs()
        if now is None:
            return 0
        done: set[str] = set()
        # What one tick does may be another's work: a pause that ends wakes its sessions.
        while names := await due(self.store, now) - done:
            await self.scheduler.tick_all(now, names)
            done |= names
        return await self.delivery.run_due()

    async def next_moment(self) -> datetime | None:
        """When there is something to do next, for clocks moved by hand."""
        if self.check.wrong:
            return None
        moments = [await self.delivery.next_due(), await next_due(self.store, await self.store.now(self.clock))]
        return min((moment for moment in moments if moment is not None), default=None)


@asynccontextmanager
async def build(parts: BotConfig) -> AsyncIterator[Balik]:
    """A bot on an up-to-date database, not yet connected. Raises what `storage.migrate.upgrade` raises."""
    engine = make_engine(parts.database_url, fleeting=parts.fleeting)
    worker = Worker()
    try:
        await upgrade(engine)
        yield _assemble(parts, Store(engine), worker)
    finally:
        worker.close()
        await engine.dispose()


def _quiet() -> logging.Logger:
    """What Bolt takes its level from: its warnings quote payloads, and one of them is about our giving it a client."""
    quiet = logging.getLogger(f"{__name__}.bolt")
    quiet.setLevel(logging.ERROR)
    return quiet


async def _report(operator: str, work: UnitOfWork, became: str, row: Outbox) -> None:
    await report_trouble(work, became, row)
    await tell_of_message(work, operator, became, row)


def gateway_of(bot_token: str, api_url: str) -> Gateway:
    """The way to one workspace."""
    return Gateway(AsyncWebClient(bot_token, base_url=api_url, retry_handlers=[]))


def _assemble(parts: BotConfig, store: Store, worker: Worker) -> Balik:
    metrics = Metrics()
    client = AsyncWebClient(
        parts.bot_token, base_url=parts.api_url, timeout=int(parts.limits.seconds(30)), retry_handlers=[]
    )
    gateway = Gateway(client, limited=metrics.limited, limits=parts.limits)
    gateway.date = SlackDate(parts.clock.monotonic)
    catalogue = parts.catalogue or Catalogue.load(parts.prompts_dir)
    alarm = ClockAlarm(store, gateway, parts.operator, partial(clock_is_wrong, catalogue))
    check = ClockCheck(store, gateway, parts.clock, alarm)
    context = AppContext(
        store=store,
        gateway=gateway,
        directory=Directory(store, gateway),
        catalogue=catalogue,
        clock=parts.clock,
        in_worker=worker,
        wake_delivery=lambda: delivery.wake(),
        retention_months=parts.retention_months,
        hr_channels=parts.hr_channels,
        acked=metrics.acked,
        limits=parts.limits,
        present=check.for_requests,
    )
    letters = MessageRenderers(context, handlers.RENDERERS)
    delivery = Delivery(
        store,
        gateway,
        parts.clock,
        letters,
        f"{os.uname().nodename}:{os.getpid()}",
        parts.delivery,
        next_moment=next_delivery_time,
        on_trouble=partial(_report, parts.operator),
        limits=parts.limits,
        check=check,
    )
    # Our listeners return at once and go on by themselves; otherwise Bolt would look for each ack every 10 ms.
    # Without a name Bolt reads every file of the call stack to find one.
    bolt = SignedApp(
        name="balik",
        client=gateway.client,
        signing_secret=parts.signing_secret,
        process_before_response=True,
        logger=_quiet(),
    )
    notice_limits(bolt, Limits(store, parts.operator, parts.clock.now, metrics.dropped).noticed)
    handlers.register(bolt, context)
    in_slack = {
        "cleaning": Cleaner(store, gateway).tick,
        "retracting": Retracting(store, gateway).tick,
        "counting": Counting(store, gateway, letters).tick,
    }
    scheduler = Scheduler(
        {**ticks(store, parts.retention_months), **in_slack},
        check.for_jobs,
        on_failure=partial(tell_of_tick, store, parts.operator),
    )
    return Balik(parts, bolt, context, store, gateway, check, delivery, scheduler, worker, metrics)
