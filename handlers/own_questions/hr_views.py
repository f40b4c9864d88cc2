"""HR's windows for its own questions: the places, the questions of one, and the form."""

from bot.domain.own_questions import (
    LONGEST_ASK,
    LONGEST_END,
    LONGEST_OPTION,
    MOST_IN_PLACE,
    OPTIONS,
    Kind,
    Place,
    Words,
)
from bot.domain.signup import Role
from bot.services.own_questions.manage import OwnQuestions
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkboxes,
    confirmation_of,
    context,
    divider,
    field,
    form_modal,
    modal,
    radio,
    section,
    text_input,
)
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.own_questions.button_values import PlaceOf, QuestionOf
from handlers.own_questions.forms import ENDS, SAME
from handlers.own_questions.modal_state import OwnFormState
from handlers.own_questions.views import words_of
from prompts.catalogue import Texts
from storage.tables import OwnQuestion, Programme

KEY = "own_questions"


def places(texts: Texts, questions: OwnQuestions) -> View:
    """Where HR can ask, how much it asks there, and how long that takes."""
    blocks: list[Block] = [section(texts(f"{KEY}.list.intro", programme=questions.programme.name, most=MOST_IN_PLACE))]
    for place in Place:
        opens = ActionFamily.OWN_QUESTIONS_PLACE.of(place)
        show = button(texts.plain(f"{KEY}.list.buttons.show"), opens, questions.programme.id)
        text = texts(f"{KEY}.list.place", place=_place(texts, place), count=len(questions.at(place)))
        blocks.append(section(f"{text}\n{_length(texts, questions, place)}", show))
    return _window(texts, blocks)


def place_view(texts: Texts, own_questions: OwnQuestions, place: Place) -> View:
    """The questions of one place, as they are stored in every language."""
    questions, programme_id = own_questions.at(place), own_questions.programme.id
    blocks: list[Block] = [
        section(texts(f"{KEY}.list.at", place=_place(texts, place), programme=own_questions.programme.name)),
        context(_length(texts, own_questions, place)),
    ]
    for number, one in enumerate(questions):
        blocks += [divider(), section(_shown(texts, one)), actions(*_buttons(texts, programme_id, one, number))]
    if not questions:
        blocks.append(section(texts(f"{KEY}.list.none")))
    add = [
        button(
            texts.plain(f"{KEY}.list.add.{kind}"), ActionFamily.OWN_QUESTIONS_ADD.of(kind), PlaceOf(programme_id, place)
        )
        for kind in Kind
        if own_questions.may_add(place, kind)
    ]
    blocks += [divider(), section(texts(f"{KEY}.list.{'more' if add else 'full'}", most=MOST_IN_PLACE))]
    back = button(texts.plain(f"{KEY}.list.buttons.back"), ActionId.OWN_QUESTIONS_BACK, programme_id)
    return _window(texts, [*blocks, actions(*add, back)])


def form(texts: Texts, programme: Programme, state: OwnFormState, was: OwnQuestion | None = None) -> View:
    """The words in every language, who is asked, and what HR will see; filled in with the question `was`."""
    key, kind = f"{KEY}.form", state.kind
    names = {code: texts.language_name(code) for code in texts.catalogue.names()}
    known = {code: Words.read(stored) for code, stored in was.words.items()} if was else {}
    place = _place(texts, state.place)
    blocks: list[Block] = [
        section(texts(f"{key}.intro", programme=programme.name, place=place)),
        section(texts(f"{key}.sees.{kind}")),
    ]
    if was:
        blocks.append(context(texts(f"{key}.changed")))
    for code, name in names.items():
        blocks += _fields(texts, kind, code, name, known.get(code))
    same = [(SAME, texts.plain(f"{key}.same.option"))]
    blocks.append(field(SAME, texts.plain(f"{key}.same.label"), checkboxes(SAME, same), optional=True))
    roles = [(str(one), texts.plain(f"{key}.roles.{one}")) for one in (Role.BOTH, Role.MENTOR, Role.LEADER)]
    asked = radio("role", roles, initial=was.role if was else Role.BOTH)
    blocks.append(field("role", texts.plain(f"{key}.role"), asked))
    return form_modal(
        texts, f"{key}.{'edit' if was else 'add'}", blocks, callback_id=CallbackId.OWN_QUESTIONS_FORM, state=state
    )


def _fields(texts: Texts, kind: Kind, code: str, name: str, was: Words | None) -> list[Block]:
    key, labels = f"{KEY}.form", was.labels if was else ()
    ask = text_input(f"ask_{code}", initial=was.ask if was else "", longest=LONGEST_ASK)
    blocks = [_field(f"ask_{code}", texts.plain(f"{key}.ask", language=name), ask)]
    if kind is Kind.CHOICE:
        longest = (LONGEST_OPTION + 1) * OPTIONS[-1]
        options = text_input(f"labels_{code}", initial="\n".join(labels), multiline=True, longest=longest)
        hint = texts.plain(f"{key}.options.hint", least=OPTIONS[0], most=OPTIONS[-1])
        blocks.append(_field(f"labels_{code}", texts.plain(f"{key}.options.label", language=name), options, hint))
    if kind is Kind.SCALE:
        for end, label in zip(ENDS, labels or ("", ""), strict=True):
            typed = text_input(f"{end}_{code}", initial=label, longest=LONGEST_END)
            blocks.append(_field(f"{end}_{code}", texts.plain(f"{key}.ends.{end}", language=name), typed))
    return blocks


def _field(block: str, label: str, element: Element, hint: str = "") -> Block:
    """Optional for Slack: with the same words for all languages, one language is enough."""
    return field(block, label, element, hint=hint, optional=True)


def _buttons(texts: Texts, programme_id: int, question: OwnQuestion, number: int) -> list[Element]:
    value = QuestionOf(programme_id, question.id, Place(question.place))
    up = button(texts.plain(f"{KEY}.list.buttons.up"), ActionId.OWN_QUESTIONS_UP, value)
    return [
        button(texts.plain(f"{KEY}.list.buttons.edit"), ActionId.OWN_QUESTIONS_EDIT, value),
        *([up] if number else []),
        button(
            texts.plain(f"{KEY}.list.buttons.remove"),
            ActionId.OWN_QUESTIONS_REMOVE,
            value,
            confirm=confirmation_of(texts, f"{KEY}.remove", ask=words_of(texts, question).ask),
        ),
    ]


def _shown(texts: Texts, question: OwnQuestion) -> str:
    kind = texts.plain(f"{KEY}.list.kinds.{question.kind}")
    lines = [texts(f"{KEY}.list.meta", kind=kind, role=texts.plain(f"{KEY}.form.roles.{question.role}"))]
    for code, stored in question.words.items():
        words = Words.read(stored)
        labels = " · ".join(words.labels)
        lines.append(texts(f"{KEY}.list.words", language=texts.language_name(code), ask=words.ask, labels=labels))
    return "\n".join(lines)


def _length(texts: Texts, questions: OwnQuestions, place: Place) -> str:
    length = questions.length(place)
    return texts(
        f"{KEY}.list.{'sign_up_length' if place is Place.SIGNUP else 'length'}",
        taps=length.taps,
        own=length.own,
        seconds=length.seconds,
        texts=length.texts,
    )


def _place(texts: Texts, place: Place) -> str:
    return texts.plain(f"{KEY}.places.{place}")


def _window(texts: Texts, blocks: list[Block]) -> View:
    return modal(
        texts.plain(f"{KEY}.list.title"),
        blocks,
        callback_id=CallbackId.OWN_QUESTIONS,
        close=texts.plain("notice.close"),
    )
