"""What leaders answer in the briefing about being open. Nobody else reads it: no other service uses this table."""

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.orientation import NOTHING_SAID, Openness
from storage.tables import OpennessAnswer, Participant
from storage.unit_of_work import UnitOfWork

ANSWER_OF = select(OpennessAnswer).where(col(OpennessAnswer.participant_id) == bindparam("participant"))


async def store_openness(work: UnitOfWork, participant: Participant, said: Openness) -> None:
    """Replace what was answered before; nothing is stored of a page without answers."""
    row = await _row(work.session, participant.id)
    if said.is_blank:
        if row is not None:
            await work.session.delete(row)
        return
    if row is None:
        row = OpennessAnswer(
            team_id=participant.team_id,
            programme_id=participant.programme_id,
            participant_id=participant.id,
            answered_at=work.now,
        )
        work.session.add(row)
    row.learning, row.advice, row.hard_to_hear = said.learning, said.advice, said.hard_to_hear
    row.answered_at = work.now


async def openness_of(session: AsyncSession, participant_id: int) -> Openness:
    """What a leader answered."""
    row = await _row(session, participant_id)
    return Openness(row.learning, row.advice, row.hard_to_hear) if row else NOTHING_SAID


async def _row(session: AsyncSession, participant_id: int) -> OpennessAnswer | None:
    return (await session.exec(ANSWER_OF, params={"participant": participant_id})).first()
