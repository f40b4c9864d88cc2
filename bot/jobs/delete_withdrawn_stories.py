"""Deletes stories from Slack that a pair changed or withdrew, or that name an erased person.

It can be interrupted anywhere: each deletion is recorded, and repeating it is harmless.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.services.closing.stories import keys_shown
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.deadlines import LONGEST_TURN, is_over
from storage.outbox import PERHAPS_POSTED
from storage.rate_limits import DELETIONS
from storage.tables import Outbox, Pair, Story
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=20)


@dataclass
class Retracting:
    """The function of the job "retracting"."""

    store: Store
    gateway: Gateway
    turns: Turns

    async def tick(self, now: datetime) -> int:
        """Delete the story that has waited longest; the number of deleted messages."""
        due = (
            select(Story)
            .where(is_over(Story.clean_at, now, LONGEST_TURN))
            .order_by(col(Story.clean_at), col(Story.id))
            .limit(1)
        )
        async with self.store.read(now) as work:
            if (await work.session.exec(due)).first() is None:
                return 0
        async with self.store.write(now) as work:
            story = (await work.session.exec(due.with_for_update(skip_locked=True))).first()
            if story is None:
                return 0
            story.clean_at = now + PAUSE  # no other process takes it in between
            rows = await _messages(work.session, story)
            await work.commit()
        deleted = [row.id for row in rows if row.ts and await self._delete(row, now)]
        await self._note(story.id, deleted, now, all(row.id in deleted or _is_done(row) for row in rows))
        return len(deleted)

    async def _delete(self, row: Outbox, now: datetime) -> bool:
        """Whether the message is deleted, or will never be accessible."""
        try:
            await self.turns.take(row.team_id, DELETIONS, now)
            await self.gateway.delete(row.channel or "", row.ts or "")
        except SlackUnavailable as busy:
            log.info("withdrawn story not deleted from Slack, will retry: %s", busy)
            return False
        except SlackRefused as refused:
            if not refused.final:
                log.warning("withdrawn story cannot be deleted from Slack until this is fixed: %s", refused)
                return False
            log.warning("withdrawn story remains in Slack: %s", refused.error)
        return True

    async def _note(self, story_id: int, deleted: list[int], now: datetime, done: bool) -> None:
        async with self.store.write(now) as work:
            for row_id in deleted:
                (await work.session.get_one(Outbox, row_id)).ts = None
            if done:
                (await work.session.get_one(Story, story_id)).clean_at = None
            await work.commit()


async def _messages(session: AsyncSession, story: Story) -> list[Outbox]:
    """Messages that show its words, or will."""
    pair = await session.get_one(Pair, story.pair_id)
    keys = col(Outbox.key).in_(keys_shown(pair.programme_id, story))
    statement = select(Outbox).where(Outbox.team_id == story.team_id, keys)
    return list((await session.exec(statement)).all())


def _is_done(row: Outbox) -> bool:
    """Nothing of it is in Slack, nor will be: waiting messages are not rendered any more."""
    return row.ts is None and row.state not in PERHAPS_POSTED
