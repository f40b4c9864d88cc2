"""HR's next step for a programme, as the Home tab shows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.care import Action
from bot.domain.signup import Role
from bot.services.care.at_risk import signals_of
from bot.services.care.contacts import has_contact
from bot.services.pair_context import couples
from bot.services.programme.end import ends_at
from bot.services.programme.sponsor import standing_of
from storage.tables import (
    ConfirmationState,
    Draft,
    DraftPair,
    DraftState,
    Pair,
    PairConfirmation,
    PairState,
    Participant,
    ParticipantState,
    Programme,
    ProgrammeState,
    RiskAction,
    Story,
)
from storage.unit_of_work import UnitOfWork

MOST_LOOKED_AT = 50
"""Pairs that were reported to HR: so many are checked for whether they still need attention."""


class HrStep(StrEnum):
    """As in `home.hr.next`."""

    CONTACT = "contact"  # nobody receives concerns
    SPONSOR = "sponsor"  # no sponsor's message yet
    INVITE = "invite"  # a side has no participants yet
    DRAFT = "draft"
    RELEASE = "release"  # a draft waits
    ATTENTION = "attention"  # pairs for which nudges and questions did not help
    PAIR_AGAIN = "pair_again"  # people have become free since the last draft
    RUNNING = "running"
    ENDING = "ending"  # the time is over, the last answers are missing
    NEXT = "next"


@dataclass(frozen=True)
class Next:
    """The step, and its arguments: a number of people, pairs or stories, and the draft."""

    step: HrStep
    count: int = 0
    draft_id: int = 0


async def next_of(work: UnitOfWork, programme: Programme) -> Next:
    """HR's next step."""
    if programme.state != ProgrammeState.CLOSED and not await has_contact(work.session, programme):
        return Next(HrStep.CONTACT)
    match programme.state:
        case ProgrammeState.CLOSED:
            return Next(HrStep.NEXT, count=await _stories(work.session, programme))
        case ProgrammeState.RECRUITING:
            return await _while_recruiting(work.session, programme)
        case ProgrammeState.RUNNING:
            return await _while_running(work, programme)


async def _while_recruiting(session: AsyncSession, programme: Programme) -> Next:
    if draft := await waiting_draft(session, programme):
        return draft
    if (await standing_of(session, programme)).last is None:
        return Next(HrStep.SPONSOR)
    free = await people_to_match(session, programme)
    return Next(HrStep.DRAFT, count=free) if free else Next(HrStep.INVITE)


async def _while_running(work: UnitOfWork, programme: Programme) -> Next:
    if ends_at(programme) <= work.now:
        return Next(HrStep.ENDING)
    if count := await _need_somebody(work, programme):
        return Next(HrStep.ATTENTION, count=count)
    if draft := await waiting_draft(work.session, programme):
        return draft
    free = await people_to_match(work.session, programme)
    return Next(HrStep.PAIR_AGAIN, count=free) if free else Next(HrStep.RUNNING)


async def waiting_draft(session: AsyncSession, programme: Programme) -> Next | None:
    """The draft that HR can release, if it has any pair that does not wait for confirmation."""
    waits = (
        select(PairConfirmation.id)
        .where(
            PairConfirmation.programme_id == programme.id,
            col(PairConfirmation.mentor_id) == col(DraftPair.mentor_id),
            col(PairConfirmation.mentee_id) == col(DraftPair.mentee_id),
            PairConfirmation.state == ConfirmationState.WAITING,
        )
        .exists()
    )
    pairs = (
        select(Draft.id, func.count(col(DraftPair.id)))
        .join(DraftPair, col(DraftPair.draft_id) == col(Draft.id))
        .where(Draft.programme_id == programme.id, Draft.state == DraftState.OPEN)
        .where(col(DraftPair.excluded).is_(False), ~waits)
        .group_by(col(Draft.id))
        .order_by(col(Draft.id).desc())
    )
    found = (await session.exec(pairs.limit(1))).first()
    return Next(HrStep.RELEASE, count=found[1], draft_id=found[0]) if found else None


async def people_to_match(session: AsyncSession, programme: Programme) -> int:
    """How many are without a partner, if a draft can pair some of them; once the programme runs, if some of them have
    become free since the last draft."""
    if programme.state == ProgrammeState.RECRUITING:
        return await _free(session, programme, None)
    last = select(func.max(Draft.created_at)).where(Draft.programme_id == programme.id)
    return await _free(session, programme, (await session.exec(last)).one())


async def _free(session: AsyncSession, programme: Programme, since: datetime | None) -> int:
    """How many are without a partner, if there are people on each side; with `since`, if that is new since then."""
    in_pair = (col(Pair.mentor_id) == col(Participant.id)) | (col(Pair.mentee_id) == col(Participant.id))
    paired = select(Pair.id).where(in_pair, Pair.state != PairState.ENDED).exists()
    free = select(Participant).where(
        Participant.programme_id == programme.id, Participant.state == ParticipantState.ACTIVE, ~paired
    )
    people = (await session.exec(free)).all()
    roles = {one.role for one in people}
    if not ({Role.MENTOR, Role.BOTH} & roles and {Role.MENTEE, Role.BOTH} & roles and len(people) > 1):
        return 0
    if since is None or any(one.joined_at > since for one in people):
        return len(people)
    ids = [one.id for one in people]
    parted = select(Pair.id).where(
        col(Pair.mentor_id).in_(ids) | col(Pair.mentee_id).in_(ids), col(Pair.ended_at) > since
    )
    return len(people) if (await session.exec(parted.limit(1))).first() else 0


async def _need_somebody(work: UnitOfWork, programme: Programme) -> int:
    """Pairs that were reported to HR and have not improved since."""
    told = select(RiskAction.pair_id).where(RiskAction.action == Action.TELL_HR)
    found = await couples(
        work.session,
        Pair.programme_id == programme.id,
        Pair.state == PairState.ACTIVE,
        col(Pair.id).in_(told),
        limit=MOST_LOOKED_AT,
        order=col(Pair.id),
    )
    return sum([bool(await signals_of(work, one)) for one in found])


async def _stories(session: AsyncSession, programme: Programme) -> int:
    """Stories that both people of a pair approved and HR has not posted."""
    statement = (
        select(func.count())
        .select_from(Story)
        .join(Pair, col(Pair.id) == col(Story.pair_id))
        .where(
            Pair.programme_id == programme.id,
            col(Story.mentor_approved_at).is_not(None),
            col(Story.mentee_approved_at).is_not(None),
            col(Story.withdrawn_at).is_(None),
            col(Story.posted_at).is_(None),
        )
    )
    return (await session.exec(statement)).one()
