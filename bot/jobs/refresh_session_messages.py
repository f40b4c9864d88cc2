"""Updates sent messages that show a time which a session no longer has: their buttons and calendar links go.

The mails that follow the change, where sessions are mailed, and new calendar files are planned in the same transaction.

It can be interrupted anywhere: repeating an update is harmless.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.messages.registry import ASKING_FOR_DATE
from bot.domain.messages.sessions import SHOWING_TIME
from bot.jobs.per_workspace import PerWorkspace, due_in
from bot.services.pair_context import Meeting, meeting
from bot.services.session_mail.planning import plan_mails
from bot.services.sessions.fresh_files import plan_fresh_files
from bot.slack.errors import ErrorClass
from bot.slack.gateway import Gateway, Message, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.deadlines import LONGEST_TURN, is_over
from storage.rate_limits import READS, UPDATES
from storage.tables import MentoringSession, Outbox, OutboxState
from storage.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)
SHOWN_FOR = timedelta(days=120)
"""Older messages are left as they are."""
ASKED_FOR = timedelta(days=14)
"""So long after a message that asks for a pair's missing date was sent, it shows whether the date is still missing."""
Replace = Callable[[UnitOfWork, Meeting, list[Outbox]], Awaitable[list[tuple[Outbox, Message]]]]
"""Takes a session and its sent messages; those that are to be updated, and how."""
Render = Callable[[UnitOfWork, Outbox], Awaitable[Message | None]]
"""A message as it would be sent now."""


@dataclass
class SentMessages:
    """Updates messages in Slack that were sent to a person or a chat."""

    gateway: Gateway
    turns: Turns
    with_part: Callable[[Message, int, Message], Message | None]
    """A day's message with another version of one of its parts, by the id of the part's row; None without that part."""

    async def update(self, row: Outbox, message: Message, now: datetime) -> bool:
        """Show `message` in place of the one that was sent. False if Slack does not take it now."""
        channel, ts = row.channel or "", row.ts or ""
        try:
            whole = await self._whole(row, message, now)
            if whole is not None:
                await self.turns.take(row.team_id, UPDATES, now)
                await self.gateway.update(channel, ts, whole)
        except SlackUnavailable as problem:
            log.info("message not updated, will retry: %s", problem)
            return False
        except SlackRefused as problem:
            if problem.kind is ErrorClass.WORKSPACE:
                return False
            log.info("message not updated: %s", problem.error)
        return True

    async def _whole(self, row: Outbox, message: Message, now: datetime) -> Message | None:
        """The message of a day with `message` in place of the part that `row` is; `message` itself if it is alone."""
        if row.day_id is None:
            return message
        await self.turns.take(row.team_id, READS, now)
        shown = await self.gateway.shown(row.channel or "", row.ts or "")
        return self.with_part(shown, row.id, message) if shown else None


@dataclass
class SessionMessages:
    """The function of the job "session_messages"."""

    store: Store
    sent: SentMessages
    replace: Replace
    render: Render
    mailed: bool = False
    """Whether the two get mail about their sessions."""
    workspaces: PerWorkspace = field(default_factory=PerWorkspace)

    async def tick(self, now: datetime) -> int:
        """Update the messages of the session that has waited longest in each workspace; how many sessions were
        processed."""
        team_ids = await due_in(self.store, now, MentoringSession, MentoringSession.refresh_at)
        return await self.workspaces.each(team_ids, lambda team_id: self._refresh(team_id, now))

    async def _refresh(self, team_id: str, now: datetime) -> int:
        due = select(MentoringSession).where(
            is_over(MentoringSession.refresh_at, now, LONGEST_TURN), MentoringSession.team_id == team_id
        )
        first = due.order_by(col(MentoringSession.refresh_at), col(MentoringSession.id)).limit(1)
        async with self.store.write(now) as work:
            row = (await work.session.exec(first.with_for_update(skip_locked=True))).first()
            if row is None:
                return 0
            done = _done(row)
            row.refresh_at = row.refresh_done = None
            found = await meeting(work.session, row.id)
            sent = await _sent(work, found) if found else []
            changed = await self.replace(work, found, sent) if found else []
            for asking in await _asking_for_date(work, found) if found else []:
                if message := await self.render(work, asking):
                    changed.append((asking, message))
            if found and self.mailed:
                await plan_mails(work, found)
            if found:
                await plan_fresh_files(work, found)
            await work.commit()
        for outbox, message in changed:
            if outbox.id in done:
                continue
            if not await self.sent.update(outbox, message, now):
                await self._later(row.id, now, done)
                break
            done.append(outbox.id)
        return 1

    async def _later(self, session_id: int, now: datetime, done: list[int]) -> None:
        """Continue after `done`: a run that begins with the same messages each time never comes to the end."""
        async with self.store.write(now) as work:
            row = await work.session.get(MentoringSession, session_id)
            if row is not None:  # a pair's plan can drop it
                row.refresh_at = now + AGAIN
                row.refresh_done = {"at": row.refresh_at.isoformat(), "rows": done}
                await work.commit()


def _done(row: MentoringSession) -> list[int]:
    """The outbox rows that were updated in an earlier run, unless the session has changed since."""
    earlier, at = row.refresh_done, row.refresh_at
    return list(earlier["rows"]) if earlier and at and earlier["at"] == at.isoformat() else []


async def _sent(work: UnitOfWork, found: Meeting) -> list[Outbox]:
    """What the two, or their chat, were sent about the session's time, oldest first."""
    rows = await _sent_of(work, found, SHOWING_TIME, SHOWN_FOR)
    return [row for row in rows if row.data.get("session") == found.session.id]


async def _asking_for_date(work: UnitOfWork, found: Meeting) -> list[Outbox]:
    """What the two were sent after a pause, with the dates that were missing then."""
    rows = await _sent_of(work, found, ASKING_FOR_DATE, ASKED_FOR)
    return [row for row in rows if row.data.get("pair", found.pair.id) == found.pair.id]


async def _sent_of(work: UnitOfWork, found: Meeting, kinds: Collection[str], within: timedelta) -> Sequence[Outbox]:
    to_them = col(Outbox.person_id).in_((found.mentor.id, found.leader.id)) | (col(Outbox.pair_id) == found.pair.id)
    statement = select(Outbox).where(
        to_them,
        Outbox.programme_id == found.programme.id,
        col(Outbox.kind).in_(kinds),
        Outbox.state == OutboxState.SENT,
        col(Outbox.sent_at) > work.now - within,
        col(Outbox.ts).is_not(None),
        col(Outbox.channel).is_not(None),
    )
    return (await work.session.exec(statement.order_by(col(Outbox.id)))).all()
