"""Follow-ups: 30 and 90 days after a card's date its owner is asked about the result, also after the programme's
end."""

from datetime import datetime

from sqlmodel import col, select

from bot.domain.messages.outcomes import CardFollowMessage
from bot.domain.outcomes import State, follow_up_of, next_follow_up
from bot.domain.sessions import Side
from bot.services.pair_context import couples
from storage.outbox import outgoing
from storage.tables import ActionCard, Pair, PairState, ParticipantState
from storage.unit_of_work import Store, UnitOfWork

BATCH = 500


async def tick_cards(store: Store, now: datetime) -> int:
    """Send the follow-ups that are due; how many cards were checked."""
    handled = 0
    while True:
        async with store.write(now) as work:
            looked_at = await _look(work)
            await work.commit()
        handled += looked_at
        if looked_at < BATCH:
            return handled


async def _look(work: UnitOfWork) -> int:
    due = select(ActionCard).where(col(ActionCard.next_follow_at) <= work.now)
    in_order = due.order_by(col(ActionCard.next_follow_at), col(ActionCard.id)).limit(BATCH)
    cards = (await work.session.exec(in_order.with_for_update(skip_locked=True))).all()
    ids = {one.pair_id for one in cards}
    pairs = await couples(work.session, col(Pair.id).in_(ids), limit=BATCH, order=col(Pair.id)) if ids else []
    of = {one.pair.id: one for one in pairs}
    looked_at = [one for one in cards if one.pair_id in of]
    for card in looked_at:
        # The other pairs are locked by another process: the next run checks them.
        couple, side = of[card.pair_id], Side(card.owner)
        person, hours = couple.person(side), couple.hours[side]
        card.next_follow_at = None
        # When a pair ended early, its cards have no follow-ups.
        over = couple.pair.state == PairState.ENDED or couple.part(side).state == ParticipantState.LEFT
        if card.state != State.OPEN or over or not person.active:
            continue
        if days := follow_up_of(card.due_on, hours, couple.off, work.now):
            await work.send(
                outgoing(
                    CardFollowMessage(card.id, days, card.due_on),
                    card.team_id,
                    couple.programme.id,
                    person_id=person.id,
                )
            )
        card.next_follow_at = next_follow_up(card.due_on, hours, couple.off, work.now)
    return len(looked_at)
