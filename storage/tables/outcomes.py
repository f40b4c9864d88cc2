"""What comes of it: learning, change and thanks."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column


class Thanks(SQLModel, table=True):
    """What one of a pair thanked the other for; for the other one only. HR sees how many there are."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    side: str
    """Whose words they are."""
    text: str
    at: datetime = moment_column(nullable=False)


class Reading(SQLModel, table=True):
    """What somebody says of themselves before, at the end and 90 days on: the same items each time.

    HR sees only figures drawn from five people or more. Which items there are, and for whom, `bot.domain.surveys`
    says.
    """

    __table_args__ = (UniqueConstraint("participant_id", "side", "moment"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    moment: str
    """before, closing, later."""
    topic: str | None = None
    """What `skill` and `used` are about: kept with the first answer, so that it is the same each time."""
    asked_at: datetime = moment_column(nullable=False)
    closes_at: datetime = moment_column(nullable=False)
    """From then on no answer changes, and figures may be made of it."""
    skill: int | None = None
    understanding: int | None = None
    used: int | None = None
    """1 or 0: whether they used it in the last month."""
    confident: int | None = None
    seen: int | None = None
    stay: int | None = None
    practised: int | None = None
    noticed: int | None = None
    """Both about the programme's theme."""
    answered_at: datetime | None = moment_column()


class LogEntry(SQLModel, table=True):
    """A note in somebody's learning log: for their own eyes, unless they share it."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    session_id: int | None = Field(default=None, foreign_key="session.id")
    """The meeting it is about; none if it was written at any other time."""
    learned: str = ""
    taught: str = ""
    """What they taught back."""
    with_partner: bool = False
    with_hr: bool = False
    written_at: datetime = moment_column(nullable=False)
    changed_at: datetime = moment_column(nullable=False)


class ActionCard(SQLModel, table=True):
    """An insight of a pair that becomes a change: what, whose, by when, and what came of it. For the two only,
    unless both let HR see it."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    insight: str
    kind: str
    """sop, project, training, habit, other."""
    change: str
    owner: str
    """The side whose it is."""
    due_on: date
    state: str = "open"
    """open, done, dropped."""
    why: str = ""
    """Why it was dropped."""
    written_by: str
    written_at: datetime = moment_column(nullable=False)
    settled_at: datetime | None = moment_column()
    """When it was done or dropped."""
    mentor_shares_at: datetime | None = moment_column()
    """When the mentor agreed to HR's seeing it; HR does once both have."""
    mentee_shares_at: datetime | None = moment_column()
    kept_by: str | None = None
    """The side that said it stays between the two: the other one cannot ask again."""
    next_follow_at: datetime | None = moment_column(index=True)
    """When its owner is asked next what came of it; none once nothing is left to ask."""


class Story(SQLModel, table=True):
    """One version of what a pair tells others of its mentoring, if both want. The newest counts."""

    __table_args__ = (UniqueConstraint("pair_id", "version"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    version: int
    tried: str
    changed: str
    quote: str
    said_by: str
    """The side whose sentence it is."""
    written_by: str
    """The side."""
    written_at: datetime = moment_column(nullable=False)
    mentor_approved_at: datetime | None = moment_column()
    mentee_approved_at: datetime | None = moment_column()
    posted_at: datetime | None = moment_column()
    """When HR posted it for everybody."""
    withdrawn_at: datetime | None = moment_column()
    """When one of the two took it back, or wrote a newer version."""
    clean_at: datetime | None = moment_column(index=True)
    """Withdrawn: when to go on taking it back from Slack; none once nothing is left there."""
