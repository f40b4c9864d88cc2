"""Sends the messages of the outbox to Slack, each exactly once.

Claim (commit), post, record: the process may die after each step. The outcome of an interrupted or unclear post is
unknown until its channel was read back, so nothing is repeated on a guess. `storage.outbox` lists the states.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock, TimeLimits
from bot.delivery.backlogs import spread_backlog
from bot.delivery.callbacks import Before, Compose, NextMoment, OnTrouble
from bot.delivery.day_parts import parts_follow, takes_out
from bot.delivery.moments import Moments
from bot.delivery.read_back import ReadBack
from bot.delivery.refusals import Refusals, stored
from bot.delivery.settings import DeliverySettings
from bot.delivery.tasks import Attempts, end_if_cancelled, finish, until_one_ends
from bot.delivery.transitions import (
    UNTIL_MARGIN,
    Transition,
    always,
    dead,
    dropped,
    of_outcome,
    of_uncomposed,
    of_unopened,
    reschedule,
)
from bot.domain.messages.kind import WrongReader
from bot.domain.messages.registry import kind_of
from bot.slack.clock_check import ClockCheck, SteadyClock
from bot.slack.gateway import Gateway, Sent, SlackRefused, SlackUnavailable
from bot.workspaces.counts import Counts
from bot.workspaces.current import in_workspace
from storage.backlog_spread import Overload
from storage.db_errors import DATABASE_AWAY, why
from storage.deadlines import Deadlines
from storage.freshness import Mirror
from storage.outbox import key_hash, record, record_found, record_late
from storage.outbox_claims import Claim, claim
from storage.outbox_maintenance import PendingWork, end_leases, expire, find_work, next_due, take_unknown
from storage.recipients import keep_channel, slack_ids_of
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store, UnitOfWork
from storage.workspace_shares import Shares

log = logging.getLogger(__name__)

Decide = Callable[[datetime], Transition]
"""The state to record for an attempt, given the moment of recording: every deadline counts from there."""

POLL = 2.0
"""Seconds after which the loop checks without being woken: other processes may have enqueued something."""
DATABASE_PAUSES = (0.2, 0.5, 1, 2, 4, 8)
"""Seconds between tries to record while the database is unavailable."""
SOON = 0.1
"""Seconds in which most posts end."""


@dataclass
class _Started:
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    moved: int = 0
    """Rows that were settled or postponed without a task."""


class Delivery:
    """One worker; any number may work on one PostgreSQL database, each with an `owner` of its own."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        clock: Clock,
        compose: Compose,
        owner: str,
        settings: DeliverySettings | None = None,
        *,
        next_moment: NextMoment | None = None,
        before: Before | None = None,
        on_trouble: OnTrouble | None = None,
        limits: TimeLimits | None = None,
        check: ClockCheck | None = None,
        outcomes: Counts | None = None,
    ) -> None:
        self.store = store
        self.gateway = gateway
        self.clock = clock
        self.compose = compose
        self.owner = owner
        self.settings = settings or DeliverySettings()
        self.next_moment = next_moment
        self.before = before
        self.on_trouble = on_trouble
        self.time_limits = limits or TimeLimits()
        self.check = check or ClockCheck(store, gateway, clock)
        self._steady = SteadyClock(clock, self.check)
        self.outcomes = outcomes or Counts()
        """How many attempts ended in which state since the start."""
        self.shares = Shares(self.settings.share) if self.settings.share else None
        self._attempts = Attempts(self.shares)
        self._woken = asyncio.Event()
        self._last_programme: int | None = None
        self._refusals = Refusals()
        self._reading_back = ReadBack(gateway, timedelta(seconds=self.settings.look_back))
        self._swept = 0.0
        self._deadlines = Deadlines(timedelta(seconds=self.settings.settle))
        self._stopped = False
        """Whether the clock is known to be wrong."""
        self._mirror = Mirror.beside(store.engine)

    # Running

    def wake(self) -> None:
        """Check the outbox now, because a message was enqueued."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled; posts in progress may finish first."""
        while True:
            try:
                await self._pump(forever=True)
            except DATABASE_AWAY as error:
                log.error("delivery paused: database unavailable (%s)", why(error))
            except Exception:
                # Whatever the error, other messages must still be sent; the failing one is checked when its lease ends.
                log.exception("delivery round failed, continuing")
            end_if_cancelled()
            await asyncio.sleep(POLL)

    async def run_due(self) -> int:
        """Process everything that is due and within the limits now, without waiting for more; the number of rows."""
        return await self._pump(forever=False)

    async def wait_idle(self) -> None:
        """Return once no loop of this worker is sending. A clock that is moved by hand during a post would end
        the lease, and the message would be held or sent twice."""
        await self._attempts.wait()

    async def next_due(self) -> datetime | None:
        """The earliest moment, now at the earliest, at which there is something to do; None if nothing is left."""
        if self._stopped:
            return None
        async with self.store.read(self.clock) as work:
            return await next_due(work.session, work.now, self.settings.limits, self.shares)

    async def _pump(self, *, forever: bool) -> int:
        running: set[asyncio.Task[None]] = set()
        handled = 0
        try:
            while True:
                end_if_cancelled()
                self._woken.clear()
                started = await self._start(self.settings.workers - len(running))
                running |= started.tasks
                handled += started.moved + len(started.tasks)
                if started.moved:
                    continue
                if running:
                    running = await self._until_one_ends(running)
                elif forever:
                    await self._rest()
                else:
                    return handled
        finally:
            await finish(running, self.settings.timeout)

    async def _until_one_ends(self, running: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        """With many workspaces one whose Slack hangs must not keep this waiting while messages of others fall due."""
        places = self.settings.workers
        if self.shares is None or len(running) == places:
            return await until_one_ends(running, places, self._woken, POLL)
        left = await until_one_ends(running, places, self._woken, SOON)
        if len(left) < len(running) or self._woken.is_set():
            return left
        return await until_one_ends(left, places, self._woken, await self._seconds_until_due())

    async def _seconds_until_due(self) -> float:
        """At most `POLL`."""
        async with self.store.read(self.clock) as work:
            moment = await next_due(work.session, work.now, self.settings.limits, self.shares)
            seconds = (moment - work.now).total_seconds() if moment else POLL
        return POLL if self._stopped or self._settles_anew() else min(max(seconds, 0), POLL)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(await self._seconds_until_due()):
                await self._woken.wait()
        except TimeoutError:
            return

    # Claiming

    async def _start(self, room: int) -> _Started:
        """One transaction: settle ended rows, claim what may be sent, then start sending."""
        if room <= 0:
            return _Started()
        settings, started = self.settings, _Started()
        waiting = await self._look() if room == settings.workers else PendingWork()
        if not waiting or self._stopped:
            return started
        # Measured from before the lease begins, and by a monotonic clock.
        no_post_after = self.time_limits.monotonic() + settings.lease - settings.timeout
        async with self.store.write(self.clock) as work:
            now, session, lease = work.now, work.session, timedelta(seconds=settings.lease)
            if not self.check.agrees(now):
                return started  # nothing is claimed by a clock that may be wrong: it is checked in the next round
            if self._sweep_due(idle=room == settings.workers):
                settle = timedelta(seconds=settings.settle)
                until = now + settle + UNTIL_MARGIN
                started.moved += await end_leases(session, now, lease, settle, until) if waiting.sending else 0
                for stale in await expire(session, now, settings.stale_at_once) if waiting.stale else []:
                    started.moved += 1
                    await self._tell(work, "expired", stale)
            reads = waiting.unknown and not self._settles_anew()
            busy = self.shares.busy() if self.shares else ()
            unknown = await take_unknown(session, now, settings.limits, room, now + lease, busy) if reads else []
            room -= len(unknown)
            asked = Claim(self.owner, room, now + lease, self._last_programme, settings.one_a_day, self.shares)
            moments = Moments(work, self.next_moment)
            claimed = await claim(session, now, settings.limits, asked, moments.of, moments.prepare)
            started.moved += claimed.moved
            for nobody in claimed.inactive:
                await self._tell(work, "dropped", nobody)
            noted = await self._mirror.count(session) if claimed.rows else None
            await work.commit()
        if noted:
            self._mirror.write(noted)  # before anything is posted
        waves = [row.programme_id for row in claimed.rows if row.bulk]
        self._last_programme = waves[-1] if waves else self._last_programme
        begin = self._attempts.begin
        started.tasks |= {begin(row.team_id, self._read_back(row, now)) for row in unknown}
        started.tasks |= {begin(row.team_id, self._send(row, now, no_post_after)) for row in claimed.rows}
        started.tasks |= set(map(self._spread, claimed.overloads))
        return started

    def _spread(self, overload: Overload) -> asyncio.Task[None]:
        assert self.shares  # otherwise there is no overload
        self.shares.spreading.add((overload.team_id, overload.bulk))
        spreading = spread_backlog(self.store, self.clock, self.shares, self.settings.limits, overload)
        return asyncio.create_task(spreading)

    async def _look(self) -> PendingWork:
        """Without a write lock, so that an idle bot blocks nobody."""
        async with self.store.read(self.clock) as work:
            now, waiting = work.now, await find_work(work.session, work.now)
            impossible = await self._deadlines.look(work.session, now)
        self._stopped = bool(waiting or impossible) and not await self.check.passes(now)
        if self._stopped or not impossible:
            return waiting
        async with self.store.write(self.clock) as work:
            await self._deadlines.put_right(work.session, work.now)
            await work.commit()
        return PendingWork()

    def _settles_anew(self) -> bool:
        """The clock jumped forward a moment ago: posts that were to settle may not have settled yet."""
        return self.check.jumped_within(timedelta(seconds=self.settings.settle))

    def _sweep_due(self, *, idle: bool) -> bool:
        """Whether to check for ended leases and stale messages: every few seconds while there is other work."""
        now = time.monotonic()
        if not idle and now - self._swept < POLL:
            return False
        self._swept = now
        return True

    # Sending

    async def _send(self, row: Outbox, now: datetime, no_post_after: float) -> None:
        with in_workspace(row.team_id):
            decide = await self._attempt(row, now, no_post_after)
            if decide:
                kept, verdict = await self._record(row, decide)
                if verdict.sent and not kept:
                    await self._posted_late(row, verdict.sent)

    async def _attempt(self, row: Outbox, now: datetime, no_post_after: float) -> Decide | None:
        """Post the message, which was claimed at `now`; None if the claim was lost before."""
        lasting = kind_of(row.kind).outlives_refusals
        try:
            if self.before:
                await self.before(row, now)
            async with self.store.read(now) as work:
                message = await self.compose(work, row)
        except DATABASE_AWAY:
            raise
        except WrongReader:
            return always(dropped("inactive"))
        except (SlackRefused, SlackUnavailable) as error:
            return always(of_uncomposed(error, row, lasting=lasting))
        except Exception as error:
            # One message that cannot be rendered must not stop the others.
            log.exception("rendering outbox row %s failed", row.id)
            return always(dead(f"compose: {type(error).__name__}"))
        if message is None:
            return always(dropped("not_wanted"))
        if not await takes_out(self.store, row, message, now):
            return None
        try:
            channel = row.channel or await self._open(row, now)
        except (SlackRefused, SlackUnavailable) as error:
            return always(of_unopened(error, row, lasting=lasting))
        if channel is None:
            return None
        if not channel:
            return always(dropped("inactive"))
        if self.time_limits.monotonic() > no_post_after:
            return partial(reschedule, why="lease_short")
        outcome = await self.gateway.post(channel, message, key_hash(row), row.attempt, self.settings.timeout)
        return always(of_outcome(outcome, row, timedelta(seconds=self.settings.settle), lasting=lasting))

    async def _open(self, row: Outbox, now: datetime) -> str | None:
        """The id of the person's or the pair's channel; "" if they no longer exist, None if the claim was lost."""
        async with self.store.read(now) as work:
            slack_ids = await slack_ids_of(work.session, row)
        if not slack_ids:
            return ""
        channel = await self.gateway.open_group(slack_ids)
        async with self.store.write(now) as work:
            kept = await keep_channel(work.session, row, channel)
            await work.commit()
        return channel if kept else None

    async def _posted_late(self, row: Outbox, sent: Sent) -> None:
        """The post was accepted after the claim was lost, for example because this process was stopped in between."""
        async with self.store.write(self._steady) as work:
            wanted = await record_late(work.session, row, sent.ts, work.now, timedelta(seconds=self.settings.settle))
            if wanted:
                await parts_follow(work, row, OutboxState.SENT, vars(sent) | {"sent_at": work.now})
            await work.commit()
        if not wanted:
            await self._reading_back.delete(sent.channel, sent.ts)

    # Reading back

    async def _read_back(self, row: Outbox, now: datetime) -> None:
        with in_workspace(row.team_id):
            await self._record(row, await self._reading(row, now))

    async def _reading(self, row: Outbox, now: datetime) -> Decide:
        return await self._reading_back(row, partial(self._dm_of, row, now), now)

    async def _dm_of(self, row: Outbox, now: datetime) -> str | None:
        """A restored database may not have the DM that contains the message; None if the person no longer exists."""
        async with self.store.read(now) as work:
            slack_ids = await slack_ids_of(work.session, row)
        return await self.gateway.open_group(slack_ids) if slack_ids else None

    # Recording

    async def _record(self, row: Outbox, decide: Decide) -> tuple[bool, Transition]:
        """Record a transition; False if the claim was lost. Retries while the database is unavailable."""
        for seconds in DATABASE_PAUSES:
            try:
                return await self._write(row, decide)
            except DATABASE_AWAY as error:
                log.error("result of outbox row %s not recorded, will retry (%s)", row.id, why(error))
                await asyncio.sleep(seconds)
        return await self._write(row, decide)

    async def _write(self, row: Outbox, decide: Decide) -> tuple[bool, Transition]:
        record_it = record if row.state is OutboxState.SENDING else record_found
        async with self.store.write(self._steady) as work:
            verdict = decide(work.now)
            values, trouble = stored(verdict, work.now), verdict.trouble
            if verdict.state is OutboxState.SENT and kind_of(row.kind).emptied_once_sent:
                values["data"] = {}
            kept = await record_it(work.session, row, verdict.state, **values)
            if kept and not await self._refusals.record(work, row, verdict) and trouble == "paused":
                trouble = None
            for part in await parts_follow(work, row, verdict.state, values) if kept else ():
                await self._tell(work, "held", part)
            if kept and trouble:
                await self._tell(work, trouble, row.model_copy(update={"state": verdict.state, **values}))
            await work.commit()
        if self.shares:
            self.shares.answered(row.team_id, yes=verdict.state is not OutboxState.UNKNOWN)
        if kept:
            self.outcomes.add(verdict.state, row.team_id)
            log.info("outbox row %s, attempt %s: %s", row.id, row.attempt, verdict.state)
        return kept, verdict

    async def _tell(self, work: UnitOfWork, kind: str, row: Outbox) -> None:
        level = logging.INFO if kind == "dropped" else logging.WARNING
        log.log(level, "outbox row %s is %s: %s", row.id, kind, row.error)
        if not self.on_trouble:
            return
        try:
            async with work.session.begin_nested():
                await self.on_trouble(work, kind, row)
        except Exception:
            # A failed notification must not undo what is recorded.
            log.exception("reporting the failure of outbox row %s failed", row.id)
