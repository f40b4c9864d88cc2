"""Deletes the bot's messages in the DM of an erased person from Slack.

It is slow, well below Slack's limit for chat.delete, and can be interrupted anywhere: each deletion is recorded,
and repeating it is harmless.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.registry import PERSONAL_FILES
from bot.jobs.per_workspace import PerWorkspace, due_in
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.deadlines import LONGEST_TURN, is_over
from storage.outbox import PERHAPS_POSTED
from storage.owners import owner_of
from storage.personal_rows import wipe
from storage.rate_limits import DELETIONS, FILE_DELETIONS
from storage.tables import Outbox, OutboxState, Person
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

AT_ONCE = 12
"""Messages per run and workspace, of all its people together."""
PAUSE = timedelta(seconds=20)
"""Interval of the runs in a workspace: 36 per minute of the 50 that Slack allows."""
REFUSED_PAUSE = timedelta(minutes=10)
"""How long to wait after a refusal that concerns everything, or is unknown."""


@dataclass
class Cleaner:
    """The function of the job "cleaning"."""

    store: Store
    gateway: Gateway
    turns: Turns
    workspaces: PerWorkspace = field(default_factory=PerWorkspace)
    _ran: dict[str, datetime] = field(default_factory=dict, init=False)
    """By workspace: when messages were deleted there."""

    async def tick(self, now: datetime) -> int:
        """Delete some of the messages of a person of each workspace, unless some were deleted there a moment ago; their
        number."""
        # A clock that was set back is no reason to wait for as long.
        self._ran = {team_id: at for team_id, at in self._ran.items() if timedelta() <= now - at < PAUSE}
        team_ids = await due_in(self.store, now, Person, Person.clean_at)
        return await self.workspaces.each(
            [one for one in team_ids if one not in self._ran], lambda team_id: self._clean(team_id, now)
        )

    async def _clean(self, team_id: str, now: datetime) -> int:
        person = await self._next(team_id, now)
        if person is None:
            return 0
        self._ran[team_id] = now
        rows = await self._rows(person, now)
        deleted = 0
        try:
            for row in rows:
                await self.turns.take(row.team_id, DELETIONS, now)
                await self._delete(row, now)
                await self._note(row, now)
                deleted += 1
        except SlackUnavailable as busy:
            log.info("messages of an erased person not deleted, will retry: %s", busy)
            await self._put_off(person, now + max(PAUSE, timedelta(seconds=busy.seconds)), now)
            return deleted
        except SlackRefused as refused:
            # The token or a permission, for example: the messages have to be deleted once that is fixed.
            log.warning("messages of an erased person cannot be deleted until this is fixed: %s", refused)
            await self._put_off(person, now + REFUSED_PAUSE, now)
            return deleted
        await self._go_on(person, now)
        return deleted

    async def _next(self, team_id: str, now: datetime) -> Person | None:
        """The person who has waited longest; no other process takes them for a while."""
        due = (
            select(Person)
            .where(is_over(Person.clean_at, now, LONGEST_TURN), Person.team_id == team_id)
            .order_by(col(Person.clean_at), col(Person.id))
            .limit(1)
        )
        async with self.store.write(now) as work:
            person = (await work.session.exec(due.with_for_update(skip_locked=True))).first()
            if person:
                person.clean_at = now + PAUSE
            await work.commit()
        return person

    async def _rows(self, person: Person, now: datetime) -> list[Outbox]:
        async with self.store.read(now) as work:
            return (await _there(work.session, person.id))[:AT_ONCE]

    async def _delete(self, row: Outbox, now: datetime) -> None:
        try:
            for file_id in row.data.get("files", ()):
                await self.turns.take(row.team_id, FILE_DELETIONS, now)
                await self.gateway.delete_file(file_id)
            if row.channel and row.ts:
                await self.gateway.delete(row.channel, row.ts)
        except SlackRefused as refused:
            if not refused.final:
                raise
            # The DM of a deactivated person, for example: it will never be accessible.
            log.warning("a message of an erased person remains in Slack: %s", refused.error)

    async def _note(self, row: Outbox, now: datetime) -> None:
        async with self.store.write(now) as work:
            gone = update(Outbox).where(col(Outbox.id) == row.id)
            await work.session.exec(gone.values(channel=None, ts=None, data={}))
            await work.commit()

    async def _put_off(self, person: Person, until: datetime, now: datetime) -> None:
        async with self.store.write(now) as work:
            await work.session.exec(update(Person).where(col(Person.id) == person.id).values(clean_at=until))
            await work.commit()

    async def _go_on(self, person: Person, now: datetime) -> None:
        """Continue later with the remaining messages; if there are none, forget the DM."""
        theirs = col(Outbox.person_id) == person.id
        under_way = select(Outbox.id).where(theirs, col(Outbox.state).in_(PERHAPS_POSTED))
        async with self.store.write(now) as work:
            session = work.session
            if not await _there(session, person.id) and (await session.exec(under_way.limit(1))).first() is None:
                # Once more: something they did at the very moment of erasing may have been written just after it.
                await wipe(session, await owner_of(session, person.id))
                await session.exec(update(Outbox).where(theirs).values(channel=None, ts=None, data={}))
                done = {"clean_at": None, "dm_channel": None}
                await work.session.exec(update(Person).where(col(Person.id) == person.id).values(**done))
            await work.commit()


async def _there(session: AsyncSession, person_id: int) -> list[Outbox]:
    """The remaining messages and uploaded files in their DM, oldest first."""
    sent = col(Outbox.ts).is_not(None) & (col(Outbox.state) == OutboxState.SENT)
    files = col(Outbox.kind).in_(PERSONAL_FILES) & col(Outbox.state).not_in(PERHAPS_POSTED)
    statement = select(Outbox).where(Outbox.person_id == person_id, sent | files).order_by(col(Outbox.id))
    return [row for row in (await session.exec(statement)).all() if row.ts or row.data.get("files")]
