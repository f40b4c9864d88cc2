"""Access checks: a person's own enrolment; of HR's actions on a draft its programme, whether it is open, and the audit
entry."""

from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.services.caller import Caller, HrCaller, Rejected
from storage.queries import participation, person_by_slack
from storage.tables import (
    NOT_TAKING_PART,
    AuditEntry,
    CoupleMark,
    Draft,
    DraftState,
    Participant,
    Person,
    Programme,
    ProgrammeState,
    Verdict,
)
from storage.unit_of_work import Store, UnitOfWork


async def own_participation(
    session: AsyncSession, caller: Caller, programme_id: int, *, lock: bool = False
) -> tuple[Participant, Programme]:
    """The caller's enrolment in a programme in which they take part; with `lock`, their concurrent requests wait.

    Raises `Rejected`: not_participant, left_programme.
    """
    person = await person_by_slack(session, caller.team_id, caller.slack_id, lock=lock)
    participant = await participation(session, person.id, programme_id) if person else None
    if participant is None:
        raise Rejected("not_participant")
    if participant.state in NOT_TAKING_PART:
        raise Rejected("left_programme")
    return participant, await session.get_one(Programme, programme_id)


async def programme_of(store: Store, caller: Caller, draft_id: int) -> int:
    """The programme of a draft, to check the caller as its HR. Raises `Rejected`: outdated."""
    async with store.read(caller.now) as work:
        draft = await work.session.get(Draft, draft_id)
    if draft is None or draft.team_id != caller.team_id:
        raise Rejected("outdated")
    return draft.programme_id


async def own_draft(session: AsyncSession, hr: HrCaller, draft_id: int, *, lock: bool = False) -> Draft:
    """A draft of the caller's programme. Raises `Rejected`: outdated."""
    draft = await session.get(Draft, draft_id, with_for_update=lock)
    if draft is None or draft.team_id != hr.team_id or draft.programme_id != hr.programme_id:
        raise Rejected("outdated")
    return draft


async def open_draft(session: AsyncSession, hr: HrCaller, draft_id: int, *, lock: bool = False) -> Draft:
    """A draft that can be changed. Raises `Rejected`: outdated, already_released, draft_outdated."""
    draft = await own_draft(session, hr, draft_id, lock=lock)
    if draft.state == DraftState.RELEASED:
        raise Rejected("already_released")
    if draft.state == DraftState.SUPERSEDED:
        raise Rejected("draft_outdated")
    return draft


async def open_programme(session: AsyncSession, hr: HrCaller, *, lock: bool = False) -> Programme:
    """The caller's programme; if locked, HR's actions are serialised. Raises `Rejected`: programme_ended."""
    programme = await session.get(Programme, hr.programme_id, with_for_update=lock)
    if programme is None or programme.state == ProgrammeState.CLOSED:
        raise Rejected("programme_ended")
    return programme


async def audit(work: UnitOfWork, hr: HrCaller, what: str, details: dict[str, Any]) -> Person:
    """Record an action of a member of HR in the audit log; the person. Raises `Rejected`: unknown_person."""
    by = await person_by_slack(work.session, hr.team_id, hr.slack_id)
    if by is None:
        raise Rejected("unknown_person")
    work.session.add(
        AuditEntry(
            team_id=hr.team_id,
            programme_id=hr.programme_id,
            person_id=by.id,
            what=what,
            details=details,
            at=hr.now,
        )
    )
    return by


async def marks_of(session: AsyncSession, programme_id: int, verdict: Verdict | None = None) -> list[CoupleMark]:
    """HR's decisions and notes about possible pairs, in order; with `verdict`, only those."""
    statement = select(CoupleMark).where(CoupleMark.programme_id == programme_id).order_by(col(CoupleMark.id))
    if verdict:
        statement = statement.where(CoupleMark.verdict == verdict)
    return list((await session.exec(statement)).all())
