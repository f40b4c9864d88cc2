"""What mentors have with each other: buddies."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column


class BuddyChoice(SQLModel, table=True):
    """What a mentor, or one of an earlier programme, chose about buddies."""

    __tablename__ = "buddychoice"

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", unique=True)
    asked_at: datetime | None = moment_column()
    """None if they do not ask for a buddy (any more)."""
    offered_at: datetime | None = moment_column()
    """None if they do not offer to be one (any more)."""
    help_at: datetime | None = moment_column()
    """When they let HR know, with their name, that they wish help."""


class BuddyPair(SQLModel, table=True):
    """Two mentors who were introduced as buddies. The first one asked; the other may be of an earlier programme."""

    __tablename__ = "buddypair"

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    asker_id: int = Field(foreign_key="participant.id", index=True)
    buddy_id: int = Field(foreign_key="participant.id", index=True)
    introduced_at: datetime = moment_column(nullable=False)
    ended_at: datetime | None = moment_column()
