"""The short summary: how it goes, what changed since the last weekly one, what HR has to do, and what Balik will do.

Private answers reach it only through published groups. What HR has to do follows from what HR may see of each pair.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import CalendarError, local, next_working_day, working_days_after, working_days_before
from bot.domain.care import BETWEEN_ACTIONS, Action, SignalKind
from bot.domain.figures import Count
from bot.domain.messages.insight import WeeklySummaryMessage
from bot.domain.polls import MEASURES
from bot.domain.surveys import courses
from bot.services.care.contacts import has_contact
from bot.services.care.partner_requests import promised_calls, talked_at
from bot.services.insight.published_groups import publish, read_published
from bot.services.insight.summary_figures import Attention, Measure, Summary, read_summary
from bot.services.programme.next_steps import people_to_match, waiting_draft
from bot.services.programme.sponsor import standing_of
from bot.services.working_hours import days_off
from storage.tables import (
    LogEntry,
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    Participant,
    Person,
    PollAnswer,
    Programme,
    ProgrammeState,
    SessionChange,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork

DAYS_TO_CALL = 2
"""Working days within which HR calls the two of a pair that is stuck: as many as HR promises to people."""
BY_BALIK = (Action.NUDGE, Action.ASK_EACH, Action.OFFER_REMATCH)
_CARD_COUNTS = (Count.CARD_WRITTEN, Count.CARD_DONE, Count.CARD_DROPPED)


class TodoKind(StrEnum):
    """What HR has to do, as in `insight.weekly.todo`."""

    CONTACT = "contact"
    CALL = "call"
    RELEASE = "release"
    DRAFT = "draft"
    STUCK = "stuck"
    MANAGERS = "managers"
    SPONSOR = "sponsor"
    INVITE = "invite"
    UNMATCHED = "unmatched"
    NEXT = "next"


@dataclass(frozen=True)
class Todo:
    """`subject` is the id that its button carries: of the programme, a draft or a pair; `why` of a pair that is stuck.
    None for `by`: at any time."""

    kind: TodoKind
    by: date | None
    subject: int
    count: int = 1
    pair: tuple[Person, Person] | None = None
    why: SignalKind | None = None


class News(StrEnum):
    """What is new behind the button, as in `insight.weekly.news`."""

    SURVEYS = "surveys"
    CARDS = "cards"
    NOTES = "notes"


@dataclass(frozen=True)
class Changes:
    """What happened after `since`. `measures` are the ratings whose published value is a different one now."""

    since: datetime
    joined: int
    left: int
    introduced: int
    over: int
    held: int
    at_risk: int
    measures: tuple[Measure, ...]
    news: tuple[News, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Those that are not zero, as in `insight.weekly.change`."""
        names = ("held", "introduced", "over", "at_risk", "joined", "left")
        return {name: count for name in names if (count := getattr(self, name))}

    @property
    def none(self) -> bool:
        return not (self.counts or self.measures or self.news)


@dataclass(frozen=True)
class Weekly:
    """The content of the short summary."""

    summary: Summary
    changes: Changes
    todos: tuple[Todo, ...]
    by_balik: dict[Action, int]
    """The number of pairs for which Balik takes each step."""
    balik_by: date


async def current_weekly(store: Store, programme_id: int, now: datetime) -> Weekly:
    """Publish full groups, then read the short summary."""
    await publish(store, programme_id, now)
    async with store.read(now) as work:
        return await read_weekly(work, await work.session.get_one(Programme, programme_id))


async def read_weekly(work: UnitOfWork, programme: Programme) -> Weekly:
    """Read the short summary as of `work.now`, from what was published so far (see `current_weekly`)."""
    summary = await read_summary(work, programme)
    today = local(work.now, programme.zone).date()
    steps = Counter(one.next for one in summary.attention if one.next)
    return Weekly(
        summary=summary,
        changes=await _changes(work, summary),
        todos=tuple(await _todos(work, summary, today)),
        by_balik={action: steps[action] for action in BY_BALIK if steps[action]},
        balik_by=_working_day(programme, today + BETWEEN_ACTIONS),
    )


async def _last_sent(session: AsyncSession, programme: Programme) -> datetime:
    """When the last weekly summary was sent; before the first one, when the programme was set up."""
    sent = select(func.max(Outbox.sent_at)).where(
        Outbox.kind == WeeklySummaryMessage.kind.name,
        Outbox.programme_id == programme.id,
        Outbox.state == OutboxState.SENT,
    )
    return (await session.exec(sent)).one() or programme.created_at


async def _changes(work: UnitOfWork, summary: Summary) -> Changes:
    session, programme = work.session, summary.programme
    since = await _last_sent(session, programme)
    people, pairs = Participant.programme_id == programme.id, Pair.programme_id == programme.id
    now = await read_published(session, programme.id)
    before = now.until(local(since, programme.zone).date(), programme.zone)
    measures = (Measure(name, now.figure(name), before.figure(name)) for name in MEASURES)
    news = {
        News.SURVEYS: courses(now) != courses(before),
        News.CARDS: any(now.count(name) != before.count(name) for name in _CARD_COUNTS),
        News.NOTES: await _new_notes(session, programme.id, since),
    }
    return Changes(
        since=since,
        joined=await _count(session, Participant.id, people, col(Participant.joined_at) > since),
        left=await _count(session, Participant.id, people, col(Participant.left_at) > since),
        introduced=await _count(session, Pair.id, pairs, col(Pair.introduced_at) > since),
        over=await _count(session, Pair.id, pairs, col(Pair.ended_at) > since),
        held=await _newly_held(session, programme.id, since),
        at_risk=sum(one.since > since for one in summary.attention),
        measures=tuple(one for one in measures if one.now and one.now != one.before),
        news=tuple(name for name, is_new in news.items() if is_new),
    )


async def _count(session: AsyncSession, column: object, *conditions: ColumnElement[bool] | bool) -> int:
    return (await session.exec(select(func.count(col(column))).where(*conditions))).one()


async def _newly_held(session: AsyncSession, programme_id: int, since: datetime) -> int:
    """Sessions of which Balik learned after `since` that they took place."""
    known = (
        select(SessionChange.session_id, func.min(SessionChange.at).label("at"))
        .where(SessionChange.kind == "held")
        .group_by(col(SessionChange.session_id))
        .subquery()
    )
    learned_at = func.coalesce(known.c.at, MentoringSession.settled_at, since + timedelta(seconds=1))
    statement = (
        select(func.count(col(MentoringSession.id)))
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .outerjoin(known, known.c.session_id == col(MentoringSession.id))
        .where(Pair.programme_id == programme_id, MentoringSession.state == SessionState.HELD, learned_at > since)
    )
    return (await session.exec(statement)).one()


async def _new_notes(session: AsyncSession, programme_id: int, since: datetime) -> bool:
    """Whether a note that its writer shares with HR became visible after `since`."""
    polls = (
        select(PollAnswer.id)
        .join(MentoringSession, col(MentoringSession.id) == col(PollAnswer.session_id))
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .where(
            Pair.programme_id == programme_id,
            col(PollAnswer.share).is_(True),
            col(MentoringSession.settled_at) > since,
            func.coalesce(PollAnswer.learned, PollAnswer.will_do, "") != "",
        )
    )
    logs = (
        select(LogEntry.id)
        .join(Pair, col(Pair.id) == col(LogEntry.pair_id))
        .where(Pair.programme_id == programme_id, col(LogEntry.with_hr).is_(True), col(LogEntry.changed_at) > since)
    )
    return any([(await session.exec(one.limit(1))).first() is not None for one in (polls, logs)])


async def _todos(work: UnitOfWork, summary: Summary, today: date) -> list[Todo]:
    """What HR has to do, the most pressing first."""
    programme = summary.programme
    if programme.state == ProgrammeState.CLOSED:
        return [Todo(TodoKind.NEXT, None, programme.id)]
    by = _end_of_week(programme, today)
    todos = []
    if not await has_contact(work.session, programme):
        todos.append(Todo(TodoKind.CONTACT, _working_day(programme, today), programme.id))
    calls = await promised_calls(work, programme)
    todos += [Todo(TodoKind.CALL, day, one.pair.id, pair=(one.mentor, one.mentee)) for one, day in calls]
    draft = await waiting_draft(work.session, programme)
    free = await people_to_match(work.session, programme)
    if draft:
        todos.append(Todo(TodoKind.RELEASE, by, draft.draft_id, draft.count))
    elif free:
        todos.append(Todo(TodoKind.DRAFT, by, programme.id, free))
    promised = {one.pair.id for one, _ in calls}
    todos += await _stuck(work, [one for one in summary.attention if one.pair_id not in promised], programme, today)
    if programme.state != ProgrammeState.RECRUITING:
        if summary.people.unmatched and not (draft or free):
            todos.append(Todo(TodoKind.UNMATCHED, by, programme.id, summary.people.unmatched))
        return todos
    if summary.people.no_manager:
        todos.append(Todo(TodoKind.MANAGERS, by, programme.id, summary.people.no_manager))
    if not draft and (await standing_of(work.session, programme)).last is None:
        todos.append(Todo(TodoKind.SPONSOR, by, programme.id))
    if not (draft or free):
        todos.append(Todo(TodoKind.INVITE, by, programme.id))
    return todos


async def _stuck(work: UnitOfWork, found: Sequence[Attention], programme: Programme, today: date) -> list[Todo]:
    """The pairs that HR calls, unless it has talked to them since. A missing signature alone is no reason to call."""
    talks = await talked_at(work, programme)
    by = _call_by(programme, today)
    return [
        Todo(TodoKind.STUCK, by, one.pair_id, pair=(one.mentor, one.mentee), why=one.why)
        for one in found
        if one.why is not SignalKind.UNSIGNED
        and one.next not in BY_BALIK
        and not (one.pair_id in talks and talks[one.pair_id] >= one.since)
    ]


def _call_by(programme: Programme, today: date) -> date:
    try:
        return working_days_after(today, DAYS_TO_CALL, days_off(programme))
    except CalendarError:
        return today + timedelta(days=DAYS_TO_CALL)


def _end_of_week(programme: Programme, today: date) -> date:
    """The last working day before the next weekly summary, today at the earliest."""
    if programme.next_summary_at is None:
        return _working_day(programme, today)
    try:
        day = working_days_before(local(programme.next_summary_at, programme.zone).date(), 1, days_off(programme))
    except CalendarError:
        day = today
    return max(day, _working_day(programme, today))


def _working_day(programme: Programme, day: date) -> date:
    try:
        return next_working_day(day, days_off(programme))
    except CalendarError:
        return day
