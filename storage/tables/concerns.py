"""Concerns and their contacts, actions for pairs at risk, and the audit log."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint, true
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column


class ContactState(StrEnum):
    """What a person whom HR named as a contact answered."""

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


class FollowUp(StrEnum):
    """What was done so far to make sure that a person talks to the writer of a concern."""

    WAITING = "waiting"
    """Nothing: the reader has until the end of `Concern.call_by`."""
    REMINDED = "reminded"
    """The reader was reminded."""
    SECOND = "second"
    """The other contact knows that something waits."""
    TOLD = "told"
    """So does the programme's creator, and the writer was told whom else to turn to."""
    ASKED = "asked"
    """The writer was asked how it is now."""


class Concern(SQLModel, table=True):
    """A concern of a person, or their wish to be contacted, for one reader: a contact of the programme, or whom the
    writer chose."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    text: str
    """Empty: a wish to be contacted, of which there is nothing to read."""
    at: datetime = moment_column(nullable=False)
    contact_id: int | None = Field(default=None, foreign_key="person.id")
    """Who is to read it. None: nobody, and the writer knows; or it was written before migration 0037."""
    route: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default=sql("'[]'")))
    """Ids of the people whom the form named: the reader, then who gets it if that one cannot."""
    next_at: datetime | None = moment_column(index=True)
    """When a job checks that it arrived; None once it did, or once its writer was told that it did not."""
    subject: str | None = None
    """What a wish to be contacted was said about: one for each."""
    call_by: date | None = None
    """The last day on which the reader may talk to the writer, as both were told; None before migration 0039."""
    talked_at: datetime | None = moment_column()
    """When the reader said that they have talked."""
    stage: str = Field(default=FollowUp.WAITING, sa_column_kwargs={"server_default": "waiting"})
    """A `FollowUp`."""
    follow_at: datetime | None = moment_column(index=True)
    """When a job follows it up next."""
    offered_at: datetime | None = moment_column()
    """Since when the writer may choose another reader; None: they may not."""
    ask_later: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    """The writer may be asked how it is now."""
    answer: str | None = None
    """What they answered: "better" or "unsolved"."""


class PartnerRequest(SQLModel, table=True):
    """A person asked HR for another partner. HR knows of the pair, never who asked."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    pair_id: int = Field(foreign_key="pair.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    """Who asked."""
    at: datetime = moment_column(nullable=False)
    call_by: date
    """The last day on which HR is to call, as the person was told. Until then nothing prompts them to meet."""
    next_at: datetime | None = moment_column(index=True)
    """When HR is reminded."""
    settled_at: datetime | None = moment_column()
    """When HR said that they have talked to both, or when the pair ended."""


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
