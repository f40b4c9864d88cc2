"""Concerns, actions for pairs at risk, and the audit log."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column


class Concern(SQLModel, table=True):
    """A concern of a person, for the programme's named contact and nobody else."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    text: str
    at: datetime = moment_column(nullable=False)


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
