"""Outcomes: surveys, learning log, action cards, stories and thanks."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column


class Thanks(SQLModel, table=True):
    """A person's thanks to their partner; only for the partner, unless both agree to show them.

    HR sees how many there are.
    """

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    side: str
    """The writer's words."""
    text: str
    at: datetime = moment_column(nullable=False)
    offered_at: datetime | None = moment_column()
    """When the writer agreed that others may see it."""
    agreed_at: datetime | None = moment_column()
    """When the reader agreed, and it was posted."""
    withdrawn_at: datetime | None = moment_column()
    """When one of the two kept it to themselves, or removed it."""
    clean_at: datetime | None = moment_column(index=True)
    """Withdrawn: when to continue deleting it from Slack; None when nothing is left there."""


class SurveyResponse(SQLModel, table=True):
    """A survey response of a person before, at the end and 90 days on: the same items each time.

    HR sees only figures of at least five people. `bot.domain.surveys` defines the items and for whom they are.
    """

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("participant_id", "side", "moment"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    moment: str
    """before, closing, later."""
    topic: str | None = None
    """The topic of `skill` and `used`: stored with the first answer, so that it is the same each time."""
    asked_at: datetime = moment_column(nullable=False)
    closes_at: datetime = moment_column(nullable=False)
    """From then on answers cannot change, and figures may include it."""
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
    openness: int | None = None
    leading: int | None = None
    communicating: int | None = None
    coaching: int | None = None
    collaboration: int | None = None
    """Of both sides; a person with both roles answers it once, in either."""
    recommend: int | None = None
    """0-10: whether they would recommend the programme; at the end and 90 days on. Once, as `collaboration`."""
    answered_at: datetime | None = moment_column()


class LogEntry(SQLModel, table=True):
    """A note in a person's learning log: only for them, unless they share it."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    session_id: int | None = Field(default=None, foreign_key="session.id")
    """The session it is about; None if it was written at another time."""
    learned: str = ""
    taught: str = ""
    """What they taught back."""
    with_partner: bool = False
    with_hr: bool = False
    written_at: datetime = moment_column(nullable=False)
    changed_at: datetime = moment_column(nullable=False)


class ActionCard(SQLModel, table=True):
    """An insight of a pair that becomes a change: what, owner, due date, and result. Only for the two,
    unless both let HR see it."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    insight: str
    kind: str
    """sop, project, training, habit, other."""
    change: str
    owner: str
    """The owner's role."""
    due_on: date
    state: str = "open"
    """open, done, dropped."""
    why: str = ""
    """Why it was dropped."""
    written_by: str
    written_at: datetime = moment_column(nullable=False)
    settled_at: datetime | None = moment_column()
    """When it was done or dropped."""
    lasted: bool | None = None
    """Of a card that is done: whether the change was still in place 90 days after its date. HR sees only counts."""
    lasted_at: datetime | None = moment_column()
    mentor_shares_at: datetime | None = moment_column()
    """When the mentor agreed to show it to HR; HR sees it once both have."""
    leader_shares_at: datetime | None = moment_column(stored="mentee_shares_at")
    kept_by: str | None = None
    """The role that refused to show it to HR: the other person cannot ask again."""
    next_follow_at: datetime | None = moment_column(index=True)
    """When its owner is next asked about the result; None if there is nothing left to ask."""


class Improvement(SQLModel, table=True):
    """What a person thinks the programme should do better; once at each stage. HR reads it only as they chose."""

    __table_args__ = (UniqueConstraint("participant_id", "stage"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    stage: str
    """half_way, closing."""
    area: str
    """`bot.domain.improvements.Area`."""
    text: str
    sharing: str
    """nobody, unnamed, named: whether HR reads it, and with the writer's name."""
    at: datetime = moment_column(nullable=False)
    shown_at: datetime = moment_column(nullable=False)
    """From when HR reads it, with all others of the stage; it does not change any more then."""


class ManagerNote(SQLModel, table=True):
    """The note that a mentor had sent to their manager, as they read it; once a sign-up."""

    __tablename__ = "managernote"

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", unique=True)
    manager_id: int | None = Field(default=None, foreign_key="person.id")
    text: str
    at: datetime = moment_column(nullable=False)


class Story(SQLModel, table=True):
    """One version of the story that a pair tells, if both agree. The newest counts."""

    __table_args__ = (UniqueConstraint("pair_id", "version"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    version: int
    tried: str
    changed: str
    quote: str
    said_by: str
    """The role of the person whose sentence it is."""
    written_by: str
    """The role."""
    written_at: datetime = moment_column(nullable=False)
    mentor_approved_at: datetime | None = moment_column()
    leader_approved_at: datetime | None = moment_column(stored="mentee_approved_at")
    posted_at: datetime | None = moment_column()
    """When HR posted it."""
    withdrawn_at: datetime | None = moment_column()
    """When one of the two withdrew it, or wrote a newer version."""
    clean_at: datetime | None = moment_column(index=True)
    """Withdrawn: when to continue deleting it from Slack; None when nothing is left there."""
