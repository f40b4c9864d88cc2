"""Personal invitations to a programme, and colleagues who nominate mentors."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, false
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column


class Invitation(SQLModel, table=True):
    """HR invited a person by name, or colleagues nominated them.

    Whether it arrived is in the outbox; whether they joined, in `Participant`.
    """

    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    """The role that HR would like them in."""
    reason: str
    """Why HR invites them, in HR's words; they read it. "" if they were nominated: the words are the nominators'."""
    times: int = 1
    """How often HR has invited them: the number of the latest invitation, to which the other columns belong."""
    asked_at: datetime = moment_column(nullable=False)
    remind_at: datetime | None = moment_column(index=True)
    """When a job reminds them; None if it has, or will not."""
    refresh_at: datetime | None = moment_column(index=True)
    """When its delivered messages are updated, because the last day to join has moved."""
    declined_at: datetime | None = moment_column()
    """When they said "Not this time"."""
    withdrawn_at: datetime | None = moment_column()
    """When HR took it back before it was sent."""
    nominated: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Colleagues nominated them, and HR has not invited them: HR's limits and its approval hold for them."""


class Nomination(SQLModel, table=True):
    """A person named a colleague as a mentor, and said why. Nothing that is not praise can be said."""

    __table_args__ = (UniqueConstraint("programme_id", "person_id", "nominator_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    """Who was nominated."""
    nominator_id: int = Field(foreign_key="person.id", index=True)
    topic: str
    reason: str
    """In the nominator's words; the nominee and HR read it."""
    explains: bool
    """That they explain things well; False says nothing."""
    named: bool
    """Whether the nominee reads who nominated them."""
    at: datetime = moment_column(nullable=False)
    erase_look_at: datetime | None = moment_column(index=True)
    """When a job looks whether it is time to erase it."""
