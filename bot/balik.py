"""The running bot: its parts, and what it does while it runs. `bot.app.build` puts it together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock, TimeLimits
from bot.delivery.settings import DeliverySettings
from bot.delivery.worker import Delivery
from bot.domain.busy_hours import HostRules
from bot.domain.day_starts import DayStarts
from bot.domain.session_mail import Mailing
from bot.jobs.registry import due, next_due
from bot.jobs.scheduler import Scheduler
from bot.jobs.start_up import prove_current
from bot.metrics import Metrics
from bot.services.privacy.retention import DEFAULT_MONTHS
from bot.slack.bolt_app import SignedApp
from bot.slack.clock_check import ClockCheck
from bot.slack.connections import Connections
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.socket_handler import SocketHandler
from bot.slack.socket_state import SocketState
from bot.slack.socket_watchdog import greeted, watch
from bot.worker_process import Worker
from bot.workspaces.settings import ManySettings
from handlers.kit.context import AppContext
from prompts.catalogue import Catalogue
from storage.unit_of_work import Store

if TYPE_CHECKING:
    from bot.workspaces.many import Workspaces

SLACK_API = "https://slack.com/api/"


PING_SECONDS = 10.0
"""Between two pings of the socket. After four without an answer it is opened again."""


Connect = Callable[[Store, AsyncWebClient], Connections]
"""Takes the database, and the client that has no token: how Slack is reached."""


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
    inline: bool = False
    """Nobody misses the database after a crash: it is then quick."""
    keep_connections: bool = False
    """Calls of Slack's Web API share a connection. It is quick, and for a local Slack only: whether a call on one that
    was closed meanwhile had an effect is not known."""
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    retention_months: int = DEFAULT_MONTHS
    hr_channels: frozenset[str] = frozenset()
    busy_hours: bool = True
    calendar_keys: tuple[str, ...] = field(default=(), repr=False)
    calendar_hosts: HostRules = field(default_factory=HostRules)
    """Whether, and from where, calendars may be connected; without keys they cannot."""
    mailing: Mailing | None = None
    """Where invitations to sessions are handed in as mail; None: there are none."""
    operator: str = ""
    """The Slack id of whoever hears of what HR cannot mend; "" for nobody."""
    limits: TimeLimits = field(default_factory=TimeLimits)
    day_starts: DayStarts = field(default_factory=DayStarts)
    """How long after the opening of their day people get their message of the day: longer than jobs take to notice
    what is due at the opening. Zero with a clock that is moved by hand."""
    many: ManySettings | None = None
    """Mode many: the app is installed by OAuth. None: one workspace."""
    connect: Connect | None = None
    """Mode many: makes the connections to the workspaces that have Balik. None: the one of `bot_token`."""
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
    workspaces: "Workspaces | None" = None
    """In mode many."""
    handler: SocketHandler | None = None
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
    async def socket(self, app_token: str) -> AsyncIterator[SocketHandler]:
        """Slack's requests come in through Socket Mode inside. Raises `SlackRefused`, `SlackUnavailable`."""
        handler = SocketHandler(
            self.bolt,
            app_token,
            self.gateway,
            self.context.ack_sent,
            SocketState(),
            ping_interval=self.parts.limits.seconds(PING_SECONDS),
        )
        try:
            with contextlib.suppress(SlackRefused, SlackUnavailable):
                await self.gateway.own_team()  # so that no request has to wait for it
            # Asked for here, since the library would log and wrap what Slack says of a wrong token.
            handler.client.wss_uri = await self.gateway.socket_url(app_token)
            handler.client.message_listeners.append(greeted(self.parts.replicas))
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
            self.handler = handler
            watching = asyncio.create_task(watch(handler.client, handler.state), name="watchdog")
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
