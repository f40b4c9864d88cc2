"""A pair changes how often and in which form it meets: one proposes, the other agrees, and the rest is planned again.

Sessions that have a time, took place or are over stay unchanged. Messages about the open one are not repeated, and
those of the old plan about the others are not sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col, select

from bot.domain.calendar import local
from bot.domain.care_check_ins import CheckIns
from bot.domain.message_budget import expected_messages
from bot.domain.messages.sessions import (
    CadenceAgreedMessage,
    CadenceKeptMessage,
    CadenceMessage,
    CadenceProposedMessage,
)
from bot.domain.programme import Cadence
from bot.domain.sessions import PlannedSession, Side
from bot.domain.sessions_cadence import Slot, replanned, wished
from bot.domain.signup import FORMATS
from bot.services.caller import Caller, Rejected
from bot.services.care.midway import plan_again
from bot.services.pair_context import PairContext, my_couple
from bot.services.programme.end import last_day
from bot.services.sessions.bookings import BOOKING_CHANGE_WINDOW, sessions_of
from bot.services.sessions.packs import format_of
from bot.services.sessions.schedule import next_check
from bot.services.sessions.so_far import is_ahead
from storage.outbox import Outgoing, outgoing
from storage.tables import (
    LogEntry,
    MentoringSession,
    Participant,
    Programme,
    Rhythm,
    RhythmState,
    SessionChange,
    SessionState,
    TimeProposal,
)
from storage.unit_of_work import Store, UnitOfWork

LATELY = timedelta(days=28)


@dataclass(frozen=True)
class Outlook:
    """How many sessions a pair has with a cadence, and about how many messages each of the two gets."""

    cadence: Cadence
    sessions: int

    @property
    def messages(self) -> int:
        return expected_messages(self.sessions, self.cadence)


@dataclass(frozen=True)
class CadenceView:
    """How the caller's pair meets now, and the open proposal, if there is one. `ahead`: the coming sessions.

    `now` and `wish`: the current plan, and that of the cadence that both chose at sign-up, as long as it can be
    accepted.
    """

    couple: PairContext
    side: Side
    cadence: str
    format: str
    waiting: Rhythm | None
    ahead: tuple[MentoringSession, ...] = ()
    now: Outlook | None = None
    wish: Outlook | None = None
    was: str = ""
    """How often they met before the last change that they agreed on."""
    proposed_ahead: int = 0
    """How many sessions would be to come with the open proposal."""

    @property
    def as_wished(self) -> bool:
        """They meet as both chose at sign-up, instead of as the programme does."""
        pair = self.couple.pair
        return pair.wished_cadence is not None and pair.cadence == pair.wished_cadence

    @property
    def mine(self) -> bool:
        """The proposal is the caller's own."""
        return self.waiting is not None and self.waiting.side == self.side


def cadence_to_propose(programme: Programme, mentor: Participant, leader: Participant) -> Cadence | None:
    """What the introduction proposes, by both sign-ups (`Pair.wished_cadence`)."""
    if not programme.proposes_wishes:
        return None
    return wished(mentor.cadences, leader.cadences, Cadence(programme.cadence))


async def read_cadence(store: Store, caller: Caller, pair_id: int) -> CadenceView:
    """Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        return await seen_as(work, *await my_couple(work.session, caller, pair_id))


async def propose(store: Store, caller: Caller, pair_id: int, cadence: Cadence, form: str) -> CadenceView:
    """Ask the partner for a change. A request for what the partner proposed accepts it.

    Raises `Rejected`: outdated (no such form), rhythm_same (no change), and those of `my_couple`.
    """
    if form not in FORMATS:
        raise Rejected("outdated")
    async with store.write(caller.now, receipt=caller.signed) as work:
        before = await seen_as(work, *await my_couple(work.session, caller, pair_id, lock=True))
        waiting = before.waiting
        if waiting and not before.mine and (waiting.cadence, waiting.format) == (cadence, form):
            await _agree(work, before, waiting)
        elif (cadence, form) == (before.cadence, before.format):
            raise Rejected("rhythm_same")
        else:
            await _ask(work, before, cadence, form)
        after = await seen_as(work, before.couple, before.side)
        await work.commit()
    return after


async def answer(store: Store, caller: Caller, rhythm_id: int, *, agreed: bool) -> CadenceView:
    """Accept the partner's proposal, or decline it.

    Raises `Rejected`: rhythm_outdated (answered or replaced), rhythm_own, and those of `my_couple`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        # Only the pair: the row itself is read once it is locked.
        pair_id = (await work.session.exec(select(Rhythm.pair_id).where(Rhythm.id == rhythm_id))).first()
        before = await seen_as(work, *await my_couple(work.session, caller, pair_id or 0, lock=True))
        if before.waiting is None or before.waiting.id != rhythm_id:
            raise Rejected("rhythm_outdated")
        if before.mine:
            raise Rejected("rhythm_own")
        if agreed:
            await _agree(work, before, before.waiting)
        else:
            await _settle(work, before, before.waiting, RhythmState.KEPT)
        after = await seen_as(work, before.couple, before.side)
        await work.commit()
    return after


async def accept_wish(store: Store, caller: Caller, pair_id: int) -> tuple[CadenceView, bool]:
    """Meet as both chose at sign-up. The press of one is enough, and the other is told.

    A second press has no effect. Returns how the two meet now, and whether the caller changed it.

    Raises `Rejected`: rhythm_outdated (they agreed on something else since), and those of `my_couple`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        before = await seen_as(work, *await my_couple(work.session, caller, pair_id, lock=True))
        pair = before.couple.pair
        if before.wish is None:
            if pair.wished_cadence is None or pair.wished_cadence != before.cadence:
                raise Rejected("rhythm_outdated")
            return before, False
        row = await _propose(work, before, before.wish.cadence, before.format)
        await _change(work, before, row)
        row.state, row.answered_at = RhythmState.AGREED, work.now
        await work.send(_message(before.couple, before.side.other, CadenceAgreedMessage(row.id, row.pair_id)))
        after = await seen_as(work, before.couple, before.side)
        await work.commit()
    return after, True


async def waiting_for(work: UnitOfWork, pair_id: int) -> Rhythm | None:
    """The proposal without an answer."""
    statement = select(Rhythm).where(Rhythm.pair_id == pair_id, Rhythm.state == RhythmState.OPEN)
    return (await work.session.exec(statement.order_by(col(Rhythm.id).desc()).limit(1))).first()


async def agreed_lately(work: UnitOfWork, pair_id: int) -> bool:
    """Whether the two agreed on how they meet a short while ago, so that it is not offered to them again."""
    statement = select(Rhythm.id).where(
        Rhythm.pair_id == pair_id, Rhythm.state == RhythmState.AGREED, col(Rhythm.answered_at) > work.now - LATELY
    )
    return (await work.session.exec(statement.limit(1))).first() is not None


async def seen_as(work: UnitOfWork, couple: PairContext, side: Side) -> CadenceView:
    """The cadence from the view of one of the two."""
    pair = couple.pair
    rows = await sessions_of(work, pair.id)
    cadence = Cadence(pair.cadence or couple.programme.cadence)
    ahead = tuple(one for one in rows if is_ahead(one, work.now))
    waiting = await waiting_for(work, pair.id)
    return CadenceView(
        couple,
        side,
        cadence,
        format_of(couple),
        waiting,
        ahead,
        Outlook(cadence, len(rows)),
        _wish(couple, rows, cadence, work.now),
        await _cadence_before(work, couple),
        _ahead_with(waiting, couple, rows, ahead, work.now),
    )


def _ahead_with(
    proposal: Rhythm | None,
    couple: PairContext,
    rows: Sequence[MentoringSession],
    ahead: Sequence[MentoringSession],
    now: datetime,
) -> int:
    """How many sessions are to come once `proposal` is agreed to: those planned by it, and those that have a time."""
    if proposal is None or proposal.cadence == (couple.pair.cadence or couple.programme.cadence):
        return len(ahead)
    _, planned = _replanned(couple, rows, Cadence(proposal.cadence), now)
    return len(planned) + sum(one.starts_at is not None for one in ahead) if planned else len(ahead)


async def _cadence_before(work: UnitOfWork, couple: PairContext) -> str:
    agreed = select(Rhythm.cadence).where(Rhythm.pair_id == couple.pair.id, Rhythm.state == RhythmState.AGREED)
    changes = (await work.session.exec(agreed.order_by(col(Rhythm.id).desc()).limit(2))).all()
    return changes[1] if len(changes) > 1 else couple.programme.cadence


def _wish(couple: PairContext, rows: Sequence[MentoringSession], cadence: Cadence, now: datetime) -> Outlook | None:
    pair = couple.pair
    if pair.wished_cadence is None or pair.cadence is not None or pair.wished_cadence == cadence:
        return None
    wished = Cadence(pair.wished_cadence)
    slots, planned = _replanned(couple, rows, wished, now)
    return Outlook(wished, len(planned) + sum(bool(slot.until) for slot in slots)) if planned else None


async def _ask(work: UnitOfWork, seen: CadenceView, cadence: Cadence, form: str) -> None:
    row = await _propose(work, seen, cadence, form)
    await work.send(_message(seen.couple, seen.side.other, CadenceProposedMessage(row.id, row.pair_id)))


async def _propose(work: UnitOfWork, seen: CadenceView, cadence: Cadence, form: str) -> Rhythm:
    """Store a proposal of the caller, in place of one that waits."""
    pair = seen.couple.pair
    if seen.waiting:
        seen.waiting.state, seen.waiting.answered_at = RhythmState.REPLACED, work.now
    row = Rhythm(team_id=pair.team_id, pair_id=pair.id, cadence=cadence, format=form, side=seen.side, at=work.now)
    work.session.add(row)
    await work.session.flush()
    return row


async def _agree(work: UnitOfWork, seen: CadenceView, row: Rhythm) -> None:
    await _change(work, seen, row)
    await _settle(work, seen, row, RhythmState.AGREED)


async def _change(work: UnitOfWork, seen: CadenceView, row: Rhythm) -> None:
    """Meet as `row` says."""
    pair = seen.couple.pair
    pair.cadence, pair.format = row.cadence, row.format
    if row.cadence != seen.cadence:
        await _plan_anew(work, seen.couple, Cadence(row.cadence))
    look = work.now + BOOKING_CHANGE_WINDOW
    pair.next_check_at = min(pair.next_check_at or look, look)


async def _settle(work: UnitOfWork, seen: CadenceView, row: Rhythm, state: RhythmState) -> None:
    row.state, row.answered_at = state, work.now
    await work.session.flush()
    answer = CadenceAgreedMessage if state is RhythmState.AGREED else CadenceKeptMessage
    await work.send(_message(seen.couple, Side(row.side), answer(row.id, row.pair_id)))


def _message(couple: PairContext, reader: Side, message: CadenceMessage) -> Outgoing:
    programme = couple.programme
    return outgoing(message, programme.team_id, programme.id, person_id=couple.person(reader).id)


# The plan


async def _plan_anew(work: UnitOfWork, couple: PairContext, cadence: Cadence) -> None:
    rows = await sessions_of(work, couple.pair.id)
    slots, planned = _replanned(couple, rows, cadence, work.now)
    if not planned:
        return  # the programme is over except for booked sessions
    free = {slot.number for slot in slots if not slot.until}
    kept = {row.number: row for row in rows}
    for number, one in planned.items():
        row = kept.get(number) or new_session(couple, one)
        row.pack, row.opens_on, row.closes_on = one.pack, one.opens, one.closes
        work.session.add(row)
        row.next_at = next_check(row, couple.programme, couple.mentor, couple.leader, work.now)
    await work.session.flush()
    if couple.programme.check_ins == CheckIns.EVERY_SECOND:
        await plan_again(work, couple.programme, couple.pair.id)
    if surplus := [row for row in rows if row.number in free - set(planned)]:
        await drop_sessions(work, surplus, heir=kept[min(planned)])


def _replanned(
    couple: PairContext, rows: Sequence[MentoringSession], cadence: Cadence, now: datetime
) -> tuple[list[Slot], dict[int, PlannedSession]]:
    """The sessions as they are, and those that are planned again, by their numbers."""
    zone = couple.leader.zone
    today = local(now, zone).date()
    slots = [Slot(row.number, row.opens_on, _stays_until(row, today, zone)) for row in rows]
    end = max([last_day(couple.programme) + timedelta(days=1), *(row.closes_on for row in rows)])
    return slots, {one.number: one for one in replanned(slots, today, end, cadence, couple.programme.starts_on)}


def _stays_until(row: MentoringSession, today: date, zone: str) -> date | None:
    """The day after a session that cannot be planned again; None for one that can."""
    if row.starts_at and row.state == SessionState.BOOKED:
        return local(row.starts_at, zone).date() + timedelta(days=1)
    if row.settled_at or row.state != SessionState.PLANNED:
        return today
    return row.closes_on if row.closes_on <= today else None


def new_session(couple: PairContext, planned: PlannedSession) -> MentoringSession:
    """The row of a planned session that a pair does not have yet."""
    return MentoringSession(
        team_id=couple.pair.team_id,
        pair_id=couple.pair.id,
        number=planned.number,
        pack=planned.pack,
        opens_on=planned.opens,
        closes_on=planned.closes,
        minutes=couple.programme.minutes,
    )


async def drop_sessions(work: UnitOfWork, rows: Sequence[MentoringSession], heir: MentoringSession | None) -> None:
    """Remove sessions from the plan. Their moves and cancellations still count for the pair, with the session `heir`;
    without one they are deleted."""
    ids = [row.id for row in rows]
    theirs = col(SessionChange.session_id).in_(ids)
    moved = (
        update(SessionChange).where(theirs).values(session_id=heir.id) if heir else delete(SessionChange).where(theirs)
    )
    await work.session.exec(moved.execution_options(synchronize_session=False))
    noted = update(LogEntry).where(col(LogEntry.session_id).in_(ids)).values(session_id=heir.id if heir else None)
    await work.session.exec(noted.execution_options(synchronize_session=False))
    await work.session.exec(delete(TimeProposal).where(col(TimeProposal.session_id).in_(ids)))
    await work.session.exec(delete(MentoringSession).where(col(MentoringSession.id).in_(ids)))
