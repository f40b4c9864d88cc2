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


async def proposed(letter: MessageContext[StoryProposedMessage]) -> Message | None:
    story, one = await _story(letter)
    side = _side(letter, one)
    return None if approved(story, side) else story_views.proposed(letter.texts, story, one, side)


async def agreed(letter: MessageContext[StoryAgreedMessage]) -> Message | None:
    story, one = await _story(letter)
    return story_views.agreed(letter.texts, story, one, _side(letter, one)) if is_agreed(story) else None


async def for_hr(letter: MessageContext[StoryHrMessage]) -> Message | None:
    story, one = await _story(letter)
    return story_views.for_hr(letter.texts, story, one) if is_agreed(story) else None


async def card(letter: MessageContext[StoryCardMessage]) -> Message | None:
    story, one = await _story(letter)
    return story_views.card(letter.texts, story, one) if is_agreed(story) and story.posted_at else None


async def _story(letter: MessageContext[StoryMessage]) -> tuple[Story, PairContext]:
    story = await letter.work.session.get(Story, letter.payload.story)
    one = await couple(letter.work.session, story.pair_id) if story else None
    if story is None or one is None or story.withdrawn_at:
        raise NoLongerRelevant
    return story, one


def _side(letter: MessageContext[StoryMessage], one: PairContext) -> Side:
    side = one.side_of(letter.row.person_id)
    if side is None:
        raise NoLongerRelevant
    return side


RENDERERS = (
    renders(StoryProposedMessage, proposed),
    renders(StoryAgreedMessage, agreed),
    renders(StoryHrMessage, for_hr),
    renders(StoryCardMessage, card),
)
