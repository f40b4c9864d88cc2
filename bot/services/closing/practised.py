"""What a person practised in one role, for their certificate: topics and session packs, and nothing that was said."""

from collections import Counter
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.sessions import MIDDLE, Pack, Side
from bot.services.agreement.agreement import newest, topic_of
from bot.services.pair_context import COUPLE, PairContext, around_pairs
from bot.services.sessions.packs import topics_of
from storage.tables import MentoringSession, Pair, SessionState

MOST_TOPICS = 3
AROUND = (Pack.CONTRACT, Pack.HARVEST)
"""Named only if no session between them took place."""


@dataclass(frozen=True)
class Practised:
    """The topics of the sessions that took place, and their packs, each in the order of the programme."""

    topics: tuple[str, ...] = ()
    packs: tuple[Pack, ...] = ()


async def practised_by(session: AsyncSession, participant_id: int, side: Side) -> Practised:
    """What the sessions of a person that took place were about, with any partner."""
    part = Pair.mentor_id if side is Side.MENTOR else Pair.leader_id
    pairs = await session.exec(around_pairs(*COUPLE).where(col(part) == participant_id).order_by(col(Pair.id)))
    topics: dict[str, None] = {}
    packs: set[str] = set()
    for row in pairs.all():
        couple = PairContext(*row)
        statement = select(MentoringSession).where(MentoringSession.pair_id == couple.pair.id)
        sessions = (await session.exec(statement.order_by(col(MentoringSession.number)))).all()
        agreed = await newest(session, couple.pair.id)
        about = topics_of(couple, topic_of(agreed))
        before = Counter[str]()
        for mentoring_session in sessions:
            if mentoring_session.state == SessionState.HELD:
                packs.add(mentoring_session.pack)
                if mentoring_session.pack != Pack.CONTRACT:  # the first session is about the two
                    topics[about[before[mentoring_session.pack] % len(about)]] = None
            before[mentoring_session.pack] += 1
    return Practised(tuple(topics)[:MOST_TOPICS], named(packs))


def named(packs: set[str]) -> tuple[Pack, ...]:
    """The packs whose skills are named."""
    return tuple(one for one in MIDDLE if one in packs) or tuple(one for one in AROUND if one in packs)
