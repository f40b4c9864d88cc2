"""What the workspace consists of: people, channels, messages, files and views, as plain data."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

Json = dict[str, Any]
ChannelKind = Literal["public", "private", "im", "mpim"]
ViewKind = Literal["modal", "home"]
Posting = Literal["everyone", "admins", "read_only", "threads", "no_threads"]
"""Who may post in a channel, and where: `threads` only in threads, `no_threads` only outside of them."""
Uploads = Literal["all", "images", "none"]
"""Which files the workspace's policy allows to be uploaded."""


class Clock(Protocol):
    """Tells the present moment, aware."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SlackError(Exception):
    """A refusal, by Slack's own name for it."""

    def __init__(self, code: str, *messages: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.extra = extra

    def body(self) -> Json:
        body: Json = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body


@dataclass
class User:
    """A person, or the app's bot user."""

    id: str
    name: str
    real_name: str
    email: str = ""
    title: str = ""
    tz: str = "Asia/Jakarta"
    locale: str = "en-US"
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False
    updated: int = 0
    is_restricted: bool = False
    """A guest."""
    is_ultra_restricted: bool = False
    """A guest of one channel."""
    is_stranger: bool = False
    """Of another company, met in a shared channel."""
    team_id: str = ""
    """Another workspace than this one, for strangers and people of a Grid; "" for this one."""
    grid_teams: list[str] = field(default_factory=list)
    """The workspaces of a Grid that the person belongs to; empty outside of a Grid."""
    enterprise_id: str = ""
    """The Grid of `grid_teams`; "" for the one there is if nothing else is said."""
    enterprise_name: str = ""
    bot_id: str = ""
    """Of the app's bot user; "" for the one of a single workspace."""

    def tz_offset(self, now: datetime) -> int:
        """Seconds east of UTC at `now`."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0


@dataclass
class Message:
    """A message, or, with `ephemeral_to`, one that only that person sees."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    subtype: str | None = None
    edited_ts: str | None = None
    ephemeral_to: str | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    values: Json = field(default_factory=dict)
    """What people chose in the message's selects, as state.values."""
    offered: Json = field(default_factory=dict)
    """As in a view."""


@dataclass
class Channel:
    """A conversation: public or private channel, DM with the bot, or group DM."""

    id: str
    kind: ChannelKind
    name: str
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    archived: bool = False
    ext_shared: bool = False
    """Shared with another company by Slack Connect."""
    pending_ext_shared: bool = False
    """Another company was invited to it."""
    org_shared: bool = False
    """In several workspaces of a Grid."""
    shared_team_ids: list[str] = field(default_factory=list)
    pending_team_id: str = "T0002"
    """The company that was invited, while `pending_ext_shared`."""
    posting: Posting = "everyone"
    previous_names: list[str] = field(default_factory=list)
    updated: int = 0
    """When it was last changed, in milliseconds; 0 for never."""
    topic: str = ""
    purpose: str = ""
    is_general: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    last_micros: int = 0
    read: dict[str, str] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return self.kind != "public"

    def next_ts(self, now: datetime) -> str:
        """A new `ts`: unique and increasing here even when the clock stands still or goes back."""
        self.last_micros = max(micros(now), self.last_micros + 1)
        return f"{self.last_micros // 1_000_000}.{self.last_micros % 1_000_000:06d}"

    def thread(self, ts: str) -> list[Message]:
        """The parent (if it is still there) and its replies."""
        return [m for m in self.messages.values() if ts in (m.ts, m.thread_ts)]


@dataclass
class File:
    """An upload: promised at first, then filled with bytes, then completed."""

    id: str
    name: str
    length: int
    user: str
    created: int
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    complete: bool = False
    upload_key: str = ""
    """What the URL for its bytes ends in; "" for a file that was not promised over the Web API."""
    channels: list[str] = field(default_factory=list)

    @property
    def is_image(self) -> bool:
        return is_picture(self.name)


@dataclass
class View:
    """A modal in a person's stack, or a person's Home tab."""

    id: str
    type: ViewKind
    user: str
    hash: str
    blocks: list[Json]
    title: Json | None = None
    submit: Json | None = None
    close: Json | None = None
    private_metadata: str = ""
    callback_id: str = ""
    external_id: str = ""
    clear_on_close: bool = False
    notify_on_close: bool = False
    root_view_id: str = ""
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict)
    """What the person has filled in so far, over the initial values."""
    offered: Json = field(default_factory=dict)
    """The options that the app suggested, by "block_id.action_id" of an external select."""


@dataclass
class Trigger:
    """The right to open one modal, for three seconds."""

    id: str
    user: str
    expires: datetime
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer in a channel five times in half an hour."""

    path: str
    user: str
    channel: str
    expires: datetime
    message_ts: str | None = None
    ephemeral: bool = False
    uses: int = 0


def is_picture(name: str) -> bool:
    """Whether a file with this name is an image."""
    return name.lower().endswith((".png", ".jpg", ".jpeg", ".gif"))


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970; exact, unlike the float of `timestamp()`."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def ts_micros(ts: str) -> int | None:
    """Microseconds of a `ts`, or None if it is none."""
    seconds, _, fraction = ts.partition(".")
    if not (seconds.isascii() and seconds.isdigit()) or (fraction and not (fraction.isascii() and fraction.isdigit())):
        return None
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])
