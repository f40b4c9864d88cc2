"""The question halfway: how is it going? Answers are handled like those of a pair at risk."""

from dataclasses import replace

from bot.domain.care_check_ins import CheckInStage
from bot.domain.sessions import Side
from bot.services.pair_context import PairContext
from bot.services.programme.end import last_day
from bot.slack.gateway import Message
from handlers.improvements.views import row as improvement_row
from handlers.kit.blocks import actions, button, header, mention, section
from handlers.kit.buttons import cadence_button, growth_button, pause_button
from handlers.kit.ids import ActionFamily
from prompts.catalogue import Mrkdwn, Texts


def question(texts: Texts, couple: PairContext, side: Side, held: int) -> Message:
    """To one of the two; the partner does not see the answer."""
    partner = mention(couple.person(side.other))
    text = texts("care.midway.body", partner=partner, programme=couple.programme.name, held=held)
    asked = _asked(texts, couple, texts.plain("care.midway.title"), text)
    return replace(asked, blocks=[*asked.blocks, *improvement_row(texts, couple.programme)])


def check_in(texts: Texts, couple: PairContext, side: Side, stage: CheckInStage) -> Message:
    """One of the questions that HR added to it, by where the pair stands."""
    partner, last = mention(couple.person(side.other)), texts.day(last_day(couple.programme))
    about = texts(f"care.check_in.{stage}", partner=partner, last=last)
    text = texts("care.check_in.body", about=about, partner=partner, programme=couple.programme.name)
    return _asked(texts, couple, texts.plain("care.check_in.title"), text)


def _asked(texts: Texts, couple: PairContext, title: str, text: Mrkdwn) -> Message:
    key, pair_id = "care.midway", couple.pair.id
    well, help_, other = [
        button(texts.plain(f"{key}.buttons.{name}"), ActionFamily.RISK_SAY.of(answer), pair_id)
        for name, answer in (("well", "well"), ("help", "help"), ("rematch", "rematch"))
    ]
    more = (cadence_button(texts, pair_id), growth_button(texts, pair_id), pause_button(texts))
    buttons = [actions({**well, "style": "primary"}, help_, other), actions(*more)]
    return Message(text, [header(title), section(text), *buttons])
