"""Calendars that people connected, and who fetches them at the moment."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column


class BusyCalendar(SQLModel, table=True):
    """A person's calendar link, and the busy intervals that were read there. Only the person sees it."""

    __tablename__ = "busycalendar"

    id: int = Field(default=None, primary_key=True)
    team_id: str
    person_id: int = Field(foreign_key="person.id", unique=True)
    link: str
    """Encrypted with a key of the environment (`bot.calendars.link_keys`)."""
    host: str
    """The only part of the link that may be shown."""
    zone: str
    """The person's time zone when the intervals were read: events without one are in it."""
    etag: str = ""
    modified: str = ""
    """As the server said: an unchanged calendar is not sent again."""
    digest: str = ""
    """Of what says when the person is busy (`bot.calendars.reader`)."""
    busy: str = ""
    """The intervals (`bot.domain.busy_hours.write_spans`)."""
    covers_until: datetime = moment_column(nullable=False)
    """How far ahead the intervals reach."""
    added_at: datetime = moment_column(nullable=False)
    checked_at: datetime = moment_column(nullable=False)
    """When the calendar was last fetched, or tried to."""
    read_at: datetime = moment_column(nullable=False)
    """When it was last fetched successfully, changed or not."""
    failed_since: datetime | None = moment_column()
    problem: str = ""
    """Why it fails (`bot.domain.busy_hours.LinkProblem`); "" while it does not."""
    told_at: datetime | None = moment_column()
    """When the person was told that it fails; None again once it works."""
    unused_since: datetime | None = moment_column()
    """Since when the person takes part in nothing."""
    next_at: datetime | None = moment_column(index=True)
    """When it is fetched next by itself: at night."""


class CalendarSlot(SQLModel, table=True):
    """One of the few fetches that may run at once at a host, over all replicas."""

    __tablename__ = "calendarslot"
    __table_args__ = (UniqueConstraint("host", "number"),)

    id: int = Field(default=None, primary_key=True)
    host: str
    number: int
    until: datetime = moment_column(nullable=False)
    """It is taken until then, unless it is given back before."""
