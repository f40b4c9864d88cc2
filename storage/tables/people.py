"""People, and the data they gave."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, false
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column, state_column


class Person(SQLModel, table=True):
    """A person in a workspace, with data from Slack and from themselves."""

    __table_args__ = (UniqueConstraint("team_id", "slack_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    slack_id: str
    name: str
    email: str | None = None
    title: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The job title of Slack's profile; "" if there is none. HR reads it beside the name."""
    zone: str = "Asia/Jakarta"
    """IANA name; follows Slack's profile."""
    work_start: str = "09:00"
    work_end: str = "17:00"
    """Wall time in `zone`; the usual hours, where `work_week` says nothing."""
    work_week: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The hours of each weekday, if they differ or are not Monday to Friday (`bot.domain.working_time.write_week`)."""
    work_breaks: str | None = None
    """Breaks that stay free (`write_breaks`); None: the usual ones."""
    work_country: str | None = None
    """ISO code of the country whose public holidays they have; "" for none, None for each programme's."""
    days_away: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Times when they are away without a pause (`write_away`)."""
    language: str = "id"
    address: str = "anda"
    """Form of address: kamu, anda, bapak, ibu, kak."""
    dm_channel: str | None = None
    """The bot's DM with them, once opened."""
    manager_id: int | None = Field(default=None, foreign_key="person.id")
    manager_known: bool = False
    """Superseded by `RosterEntry`, which belongs to one programme: since migration 0018 neither column is read."""
    changed_at: datetime | None = moment_column()
    """When they last changed something in a sign-up that matching uses."""
    profile_at: datetime | None = moment_column()
    """When Slack last sent name and zone; None if Slack was too busy when they were first stored."""
    told_at: datetime | None = moment_column()
    """Time of change of the newest profile from Slack: an older one changes nothing."""
    home_opened_at: datetime | None = moment_column()
    """When they opened the Home tab, within a day; None if they never did. Theirs is published again after a change."""
    acted_at: datetime | None = moment_column()
    """When they last did something here, within an hour: reminders that nobody reacts to become rarer."""
    reminded_less_at: datetime | None = moment_column()
    """When they asked for fewer reminders; None for the usual ones."""
    active: bool = True
    """False once deactivated in Slack: then nothing is sent."""
    is_guest: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """A guest account in Slack: takes part only where HR allows guests, and is never HR or a contact."""
    is_stranger: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Of another company, met in a shared channel: takes part in nothing."""
    is_bot: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    erased_at: datetime | None = moment_column()
    """When all their data were erased, at their request or by age. The rest of the row identifies nobody."""
    clean_at: datetime | None = moment_column(index=True)
    """Erased: when to continue deleting the bot's messages in their DM; None when nothing is left there."""
    created_at: datetime = moment_column(nullable=False)


class Avoidance(SQLModel, table=True):
    """`person` prefers not to be paired with `avoided`. Shown to nobody but `person`."""

    __table_args__ = (UniqueConstraint("person_id", "avoided_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    person_id: int = Field(foreign_key="person.id")
    avoided_id: int = Field(foreign_key="person.id")


class ManagerSource(StrEnum):
    """The source of the information who a person's manager is."""

    HR = "hr"
    """HR of the programme: in a roster or in the form for missing managers."""
    PERSON = "person"
    """They themselves, when they joined the programme."""
    CARRIED = "carried"
    """Unknown: stored for the whole workspace before migration 0018. Used in matching, never shown to HR."""


class RosterEntry(SQLModel, table=True):
    """A programme's own data on a person's place in the company, whether or not they take part.

    No other programme reads or changes the row.
    """

    __tablename__ = "programmeroster"
    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    manager_id: int | None = Field(default=None, foreign_key="person.id")
    manager_known: bool = False
    """False until they, or HR, named the manager or said that there is none."""
    manager_source: ManagerSource = state_column(ManagerSource.HR)
    """Meaningful only with `manager_known`."""
    appraiser_id: int | None = Field(default=None, foreign_key="person.id")
    """Who appraises their work besides the manager."""
    department: str = ""
    level: int | None = None
    started_on: date | None = None
    listed_at: datetime | None = moment_column()
    """When HR's roster last named them. None: no roster did, so department, level and start are empty."""
    at: datetime = moment_column(nullable=False)


class RosterLevel(SQLModel, table=True):
    """Which career level a job title of a programme's rosters has, as its HR said once. It names nobody."""

    __tablename__ = "rosterlevel"
    __table_args__ = (UniqueConstraint("programme_id", "title"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    title: str
    """Normalised by `bot.domain.sheet_rows.plain_name`."""
    level: int | None = None
    """None: HR leaves people with this title without a level."""
    at: datetime = moment_column(nullable=False)


class SharedRosterEntry(SQLModel, table=True):
    """Superseded by `RosterEntry`: one row per person for the whole workspace. Not read since migration 0018.

    The table stays for replicas that still run an older version; erasing and retention delete from it.
    """

    __tablename__ = "rosterentry"

    id: int = Field(default=None, primary_key=True)
    team_id: str
    person_id: int = Field(foreign_key="person.id", unique=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    department: str = ""
    level: int | None = None
    started_on: date | None = None
    appraiser_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = moment_column(nullable=False)
