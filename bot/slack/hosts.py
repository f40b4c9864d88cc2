"""Slack's addresses: the bot's token, files and replies are sent to no other, whatever a payload contains."""

from urllib.parse import SplitResult, urlsplit

from bot.slack.results import SlackRefused

SLACK = ("slack.com", "slack-gov.com")
"""Slack serves its API, files and response URLs from these hosts and those below them."""
ELSEWHERE = "elsewhere"
"""Balik's code for an address that is not Slack's."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def only_slack(what: str, url: object, api_url: str) -> None:
    """Raises `SlackRefused` (`elsewhere`) unless `is_slacks`; `what` describes the request."""
    if not is_slacks(url, api_url):
        raise SlackRefused(what, ELSEWHERE)


def is_slacks(url: object, api_url: str) -> bool:
    """Whether `url` is an https address of Slack, or of the server of `api_url` (the local Slack).

    Addresses that two parsers could read differently are refused: a user name, a backslash, white space, non-ASCII.
    """
    if not isinstance(url, str) or not url.isascii() or any(one <= " " or one in '\\"<>^`{|}\x7f' for one in url):
        return False
    asked, own = _origin(url), _origin(api_url)
    if asked is None:
        return False
    scheme, host, port = asked
    if asked == own or (own and {host, own[1]} <= LOOPBACK and (scheme, port) == (own[0], own[2])):
        return True
    return scheme == "https" and port == 443 and any(host == one or host.endswith(f".{one}") for one in SLACK)


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None if one is missing, or if there is a user name."""
    try:
        parts: SplitResult = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)
