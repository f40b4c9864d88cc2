"""The pairs that need attention, as far as HR may know: why, since when, and who acts next."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.domain.care import (
    BETWEEN_ACTIONS,
    Action,
    SignalKind,
    Taken,
    for_hr,
    gravity,
    is_settled_by_talk,
    leading,
    next_action,
    signals,
)
from bot.services.care.at_risk import facts_of
from bot.services.care.partner_requests import talked_at
from bot.services.pair_context import COUPLE, PairContext, around_pairs
from storage.tables import MentoringSession, Pair, PairState, Person, Programme, RiskAction
from storage.unit_of_work import UnitOfWork

BATCH = 500


@dataclass(frozen=True)
class Attention:
    """A pair that needs attention, why, and the next action (None: everything was tried)."""

    pair_id: int
    mentor: Person
    leader: Person
    why: SignalKind
    since: datetime
    next: Action | None
    hr_told: bool
    """HR was told since it began."""
    settled: bool = False
    """HR has talked to both since it last came up, not long ago."""


async def pairs_needing_attention(work: UnitOfWork, programme: Programme) -> list[Attention]:
    """The pairs with any signal that HR may see: the gravest first, and of equally grave ones the oldest."""
    found = []
    talks = await talked_at(work, programme)
    pairs = await _under_way(work, programme)
    taken = await _taken(work, programme)
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        facts = await facts_of(work, batch)
        for couple in batch:
            pair_id = couple.pair.id
            visible = for_hr(signals(facts[pair_id], work.now))
            if (lead := leading(visible)) is None:
                continue
            # The next action may have to wait a few days after the last one; HR sees it already.
            coming = next_action(visible, taken[pair_id], work.now + BETWEEN_ACTIONS, facts[pair_id])
            began = min(signal.since for signal in visible)
            hr_told = any(step.action is Action.TELL_HR and step.at >= began for step in taken[pair_id])
            talk = talks.get(pair_id)
            settled = talk is not None and is_settled_by_talk(lead.kind, facts[pair_id], talk, work.now)
            found.append(
                Attention(pair_id, couple.mentor, couple.leader, lead.kind, lead.since, coming, hr_told, settled)
            )
    return sorted(found, key=lambda one: (-gravity(one.why), one.since))


async def _under_way(work: UnitOfWork, programme: Programme) -> list[PairContext]:
    """The active pairs, except those whose sessions are all settled."""
    of_pair = select(MentoringSession.id).where(col(MentoringSession.pair_id) == col(Pair.id))
    unsettled = of_pair.where(col(MentoringSession.settled_at).is_(None)).exists()
    statement = around_pairs(*COUPLE).where(
        Pair.programme_id == programme.id, Pair.state == PairState.ACTIVE, unsettled | ~of_pair.exists()
    )
    return [PairContext(*row) for row in (await work.session.exec(statement.order_by(col(Pair.id)))).all()]


async def _taken(work: UnitOfWork, programme: Programme) -> dict[int, list[Taken]]:
    """By pair, the actions of which HR may know."""
    statement = select(RiskAction).join(Pair, col(Pair.id) == col(RiskAction.pair_id))
    known = [one for one in Action if one.visible_to_hr]
    rows = await work.session.exec(
        statement.where(Pair.programme_id == programme.id, col(RiskAction.action).in_(known))
    )
    taken: dict[int, list[Taken]] = defaultdict(list)
    for row in rows.all():
        taken[row.pair_id].append(Taken(Action(row.action), row.at))
    return taken
