"""The job of the sessions' steps: once a minute, due messages are enqueued and the session's state is updated.

While one of a pair pauses, or HR paused the programme, no message is sent to either. A step during the pause waits for
its end, and expires when its time is over: a pack when the session starts, a nudge when the next one is due, a poll
when it closes.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import bindparam, delete, update
from sqlmodel import SQLModel, col, select

from bot.domain.calendar import CalendarError, DaysOff, local
from bot.domain.messages.sessions import step_message
from bot.domain.sessions import Due, Side, Step, StepKind
from bot.domain.working_time import read_hours
from bot.services.pair_context import LEADER, LEADER_PART, MENTOR, MENTOR_PART, around_pairs
from bot.services.polls.polls import answers_of, verdict
from bot.services.sessions.called_off import LEFT_OUT, Why
from bot.services.sessions.less_often import ask_less_often
from bot.services.sessions.schedule import TRY_AGAIN, what_is_due
from bot.services.working_hours import days_off
from storage.execute_many import execute_many
from storage.outbox import Outgoing, outgoing
from storage.tables import (
    MentoringSession,
    Pair,
    PairState,
    ParticipantState,
    PollAnswer,
    Programme,
    ProgrammeState,
    SessionChange,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

BATCH = 500
LOOK_DURING_PAUSE = timedelta(days=1)
DOWN = timedelta(hours=1)
"""After such a delay no job was running: expired messages are enqueued, which reports them."""

_S, _SIDES = MentoringSession, ((MENTOR_PART, MENTOR, "mentor"), (LEADER_PART, LEADER, "leader"))
_KEPT = ("state", "starts_at", "wall", "wall_zone", "steps_done", "next_at", "settled_at", "told_at", "refresh_at")
"""The columns of a session that the job writes."""
_HOURS = ("zone", "start", "end", "week", "breaks", "country", "away")
"""What a person's working time is read from."""

TABLE = SQLModel.metadata.tables[str(_S.__tablename__)]
KEEP = update(TABLE).where(TABLE.c.id == bindparam("b_id")).values({name: bindparam(f"b_{name}") for name in _KEPT})


class _DueSession(Protocol):
    """A due session with what its steps depend on, as `_due_rows` selects it: plain columns, no objects."""

    id: int
    team_id: str
    pair_id: int
    programme_id: int
    opens_on: date
    closes_on: date
    minutes: int
    state: SessionState
    starts_at: datetime | None
    steps_done: list[str]
    next_at: datetime
    settled_at: datetime | None
    told_at: datetime | None
    refresh_at: datetime | None
    pair_state: PairState
    pair_rests_until: datetime | None
    mentor: int
    mentor_zone: str
    mentor_start: str
    mentor_end: str
    mentor_week: str
    mentor_breaks: str | None
    mentor_country: str | None
    mentor_away: str
    mentor_active: bool
    mentor_state: ParticipantState
    mentor_paused_until: datetime | None
    leader: int
    leader_zone: str
    leader_start: str
    leader_end: str
    leader_week: str
    leader_breaks: str | None
    leader_country: str | None
    leader_away: str
    leader_active: bool
    leader_state: ParticipantState
    leader_paused_until: datetime | None


@dataclass
class _Look:
    """The results of a batch, written at its end."""

    now: datetime
    programmes: dict[int, tuple[Programme, DaysOff]]
    messages: list[Outgoing] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    closing: list[tuple[_DueSession, dict[str, Any]]] = field(default_factory=list)


async def tick_sessions(store: Store, now: datetime) -> int:
    """Process the due steps of all sessions; how many were checked. Safe to run on any number of replicas at once."""
    handled = 0
    while True:
        async with store.write(now) as work:
            rows = await _due_rows(work)
            if rows:
                await _handle(work, rows)
                await work.commit()
        if not rows:
            return handled
        handled += len(rows)


async def _due_rows(work: UnitOfWork) -> Sequence[_DueSession]:
    # First only the sessions: mostly none is due, and planning so many joins takes PostgreSQL longer than executing
    # them.
    query = select(_S.id).where(col(_S.next_at) <= work.now).order_by(col(_S.next_at)).limit(BATCH)
    ids = (await work.session.exec(query.with_for_update(skip_locked=True))).all()
    if not ids:
        return ()
    # Plain columns, not objects: a sweep may see a hundred thousand of these.
    columns: list[Any] = [
        getattr(_S, name) for name in ("id", "team_id", "pair_id", "opens_on", "closes_on", "minutes")
    ]
    columns += [getattr(_S, name) for name in _KEPT]
    columns += [col(Pair.state).label("pair_state"), col(Pair.paused_until).label("pair_rests_until")]
    columns += [col(Pair.programme_id)]
    for part, person, side in _SIDES:
        columns += [
            col(person.id).label(side),
            col(person.zone).label(f"{side}_zone"),
            col(person.work_start).label(f"{side}_start"),
            col(person.work_end).label(f"{side}_end"),
            col(person.work_week).label(f"{side}_week"),
            col(person.work_breaks).label(f"{side}_breaks"),
            col(person.work_country).label(f"{side}_country"),
            col(person.days_away).label(f"{side}_away"),
            col(person.active).label(f"{side}_active"),
            col(part.state).label(f"{side}_state"),
            col(part.paused_until).label(f"{side}_paused_until"),
        ]
    statement = around_pairs(*columns).join(_S, col(_S.pair_id) == col(Pair.id)).where(col(_S.id).in_(ids))
    rows: Sequence[_DueSession] = (await work.session.exec(statement.order_by(col(_S.next_at), col(_S.id)))).all()
    return rows


async def _handle(work: UnitOfWork, rows: Sequence[_DueSession]) -> None:
    statement = select(Programme).where(col(Programme.id).in_({row.programme_id for row in rows}))
    programmes = {one.id: (one, days_off(one)) for one in await work.session.exec(statement)}
    look = _Look(work.now, programmes)
    for row in rows:
        _look_at(row, look)
    if look.closing:
        await _close(work, look)
    await work.send_all(look.messages)
    await execute_many(
        work.session, KEEP, ({f"b_{name}": one[name] for name in ("id", *_KEPT)} for one in look.updates)
    )
    if look.closing:
        await ask_less_often(work, {row.pair_id for row, _ in look.closing})


def _look_at(row: _DueSession, look: _Look) -> None:
    programme, off = look.programmes[row.programme_id]
    values = {"id": row.id, **{name: getattr(row, name) for name in _KEPT}}
    look.updates.append(values)
    if row.pair_state != PairState.ACTIVE or programme.state == ProgrammeState.CLOSED or row.settled_at:
        values["next_at"] = None
        return
    try:
        found = _due(row, values, off, look.now)
    except CalendarError as problem:
        log.warning("no working hours found for session %s: %s", row.id, problem)
        values["next_at"] = look.now + TRY_AGAIN
        return
    paused = _paused(row) or programme.paused_until is not None
    done, waiting = [str(step.key) for step in found.expired], []
    for step in found.send:
        if step.side is not None and paused:
            waiting.append(step)
            continue
        done.append(str(step.key))
        if step.side is not None:
            look.messages.append(_message(row, step, step.side))
        elif step.kind is StepKind.POLL_CLOSE:
            look.closing.append((row, values))
    if not paused and look.now - row.next_at > DOWN:
        look.messages += [_message(row, step, step.side) for step in found.expired if step.side is not None]
    values["steps_done"] = [*row.steps_done, *done]
    values["next_at"] = _after_pause(row, programme, found, waiting, look.now) if waiting else found.next_at


def _due(row: _DueSession, values: dict[str, Any], off: DaysOff, now: datetime) -> Due:
    mentor, leader = (read_hours(*(getattr(row, f"{side}_{name}") for name in _HOURS)) for side in ("mentor", "leader"))
    done = tuple(values["steps_done"])
    starts_at, told_at = values["starts_at"], values["told_at"]
    return what_is_due(row.opens_on, row.closes_on, starts_at, row.minutes, mentor, leader, off, done, now, told_at)


def _paused(row: _DueSession) -> bool:
    """Whether one of the two pauses, left or was deactivated, or HR paused the pair: then neither gets messages."""
    there = all((row.mentor_active, row.leader_active, row.pair_rests_until is None))
    return not there or {row.mentor_state, row.leader_state} != {ParticipantState.ACTIVE}


def _after_pause(row: _DueSession, programme: Programme, due: Due, waiting: Iterable[Step], now: datetime) -> datetime:
    """When to check again: at the end of the pause if that is known, or as soon as a waiting step is due."""
    known = (row.mentor_paused_until, row.leader_paused_until, row.pair_rests_until, programme.paused_until)
    ends = [end for end in known if end and end > now]
    moments = [max(ends) if ends else now + LOOK_DURING_PAUSE, *(step.expires for step in waiting)]
    return min([*moments, *([due.next_at] if due.next_at else [])])


def _message(row: _DueSession, step: Step, side: Side) -> Outgoing:
    return outgoing(
        step_message(step.key, row.id),
        row.team_id,
        row.programme_id,
        person_id=row.mentor if side is Side.MENTOR else row.leader,
        expires_at=step.expires,
    )


async def _close(work: UnitOfWork, look: _Look) -> None:
    """Polls that close: their answers decide the result of each session."""
    answers: dict[int, list[PollAnswer]] = {}
    for answer in await answers_of(work, [row.id for row, _ in look.closing]):
        answers.setdefault(answer.session_id, []).append(answer)
    reopened: list[int] = []
    for row, values in look.closing:
        off = look.programmes[row.programme_id][1]
        today = local(look.now, row.leader_zone).date()
        said = verdict(SessionState(row.state), answers.get(row.id, []), window_open=today < row.closes_on)
        values["state"] = said.state
        if said.state != SessionState.HELD and row.starts_at:
            work.session.add(_missed(row, look.now))
        elif said.state != SessionState.HELD and (_paused(row) or look.programmes[row.programme_id][0].paused_until):
            work.session.add(_left_out(row, look.now))
        if said.reopened:
            reopened.append(row.id)
            values.update(starts_at=None, wall=None, wall_zone=None, told_at=None, refresh_at=look.now)
            values["next_at"] = _due(row, values, off, look.now).look_at(look.now)
        else:
            values.update(settled_at=look.now, next_at=None)
    if reopened:
        await work.session.exec(delete(PollAnswer).where(col(PollAnswer.session_id).in_(reopened)))
    pairs = {row.pair_id for row, _ in look.closing}
    await work.session.exec(
        update(Pair).where(col(Pair.id).in_(pairs)).values(next_check_at=look.now, next_close_at=look.now)
    )


def _left_out(row: _DueSession, now: datetime) -> SessionChange:
    """Its days were over while the pair paused: nobody missed it."""
    return SessionChange(
        team_id=row.team_id, session_id=row.id, side="", kind=LEFT_OUT, reason=Why.PAUSE, before=None, at=now
    )


def _missed(row: _DueSession, now: datetime) -> SessionChange:
    """Its time was over without both having met, as far as anyone said; by neither side, whatever they answered."""
    return SessionChange(team_id=row.team_id, session_id=row.id, side="", kind="missed", before=row.starts_at, at=now)
