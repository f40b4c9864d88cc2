"""HR corrects the record of a session: that it took place, and when; or that it did not.

HR never sees what either answered. Each of the two gets one message, and either can correct it again until the
session's questions close: a session whose questions had closed is open again for as long as after a report of the two.
Of a pair that is over, nothing is asked any more: the record stays as HR corrected it, and HR can correct it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.calendar import local
from bot.domain.messages.sessions import SessionCorrectedMessage
from bot.domain.polls import Met
from bot.domain.sessions import Side, StepKind, read_step_keys
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, InvalidInput, Rejected
from bot.services.pair_context import Meeting, PairContext, couple_of_hr, meeting
from bot.services.polls.polls import answers_of
from bot.services.sessions.bookings import sessions_of
from bot.services.sessions.records import HeldAt, check_time, keep_record, set_time
from storage.outbox import outgoing
from storage.tables import MentoringSession, PairState, SessionChange, SessionState
from storage.unit_of_work import Store, UnitOfWork

BY_HR = "hr"
"""`SessionChange.reason` of what HR corrected; its side is empty."""


@dataclass(frozen=True)
class Correctable:
    """The sessions of a pair that HR can correct, the newest first. `seen`: the last change of any of them."""

    couple: PairContext
    sessions: Sequence[MentoringSession]
    seen: int


@dataclass(frozen=True)
class Corrected:
    """`changed`: the record was another one before."""

    meeting: Meeting
    held: bool
    changed: bool


async def read_correctable(store: Store, hr: HrCaller, pair_id: int) -> Correctable:
    """Of a pair that is over, the sessions whose time began before its end. Raises `Rejected`: not_your_pair."""
    async with store.read(hr.now) as work:
        couple = await couple_of_hr(work.session, hr, pair_id)
        today = local(_latest(couple, hr), couple.programme.zone).date()
        rows = [one for one in await sessions_of(work, pair_id) if _begun(one, hr) or one.opens_on <= today]
        return Correctable(couple, rows[::-1], await _last_change(work, pair_id))


async def correct_held(store: Store, hr: HrCaller, session_id: int, when: HeldAt, seen: int) -> Corrected:
    """The session took place then; the questions about it follow, unless people were asked already.

    Raises `InvalidInput`: future, early (before the pair was introduced), after_end (of the pair); `Rejected`:
    outdated, not_your_pair, programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        meeting = await _lock(work, hr, session_id, seen)
        row, before, was = meeting.session, meeting.session.starts_at, meeting.session.state
        check_time(meeting, when, hr.now)
        if when.starts_at > _latest(meeting, hr):
            raise InvalidInput({"date": "after_end"})
        if was == SessionState.HELD and when.starts_at == before:
            return Corrected(meeting, held=True, changed=False)
        await set_time(work, meeting, when)
        await _forget_met(work, row, keep=Met.YES)
        await _record(work, hr, meeting, "corrected" if was == SessionState.HELD else "held", before, held=True)
        await work.commit()
    return Corrected(meeting, held=True, changed=True)


async def correct_not_held(store: Store, hr: HrCaller, session_id: int, seen: int) -> Corrected:
    """The session did not take place. Raises `Rejected`: as `correct_held`."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        meeting = await _lock(work, hr, session_id, seen)
        row = meeting.session
        if row.state != SessionState.HELD:
            return Corrected(meeting, held=False, changed=False)
        await _forget_met(work, row, keep=None)
        await _record(work, hr, meeting, "not_held", row.starts_at, held=False)
        await work.commit()
    return Corrected(meeting, held=False, changed=True)


def _latest(couple: PairContext, hr: HrCaller) -> datetime:
    """Until when a session of the pair can have taken place."""
    return min(hr.now, couple.pair.ended_at or hr.now)


def _begun(row: MentoringSession, hr: HrCaller) -> bool:
    return row.state == SessionState.HELD or (row.starts_at is not None and row.starts_at <= hr.now)


async def _lock(work: UnitOfWork, hr: HrCaller, session_id: int, seen: int) -> Meeting:
    await open_programme(work.session, hr, lock=True)
    found = await meeting(work.session, session_id, lock=True)
    if found is None:
        raise Rejected("not_your_pair")
    await couple_of_hr(work.session, hr, found.pair.id, lock=True)
    if await _last_change(work, found.pair.id) != seen:
        raise Rejected("outdated")
    return found


async def _last_change(work: UnitOfWork, pair_id: int) -> int:
    of_pair = select(MentoringSession.id).where(MentoringSession.pair_id == pair_id)
    statement = select(func.max(SessionChange.id)).where(col(SessionChange.session_id).in_(of_pair))
    return (await work.session.exec(statement)).one() or 0


async def _forget_met(work: UnitOfWork, row: MentoringSession, keep: Met | None) -> None:
    """Answers that say otherwise about whether they met do not count any more; the rest of them stays."""
    for answer in await answers_of(work, [row.id]):
        if answer.met != keep:
            answer.met = None
    await work.session.flush()


async def _record(
    work: UnitOfWork, hr: HrCaller, meeting: Meeting, kind: str, before: datetime | None, *, held: bool
) -> None:
    """Store the record, open the session of an active pair again for corrections, tell both, and log it."""
    row = meeting.session
    if meeting.pair.state == PairState.ACTIVE:
        row.state = SessionState.HELD if held else SessionState.BOOKED
        if row.settled_at:
            row.settled_at, row.told_at = None, max(row.told_at or work.now, work.now)
        closed = {str(key) for key in read_step_keys(row.steps_done) if key.kind is StepKind.POLL_CLOSE}
        row.steps_done = [one for one in row.steps_done if one not in closed]
    else:  # nothing is asked about a pair that is over
        row.state, row.settled_at = SessionState.HELD if held else SessionState.MISSED, work.now
    await keep_record(work, meeting, "", kind, before, row.starts_at, reason=BY_HR)
    for side in Side:
        message = SessionCorrectedMessage(row.id, held, row.starts_at, slot=f"{work.now.isoformat()}-{hr.receipt}")
        await work.send(outgoing(message, row.team_id, meeting.programme.id, person_id=meeting.person(side).id))
    await audit(work, hr, "correct_session", {"pair": meeting.pair.id, "number": row.number, "held": held})
