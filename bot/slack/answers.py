"""Validates Slack's replies, which may contain anything: invalid values are neither used nor stored nor waited for."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

from bot.slack.results import RETRY_SOON, SlackUnavailable

LONGEST_WAIT = 3600.0
"""The longest Retry-After that is honoured, in seconds: Slack's own are minutes."""
NONSENSE = "unusable_answer"

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")
_ID = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_LONGEST_CURSOR = 2000


@dataclass(frozen=True)
class Answer:
    """The body of a successful reply to `method`. Its methods raise `SlackUnavailable` for invalid values."""

    method: str
    data: Mapping[str, Any]

    def at(self, *path: str) -> object:
        """The value at a path; None if there is none."""
        found: object = self.data
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def id(self, *path: str) -> str:
        """The id at a path."""
        return self._matching(_ID, self.at(*path))

    def ts(self, *path: str) -> str:
        """The time stamp of a message, which is also its id."""
        return self._matching(_TS, self.at(*path))

    def text(self, *path: str) -> str:
        found = self.at(*path)
        if not isinstance(found, str) or not found:
            raise self._nonsense()
        return found

    def record(self, *path: str) -> dict[str, Any]:
        """The object at a path."""
        found = self.at(*path)
        if not isinstance(found, Mapping):
            raise self._nonsense()
        return dict(found)

    def records(self, name: str) -> list[dict[str, Any]]:
        """The objects of a list; other elements are ignored."""
        return [dict(one) for one in self._listed(name) if isinstance(one, Mapping)]

    def ids(self, name: str) -> list[str]:
        """The ids of a list; other elements are ignored."""
        return [one for one in self._listed(name) if isinstance(one, str) and _ID.fullmatch(one)]

    def marked(self, event_type: str, key: str, cursor: str | None) -> list[str]:
        """The time stamps of messages with a `key` in the page of history at `cursor`, oldest first.

        Of messages that have it as one of their parts only the first: others are no duplicates.
        """
        records = self.records("messages")
        stamps = [ts_of(one) for one in records if metadata_key(one, event_type) == key]
        parts = [ts_of(one) for one in records if key in metadata_parts(one, event_type)]
        stamps = stamps or sorted(parts, key=str)[:1]
        found = sorted(ts for ts in stamps if ts)
        endless = self.at("has_more") is True and self.cursor in ("", cursor)
        if len(found) < len(stamps) or (endless and not found):
            # The message exists, or may be on a page that cannot be read: it must not be taken for missing.
            raise self._nonsense()
        return found

    def user(self) -> dict[str, Any]:
        """The user object."""
        if (user := user_of(self.record("user"))) is None:
            raise self._nonsense()
        return user

    @property
    def cursor(self) -> str:
        """The cursor of the next page; "" for none."""
        found = self.at("response_metadata", "next_cursor")
        if found in (None, ""):
            return ""
        if not isinstance(found, str) or len(found) > _LONGEST_CURSOR or not found.isprintable():
            raise self._nonsense()
        return found

    def _listed(self, name: str) -> list[Any]:
        found = self.data.get(name)
        if not isinstance(found, list):
            raise self._nonsense()
        return found

    def _matching(self, form: re.Pattern[str], found: object) -> str:
        if not isinstance(found, str) or not form.fullmatch(found):
            raise self._nonsense()
        return found

    def _nonsense(self) -> SlackUnavailable:
        return nonsense(self.method)


def nonsense(method: str) -> SlackUnavailable:
    """For a reply that cannot be used."""
    return SlackUnavailable(method, NONSENSE, nonsense=True)


def ts_of(message: Mapping[str, Any]) -> str | None:
    """The time stamp of a message in a list; None if it has no valid one."""
    found = message.get("ts")
    return found if isinstance(found, str) and _TS.fullmatch(found) else None


def metadata_key(message: Mapping[str, Any], event_type: str) -> str | None:
    """The `key` in the metadata of a message from Balik; None for any other message."""
    key = _event_payload(message, event_type).get("key")
    return key if isinstance(key, str) else None


def metadata_parts(message: Mapping[str, Any], event_type: str) -> list[str]:
    """The marks of the parts of a day's message from Balik; empty for any other message."""
    parts = _event_payload(message, event_type).get("parts")
    return [one for one in parts if isinstance(one, str)] if isinstance(parts, list) else []


def _event_payload(message: Mapping[str, Any], event_type: str) -> Mapping[str, Any]:
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != event_type:
        return {}
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, Mapping) else {}


def user_of(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """A user object whose values have the types that Slack documents, others removed; None without an id."""
    if not isinstance(raw.get("id"), str) or not _ID.fullmatch(raw["id"]):
        return None
    user = {name: value for name, value in raw.items() if name not in _TEXTS or isinstance(value, str)}
    profile = raw.get("profile")
    details = profile if isinstance(profile, Mapping) else {}
    return user | {
        "profile": {name: value for name, value in details.items() if name not in _TEXTS or isinstance(value, str)}
    }


_TEXTS = frozenset({"name", "real_name", "display_name", "email", "title", "tz", "locale"})


def error_in(body: str) -> object:
    """The reply of a response_url to a refused request: a code, or JSON with one."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return body.strip()
    return said.get("error") if isinstance(said, dict) else said


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds to wait after a 429, 1 to `LONGEST_WAIT`; values that are neither a number nor a date are ignored."""
    said = headers.get("Retry-After", "")
    try:
        seconds = float(said)
    except ValueError:
        seconds = _seconds_until(said, headers.get("Date", ""))
    if not isfinite(seconds):
        return LONGEST_WAIT if seconds > 0 else RETRY_SOON
    return min(max(1.0, seconds), LONGEST_WAIT)


def _seconds_until(moment: str, sent: str) -> float:
    """From the `Date` of a reply to an HTTP date."""
    try:
        return (parsedate_to_datetime(moment) - parsedate_to_datetime(sent)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return RETRY_SOON
