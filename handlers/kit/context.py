"""The dependencies of every listener."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.calendars.busy_calendars import BusyCalendars
from bot.clock import Clock, TimeLimits
from bot.slack.announcement_channels import AnnouncementChannels
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.hr_channels import HrChannels
from bot.slack.limit_channels import LimitChannels
from bot.workspaces.current import in_workspace
from handlers.kit.payload import Malformed, installation_named, team_named
from prompts.catalogue import Catalogue, Texts
from storage.queries import person_by_slack
from storage.rate_limits import Limits
from storage.tables import Person
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

RunInWorker = Callable[..., Awaitable[Any]]
"""Runs a plain function in the worker process, so that clicks are not delayed: `await run(function, *arguments)`."""

GRACE = 5.0
"""Seconds for what is under way when the bot stops. Not in `TimeLimits`: what never ends would hold up the end of a
test, and all results are known by then."""
LOW_PRIORITY_PAUSE = 0.05
LOW_PRIORITY_TRIES = 100
"""Every 50 ms, 5 s at most: longer than Slack waits for an answer."""


@dataclass
class AppContext:
    """The dependencies, built by `bot.app`."""

    store: Store
    gateway: Gateway
    directory: Directory
    channels: HrChannels
    announcements: AnnouncementChannels
    limit_channels: LimitChannels
    catalogue: Catalogue
    clock: Clock
    in_worker: RunInWorker
    calendars: BusyCalendars
    command: str = "/mentoring"
    acked: Callable[[str, float], None] = lambda _kind, _seconds: None
    """Called with the kind of a request and the seconds until it was acknowledged."""
    served: Callable[[str, str], None] = lambda _kind, _team_id: None
    """Called with the kind of a request and its workspace."""
    retention_months: int = 24
    """How long after a programme's end its personal data are stored."""
    hr_channels: frozenset[str] = frozenset()
    """Where programmes may be set up; empty: in any private channel."""
    limits: TimeLimits = field(default_factory=TimeLimits)
    rate_limits: Limits = field(default_factory=Limits)
    """How often Slack may be called."""
    corrected: Callable[[datetime], Awaitable[datetime]] | None = None
    """The current moment, given as just read, by Slack's clock if ours is wrong."""
    forms: set[asyncio.Event] = field(default_factory=set)
    """Forms that are being processed: set once answered."""
    _unsent: dict[str, asyncio.Event] = field(default_factory=dict)
    """By trigger id: set once the answer to a form is on its way to Slack."""
    _low_priority: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    _working: set[asyncio.Task[None]] = field(default_factory=set)

    def texts(self, person: Person) -> Texts:
        """All texts for a person, in their language and register."""
        return self.catalogue.texts(person.language, person.address, person.name)

    async def now(self) -> datetime:
        """The current moment for everything that a request stores."""
        return await self._correct(await self.store.now(self.clock))

    async def identify(
        self, team_id: str, slack_id: str, name: str = "", *, keep: bool = True
    ) -> tuple[datetime, Person]:
        """The current moment and the person of a request, in one transaction; without `keep` nobody new is stored.
        Raises as `Directory.person`."""
        async with self.store.read(self.clock) as work:
            read_at, known = work.now, await person_by_slack(work.session, team_id, slack_id)
        now = await self._correct(read_at)
        return now, await self.directory.complete(known, team_id, slack_id, now, name, keep=keep)

    async def team_of(self, body: dict[str, Any]) -> str:
        """The key of the workspace of a request.

        In mode one it is the workspace that this installation serves, whichever the payload names; if Slack cannot be
        asked, the one that the payload names. In mode many it is that of the installation for which Slack sends the
        payload. Raises `Malformed` if it names none, or one without an installation, and in mode many
        `SlackUnavailable`.
        """
        if self.gateway.connections.many:
            return await self._installed(installation_named(body))
        try:
            return await self.gateway.own_team()
        except (SlackRefused, SlackUnavailable) as problem:
            log.info("own workspace not known yet: %s", problem)
            return team_named(body)

    async def _installed(self, key: str) -> str:
        """Raises as `team_of`."""
        try:
            await self.gateway.connections.connection("auth.test", key)
        except SlackRefused as refused:
            raise Malformed(f"Balik is not installed in {key}") from refused
        return key

    async def _correct(self, moment: datetime) -> datetime:
        return await self.corrected(moment) if self.corrected else moment

    def spawn(self, work: Coroutine[Any, Any, None], name: str | None = None) -> asyncio.Task[None]:
        """Run a coroutine in the background."""
        task = asyncio.create_task(work, name=name)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    def channel_noticed(self, team_id: str, channel: str) -> None:
        """HR's channel seems to have changed: compare it with Slack in the background."""
        self.spawn(self._compare(team_id, channel))

    async def _compare(self, team_id: str, channel: str) -> None:
        try:
            with in_workspace(team_id):
                await self.channels.check_hr_channel(team_id, channel, await self.now())
        except (SlackRefused, SlackUnavailable) as problem:
            log.warning("HR's channel not compared with Slack: %s", problem)
        except Exception:  # nobody waits for it, and it must not stop the process
            log.exception("HR's channel not compared with Slack")

    def ack_sent(self, payload: Any) -> None:
        """The answer to a request is on its way to Slack."""
        trigger = payload.get("trigger_id") if isinstance(payload, dict) else None
        if isinstance(trigger, str) and trigger in self._unsent:
            self._unsent[trigger].set()

    @asynccontextmanager
    async def sending_ack(self, trigger: str) -> AsyncIterator[asyncio.Event]:
        """Inside, the event is set once the answer to the request with this trigger id is on its way."""
        self._unsent[trigger] = sent = asyncio.Event()
        try:
            yield sent
        finally:
            self._unsent.pop(trigger, None)

    @asynccontextmanager
    async def low_priority(self) -> AsyncIterator[None]:
        """For work that nobody waits for, such as refreshing a Home tab: when a hundred people send a form, replies
        come first."""
        async with self._low_priority:
            for _ in range(LOW_PRIORITY_TRIES):
                if all(answered.is_set() for answered in self.forms):
                    break
                await asyncio.sleep(LOW_PRIORITY_PAUSE)
            yield

    @property
    def busy(self) -> bool:
        """Whether a listener is running."""
        return bool(self._working)

    async def wait_idle(self) -> None:
        """Return once no listener is running."""
        while self._working:
            await asyncio.wait(set(self._working))

    async def finish(self) -> None:
        """When the bot stops, let what was acknowledged take effect; what takes too long is cancelled.

        Either way its database connection is returned before the engine is disposed of. Otherwise the event loop
        would cancel it at its own end, together with the task that was to return the connection.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self.wait_idle()
        for task in self._working:
            task.cancel()
        await self.wait_idle()
