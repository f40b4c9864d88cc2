"""The tables. Every row carries its workspace (`team_id`), so that one installation can serve many.

Moments are aware and in UTC; days are local dates; lists and small records are JSON. Codes (topics, formats,
stages) are the names that `bot.domain` gives them. Money, scores and counts are integers.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Enum, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.types import UTCDateTime

# Names for what the database would name by itself, each in its own way: a migration can then refer to them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Record = dict[str, Any]


def _moment(*, index: bool = False, nullable: bool = True) -> Any:
    """A column for an aware moment. A fresh `Column` each, since a column belongs to one table."""
    return Field(default=None, sa_column=Column(UTCDateTime(), index=index, nullable=nullable))


def _json(default: type[list[Any]] | type[dict[str, Any]]) -> Any:
    return Field(default_factory=default, sa_column=Column(JSON, nullable=False))


def _state(default: StrEnum) -> Any:
    """A column for a state, kept as its plain name: a new state then needs no change of the schema."""
    names = Enum(
        type(default),
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda states: [state.value for state in states],
    )
    return Field(default=default, sa_column=Column(names, nullable=False))


class ProgrammeState(StrEnum):
    RECRUITING = "recruiting"
    RUNNING = "running"
    CLOSED = "closed"


class ParticipantState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class DraftState(StrEnum):
    OPEN = "open"
    RELEASED = "released"
    SUPERSEDED = "superseded"


class Verdict(StrEnum):
    LOCKED = "locked"
    FORBIDDEN = "forbidden"


class PairState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    COMPLETED = "completed"


class RhythmState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    KEPT = "kept"
    REPLACED = "replaced"


class SessionState(StrEnum):
    PLANNED = "planned"
    BOOKED = "booked"
    HELD = "held"
    MISSED = "missed"


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    DEAD = "dead"
    EXPIRED = "expired"
    DROPPED = "dropped"


class Person(SQLModel, table=True):
    """Somebody of a workspace, as Slack and they themselves told us."""

    __table_args__ = (UniqueConstraint("team_id", "slack_id"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    slack_id: str
    name: str
    email: str | None = None
    zone: str = "Asia/Jakarta"
    """IANA name; follows Slack's profile."""
    work_start: str = "09:00"
    work_end: str = "17:00"
    """Wall time in `zone`."""
    language: str = "id"
    address: str = "kamu"
    """How they wish to be addressed: kamu, anda, bapak, ibu, kak."""
    dm_channel: str | None = None
    """The bot's DM with them, once it was opened."""
    manager_id: int | None = Field(default=None, foreign_key="person.id")
    manager_known: bool = False
    """False until they, or HR, said who the manager is or that there is none."""
    profile_at: datetime | None = _moment()
    """When Slack last told us name and zone; none if Slack was too busy to tell when we met them."""
    active: bool = True
    """False once deactivated in Slack: then nothing is sent."""
    erased_at: datetime | None = _moment()
    """When everything about them was erased, on their wish or because it was old. The rest of the row says nothing."""
    clean_at: datetime | None = _moment(index=True)
    """Erased: when to go on deleting what the bot wrote to their DM; none once nothing is left there."""
    created_at: datetime = _moment(nullable=False)


class Avoidance(SQLModel, table=True):
    """`person` would rather not be paired with `avoided`. Shown to nobody but `person`."""

    __table_args__ = (UniqueConstraint("person_id", "avoided_id"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    person_id: int = Field(foreign_key="person.id")
    avoided_id: int = Field(foreign_key="person.id")


class RosterEntry(SQLModel, table=True):
    """What HR's roster says of somebody, whether or not they take part. Who manages them is in `person`."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    person_id: int = Field(foreign_key="person.id", unique=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    """Whose HR said so last: forgotten with it."""
    department: str = ""
    level: int | None = None
    started_on: date | None = None
    appraiser_id: int | None = Field(default=None, foreign_key="person.id")
    """Who judges their work besides the manager."""
    at: datetime = _moment(nullable=False)


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

    id: int | None = Field(default=None, primary_key=True)
    team_id: str = Field(index=True)
    name: str
    theme: str
    starts_on: date
    months: int
    cadence: str
    minutes: int = 60
    language: str
    """The language of the HR channel and of the announcement."""
    zone: str = "Asia/Jakarta"
    country: str = "ID"
    """Whose public holidays count."""
    days_added: list[str] = _json(list)
    days_removed: list[str] = _json(list)
    """ISO dates that HR made days off, or working days."""
    least_gap: int = 1
    same_department: bool = False
    floor: int = Field(default=3500, sa_column_kwargs={"server_default": "3500"})
    weights: dict[str, int] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    """How much each part of a match's score counts, to each other; empty until HR decides."""
    """The score, 0-9,999, under which HR calls a pair weak."""
    hr_channel: str
    announce_channel: str
    follows_id: int | None = Field(default=None, foreign_key="programme.id")
    """The programme before, whose settings it took over and whose people it invites."""
    contact_id: int | None = Field(default=None, foreign_key="person.id")
    """The named person to whom concerns go."""
    state: ProgrammeState = _state(ProgrammeState.RECRUITING)
    next_summary_at: datetime | None = _moment(index=True)
    next_recruit_at: datetime | None = _moment(index=True)
    """When the channel is reminded next that one can still join; none once pairs were released."""
    count_at: datetime | None = _moment(index=True)
    """When HR's first message is brought up to date: somebody signed up or left since."""
    next_close_at: datetime | None = _moment(index=True)
    """When a tick looks whether a running programme has come to its end; set at its release."""
    forget_at: datetime | None = _moment(index=True)
    """When what is personal in it has been kept long enough; a tick works it out."""
    forgotten_at: datetime | None = _moment()
    """When that was erased."""
    created_at: datetime = _moment(nullable=False)
    created_by: int = Field(foreign_key="person.id")


class Participant(SQLModel, table=True):
    """A person's sign-up to a programme."""

    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    level: int
    department: str
    offers: list[Record] = _json(list)
    """[{"topic": code, "level": 1-5}], what they can teach."""
    wishes: list[Record] = _json(list)
    """[{"topic": code, "priority": 1-3, "skill": 1-5}], what they want to learn; 3 is wanted most."""
    interests: list[str] = _json(list)
    formats: list[str] = _json(list)
    cadences: list[str] = _json(list)
    languages: list[str] = _json(list)
    mentor_capacity: int = 2
    mentee_capacity: int = 1
    state: ParticipantState = _state(ParticipantState.ACTIVE)
    paused_until: datetime | None = _moment(index=True)
    resumed_at: datetime | None = _moment()
    """The end of the last pause: a pair's waiting times begin anew there."""
    joined_at: datetime = _moment(nullable=False)
    left_at: datetime | None = _moment()
    left_reason: str | None = None
    """A code; only ever counted, never shown with the person."""
    forgotten_at: datetime | None = _moment()
    """When what they told for this programme was erased; what is left is only counted."""


class TopicAsk(SQLModel, table=True):
    """Somebody with a free place was asked whether they could help with a topic that too few offer: once."""

    __table_args__ = (UniqueConstraint("participant_id", "topic"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id")
    topic: str
    asked_at: datetime = _moment(nullable=False)
    level: int | None = None
    """1-5: yes, and how well they know it. 0: no."""


class Draft(SQLModel, table=True):
    """A proposal of pairs that only HR sees."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    state: DraftState = _state(DraftState.OPEN)
    created_at: datetime = _moment(nullable=False)
    created_by: int = Field(foreign_key="person.id")
    released_at: datetime | None = _moment()
    released_by: int | None = Field(default=None, foreign_key="person.id")
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Grows with each act of HR's. Whoever acts on an older one has not seen the draft as it is, and is told so."""
    before_id: int | None = Field(default=None, foreign_key="draft.id")
    """The draft that this one took the place of, to tell what changed."""
    unkept: list[Record] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'"))
    )
    """[{"mentor": id, "mentee": id, "rule": name}]: sign-ups that HR locked together and a rule forbids by now."""


class SponsorMessage(SQLModel, table=True):
    """Words from leadership that HR had the bot post in the programme's channel. Who of HR did is in the audit."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    sponsor_id: int | None = Field(default=None, foreign_key="person.id")
    """Who speaks, if they are in this Slack."""
    name: str = ""
    """Name and title as HR typed them; with a person, the title."""
    text: str
    at: datetime = _moment(nullable=False)


class GateWaiver(SQLModel, table=True):
    """HR decided to release without something that belongs before a release (`bot.services.programmes.gates`)."""

    __table_args__ = (UniqueConstraint("draft_id", "gate"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    draft_id: int = Field(foreign_key="draft.id")
    gate: str
    at: datetime = _moment(nullable=False)


class Preparation(SQLModel, table=True):
    """How far somebody has read before their first session: a mentor the orientation, a leader the briefing."""

    __table_args__ = (UniqueConstraint("participant_id", "side"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    steps_read: int = 0
    offered_at: datetime = _moment(nullable=False)
    finished_at: datetime | None = _moment()
    remind_at: datetime | None = _moment(index=True)
    """When a tick reminds them, ahead of a first session that is booked."""


class DraftPair(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("draft_id", "mentor_id", "mentee_id"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    draft_id: int = Field(foreign_key="draft.id", index=True)
    mentor_id: int = Field(foreign_key="participant.id")
    mentee_id: int = Field(foreign_key="participant.id")
    score: int
    """0-9,999."""
    explanation: Record = _json(dict)
    """{"mentor": reasons, "mentee": reasons, "checked": codes}; reasons are [[code, {…}], …]."""
    excluded: bool = False
    """HR took it out of the draft."""
    alternates: Record = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    """{"mentor": others instead of the mentor, "mentee": others instead of the mentee}, each [[sign-up, score], …],
    best first."""


class CoupleMark(SQLModel, table=True):
    """What HR decided about two sign-ups, or wrote down: it holds for the programme and outlives every draft."""

    __table_args__ = (UniqueConstraint("programme_id", "mentor_id", "mentee_id"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    mentor_id: int = Field(foreign_key="participant.id")
    mentee_id: int = Field(foreign_key="participant.id")
    verdict: str | None = None
    """One of `Verdict`."""
    lifted: list[str] = _json(list)
    """Rules that forbid these two, and that HR put aside for them."""
    note: str = ""
    """For HR's eyes alone."""
    marked_by: int = Field(foreign_key="person.id")
    marked_at: datetime = _moment(nullable=False)


class DraftLeftover(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    draft_id: int = Field(foreign_key="draft.id", index=True)
    participant_id: int = Field(foreign_key="participant.id")
    side: str
    cause: str
    help: str


class Pair(SQLModel, table=True):
    """A mentor and a mentee who were introduced, or are about to be."""

    __table_args__ = (UniqueConstraint("programme_id", "mentor_id", "mentee_id"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    mentor_id: int = Field(foreign_key="participant.id", index=True)
    mentee_id: int = Field(foreign_key="participant.id", index=True)
    explanation: Record = _json(dict)
    """As in `DraftPair`."""
    state: PairState = _state(PairState.ACTIVE)
    group_channel: str | None = None
    """The group DM, once it was opened."""
    cadence: str | None = None
    """How often the two want to meet; none: as their programme does."""
    format: str | None = None
    """The form that both chose; none: what suits both by their sign-ups."""
    introduced_at: datetime = _moment(nullable=False)
    paused_until: datetime | None = _moment(index=True)
    """HR lets the pair rest until then."""
    resumed_at: datetime | None = _moment()
    """The end of its last rest: waiting times begin anew there."""
    ended_at: datetime | None = _moment()
    ended_side: str | None = None
    """Who asked for another partner, and why: only kept if they wanted HR to know."""
    ended_why: str | None = None
    next_check_at: datetime | None = _moment(index=True)
    """When the at-risk rules look at this pair next."""


class Agreement(SQLModel, table=True):
    """One version of what a pair agreed on. The newest counts, the others are its history; for the two only."""

    __table_args__ = (UniqueConstraint("pair_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    version: int
    goals: list[Record] = _json(list)
    """[{"goal": text, "measure": text, "by": ISO date}], up to three."""
    books: str
    """Who looks after the dates: mentor, mentee, in_turn."""
    mentor_called: str
    mentee_called: str
    confidential: str = ""
    """What they add to what is always confidential."""
    off_limits: str = ""
    written_by: str
    """The side."""
    written_at: datetime = _moment(nullable=False)
    mentor_signed_at: datetime | None = _moment()
    mentee_signed_at: datetime | None = _moment()


class Rhythm(SQLModel, table=True):
    """A change of how often and in which form a pair meets, proposed by one of the two and up to the other."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    cadence: str
    format: str
    side: str
    """Who proposed it."""
    state: RhythmState = _state(RhythmState.OPEN)
    at: datetime = _moment(nullable=False)
    answered_at: datetime | None = _moment()


class MentoringSession(SQLModel, table=True):
    """One meeting of a pair: planned in a window, then perhaps booked, then held or missed."""

    __tablename__ = "session"
    __table_args__ = (UniqueConstraint("pair_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    number: int
    pack: str
    opens_on: date
    closes_on: date
    """The window [opens_on, closes_on) in which it should take place."""
    state: SessionState = _state(SessionState.PLANNED)
    starts_at: datetime | None = _moment()
    minutes: int = 60
    wall: str | None = None
    """The booked local time as it was picked, "2027-01-05T10:00", in `wall_zone`."""
    wall_zone: str | None = None
    steps_done: list[str] = _json(list)
    """Keys of the steps (see `bot.domain.sessions`) that were sent or expired."""
    next_at: datetime | None = _moment(index=True)
    """When a tick has to look at it next; none once nothing is left to do."""
    settled_at: datetime | None = _moment()
    """When its poll closed: from then on neither its state nor what was answered changes."""


class SessionChange(SQLModel, table=True):
    """A booking, a move, a cancellation, a statement that it was held, or a no-show, and of which side."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    session_id: int = Field(foreign_key="session.id", index=True)
    side: str
    kind: str
    """booked, moved, cancelled, held, no_show."""
    reason: str | None = None
    before: datetime | None = _moment()
    after: datetime | None = _moment()
    at: datetime = _moment(nullable=False)


class PollAnswer(SQLModel, table=True):
    """What one of the pair answered after a session. HR sees only figures drawn from five people or more."""

    __table_args__ = (UniqueConstraint("session_id", "participant_id"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    session_id: int = Field(foreign_key="session.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    met: str | None = None
    useful: int | None = None
    honest: int | None = None
    """Mentor: "I could speak honestly", 1-5."""
    will_use: int | None = None
    """Leader: "I learned something I will use", 1-5."""
    learned: str | None = None
    will_do: str | None = None
    share: bool = False
    """The writer ticked that HR may read the two comments."""
    contact_me: bool = False
    answered_at: datetime = _moment(nullable=False)


class Thanks(SQLModel, table=True):
    """What one of a pair thanked the other for; for the other one only. HR sees how many there are."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    side: str
    """Whose words they are."""
    text: str
    at: datetime = _moment(nullable=False)


class Reading(SQLModel, table=True):
    """What somebody says of themselves before, at the end and 90 days on: the same items each time.

    HR sees only figures drawn from five people or more. Which items there are, and for whom, `bot.domain.measures`
    says.
    """

    __table_args__ = (UniqueConstraint("participant_id", "side", "moment"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    moment: str
    """before, closing, later."""
    topic: str | None = None
    """What `skill` and `used` are about: kept with the first answer, so that it is the same each time."""
    asked_at: datetime = _moment(nullable=False)
    closes_at: datetime = _moment(nullable=False)
    """From then on no answer changes, and figures may be made of it."""
    skill: int | None = None
    understanding: int | None = None
    used: int | None = None
    """1 or 0: whether they used it in the last month."""
    confident: int | None = None
    seen: int | None = None
    stay: int | None = None
    practised: int | None = None
    noticed: int | None = None
    """Both about the programme's theme."""
    answered_at: datetime | None = _moment()


class LogEntry(SQLModel, table=True):
    """A note in somebody's learning log: for their own eyes, unless they share it."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    participant_id: int = Field(foreign_key="participant.id", index=True)
    side: str
    session_id: int | None = Field(default=None, foreign_key="session.id")
    """The meeting it is about; none if it was written at any other time."""
    learned: str = ""
    taught: str = ""
    """What they taught back."""
    with_partner: bool = False
    with_hr: bool = False
    written_at: datetime = _moment(nullable=False)
    changed_at: datetime = _moment(nullable=False)


class ActionCard(SQLModel, table=True):
    """An insight of a pair that becomes a change: what, whose, by when, and what came of it. For the two only,
    unless both let HR see it."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    insight: str
    kind: str
    """sop, project, training, habit, other."""
    change: str
    owner: str
    """The side whose it is."""
    due_on: date
    state: str = "open"
    """open, done, dropped."""
    why: str = ""
    """Why it was dropped."""
    written_by: str
    written_at: datetime = _moment(nullable=False)
    settled_at: datetime | None = _moment()
    """When it was done or dropped."""
    mentor_shares_at: datetime | None = _moment()
    """When the mentor agreed to HR's seeing it; HR does once both have."""
    mentee_shares_at: datetime | None = _moment()
    kept_by: str | None = None
    """The side that said it stays between the two: the other one cannot ask again."""
    next_follow_at: datetime | None = _moment(index=True)
    """When its owner is asked next what came of it; none once nothing is left to ask."""


class Story(SQLModel, table=True):
    """One version of what a pair tells others of its mentoring, if both want. The newest counts."""

    __table_args__ = (UniqueConstraint("pair_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    version: int
    tried: str
    changed: str
    quote: str
    said_by: str
    """The side whose sentence it is."""
    written_by: str
    """The side."""
    written_at: datetime = _moment(nullable=False)
    mentor_approved_at: datetime | None = _moment()
    mentee_approved_at: datetime | None = _moment()
    posted_at: datetime | None = _moment()
    """When HR posted it for everybody."""
    withdrawn_at: datetime | None = _moment()
    """When one of the two took it back, or wrote a newer version."""
    clean_at: datetime | None = _moment(index=True)
    """Withdrawn: when to go on taking it back from Slack; none once nothing is left there."""


class Concern(SQLModel, table=True):
    """Something a person wants to talk about, for the programme's named contact and nobody else."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    text: str
    at: datetime = _moment(nullable=False)


class RiskAction(SQLModel, table=True):
    """A step taken for a pair that seemed at risk."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    pair_id: int = Field(foreign_key="pair.id", index=True)
    action: str
    at: datetime = _moment(nullable=False)


class AuditEntry(SQLModel, table=True):
    """Who of HR did what, and when."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    what: str
    details: Record = _json(dict)
    at: datetime = _moment(nullable=False)


class Receipt(SQLModel, table=True):
    """A request of Slack's that had its effect; the same one again has none."""

    team_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = _moment(index=True, nullable=False)


class Outbox(SQLModel, table=True):
    """A message to be sent exactly once. See `bot.delivery` for the states."""

    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("outbox_waiting", "state", "bulk", "due_at", "id"),
        Index("outbox_turns", "state", "bulk", "programme_id", "due_at", "id"),
        Index("outbox_expiring", "state", "expires_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    key: str
    """`programme:kind:subject:slot`: a message that exists is never inserted again."""
    kind: str
    """Which message: the name of its text."""
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """Sent to this person's DM …"""
    pair_id: int | None = Field(default=None, foreign_key="pair.id", index=True)
    """… or to this pair's group DM (when no person is named) …"""
    channel: str | None = None
    """… or to this channel. Filled with the resolved channel before anything is posted, so a row without one
    was never posted."""
    lane: str = ""
    """Whom it goes to, as `storage.buckets` names it: messages of one lane keep about a second apart."""
    data: Record = _json(dict)
    """What the message needs beyond its subject: ids and numbers."""
    bulk: bool = False
    """Part of a release or another wave: never lets an answer to a click wait."""
    keeps_hours: bool = True
    """Wait for the recipient's working hours."""
    state: OutboxState = _state(OutboxState.PENDING)
    due_at: datetime = _moment(nullable=False)
    """Pending: when to send. Unknown: when to read back."""
    expires_at: datetime | None = _moment()
    attempt: int = 0
    owner: str | None = None
    lease_until: datetime | None = _moment()
    started_at: datetime | None = _moment()
    """When the last attempt was claimed: read-back starts a minute before."""
    sent_at: datetime | None = _moment()
    ts: str | None = None
    error: str | None = None
    created_at: datetime = _moment(nullable=False)


class RateBucket(SQLModel, table=True):
    """How far ahead of Slack's limit a (workspace, method) or a lane is, shared by all replicas."""

    team_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    free_at: datetime = _moment(nullable=False)
    """When it would be unused again, were nothing more sent (the "theoretical arrival time" of GCRA)."""
    paused_until: datetime | None = _moment()
    """Slack said 429: nothing before this moment."""
