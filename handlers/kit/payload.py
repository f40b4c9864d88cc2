"""Parsing and validation of Slack's payloads."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from slack_bolt import BoltResponse

from bot.domain.text_cleaning import clean, clean_line, is_clean, is_token

MAX_ID = 2**31 - 1
LONGEST_TOKEN = 3_000
"""Maximum length of a value that Slack returns to us, a modal's private_metadata."""
SLACK_ID = re.compile(r"[A-Z][A-Z0-9]{1,40}")
SLACK_IDS = frozenset(
    (
        "bot_id",
        "channel",
        "channel_id",
        "enterprise_id",
        "inviter",
        "selected_channel",
        "selected_channels",
        "selected_conversation",
        "selected_conversations",
        "selected_user",
        "selected_users",
        "team_id",
        "user",
        "user_id",
    )
)
"""Keys that identify a person, a channel or a workspace, where they are a string or a list of strings."""
SLACK_TOKEN = re.compile(r"[\x21-\x7e]{0,500}")
SLACK_TOKENS = frozenset(
    (
        "action_ts",
        "event_id",
        "event_ts",
        "hash",
        "id",
        "message_ts",
        "response_url",
        "selected_date",
        "selected_time",
        "thread_ts",
        "trigger_id",
        "ts",
        "type",
    )
)
"""A value made by Slack: printable ASCII without spaces."""
OUR_TOKENS = frozenset(("action_id", "block_id", "callback_id", "value"))
"""Values from our views that Slack returns. They are compared, so they are never changed."""
TYPED_IN = frozenset(("plain_text_input", "email_text_input", "number_input", "url_text_input", "rich_text_input"))
"""Elements whose `value` a person types."""

log = logging.getLogger(__name__)


class Malformed(Exception):
    """A payload that Slack would not send: something is missing or of the wrong type."""


async def clean_body(body: dict[str, Any], next_: Any) -> BoltResponse | None:
    """Bolt's middleware: every text of a request is cleaned before a listener reads it.

    A request with an id that Slack would not send is acknowledged, logged and ignored.
    """
    try:
        clean_payload(body)
    except Malformed as problem:
        log.warning("ignored a malformed request: %s", problem)
        return BoltResponse(status=200, body="")
    await next_()
    return None


def clean_payload(body: dict[str, Any]) -> None:
    """Clean the texts of a payload in place. Raises `Malformed` for an id or another token of the wrong shape.

    A text has one line unless it was typed into a multi-line field. Without recursion: a sender determines how deeply a
    payload is nested.
    """
    one_line = set(_fields_of_one_line(body))
    waiting: list[tuple[str, Any, bool]] = [("", body, False)]
    while waiting:
        name, part, line = waiting.pop()
        if isinstance(part, list):
            for at_, item in enumerate(part):
                if isinstance(item, str):
                    part[at_] = _checked(name, item, typed=False, line=line)
                else:
                    waiting.append((name, item, line))
        elif isinstance(part, dict):
            typed = part.get("type") in TYPED_IN or (part is body and part.get("type") == "block_suggestion")
            for key, item in part.items():
                if not (isinstance(key, str) and is_token(key)):
                    raise Malformed("key")
                if isinstance(item, str):
                    part[key] = _checked(key, item, typed=typed, line=line)
                elif isinstance(item, dict | list):
                    waiting.append((key, item, line or key in one_line))


def _checked(name: str, text: str, *, typed: bool, line: bool) -> str:
    """The cleaned text; a token unchanged."""
    if name in SLACK_IDS:
        if text and not SLACK_ID.fullmatch(text):
            raise Malformed(name)
        return text
    if name == "private_metadata":
        return _checked_note(text)
    if name in SLACK_TOKENS:
        if not SLACK_TOKEN.fullmatch(text):
            raise Malformed(name)
        return text
    if name in OUR_TOKENS and not (typed and name == "value"):
        if len(text) > LONGEST_TOKEN or not is_token(text):
            raise Malformed(name)
        return text
    return clean_line(text) if line else clean(text)


def _checked_note(note: str) -> str:
    """A modal's private_metadata; it may contain clean earlier input of people, as JSON."""
    try:
        held = json.loads(note) if note[:1] in ("[", "{") else note
    except (ValueError, RecursionError):
        held = note
    if len(note) > LONGEST_TOKEN or not all(map(is_clean, _strings(held))):
        raise Malformed("private_metadata")
    return note


def _strings(tree: Any) -> Iterator[str]:
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            waiting += part


def _fields_of_one_line(body: Any) -> Iterator[str]:
    """The blocks of a modal with single-line inputs."""
    blocks = at(body, "view", "blocks")
    for block in blocks if isinstance(blocks, list) else []:
        element = at(block, "element")
        if at(element, "type") == "plain_text_input" and not at(element, "multiline"):
            yield str(at(block, "block_id"))


def text_at(body: Any, *path: str) -> str:
    """The string at `path`. Raises `Malformed` if it is missing, empty or not a string."""
    found = optional_text(body, *path)
    if not found:
        raise Malformed(".".join(path))
    return found


def optional_text(body: Any, *path: str) -> str:
    """The string at `path`, or "" if there is none. Raises `Malformed` if it is not a string."""
    found = at(body, *path)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Malformed(".".join(path))
    return found


def at(body: Any, *path: str) -> Any:
    """The value at `path`, or None."""
    for step in path:
        if not isinstance(body, dict):
            return None
        body = body.get(step)
    return body


def team_named(body: Any) -> str:
    """The workspace that a payload names as the one of this installation. Raises `Malformed` if it names none.

    On a Grid and in channels that are shared with another company the other ids in it may be of another workspace.
    """
    authorized = at(body, "authorizations")
    installed = [at(one, "team_id") for one in authorized if at(one, "is_bot")] if isinstance(authorized, list) else []
    named = (
        *installed,
        at(body, "context_team_id"),
        at(body, "view", "app_installed_team_id"),
        at(body, "team", "id"),
        at(body, "team_id"),
        at(body, "user", "team_id"),
    )
    for team_id in named:
        if isinstance(team_id, str) and team_id:
            return team_id
    raise Malformed("team_id")


def installation_named(body: Any) -> str:
    """The key of the installation that a payload is for: of the organisation if it is org-wide, otherwise of the
    workspace. Raises `Malformed` if it names none."""
    authorized = at(body, "authorizations")
    for one in (*(authorized if isinstance(authorized, list) else ()), body):
        # A command is a form, whose values are text.
        if at(one, "is_enterprise_install") in (True, "true"):
            named = at(one, "enterprise_id") or at(one, "enterprise", "id")
            if isinstance(named, str) and named:
                return named
    return team_named(body)


def event_moment(body: Any, now: datetime) -> datetime:
    """The time of an event: `now` at the latest, and if the event has none."""
    return _moment(at(body, "event", "event_ts")) or _moment(at(body, "event_time")) or now


def profile_moment(body: Any, now: datetime) -> datetime:
    """When the profile in an event was changed; the time of the event if the profile does not say."""
    told = event_moment(body, now)
    changed = _moment(at(body, "event", "user", "updated"))
    return changed if changed and changed <= told + CLOCKS_APART else told


CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks within Slack may differ: a profile cannot have been changed later than its event."""
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def _moment(seconds: Any) -> datetime | None:
    """A moment given in seconds since 1970, as number or text; None for anything else, and for 0."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        found = float(seconds)
    except (ValueError, OverflowError):
        return None
    return datetime.fromtimestamp(found, UTC) if 0 < found < LATEST.timestamp() else None


def number(text: str) -> int:
    """A row's id from a button's value. Raises `Malformed`."""
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_ID):
        raise Malformed("id")
    return int(text)


def answer_of(action_id: str) -> str:
    """The answer of a family's button: the part of its id after the family's two. Raises `Malformed`."""
    parts = action_id.split(".", 2)
    if len(parts) < 3:
        raise Malformed("action_id")
    return parts[2]


def first_action(body: Any) -> dict[str, Any]:
    """The action of a `block_actions` payload."""
    actions = at(body, "actions")
    if not (isinstance(actions, list) and actions and isinstance(actions[0], dict)):
        raise Malformed("actions")
    return actions[0]


def chosen(element: Any) -> str:
    """The value of a button, a select, a picker or an input, as one string; "" for none."""
    for path in (
        ("value",),
        ("selected_option", "value"),
        ("selected_date",),
        ("selected_time",),
        ("selected_user",),
        ("selected_channel",),
        ("selected_conversation",),
    ):
        if at(element, *path) is not None:
            return optional_text(element, *path)
    return ""


def chosen_all(element: Any) -> list[str]:
    """The values of a multi-select or checkboxes."""
    for several in ("selected_users", "selected_channels", "selected_conversations"):
        if isinstance(found := at(element, several), list):
            return [text_at({"one": one}, "one") for one in found]
    options = at(element, "selected_options") or []
    if not isinstance(options, list):
        raise Malformed("selected_options")
    return [text_at(option, "value") for option in options]


def day_of(text: str) -> date:
    """Raises `Malformed`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Malformed("day") from error


YEARS = range(2000, 2200)
"""Of the days that a form takes."""


class FormState:
    """The `state.values` of a modal: one element a block, found by its block_id."""

    def __init__(self, view: Any) -> None:
        values = at(view, "state", "values") or {}
        if not isinstance(values, dict):
            raise Malformed("state.values")
        self._values = values

    def element(self, block_id: str) -> Any:
        elements = self._values.get(block_id) or {}
        if not isinstance(elements, dict):
            raise Malformed(block_id)
        return next(iter(elements.values()), None)

    def one(self, block_id: str) -> str:
        """The text or the chosen value of a block; "" for none."""
        return chosen(self.element(block_id)).strip()

    def typed(self, block_id: str) -> str:
        """The text of a block without invisible characters, which could hide words or reverse them."""
        text = self.one(block_id).replace("\r\n", "\n")
        return "".join(one for one in text if one == "\n" or one.isprintable()).strip()

    def many(self, block_id: str) -> list[str]:
        """The chosen values of a block."""
        return chosen_all(self.element(block_id))

    def day(self, block_id: str) -> date | None:
        """The day of a picker; None if there is none that the calendar works with."""
        try:
            day = date.fromisoformat(self.one(block_id))
        except ValueError:
            return None
        return day if day.year in YEARS else None

    def clock(self, block_id: str) -> time | None:
        """The wall time of a picker, in whole minutes; None if there is none."""
        text = self.one(block_id)
        return time.fromisoformat(text) if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) else None

    def picked_day(self, block_id: str) -> date | None:
        """Any day, or None for none; raises `Malformed` for what no picker returns."""
        text = self.one(block_id)
        return day_of(text) if text else None

    def block_ids(self) -> list[str]:
        return [key for key in self._values if isinstance(key, str)]
