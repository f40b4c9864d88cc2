"""The figures of HR's summary, read together. Those about private answers come only from published groups."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.figures import OF_MENTORS, Count, Figure, Published
from bot.domain.polls import MEASURES, Participation
from bot.domain.sessions import Side
from bot.domain.signup import Role
from bot.domain.surveys import Course, courses
from bot.services.agreement.agreement import signed_pairs
from bot.services.care.at_risk import moved_ahead
from bot.services.care.attention import Attention, pairs_needing_attention
from bot.services.closing.completion import Ending, ending_of
from bot.services.insight.published_groups import publish, read_published
from bot.services.orientation.orientation import Finished, finished
from bot.services.outcomes.figures import Comment, Outcomes, outcomes, shared_notes
from bot.services.roster.entries import with_known_manager
from bot.services.sessions.called_off import CALLED_OFF, LEFT_OUT
from storage.tables import (
    NOT_TAKING_PART,
    MentoringSession,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    PollAnswer,
    Programme,
    SessionChange,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork

WEEK = timedelta(days=7)
MOST_COMMENTS = 5


@dataclass(frozen=True)
class People:
    """Active participants; `before` is their number a week ago."""

    taking_part: int
    before: int
    mentors: int
    leaders: int
    both: int
    paused: int
    left: int
    unmatched: int
    no_manager: int


@dataclass(frozen=True)
class Month:
    """Sessions whose window opens in the month of `first`."""

    first: date
    planned: int
    held: int


@dataclass(frozen=True)
class Sessions:
    """`planned`: those that should have been held by now; the others count all."""

    planned: int
    held: int
    held_before: int
    booked: int
    moves: dict[Side, int]
    months: tuple[Month, ...]


@dataclass(frozen=True)
class Measure:
    """Ratings, as far as they may be shown, and as of a week ago."""

    name: str
    now: Figure | None
    before: Figure | None


@dataclass(frozen=True)
class Topic:
    code: str
    wanted: int
    offered: int


@dataclass(frozen=True)
class PairLine:
    """A row of the table of pairs."""

    mentor: Person
    leader: Person
    stage: str
    held: int
    planned: int
    next_at: datetime | None


@dataclass(frozen=True)
class Summary:
    """The content of HR's summary, as of `at`."""

    programme: Programme
    at: datetime
    people: People
    pairs: tuple[PairLine, ...]
    agreements: int
    """Active pairs that have signed theirs: all that HR sees of agreements."""
    sessions: Sessions
    measures: tuple[Measure, ...]
    answers: Participation | None
    topics: tuple[Topic, ...]
    attention: tuple[Attention, ...]
    comments: tuple[Comment, ...]
    outcomes: Outcomes
    """Results of the pairs' action cards."""
    courses: tuple[Course, ...] = ()
    """Survey results before, at the end and 90 days on."""
    prepared: tuple[Finished, ...] = ()
    support: Mapping[Count, int] = field(default_factory=dict)
    """How many mentors asked for what supports them, as far as it is published."""

    @property
    def active_pairs(self) -> int:
        return sum(line.stage not in set(Ending) for line in self.pairs)

    @property
    def completed(self) -> int:
        """Pairs that are over and completed, by the rule of the certificates."""
        return self.stages.get(Ending.COMPLETED, 0)

    @property
    def stages(self) -> dict[str, int]:
        """The number of pairs in each stage."""
        return dict(Counter(line.stage for line in self.pairs))


@dataclass(frozen=True)
class _Records:
    """The rows from which it is computed."""

    programme: Programme
    now: datetime
    members: dict[int, tuple[Participant, Person]]
    pairs: list[Pair]
    sessions: dict[int, list[MentoringSession]]
    changes: dict[int, list[SessionChange]]
    """By pair."""
    managed: frozenset[int]
    """Persons whose manager is known."""

    @property
    def today(self) -> date:
        return local(self.now, self.programme.zone).date()


async def current_summary(store: Store, programme_id: int, now: datetime) -> Summary:
    """Publish full groups, then read the summary."""
    await publish(store, programme_id, now)
    async with store.read(now) as work:
        return await read_summary(work, await work.session.get_one(Programme, programme_id))


async def read_summary(work: UnitOfWork, programme: Programme) -> Summary:
    """Read the summary of a programme, as of `work.now`, from what was published so far (see `current_summary`)."""
    now, session = work.now, work.session
    records = await _read(session, programme, now)
    published = await read_published(session, programme.id)
    # A week ago is the whole of that day: summaries come at about the same hour.
    before = published.until(local(now - WEEK, programme.zone).date(), programme.zone)
    attention = await pairs_needing_attention(work, programme)
    at_risk = {one.pair_id for one in attention}
    return Summary(
        programme=programme,
        at=now,
        people=_people(records),
        pairs=tuple(_line(records, pair, at_risk=pair.id in at_risk) for pair in records.pairs),
        agreements=await signed_pairs(session, programme.id),
        sessions=_sessions(records),
        measures=tuple(Measure(name, published.figure(name), before.figure(name)) for name in MEASURES),
        answers=_participation(published),
        topics=_topics(records),
        attention=tuple(attention),
        comments=(
            *await shared_notes(session, programme.id, MOST_COMMENTS),
            *await _comments(session, programme.id),
        ),
        outcomes=await outcomes(session, programme.id),
        prepared=await finished(session, programme.id),
        support={name: count for name in OF_MENTORS if (count := published.count(name))},
        courses=tuple(courses(published)),
    )


async def _read(session: AsyncSession, programme: Programme, now: datetime) -> _Records:
    people = select(Participant, Person).join(Person, col(Person.id) == col(Participant.person_id))
    members = (await session.exec(people.where(Participant.programme_id == programme.id))).all()
    ours = Pair.programme_id == programme.id
    pairs = list((await session.exec(select(Pair).where(ours).order_by(col(Pair.id)))).all())
    of_pair = col(Pair.id) == col(MentoringSession.pair_id)
    meetings = select(MentoringSession).join(Pair, of_pair).where(ours).order_by(col(MentoringSession.number))
    sessions: dict[int, list[MentoringSession]] = defaultdict(list)
    for meeting in (await session.exec(meetings)).all():
        sessions[meeting.pair_id].append(meeting)
    of_session = col(MentoringSession.id) == col(SessionChange.session_id)
    changed = select(Pair.id, SessionChange).join(MentoringSession, of_pair).join(SessionChange, of_session).where(ours)
    changes: dict[int, list[SessionChange]] = defaultdict(list)
    for pair_id, change in (await session.exec(changed.order_by(col(SessionChange.id)))).all():
        changes[pair_id].append(change)
    return _Records(
        programme,
        now,
        {one.id: (one, person) for one, person in members},
        pairs,
        sessions,
        changes,
        frozenset((await session.exec(with_known_manager(programme.id))).all()),
    )


def _people(records: _Records) -> People:
    week_ago = records.now - WEEK
    everybody = [one for one, _ in records.members.values() if one.took_part]
    here = [one for one in everybody if one.state != ParticipantState.LEFT]
    paired = {
        one for pair in records.pairs if pair.state != PairState.ENDED for one in (pair.mentor_id, pair.leader_id)
    }
    roles = Counter(one.role for one in here)
    return People(
        taking_part=len(here),
        before=sum(one.joined_at <= week_ago and (one.left_at is None or one.left_at > week_ago) for one in everybody),
        mentors=roles[Role.MENTOR],
        leaders=roles[Role.LEADER],
        both=roles[Role.BOTH],
        paused=sum(one.state == ParticipantState.PAUSED for one in here),
        left=len(everybody) - len(here),
        unmatched=sum(one.id not in paired for one in here),
        no_manager=sum(one.person_id not in records.managed for one in here),
    )


def _counted(records: _Records, pair: Pair) -> list[MentoringSession]:
    """A pair's sessions, without those after its end."""
    ended = local(pair.ended_at, records.programme.zone).date() if pair.ended_at else date.max
    sessions = records.sessions.get(pair.id, ())
    return [one for one in sessions if one.state == SessionState.HELD or one.closes_on <= ended]


def _without_left_out(records: _Records, pair: Pair) -> list[MentoringSession]:
    """Those that count as due once their days are over: not what a pause took the time of, which nobody missed."""
    last = {change.session_id: change.kind for change in records.changes.get(pair.id, ())}
    called_off = {one for one, kind in last.items() if kind in (CALLED_OFF, LEFT_OUT)}
    sessions = _counted(records, pair)
    return [one for one in sessions if one.state != SessionState.MISSED or one.id not in called_off]


def _sessions(records: _Records) -> Sessions:
    counted = [one for pair in records.pairs for one in _without_left_out(records, pair)]
    held = [one for one in counted if one.state == SessionState.HELD]
    known_since = {
        change.session_id: change.at
        for changes in records.changes.values()
        for change in changes
        if change.kind == "held"
    }
    before = records.now - WEEK
    months: dict[date, list[MentoringSession]] = defaultdict(list)
    for row in counted:
        months[row.opens_on.replace(day=1)].append(row)
    return Sessions(
        planned=sum(one.closes_on <= records.today or one.state == SessionState.HELD for one in counted),
        held=len(held),
        held_before=sum((known_since.get(one.id) or one.settled_at or records.now) <= before for one in held),
        booked=sum(one.state == SessionState.BOOKED for one in counted),
        moves={side: _moves(records, side) for side in Side},
        months=tuple(
            Month(first, len(group), sum(one.state == SessionState.HELD for one in group))
            for first, group in sorted(months.items())
        ),
    )


def _moves(records: _Records, side: Side) -> int:
    return sum(
        moved_ahead(change) and change.side == side for changes in records.changes.values() for change in changes
    )


def _participation(published: Published) -> Participation | None:
    """How many answered of those asked; None while nothing of it is published."""
    answered = published.count(Count.ANSWERED)
    return None if answered is None else Participation(published.of(Count.ANSWERED), answered)


def _topics(records: _Records) -> tuple[Topic, ...]:
    """Demand and supply, the most wanted first."""
    here = [one for one, _ in records.members.values() if one.state not in NOT_TAKING_PART]
    wanted = Counter(wish["topic"] for one in here for wish in one.wishes)
    offered = Counter(offer["topic"] for one in here for offer in one.offers)
    topics = (Topic(code, wanted[code], offered[code]) for code in wanted.keys() | offered.keys())
    return tuple(sorted(topics, key=lambda topic: (-topic.wanted, -topic.offered, topic.code)))


async def _comments(session: AsyncSession, programme_id: int) -> tuple[Comment, ...]:
    """The newest comments whose writers let HR read them, of polls that have closed."""
    statement = (
        select(PollAnswer)
        .join(MentoringSession, col(MentoringSession.id) == col(PollAnswer.session_id))
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .where(
            Pair.programme_id == programme_id,
            col(MentoringSession.settled_at).is_not(None),
            col(PollAnswer.share).is_(True),
        )
        .order_by(col(MentoringSession.settled_at).desc(), col(PollAnswer.id))
    )
    shared = (
        Comment(text, Side(answer.side))
        for answer in (await session.exec(statement.limit(2 * MOST_COMMENTS))).all()
        for text in (answer.learned, answer.will_do)
        if text
    )
    return tuple(islice(shared, MOST_COMMENTS))


def _line(records: _Records, pair: Pair, *, at_risk: bool) -> PairLine:
    sessions = _counted(records, pair)
    booked = [one.starts_at for one in sessions if one.state == SessionState.BOOKED and one.starts_at]
    return PairLine(
        mentor=records.members[pair.mentor_id][1],
        leader=records.members[pair.leader_id][1],
        stage=_stage(records, pair, sessions, at_risk=at_risk),
        held=sum(one.state == SessionState.HELD for one in sessions),
        planned=len(sessions),
        next_at=min((at for at in booked if at > records.now), default=None),
    )


def _stage(records: _Records, pair: Pair, sessions: Sequence[MentoringSession], *, at_risk: bool) -> str:
    """The stage of a pair, as in `labels.pair_stages`."""
    if over := ending_of(pair, records.sessions.get(pair.id, ())):
        return over
    if _paused(records, pair):
        return "paused"
    if at_risk:
        return "at_risk"
    if any(one.state == SessionState.HELD for one in sessions):
        return "running"
    return "booked" if any(one.state == SessionState.BOOKED for one in sessions) else "introduced"


def _paused(records: _Records, pair: Pair) -> bool:
    return any(records.members[one][0].state == ParticipantState.PAUSED for one in (pair.mentor_id, pair.leader_id))
