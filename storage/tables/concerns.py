"""What somebody has to look after, and who did what."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column


class Concern(SQLModel, table=True):
    """Something a person wants to talk about, for the programme's named contact and nobody else."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    text: str
    at: datetime = moment_column(nullable=False)


class RiskAction(SQLModel, table=True):
    """A step taken for a pair that seemed at risk."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    action: str
    at: datetime = moment_column(nullable=False)


NAMED_ELSEWHERE = "roster_named_elsewhere"
"""`AuditEntry.what` of the one entry that is nobody's act in its programme: HR of another programme uploaded a roster
that names people of this one. Its `person_id` is whoever set the programme up, and is shown to nobody."""


class AuditEntry(SQLModel, table=True):
    """Who of HR did what, and when."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    what: str
    details: Record = json_column(dict)
    at: datetime = moment_column(nullable=False)
