"""A note to a mentor's own manager: only if the mentor asks for it, in words that they have read, and once."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.closing import ManagerNoteMessage
from bot.domain.sessions import Side
from bot.services.caller import Caller, Rejected
from bot.services.closing.certificates import earned_sides
from bot.services.closing.practised import Practised, practised_by
from bot.services.people.eligibility import Unfit, why_unfit
from storage.outbox import outgoing
from storage.queries import participation, person_by_slack
from storage.tables import (
    ManagerNote,
    MentoringSession,
    Pair,
    Participant,
    ParticipantState,
    Person,
    Programme,
    RosterEntry,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork

LONGEST = 300
LONGEST_NOTE = 1500


class Unsendable(StrEnum):
    """Why there is no note, as in `errors.manager_note_…`."""

    UNKNOWN = "unknown"  # nobody named a manager
    NONE = "none"  # they have none
    GONE = "gone"
    GUEST = "guest"
    OUTSIDE = "outside"  # of another company, or no person
    LEADER = "leader"  # the manager is the person whom they mentored
    SENT = "sent"


@dataclass(frozen=True)
class NoteFacts:
    """What the note says: `mentor` held `held` sessions in `programme`."""

    mentor: Person
    manager: Person
    programme: Programme
    participant_id: int
    held: int
    practised: Practised


async def read_note(store: Store, caller: Caller, programme_id: int) -> NoteFacts:
    """The facts for the caller's note. Raises `Rejected`: not_participant, left_programme, certificate_not_yet,
    manager_note_…."""
    async with store.read(caller.now) as work:
        return await _facts(work, caller, programme_id)


async def send_note(store: Store, caller: Caller, programme_id: int, manager_id: int, text: str) -> NoteFacts:
    """Send exactly `text`, which the caller has read, to the manager `manager_id`. Raises `Rejected`: as `read_note`,
    manager_note_changed (they have another manager by now)."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        facts = await _facts(work, caller, programme_id, lock=True)
        if facts.manager.id != manager_id:
            raise Rejected("manager_note_changed")
        note = ManagerNote(
            team_id=caller.team_id,
            programme_id=programme_id,
            participant_id=facts.participant_id,
            manager_id=manager_id,
            text=text,
            at=caller.now,
        )
        work.session.add(note)
        try:
            await work.session.flush()
        except IntegrityError as twice:
            raise Rejected(f"manager_note_{Unsendable.SENT}") from twice
        await work.send(outgoing(ManagerNoteMessage(note.id), caller.team_id, programme_id, person_id=manager_id))
        await work.commit()
    return facts


async def note_for(session: AsyncSession, note_id: int) -> tuple[ManagerNote, Person, Programme] | None:
    """A note that can still be sent, with its writer and programme: not if one of the two was erased, or the manager
    may not have it any more."""
    note = await session.get(ManagerNote, note_id)
    manager = await session.get(Person, note.manager_id) if note and note.manager_id else None
    if note is None or not note.text or manager is None or why_unfit(manager, guests=False):
        return None
    participant = await session.get_one(Participant, note.participant_id)
    mentor = await session.get_one(Person, participant.person_id)
    return note, mentor, await session.get_one(Programme, note.programme_id)


async def noted(session: AsyncSession, participant_id: int) -> bool:
    """Whether the manager of a participant got a note."""
    statement = select(ManagerNote.id).where(ManagerNote.participant_id == participant_id)
    return (await session.exec(statement)).first() is not None


async def may_note(session: AsyncSession, participant: Participant) -> bool:
    """Whether a mentor can be offered the note: not if it was sent, nor if the roster has nobody to send it to.

    Of a mentor whose manager is not known, the answer to the button says how to name one.
    """
    if await noted(session, participant.id):
        return False
    try:
        await _manager(session, await session.get_one(Person, participant.person_id), participant)
    except Rejected as refusal:
        return refusal.code == f"manager_note_{Unsendable.UNKNOWN}"
    return True


async def _facts(work: UnitOfWork, caller: Caller, programme_id: int, *, lock: bool = False) -> NoteFacts:
    session = work.session
    mentor = await person_by_slack(session, caller.team_id, caller.slack_id, lock=lock)
    participant = await participation(session, mentor.id, programme_id) if mentor else None
    if mentor is None or participant is None:
        raise Rejected("not_participant")
    if participant.state == ParticipantState.LEFT:
        raise Rejected("left_programme")
    if participant.forgotten_at or Side.MENTOR not in await earned_sides(session, participant):
        raise Rejected("certificate_not_yet")
    if await noted(session, participant.id):
        raise Rejected(f"manager_note_{Unsendable.SENT}")
    manager = await _manager(session, mentor, participant)
    held = select(MentoringSession.id).join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
    held = held.where(Pair.mentor_id == participant.id, MentoringSession.state == SessionState.HELD)
    practised = await practised_by(session, participant.id, Side.MENTOR)
    programme = await session.get_one(Programme, programme_id)
    return NoteFacts(mentor, manager, programme, participant.id, len((await session.exec(held)).all()), practised)


async def _manager(session: AsyncSession, mentor: Person, participant: Participant) -> Person:
    """The manager as the programme's roster has them. Raises `Rejected`."""
    statement = select(RosterEntry).where(
        RosterEntry.programme_id == participant.programme_id, RosterEntry.person_id == mentor.id
    )
    entry = (await session.exec(statement)).first()
    if entry is None or not entry.manager_known:
        raise Rejected(f"manager_note_{Unsendable.UNKNOWN}")
    manager = await session.get(Person, entry.manager_id) if entry.manager_id else None
    if manager is None or manager.id == mentor.id:
        raise Rejected(f"manager_note_{Unsendable.NONE}")
    match why_unfit(manager, guests=False):
        case Unfit.GUEST:
            raise Rejected(f"manager_note_{Unsendable.GUEST}")
        case Unfit.GONE:
            raise Rejected(f"manager_note_{Unsendable.GONE}")
        case Unfit.BOT | Unfit.STRANGER:
            raise Rejected(f"manager_note_{Unsendable.OUTSIDE}")
    leaders = select(Participant.person_id).join(Pair, col(Pair.leader_id) == col(Participant.id))
    if manager.id in (await session.exec(leaders.where(Pair.mentor_id == participant.id))).all():
        raise Rejected(f"manager_note_{Unsendable.LEADER}")
    return manager
