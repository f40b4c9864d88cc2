"""Where a session takes place: the line in messages, and the form for either of a pair and for HR's default."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.domain.sessions_places import PlaceError, checked_place, is_link
from bot.services.pair_context import Meeting
from bot.services.sessions.places import Placed, place_of
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    button,
    context,
    field,
    form_modal,
    mention,
    notice,
    radio,
    section,
    text_input,
    web_link,
)
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme, OfSession
from handlers.kit.payload import FormState
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Programme

KEY = "sessions.place"
LONGEST_TYPED = 500
ALL, ONE = "all", "one"


@dataclass(frozen=True)
class NewPlace:
    """What a pair's form says: the place, "" for none, and whether it is of all their sessions."""

    place: str
    all_sessions: bool


def place_button(texts: Texts, session_id: int) -> Element:
    return button(texts.plain(f"{KEY}.open"), ActionId.PLACE_OPEN, session_id)


def place_line(texts: Texts, place: str) -> Mrkdwn:
    """The place in a message; a link shows its host."""
    shown: str | Mrkdwn = web_link(urlsplit(place).hostname or place, place) if is_link(place) else place
    return texts(f"{KEY}.line", place=shown)


def place_blocks(texts: Texts, meeting: Meeting) -> list[Block]:
    """The line, if the session has a place."""
    place = place_of(meeting.session, meeting.pair, meeting.programme)
    return [context(place_line(texts, place))] if place else []


def form(texts: Texts, placed: Placed) -> View:
    """The place now, and for what it is to count."""
    meeting, row = placed.meeting, placed.meeting.session
    place = place_of(row, meeting.pair, meeting.programme)
    partner = mention(meeting.person(placed.side.other))
    options = [
        (ALL, texts.plain(f"{KEY}.form.for.all")),
        (ONE, texts.plain(f"{KEY}.form.for.one", number=row.number)),
    ]
    blocks: list[Block] = [
        section(texts(f"{KEY}.form.intro", number=row.number, partner=partner)),
        _typed(texts, place),
        field("for", texts.plain(f"{KEY}.form.for.label"), radio("for", options, initial=ONE if row.place else ALL)),
    ]
    return form_modal(texts, f"{KEY}.form", blocks, callback_id=CallbackId.PLACE_FORM, state=OfSession(row.id))


def default_form(texts: Texts, programme: Programme) -> View:
    """HR's: where sessions take place unless a pair says otherwise."""
    blocks: list[Block] = [
        section(texts(f"{KEY}.default.intro", programme=programme.name)),
        _typed(texts, programme.place or ""),
    ]
    state = OfProgramme(programme.id)
    return form_modal(texts, f"{KEY}.form", blocks, callback_id=CallbackId.PLACE_DEFAULT_FORM, state=state)


def stored(texts: Texts, placed: Placed) -> View:
    meeting = placed.meeting
    place = place_of(meeting.session, meeting.pair, meeting.programme)
    said = place_line(texts, place) if place else texts(f"{KEY}.none")
    partner = mention(meeting.person(placed.side.other))
    return notice(texts, texts(f"{KEY}.stored", partner=partner, said=said))


def default_stored(texts: Texts, programme: Programme) -> View:
    said = place_line(texts, programme.place) if programme.place else texts(f"{KEY}.none")
    return notice(texts, texts(f"{KEY}.default.stored", said=said))


def read_place(form: FormState) -> str | Invalid:
    """The place to store."""
    try:
        return checked_place(form.one("place"))
    except PlaceError as error:
        return Invalid.below(f"{KEY}.errors", {"place": error.code})


def read_form(form: FormState) -> NewPlace | Invalid:
    place = read_place(form)
    return place if isinstance(place, Invalid) else NewPlace(place, form.one("for") != ONE)


def _typed(texts: Texts, place: str) -> Block:
    element = text_input("place", initial=place, longest=LONGEST_TYPED)
    label, hint = texts.plain(f"{KEY}.form.place.label"), texts.plain(f"{KEY}.form.place.hint")
    return field("place", label, element, hint=hint, optional=True)
