"""What a rated session was: its pack, how and how often the pair meets, and its topic."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.figures import Part
from bot.services.agreement.agreement import topic_of
from bot.services.pair_context import COUPLE, PairContext, around_pairs
from bot.services.sessions.packs import format_of, topics_of
from storage.queries import in_parts
from storage.tables import Agreement, MentoringSession, Pair


async def session_parts(session: AsyncSession, session_ids: Collection[int]) -> dict[int, Part]:
    """By the session's id."""
    found: dict[int, Part] = {}
    for some in in_parts(sorted(session_ids)):
        found |= await _parts(session, some)
    return found


async def _parts(session: AsyncSession, session_ids: Sequence[int]) -> dict[int, Part]:
    packs = select(MentoringSession.id, MentoringSession.pair_id, MentoringSession.pack)
    rows = (await session.exec(packs.where(col(MentoringSession.id).in_(session_ids)))).all()
    pair_ids = sorted({pair_id for _, pair_id, _ in rows})
    statement = around_pairs(*COUPLE).where(col(Pair.id).in_(pair_ids))
    couples = {one.pair.id: one for one in (PairContext(*row) for row in (await session.exec(statement)).all())}
    newest = select(Agreement).where(col(Agreement.pair_id).in_(pair_ids)).order_by(col(Agreement.version))
    agreements = {one.pair_id: one for one in (await session.exec(newest)).all()}
    pairs = {number: _of_pair(one, agreements.get(number)) for number, one in couples.items()}
    return {
        number: Part(pack=pack, format=of_pair.format, cadence=of_pair.cadence, topic=of_pair.topic)
        for number, pair_id, pack in rows
        if (of_pair := pairs.get(pair_id))
    }


def _of_pair(couple: PairContext, agreement: Agreement | None) -> Part:
    return Part(
        format=format_of(couple),
        cadence=couple.pair.cadence or couple.programme.cadence,
        topic=topics_of(couple, topic_of(agreement))[0],
    )
