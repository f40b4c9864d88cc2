"""Forms and messages for the end and the pause of a pair."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.sessions import Side
from bot.services.care.parting import LONGEST
from bot.services.insight.pair_detail import PairDetail
from bot.services.matching.unmatched_followup import UnmatchedPerson
from bot.services.matching.waiting import WaitingKind
from bot.services.pair_context import PairContext
from bot.services.programme.end import last_bookable
from bot.services.sessions.called_off import CalledOff
from bot.services.sessions.resumption import ToBook
from bot.slack.gateway import Message
from handlers.care.end_views import after_pause, during_pause
from handlers.care.parting_forms import ANOTHER, NONE
from handlers.kit.blocks import (
    View,
    actions,
    button,
    context,
    date_picker,
    field,
    form_modal,
    mention,
    modal,
    plain,
    radio,
    section,
    text_input,
)
from handlers.kit.buttons import pause_button
from handlers.kit.hr_people import pair_for_hr
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfPair
from handlers.sessions.called_off_views import blocks as called_off
from handlers.sessions.views import dates_missing
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import no_partner_because
from storage.tables import MentoringSession


def form(texts: Texts, couple: PairContext, side: Side) -> View:
    """Another partner, or none for now; and optionally a reason for HR."""
    key = "care.parting.form"
    choices = [(one, texts.plain(f"{key}.then.{one}")) for one in (ANOTHER, NONE)]
    why = text_input("why", multiline=True, longest=LONGEST, placeholder=texts.plain(f"{key}.why.placeholder"))
    return form_modal(
        texts,
        key,
        [
            section(texts(f"{key}.intro", partner=mention(couple.person(side.other)))),
            field("then", texts.plain(f"{key}.then.label"), radio("then", choices, initial=ANOTHER)),
            field("why", texts.plain(f"{key}.why.label"), why, hint=texts.plain(f"{key}.why.hint"), optional=True),
            context(texts(f"{key}.instead")),
        ],
        callback_id=CallbackId.PART_FORM,
        state=OfPair(couple.pair.id),
    )


def parted(texts: Texts, couple: PairContext, side: Side, off: Sequence[CalledOff], *, another: bool) -> View:
    """Replaces the form; `off`: the pair's sessions that cannot take place."""
    text = texts(f"care.parting.done.{'another' if another else 'none'}", partner=mention(couple.person(side.other)))
    title = texts.plain("care.parting.form.modal.title")
    shown = [section(text), *called_off(texts, off, couple.person(side))]
    return modal(title, shown, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def told(texts: Texts, couple: PairContext, side: Side) -> Message:
    """To one of the two: without blame, and with what happens next."""
    text = texts("care.parting.told.body", partner=mention(couple.person(side.other)))
    home = button(texts.plain("care.parting.told.buttons.home"), ActionId.HOME_SHOW)
    return Message(text, [section(text), actions(home, pause_button(texts))])


def still_looking(texts: Texts, unmatched: UnmatchedPerson) -> Message:
    """To a person without a partner: the search continues or the programme is near its end, and what they can do."""
    late = unmatched.state.kind is WaitingKind.TOO_LATE
    text = texts(
        "care.parting.waiting.body",
        programme=unmatched.programme.name,
        ends=texts.day(unmatched.ends),
        late=late,
        unseen=unmatched.state.kind is WaitingKind.UNSEEN,
        cause=no_partner_because(texts, unmatched.state.cause, unmatched.state.topics) if unmatched.state.cause else "",
        certificate=unmatched.certificate,
    )
    key, programme_id = "care.parting.waiting.buttons", unmatched.programme.id
    buttons = [] if late else [button(texts.plain(f"{key}.change"), ActionId.JOIN_OPEN, programme_id, style="primary")]
    return Message(text, [section(text), actions(*buttons, button(texts.plain(f"{key}.home"), ActionId.HOME_SHOW))])


def told_hr(texts: Texts, couple: PairContext, *, another: bool) -> Message:
    """To HR. The person's name is given only if they wrote a reason."""
    names = pair_for_hr(texts, couple.mentor, couple.leader)
    text = texts(f"care.parting.hr.{'another' if another else 'none'}", **names)
    blocks = [section(text)]
    if couple.pair.ended_side and couple.pair.ended_why:
        blocks.append(
            section(texts("care.parting.hr.why", person=mention(couple.person(Side(couple.pair.ended_side)))))
        )
        blocks.append({"type": "section", "text": plain(couple.pair.ended_why)})
    return Message(text, blocks)


def end_form(texts: Texts, seen: PairDetail) -> View:
    """HR ends a pair: what that does, and why, for HR alone."""
    key, couple = "care.parting.end", seen.couple
    when = texts.moment(seen.next_at, couple.programme.zone) if seen.next_at else ""
    intro = texts(f"{key}.intro", **pair_for_hr(texts, couple.mentor, couple.leader), when=when)
    why = text_input("reason", multiline=True, longest=LONGEST)
    label, hint = texts.plain(f"{key}.reason.label"), texts.plain(f"{key}.reason.hint")
    blocks = [section(intro), field("reason", label, why, hint=hint, optional=True)]
    return form_modal(texts, key, blocks, callback_id=CallbackId.RISK_END_FORM, state=OfPair(couple.pair.id))


def rest_form(texts: Texts, couple: PairContext) -> View:
    """HR chooses the day on which a pair continues."""
    key = "care.parting.rest"
    intro = texts(f"{key}.intro", **pair_for_hr(texts, couple.mentor, couple.leader))
    until = field("until", texts.plain(f"{key}.until.label"), date_picker("until"))
    return form_modal(
        texts, key, [section(intro), until], callback_id=CallbackId.RISK_REST_FORM, state=OfPair(couple.pair.id)
    )


def rests(
    texts: Texts, couple: PairContext, side: Side, until: str, session: MentoringSession | None, now: datetime
) -> Message:
    """To one of the two, when HR pauses them."""
    end = during_pause(texts, "partner", couple.programme, couple.pair.paused_until, now)
    text = texts("care.parting.rests.body", partner=mention(couple.person(side.other)), until=until)
    book = (
        button(texts.plain("care.parting.rests.buttons.book"), ActionId.SESSION_BOOK, session.id) if session else None
    )
    return Message(text, [section(text), *([section(end)] if end else []), *([actions(book)] if book else [])])


def rested(texts: Texts, couple: PairContext, side: Side, meeting: ToBook | None, now: datetime) -> Message:
    """To one of the two, when the pause is over. It asks for the date of `meeting`: there is no separate nudge."""
    lines, book = dates_missing(texts, [meeting] if meeting else [], couple.person(side).id, now)
    latest = last_bookable(couple.programme, meeting.session) if meeting else None
    end = after_pause(texts, couple.programme, now, latest) or ""
    text = texts("care.parting.rested.body", partner=mention(couple.person(side.other)), dates=Mrkdwn(lines), end=end)
    return Message(text, [section(text), *([actions(*book)] if book else [])])
