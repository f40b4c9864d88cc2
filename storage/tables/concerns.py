"""Concerns and their contacts, actions for pairs at risk, and the audit log."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column


class ContactState(StrEnum):
    """What somebody whom HR named as a contact answered."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class ProgrammeContact(SQLModel, table=True):
    """Whether a person agreed to be a contact of a programme. Who its contacts are, and in which order, is in
    `Programme.contact_id` and `second_contact_id`."""

    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    state: ContactState = state_column(ContactState.ASKED)
    asked_at: datetime = moment_column(nullable=False)
    answered_at: datetime | None = moment_column()


class Concern(SQLModel, table=True):
    """A concern of a person, for one reader: a contact of the programme, or whom the writer chose."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    text: str
    at: datetime = moment_column(nullable=False)
    contact_id: int | None = Field(default=None, foreign_key="person.id")
    """Who is to read it. None: nobody, and the writer knows; or it was written before migration 0037."""
    route: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default=sql("'[]'")))
    """Ids of the people whom the form named: the reader, then who gets it if that one cannot."""
    next_at: datetime | None = moment_column(index=True)
    """When a job checks that it arrived; None once it did, or once its writer was told that it did not."""


class RiskAction(SQLModel, table=True):
    """An action for a pair that seemed at risk."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    action: str
    at: datetime = moment_column(nullable=False)


NAMED_ELSEWHERE = "roster_named_elsewhere"
"""`AuditEntry.what` of the one entry that is not an action in its own programme: HR of another programme uploaded
a roster that names people of this one. Its `person_id`, shown to nobody, is who set up the programme."""


MOVED_BY_OPERATOR = "moved_by_operator"
"""`AuditEntry.what` where the operator's command line moved the programme to another channel. Its `person_id` too is
shown to nobody."""
NOT_THEIRS = (NAMED_ELSEWHERE, MOVED_BY_OPERATOR)
"""Entries whose `person_id` is not who did it."""


class AuditEntry(SQLModel, table=True):
    """An action of a member of HR."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    what: str
    details: Record = json_column(dict)
    at: datetime = moment_column(nullable=False)
