"""Follow-ups: 30 and 90 days after a card's date its owner is asked about the result, also after the programme's
end; of a card that is done, after 90 days whether it lasted."""

from datetime import datetime

from bot.domain.messages.outcomes import CardFollowMessage
from bot.domain.outcomes import State, follow_up_of, last_follow_up, next_follow_up
from bot.domain.sessions import Side
from bot.services.care.due_rows import handle_due_of_pairs
from bot.services.outcomes.action_cards import asks_whether_it_lasts
from bot.services.pair_context import PairContext
from storage.outbox import outgoing
from storage.tables import ActionCard, PairState, ParticipantState
from storage.unit_of_work import Store, UnitOfWork


async def tick_cards(store: Store, now: datetime) -> int:
    """Send the follow-ups that are due; how many cards were checked."""
    return await handle_due_of_pairs(store, now, ActionCard, ActionCard.next_follow_at, _follow)


async def _follow(work: UnitOfWork, card: ActionCard, couple: PairContext) -> None:
    side = Side(card.owner)
    person, hours = couple.person(side), couple.hours[side]
    follow_ups = {State.OPEN: next_follow_up, State.DONE: last_follow_up}
    plan = follow_ups.get(State(card.state))
    card.next_follow_at = plan(card.due_on, hours, couple.off, work.now) if plan else None
    # When a pair ended early, its cards have no follow-ups. It may continue, and its owner may come back.
    over = couple.pair.state == PairState.ENDED or couple.part(side).state == ParticipantState.LEFT
    if plan is None or over or not person.active:
        return
    days = follow_up_of(card.due_on, hours, couple.off, work.now)
    if days and (card.state == State.OPEN or asks_whether_it_lasts(card, days)):
        message = CardFollowMessage(card.id, days, card.due_on)
        await work.send(outgoing(message, card.team_id, couple.programme.id, person_id=person.id))
