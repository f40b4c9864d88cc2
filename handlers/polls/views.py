"""The poll after a session: one message that is updated as it is answered."""

from collections.abc import Callable
from functools import partial

from bot.domain.calendar import local
from bot.domain.own_questions import About, Place
from bot.domain.polls import COMMENT_NAMES, Met, comments_for, questions_for
from bot.domain.sessions import Pack
from bot.services.polls.polls import Poll
from bot.slack.gateway import Message
from handlers.care.follow_up_views import promise
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    checkboxes,
    context,
    field,
    form_modal,
    header,
    mention,
    modal,
    rating,
    section,
    text_input,
)
from handlers.kit.buttons import growth_button, new_card_button, pause_button, thanks_button
from handlers.kit.ids import ActionFamily, ActionId, AnswerId, CallbackId
from handlers.kit.modal_state import OfSession
from handlers.own_questions.views import OwnBlocks, own_blocks
from handlers.polls.forms import CONTACT, LONGEST, SHARE
from handlers.sessions.slot_views import slot_blocks
from prompts.catalogue import Texts


def poll(texts: Texts, asked: Poll, *, again: bool = False) -> Message:
    """The questions, each with its answer; `again` asks all of them once more.

    An answered question keeps its place as a line without buttons; once all are answered, the lines come first.
    """
    side, answer = asked.side, asked.answer
    key, row = f"polls.{side}", asked.meeting.session
    reader, partner = asked.meeting.person(side), asked.meeting.person(side.other)
    title = texts.plain(f"{key}.title", number=row.number)
    blocks: list[Block] = [header(title)]
    given: list[str] = []
    over = not again and answer.is_complete
    for action, group, label, value in _questions(asked):
        said = "" if value is None else texts(f"polls.answered.{label}", **{group: _answer(texts, asked, group, value)})
        if over:
            given.append(said)
        elif said and not again:
            blocks.append(section(said))
        else:
            text = texts(f"{key}.{label}", partner=mention(partner))
            blocks += _question(texts, asked, text, said, action, group, value)
    own = _own(texts, asked, again=again)
    blocks += own.asked
    given += [*own.given, *_notes(texts, asked)]
    if given:
        blocks.insert(1, section("\n".join(given)))
    if answer.contact_me:
        blocks += promise(texts, asked.contact, asked.call_by)
    closes = texts.day(local(asked.closes, reader.zone).date())
    if answer.met not in (None, Met.YES):
        name = "no_show" if answer.met is Met.NO_SHOW else "moved"
        blocks.append(section(texts(f"polls.answered.{name}")))
    elif answer.is_complete and not again:
        blocks.append(section(texts("polls.answered.thanks", closes=closes)))
    if asked.offer and asked.offer.slots:
        blocks += slot_blocks(texts, asked.offer)
    buttons = _actions(texts, asked, again=again)
    if buttons["elements"]:
        blocks.append(buttons)
    blocks.append(_who_sees(texts, asked, closes))
    return Message(title, blocks)


def _who_sees(texts: Texts, asked: Poll, closes: str) -> Block:
    """In full below the first poll that a person gets, until they answer; below later ones a button leads to it."""
    if not asked.asked_before and asked.answer.met is None:
        partner = mention(asked.meeting.person(asked.side.other))
        return context(texts(f"polls.{asked.side}.footer", partner=partner, closes=closes))
    who = button(texts.plain("home.common.buttons.who_sees"), ActionId.PRIVACY_SHOW)
    if asked.answer.is_complete:  # until when it can change is said above
        return section(texts("polls.answered.unseen"), who)
    return section(texts("polls.answered.until", closes=closes), who)


def poll_window(texts: Texts, asked: Poll, *, again: bool = False) -> View:
    """The same in a window, for people who come from the Home tab."""
    blocks = poll(texts, asked, again=again).blocks
    return modal(
        texts.plain("polls.answered.window"), blocks, callback_id=CallbackId.POLL, close=texts.plain("notice.close")
    )


def comment_form(texts: Texts, asked: Poll) -> View:
    """The window for what was learned, and who may read it."""
    answer, key = asked.answer, "polls.comment"
    blocks = [_typed(texts, one.name, getattr(answer, one.name)) for one in comments_for(asked.side)]
    share = [(SHARE, texts.plain(f"{key}.share.option"))]
    ticked = [SHARE] if answer.share else []
    blocks.append(
        field("share", texts.plain(f"{key}.share.label"), checkboxes("share", share, initial=ticked), optional=True)
    )
    if not answer.contact_me:
        name = asked.contact.name if asked.contact else ""
        contact = [(CONTACT, texts.plain(f"{key}.contact.option", contact=name))]
        element = checkboxes("contact", contact)
        blocks.append(field("contact", texts.plain(f"{key}.contact.label"), element, optional=True))
    return form_modal(
        texts, key, blocks, callback_id=CallbackId.POLL_COMMENT_FORM, state=OfSession(asked.meeting.session.id)
    )


def closed(texts: Texts, number: int) -> Message:
    """Replaces the poll."""
    text = texts("polls.closed.body", number=number)
    return Message(text, [section(text)])


def _questions(asked: Poll) -> list[tuple[Callable[[object], AnswerId], str, str, str | int | None]]:
    """For each question its action, the labels of its answers, its name, and the given answer."""
    answer = asked.answer
    questions: list[tuple[Callable[[object], AnswerId], str, str, str | int | None]] = [
        (ActionFamily.POLL_MET.of, "met", "met", answer.met)
    ]
    if answer.met is Met.YES:
        for one in questions_for(asked.side):
            questions.append((_action_of(one.name), one.scale, one.name, getattr(answer, one.name)))
    return questions


def _own(texts: Texts, asked: Poll, *, again: bool) -> OwnBlocks:
    """HR's own questions, about a session that took place."""
    if asked.answer.met is not Met.YES:
        return OwnBlocks([], [])
    about = About(Place.POLL, asked.meeting.session.id)
    return own_blocks(texts, asked.own, about, again=again)


def _action_of(question: str) -> Callable[[object], AnswerId]:
    """The ids of the first three questions are older than `POLL_RATE`."""
    family = {"useful": ActionFamily.POLL_USEFUL, "honest": ActionFamily.POLL_OWN, "will_use": ActionFamily.POLL_OWN}
    return family[question].of if question in family else partial(ActionFamily.POLL_RATE.of, question)


def _question(
    texts: Texts,
    asked: Poll,
    text: str,
    said: str,
    action: Callable[[object], AnswerId],
    group: str,
    value: str | int | None,
) -> list[Block]:
    session_id = asked.meeting.session.id
    shown = section(f"*{text}*\n{said}" if said else f"*{text}*")
    if group != "met":
        return [shown, *rating(texts, group, action, session_id, value)]
    buttons = [
        button(
            _answer(texts, asked, group, code),
            action(code),
            session_id,
            style="primary" if value == code else "",
        )
        for code in Met
    ]
    return [shown, actions(*buttons)]


def _answer(texts: Texts, asked: Poll, group: str, value: str | int) -> str:
    """An answer in words. Who else moved the session is named, not called "they"."""
    if value == Met.MOVED_BY_OTHER:
        partner = asked.meeting.person(asked.side.other)
        return texts.plain("polls.answered.moved_by", partner=texts.vocative(partner.name, partner.address))
    return texts.plain(_label(group, value))


def _label(group: str, code: str | int) -> str:
    """The key of an answer's label; a rating's name begins with an s, because names of texts are never bare numbers."""
    return f"labels.{group}.{code}" if group == "met" else f"labels.{group}.s{code}"


def _notes(texts: Texts, asked: Poll) -> list[str]:
    """The comments, who may read them, and who will be in touch."""
    answer = asked.answer
    notes: list[str] = []
    for name in COMMENT_NAMES:
        if written := getattr(answer, name):
            notes.append(texts(f"polls.answered.{name}", text=written))
    if notes:
        notes.append(texts(f"polls.answered.{'shared' if answer.share else 'private'}"))
    if answer.contact_me and asked.call_by is None:
        notes.append(texts("polls.answered.contact", contact=mention(asked.contact) if asked.contact else ""))
    return notes


def _actions(texts: Texts, asked: Poll, *, again: bool) -> Block:
    answer, session_id, key = asked.answer, asked.meeting.session.id, f"polls.{asked.side}.buttons"
    buttons = []
    if asked.books_next and not (asked.offer and asked.offer.slots):
        label = texts.plain(f"{key}.next", number=asked.books_next.number)
        buttons.append(button(label, ActionId.SESSION_BOOK, asked.books_next.id, style="primary"))
    if answer.met is None:
        return actions(*buttons)
    if answer.met is Met.YES:
        buttons.append(button(texts.plain(f"{key}.learned"), ActionId.POLL_COMMENT, session_id))
        if answer.is_complete:
            buttons.append(thanks_button(texts, asked.meeting.pair.id))
        if asked.meeting.session.pack == Pack.INSIGHT:
            buttons.append(new_card_button(texts, asked.meeting.pair.id))
        buttons.append(growth_button(texts, asked.meeting.pair.id))
    else:
        buttons.append(button(texts.plain(f"{key}.book"), ActionId.SESSION_BOOK, session_id, style="primary"))
    if not answer.contact_me:
        buttons.append(button(texts.plain(f"{key}.contact"), ActionId.POLL_CONTACT, session_id))
    if not again:
        buttons.append(button(texts.plain(f"{key}.change"), ActionId.POLL_CHANGE, session_id))
    if answer.met is not Met.YES or answer.contact_me:
        buttons.append(pause_button(texts))
    return actions(*buttons)


def _typed(texts: Texts, name: str, initial: str | None) -> Block:
    key = f"polls.comment.{name}"
    element = text_input(
        name, initial=initial or "", placeholder=texts.plain(f"{key}.placeholder"), multiline=True, longest=LONGEST
    )
    return field(name, texts.plain(f"{key}.label"), element, optional=True)
