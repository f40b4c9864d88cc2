"""Why Socket Mode is not connected: Slack's code, or the error of the connection, and its likely cause."""

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
_UNKNOWN = (
    "Slack refuses the socket",
    'check that "Socket Mode" is on in the settings of your Slack app, and that SLACK_APP_TOKEN is of this app',
)


def why_closed(code: str) -> str:
    """The likely cause, with the code."""
    return f"{_CAUSES.get(code, _UNKNOWN)[0]} ({code})"


def cure_of(code: str) -> str:
    """Who does what."""
    return _CAUSES.get(code, _UNKNOWN)[1]
