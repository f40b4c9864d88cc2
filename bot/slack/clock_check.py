"""Compares the planning clock with Slack's: while they differ, no job runs and nothing is sent.

Every reply from Slack has its time, so comparing costs nothing. Slack is called for it only if the clock seems to have
jumped, for example after a suspend, and before the first job.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

TOLERANCE = timedelta(minutes=5)
"""How far the clock may be from Slack's: reading back and Slack's signatures are safe within it."""
JUMP = timedelta(seconds=15)
"""A change of that difference after which Slack is called before anything continues: longer than a reply takes."""
ASK_AGAIN = 30.0
"""Seconds until Slack is called again while the clock is wrong, or while Slack does not answer."""

OnWrong = Callable[[timedelta, datetime], Awaitable[bool]]
"""Notifies that the clock is so far ahead of Slack's (negative: behind), given Slack's time. Whether it succeeded: if
not, it is retried."""


class ClockCheck:
    """The current moment for requests and jobs, compared with Slack's clock."""

    def __init__(self, store: Store, gateway: Gateway, clock: Clock, on_wrong: OnWrong | None = None) -> None:
        self.store = store
        self.gateway = gateway
        self.clock = clock
        self.on_wrong = on_wrong
        self.ahead: timedelta | None = None
        """How far the clock was ahead of Slack's when last compared; None if Slack's time is unknown."""
        self._believed = timedelta()
        """`ahead` when Slack was last called."""
        self._asked: tuple[float, timedelta | None] | None = None
        """The time of that call or try, and `ahead` before it."""
        self._jumped_at: float | None = None
        """When the clock was last found to have jumped forward."""
        self._told = False
        self._asking = asyncio.Lock()

    @property
    def wrong(self) -> bool:
        """Whether the clock is known to be wrong."""
        return self._is_wrong(self._believed)

    async def for_jobs(self) -> datetime | None:
        """The current moment; None while nothing may run by it."""
        now = await self.store.now(self.clock)
        return now if await self.passes(now) else None

    async def for_requests(self, now: datetime) -> datetime:
        """`now`, which was read just now, for a person's request, which is always processed: Slack's time if our clock
        is wrong."""
        await self.passes(now)
        return now - self._believed if self.wrong else now

    async def passes(self, now: datetime) -> bool:
        """Whether jobs may run as of `now`, which was read just now. Calls Slack when in doubt."""
        at = self.monotonic()
        if not self._in_doubt(now, at):
            return not self.wrong
        async with self._asking:
            if self._in_doubt(now, at):
                await self._ask(now, at)
        return self.agrees(now, at)

    def agrees(self, now: datetime, at: float | None = None) -> bool:
        """Whether jobs may run as of `now`, as far as known without a call."""
        ahead = self._compare(now, self.monotonic() if at is None else at)
        return not self._is_wrong(ahead) and not self._jumped(ahead, self._believed)

    def jumped_within(self, by: timedelta) -> bool:
        """Whether the clock jumped forward less than `by` ago, so that waits of that length are not over yet."""
        return self._jumped_at is not None and self.monotonic() - self._jumped_at < by.total_seconds()

    def corrected(self, now: datetime) -> datetime:
        """`now`; by Slack's clock if ours jumped since Slack was last called, or is wrong."""
        ahead = self._compare(now, self.monotonic())
        borne = timedelta() if self.wrong else self._believed
        return now if ahead is None or not self._jumped(ahead, borne) else now - ahead + borne

    def slacks_clock(self) -> datetime | None:
        """Slack's current time, from its last reply; None without a reply."""
        return self.gateway.date.at(self.monotonic())

    def monotonic(self) -> float:
        """Seconds by the monotonic clock."""
        return self.gateway.date.monotonic()

    def _compare(self, now: datetime, at: float) -> timedelta | None:
        slack = self.gateway.date.at(at)
        self.ahead = now - slack if slack else None
        return self.ahead

    @staticmethod
    def _jumped(ahead: timedelta | None, before: timedelta | None) -> bool:
        return ahead is not None and abs(ahead - (before or timedelta())) > JUMP

    @staticmethod
    def _is_wrong(ahead: timedelta | None) -> bool:
        return ahead is not None and abs(ahead) > TOLERANCE

    def _in_doubt(self, now: datetime, at: float) -> bool:
        ahead = self._compare(now, at)
        if ahead is not None and not self._is_wrong(ahead) and not self._jumped(ahead, self._believed):
            return False
        if self._asked is None:
            return True
        asked_at, before = self._asked
        return not 0 <= at - asked_at < ASK_AGAIN or self._jumped(ahead, before)

    async def _ask(self, now: datetime, at: float) -> None:
        try:
            await self.gateway.greet()
        except SlackRefused as refused:
            log.info("read Slack's time, but Slack refuses the token: %s", refused.error)
        except SlackUnavailable as away:
            log.info("cannot read Slack's time: %s", away)
            self._asked = at, self.ahead
            return
        ahead = self._compare(now, at)
        self._asked = at, ahead
        if ahead is None:
            return
        was, before, self._believed = self.wrong, self._believed, ahead
        if ahead - before > JUMP:
            self._jumped_at = self.monotonic()
        if self.wrong and not was:
            seconds = ahead.total_seconds()
            log.error("the clock differs from Slack's by %+.0f s: sending and jobs are paused", seconds)
        if was and not self.wrong:
            log.warning("the clock agrees with Slack's again: sending and jobs resume")
        await self._tell(ahead, now - ahead)

    async def _tell(self, ahead: timedelta, slack: datetime) -> None:
        if not self.wrong:
            self._told = False
        elif not self._told and self.on_wrong:
            self._told = True  # before, since the notification may itself check the clock
            try:
                self._told = await self.on_wrong(ahead, slack)
            except Exception:
                # A failed notification must not stop the check.
                log.exception("could not notify the operator of the wrong clock")
                self._told = False


@dataclass(frozen=True)
class SteadyClock:
    """`clock`, corrected by Slack's: for what is recorded while the clock may have jumped since it was checked.

    A deadline counted from a jumped clock would keep a message waiting until the right clock gets there.
    """

    clock: Clock
    check: ClockCheck

    def now(self) -> datetime:
        return self.check.corrected(self.clock.now())

    def shared(self, database: datetime) -> datetime:
        return self.check.corrected(self.clock.shared(database))

    def monotonic(self) -> float:
        return self.clock.monotonic()
