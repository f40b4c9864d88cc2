"""Questions that HR adds to its programme, and the answers to them."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column


class OwnQuestion(SQLModel, table=True):
    """A question of HR's. Its words never change: a changed question is a new row in the place of this one."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    place: str
    """signup, poll, before, closing, later."""
    kind: str
    """choice, scale, text."""
    role: str
    """Who is asked: mentor, mentee (the leaders), both."""
    words: Record = json_column(dict)
    """By language: what is asked, and the options of a choice or the ends of a scale (`bot.domain.own_questions`)."""
    options: int = 0
    """Of a choice: how many."""
    position: int
    """Among the questions of its place."""
    added_at: datetime = moment_column(nullable=False)
    removed_at: datetime | None = moment_column()
    """Since when nobody is asked: HR took it out, or changed it."""


class OwnAnswer(SQLModel, table=True):
    """One person's answer to a question of HR's. HR sees only figures of at least five people, and shared texts."""

    __table_args__ = (UniqueConstraint("question_id", "participant_id", "side", "about"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    question_id: int = Field(foreign_key="ownquestion.id")
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    """mentor or mentee (the leader); at sign-up the role, which may be both."""
    about: int = 0
    """The id of the session or the survey response; 0 at sign-up."""
    value: int | None = None
    """The number of the option from 0 on, or 1-5."""
    text: str | None = None
    share: bool = False
    """The writer allowed HR to read the text."""
    answered_at: datetime = moment_column(nullable=False)
