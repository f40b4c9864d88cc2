"""Pairs, their agreements, and how they meet."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column, stored_as
from storage.types import UTCDateTime


class PairState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    COMPLETED = "completed"


class EndedBy(StrEnum):
    """What ended a pair, if it was neither of its two people."""

    HR = "hr"
    ACCOUNT = "account"  # a deactivated Slack account
    TAKEN_OUT = "taken_out"  # HR took one of the two out of the programme
    CANCELLED = "cancelled"  # HR cancelled the programme


class RhythmState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    KEPT = "kept"
    REPLACED = "replaced"


class Pair(SQLModel, table=True):
    """A mentor and a leader who were introduced, or will be."""

    __table_args__ = (UniqueConstraint("programme_id", "mentor_id", "leader_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    mentor_id: int = Field(foreign_key="participant.id", index=True)
    leader_id: int = Field(foreign_key="participant.id", index=True, sa_column_kwargs=stored_as("mentee_id"))
    explanation: Record = json_column(dict)
    """As in `DraftPair`."""
    state: PairState = state_column(PairState.ACTIVE)
    group_channel: str | None = None
    """The group DM, once opened."""
    cadence: str | None = None
    """How often the two meet; None: as in their programme."""
    wished_cadence: str | None = None
    """What both chose at sign-up, proposed with the introduction; None if the programme's cadence suits them."""
    place: str | None = None
    """Where the two meet: words, or an https link. None: as in their programme."""
    place_changes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often that changed, for the numbers of calendar files."""
    format: str | None = None
    """The form that both chose; None: the one that suits both sign-ups."""
    introduced_at: datetime = moment_column(nullable=False)
    paused_until: datetime | None = moment_column(index=True)
    """HR paused the pair until then."""
    resumed_at: datetime | None = moment_column()
    """The end of its last pause: waiting times count from there."""
    ended_at: datetime | None = moment_column()
    ended_side: str | None = None
    """Who asked for another partner, and why: stored only if they wanted HR to know."""
    ended_why: str | None = None
    ended_by: str | None = None
    """`EndedBy`; None if one of the two ended it or left."""
    hr_ended_why: str | None = None
    """Why HR ended it, for HR alone; None if HR gave no reason."""
    restored_at: datetime | None = moment_column()
    """When HR last restored it."""
    counted_of: int | None = None
    """At most so many sessions count for completion: it had completed with as many when HR extended the programme."""
    next_check_at: datetime | None = moment_column(index=True)
    """When the at-risk rules check this pair next."""
    next_close_at: datetime | None = moment_column(index=True)
    """When a job checks whether this pair's time is over; None once it is. Of a pair that is older than migration 0038
    also until one of its sessions is settled, or the programme's end."""


class Agreement(SQLModel, table=True):
    """One version of a pair's agreement. The newest counts, the others are its history; only for the two."""

    __table_args__ = (UniqueConstraint("pair_id", "version"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    version: int
    goals: list[Record] = json_column(list)
    """[{"goal": text, "measure": text, "by": ISO date}], up to three; of a signed agreement perhaps also the keys of
    `bot.services.agreement.goal_records.KEPT`."""
    books: str
    """Who arranges the dates: mentor, mentee (the leader), in_turn."""
    mentor_called: str
    leader_called: str = Field(sa_column_kwargs=stored_as("mentee_called"))
    confidential: str = ""
    """Additions to the standard confidentiality rules."""
    off_limits: str = ""
    topic: str | None = None
    """The topic's code, if the two chose one."""
    plan: list[dict[str, str]] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """The learning plan (`bot.domain.agreement_learning_plan.stored_aims`); None in agreements of older versions."""
    written_by: str
    """The role."""
    written_at: datetime = moment_column(nullable=False)
    mentor_signed_at: datetime | None = moment_column()
    leader_signed_at: datetime | None = moment_column(stored="mentee_signed_at")
    next_goal_at: datetime | None = Field(
        default=None,
        sa_column=Column(
            UTCDateTime().evaluates_none(),  # None is stored as such: the server's default is for older rows only
            index=True,
            nullable=True,
            server_default=text("'2000-01-01'"),
        ),
    )
    """When the date of one of its goals has come; None while it is not signed, and when nothing is left to ask. Rows of
    older versions have a moment long ago, so that they are checked once."""


class GoalDate(SQLModel, table=True):
    """A goal whose date has come, and what became of it by the answer of either of the two; only for the two."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    goal: str
    due_on: date
    """The date that the question is about."""
    result: str | None = None
    """reached, moved, dropped."""
    moved_to: date | None = None
    side: str | None = None
    """Who answered."""
    answered_at: datetime | None = moment_column()


class Rhythm(SQLModel, table=True):
    """A change of how often and in which form a pair meets, proposed by one and to be accepted by the other."""

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
