"""Programmes, enrolments, and what precedes the matching."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Record, json_column, moment_column, state_column, stored_as


class ProgrammeState(StrEnum):
    RECRUITING = "recruiting"
    RUNNING = "running"
    CLOSED = "closed"


class ParticipantState(StrEnum):
    ACTIVE = "active"
    WAITING = "waiting"
    """For HR's approval."""
    PAUSED = "paused"
    LEFT = "left"


NOT_TAKING_PART = (ParticipantState.LEFT, ParticipantState.WAITING)
"""Those whom the programme plans nothing for; who waits for HR's approval may still take part."""


class Programme(SQLModel, table=True):
    """One cohort, run from one HR channel."""

    __table_args__ = (
        Index(
            "one_open_programme_a_channel",
            "team_id",
            "hr_channel",
            unique=True,
            sqlite_where=text("state != 'closed'"),
            postgresql_where=text("state != 'closed'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    team_id: str = Field(index=True)
    name: str
    theme: str
    starts_on: date
    months: int
    ends_on: date | None = None
    """The last day, if HR moved it; None: as `starts_on` and `months` say."""
    paused_at: datetime | None = moment_column()
    """When HR paused the programme for all; None while it is not."""
    paused_until: datetime | None = moment_column(index=True)
    """The beginning of the day on which it continues."""
    cancelled_at: datetime | None = moment_column()
    """When HR cancelled it: it is closed, without farewells, questions or certificates."""
    cadence: str
    minutes: int = 60
    language: str
    """The language of the HR channel and of the announcement."""
    zone: str = "Asia/Jakarta"
    country: str = "ID"
    """The country whose public holidays apply."""
    joint_leave: bool = Field(default=True, sa_column_kwargs={"server_default": false()})
    """Whether joint leave counts, too. Not in programmes that were running before it did: people know their dates."""
    days_added: list[str] = json_column(list)
    days_removed: list[str] = json_column(list)
    """ISO dates that HR made days off, or working days."""
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'")))
    """The codes of the topics that people can choose; empty: all. The company's own topics are names."""
    least_gap: int = 1
    same_department: bool = False
    floor: int = Field(default=3500, sa_column_kwargs={"server_default": "3500"})
    """The score, 0-9,999, below which a match is weak."""
    weights: dict[str, int] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    """Relative weights of the parts of a match's score; empty until HR decides."""
    own_texts: dict[str, dict[str, dict[str, str]]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    """HR's own words (`bot.domain.recruiting_own_texts.OwnTexts`)."""
    style_fit: str | None = None
    """Which working styles fit together (`bot.domain.signup.StyleFit`); None until HR decides: alike."""
    finish_orientation: str = Field(default="recommended", sa_column_kwargs={"server_default": "recommended"})
    """Until when HR wants people to finish the orientation or the briefing (`bot.domain.orientation.FinishBy`)."""
    circles: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether HR offers mentors' circles."""
    circles_at: datetime | None = moment_column(index=True)
    """When a job puts circles together, or mends them."""
    guests: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether people with a guest account may take part."""
    check_ins: str | None = None
    """How often people are asked how it is going (`bot.domain.care_check_ins.CheckIns`); None in older programmes:
    halfway, unless they are short."""
    proposes_wishes: bool = Field(default=True, sa_column_kwargs={"server_default": false()})
    """Whether a pair's introduction proposes the cadence that both chose at sign-up. Not in older programmes: their
    people had signed up without reading that."""
    recommends: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether people are asked at the end if they would recommend it: since its first release. Not in programmes that
    were released before there was this question: their people had read which ones come."""
    survey_set: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """The questions before, at the end and 90 days on (`bot.domain.surveys.SETS`): the newest since the first release.
    Programmes that were released before a set existed keep theirs, so that the answers can be compared."""
    asks_improvements: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether people are asked what the programme should do better: since its first release. Not in programmes that
    were released before there was this question."""
    place: str | None = None
    """Where pairs meet unless they say otherwise: words, or an https link. None: not said."""
    place_changes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often that changed, for the numbers of calendar files."""
    hr_channel: str
    announce_channel: str
    follows_id: int | None = Field(default=None, foreign_key="programme.id")
    """The previous programme, whose settings were copied and whose people are invited."""
    contact_id: int | None = Field(default=None, foreign_key="person.id")
    """The first named contact for concerns; whether they agreed is in `ProgrammeContact`."""
    second_contact_id: int | None = Field(default=None, foreign_key="person.id")
    """Who receives concerns that the first contact cannot receive."""
    next_contact_at: datetime | None = moment_column(index=True)
    """When a job checks the contacts: at once after one is gone, and weekly while there is none."""
    state: ProgrammeState = state_column(ProgrammeState.RECRUITING)
    next_summary_at: datetime | None = moment_column(index=True)
    eligibility: Record = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    """Who may take part (`bot.domain.recruiting_eligibility`); empty: everyone."""
    approve_within: int | None = None
    """HR approves sign-ups, within so many working days; None: they need no approval."""
    sign_up_closes_on: date | None = None
    """The last day on which people can join by themselves; None: as long as the programme runs."""
    next_recruit_at: datetime | None = moment_column(index=True)
    """When the channel is next reminded that people can join; None once pairs were released."""
    count_at: datetime | None = moment_column(index=True)
    """When HR's first message is updated: a person signed up or left since."""
    next_close_at: datetime | None = moment_column(index=True)
    """When a job checks whether a running programme has ended; set at its release."""
    forget_at: datetime | None = moment_column(index=True)
    """When the retention time of its personal data ends; computed by a job."""
    forgotten_at: datetime | None = moment_column()
    """When they were erased."""
    announce_trouble: str | None = None
    """What HR was last told is wrong with the announcement's channel (`AnnouncementTrouble`); None if nothing is."""
    hr_trouble: str | None = None
    """Why nothing is posted to HR's channel now (`bot.domain.programme.HrTrouble`); None while it can be used."""
    hr_trouble_at: datetime | None = moment_column()
    """Since when."""
    hr_check_at: datetime | None = moment_column(index=True)
    """When Slack is asked again whether the channel can be used; None while it can."""
    created_at: datetime = moment_column(nullable=False)
    created_by: int = Field(foreign_key="person.id")
    """The owner: the person who set it up, or took it over once they had left."""


class HrMember(SQLModel, table=True):
    """A person who was HR of a programme when its channel was last seen as it should be."""

    __tablename__ = "hrmember"
    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    seen_at: datetime = moment_column(nullable=False)


class Participant(SQLModel, table=True):
    """A person's sign-up to a programme."""

    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    level: int
    department: str
    offers: list[Record] = json_column(list)
    """[{"topic": code, "level": 1-5}], topics they can teach."""
    wishes: list[Record] = json_column(list)
    """[{"topic": code, "priority": 1-3, "skill": 1-5 or None}], topics they want to learn; priority 3 is highest."""
    confidence: int | None = None
    """1-5: how confident a mentor feels about mentoring a leader."""
    held_at: datetime | None = moment_column()
    """When HR held them back: they are in no new pair until HR lets them in again."""
    motivation: str | None = None
    """Why they want to mentor, in their words; HR reads it."""
    interests: list[str] = json_column(list)
    formats: list[str] = json_column(list)
    cadences: list[str] = json_column(list)
    style: dict[str, str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """How they like to work (`bot.domain.signup.STYLES`), as far as they said; HR does not see it."""
    languages: list[str] = json_column(list)
    mentor_capacity: int = 2
    leader_capacity: int = Field(default=1, sa_column_kwargs=stored_as("mentee_capacity"))
    state: ParticipantState = state_column(ParticipantState.ACTIVE)
    paused_until: datetime | None = moment_column(index=True)
    resumed_at: datetime | None = moment_column()
    """The end of the last pause: a pair's waiting times count from there."""
    joined_at: datetime = moment_column(nullable=False)
    left_at: datetime | None = moment_column()
    left_reason: str | None = None
    """A code; only counted, never shown with the person."""
    reason_counted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """They left by themselves, by a form that says that HR sees how often each reason was given."""
    hr_reason: str | None = None
    """Why HR took them out, in HR's words, for HR alone."""
    hr_level: int | None = None
    hr_department: str | None = None
    """Level and department as HR corrected them after its roster; they decide whether HR's limits fit the person."""
    admitted_at: datetime | None = moment_column()
    """When HR let them take part whatever its limits: it signed them up, or said so."""
    outside_limits: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """They were in none of the channels that HR's limits name when Slack was last asked (`channel_limits`)."""
    hr_changed_at: datetime | None = moment_column()
    """When HR last changed something in it that matching uses. What they change themselves is `Person.changed_at`."""
    waits_since: datetime | None = moment_column()
    """Since when the sign-up waits for HR's approval; still there if they withdrew it before HR answered."""
    hr_declined_at: datetime | None = moment_column()
    """When HR answered a sign-up that waited with "not this time"."""
    forgotten_at: datetime | None = moment_column()
    """When their data for this programme were erased; the rest is only counted."""

    @property
    def took_part(self) -> bool:
        """Whether they take part or did: not if HR has not approved the sign-up, or said no, or they withdrew it."""
        return self.waits_since is None and self.hr_declined_at is None


class TopicAsk(SQLModel, table=True):
    """A person with a free place was asked, once, whether they could help with a topic that has too few mentors."""

    __table_args__ = (UniqueConstraint("participant_id", "topic"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id")
    topic: str
    asked_at: datetime = moment_column(nullable=False)
    level: int | None = None
    """1-5: yes, and how well they know it. 0: no."""


class MaterialLink(SQLModel, table=True):
    """A link to the company's own material, which pairs find with their sessions."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    topic: str = ""
    pack: str = ""
    """What it is for (`bot.domain.material.For`): a topic, a kind of session, or, if both are empty, all."""
    title: str
    url: str
    added_at: datetime = moment_column(nullable=False)


class SponsorMessage(SQLModel, table=True):
    """Message of the sponsor that HR had the bot post in the programme's channel. The audit log has who of HR did."""

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    sponsor_id: int | None = Field(default=None, foreign_key="person.id")
    """The sponsor, if they are in this Slack."""
    name: str = ""
    """Name and title as HR typed them; with a person, the title."""
    text: str
    at: datetime = moment_column(nullable=False)
    thanks: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Leadership's thanks once the programme has ended, instead of the message before the introductions."""


class CertificateDesign(SQLModel, table=True):
    """HR's additions to the certificates of a programme: a logo and a second signature."""

    __tablename__ = "certificatedesign"

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", unique=True)
    logo: str = ""
    """The picture as PNG or JPEG, in base64."""
    second_id: int | None = Field(default=None, foreign_key="person.id")
    """Who else signs, if they are in this Slack."""
    second_name: str = ""
    """Their name, if they are not."""
    second_title: str = ""
    changed_at: datetime = moment_column(nullable=False)


class PlaybookNotes(SQLModel, table=True):
    """What HR notes about a programme for the next one, in its words. Erased when the retention time ends."""

    __tablename__ = "playbooknotes"

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", unique=True)
    worked: str = ""
    changes: str = ""
    """What to do differently."""
    advice: str = ""
    """For HR of the next programme."""
    changed_at: datetime = moment_column(nullable=False)


class GateWaiver(SQLModel, table=True):
    """HR decided to release without an item of the checklist (`bot.services.matching.release_checklist`)."""

    __table_args__ = (UniqueConstraint("draft_id", "gate"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    draft_id: int = Field(foreign_key="draft.id")
    gate: str
    at: datetime = moment_column(nullable=False)


class Preparation(SQLModel, table=True):
    """A person's progress in reading before the first session: a mentor the orientation, a leader the briefing."""

    __table_args__ = (UniqueConstraint("participant_id", "side"),)

    id: int = Field(default=None, primary_key=True)
    team_id: str
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    steps_read: int = 0
    offered_at: datetime = moment_column(nullable=False)
    finished_at: datetime | None = moment_column()
    remind_at: datetime | None = moment_column(index=True)
    """When a job reminds them, before a booked first session."""
