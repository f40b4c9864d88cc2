"""What is to be sent, how fast, and which requests were done."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    DEAD = "dead"
    EXPIRED = "expired"
    DROPPED = "dropped"


class ProcessedRequest(SQLModel, table=True):
    """A request of Slack's that had its effect; the same one again has none."""

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
    """Which message: the name of its text."""
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """Sent to this person's DM …"""
    pair_id: int | None = Field(default=None, foreign_key="pair.id", index=True)
    """… or to this pair's group DM (when no person is named) …"""
    channel: str | None = None
    """… or to this channel. Filled with the resolved channel before anything is posted, so a row without one
    was never posted."""
    lane: str = ""
    """Whom it goes to, as `storage.rate_limits` names it: messages of one lane keep about a second apart."""
    data: Record = json_column(dict)
    """What the message needs beyond its subject: ids and numbers."""
    bulk: bool = False
    """Part of a release or another wave: never lets an answer to a click wait."""
    keeps_hours: bool = True
    """Wait for the recipient's working hours."""
    state: OutboxState = state_column(OutboxState.PENDING)
    due_at: datetime = moment_column(nullable=False)
    """Pending: when to send, or to try again. Unknown: when to read back."""
    planned_at: datetime | None = moment_column()
    """When it was to be sent: unlike `due_at`, neither a 429 nor waiting for working hours changes it. None for what
    was written before there was this column and not tried since."""
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
    """Unknown: Slack cannot have accepted the last attempt after this moment; none if that is not known."""
    read_cursor: str | None = None
    """Unknown: the page of the channel's history that is read next; none for the first."""
    read_restarted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Unknown: Slack refused a cursor, and reading began again at the first page."""
    created_at: datetime = moment_column(nullable=False)


class RateBucket(SQLModel, table=True):
    """How far ahead of Slack's limit a (workspace, method) or a lane is, shared by all replicas."""

    team_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    free_at: datetime = moment_column(nullable=False)
    """When it would be unused again, were nothing more sent (the "theoretical arrival time" of GCRA)."""
    paused_until: datetime | None = moment_column()
    """Slack said 429, or refuses everything: nothing before this moment."""
    stopped: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """The workspace removed the app: nothing until it is used there again, however long that takes."""
    refusals: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Pauses since Slack began to refuse everything: each is longer than the one before."""
    refused_since: datetime | None = moment_column()
    """When Slack began to refuse everything; none while it does not."""
    reason: str | None = None
    """Slack's code of the last refusal of everything."""


class DatabaseMark(SQLModel, table=True):
    """One row: what tells this database from an older copy of itself. See `storage.freshness`."""

    id: int = Field(primary_key=True)
    identity: str
    """Drawn anew whenever the database was not proven to be the one that sent last."""
    serial: int
    """Counts claims, on SQLite."""
    server: str
    """The server, its timeline and the table's own number, on PostgreSQL."""


class AppPresence(SQLModel, table=True):
    """Whether a workspace has the app, by the latest that Slack told: older events change nothing."""

    team_id: str = Field(primary_key=True)
    seen_at: datetime | None = moment_column()
    """When Slack last told of somebody who uses the app."""
    removed_at: datetime | None = moment_column()
    """When Slack last told that the app was removed."""
