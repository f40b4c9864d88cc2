"""The outbox, rate limits, and processed requests."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    JOINED = "joined"
    """Part of the message of a day (`day_id`) that is under way."""
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    DEAD = "dead"
    EXPIRED = "expired"
    DROPPED = "dropped"


class ProcessedRequest(SQLModel, table=True):
    """A request from Slack that took effect; the same one again has no effect."""

    __tablename__ = "receipt"

    team_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = moment_column(index=True, nullable=False)


class Outbox(SQLModel, table=True):
    """A message to be sent exactly once. See `bot.delivery.worker` for the states."""

    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("outbox_waiting", "state", "bulk", "due_at", "id"),
        Index("outbox_turns", "state", "bulk", "programme_id", "due_at", "id"),
        Index("outbox_expiring", "state", "expires_at"),
    )

    id: int = Field(default=None, primary_key=True)
    team_id: str
    key: str
    """`programme:kind:subject:slot`: a message that exists is never inserted again."""
    kind: str
    """The kind of message, which is the name of its text."""
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """Sent to this person's DM …"""
    pair_id: int | None = Field(default=None, foreign_key="pair.id", index=True)
    """… or to this pair's group DM (when no person is named) …"""
    channel: str | None = None
    """… or to this channel. Filled with the resolved channel before anything is posted, so a row without one
    was never posted."""
    lane: str = ""
    """The recipient, as `storage.rate_limits` names it: messages to one recipient keep about a second apart."""
    data: Record = json_column(dict)
    """Data that the renderer needs beyond the subject: ids and numbers."""
    bulk: bool = False
    """Part of a release or another bulk send: never delays a reply to a click."""
    keeps_hours: bool = True
    """Wait for the recipient's working hours."""
    daily: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Part of the one message that its reader gets at the start of a day. False for rows of older versions."""
    day_id: int | None = Field(default=None, foreign_key="outbox.id", index=True)
    """The message of a day that it is, or was, a part of."""
    state: OutboxState = state_column(OutboxState.PENDING)
    due_at: datetime = moment_column(nullable=False)
    """Pending: when to send, or to try again. Unknown: when to read back."""
    planned_at: datetime | None = moment_column()
    """When it was planned to be sent: unlike `due_at`, neither a 429 nor waiting for working hours changes it. None for
    rows written before this column existed and not tried since."""
    expires_at: datetime | None = moment_column()
    attempt: int = 0
    owner: str | None = None
    lease_until: datetime | None = moment_column()
    started_at: datetime | None = moment_column()
    """When the last attempt was claimed: read-back starts a minute before."""
    sent_at: datetime | None = moment_column()
    ts: str | None = None
    error: str | None = None
    refusals: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Refusals of this message that may pass: each makes the next pause longer."""
    read_until: datetime | None = moment_column()
    """Unknown: Slack cannot have accepted the last attempt after this moment; None if that is not known."""
    read_cursor: str | None = None
    """Unknown: the page of the channel's history that is read next; None for the first."""
    read_restarted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Unknown: Slack refused a cursor, and reading began again at the first page."""
    created_at: datetime = moment_column(nullable=False)


class RateBucket(SQLModel, table=True):
    """How far ahead of Slack's limit a (workspace, method) or a recipient is, shared by all replicas."""

    team_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True, index=True)
    free_at: datetime = moment_column(nullable=False)
    """When it would be unused again, were nothing more sent (the "theoretical arrival time" of GCRA)."""
    paused_until: datetime | None = moment_column()
    """Slack said 429, or refuses everything: no call before this moment."""
    stopped: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """The workspace removed the app: no call until it is used there again."""
    refusals: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Pauses since Slack began to refuse everything: each is longer than the last."""
    refused_since: datetime | None = moment_column()
    """When Slack began to refuse everything; None while it does not."""
    reason: str | None = None
    """Slack's code of the last refusal of everything."""


class DatabaseMark(SQLModel, table=True):
    """One row that distinguishes this database from an older copy of itself. See `storage.freshness`."""

    id: int = Field(primary_key=True)
    identity: str
    """Drawn again whenever the database was not proven to be the one that sent last."""
    serial: int
    """Counts claims, on SQLite."""
    server: str
    """The server, its timeline and the table's own number, on PostgreSQL."""


class AppPresence(SQLModel, table=True):
    """Whether a workspace has the app, by the latest event: older events change nothing."""

    team_id: str = Field(primary_key=True)
    seen_at: datetime | None = moment_column()
    """Time of Slack's latest event about a person who uses the app."""
    removed_at: datetime | None = moment_column()
    """Time of Slack's latest event that the app was removed."""


class ComparePart(StrEnum):
    PEOPLE = "people"
    CHANNELS = "channels"


class SlackComparison(SQLModel, table=True):
    """How far a workspace was compared with Slack, daily and at the start, to find changes whose events were missed."""

    team_id: str = Field(primary_key=True)
    next_at: datetime = moment_column(index=True, nullable=False)
    """When to begin again, or to continue with `part`."""
    part: ComparePart = state_column(ComparePart.PEOPLE)
    cursor: str = ""
    """Slack's cursor of the next page of people; empty for the first one."""
    changed: int = 0
    """People whose change had been missed, of the comparison under way."""
    finished_at: datetime | None = moment_column()
