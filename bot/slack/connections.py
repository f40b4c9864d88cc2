"""How Slack is called for each workspace: with which token, and what is known about the workspace.

In mode one there is a single connection. In mode many each workspace has its own, and a call outside
`bot.workspaces.current.in_workspace` is an error: it never uses another workspace's token.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.answers import Answer
from bot.slack.results import SlackRefused, SlackUnavailable

TOKEN_KEPT = 60.0
"""Seconds for which a token is used before the installation is read again: another replica may have rotated it."""
UNUSED_KEPT = 3600.0
"""Seconds after its last use that a connection is forgotten."""
NOT_INSTALLED = "account_inactive"
"""Slack's code for a token of an app that was uninstalled; Balik's, too, for a workspace without an installation."""
TOKEN_FAULTS = frozenset({NOT_INSTALLED, "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""Codes after which a token is not used again before the installation was read."""


class NoCurrentWorkspace(Exception):
    """A call to Slack in mode many that belongs to no workspace: a programming error."""


class NotConnected(SlackUnavailable):
    """The token could not be read, so nothing was sent to Slack."""


@dataclass
class Connection:
    """One workspace. `team_id` is its key; "" for the only one."""

    client: AsyncWebClient
    team_id: str = ""
    identity: Answer | None = None
    """Slack's reply to `auth.test`, once it was requested."""
    read_at: float = 0.0
    used_at: float = 0.0
    """By the monotonic clock: when the token was read, and when it was last used."""


class Connections(Protocol):
    """The connections to all workspaces."""

    @property
    def many(self) -> bool:
        """Whether this is mode many."""

    async def connection(self, method: str, team_id: str | None) -> Connection:
        """The connection to the workspace for which `method` is called, None for no workspace.

        Raises `NoCurrentWorkspace`, `NotConnected`, and `SlackRefused` (`NOT_INSTALLED`).
        """

    def drop(self, connection: Connection) -> None:
        """Slack refuses the token: read the installation again before the next call."""

    async def team_ids(self) -> list[str]:
        """The workspaces that have Balik, in order; in mode one empty, since Slack says which it is."""


class OneConnection:
    """Mode one: everything goes through one client."""

    many = False

    def __init__(self, client: AsyncWebClient) -> None:
        self._connection = Connection(client)

    async def connection(self, _method: str, _team_id: str | None) -> Connection:
        return self._connection

    def drop(self, connection: Connection) -> None:
        """The token is in the settings: it stays."""

    async def team_ids(self) -> list[str]:
        return []


class Installations(Protocol):
    """The stored installations, as far as connections need them."""

    async def bot_token(self, team_id: str) -> str | None:
        """A token that is valid for some minutes at least; None if Balik is not, or no longer, installed there."""

    async def team_ids(self) -> list[str]:
        """The workspaces in which Balik is installed."""


@dataclass
class ManyConnections:
    """Mode many. `client_of` makes the client of a workspace from its key and token."""

    installations: Installations
    client_of: Callable[[str, str], AsyncWebClient]
    monotonic: Callable[[], float]
    refused: Callable[[str], object] = lambda _team_id: None
    """Called with the key of a workspace whose token Slack refuses."""
    _open: dict[str, Connection] = field(default_factory=dict, init=False)

    many = True

    async def connection(self, method: str, team_id: str | None) -> Connection:
        if not team_id:
            raise NoCurrentWorkspace(method)
        now, known = self.monotonic(), self._open.get(team_id)
        if known is None or not 0 <= now - known.read_at < TOKEN_KEPT:
            known = await self._read(method, team_id, known, now)
        known.used_at = now
        return known

    async def _read(self, method: str, team_id: str, known: Connection | None, now: float) -> Connection:
        try:
            token = await self.installations.bot_token(team_id)
        except (SlackRefused, SlackUnavailable):
            raise
        except Exception as error:  # whatever the error, the caller has to know that nothing reached Slack
            raise NotConnected(method, f"token not read: {type(error).__name__}") from error
        if token is None:
            self._open.pop(team_id, None)
            raise SlackRefused(method, NOT_INSTALLED)
        if known is None or team_id not in self._open:
            self._forget_unused(now)
            known = self._open[team_id] = Connection(self.client_of(team_id, token), team_id)
        known.client.token, known.read_at = token, now
        return known

    def _forget_unused(self, now: float) -> None:
        for team_id in [key for key, one in self._open.items() if not 0 <= now - one.used_at < UNUSED_KEPT]:
            del self._open[team_id]

    def drop(self, connection: Connection) -> None:
        connection.read_at = float("-inf")
        self.refused(connection.team_id)

    async def team_ids(self) -> list[str]:
        return await self.installations.team_ids()
