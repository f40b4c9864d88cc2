"""Forms and messages for pauses, leaving and concerns."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.calendar import local
from bot.services.care.concerns import LONGEST
from bot.services.pair_context import Meeting
from bot.slack.gateway import Message
from handlers.care.forms import LEAVE_REASONS
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    date_picker,
    field,
    form_modal,
    header,
    mention,
    modal,
    plain,
    section,
    select,
    text_input,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.sessions.views import dates_missing
from handlers.signup.views import labels
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Concern, Person, Programme


def pause_form(texts: Texts) -> View:
    until = field(
        "until",
        texts.plain("care.pause.form.until.label"),
        date_picker("until"),
        hint=texts.plain("care.pause.form.until.hint"),
        optional=True,
    )
    return _form(texts, "pause", [section(texts("care.pause.form.intro")), until], CallbackId.PAUSE_FORM)


def paused(texts: Texts, person: Person, until: datetime | None) -> View:
    return _done(texts, "pause", texts("care.pause.done.body", until=day_of(texts, person, until)))


def leave_form(texts: Texts, programme: Programme, partners: list[Person]) -> View:
    partner = texts.join([mention(one) for one in partners]) if partners else ""
    reason = field(
        "reason",
        texts.plain("care.leave.form.reason.label"),
        select(
            "reason",
            labels(texts, "leave_reasons", LEAVE_REASONS),
            placeholder=texts.plain("care.leave.form.reason.placeholder"),
        ),
        hint=texts.plain("care.leave.form.reason.hint"),
        optional=True,
    )
    blocks = [
        section(texts("care.leave.form.intro", programme=programme.name, partner=partner)),
        context(texts("care.leave.form.pause_instead")),
        reason,
    ]
    return _form(texts, "leave", blocks, CallbackId.LEAVE_FORM)


def left(texts: Texts, programme: Programme) -> View:
    return _done(texts, "leave", texts("care.leave.done.body", programme=programme.name))


def pair_ended(texts: Texts, left: Person) -> Message:
    """To the partner of a person who left."""
    text = texts("care.leave.told.body", partner=mention(left))
    return Message(
        text, [section(text), actions(button(texts.plain("care.leave.told.buttons.home"), ActionId.HOME_SHOW))]
    )


def pair_ended_hr(texts: Texts, mentor: Person, mentee: Person) -> Message:
    """To HR, without blame."""
    text = texts("care.leave.hr.body", mentor=mention(mentor), mentee=mention(mentee))
    return Message(text, [section(text)])


def concern_form(texts: Texts, contact: Person) -> View:
    text = field(
        "text",
        texts.plain("care.concern.form.text.label"),
        text_input(
            "text", placeholder=texts.plain("care.concern.form.text.placeholder"), multiline=True, longest=LONGEST
        ),
    )
    return _form(
        texts,
        "concern",
        [section(texts("care.concern.form.intro", contact=contact.name)), text],
        CallbackId.CONCERN_FORM,
    )


def concern_sent(texts: Texts, contact: Person, reader: Person, at: datetime) -> View:
    return _done(texts, "concern", _receipt(texts, contact, reader, at))


def concern_receipt(texts: Texts, contact: Person, reader: Person, concern: Concern) -> Message:
    """To the writer, as a receipt."""
    text = _receipt(texts, contact, reader, concern.at)
    return Message(text, [section(text)])


def _receipt(texts: Texts, contact: Person, reader: Person, at: datetime) -> str:
    return texts("care.concern.receipt.body", contact=mention(contact), when=texts.moment(at, reader.zone))


def concern_delivered(texts: Texts, programme: Programme, concern: Concern, writer: Person, contact: Person) -> Message:
    """To the contact. The text is shown as it is, so that nothing in it becomes a mention or a link."""
    when = texts.moment(concern.at, contact.zone)
    intro = texts("care.concern.delivered.body", person=mention(writer), programme=programme.name, when=when)
    quote: Block = {"type": "section", "text": plain(concern.text)}
    title = texts.plain("care.concern.delivered.title")
    return Message(title, [header(title), section(intro), quote, context(texts("care.concern.delivered.footer"))])


def concern_undelivered(texts: Texts, contact: Person, *, asked: bool) -> Message:
    """To the writer of a concern or, with `asked`, to a person who only asked to be contacted."""
    text = texts(f"care.concern.undelivered.{'asked' if asked else 'body'}", contact=mention(contact))
    return Message(text, [section(text)])


def partner_paused(texts: Texts, partner: Person, reader: Person, until: datetime | None) -> Message:
    text = texts("care.pause.told.body", partner=mention(partner), until=day_of(texts, reader, until))
    return Message(text, [section(text)])


def partner_back(texts: Texts, partner: Person, reader: int, meetings: Sequence[Meeting]) -> Message:
    """To the partner. It asks for the dates of `meetings`: there is no separate nudge."""
    lines, book = dates_missing(texts, meetings, reader)
    text = texts("care.resume.told.body", partner=mention(partner), dates=Mrkdwn(lines))
    return Message(
        text, [section(text), actions(*book, button(texts.plain("care.resume.told.buttons.home"), ActionId.HOME_SHOW))]
    )


def pause_over(texts: Texts, reader: int, meetings: Sequence[Meeting]) -> Message:
    lines, book = dates_missing(texts, meetings, reader)
    text = texts("care.pause.over.body", dates=Mrkdwn(lines))
    home = button(texts.plain("care.pause.over.buttons.home"), ActionId.HOME_SHOW)
    longer = button(texts.plain("care.pause.over.buttons.pause"), ActionId.PAUSE_OPEN)
    return Message(text, [section(text), actions(*book, home, longer)])


def day_of(texts: Texts, reader: Person, moment: datetime | None) -> str:
    """The day of a moment for the reader; "" for None."""
    return texts.day(local(moment, reader.zone).date()) if moment else ""


def _form(texts: Texts, area: str, blocks: list[Block], callback_id: CallbackId) -> View:
    return form_modal(texts, f"care.{area}.form", blocks, callback_id=callback_id)


def _done(texts: Texts, area: str, text: str) -> View:
    return modal(
        texts.plain(f"care.{area}.form.modal.title"),
        [section(text)],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )
