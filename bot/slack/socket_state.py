"""Whether Socket Mode is connected; if not, why: Slack's code or the error of the connection, with its likely cause."""

import logging
from collections import Counter
from dataclasses import dataclass, field

import aiohttp

log = logging.getLogger(__name__)

_CONNECTIONS_WRITE = (
    'make a new one with the scope connections:write under "Basic Information", "App-Level Tokens" of your Slack app, '
    "and copy it into SLACK_APP_TOKEN"
)
_CAUSES = {
    "link_disabled": (
        "Socket Mode is switched off in the app's settings",
        'turn it on under "Socket Mode" of your Slack app',
    ),
    "too_many_websockets": (
        "ten connections are open, which is Slack's limit for an app",
        "stop other processes that use this token",
    ),
    "missing_scope": ("the app-level token lacks the scope connections:write", _CONNECTIONS_WRITE),
    "no_permission": ("the app-level token lacks the scope connections:write", _CONNECTIONS_WRITE),
    "not_allowed_token_type": ("SLACK_APP_TOKEN holds another kind of token", _CONNECTIONS_WRITE),
    "invalid_auth": ("the app-level token was revoked, or copied incompletely", _CONNECTIONS_WRITE),
    "token_revoked": ("the app-level token was revoked", _CONNECTIONS_WRITE),
    "token_expired": ("the app-level token has expired", _CONNECTIONS_WRITE),
    "account_inactive": (
        "the app was removed from the workspace, or disabled",
        "install the app again and copy both tokens into .env",
    ),
    "forbidden_team": (
        "the workspace does not allow the app",
        "ask an administrator of the Slack workspace to allow it",
    ),
}
_REFUSED = (
    "Slack refuses the socket",
    'check that "Socket Mode" is on in the settings of your Slack app, and that SLACK_APP_TOKEN is of this app',
)
_UNREACHABLE = (
    "the socket does not open",
    "check the network, and that a firewall or proxy lets WebSockets (wss) to Slack through",
)
_OWN = "connection:"
"""Begins our own codes, which are no code of Slack's."""
SILENT = f"{_OWN}no reply"
"""The code if nothing is known but that there is no connection."""


def why_closed(code: str) -> str:
    """The likely cause, with the code."""
    return f"{_known(code)[0]} ({code})"


def cure_of(code: str) -> str:
    """Who does what."""
    return _known(code)[1]


def code_of_failure(error: BaseException) -> str:
    """A code for an error of the connection, such as `connection:TimeoutError`."""
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"{_OWN}HTTP {error.status}"
    return f"{_OWN}{type(error).__name__}"


def _known(code: str) -> tuple[str, str]:
    return _CAUSES.get(code) or (_UNREACHABLE if code.startswith(_OWN) else _REFUSED)


@dataclass
class SocketState:
    """Logs a change once: the socket is refused, for another reason than before, or works again."""

    trouble: str = ""
    """The code of the refusal that lasts; "" if there is none."""
    failures: Counter[str] = field(default_factory=Counter)
    """Refusals since the start, by code."""
    _greeted: bool = False

    def refused(self, code: str) -> None:
        """Slack refused or closed the socket with `code`, or it did not open."""
        self.failures[code] += 1
        self._greeted = False
        if code != self.trouble:
            self.trouble = code
            log.error("Socket Mode is not connected: %s. To do: %s", why_closed(code), cure_of(code))

    def greeted(self) -> None:
        """Slack greeted a new socket. It may still close it at once."""
        self._greeted = True

    def seen(self, *, connected: bool) -> None:
        """What a regular look says: a socket that was greeted and is still open works."""
        if connected and self._greeted and self.trouble:
            log.warning("Socket Mode is connected again, after: %s", self.trouble)
            self.trouble = ""
