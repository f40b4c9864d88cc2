"""Thanks: the message to the partner, and what both may show to others."""

from bot.domain.sessions import Side
from bot.services.outcomes.public_thanks import ThanksView
from bot.services.pair_context import PairContext
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, actions, button, channel_link, confirmation_of, context, header, mention, section
from handlers.kit.ids import ActionId
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Thanks

KEY = "closing.thanks.public"


def for_reader(texts: Texts, seen: ThanksView, *, answered: bool = False) -> Message:
    """The partner's words. `answered`: the reader has thanked them since."""
    partner = mention(seen.couple.person(seen.side.other))
    text = texts("closing.thanks.body", from_person=partner, text=_quoted(seen.thanks))
    back = button(texts.plain("closing.thanks.back"), ActionId.CLOSING_THANKS, seen.couple.pair.id)
    way = context(texts("closing.person.thanked", partner=partner)) if answered else actions(back)
    return Message(text, [header(texts.plain("closing.thanks.title")), section(text), way, *_public(texts, seen)])


def _public(texts: Texts, seen: ThanksView) -> list[Block]:
    """Who reads it, and what the reader can choose."""
    channel = channel_link(seen.couple.programme.announce_channel)
    partner = mention(seen.couple.person(seen.side.other))
    if seen.shown:
        return [context(texts(f"{KEY}.shown", channel=channel)), actions(_hide(texts, seen))]
    if not seen.offered:
        return [context(texts("closing.thanks.footer"))]
    share = button(texts.plain(f"{KEY}.buttons.share"), ActionId.THANKS_SHARE, seen.thanks.id)
    keep = button(texts.plain(f"{KEY}.buttons.keep"), ActionId.THANKS_HIDE, seen.thanks.id)
    return [context(texts(f"{KEY}.offer", partner=partner, channel=channel)), actions(share, keep)]


def shown(texts: Texts, seen: ThanksView) -> Message:
    """To the writer, once the reader agreed; or once it was removed."""
    channel = channel_link(seen.couple.programme.announce_channel)
    partner = mention(seen.couple.person(seen.side.other))
    text = texts(f"{KEY}.{'told' if seen.shown else 'removed'}", partner=partner, channel=channel)
    return Message(text, [section(text), *([actions(_hide(texts, seen))] if seen.shown else [])])


def post(texts: Texts, couple: PairContext, thanks: Thanks) -> Message:
    """In the announcement's channel."""
    side = Side(thanks.side)
    writer, reader = mention(couple.person(side)), mention(couple.person(side.other))
    text = texts(f"{KEY}.post", from_person=writer, to_person=reader, text=_quoted(thanks))
    return Message(text, [section(text), context(texts(f"{KEY}.footer"))])


def _hide(texts: Texts, seen: ThanksView) -> dict[str, object]:
    question = confirmation_of(texts, f"{KEY}.confirm")
    return button(texts.plain(f"{KEY}.buttons.hide"), ActionId.THANKS_HIDE, seen.thanks.id, confirm=question)


def _quoted(thanks: Thanks) -> Mrkdwn | str:
    """A line of its own for each, so that all of it is in the quote."""
    return "\n> ".join(thanks.text.splitlines())
