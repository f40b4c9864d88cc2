"""Live kick-off sessions for the mentors, the leaders, or all, and what leaders answer in their briefing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column, state_column


class KickoffState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class Kickoff(SQLModel, table=True):
    """A session that HR holds before or at the beginning of a programme."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    audience: str
    """For whom (`bot.domain.training.For`)."""
    starts_at: datetime = moment_column(nullable=False)
    minutes: int
    place: str
    """A room or a link, in HR's words."""
    state: KickoffState = state_column(KickoffState.PLANNED)
    version: int = 1
    """Increases with each change that the invited people are told."""
    created_at: datetime = moment_column(nullable=False)


class KickoffGuest(SQLModel, table=True):
    """A person who was invited to a kick-off."""

    __tablename__ = "kickoffguest"
    __table_args__ = (UniqueConstraint("kickoff_id", "participant_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    kickoff_id: int = Field(foreign_key="kickoff.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    invited_at: datetime = moment_column(nullable=False)
    attended: bool | None = None
    """As HR noted it; None while it has not."""
    followed_up_at: datetime | None = moment_column()
    """When HR had what they missed sent to them."""


class OpennessAnswer(SQLModel, table=True):
    """What a leader answered in the briefing about being open: for nobody else, HR and matching included."""

    __tablename__ = "opennessanswer"

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id")
    participant_id: int = Field(foreign_key="participant.id", unique=True)
    learning: int | None = None
    advice: int | None = None
    """Agreement, 1-5, with the two statements (`bot.domain.orientation.Readiness`)."""
    hard_to_hear: str = ""
    answered_at: datetime = moment_column(nullable=False)
