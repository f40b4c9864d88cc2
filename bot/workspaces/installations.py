"""Installations of the app: which workspaces it may work in, and with which token.

The key of a workspace (`team_id` in all tables) is its id, `T…`; of an org-wide installation of an Enterprise Grid it
is the organisation's, `E…`.
"""

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_sdk.oauth.installation_store import Bot, Installation
from sqlmodel import col, or_, select, update

from bot.clock import Clock
from bot.workspaces.bot_tokens import BotTokens, owner_of
from bot.workspaces.slack_tokens import RefreshFailed, RefreshRefused, SlackTokens, expires_soon
from bot.workspaces.token_keys import NoKey
from storage.rate_limits import POSTS, lock_buckets
from storage.tables import Workspace, WorkspaceState
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

PURGE_AFTER = timedelta(days=30)
REFRESHING = timedelta(minutes=1)
"""How long one process may take to exchange a refresh token before another one tries."""


@dataclass
class Installations:
    """Reads and changes them in the database, which all replicas share."""

    store: Store
    tokens: BotTokens
    slack: SlackTokens
    clock: Clock
    purge_after: timedelta = PURGE_AFTER
    _refreshing: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    """By key: requests of this process wait for one exchange."""

    async def team_ids(self) -> list[str]:
        """The keys of all workspaces that have the app now."""
        statement = select(Workspace.team_id).where(col(Workspace.state) == WorkspaceState.INSTALLED)
        async with self.store.read(self.clock) as work:
            return list((await work.session.exec(statement.order_by(col(Workspace.team_id)))).all())

    async def bot(self, team_id: str) -> Bot | None:
        """The bot of a workspace, with a token that is replaced first if it expires soon; None: the app is not there
        now."""
        async with self.store.read(self.clock) as work:
            workspace, now = await work.session.get(Workspace, team_id), work.now
        if workspace is None or workspace.state is not WorkspaceState.INSTALLED:
            return None
        bot = await self.stored_bot(workspace)
        if bot and bot.bot_refresh_token and expires_soon(bot, now):
            async with self._refreshing[team_id]:
                bot = await self._refreshed(workspace, now)
        return bot

    async def bot_token(self, team_id: str) -> str | None:
        """The token of a workspace, as `bot`."""
        bot = await self.bot(team_id)
        return bot.bot_token if bot else None

    async def save(self, installation: Installation) -> str:
        """Store a new installation, or one that replaces an earlier one; its key.

        What an uninstalled workspace left is there again.
        """
        key = owner_of(installation)
        await self.tokens.async_save(installation)
        async with self.store.write(self.clock) as work:
            workspace = await work.session.get(Workspace, key, with_for_update=True)
            if workspace is None:
                workspace = Workspace(team_id=key, installed_at=work.now)
                work.session.add(workspace)
            workspace.enterprise_id = installation.enterprise_id
            workspace.is_org = bool(installation.is_enterprise_install)
            workspace.name = (installation.enterprise_name if workspace.is_org else installation.team_name) or ""
            workspace.state, workspace.installed_at = WorkspaceState.INSTALLED, work.now
            workspace.ended_at = workspace.purge_at = workspace.refreshing_until = None
            bucket = (await lock_buckets(work.session, [(key, POSTS)], work.now))[key, POSTS]
            bucket.stopped, bucket.paused_until = False, None
            work.deliver_at_once()
            await work.commit()
        return key

    async def mark_revoked(self, team_id: str, now: datetime, *, uninstalled: bool = False) -> bool:
        """Slack no longer accepts the token, or the app was removed: forget it, and plan to delete all data.

        False if that was known, or the app was never there.
        """
        state = WorkspaceState.UNINSTALLED if uninstalled else WorkspaceState.REVOKED
        async with self.store.write(now) as work:
            workspace = await work.session.get(Workspace, team_id, with_for_update=True)
            if workspace is None or workspace.state in (state, WorkspaceState.UNINSTALLED):
                return False
            workspace.state = state
            workspace.ended_at = workspace.ended_at or now
            workspace.purge_at = workspace.ended_at + self.purge_after
            (await lock_buckets(work.session, [(team_id, POSTS)], now))[team_id, POSTS].stopped = True
            await work.commit()
        await self.tokens.forget(team_id, until=now)
        log.warning("workspace %s: %s", team_id, "app removed" if uninstalled else "Slack refuses its token")
        return True

    async def follow_end(self, team_id: str, *, uninstalled: bool = False) -> bool:
        """Slack reported that the app was removed, or a token revoked: `mark_revoked` if the token really ended.

        Events may come late, and after the app was installed again.
        """
        async with self.store.read(self.clock) as work:
            workspace, now = await work.session.get(Workspace, team_id), work.now
        if workspace is None:
            return False
        bot = await self.stored_bot(workspace)
        ended = await self.slack.has_ended(bot) if bot else True
        if not ended:
            log.info(
                "workspace %s: %s", team_id, "its token still works" if ended is False else "its token not checked"
            )
            return False
        return await self.mark_revoked(team_id, now, uninstalled=uninstalled)

    async def stored_bot(self, workspace: Workspace) -> Bot | None:
        """A workspace's bot with its token, however old; None if there is none, or no key decrypts it."""
        try:
            return await self.tokens.async_find_bot(
                enterprise_id=workspace.enterprise_id,
                team_id=None if workspace.is_org else workspace.team_id,
                is_enterprise_install=workspace.is_org,
            )
        except NoKey as problem:
            log.error("workspace %s: %s: check BALIK_INSTALLATION_KEY", workspace.team_id, problem)
            return None

    async def _refreshed(self, workspace: Workspace, now: datetime) -> Bot | None:
        """Exchange the refresh token, which works once: in one process of all replicas at a time."""
        claimed = await self._claim(workspace.team_id, now)
        bot = await self.stored_bot(workspace)
        if bot is None or not claimed or not expires_soon(bot, now):
            if claimed:
                await self._release(workspace.team_id, now)
            return bot  # another one exchanges it, or has done so
        try:
            fresh = await self.slack.refreshed(bot, now)
            await self.tokens.async_save_bot(fresh)
        except RefreshRefused as refused:
            log.error("workspace %s: Slack refuses to renew its token (%s)", workspace.team_id, refused.error)
            if (bot.bot_token_expires_at or 0) <= now.timestamp():
                await self.mark_revoked(workspace.team_id, now)
                return None
            return bot
        except RefreshFailed as failed:
            log.warning("workspace %s: its token could not be renewed yet (%s)", workspace.team_id, failed)
            return bot
        await self._release(workspace.team_id, now)
        return fresh

    async def _claim(self, team_id: str, now: datetime) -> bool:
        free = or_(col(Workspace.refreshing_until).is_(None), col(Workspace.refreshing_until) <= now)
        statement = update(Workspace).where(
            col(Workspace.team_id) == team_id, col(Workspace.state) == WorkspaceState.INSTALLED, free
        )
        async with self.store.write(now) as work:
            done = await work.session.exec(statement.values(refreshing_until=now + REFRESHING))
            await work.commit()
        return done.rowcount == 1

    async def _release(self, team_id: str, now: datetime) -> None:
        async with self.store.write(now) as work:
            statement = update(Workspace).where(col(Workspace.team_id) == team_id)
            await work.session.exec(statement.values(refreshing_until=None))
            await work.commit()
