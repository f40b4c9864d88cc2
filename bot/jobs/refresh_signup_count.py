"""Updates the count of sign-ups in HR's first message, at most a minute after the first change.

It can be interrupted anywhere: repeating an update is harmless.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.jobs.per_workspace import PerWorkspace, due_in
from bot.services.programme.setup import first_message
from bot.slack.directory import Directory
from bot.slack.errors import ErrorClass
from bot.slack.gateway import Gateway, Message, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.deadlines import LONGEST_TURN, is_over
from storage.rate_limits import CHANNELS, UPDATES
from storage.tables import Outbox, OutboxState, Programme
from storage.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)
NOT_THERE_YET = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNKNOWN)
Compose = Callable[[UnitOfWork, Outbox], Awaitable[Message | None]]


@dataclass
class Counting:
    """The function of the job "counting"."""

    store: Store
    gateway: Gateway
    compose: Compose
    """Updates the message."""
    directory: Directory
    turns: Turns
    workspaces: PerWorkspace = field(default_factory=PerWorkspace)

    async def tick(self, now: datetime) -> int:
        """Update the message that has waited longest in each workspace; how many were processed."""
        team_ids = await due_in(self.store, now, Programme, Programme.count_at)
        return await self.workspaces.each(team_ids, lambda team_id: self._update(team_id, now))

    async def _update(self, team_id: str, now: datetime) -> int:
        due = select(Programme).where(is_over(Programme.count_at, now, LONGEST_TURN), Programme.team_id == team_id)
        first = due.order_by(col(Programme.count_at), col(Programme.id)).limit(1)
        async with self.store.read(now) as work:
            waiting = (await work.session.exec(first)).first()
        if waiting is None:
            return 0
        fit = await self._may_be_updated(waiting, now)
        async with self.store.write(now) as work:
            programme = (await work.session.exec(first.with_for_update(skip_locked=True))).first()
            if programme is None:
                return 0
            row = (await work.session.exec(select(Outbox).where(*first_message(programme)))).first()
            waits = row is not None and row.state in NOT_THERE_YET
            # A channel that cannot be used is counted in again once it can (`bot.services.programme.hr_channel`).
            here = fit and row is not None and row.channel == programme.hr_channel == waiting.hr_channel
            programme.count_at = now + AGAIN if waits or fit is None else None
            message = None
            if row and here and row.state == OutboxState.SENT:
                try:
                    message = await self.compose(work, row)
                except (SlackRefused, SlackUnavailable) as problem:
                    log.info("sign-up count not updated, will retry: %s", problem)
                    programme.count_at = now + AGAIN
            await work.commit()
        if row and row.channel and row.ts and message:
            await self._show(programme.id, row.channel, row.ts, message, now)
        return 1

    async def _may_be_updated(self, programme: Programme, now: datetime) -> bool | None:
        """Whether HR's channel can be used; None if Slack does not say now. `compose` relies on the same answer."""
        try:
            for bucket in (CHANNELS, UPDATES):
                await self.turns.take(programme.team_id, bucket, now)
            return await self.directory.trouble_of(programme.team_id, programme.hr_channel, now) is None
        except (SlackRefused, SlackUnavailable) as problem:
            log.info("sign-up count not updated, will retry: %s", problem)
            return None

    async def _show(self, programme_id: int, channel: str, ts: str, message: Message, now: datetime) -> None:
        try:
            await self.gateway.update(channel, ts, message)
        except (SlackRefused, SlackUnavailable) as problem:
            if isinstance(problem, SlackRefused) and problem.kind is not ErrorClass.WORKSPACE:
                log.warning("sign-up count of programme %s not updated: %s", programme_id, problem.error)
                return
            log.info("sign-up count not updated, will retry: %s", problem)
            async with self.store.write(now) as work:
                (await work.session.get_one(Programme, programme_id)).count_at = now + AGAIN
                await work.commit()
