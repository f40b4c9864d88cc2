"""Mails about sessions: invitations to them, and cancellations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column, state_column


class MailState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    REFUSED = "refused"
    """The server does not take it for this address."""
    DROPPED = "dropped"
    """A newer one replaced it, or it came too late."""


class SessionMail(SQLModel, table=True):
    """An invitation to a session, or its cancellation, to one of the pair. It is sent at least once."""

    __tablename__ = "sessionmail"
    __table_args__ = (UniqueConstraint("session_id", "person_id", "sequence"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    session_id: int = Field(
        sa_column=Column(Integer, ForeignKey("session.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    person_id: int = Field(foreign_key="person.id", index=True)
    sequence: int
    """Increases with each change of the session (RFC 5545): a calendar ignores an older one."""
    cancelled: bool
    starts_at: datetime = moment_column(nullable=False)
    """The session's time; of a cancellation: the time that is cancelled."""
    minutes: int
    place: str = ""
    state: MailState = state_column(MailState.PENDING)
    attempts: int = 0
    due_at: datetime | None = moment_column(index=True)
    """When it is sent, or tried again; None when nothing is left to do."""
    created_at: datetime = moment_column(nullable=False)
    sent_at: datetime | None = moment_column()
    error: str | None = None
    """Of the last attempt: a code, or the server's number."""
