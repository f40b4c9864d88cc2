"""What the two say afterwards about a session: that it took place, and when; or that it did not.

The session's row is the only record of it. Either side can correct it until the session's poll closes.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from bot.domain.calendar import local, to_utc, wall_text
from bot.domain.messages.sessions import SessionHeldMessage, SessionNotHeldMessage
from bot.domain.polls import Met
from bot.domain.sessions import POLL_DELAY, Side, StepKey, StepKind, read_step_keys, slot_at
from bot.services.caller import Caller, InvalidInput, Rejected
from bot.services.pair_context import Meeting, my_meeting
from bot.services.polls.polls import answers_of, note_held, note_met, take_back_answers
from bot.services.sessions.bookings import TimeChanged, changed_by, keep_change
from storage.outbox import Outgoing, outgoing
from storage.tables import SessionChange, SessionState
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class HeldAt:
    """When the two met, in wall time of `zone`. `seen`: the slot of the time that the form showed."""

    day: date
    wall: time
    zone: str
    seen: str

    @property
    def starts_at(self) -> datetime:
        return to_utc(self.day, self.wall, self.zone)


@dataclass(frozen=True)
class Recorded:
    """A session and its record. `held`: it counts as having taken place."""

    meeting: Meeting
    side: Side
    held: bool


async def read_record(store: Store, caller: Caller, session_id: int) -> Recorded:
    """The session as it is on record. Raises `Rejected`: session_over, and those of `my_meeting`."""
    async with store.read(caller.now) as work:
        meeting, side = await my_meeting(work.session, caller, session_id)
        _open(meeting)
        return Recorded(meeting, side, meeting.session.state == SessionState.HELD)


async def record_held(store: Store, caller: Caller, session_id: int, when: HeldAt) -> Recorded:
    """The caller reports that the two met, and when; the questions about it follow.

    Raises `InvalidInput`: future, early (before the pair was introduced); `TimeChanged`; `Rejected` as `read_record`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        _open(meeting)
        row, before, was = meeting.session, meeting.session.starts_at, meeting.session.state
        starts_at = when.starts_at
        await _check_seen(work, meeting, side, when.seen)
        check_time(meeting, when, caller.now)
        await set_time(work, meeting, when)
        await note_held(work, meeting, side)
        if starts_at != before or row.state != was:
            kind = "corrected" if was == SessionState.HELD else "held"
            await keep_record(work, meeting, side, kind, before, starts_at)
            slot = f"{starts_at.isoformat()}-{caller.receipt}"
            await work.send(_message(meeting, side.other, SessionHeldMessage(row.id, side, starts_at, slot=slot)))
        await work.commit()
    return Recorded(meeting, side, row.state == SessionState.HELD)


async def record_not_held(store: Store, caller: Caller, session_id: int, seen: str) -> Recorded:
    """The caller reports that the two did not meet.

    A time that was only reported is taken back: the session is as it was before. Of a booked time it becomes the
    caller's answer; if the other says that they met, the session counts as not held unless one of them corrects it
    before the poll closes. Raises `TimeChanged`, `Rejected` as `read_record`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        _open(meeting)
        row, before, was = meeting.session, meeting.session.starts_at, meeting.session.state
        await _check_seen(work, meeting, side, seen)
        if before is None or before > caller.now:
            raise Rejected("outdated")
        if row.told_at:
            earlier = await _booked_before(work, meeting)
            for answer in await answers_of(work, [row.id]):
                await work.session.delete(answer)
            later = earlier if earlier and earlier > caller.now else None
            row.state = SessionState.BOOKED if later else SessionState.PLANNED
            row.starts_at, row.told_at, row.wall, row.wall_zone = later, None, None, None
        else:
            await note_met(work, meeting, side, Met.FELL_THROUGH)
        if row.starts_at != before or row.state != was:
            await keep_record(work, meeting, side, "not_held", before, row.starts_at)
            slot = f"{before.isoformat()}-{caller.receipt}"
            await work.send(_message(meeting, side.other, SessionNotHeldMessage(row.id, side, before, slot=slot)))
        await work.commit()
    return Recorded(meeting, side, row.state == SessionState.HELD)


def _open(meeting: Meeting) -> None:
    """While its poll is open, a session that was held can be corrected."""
    if meeting.session.settled_at or meeting.session.state == SessionState.MISSED:
        raise Rejected("session_over")


async def _check_seen(work: UnitOfWork, meeting: Meeting, side: Side, seen: str) -> None:
    if seen != slot_at(meeting.session.starts_at):
        raise TimeChanged(meeting, side, await changed_by(work, meeting))


def check_time(meeting: Meeting, when: HeldAt, now: datetime) -> None:
    """Raises `InvalidInput`: future, early (before the pair was introduced)."""
    if when.starts_at > now:
        raise InvalidInput({"date": "future"})
    if when.day < local(meeting.pair.introduced_at, when.zone).date():
        raise InvalidInput({"date": "early"})


async def set_time(work: UnitOfWork, meeting: Meeting, when: HeldAt) -> None:
    """Give the session the time at which the two met, if it had another one. The questions about it are sent after that
    time, from now on."""
    row, before, starts_at = meeting.session, meeting.session.starts_at, when.starts_at
    if starts_at == before:
        return
    if row.state == SessionState.HELD:
        row.steps_done = _asked_at(row.steps_done, before, starts_at)
    else:  # what was answered about another time does not apply to this one
        await take_back_answers(work, meeting)
    asked_from = starts_at + timedelta(minutes=row.minutes) + POLL_DELAY
    row.starts_at, row.told_at, row.state = starts_at, max(work.now, asked_from), SessionState.BOOKED
    row.wall, row.wall_zone = wall_text(when.day, when.wall), when.zone
    await work.session.flush()


def _asked_at(stored: list[str], before: datetime | None, after: datetime) -> list[str]:
    """The keys of completed steps: people who were asked about a session are not asked again about its right time."""
    done = read_step_keys(stored)
    asked = [key.side for key in done if key.kind is StepKind.POLL and key.slot == slot_at(before)]
    return [*stored, *(str(StepKey(StepKind.POLL, side, slot_at(after))) for side in asked)]


async def _booked_before(work: UnitOfWork, meeting: Meeting) -> datetime | None:
    """The time for which the session was booked before it was reported as held."""
    statement = select(SessionChange).where(
        SessionChange.session_id == meeting.session.id, SessionChange.kind == "held"
    )
    last = (await work.session.exec(statement.order_by(col(SessionChange.id).desc()).limit(1))).first()
    return last.before if last else None


async def keep_record(
    work: UnitOfWork,
    meeting: Meeting,
    side: str,
    kind: str,
    before: datetime | None,
    after: datetime | None,
    reason: str | None = None,
) -> None:
    """Store who recorded what about the session; `side` is "" if it was neither of the two."""
    row = meeting.session
    change = SessionChange(
        team_id=row.team_id,
        session_id=row.id,
        side=side,
        kind=kind,
        reason=reason,
        before=before,
        after=after,
        at=work.now,
    )
    await keep_change(work, meeting, change)


def _message(meeting: Meeting, reader: Side, message: SessionHeldMessage | SessionNotHeldMessage) -> Outgoing:
    person_id = meeting.person(reader).id
    return outgoing(message, meeting.session.team_id, meeting.programme.id, person_id=person_id)
