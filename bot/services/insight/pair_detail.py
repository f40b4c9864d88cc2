"""What HR may see of one pair: its progress, signals and actions. Never the answers of either."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.domain.care import Action, Signal
from bot.domain.sessions import Side
from bot.services.agreement.agreement import read_standings
from bot.services.caller import HrCaller
from bot.services.care.at_risk import moved_ahead, signals_of
from bot.services.care.restoring import restorable_until
from bot.services.pair_context import PairContext, couple_of_hr
from bot.services.sessions.bookings import sessions_of
from storage.tables import RiskAction, SessionChange, SessionState
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class PairDetail:
    """A pair from HR's view. `moves`: how often each side moved or cancelled; `taken`: the actions, oldest first."""

    couple: PairContext
    held: int
    total: int
    next_at: datetime | None
    signed: bool
    moves: dict[Side, int]
    signals: list[Signal]
    taken: list[tuple[Action, datetime]]
    restorable_until: datetime | None = None
    """Until when HR can restore it, if it ended."""


async def read_pair_detail(store: Store, hr: HrCaller, pair_id: int) -> PairDetail:
    """Raises `Rejected`: not_your_pair."""
    async with store.read(hr.now) as work:
        couple = await couple_of_hr(work.session, hr, pair_id)
        rows = await sessions_of(work, pair_id)
        ahead = [row.starts_at for row in rows if row.state == SessionState.BOOKED and row.starts_at]
        agreed = (await read_standings(work.session, [pair_id])).get(pair_id)
        return PairDetail(
            couple=couple,
            held=sum(row.state == SessionState.HELD for row in rows),
            total=len(rows),
            next_at=min((at for at in ahead if at > hr.now), default=None),
            signed=bool(agreed and agreed.signed_at),
            moves=await _moves(work, [row.id for row in rows]),
            signals=await signals_of(work, couple) if couple.under_way else [],
            taken=await _taken(work, pair_id),
            restorable_until=await restorable_until(work.session, couple, hr.now),
        )


async def _moves(work: UnitOfWork, session_ids: list[int]) -> dict[Side, int]:
    statement = select(SessionChange).where(col(SessionChange.session_id).in_(session_ids))
    sides = [change.side for change in (await work.session.exec(statement)).all() if moved_ahead(change)]
    return {side: sides.count(side) for side in Side}


async def _taken(work: UnitOfWork, pair_id: int) -> list[tuple[Action, datetime]]:
    statement = select(RiskAction).where(RiskAction.pair_id == pair_id).order_by(col(RiskAction.id))
    rows = (await work.session.exec(statement)).all()
    steps = [(Action(row.action), row.at) for row in rows if row.action in set(Action)]
    return [(action, at) for action, at in steps if action.visible_to_hr]
