"""What an exception of Slack's library says about a call: whether it took effect, and when to repeat it."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.answers import retry_after
from bot.slack.connections import NotConnected
from bot.slack.errors import LIMITED, UNREADABLE, UNSURE, ErrorClass, class_of, code_of
from bot.slack.results import RETRY_SOON, Ambiguous, Refused, RetryAfter, SlackRefused, SlackUnavailable


def outcome_of(error: Exception, method: str = "chat.postMessage") -> Refused | RetryAfter | Ambiguous:
    """The outcome of a request that raised an exception, above all of a post."""
    if isinstance(error, SlackApiError):
        return _outcome_of_reply(error, method)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        # No connection was made (refused, unknown host, bad certificate): nothing reached Slack.
        return RetryAfter(RETRY_SOON, type(error).__name__)
    if isinstance(error, NotConnected):
        return RetryAfter(error.seconds, error.why)
    if isinstance(error, SlackRefused):  # known without a call
        return Refused(error.error, error.needed)
    return Ambiguous(error.why if isinstance(error, SlackUnavailable) else type(error).__name__)


def refusal_code(error: SlackApiError) -> str:
    """The error of a refused request, as `code_of`. The library puts its own reply into it, or aiohttp's."""
    return code_of(_data(error).get("error"))


def _data(error: SlackApiError) -> Mapping[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, Mapping) else {}


def _outcome_of_reply(error: SlackApiError, method: str) -> Refused | RetryAfter | Ambiguous:
    reply = error.response
    status = int(getattr(reply, "status_code", 0) or getattr(reply, "status", 0))
    code = refusal_code(error)
    if status == 429 or code in LIMITED:
        return RetryAfter(retry_after(getattr(reply, "headers", {})), "ratelimited", limited=True)
    if status >= 500 or code in UNSURE or code == UNREADABLE:
        return Ambiguous(f"HTTP {status}" if code == UNREADABLE else code)
    if class_of(method, code) is ErrorClass.TRANSIENT:
        return RetryAfter(RETRY_SOON, code, refused=True)
    return Refused(code, needed if isinstance(needed := _data(error).get("needed"), str) else None)


def as_ours(method: str, error: Exception) -> SlackRefused | SlackUnavailable:
    """The exception of ours for one of the library."""
    match outcome_of(error, method):
        case Refused(code, needed):
            return SlackRefused(method, code, needed)
        case RetryAfter(seconds, why, limited):
            return SlackUnavailable(method, why, seconds, limited=limited)
        case Ambiguous(why):
            return SlackUnavailable(method, why)
