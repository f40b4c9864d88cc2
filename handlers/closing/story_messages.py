"""A pair's story: to the partner, to HR, and to the channel; only while this version is current."""

from bot.domain.messages.closing import (
    StoryAgreedMessage,
    StoryCardMessage,
    StoryHrMessage,
    StoryMessage,
    StoryProposedMessage,
)
from bot.domain.sessions import Side
from bot.services.closing.stories import approved, is_agreed
from bot.services.pair_context import PairContext, couple
from bot.slack.gateway import Message
from handlers.closing import story_views
from handlers.kit.messages import MessageContext, NoLongerRelevant, renders
from storage.tables import Story


async def proposed(message: MessageContext[StoryProposedMessage]) -> Message | None:
    story, one = await _story(message)
    side = _side(message, one)
    return None if approved(story, side) else story_views.proposed(message.texts, story, one, side)


async def agreed(message: MessageContext[StoryAgreedMessage]) -> Message | None:
    story, one = await _story(message)
    return story_views.agreed(message.texts, story, one, _side(message, one)) if is_agreed(story) else None


async def for_hr(message: MessageContext[StoryHrMessage]) -> Message | None:
    story, one = await _story(message)
    return story_views.for_hr(message.texts, story, one) if is_agreed(story) and not one.parted else None


async def card(message: MessageContext[StoryCardMessage]) -> Message | None:
    story, one = await _story(message)
    return story_views.card(message.texts, story, one) if is_agreed(story) and story.posted_at else None


async def _story(message: MessageContext[StoryMessage]) -> tuple[Story, PairContext]:
    story = await message.work.session.get(Story, message.payload.story)
    one = await couple(message.work.session, story.pair_id) if story else None
    if story is None or one is None or story.withdrawn_at:
        raise NoLongerRelevant
    return story, one


def _side(message: MessageContext[StoryMessage], couple: PairContext) -> Side:
    side = couple.side_of(message.row.person_id)
    if side is None:
        raise NoLongerRelevant
    return side


RENDERERS = (
    renders(StoryProposedMessage, proposed),
    renders(StoryAgreedMessage, agreed),
    renders(StoryHrMessage, for_hr),
    renders(StoryCardMessage, card),
)
