"""HR's own questions as people see them: in the poll, in surveys and at sign-up."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.own_questions import LONGEST_ANSWER, NO_ANSWER, About, Kind, Words, is_asked
from bot.domain.polls import RATINGS
from bot.services.own_questions.asked import AskedQuestion
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    checkboxes,
    context,
    divider,
    field,
    form_modal,
    radio,
    section,
    text_input,
)
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.own_questions.button_values import AnsweredAbout, QuestionAbout
from handlers.own_questions.forms import SHARE, block_of, share_block_of
from handlers.own_questions.modal_state import OwnAnswerState
from prompts.catalogue import Texts
from storage.tables import OwnQuestion

KEY = "own_questions.person"


@dataclass(frozen=True)
class OwnBlocks:
    """The questions that are still asked, and lines with the given answers."""

    asked: list[Block]
    given: list[str]


def words_of(texts: Texts, question: OwnQuestion) -> Words:
    """In the reader's language; if HR wrote it before there was that language, in another."""
    stored = question.words.get(texts.language) or next(iter(question.words.values()))
    return Words.read(stored)


def own_blocks(texts: Texts, own: Sequence[AskedQuestion], about: About, *, again: bool = False) -> OwnBlocks:
    """Each question that is not answered; `again` all of them."""
    asked: list[Block] = []
    given: list[str] = []
    for one in own:
        if one.is_answered and not again:
            given.append(_answered(texts, one))
        else:
            asked += _question(texts, one, about)
    if asked:
        asked.append(context(_who_sees(texts, [one.question.kind for one in own])))
    return OwnBlocks(asked, given)


def sign_up_fields(texts: Texts, own: Sequence[AskedQuestion], role: str) -> list[Block]:
    """The fields of HR's questions to a role, all optional. An answer can be taken back by the last option."""
    asked = [one for one in own if is_asked(one.question.role, role)]
    blocks: list[Block] = []
    for one in asked:
        words, block = words_of(texts, one.question), block_of(one.question.id)
        if one.question.kind == Kind.TEXT:
            element = text_input(block, initial=one.text, multiline=True, longest=LONGEST_ANSWER)
            blocks.append(field(block, words.ask, element, optional=True))
            shares = share_block_of(one.question.id)
            blocks.append(field(shares, texts.plain(f"{KEY}.share.label"), _share(texts, shares, one), optional=True))
            continue
        options = [*_options(words, one.question.kind), (NO_ANSWER, texts.plain(f"{KEY}.no_answer"))]
        initial = "" if one.value is None else str(one.value)
        blocks.append(field(block, words.ask, radio(block, options, initial=initial), optional=True))
    if not blocks:
        return []
    return [divider(), section(_who_sees(texts, [one.question.kind for one in asked])), *blocks]


def text_form(texts: Texts, asked: AskedQuestion, about: About) -> View:
    """The window for a short text, and whether HR may read it."""
    words = words_of(texts, asked.question)
    element = text_input("text", initial=asked.text, multiline=True, longest=LONGEST_ANSWER)
    blocks = [
        field("text", words.ask, element, hint=texts.plain(f"{KEY}.text.hint"), optional=True),
        field("share", texts.plain(f"{KEY}.share.label"), _share(texts, "share", asked), optional=True),
    ]
    state = OwnAnswerState(asked.question.id, str(AnsweredAbout(about.place, about.row)))
    return form_modal(texts, f"{KEY}.text", blocks, callback_id=CallbackId.OWN_FORM, state=state)


def answer_in_words(texts: Texts, words: Words, kind: str, value: int) -> str:
    """The answer to a choice or a scale."""
    if kind == Kind.SCALE:
        return texts.plain(f"{KEY}.of_five", value=value, most=RATINGS[-1])
    return words.labels[value]


def _who_sees(texts: Texts, kinds: Sequence[str]) -> str:
    return texts(f"{KEY}.who_sees", taps=any(one != Kind.TEXT for one in kinds), text=Kind.TEXT in kinds)


def _share(texts: Texts, name: str, asked: AskedQuestion) -> dict[str, object]:
    option = [(SHARE, texts.plain(f"{KEY}.share.option"))]
    return checkboxes(name, option, initial=[SHARE] if asked.shared else [])


def _options(words: Words, kind: str) -> list[tuple[str, str]]:
    if kind == Kind.CHOICE:
        return [(str(number), label) for number, label in enumerate(words.labels)]
    ends = dict(zip((RATINGS[0], RATINGS[-1]), words.labels, strict=True))
    return [(str(one), f"{one}: {ends[one]}" if one in ends else str(one)) for one in RATINGS]


def _question(texts: Texts, one: AskedQuestion, about: About) -> list[Block]:
    question, words = one.question, words_of(texts, one.question)
    ask = texts(f"{KEY}.ask", ask=words.ask)
    if question.kind == Kind.TEXT:
        label = texts.plain(f"{KEY}.buttons.{'rewrite' if one.text else 'write'}")
        write = button(label, ActionId.OWN_WRITE, QuestionAbout(question.id, about.place, about.row))
        said = texts(f"{KEY}.written", text=one.text, shared=one.shared) if one.text else ""
        return [section(f"{ask}\n{said}" if said else ask, write)]
    numbers = range(question.options) if question.kind == Kind.CHOICE else RATINGS
    buttons = [
        button(
            words.labels[number] if question.kind == Kind.CHOICE else str(number),
            ActionFamily.OWN_GIVE.of(question.id, number),
            AnsweredAbout(about.place, about.row),
            style="primary" if number == one.value else "",
        )
        for number in numbers
    ]
    ends = [context(texts(f"{KEY}.ends", low=words.labels[0], high=words.labels[-1]))]
    return [section(ask), actions(*buttons), *(ends if question.kind == Kind.SCALE else [])]


def _answered(texts: Texts, one: AskedQuestion) -> str:
    words = words_of(texts, one.question)
    if one.value is None:
        return texts(f"{KEY}.answered_text", ask=words.ask, text=one.text, shared=one.shared)
    answer = answer_in_words(texts, words, one.question.kind, one.value)
    return texts(f"{KEY}.answered", ask=words.ask, answer=answer)
