"""Booked sessions that cannot take place, because somebody pauses or a pair ends: they lose their time without fault.

A person who is told of the pause or of the end reads it in that message; no further one is sent. The entry in their
calendar, the material, the reminder and the questions go with the session's time.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.messages.registry import read_payload
from bot.domain.messages.sessions import (
    BookedInDayMessage,
    ChatBookedMessage,
    ChatMovedMessage,
    SessionBookedMessage,
    SessionMovedMessage,
)
from bot.domain.sessions import Side
from bot.services.pair_context import couple
from bot.services.working_hours import cannot_wait, days_off, hours_of
from storage.tables import (
    MentoringSession,
    Outbox,
    OutboxState,
    Person,
    Programme,
    ProposalState,
    SessionChange,
    SessionState,
    TimeProposal,
)
from storage.unit_of_work import UnitOfWork

CALLED_OFF = "called_off"
"""The kind of `SessionChange`: it counts for neither side."""
LEFT_OUT = "left_out"
"""The same for a session without a time, whose days were over while the pair paused."""


BOOKED = ChatBookedMessage | ChatMovedMessage | SessionBookedMessage | BookedInDayMessage | SessionMovedMessage
BOOKING_NEWS = tuple(
    one.kind.name
    for one in (ChatBookedMessage, ChatMovedMessage, SessionBookedMessage, BookedInDayMessage, SessionMovedMessage)
)
"""What tells the other one of a session's time."""


class Why(StrEnum):
    """Why a session was called off, as stored in `SessionChange.reason`."""

    PAUSE = "pause"
    REST = "rest"
    COURSE = "course"
    """HR changed the dates of the programme, or cancelled it."""
    ENDED = "ended"


@dataclass(frozen=True)
class CalledOff:
    """A session that lost its time `before`. `change` is the id of its `SessionChange`."""

    change: int
    session: int
    pair: int
    number: int
    before: datetime
    booked_by: Person | None = None
    """Who had chosen that time, if the other one was not told of it any more."""


async def call_off(
    work: UnitOfWork, pair_ids: Collection[int], why: Why, until: datetime | None = None
) -> list[CalledOff]:
    """Take the time of the coming sessions of these pairs; with `until`, only of those before it."""
    statement = select(MentoringSession).where(
        col(MentoringSession.pair_id).in_(pair_ids),
        col(MentoringSession.state) == SessionState.BOOKED,
        col(MentoringSession.starts_at) > work.now,
    )
    if until:
        statement = statement.where(col(MentoringSession.starts_at) < until)
    in_order = statement.order_by(col(MentoringSession.starts_at), col(MentoringSession.id))
    rows = (await work.session.exec(in_order.with_for_update())).all()
    off = await take_times(work, rows, why)
    await replace_proposals(work, await _sessions_of(work, pair_ids))
    return off


async def take_times(work: UnitOfWork, rows: Sequence[MentoringSession], why: Why) -> list[CalledOff]:
    """The same for these sessions, which are booked and locked; times that were proposed for them stay."""
    changes = [
        SessionChange(
            team_id=row.team_id,
            session_id=row.id,
            side="",
            kind=CALLED_OFF,
            reason=why,
            before=row.starts_at,
            at=work.now,
        )
        for row in rows
    ]
    work.session.add_all(changes)
    for row in rows:
        row.state, row.starts_at, row.wall, row.wall_zone = SessionState.PLANNED, None, None, None
        row.told_at, row.next_at, row.refresh_at = None, work.now, work.now
    await work.session.flush()
    return _of(rows, changes)


async def read_called_off(work: UnitOfWork, changes: Sequence[int]) -> list[CalledOff]:
    """The sessions of these changes, in order; without those that have a time again."""
    if not changes:
        return []
    statement = (
        select(MentoringSession, SessionChange)
        .join(SessionChange, col(SessionChange.session_id) == col(MentoringSession.id))
        .where(col(SessionChange.id).in_(changes), col(MentoringSession.starts_at).is_(None))
        .order_by(col(SessionChange.id))
    )
    found = (await work.session.exec(statement)).all()
    return await with_untold(work, _of([row for row, _ in found], [change for _, change in found]))


async def with_untold(work: UnitOfWork, off: Sequence[CalledOff]) -> list[CalledOff]:
    """The same, with who had chosen each time (`booked_by`)."""
    return [replace(one, booked_by=await _untold(work, one)) for one in off]


async def _untold(work: UnitOfWork, off: CalledOff) -> Person | None:
    chosen = select(SessionChange).where(
        SessionChange.session_id == off.session,
        SessionChange.after == off.before,
        col(SessionChange.kind).in_(("booked", "moved")),
    )
    change = (await work.session.exec(chosen.order_by(col(SessionChange.id).desc()).limit(1))).first()
    if change is None or not change.side:
        return None
    news = select(Outbox).where(
        col(Outbox.kind).in_(BOOKING_NEWS), Outbox.state == OutboxState.SENT, Outbox.created_at >= change.at
    )
    rows = (await work.session.exec(news.where(Outbox.team_id == change.team_id))).all()
    told = [read_payload(row.kind, row.data) for row in rows]
    if any(isinstance(one, BOOKED) and (one.session, one.starts) == (off.session, off.before) for one in told):
        return None
    found = await couple(work.session, off.pair)
    return found.person(Side(change.side)) if found else None


def told_at_once(off: Iterable[CalledOff], reader: Person, programme: Programme, now: datetime) -> bool:
    """Whether a reader is told of these now, as the message of their next day would be too late."""
    hours, free = hours_of(reader), days_off(programme)
    return any(cannot_wait(one.before, now, hours, free) for one in off)


def news_until(off: Iterable[CalledOff], lasts: timedelta, now: datetime) -> datetime:
    """How long the message that tells of these is relevant: at least until they would have begun, as its reader may
    pause until shortly before."""
    return max([now + lasts, *(one.before for one in off)])


async def replace_proposals(work: UnitOfWork, session_ids: Collection[int]) -> None:
    """Proposed times of sessions whose time is settled otherwise are no longer to be answered."""
    waiting = update(TimeProposal).where(
        col(TimeProposal.session_id).in_(session_ids), col(TimeProposal.state) == ProposalState.OPEN
    )
    await work.session.exec(waiting.values(state=ProposalState.REPLACED, answered_at=work.now))


def _of(rows: Sequence[MentoringSession], changes: Sequence[SessionChange]) -> list[CalledOff]:
    return [
        CalledOff(change.id, row.id, row.pair_id, row.number, change.before)
        for row, change in zip(rows, changes, strict=True)
        if change.before
    ]


async def _sessions_of(work: UnitOfWork, pair_ids: Collection[int]) -> Sequence[int]:
    statement = select(MentoringSession.id).where(col(MentoringSession.pair_id).in_(pair_ids))
    return (await work.session.exec(statement)).all()
