"""The question halfway: how is it going? Answers are handled like those of a pair at risk."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.care_check_ins import CheckInStage
from bot.domain.sessions import Side
from bot.services.pair_context import PairContext
from bot.services.programme.end import last_day, last_window
from bot.slack.gateway import Message
from handlers.improvements.views import row as improvement_row
from handlers.kit.blocks import actions, button, header, mention, section
from handlers.kit.buttons import cadence_button, growth_button, pause_button
from handlers.kit.ids import ActionFamily
from handlers.kit.which_programme import name_line
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Rhythm


def question(
    texts: Texts, couple: PairContext, side: Side, held: int, *, goals: bool = True, suggested: bool = False
) -> Message:
    """To one of the two; the partner does not see the answer. `goals`: it is time to look at them."""
    partner = mention(couple.person(side.other))
    text = texts("care.midway.body", partner=partner, programme=couple.programme.name, held=held, goals=goals)
    asked = _asked(texts, couple, texts.plain("care.midway.title"), text)
    return with_improvements(texts, couple, asked, suggested=suggested)


def with_improvements(texts: Texts, couple: PairContext, asked: Message, *, suggested: bool = False) -> Message:
    """The question of the middle of a programme, and below it what the programme should do better, unless the reader
    has written that."""
    return replace(asked, blocks=[*asked.blocks, *improvement_row(texts, couple.programme, written=suggested)])


def check_in(
    texts: Texts,
    couple: PairContext,
    side: Side,
    stage: CheckInStage,
    proposal: Rhythm | None = None,
    *,
    changed: bool = False,
    named: Sequence[str] = (),
) -> Message:
    """One of the questions that HR added to it, by where the pair stands. `proposal`: how one of the two would like to
    go on, not answered yet. `changed`: they agreed on another way to meet a short while ago."""
    met = stage is CheckInStage.MET
    partner = mention(couple.person(side.other))
    last = last_window(couple.programme) if met else last_day(couple.programme)
    wish = "" if proposal is None else "mine" if proposal.side == side else "theirs"
    about = texts(f"care.check_in.{stage}", partner=partner, last=texts.day(last), wish=wish)
    text = texts("care.check_in.body", about=about, partner=partner, may_change=not met)
    title = texts.plain("care.check_in.title_met" if met else "care.check_in.title")
    settled = proposal is not None or (changed and not met)
    asked = _asked(texts, couple, title, text, met=met, settled=settled)
    return replace(asked, blocks=[*asked.blocks, *name_line(texts, named)])


def _asked(
    texts: Texts, couple: PairContext, title: str, text: Mrkdwn, *, met: bool = False, settled: bool = False
) -> Message:
    """`met`: they had all their sessions, so that there is nothing to pause, and no time for another partner.
    `settled`: how they meet is not to be changed just now."""
    key, pair_id = "care.midway", couple.pair.id
    well, help_, other = [
        button(texts.plain(f"{key}.buttons.{name}"), ActionFamily.RISK_SAY.of(answer), pair_id)
        for name, answer in (("well", "well"), ("help", "help"), ("rematch", "rematch"))
    ]
    answers = [{**well, "style": "primary"}, help_, *([] if met else [other])]
    more = [
        *([] if settled else [cadence_button(texts, pair_id)]),
        growth_button(texts, pair_id),
        *([] if met else [pause_button(texts)]),
    ]
    return Message(text, [header(title), section(text), actions(*answers), actions(*more)])
