"""The next sessions in one form: each with a time that suits both, to be ticked."""

from dataclasses import dataclass

from bot.domain.sessions import Pack
from bot.services.pair_context import Meeting
from bot.services.sessions.series import Planned, Series, SeriesBooked
from handlers.kit.blocks import Element, View, actions, button, checkboxes, field, form_modal, mention, notice, section
from handlers.kit.button_value import ButtonValue, Row, Slot
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfSession
from handlers.kit.payload import FormState
from handlers.sessions.slot_views import slot_label
from prompts.catalogue import Texts
from storage.tables import MentoringSession

KEY = "sessions.series"


@dataclass(frozen=True)
class SeriesValue(ButtonValue):
    """A session and its time, as an option of the form: `12:20270114T0300Z`."""

    session_id: Row
    starts_at: Slot


def series_button(texts: Texts, row: MentoringSession) -> list[Element]:
    """Opens the form; none at the last session."""
    return [] if row.pack == Pack.HARVEST else [button(texts.plain(f"{KEY}.open"), ActionId.SESSION_SERIES, row.id)]


def form(texts: Texts, series: Series) -> View:
    """A tick for each session; without one to book, a sentence."""
    partner = mention(series.meeting.person(series.side.other))
    if not series.planned:
        return notice(texts, texts(f"{KEY}.none", partner=partner))
    options = [(_value(one), _label(texts, series, one)) for one in series.planned]
    ticked = [value for value, _ in options]
    blocks = [
        section(texts(f"{KEY}.intro", partner=partner)),
        field("sessions", texts.plain(f"{KEY}.sessions"), checkboxes("sessions", options, initial=ticked)),
    ]
    state = OfSession(series.meeting.session.id)
    return form_modal(texts, f"{KEY}", blocks, callback_id=CallbackId.SESSION_SERIES_FORM, state=state)


def read_form(form: FormState) -> list[SeriesValue] | Invalid:
    chosen = [SeriesValue.read(one) for one in form.many("sessions")]
    return chosen or Invalid.below(f"{KEY}.errors", {"sessions": "none"})


def stored(texts: Texts, done: SeriesBooked) -> View:
    """What is booked, and which sessions need another time."""
    lines = [_booked(texts, done, one) for one in done.booked]
    partner = mention(done.meeting.person(done.side.other))
    text = texts(f"{KEY}.stored", partner=partner) if lines else ""
    if not (lines or done.refused):
        return notice(texts, texts(f"{KEY}.none", partner=partner))
    again = [
        button(texts.plain(f"{KEY}.pick", number=one.session.number), ActionId.SESSION_BOOK, one.session.id)
        for one in done.refused
    ]
    said = "\n".join(part for part in (*lines, text, texts(f"{KEY}.refused") if again else "") if part)
    return notice(texts, said, blocks=[section(said), *([actions(*again)] if again else [])])


def _value(planned: Planned) -> str:
    return str(SeriesValue(planned.meeting.session.id, planned.starts_at))


def _label(texts: Texts, series: Series, planned: Planned) -> str:
    when = slot_label(texts, series.meeting, series.side, planned.starts_at)
    return texts.plain(f"{KEY}.option", number=planned.meeting.session.number, when=when)


def _booked(texts: Texts, done: SeriesBooked, meeting: Meeting) -> str:
    starts_at, zone = meeting.session.starts_at, meeting.person(done.side).zone
    when = texts.moment(starts_at, zone) if starts_at else ""
    return texts(f"{KEY}.booked", number=meeting.session.number, when=when)
