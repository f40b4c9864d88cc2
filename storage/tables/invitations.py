"""Personal invitations to a programme."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column


class Invitation(SQLModel, table=True):
    """HR invited a person by name. Whether it arrived is in the outbox; whether they joined, in `Participant`."""

    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    """The role that HR would like them in."""
    reason: str
    """Why HR invites them, in HR's words; they read it."""
    times: int = 1
    """How often HR has invited them: the number of the latest invitation, to which the other columns belong."""
    asked_at: datetime = moment_column(nullable=False)
    remind_at: datetime | None = moment_column(index=True)
    """When a job reminds them; None if it has, or will not."""
    refresh_at: datetime | None = moment_column(index=True)
    """When its delivered messages are updated, because the last day to join has moved."""
    declined_at: datetime | None = moment_column()
    """When they said "Not this time"."""
    withdrawn_at: datetime | None = moment_column()
    """When HR took it back before it was sent."""
