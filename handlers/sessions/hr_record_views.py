"""HR's form to correct a session's record, its answer, and the message to both."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.services.pair_context import Meeting, PairContext
from bot.services.sessions.hr_records import Correctable, Corrected
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    date_picker,
    field,
    form_modal,
    mention,
    notice,
    radio,
    section,
    select,
    time_picker,
)
from handlers.kit.buttons import correct_session_button
from handlers.kit.hr_people import pair_for_hr
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import Id, ModalState
from handlers.sessions.forms import MET, NOT_MET
from prompts.catalogue import Texts
from storage.tables import MentoringSession, PairState, SessionState

KEY = "sessions.hr_record"
MOST_SESSIONS = 100
"""As many choices as a menu of Slack's takes."""


@dataclass(frozen=True)
class CorrectionState(ModalState):
    """The pair, and the last change of its sessions when the form was opened."""

    pair_id: Id
    seen: Id


def open_button(texts: Texts, pair_id: int) -> Element:
    """Opens the form."""
    return button(texts.plain(f"{KEY}.open"), ActionId.SESSION_HR_CORRECT, pair_id)


def form(texts: Texts, correctable: Correctable, now: datetime) -> View:
    """Which session, whether it took place, and when; what follows is said before."""
    couple, zone = correctable.couple, correctable.couple.programme.zone
    names = pair_for_hr(texts, couple.mentor, couple.leader)
    if not correctable.sessions:
        return notice(texts, texts(f"{KEY}.none", **names))
    options = [(str(one.id), _option(texts, one, zone)) for one in correctable.sessions[:MOST_SESSIONS]]
    met = [(MET, texts.plain(f"{KEY}.form.met.yes")), (NOT_MET, texts.plain(f"{KEY}.form.met.no"))]
    today = local(now, zone).date().isoformat()
    blocks: list[Block] = [
        section(texts(f"{KEY}.form.intro", **names, over=_is_over(couple))),
        field("session", texts.plain(f"{KEY}.form.session"), select("session", options, initial=options[0][0])),
        field("met", texts.plain(f"{KEY}.form.met.label"), radio("met", met, initial=MET)),
        field("date", texts.plain(f"{KEY}.form.date"), date_picker("date", initial=today), optional=True),
        field("time", texts.plain(f"{KEY}.form.time", zone=texts.zone(now, zone)), time_picker("time"), optional=True),
    ]
    state = CorrectionState(couple.pair.id, correctable.seen)
    return form_modal(texts, f"{KEY}.form", blocks, callback_id=CallbackId.SESSION_HR_FORM, state=state)


def _option(texts: Texts, row: MentoringSession, zone: str) -> str:
    when = texts.short_moment(row.starts_at, zone) if row.starts_at else ""
    return texts.plain(f"{KEY}.option", number=row.number, when=when, held=row.state == SessionState.HELD)


def done(texts: Texts, result: Corrected) -> View:
    """To HR."""
    meeting = result.meeting
    names = pair_for_hr(texts, meeting.mentor, meeting.leader)
    name = "same" if not result.changed else "held" if result.held else "not_held"
    values = names if name == "same" else names | {"over": _is_over(meeting)}
    return notice(texts, texts(f"{KEY}.done.{name}", number=meeting.session.number, **values))


def _is_over(couple: PairContext) -> bool:
    return couple.pair.state != PairState.ACTIVE


def told(texts: Texts, meeting: Meeting, side: Side, *, held: bool, over: bool) -> Message:
    """To one of the two: what HR recorded, and the way to correct it; once the pair is `over`, HR has it."""
    row = meeting.session
    text = texts(
        f"{KEY}.told.{'held' if held else 'not_held'}",
        partner=mention(meeting.person(side.other)),
        number=row.number,
        when=texts.moment(row.starts_at, meeting.person(side).zone) if row.starts_at else "",
        over=over,
    )
    if over:
        return Message(text, [section(text)])
    return Message(text, [section(text), actions(correct_session_button(texts, row))])
