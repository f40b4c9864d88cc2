"""Messages that HR writes to many people."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column


class BroadcastState(StrEnum):
    DRAFT = "draft"
    """HR sees the preview, or closed it: it is not sent."""
    SCHEDULED = "scheduled"
    SENT = "sent"
    """It was handed to delivery, which waits for each reader's working hours."""
    CANCELLED = "cancelled"


class Broadcast(SQLModel, table=True):
    """A message of HR to a group of people, in their languages."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    author_id: int = Field(foreign_key="person.id", index=True)
    audience: str
    """An `Audience`: who gets it is found out again when it is sent."""
    search: Record = json_column(dict)
    """Of `Audience.SEARCH`: the stage, role, department and words."""
    chosen: list[int] = json_column(list)
    """Of `Audience.CHOSEN`: the ids of the sign-ups."""
    texts: Record = json_column(dict)
    """The words by language, at least one."""
    state: BroadcastState = state_column(BroadcastState.DRAFT)
    version: int = 1
    """Counts HR's changes: a window that shows an older one changes nothing."""
    created_at: datetime = moment_column(nullable=False)
    planned_at: datetime | None = moment_column()
    """The moment that HR chose; None: at once."""
    send_at: datetime | None = moment_column(index=True)
    """When a job sends it; None unless it is scheduled."""
    sent_at: datetime | None = moment_column()
    people: int = 0
    """How many it was sent to."""
    cancelled_at: datetime | None = moment_column()
    cancelled_why: str | None = None
    """A `CancelledWhy`."""


class BroadcastReader(SQLModel, table=True):
    """A person to whom a message of HR was sent."""

    __tablename__ = "broadcastreader"
    __table_args__ = (UniqueConstraint("broadcast_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    broadcast_id: int = Field(foreign_key="broadcast.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    at: datetime = moment_column(nullable=False)
