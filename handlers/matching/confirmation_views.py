"""Pairs that HR made by hand: the question to the two, and what HR reads."""

from bot.services.matching.confirmations import Question
from bot.services.matching.draft_pages import PairCard
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, Element, actions, button, confirmation, context, mention, section
from handlers.kit.hr_people import pair_for_hr
from handlers.kit.ids import ActionId
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import ConfirmationState, PairConfirmation, Person


def question(texts: Texts, asked: Question) -> Message:
    """To one of the two. Their answer, if they gave one, replaces its button. It does not reveal the other person's
    answer."""
    blocks = question_blocks(texts, asked)
    return Message(str(blocks[0]["text"]["text"]), blocks)


def question_blocks(texts: Texts, asked: Question) -> list[Block]:
    """The same, for the Home tab as well."""
    one, partner = asked.confirmation, mention(asked.partner)
    until = texts.moment(one.closes_at, asked.me.zone) if one.closes_at else ""
    blocks = [section(texts(f"matching.confirm.{asked.side}", partner=partner, programme=asked.programme.name))]
    if one.hr_reason:
        blocks.append(section(texts("matching.confirm.why", why=one.hr_reason, partner=partner)))
    blocks.append(section(texts("matching.confirm.promise", partner=partner)))
    if one.state != ConfirmationState.WAITING:
        return [*blocks, section(texts("matching.confirm.answered.closed"))]
    answer = {True: "answered.yes", False: "answered.no", None: "until"}[asked.answer]
    blocks.append(section(texts(f"matching.confirm.{answer}", until=until)))
    choices = (True, "yes", ActionId.PAIR_YES), (False, "no", ActionId.PAIR_NO)
    buttons = [
        button(texts.plain(f"matching.confirm.buttons.{name}"), action, one.id)
        for agrees, name, action in choices
        if agrees is not asked.answer
    ]
    return [*blocks, actions(*buttons)]


def over(texts: Texts) -> Message:
    """Replaces a question that can no longer be answered."""
    text = texts("matching.confirm.over")
    return Message(text, [section(text)])


def withdrawn(texts: Texts, asked: Question) -> Message:
    """To one of the two: HR withdrew the pair."""
    text = texts("matching.confirm.withdrawn", partner=mention(asked.partner), programme=asked.programme.name)
    return Message(text, [section(text)])


def settled(
    texts: Texts, state: ConfirmationState, mentor: Person, leader: Person, draft_id: int | None
) -> Message | None:
    """To HR's channel: confirmed by both, or not."""
    name = ConfirmationState.CONFIRMED if state is ConfirmationState.RELEASED else state
    key = f"matching.confirm.settled.{name}"
    if not texts.has(key):
        return None
    text = texts(key, **pair_for_hr(texts, mentor, leader))
    if draft_id is None:
        return Message(text, [section(text)])
    elements = [button(texts.plain("matching.draft.buttons.pairs"), ActionId.MATCH_PAIRS, draft_id)]
    if state is ConfirmationState.CONFIRMED:
        elements.append(
            button(texts.plain("matching.draft.buttons.release"), ActionId.MATCH_RELEASE, draft_id, style="primary")
        )
    return Message(text, [section(text), actions(*elements)])


def state_line(texts: Texts, asked: PairConfirmation | None, zone: str) -> list[Block]:
    """HR's text on a pair's page."""
    if asked is None or not texts.has(key := f"matching.confirm.state.{_name(asked)}"):
        return []
    until = texts.moment(asked.closes_at, zone) if asked.closes_at else ""
    return [context(texts(key, until=until))]


def short_state(texts: Texts, asked: PairConfirmation | None) -> Mrkdwn | str:
    """The same, short, for a list."""
    key = f"matching.confirm.short.{_name(asked)}" if asked else ""
    return texts(key) if key and texts.has(key) else ""


def out_key(asked: PairConfirmation | None) -> str:
    """The text for a pair that left the draft because the two did not confirm, or HR withdrew it; "" otherwise."""
    over_by = (ConfirmationState.NOT_CONFIRMED, ConfirmationState.WITHDRAWN)
    return f"matching.confirm.out.{asked.state}" if asked and asked.state in over_by else ""


def take_back(texts: Texts, pair_card: PairCard, action_id: ActionId) -> Element:
    """HR withdraws a pair made by hand."""
    key, names = "matching.confirm.back", (pair_card.mentor.person.name, pair_card.leader.person.name)
    sure = confirmation(
        texts.plain(f"{key}.title"),
        texts.plain(f"{key}.text", mentor=names[0], leader=names[1]),
        texts.plain(f"{key}.yes"),
        texts.plain(f"{key}.no"),
    )
    return button(texts.plain("matching.pair.buttons.take_back"), action_id, pair_card.pair.id, confirm=sure)


def _name(asked: PairConfirmation) -> str:
    waits = asked.state == ConfirmationState.WAITING
    return "asking" if waits and asked.closes_at is None else str(asked.state)
