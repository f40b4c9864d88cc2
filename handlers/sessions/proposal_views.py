"""A session whose time changed while a person chose one, and times that the partner has to agree to."""

from bot.domain.sessions import Side, slot_at
from bot.services.pair_context import Meeting
from bot.services.sessions.bookings import Choice, TimeChanged, Unsuitable
from bot.services.sessions.proposals import Proposed, is_told_at_once
from bot.slack.gateway import Message
from handlers.kit.blocks import Element, View, actions, button, form_modal, mention, section
from handlers.kit.form_result import Sentence
from handlers.kit.ids import ActionId, CallbackId
from handlers.sessions.forms import AskState, sentence
from handlers.sessions.views import booked_as, say, session_button, session_message, shown, when_of
from prompts.catalogue import Texts


def taken(texts: Texts, found: TimeChanged) -> Message:
    """The session has another time than the reader saw: what it is now, and the way on."""
    meeting, side, key = found.meeting, found.side, "sessions.taken"
    keep = session_button(texts, f"{key}.buttons.keep", ActionId.SESSION_KEEP, meeting, "primary")
    move = session_button(texts, f"{key}.buttons.move", ActionId.SESSION_MOVE, meeting)
    book = session_button(texts, f"{key}.buttons.book", ActionId.SESSION_BOOK, meeting, "primary")
    by_partner = found.by is side.other
    if meeting.session.starts_at is None:
        name, buttons = "gone" if by_partner else "none", [book]
    elif meeting.session.starts_at == found.chosen:
        return booked_as(texts, "same" if by_partner else "body", meeting, side)
    else:
        name, buttons = "partner" if by_partner else "other", [keep, move]
    values = {"when": when_of(texts, meeting, side)} if name in ("partner", "other") else {}
    text = say(texts, f"{key}.{name}", meeting, side, **values)
    return Message(text, [section(text), actions(*buttons)])


def proposed(texts: Texts, proposal: Proposed) -> Message:
    """The question to the partner: a time outside of their working hours."""
    key, reader = "sessions.ask", proposal.meeting.person(proposal.side)
    values = {"when": texts.moment(proposal.row.starts_at, reader.zone), "minutes": proposal.row.minutes}
    if proposal.row.before:
        values["before"] = texts.moment(proposal.row.before, reader.zone)
    text = say(texts, f"{key}.{'move' if proposal.row.before else 'told'}", proposal.meeting, proposal.side, **values)
    buttons = [
        button(texts.plain(f"{key}.buttons.yes"), ActionId.PROPOSAL_AGREE, proposal.row.id, style="primary"),
        button(texts.plain(f"{key}.buttons.no"), ActionId.PROPOSAL_DECLINE, proposal.row.id),
    ]
    return session_message(texts, key, proposal.meeting, text, buttons)


def declined(texts: Texts, proposal: Proposed) -> Message:
    """To who proposed the time."""
    return _no_deal(texts, proposal, "declined")


def declined_by_me(texts: Texts, proposal: Proposed) -> Message:
    """Replaces the question."""
    return _no_deal(texts, proposal, "declined_by_me")


def _no_deal(texts: Texts, proposal: Proposed, name: str) -> Message:
    key, reader = "sessions.ask", proposal.meeting.person(proposal.side)
    when = texts.moment(proposal.row.starts_at, reader.zone)
    text = say(texts, f"{key}.{name}", proposal.meeting, proposal.side, when=when)
    return Message(text, [section(text), actions(_book_or_move(texts, proposal.meeting))])


def _book_or_move(texts: Texts, meeting: Meeting) -> Element:
    action_id = ActionId.SESSION_MOVE if meeting.session.starts_at else ActionId.SESSION_BOOK
    return session_button(texts, "sessions.ask.buttons.another", action_id, meeting)


def ask_form(texts: Texts, meeting: Meeting, side: Side, choice: Choice, unsuitable: Unsuitable) -> View:
    """Replaces the form: the time is outside the partner's working hours, who can be asked."""
    key, reader, partner = "sessions.ask", meeting.person(side), meeting.person(side.other)
    values = {"when": texts.moment(choice.starts_at, reader.zone), "partner": mention(partner)}
    state = AskState(
        meeting.session.id,
        choice.zone,
        slot_at(meeting.session.starts_at),
        choice.day,
        choice.wall,
        choice.minutes,
        choice.reason,
    )
    blocks = [
        section(sentence(texts, choice, unsuitable).of(texts)),
        section(texts(f"{key}.intro", **values)),
        actions(_book_or_move(texts, meeting)),
    ]
    return form_modal(texts, key, blocks, callback_id=CallbackId.SESSION_ASK_FORM, state=state)


def asked(texts: Texts, proposal: Proposed) -> View:
    """Replaces the question whether to ask."""
    meeting, side = proposal.meeting, proposal.side
    when = texts.moment(proposal.row.starts_at, meeting.person(side).zone)
    partner = mention(meeting.person(side.other))
    soon = is_told_at_once(meeting, side.other, proposal.row, proposal.row.at)
    text = texts("sessions.ask.saved", when=when, partner=partner, soon=soon)
    return shown(texts, Message(text, [section(text)]))


def cannot_book(texts: Texts, session_id: int, why: Sentence) -> View:
    """A time that does not suit any more, and the way to another one."""
    text = why.of(texts)
    again = button(texts.plain("sessions.ask.buttons.another"), ActionId.SESSION_BOOK, session_id, style="primary")
    return shown(texts, Message(text, [section(text), actions(again)]))
