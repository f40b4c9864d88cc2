"""The question halfway: how is it going? Answers are handled like those of a pair at risk."""

from bot.domain.sessions import Side
from bot.services.pair_context import PairContext
from bot.slack.gateway import Message
from handlers.kit.blocks import actions, button, header, mention, section
from handlers.kit.buttons import cadence_button, growth_button, pause_button
from handlers.kit.ids import ActionFamily
from prompts.catalogue import Texts


def question(texts: Texts, couple: PairContext, side: Side, held: int) -> Message:
    """To one of the two; the partner does not see the answer."""
    key, pair_id, partner = "care.midway", couple.pair.id, mention(couple.person(side.other))
    text = texts(f"{key}.body", partner=partner, programme=couple.programme.name, held=held)
    well, help_, other = [
        button(texts.plain(f"{key}.buttons.{name}"), ActionFamily.RISK_SAY.of(answer), pair_id)
        for name, answer in (("well", "well"), ("help", "help"), ("rematch", "rematch"))
    ]
    more = (cadence_button(texts, pair_id), growth_button(texts, pair_id), pause_button(texts))
    title = header(texts.plain(f"{key}.title"))
    return Message(text, [title, section(text), actions({**well, "style": "primary"}, help_, other), actions(*more)])
