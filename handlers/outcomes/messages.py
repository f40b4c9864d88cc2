"""Messages about action cards and shared notes: each is checked again before it is sent."""

from bot.domain.messages.agreement import GoalDateMessage
from bot.domain.messages.outcomes import (
    CardFollowMessage,
    CardMessage,
    CardSettledMessage,
    CardShareMessage,
    CardWrittenMessage,
    LogSharedMessage,
)
from bot.domain.outcomes import Sharing, State
from bot.services.agreement.goal_dates import for_message
from bot.services.outcomes.action_cards import CardView, asks_whether_it_lasts, seen_by
from bot.services.outcomes.learning_log import shared_with
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.outcomes import card_views, goal_date_views, views
from storage.tables import PairState


async def card_written(message: MessageContext[CardWrittenMessage]) -> Message | None:
    seen = await _seen(message)
    return card_views.written(message.texts, seen) if seen else None


async def card_share(message: MessageContext[CardShareMessage]) -> Message | None:
    seen = await _seen(message)
    return card_views.asks_to_share(message.texts, seen) if seen and seen.sharing is Sharing.ASKS else None


async def card_settled(message: MessageContext[CardSettledMessage]) -> Message | None:
    seen = await _seen(message)
    return card_views.settled(message.texts, seen) if seen and seen.state is not State.OPEN else None


async def card_follow(message: MessageContext[CardFollowMessage]) -> Message | None:
    """For its current date: while it is open, and once whether what was done lasted."""
    seen, days = await _seen(message), message.payload.days
    if seen is None or seen.card.due_on != message.payload.due:
        return None
    if seen.owner is not seen.side or seen.couple.pair.state == PairState.ENDED:
        return None
    if asks_whether_it_lasts(seen.card, days):
        return card_views.asks_whether_it_lasts(message.texts, seen)
    return card_views.follow_up(message.texts, seen, days) if seen.state is State.OPEN else None


async def log_shared(message: MessageContext[LogSharedMessage]) -> Message | None:
    found = await shared_with(message.work.session, message.payload.entry, message.row.person_id)
    return views.shared(message.texts, *found) if found else None


async def goal_date(message: MessageContext[GoalDateMessage]) -> Message | None:
    """Only while one of the goals is still unanswered."""
    question = await for_message(message.work.session, message.payload, message.row.person_id)
    return goal_date_views.question(message.texts, question) if question else None


async def _seen(message: MessageContext[CardMessage | CardFollowMessage]) -> CardView | None:
    return await seen_by(message.work.session, message.payload.card, message.row.person_id)


RENDERERS = (
    renders(CardWrittenMessage, card_written),
    renders(CardShareMessage, card_share),
    renders(CardSettledMessage, card_settled),
    renders(CardFollowMessage, card_follow),
    renders(LogSharedMessage, log_shared),
    renders(GoalDateMessage, goal_date),
)
