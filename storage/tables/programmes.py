"""A programme, who takes part in it, and what belongs before the matching."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column


class ProgrammeState(StrEnum):
    RECRUITING = "recruiting"
    RUNNING = "running"
    CLOSED = "closed"


class ParticipantState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class Programme(SQLModel, table=True):
    """One cohort, run from one HR channel."""

    __table_args__ = (
        Index(
            "one_open_programme_a_channel",
            "team_id",
            "hr_channel",
            unique=True,
            sqlite_where=text("state != 'closed'"),
            postgresql_where=text("state != 'closed'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    team_id: str = Field(index=True)
    name: str
    theme: str
    starts_on: date
    months: int
    cadence: str
    minutes: int = 60
    language: str
    """The language of the HR channel and of the announcement."""
    zone: str = "Asia/Jakarta"
    country: str = "ID"
    """Whose public holidays count."""
    days_added: list[str] = json_column(list)
    days_removed: list[str] = json_column(list)
    """ISO dates that HR made days off, or working days."""
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'")))
    """The codes people choose from; none: all that there are. Those of the company's own are names."""
    least_gap: int = 1
    same_department: bool = False
    floor: int = Field(default=3500, sa_column_kwargs={"server_default": "3500"})
    weights: dict[str, int] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    """How much each part of a match's score counts, to each other; empty until HR decides."""
    """The score, 0-9,999, under which HR calls a pair weak."""
    hr_channel: str
    announce_channel: str
    follows_id: int | None = Field(default=None, foreign_key="programme.id")
    """The programme before, whose settings it took over and whose people it invites."""
    contact_id: int | None = Field(default=None, foreign_key="person.id")
    """The named person to whom concerns go."""
    state: ProgrammeState = state_column(ProgrammeState.RECRUITING)
    next_summary_at: datetime | None = moment_column(index=True)
    next_recruit_at: datetime | None = moment_column(index=True)
    """When the channel is reminded next that one can still join; none once pairs were released."""
    count_at: datetime | None = moment_column(index=True)
    """When HR's first message is brought up to date: somebody signed up or left since."""
    next_close_at: datetime | None = moment_column(index=True)
    """When a tick looks whether a running programme has come to its end; set at its release."""
    forget_at: datetime | None = moment_column(index=True)
    """When what is personal in it has been kept long enough; a tick works it out."""
    forgotten_at: datetime | None = moment_column()
    """When that was erased."""
    created_at: datetime = moment_column(nullable=False)
    created_by: int = Field(foreign_key="person.id")


class Participant(SQLModel, table=True):
    """A person's sign-up to a programme."""

    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    level: int
    department: str
    offers: list[Record] = json_column(list)
    """[{"topic": code, "level": 1-5}], what they can teach."""
    wishes: list[Record] = json_column(list)
    """[{"topic": code, "priority": 1-3, "skill": 1-5 or None}], what they want to learn; 3 is wanted most."""
    confidence: int | None = None
    """1-5: how confident a mentor feels about mentoring a leader."""
    held_at: datetime | None = moment_column()
    """When HR held them back as a mentor: they are in no pair until HR lets them in again."""
    motivation: str | None = None
    """Why they want to mentor, in their words; HR reads it."""
    interests: list[str] = json_column(list)
    formats: list[str] = json_column(list)
    cadences: list[str] = json_column(list)
    languages: list[str] = json_column(list)
    mentor_capacity: int = 2
    mentee_capacity: int = 1
    state: ParticipantState = state_column(ParticipantState.ACTIVE)
    paused_until: datetime | None = moment_column(index=True)
    resumed_at: datetime | None = moment_column()
    """The end of the last pause: a pair's waiting times begin anew there."""
    joined_at: datetime = moment_column(nullable=False)
    left_at: datetime | None = moment_column()
    left_reason: str | None = None
    """A code; only ever counted, never shown with the person."""
    forgotten_at: datetime | None = moment_column()
    """When what they told for this programme was erased; what is left is only counted."""


class TopicAsk(SQLModel, table=True):
    """Somebody with a free place was asked whether they could help with a topic that too few offer: once."""

    __table_args__ = (UniqueConstraint("participant_id", "topic"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id")
    topic: str
    asked_at: datetime = moment_column(nullable=False)
    level: int | None = None
    """1-5: yes, and how well they know it. 0: no."""


class SponsorMessage(SQLModel, table=True):
    """Words from leadership that HR had the bot post in the programme's channel. Who of HR did is in the audit."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    sponsor_id: int | None = Field(default=None, foreign_key="person.id")
    """Who speaks, if they are in this Slack."""
    name: str = ""
    """Name and title as HR typed them; with a person, the title."""
    text: str
    at: datetime = moment_column(nullable=False)


class GateWaiver(SQLModel, table=True):
    """HR decided to release without a point of the checklist (`bot.services.matching.release_checklist`)."""

    __table_args__ = (UniqueConstraint("draft_id", "gate"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    draft_id: int = Field(foreign_key="draft.id")
    gate: str
    at: datetime = moment_column(nullable=False)


class Preparation(SQLModel, table=True):
    """How far somebody has read before their first session: a mentor the orientation, a leader the briefing."""

    __table_args__ = (UniqueConstraint("participant_id", "side"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    steps_read: int = 0
    offered_at: datetime = moment_column(nullable=False)
    finished_at: datetime | None = moment_column()
    remind_at: datetime | None = moment_column(index=True)
    """When a tick reminds them, ahead of a first session that is booked."""
