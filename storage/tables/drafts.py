"""Drafts of pairs, and HR's decisions about possible pairs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column, stored_as


class DraftState(StrEnum):
    OPEN = "open"
    RELEASED = "released"
    SUPERSEDED = "superseded"


class Verdict(StrEnum):
    LOCKED = "locked"
    FORBIDDEN = "forbidden"


class ConfirmationState(StrEnum):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"


class Draft(SQLModel, table=True):
    """A proposal of pairs that only HR sees."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    state: DraftState = state_column(DraftState.OPEN)
    created_at: datetime = moment_column(nullable=False)
    created_by: int = Field(foreign_key="person.id")
    released_at: datetime | None = moment_column()
    released_by: int | None = Field(default=None, foreign_key="person.id")
    release_at: datetime | None = moment_column()
    """When HR wants the draft to be released; None without such a plan."""
    release_look_at: datetime | None = moment_column(index=True)
    """When a job looks at that plan next: at `release_at`, or a little later if Slack could not be asked."""
    release_planned_by: int | None = Field(default=None, foreign_key="person.id")
    """The member of HR who chose `release_at`. Without their right the draft is not released."""
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Incremented with each action of HR. An action on an older version has no effect, and the person reads why."""
    before_id: int | None = Field(default=None, foreign_key="draft.id")
    """The draft that this one replaced, to show what changed."""
    unkept: list[Record] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'"))
    )
    """[{"mentor": id, "mentee": id, "rule": name}]: sign-ups that HR locked together and that a rule now forbids."""
    hand_made_asked: bool = Field(default=True, sa_column_kwargs={"server_default": false()})
    """Whether the people of its hand-made pairs are asked to confirm. False in rows of an older version, until
    a job has asked them."""


class DraftPair(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("draft_id", "mentor_id", "leader_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    draft_id: int = Field(foreign_key="draft.id", index=True)
    mentor_id: int = Field(foreign_key="participant.id")
    leader_id: int = Field(foreign_key="participant.id", sa_column_kwargs=stored_as("mentee_id"))
    score: int
    """0-9,999."""
    explanation: Record = json_column(dict)
    """{"mentor": reasons, "mentee": reasons, "checked": codes}; reasons are [[code, {…}], …]."""
    excluded: bool = False
    """HR excluded it from the draft."""
    alternates: Record = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    """{"mentor": others instead of the mentor, "mentee": others instead of the leader}, each [[sign-up, score], …],
    best first."""
    made_at: datetime | None = moment_column()
    """When the solver proposed the pair or HR made it. None in rows of an older version: as old as their draft."""


class CoupleMark(SQLModel, table=True):
    """What HR decided about two sign-ups, or noted: it belongs to the programme and outlives every draft."""

    __table_args__ = (UniqueConstraint("programme_id", "mentor_id", "leader_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    mentor_id: int = Field(foreign_key="participant.id")
    leader_id: int = Field(foreign_key="participant.id", sa_column_kwargs=stored_as("mentee_id"))
    verdict: str | None = None
    """One of `Verdict`."""
    lifted: list[str] = json_column(list)
    """Rules that forbid these two, and that HR overrode for them."""
    note: str = ""
    """Only for HR."""
    marked_by: int = Field(foreign_key="person.id")
    marked_at: datetime = moment_column(nullable=False)
    proposed_at: datetime | None = moment_column()
    """When the solver proposed these two, if HR locked them or gave them other partners since."""


class PairConfirmation(SQLModel, table=True):
    """Two sign-ups that HR paired by hand, who are asked to confirm. Once per programme and pair of people.

    HR may see `state`. The two answers are only for the person who gave them.
    """

    __table_args__ = (UniqueConstraint("programme_id", "mentor_id", "leader_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    mentor_id: int = Field(foreign_key="participant.id")
    leader_id: int = Field(foreign_key="participant.id", sa_column_kwargs=stored_as("mentee_id"))
    state: ConfirmationState = state_column(ConfirmationState.WAITING)
    hr_reason: str = ""
    """HR's words for both."""
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime | None = moment_column()
    """None until the questions are in the outbox."""
    closes_at: datetime | None = moment_column()
    """Until when both can answer."""
    next_at: datetime | None = moment_column(index=True)
    """When a job asks the two, or settles it."""
    settled_at: datetime | None = moment_column()
    mentor_agrees: bool | None = None
    leader_agrees: bool | None = Field(default=None, sa_column_kwargs=stored_as("mentee_agrees"))


class DraftLeftover(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    team_id: str
    draft_id: int = Field(foreign_key="draft.id", index=True)
    participant_id: int = Field(foreign_key="participant.id")
    side: str
    cause: str
    help: str
