"""The short summary: how it goes, what changed since the last weekly one, and who has to do what.

Private answers reach it only through published groups.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.figures import Published
from bot.domain.messages.insight import WeeklySummaryMessage
from bot.domain.own_questions import Result
from bot.domain.polls import MEASURES
from bot.domain.surveys import courses
from bot.services.insight.published_groups import publish, read_published
from bot.services.insight.summary_figures import Measure, Summary, read_summary
from bot.services.outcomes.figures import CARD_COUNTS
from bot.services.own_questions.results import OwnResult, read_own_results
from bot.services.programme.next_actions import NextActions, read_next_actions
from storage.tables import (
    LogEntry,
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    Participant,
    PollAnswer,
    Programme,
    SessionChange,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork


class News(StrEnum):
    """What is new behind the button, as in `insight.weekly.news`."""

    SURVEYS = "surveys"
    CARDS = "cards"
    NOTES = "notes"
    OWN = "own"  # answers to HR's own questions


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
    next: NextActions
    own: tuple[OwnResult, ...] = ()
    """Answers to HR's own questions."""


async def current_weekly(store: Store, programme_id: int, now: datetime) -> Weekly:
    """Publish full groups, then read the short summary."""
    await publish(store, programme_id, now)
    async with store.read(now) as work:
        return await read_weekly(work, await work.session.get_one(Programme, programme_id))


async def read_weekly(work: UnitOfWork, programme: Programme) -> Weekly:
    """Read the short summary as of `work.now`, from what was published so far (see `current_weekly`)."""
    summary = await read_summary(work, programme)
    published = await read_published(work.session, programme.id)
    own = await read_own_results(work, programme.id, published)
    changes = await _changes(work, summary, published, own)
    return Weekly(summary, changes, await read_next_actions(work, programme, summary.attention), own)


async def _last_sent(session: AsyncSession, programme: Programme) -> datetime:
    """When the last weekly summary was sent; before the first one, when the programme was set up."""
    sent = select(func.max(Outbox.sent_at)).where(
        Outbox.kind == WeeklySummaryMessage.kind.name,
        Outbox.programme_id == programme.id,
        Outbox.state == OutboxState.SENT,
    )
    return (await session.exec(sent)).one() or programme.created_at


async def _changes(work: UnitOfWork, summary: Summary, now: Published, own: tuple[OwnResult, ...]) -> Changes:
    """`now`: what is published; `own`: of it, the answers to HR's own questions."""
    session, programme = work.session, summary.programme
    since = await _last_sent(session, programme)
    took_part = col(Participant.waits_since).is_(None), col(Participant.hr_declined_at).is_(None)
    people, pairs = (Participant.programme_id == programme.id, *took_part), Pair.programme_id == programme.id
    before = now.until(local(since, programme.zone).date(), programme.zone)
    measures = (Measure(name, now.figure(name), before.figure(name)) for name in MEASURES)
    news = {
        News.SURVEYS: courses(now) != courses(before),
        News.CARDS: any(now.count(name) != before.count(name) for name in CARD_COUNTS),
        News.NOTES: await _new_notes(session, programme.id, since),
        News.OWN: bool(own) and _results(own) != _results(await read_own_results(work, programme.id, before)),
    }
    return Changes(
        since=since,
        joined=await _count(session, Participant.id, *people, col(Participant.joined_at) > since),
        left=await _count(session, Participant.id, *people, col(Participant.left_at) > since),
        introduced=await _count(session, Pair.id, pairs, col(Pair.introduced_at) > since),
        over=await _count(session, Pair.id, pairs, col(Pair.ended_at) > since),
        held=await _newly_held(session, programme.id, since),
        at_risk=sum(one.since > since for one in summary.attention),
        measures=tuple(one for one in measures if one.now and one.now != one.before),
        news=tuple(name for name, is_new in news.items() if is_new),
    )


def _results(own: tuple[OwnResult, ...]) -> dict[int, Result]:
    """By question."""
    return {one.question.id: one.result for one in own if one.result}


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
