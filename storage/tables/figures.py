"""Figures about private answers: published groups and their values."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column


class PublishedGroup(SQLModel, table=True):
    """Values of one measure that were published together. Nothing in the row is ever computed again.

    `bot.domain.figures.Group` defines the numbers.
    """

    __table_args__ = (UniqueConstraint("programme_id", "measure", "number"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id")
    measure: str
    """For example useful, answered, closing:skill, prepared:mentor."""
    number: int
    """1, 2, 3 … for each programme and measure: if replicas publish at the same time, one succeeds."""
    basis: str = "value"
    total: int
    answers: int
    people: int
    people_so_far: int
    people_shown: int
    published_at: datetime = moment_column(nullable=False)
    department: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Normalised, if all people of the group are of one department; else empty."""
    level: int | None = None
    """If all people of the group have it."""
    pack: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """If all values are of sessions with it; so are the next three. Empty in groups of older versions."""
    format: str = Field(default="", sa_column_kwargs={"server_default": ""})
    cadence: str = Field(default="", sa_column_kwargs={"server_default": ""})
    topic: str = Field(default="", sa_column_kwargs={"server_default": ""})
    squares: float | None = None
    """The sum of the squares of the values; none in groups that an older version published after the migration."""


class PublishedValue(SQLModel, table=True):
    """One value in a published group, as of its publication. It stays when its person is erased, without them."""

    __table_args__ = (UniqueConstraint("source", "measure"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    group_id: int = Field(foreign_key="publishedgroup.id", index=True)
    measure: str
    source: int
    """Its source: the id of the answer, or another number that is unique within the measure."""
    participant_id: int | None = Field(default=None, foreign_key="participant.id", index=True)
    value: int
