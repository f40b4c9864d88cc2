"""Slack's events that the app was removed, or its tokens revoked, in mode many."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.workspaces.installations import Installations

log = logging.getLogger(__name__)

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"


CHECKED_AGAIN = 60.0
"""Seconds between two checks of a workspace whose token Slack refuses."""

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Runs a coroutine in the background."""


@dataclass
class Revocations:
    """Follows the ends of installations, which Slack reports by events and by refusing calls."""

    installations: Installations
    spawn: Spawn
    monotonic: Callable[[], float]
    _checked: dict[str, float] = field(default_factory=dict)

    def listen(self, bolt: AsyncApp) -> None:
        """Follow the events before any listener, which would find no installation."""

        async def revoked(body: dict[str, Any], next_: Callable[[], Awaitable[Any]]) -> Any:
            event = body.get("event")
            kind = event.get("type") if isinstance(event, dict) else None
            if body.get("type") != "event_callback" or kind not in (UNINSTALLED, REVOKED):
                return await next_()
            if kind == UNINSTALLED or _of_bot(event):
                # In the background, because Slack is asked: it waits 3 seconds for our answer.
                for key in _keys(body):
                    self.spawn(self._follow(key, uninstalled=kind == UNINSTALLED))
            return BoltResponse(status=200)

        bolt.use(revoked)

    def refused(self, team_id: str) -> None:
        """Slack refuses the token of a workspace: its event may not have reached us."""
        now = self.monotonic()
        if 0 <= now - self._checked.get(team_id, float("-inf")) < CHECKED_AGAIN:
            return
        self._checked = {key: at for key, at in self._checked.items() if 0 <= now - at < CHECKED_AGAIN}
        self._checked[team_id] = now
        self.spawn(self._follow(team_id))

    async def _follow(self, team_id: str, *, uninstalled: bool = False) -> None:
        try:
            await self.installations.follow_end(team_id, uninstalled=uninstalled)
        except Exception:  # nobody waits for it, and it must not stop the process
            log.exception("workspace %s: the removal of the app was not followed", team_id)


def _keys(body: dict[str, Any]) -> list[str]:
    """The keys of the installations that an event may be about; whether one ended, its token tells.

    For an org-wide installation Slack names the organisation, and may name a workspace.
    """
    return [key for name in ("team_id", "enterprise_id") if isinstance(key := body.get(name), str) and key]


def _of_bot(event: Any) -> bool:
    """Whether a bot's token was revoked, and not only people's."""
    tokens = event.get("tokens")
    return bool(tokens.get("bot")) if isinstance(tokens, dict) else True
