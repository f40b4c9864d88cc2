"""Confirmations: two people whom HR pairs by hand are asked whether they agree, and HR learns only whether both did.

People who avoid each other are asked like all others, so that HR cannot tell. HR reads "waiting" until both have
agreed or three working days are over, whatever the two answered in between.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local, next_working, to_utc, working_days_after
from bot.domain.messages.matching import PairQuestionMessage, PairSettledMessage, PairWithdrawnMessage
from bot.domain.sessions import Side
from bot.services.matching.draft_edit import Change
from bot.services.working_hours import days_off, office_hours
from storage.outbox import outgoing
from storage.queries import person_of
from storage.tables import (
    AuditEntry,
    ConfirmationState,
    CoupleMark,
    Draft,
    DraftPair,
    DraftState,
    Outbox,
    OutboxState,
    PairConfirmation,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    Verdict,
)
from storage.unit_of_work import UnitOfWork

WORKING_DAYS = 3
LONGEST_REASON = 300
OPEN = (ConfirmationState.WAITING, ConfirmationState.CONFIRMED)
OVER = (ConfirmationState.NOT_CONFIRMED, ConfirmationState.WITHDRAWN)

SignUps = tuple[int, int]
"""(mentor, leader), by the ids of their sign-ups."""


def closing_time(programme: Programme, now: datetime) -> datetime:
    """Exactly three working days later, counted from the next working time in the programme's office."""
    off = days_off(programme)
    begins = local(next_working(now, office_hours(programme), off), programme.zone)
    return to_utc(working_days_after(begins.date(), WORKING_DAYS, off), begins.time(), programme.zone)


async def of_programme(session: AsyncSession, programme_id: int) -> dict[SignUps, PairConfirmation]:
    """All confirmations of a programme, by pair of people."""
    statement = select(PairConfirmation).where(PairConfirmation.programme_id == programme_id)
    confirmations = (await session.exec(statement.order_by(col(PairConfirmation.id)))).all()
    return {(one.mentor_id, one.leader_id): one for one in confirmations}


async def of_couple(session: AsyncSession, programme_id: int, couple: SignUps) -> PairConfirmation | None:
    """The confirmation of these two in a programme, if they were asked."""
    statement = select(PairConfirmation).where(
        PairConfirmation.programme_id == programme_id,
        PairConfirmation.mentor_id == couple[0],
        PairConfirmation.leader_id == couple[1],
    )
    return (await session.exec(statement)).first()


async def request(change: Change, couple: SignUps, why: str) -> PairConfirmation:
    """Create the confirmation of two people whom HR has just paired."""
    by = await change.by()
    confirmation = PairConfirmation(
        team_id=change.programme.team_id,
        programme_id=change.programme.id,
        mentor_id=couple[0],
        leader_id=couple[1],
        hr_reason=why,
        asked_by=by.id,
    )
    change.work.session.add(confirmation)
    await change.work.session.flush()
    await ask(change.work, change.programme, confirmation)
    return confirmation


async def ask(work: UnitOfWork, programme: Programme, confirmation: PairConfirmation) -> None:
    """Enqueue the same question for both; the time to answer begins."""
    confirmation.asked_at = work.now
    confirmation.closes_at = confirmation.next_at = closing_time(programme, work.now)
    for side, part in _sides(confirmation):
        await work.send(
            outgoing(
                PairQuestionMessage(confirmation.id, side),
                programme.team_id,
                programme.id,
                person_id=(await person_of(work.session, part)).id,
                expires_at=confirmation.closes_at,
            )
        )


def question_key(confirmation: PairConfirmation, side: Side) -> str:
    """The outbox key of the question to one of the two."""
    return PairQuestionMessage(confirmation.id, side).key(confirmation.programme_id)


async def withdraw(work: UnitOfWork, programme: Programme, couple: SignUps) -> bool:
    """HR withdraws a pair made by hand before the release; False if there is none. The people who were asked are
    notified."""
    confirmation = await of_couple(work.session, programme.id, couple)
    if confirmation is None or confirmation.state not in OPEN:
        return False
    confirmation.state, confirmation.settled_at, confirmation.next_at = ConfirmationState.WITHDRAWN, work.now, None
    for side, part in _sides(confirmation):
        unsent = update(Outbox).where(
            col(Outbox.team_id) == programme.team_id,
            col(Outbox.key) == question_key(confirmation, side),
            col(Outbox.state) == OutboxState.PENDING,
        )
        if (await work.session.exec(unsent.values(state=OutboxState.DROPPED, error="withdrawn"))).rowcount:
            continue  # nobody who was not asked yet is notified
        await work.send(
            outgoing(
                PairWithdrawnMessage(confirmation.id, side),
                programme.team_id,
                programme.id,
                person_id=(await person_of(work.session, part)).id,
            )
        )
    await _take_out(work.session, confirmation)
    return True


async def settle(work: UnitOfWork, programme: Programme, confirmation: PairConfirmation) -> bool:
    """Settle it if both agree, or if its time is over at `work.now`; False if it is still waiting.

    The programme and the confirmation are locked. HR reads "not confirmed" as of the end of its time.
    """
    closes_at = confirmation.closes_at
    if confirmation.state != ConfirmationState.WAITING or closes_at is None:
        return False
    if await _both_agree(work.session, confirmation):
        state, at = ConfirmationState.CONFIRMED, work.now
    elif closes_at <= work.now:
        state, at = ConfirmationState.NOT_CONFIRMED, closes_at
    else:
        return False
    confirmation.state, confirmation.settled_at, confirmation.next_at = state, at, None
    draft = await _open_draft_with(work.session, confirmation)
    if state is ConfirmationState.NOT_CONFIRMED:
        await _take_out(work.session, confirmation)
    if programme.state == ProgrammeState.CLOSED:
        return True
    details = {"mentor": confirmation.mentor_id, "mentee": confirmation.leader_id}
    if draft is not None:
        draft.version += 1
        details |= {"draft": draft.id, "version": draft.version}
    work.session.add(
        AuditEntry(
            team_id=programme.team_id,
            programme_id=programme.id,
            person_id=confirmation.asked_by,
            what="pair_confirmed" if state is ConfirmationState.CONFIRMED else "pair_not_confirmed",
            details=details,
            at=at,
        )
    )
    settled = PairSettledMessage(confirmation.id)
    await work.send(outgoing(settled, programme.team_id, programme.id, channel=programme.hr_channel))
    return True


async def forget_agreement(work: UnitOfWork, participant: Participant) -> None:
    """A person who leaves agrees to nothing any more. HR sees no difference until the time is over."""
    for column, agrees in (
        (PairConfirmation.mentor_id, {"mentor_agrees": None}),
        (PairConfirmation.leader_id, {"leader_agrees": None}),
    ):
        theirs = update(PairConfirmation).where(
            col(column) == participant.id, col(PairConfirmation.state) == ConfirmationState.WAITING
        )
        await work.session.exec(theirs.values(**agrees))


@dataclass(frozen=True)
class Question:
    """One of the two questions, for its reader: `partner` is on the other side."""

    confirmation: PairConfirmation
    programme: Programme
    side: Side
    partner: Person
    me: Person

    @property
    def answer(self) -> bool | None:
        """The person's answer so far."""
        confirmation = self.confirmation
        return confirmation.mentor_agrees if self.side is Side.MENTOR else confirmation.leader_agrees


async def question_of(session: AsyncSession, confirmation: PairConfirmation, person_id: int) -> Question | None:
    """The question for this person; None for others."""
    two = {side: await person_of(session, part) for side, part in _sides(confirmation)}
    side = next((one for one, person in two.items() if person.id == person_id), None)
    if side is None:
        return None
    programme = await session.get_one(Programme, confirmation.programme_id)
    return Question(confirmation, programme, side, two[side.other], two[side])


ASKED_NOW = (
    select(PairConfirmation)
    .where(
        or_(
            col(PairConfirmation.mentor_id) == bindparam("participant"),
            col(PairConfirmation.leader_id) == bindparam("participant"),
        ),
        PairConfirmation.state == ConfirmationState.WAITING,
        col(PairConfirmation.closes_at) > bindparam("now"),
    )
    .order_by(col(PairConfirmation.id))
)
"""Built once, because each Home tab needs it."""


async def waiting_for(session: AsyncSession, participant: Participant, person: Person, now: datetime) -> list[Question]:
    """The questions that a person can answer now, oldest first."""
    confirmations = (await session.exec(ASKED_NOW, params={"participant": participant.id, "now": now})).all()
    questions = [await question_of(session, one, person.id) for one in confirmations]
    return [one for one in questions if one is not None]


async def _both_agree(session: AsyncSession, confirmation: PairConfirmation) -> bool:
    if not (confirmation.mentor_agrees and confirmation.leader_agrees):
        return False
    for _, part in _sides(confirmation):
        participant = await session.get_one(Participant, part)
        person = await session.get_one(Person, participant.person_id)
        if participant.state != ParticipantState.ACTIVE or not person.active:
            return False
    return True


async def _open_draft_with(session: AsyncSession, confirmation: PairConfirmation) -> Draft | None:
    statement = (
        select(Draft)
        .join(DraftPair, col(DraftPair.draft_id) == col(Draft.id))
        .where(
            Draft.programme_id == confirmation.programme_id,
            Draft.state == DraftState.OPEN,
            DraftPair.mentor_id == confirmation.mentor_id,
            DraftPair.leader_id == confirmation.leader_id,
        )
        .order_by(col(Draft.id).desc())
    )
    return (await session.exec(statement)).first()


async def _take_out(session: AsyncSession, confirmation: PairConfirmation) -> None:
    """Remove it from every draft, and unlock it."""
    drafts = select(Draft.id).where(Draft.programme_id == confirmation.programme_id)
    theirs = (
        col(DraftPair.draft_id).in_(drafts),
        col(DraftPair.mentor_id) == confirmation.mentor_id,
        col(DraftPair.leader_id) == confirmation.leader_id,
    )
    for pair in (await session.exec(select(DraftPair).where(*theirs))).all():
        pair.excluded = True
    locked = select(CoupleMark).where(
        CoupleMark.programme_id == confirmation.programme_id,
        CoupleMark.mentor_id == confirmation.mentor_id,
        CoupleMark.leader_id == confirmation.leader_id,
        CoupleMark.verdict == Verdict.LOCKED,
    )
    for mark in (await session.exec(locked)).all():
        mark.verdict = None


def _sides(confirmation: PairConfirmation) -> tuple[tuple[Side, int], tuple[Side, int]]:
    return (Side.MENTOR, confirmation.mentor_id), (Side.LEADER, confirmation.leader_id)
