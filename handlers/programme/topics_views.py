"""Demand and supply by topic for HR, and the question to possible mentors."""

from bot.domain.programme import LONGEST_TOPIC, MOST_OWN_TOPICS, TOPICS, Theme, topics_for
from bot.domain.sheet_rows import plain_name
from bot.services.programme.topics import Balance, TopicFigures
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    confirmation,
    context,
    field,
    form_modal,
    modal,
    multi_select,
    section,
    text_input,
)
from handlers.kit.buttons import material_button
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.programme.topics_forms import TopicOf
from prompts.catalogue import Texts
from prompts.reasons import in_text, topic_name
from storage.tables import Programme

LEVELS = {"some": 2, "well": 3, "expert": 5}
TOPICS_SHOWN = 30


def market(texts: Texts, figures: TopicFigures) -> View:
    """Each topic with demand, supply and shortage; for short ones people can be asked."""
    edit = button(texts.plain("programme.topics.edit.button"), ActionId.TOPICS_EDIT, figures.programme.id)
    own = material_button(texts, figures.programme.id)
    blocks: list[Block] = [
        section(texts("programme.topics.intro", programme=figures.programme.name)),
        actions(edit, own),
    ]
    if not any(one.wished for one in figures.topics):
        blocks.append(section(texts("programme.topics.none")))
    elif not any(one.missing for one in figures.topics):
        blocks.append(section(texts("programme.topics.enough")))
    for balance in figures.topics[:TOPICS_SHOWN]:
        blocks += _topic(texts, figures.programme.id, balance)
    return modal(
        texts.plain("programme.topics.title"),
        blocks,
        callback_id=CallbackId.TOPICS,
        close=texts.plain("programme.topics.close"),
    )


def form(texts: Texts, programme: Programme) -> View:
    """The form of the list that people choose from."""
    key, listed = "programme.topics.edit", programme.topics or list(TOPICS)
    own = [code for code in listed if code not in TOPICS]
    options = [(code, topic_name(texts, code)) for code in topics_for(Theme(programme.theme))]
    blocks = [
        section(texts(f"{key}.intro", programme=programme.name)),
        field(
            "ready", texts.plain(f"{key}.ready.label"), multi_select("ready", options, initial=listed), optional=True
        ),
        field(
            "own",
            texts.plain(f"{key}.own.label"),
            text_input(
                "own",
                initial="\n".join(own),
                placeholder=texts.plain(f"{key}.own.placeholder"),
                multiline=True,
                longest=MOST_OWN_TOPICS * (LONGEST_TOPIC + 1),
            ),
            hint=texts.plain(f"{key}.own.hint"),
            optional=True,
        ),
    ]
    return form_modal(texts, key, blocks, callback_id=CallbackId.TOPICS_FORM, state=OfProgramme(programme.id))


def known(texts: Texts) -> dict[str, str]:
    """The normalised names of all ready topics → their codes."""
    return {plain_name(topic_name(texts, code)): code for code in TOPICS}


def question(texts: Texts, programme: str, topic: str, count: int, ask_id: int) -> Message:
    """To a person with a free place: could you offer this topic?"""
    text = texts("programme.topics.question", programme=programme, topic=_in_text(texts, topic), count=count)
    yes = [
        button(texts.plain(f"programme.topics.buttons.{name}"), ActionFamily.TOPICS_YES.of(level), ask_id)
        for name, level in LEVELS.items()
    ]
    return Message(
        text,
        [section(text), actions(*yes, button(texts.plain("programme.topics.buttons.no"), ActionId.TOPICS_NO, ask_id))],
    )


def answered(texts: Texts, topic: str, level: int) -> Message:
    """Replaces the question."""
    text = (
        texts("programme.topics.added", topic=_in_text(texts, topic)) if level else texts("programme.topics.declined")
    )
    return Message(text, [section(text)])


def _topic(texts: Texts, programme_id: int, balance: Balance) -> list[Block]:
    label = topic_name(texts, balance.code)
    values = {"wished": balance.wished, "offered": balance.offered, "free": balance.free, "missing": balance.missing}
    request = None
    if balance.missing and balance.could:
        confirm = confirmation(
            texts.plain("programme.topics.confirm.title"),
            texts.plain("programme.topics.confirm.text", count=balance.could, topic=label),
            texts.plain("programme.topics.confirm.yes"),
            texts.plain("programme.topics.confirm.no"),
        )
        request = button(
            texts.plain("programme.topics.ask"),
            ActionId.TOPICS_ASK,
            TopicOf(programme_id, balance.code),
            confirm=confirm,
        )
    blocks = [section(texts("programme.topics.row", topic=label, **values), request)]
    if balance.asked:
        blocks.append(context(texts("programme.topics.asked", asked=balance.asked, yes=balance.yes)))
    elif balance.missing and not balance.could:
        blocks.append(context(texts("programme.topics.nobody_to_ask")))
    return blocks


def _in_text(texts: Texts, topic: str) -> str:
    return in_text(texts, "topics", [topic])
