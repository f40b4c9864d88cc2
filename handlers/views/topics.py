"""Demand and supply by topic for HR, and the question to those who could help."""

from bot.gateway import Message
from bot.services.programmes.topics import Balance, Market
from handlers.views.blocks import Block, Element, View, actions, button, confirmation, context, modal, section
from prompts.catalogue import Texts
from prompts.reasons import in_text

OPEN = "topics.open"
"""Value: the programme's id."""
ASK = "topics.ask"
"""Value: the programme's id and the topic, "12:ai_tools"."""
YES = "topics.yes"
"""Followed by how well: `topics.yes.3`. Value: the question's id."""
NO = "topics.no"
LEVELS = {"some": 2, "well": 3, "expert": 5}
TOPICS_SHOWN = 30


def open_button(texts: Texts, programme_id: int) -> Element:
    return button(texts.plain("topics.open"), OPEN, programme_id)


def market(texts: Texts, found: Market) -> View:
    """Each topic with what is wished, offered and missing; short ones can be asked for."""
    blocks: list[Block] = [section(texts("topics.intro", programme=found.programme.name))]
    if not any(one.wished for one in found.topics):
        blocks.append(section(texts("topics.none")))
    elif not any(one.missing for one in found.topics):
        blocks.append(section(texts("topics.enough")))
    for one in found.topics[:TOPICS_SHOWN]:
        blocks += _topic(texts, found.programme.id or 0, one)
    return modal(texts.plain("topics.title"), blocks, callback_id="topics", close=texts.plain("topics.close"))


def question(texts: Texts, programme: str, topic: str, count: int, ask_id: int) -> Message:
    """To somebody with a free place: could you help with this?"""
    text = texts("topics.question", programme=programme, topic=_in_text(texts, topic), count=count)
    yes = [button(texts.plain(f"topics.buttons.{name}"), f"{YES}.{level}", ask_id) for name, level in LEVELS.items()]
    return Message(text, [section(text), actions(*yes, button(texts.plain("topics.buttons.no"), NO, ask_id))])


def answered(texts: Texts, topic: str, level: int) -> Message:
    """In the question's place."""
    text = texts("topics.added", topic=_in_text(texts, topic)) if level else texts("topics.declined")
    return Message(text, [section(text)])


def _topic(texts: Texts, programme_id: int, one: Balance) -> list[Block]:
    label = _label(texts, one.code)
    values = {"wished": one.wished, "offered": one.offered, "free": one.free, "missing": one.missing}
    ask = None
    if one.missing and one.could:
        confirm = confirmation(
            texts.plain("topics.confirm.title"),
            texts.plain("topics.confirm.text", count=one.could, topic=label),
            texts.plain("topics.confirm.yes"),
            texts.plain("topics.confirm.no"),
        )
        ask = button(texts.plain("topics.ask"), ASK, f"{programme_id}:{one.code}", confirm=confirm)
    blocks = [section(texts("topics.row", topic=label, **values), ask)]
    if one.asked:
        blocks.append(context(texts("topics.asked", asked=one.asked, yes=one.yes)))
    elif one.missing and not one.could:
        blocks.append(context(texts("topics.nobody_to_ask")))
    return blocks


def _label(texts: Texts, topic: str) -> str:
    key = f"labels.topics.{topic}"
    return texts.plain(key) if texts.has(key) else topic


def _in_text(texts: Texts, topic: str) -> str:
    return in_text(texts, "topics", [topic])
