"""Answers to confirmations of pairs made by hand, and the end of their time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.sessions import Side
from bot.services.caller import Caller, Rejected
from bot.services.matching.confirmations import Question, ask, of_programme, question_key, question_of, settle
from bot.services.matching.try_log import BY_HAND
from storage.queries import Posted, participation, person_by_slack, posted
from storage.tables import (
    AuditEntry,
    ConfirmationState,
    CoupleMark,
    Draft,
    DraftPair,
    DraftState,
    PairConfirmation,
    ParticipantState,
    Programme,
    ProgrammeState,
    Verdict,
)
from storage.unit_of_work import Store, UnitOfWork

BATCH = 100

# Built once: the job runs every few seconds, and building a statement takes as long as executing it.
DUE = (
    select(PairConfirmation.id)
    .where(col(PairConfirmation.next_at) <= bindparam("now"))
    .order_by(col(PairConfirmation.next_at), col(PairConfirmation.id))
    .limit(BATCH)
)
UNASKED = (
    select(Draft.id).where(col(Draft.state) == DraftState.OPEN, col(Draft.hand_made_asked).is_(False)).limit(BATCH)
)


@dataclass(frozen=True)
class Answered:
    """The question with the caller's answer. `posted` is its message, once sent."""

    question: Question
    posted: Posted | None
    closed_too: tuple["Answered", ...] = ()
    """The partner's question, which the caller's answer closed: both agree."""


async def answer(store: Store, caller: Caller, confirmation_id: int, *, agrees: bool) -> Answered:
    """Store the caller's answer; it can be changed until both agree or the time is over.

    Raises `Rejected`: outdated, not_participant, left_programme, programme_closed, not_your_pair, question_over.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        session = work.session
        person = await person_by_slack(session, caller.team_id, caller.slack_id)
        found = await session.get(PairConfirmation, confirmation_id)
        if person is None or found is None or found.team_id != caller.team_id:
            raise Rejected("outdated")
        question = await question_of(session, found, person.id)
        if question is None:
            raise Rejected("not_your_pair")
        programme, confirmation = await _locked(work, found)
        part = await participation(session, person.id, programme.id)
        if part is None or part.state == ParticipantState.LEFT:
            raise Rejected("left_programme")
        if programme.state == ProgrammeState.CLOSED:
            raise Rejected("programme_closed")
        closes_at = confirmation.closes_at
        if confirmation.state != ConfirmationState.WAITING or closes_at is None or closes_at <= caller.now:
            raise Rejected("question_over")
        if question.side is Side.MENTOR:
            confirmation.mentor_agrees = agrees
        else:
            confirmation.leader_agrees = agrees
        closed_too: list[Answered] = []
        if await settle(work, programme, confirmation):
            theirs = await question_of(session, confirmation, question.partner.id)
            closed_too += [Answered(theirs, await _posted(session, theirs))] if theirs else []
        where = await _posted(session, question)
        await work.commit()
    return Answered(question, where, tuple(closed_too))


async def tick_confirmations(store: Store, now: datetime) -> int:
    """Settle confirmations whose time is over, and ask about pairs that an older version made by hand; how many."""
    async with store.read(now) as work:
        late = (await work.session.exec(DUE, params={"now": now})).all()
        drafts = (await work.session.exec(UNASKED)).all()
    for confirmation_id in late:
        async with store.write(now) as work:
            found = await work.session.get_one(PairConfirmation, confirmation_id)
            programme, confirmation = await _locked(work, found)
            if not await settle(work, programme, confirmation):
                confirmation.next_at = None if confirmation.settled_at else confirmation.closes_at
            await work.commit()
    for draft_id in drafts:
        async with store.write(now) as work:
            await adopt(work, draft_id)
            await work.commit()
    return len(late) + len(drafts)


async def adopt(work: UnitOfWork, draft_id: int) -> None:
    """Ask the people of pairs that an older version put into an open draft by hand, once."""
    session = work.session
    draft = await session.get_one(Draft, draft_id)
    programme = await session.get_one(Programme, draft.programme_id, with_for_update=True)
    await session.refresh(draft)
    if draft.hand_made_asked or draft.state != DraftState.OPEN:
        return
    draft.hand_made_asked = True
    known = await of_programme(session, programme.id)
    by_hand = await made_by_hand(session, draft)
    pairs = select(DraftPair).where(DraftPair.draft_id == draft.id, col(DraftPair.excluded).is_(False))
    for pair in (await session.exec(pairs.order_by(col(DraftPair.id)))).all():
        couple = pair.mentor_id, pair.leader_id
        if couple not in by_hand or couple in known:
            continue
        confirmation = PairConfirmation(
            team_id=programme.team_id,
            programme_id=programme.id,
            mentor_id=pair.mentor_id,
            leader_id=pair.leader_id,
            asked_by=by_hand[couple],
        )
        session.add(confirmation)
        await session.flush()
        await ask(work, programme, confirmation)
        draft.version += 1


async def made_by_hand(session: AsyncSession, draft: Draft) -> dict[tuple[int, int], int]:
    """Pairs that an older version made by hand in this draft, or in an earlier one with a lock that still holds, and
    the member of HR who did. This version's entries name their confirmation, if there is one."""
    statement = select(AuditEntry).where(
        AuditEntry.programme_id == draft.programme_id, col(AuditEntry.what).in_(BY_HAND)
    )
    entries = (await session.exec(statement.order_by(col(AuditEntry.id)))).all()
    locked = select(CoupleMark.mentor_id, CoupleMark.leader_id).where(
        CoupleMark.programme_id == draft.programme_id, CoupleMark.verdict == Verdict.LOCKED
    )
    held = set((await session.exec(locked)).all())
    found: dict[tuple[int, int], int] = {}
    for entry in entries:
        couple = entry.details.get("mentor", 0), entry.details.get("mentee", 0)
        if "confirmation" not in entry.details and (entry.details.get("draft") == draft.id or couple in held):
            found[couple] = entry.person_id
    return found


async def _locked(work: UnitOfWork, confirmation: PairConfirmation) -> tuple[Programme, PairConfirmation]:
    """Both rows locked, in the order in which HR's actions lock them, and current."""
    programme = await work.session.get_one(Programme, confirmation.programme_id, with_for_update=True)
    await work.session.refresh(confirmation, with_for_update=True)
    return programme, confirmation


async def _posted(session: AsyncSession, question: Question) -> Posted | None:
    key = question_key(question.confirmation, question.side)
    return await posted(session, question.programme.team_id, key)
