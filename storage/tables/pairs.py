"""Two people who meet, what they agreed on, and how they meet."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column


class PairState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    COMPLETED = "completed"


class RhythmState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    KEPT = "kept"
    REPLACED = "replaced"


class Pair(SQLModel, table=True):
    """A mentor and a mentee who were introduced, or are about to be."""

    __table_args__ = (UniqueConstraint("programme_id", "mentor_id", "mentee_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    mentor_id: int = Field(foreign_key="participant.id", index=True)
    mentee_id: int = Field(foreign_key="participant.id", index=True)
    explanation: Record = json_column(dict)
    """As in `DraftPair`."""
    state: PairState = state_column(PairState.ACTIVE)
    group_channel: str | None = None
    """The group DM, once it was opened."""
    cadence: str | None = None
    """How often the two want to meet; none: as their programme does."""
    format: str | None = None
    """The form that both chose; none: what suits both by their sign-ups."""
    introduced_at: datetime = moment_column(nullable=False)
    paused_until: datetime | None = moment_column(index=True)
    """HR lets the pair rest until then."""
    resumed_at: datetime | None = moment_column()
    """The end of its last rest: waiting times begin anew there."""
    ended_at: datetime | None = moment_column()
    ended_side: str | None = None
    """Who asked for another partner, and why: only kept if they wanted HR to know."""
    ended_why: str | None = None
    next_check_at: datetime | None = moment_column(index=True)
    """When the at-risk rules look at this pair next."""


class Agreement(SQLModel, table=True):
    """One version of what a pair agreed on. The newest counts, the others are its history; for the two only."""

    __table_args__ = (UniqueConstraint("pair_id", "version"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    version: int
    goals: list[Record] = json_column(list)
    """[{"goal": text, "measure": text, "by": ISO date}], up to three."""
    books: str
    """Who looks after the dates: mentor, mentee, in_turn."""
    mentor_called: str
    mentee_called: str
    confidential: str = ""
    """What they add to what is always confidential."""
    off_limits: str = ""
    written_by: str
    """The side."""
    written_at: datetime = moment_column(nullable=False)
    mentor_signed_at: datetime | None = moment_column()
    mentee_signed_at: datetime | None = moment_column()


class Rhythm(SQLModel, table=True):
    """A change of how often and in which form a pair meets, proposed by one of the two and up to the other."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    cadence: str
    format: str
    side: str
    """Who proposed it."""
    state: RhythmState = state_column(RhythmState.OPEN)
    at: datetime = moment_column(nullable=False)
    answered_at: datetime | None = moment_column()
