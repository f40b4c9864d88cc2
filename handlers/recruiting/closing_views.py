"""HR's windows for the last day of sign-up: the form, what it means, and the result."""

from dataclasses import dataclass
from datetime import date

from bot.services.recruiting.closing_date import ClosingOutlook
from handlers.kit.blocks import View, channel_link, date_picker, field, form_modal, modal, section
from handlers.kit.ids import CallbackId
from handlers.kit.modal_state import Id, ModalState, OfProgramme
from prompts.catalogue import Texts
from storage.tables import Programme, ProgrammeState

KEY = "recruiting.closing"


@dataclass(frozen=True)
class ClosingState(ModalState):
    """The day that HR confirms, as an ISO date; "" for none."""

    programme_id: Id
    day: str = ""


def form(texts: Texts, outlook: ClosingOutlook) -> View:
    programme, closes_on = outlook.programme, outlook.programme.sign_up_closes_on
    state = "open" if closes_on is None else "until" if closes_on >= outlook.today else "over"
    day = texts.day(closes_on) if closes_on else ""
    picker = date_picker("day", initial=closes_on.isoformat() if closes_on else "")
    hint = texts.plain(f"{KEY}.day.hint")
    blocks = [
        section(texts(f"{KEY}.now.{state}", programme=programme.name, **({"day": day} if day else {}))),
        field("day", texts.plain(f"{KEY}.day.label"), picker, hint=hint, optional=True),
    ]
    state_of = OfProgramme(programme.id)
    return form_modal(texts, KEY, blocks, callback_id=CallbackId.CLOSING_DATE_FORM, state=state_of)


def preview(texts: Texts, outlook: ClosingOutlook, day: date | None) -> View:
    """What it means, before it is stored."""
    programme = outlook.programme
    meaning = texts(f"{KEY}.preview.until", day=texts.day(day)) if day else texts(f"{KEY}.preview.none")
    recruiting = day is not None and programme.state == ProgrammeState.RECRUITING
    channel = channel_link(programme.announce_channel)
    blocks = [section(meaning), section(texts(f"{KEY}.preview.channel", channel=channel, recruiting=recruiting))]
    if day and outlook.unanswered:
        blocks.append(section(texts(f"{KEY}.preview.invited", unanswered=outlook.unanswered)))
    if outlook.untold:
        blocks.append(section(texts(f"{KEY}.preview.untold", untold=outlook.untold)))
    if outlook.unapproved:
        blocks.append(section(texts("signup.approval.at_closing", count=outlook.unapproved)))
    state = ClosingState(programme.id, day.isoformat() if day else "")
    return form_modal(texts, f"{KEY}.preview", blocks, callback_id=CallbackId.CLOSING_DATE_SAVE, state=state)


def saved(texts: Texts, programme: Programme) -> View:
    day = programme.sign_up_closes_on
    values = {"programme": programme.name, **({"day": texts.day(day)} if day else {})}
    text = texts(f"{KEY}.{'saved' if day else 'removed'}", **values)
    title, close = texts.plain(f"{KEY}.modal.title"), texts.plain("notice.close")
    return modal(title, [section(text)], callback_id=CallbackId.DONE, close=close)
