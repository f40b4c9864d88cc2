"""Sessions, and the answers of both people about them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import json_column, moment_column, state_column


class SessionState(StrEnum):
    PLANNED = "planned"
    BOOKED = "booked"
    HELD = "held"
    MISSED = "missed"


class MentoringSession(SQLModel, table=True):
    """One session of a pair: planned in a window, then possibly booked, then held or missed."""

    __tablename__ = "session"
    __table_args__ = (UniqueConstraint("pair_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    number: int
    pack: str
    opens_on: date
    closes_on: date
    """The window [opens_on, closes_on) in which it should take place."""
    state: SessionState = state_column(SessionState.PLANNED)
    starts_at: datetime | None = moment_column()
    minutes: int = 60
    wall: str | None = None
    """The booked local time as it was picked, "2027-01-05T10:00", in `wall_zone`."""
    wall_zone: str | None = None
    steps_done: list[str] = json_column(list)
    """Keys of the steps (see `bot.domain.sessions`) that were sent or expired."""
    next_at: datetime | None = moment_column(index=True)
    """When a job has to check it next; None when nothing is left to do."""
    settled_at: datetime | None = moment_column()
    """When its poll closed: from then on neither its state nor the answers change."""
    told_at: datetime | None = moment_column()
    """When one of the two reported its time afterwards: its poll comes no earlier. None if it was booked before."""
    refresh_at: datetime | None = moment_column(index=True)
    """Its time changed: since then a job has to update the sent messages that show the old one."""
    refresh_done: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """If Slack, or our own limit, had no room for all of them: `refresh_at` as it was set then ("at"), and the ids of
    the outbox rows that were updated until then ("rows"). Outdated once `refresh_at` is another moment."""
    place: str | None = None
    """Where it takes place: words, or an https link. None: as in its pair."""
    place_changes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often that changed, for the numbers of calendar files."""


class SessionChange(SQLModel, table=True):
    """A booking, move, cancellation, report that it was held, or no-show, and by which role; "" if nobody caused it."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    session_id: int = Field(foreign_key="session.id", index=True)
    side: str
    kind: str
    """booked, moved, cancelled, called_off, held, corrected, not_held, no_show."""
    reason: str | None = None
    """Of a move: why. Of a session that was called off: pause, rest, ended, course."""
    before: datetime | None = moment_column()
    after: datetime | None = moment_column()
    at: datetime = moment_column(nullable=False)


class PollAnswer(SQLModel, table=True):
    """The answers of one person of the pair after a session. HR sees only figures of at least five people."""

    __table_args__ = (UniqueConstraint("session_id", "participant_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    session_id: int = Field(foreign_key="session.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    met: str | None = None
    useful: int | None = None
    honest: int | None = None
    """Mentor: "I could speak honestly", 1-5."""
    will_use: int | None = None
    """Leader: "I learned something I will use", 1-5."""
    learned: str | None = None
    will_do: str | None = None
    share: bool = False
    """The writer allowed HR to read the two comments."""
    contact_me: bool = False
    answered_at: datetime = moment_column(nullable=False)


class ProposalState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"
    REPLACED = "replaced"


class TimeProposal(SQLModel, table=True):
    """A time outside the partner's working hours, proposed by one of a pair: it is booked once the other agrees."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    session_id: int = Field(foreign_key="session.id", index=True)
    side: str
    """Who proposed it."""
    starts_at: datetime = moment_column(nullable=False)
    minutes: int
    wall: str
    """The local time as it was picked, in `wall_zone`."""
    wall_zone: str
    reason: str | None = None
    """If it would move the session: why."""
    before: datetime | None = moment_column()
    """The session's time when it was proposed."""
    state: ProposalState = state_column(ProposalState.OPEN)
    at: datetime = moment_column(nullable=False)
    answered_at: datetime | None = moment_column()
