"""What mentors have with each other: buddies and circles."""

from datetime import datetime

from sqlalchemy import JSON, Column
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


class Circle(SQLModel, table=True):
    """A circle of mentors of the programmes of one HR channel, which goes on after a programme ends."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    """In which it began: its theme, and its language unless it has one of its own."""
    language: str | None = None
    """What all of its members speak; None if it began before there was such a rule."""
    members: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Ids of the `CircleMember`s for whom its group DM is, or will be, opened."""
    channel: str | None = None
    """Its group DM; None until it is open. Nobody can be taken out of one, so other members have another one."""
    opening: int = 1
    """Increases with each group DM."""
    open_at: datetime | None = moment_column(index=True)
    """When a job opens the group DM."""
    packs: int = 0
    """How many reflection packs were posted."""
    next_pack_at: datetime | None = moment_column(index=True)
    closed_at: datetime | None = moment_column()


class CircleMember(SQLModel, table=True):
    """A mentor who wishes to be in a circle, and the one they are in."""

    __tablename__ = "circlemember"

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", unique=True)
    wished_at: datetime | None = moment_column()
    """None if they do not wish to be in one (any more)."""
    circle_id: int | None = Field(default=None, foreign_key="circle.id", index=True)
    """None while they wait for one, or pause."""
    hosted: int = 0
    """How often they hosted."""
