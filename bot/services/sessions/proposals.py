"""Times outside the partner's working hours: one of the two proposes, and the other's yes books the session."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlmodel import select

from bot.domain.calendar import wall_text
from bot.domain.messages.sessions import TimeDeclinedMessage, TimeProposalMessage, TimeProposedMessage
from bot.domain.sessions import Side, slot_at
from bot.services.caller import Caller, Rejected
from bot.services.orientation.finish_by import refuse_unfinished
from bot.services.pair_context import Meeting, my_meeting
from bot.services.sessions.bookings import (
    Booked,
    Choice,
    TimeChanged,
    changed_by,
    check,
    open_for,
    set_time,
)
from bot.services.sessions.called_off import replace_proposals
from bot.services.sessions.free_time import lock_people, pair_time
from bot.services.working_hours import cannot_wait
from storage.outbox import Outgoing, outgoing
from storage.tables import ProposalState, TimeProposal
from storage.unit_of_work import Store, UnitOfWork

ASKABLE = ("hours", "day_off", "break", "busy")
"""The reasons (`Unsuitable.code`) for which the partner can be asked."""


@dataclass(frozen=True)
class Proposed:
    """A proposed time, from the view of `side`."""

    meeting: Meeting
    side: Side
    row: TimeProposal


async def propose(store: Store, caller: Caller, session_id: int, choice: Choice) -> Proposed:
    """Ask the partner for a time outside of their working hours. An earlier proposal for the session is replaced.

    Raises as `bookings.book`, except for the partner's hours.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        await lock_people(work.session, session_id)
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        open_for(meeting, side)
        await refuse_unfinished(work.session, meeting, side)
        if choice.is_outdated(meeting.session.starts_at):
            raise TimeChanged(meeting, side, await changed_by(work, meeting), choice.starts_at)
        others = await pair_time(work.session, meeting, caller.now)
        check(meeting, side, choice, others, caller.now, agreed=True)
        await replace_proposals(work, [session_id])
        row = TimeProposal(
            team_id=meeting.session.team_id,
            session_id=session_id,
            side=side,
            starts_at=choice.starts_at,
            minutes=choice.minutes,
            wall=wall_text(choice.day, choice.wall),
            wall_zone=choice.zone,
            reason=choice.reason or None,
            before=meeting.session.starts_at,
            at=caller.now,
        )
        work.session.add(row)
        await work.session.flush()
        await work.send(_message(meeting, side.other, TimeProposedMessage(row.id, session_id), row, caller.now))
        await work.commit()
    return Proposed(meeting, side, row)


async def agree(store: Store, caller: Caller, proposal_id: int) -> Booked:
    """Book the proposed time. Raises `TimeChanged`, `Unsuitable`; `Rejected`: proposal_over, proposal_own, and those
    of `bookings.book`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        proposal = await _locked(work, caller, proposal_id)
        meeting, side, row = proposal.meeting, proposal.side, proposal.row
        open_for(meeting, side)
        await refuse_unfinished(work.session, meeting, side)
        choice = choice_of(row)
        if choice.is_outdated(meeting.session.starts_at):
            raise TimeChanged(meeting, side, await changed_by(work, meeting), row.starts_at)
        others = await pair_time(work.session, meeting, caller.now)
        check(meeting, side, choice, others, caller.now, agreed=True)
        row.state, row.answered_at = ProposalState.AGREED, caller.now
        done = await set_time(work, meeting, side.other, choice, agreed_by=side)
        await work.commit()
    return replace(done, side=side)


async def decline(store: Store, caller: Caller, proposal_id: int) -> Proposed:
    """The proposed time does not suit; who proposed it is told. Raises `Rejected` as `agree`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        proposal = await _locked(work, caller, proposal_id)
        proposal.row.state, proposal.row.answered_at = ProposalState.DECLINED, caller.now
        message = TimeDeclinedMessage(proposal.row.id, proposal.row.session_id)
        await work.send(_message(proposal.meeting, proposal.side.other, message, proposal.row, caller.now))
        await work.commit()
    return proposal


async def read_proposal(work: UnitOfWork, proposal_id: int) -> TimeProposal | None:
    """A stored proposal."""
    return await work.session.get(TimeProposal, proposal_id)


async def _locked(work: UnitOfWork, caller: Caller, proposal_id: int) -> Proposed:
    # Only the session: the row itself is read once the session is locked.
    of_session = select(TimeProposal.session_id).where(TimeProposal.id == proposal_id)
    session_id = (await work.session.exec(of_session)).first() or 0
    await lock_people(work.session, session_id)
    meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
    row = await work.session.get_one(TimeProposal, proposal_id)
    if row.state != ProposalState.OPEN:
        raise Rejected("proposal_over")
    if row.side == side:
        raise Rejected("proposal_own")
    return Proposed(meeting, side, row)


async def of_caller(store: Store, caller: Caller, proposal_id: int) -> Proposed:
    """A proposal with its session. Raises `Rejected`: proposal_over, and those of `my_meeting`."""
    async with store.read(caller.now) as work:
        row = await read_proposal(work, proposal_id)
        if row is None:
            raise Rejected("proposal_over")
        return Proposed(*await my_meeting(work.session, caller, row.session_id), row)


def choice_of(row: TimeProposal) -> Choice:
    """The proposed time, as it was chosen."""
    day, wall = row.wall.split("T")
    return Choice(
        date.fromisoformat(day),
        time.fromisoformat(wall),
        row.wall_zone,
        row.minutes,
        row.reason or "",
        seen=slot_at(row.before),
    )


def _message(
    meeting: Meeting, reader: Side, message: TimeProposalMessage, about: TimeProposal, now: datetime
) -> Outgoing:
    """With the next day's message, unless that would be too late."""
    team_id, person_id = meeting.session.team_id, meeting.person(reader).id
    urgent = is_told_at_once(meeting, reader, about, now)
    return outgoing(message, team_id, meeting.programme.id, person_id=person_id, urgent=urgent)


def is_told_at_once(meeting: Meeting, reader: Side, about: TimeProposal, now: datetime) -> bool:
    """Whether one of the two is told of a proposed time now, and not with the message of their next day."""
    return cannot_wait(about.starts_at, now, meeting.hours[reader], meeting.off)
