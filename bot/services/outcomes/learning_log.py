"""Learning logs: what I learned, what I taught back. Only for the writer, unless they share a note."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.outcomes import LogSharedMessage
from bot.domain.sessions import Side
from bot.services.caller import Caller, InvalidInput, Rejected
from bot.services.pair_context import PairContext, couple, my_couple
from storage.outbox import Outgoing, outgoing
from storage.tables import LogEntry, MentoringSession, PollAnswer
from storage.unit_of_work import Store, UnitOfWork

LONGEST = 1000
MOST = 100
"""Maximum number of notes of one person in one pair."""


@dataclass(frozen=True)
class Draft:
    """A note from the form. `session_id`: the session it is about; None for another time."""

    learned: str
    taught: str
    session_id: int | None = None
    with_partner: bool = False
    with_hr: bool = False


@dataclass(frozen=True)
class ShownNote:
    """A note for display. `entry` is None for notes from the questions after a session."""

    entry: LogEntry | None
    number: int | None
    """Of its session."""
    learned: str
    taught: str
    will_do: str
    with_partner: bool
    with_hr: bool
    at: datetime


@dataclass(frozen=True)
class Log:
    """The person's own notes about a pair, and what the partner shared; the newest first."""

    couple: PairContext
    side: Side
    mine: tuple[ShownNote, ...]
    theirs: tuple[ShownNote, ...]
    sessions: tuple[MentoringSession, ...]
    """Sessions that a note can be about: they have begun."""


async def read_log(store: Store, caller: Caller, pair_id: int) -> Log:
    """The caller's log. Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        found, side = await my_couple(work.session, caller, pair_id, even_over=True)
        return await log_of(work, found, side)


async def log_of(work: UnitOfWork, couple: PairContext, side: Side) -> Log:
    """One side's log, for a view."""
    session = work.session
    of_pair = select(MentoringSession).where(MentoringSession.pair_id == couple.pair.id)
    meetings = (await session.exec(of_pair.order_by(col(MentoringSession.number)))).all()
    numbers = {one.id: one.number for one in meetings}
    entries = select(LogEntry).where(LogEntry.pair_id == couple.pair.id).order_by(col(LogEntry.id).desc())
    rows = (await session.exec(entries)).all()
    mine = [_note(one, numbers) for one in rows if one.participant_id == couple.part(side).id]
    answered = select(PollAnswer).where(
        col(PollAnswer.session_id).in_(numbers.keys()), PollAnswer.participant_id == couple.part(side).id
    )
    mine += [_of_poll(one, numbers) for one in (await session.exec(answered)).all() if one.learned or one.will_do]
    return Log(
        couple,
        side,
        tuple(sorted(mine, key=lambda one: one.at, reverse=True)),
        tuple(_note(one, numbers) for one in rows if one.participant_id != couple.part(side).id and one.with_partner),
        tuple(one for one in meetings if one.starts_at and one.starts_at <= work.now),
    )


async def log_to_add_to(store: Store, caller: Caller, pair_id: int) -> Log:
    """The caller's log, for the form of a new note. Raises `Rejected`: too_many_notes, and those of `my_couple`."""
    async with store.read(caller.now) as work:
        found, side = await my_couple(work.session, caller, pair_id, after_the_end=True)
        log = await log_of(work, found, side)
    if len(log.mine) >= MOST:
        raise Rejected("too_many_notes")
    return log


async def entry_to_change(store: Store, caller: Caller, entry_id: int) -> tuple[Log, LogEntry]:
    """One of the caller's own notes. Raises `Rejected`: outdated, and those of `my_couple`."""
    async with store.read(caller.now) as work:
        found, side, entry = await _own(work, caller, entry_id)
        return await log_of(work, found, side), entry


async def write(store: Store, caller: Caller, pair_id: int, draft: Draft, entry_id: int | None = None) -> Log:
    """Store a note, or change one of the caller's own. The partner is notified once, if it is shared with them.

    Raises `InvalidInput`; `Rejected`: outdated, too_many_notes, and those of `my_couple`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        if entry_id is None:
            found, side = await my_couple(work.session, caller, pair_id, lock=True, after_the_end=True)
            entry = _blank(work, found, side)
        else:
            found, side, entry = await _own(work, caller, entry_id)
        log = await log_of(work, found, side)
        if wrong := _faults(draft):
            raise InvalidInput(wrong)
        if draft.session_id is not None and draft.session_id not in {one.id for one in log.sessions}:
            raise Rejected("outdated")
        if entry_id is None and len(log.mine) >= MOST:
            raise Rejected("too_many_notes")
        entry.learned, entry.taught, entry.session_id = draft.learned, draft.taught, draft.session_id
        entry.with_partner, entry.with_hr, entry.changed_at = draft.with_partner, draft.with_hr, work.now
        work.session.add(entry)
        await work.session.flush()
        if entry.with_partner:
            await work.send(_letter(found, side, entry))
        after = await log_of(work, found, side)
        await work.commit()
    return after


async def delete(store: Store, caller: Caller, entry_id: int) -> Log:
    """Delete one of the caller's own notes. Raises `Rejected` as `entry_to_change`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        found, side, entry = await _own(work, caller, entry_id)
        await work.session.delete(entry)
        await work.session.flush()
        after = await log_of(work, found, side)
        await work.commit()
    return after


async def shared_with(
    session: AsyncSession, entry_id: int, person_id: int | None
) -> tuple[PairContext, Side, ShownNote] | None:
    """A shared note; None if it is no longer shared."""
    entry = await session.get(LogEntry, entry_id)
    found = await couple(session, entry.pair_id) if entry and entry.with_partner else None
    side = found.side_of(person_id) if found else None
    if entry is None or found is None or side is None:
        return None
    meeting = await session.get(MentoringSession, entry.session_id) if entry.session_id else None
    return found, side, _note(entry, {meeting.id: meeting.number} if meeting else {})


def _faults(draft: Draft) -> dict[str, str]:
    if not draft.learned and not draft.taught:
        return {"learned": "empty"}
    return {name: "too_long" for name in ("learned", "taught") if len(getattr(draft, name)) > LONGEST}


def _blank(work: UnitOfWork, couple: PairContext, side: Side) -> LogEntry:
    return LogEntry(
        team_id=couple.pair.team_id,
        pair_id=couple.pair.id,
        participant_id=couple.part(side).id,
        side=side,
        written_at=work.now,
        changed_at=work.now,
    )


async def _own(work: UnitOfWork, caller: Caller, entry_id: int) -> tuple[PairContext, Side, LogEntry]:
    entry = await work.session.get(LogEntry, entry_id)
    found, side = await my_couple(work.session, caller, entry.pair_id if entry else 0, after_the_end=True)
    if entry is None or entry.participant_id != found.part(side).id:
        raise Rejected("outdated")
    return found, side, entry


def _note(entry: LogEntry, numbers: dict[int, int]) -> ShownNote:
    number = numbers.get(entry.session_id) if entry.session_id else None
    return ShownNote(
        entry, number, entry.learned, entry.taught, "", entry.with_partner, entry.with_hr, entry.written_at
    )


def _of_poll(answer: PollAnswer, numbers: dict[int, int]) -> ShownNote:
    number, learned, will_do = numbers.get(answer.session_id), answer.learned or "", answer.will_do or ""
    return ShownNote(None, number, learned, "", will_do, False, answer.share, answer.answered_at)


def _letter(couple: PairContext, side: Side, entry: LogEntry) -> Outgoing:
    programme = couple.programme
    message = LogSharedMessage(entry.id)
    return outgoing(message, programme.team_id, programme.id, person_id=couple.person(side.other).id)
