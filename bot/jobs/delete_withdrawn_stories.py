"""Deletes stories and public thanks from Slack that a pair changed or withdrew, or that name an erased person.

It can be interrupted anywhere: each deletion is recorded, and repeating it is harmless.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.jobs.per_workspace import PerWorkspace, due_in
from bot.services.closing import stories
from bot.services.outcomes import public_thanks
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.deadlines import LONGEST_TURN, is_over
from storage.outbox import PERHAPS_POSTED
from storage.rate_limits import DELETIONS
from storage.tables import Outbox, Pair, Story, Thanks
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

Shown = TypeVar("Shown", Story, Thanks)
PAUSE = timedelta(seconds=20)


@dataclass
class Retracting:
    """The function of the job "retracting"."""

    store: Store
    gateway: Gateway
    turns: Turns
    workspaces: PerWorkspace = field(default_factory=PerWorkspace)

    async def tick(self, now: datetime) -> int:
        """Delete the story, and the thanks, that have waited longest in each workspace; the number of deleted
        messages."""
        return await self._delete(Story, now) + await self._delete(Thanks, now)

    async def _delete(self, table: type[Shown], now: datetime) -> int:
        team_ids = await due_in(self.store, now, table, table.clean_at)
        return await self.workspaces.each(team_ids, lambda team_id: self._delete_next(table, team_id, now))

    async def _delete_next(self, table: type[Shown], team_id: str, now: datetime) -> int:
        due = (
            select(table)
            .where(is_over(table.clean_at, now, LONGEST_TURN), table.team_id == team_id)
            .order_by(col(table.clean_at), col(table.id))
            .limit(1)
        )
        async with self.store.write(now) as work:
            shown = (await work.session.exec(due.with_for_update(skip_locked=True))).first()
            if shown is None:
                return 0
            shown.clean_at = now + PAUSE  # no other process takes it in between
            rows = await _messages(work.session, shown)
            await work.commit()
        deleted = [row.id for row in rows if row.ts and await self._is_deleted(row, now)]
        await self._note(table, shown.id, deleted, now, all(row.id in deleted or _is_done(row) for row in rows))
        return len(deleted)

    async def _is_deleted(self, row: Outbox, now: datetime) -> bool:
        """Whether the message is deleted, or will never be accessible."""
        try:
            await self.turns.take(row.team_id, DELETIONS, now)
            await self.gateway.delete(row.channel or "", row.ts or "")
        except SlackUnavailable as busy:
            log.info("withdrawn words not deleted from Slack, will retry: %s", busy)
            return False
        except SlackRefused as refused:
            if not refused.final:
                log.warning("withdrawn words cannot be deleted from Slack until this is fixed: %s", refused)
                return False
            log.warning("withdrawn words remain in Slack: %s", refused.error)
        return True

    async def _note(self, table: type[Shown], shown_id: int, deleted: list[int], now: datetime, done: bool) -> None:
        async with self.store.write(now) as work:
            for row_id in deleted:
                (await work.session.get_one(Outbox, row_id)).ts = None
            if done:
                (await work.session.get_one(table, shown_id)).clean_at = None
            await work.commit()


async def _messages(session: AsyncSession, shown: Story | Thanks) -> list[Outbox]:
    """Messages that show its words, or will."""
    pair = await session.get_one(Pair, shown.pair_id)
    if isinstance(shown, Story):
        keys = stories.keys_shown(pair.programme_id, shown)
    else:
        keys = public_thanks.keys_shown(pair.programme_id, shown)
    statement = select(Outbox).where(Outbox.team_id == shown.team_id, col(Outbox.key).in_(keys))
    return list((await session.exec(statement)).all())


def _is_done(row: Outbox) -> bool:
    """Nothing of it is in Slack, nor will be: waiting messages are not rendered any more."""
    return row.ts is None and row.state not in PERHAPS_POSTED
