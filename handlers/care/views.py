"""Forms and messages for pauses, leaving and concerns."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.calendar import local
from bot.domain.participants import LEAVE_REASONS
from bot.services.care.concerns import LONGEST
from bot.services.care.pauses import Paused
from bot.services.programme.end import last_bookable
from bot.services.sessions.called_off import CalledOff
from bot.services.sessions.resumption import ToBook
from bot.slack.gateway import Message
from handlers.care.end_views import after_pause, during_pause
from handlers.care.follow_up_views import later, pause_row, promise, to_call
from handlers.care.forms import ConcernState, LeaveState, PauseState
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    confirmation_of,
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
    user_select,
)
from handlers.kit.buttons import pause_button
from handlers.kit.hr_people import pair_for_hr
from handlers.kit.ids import ActionId, AnswerId, CallbackId
from handlers.kit.which_programme import name_line
from handlers.sessions.called_off_views import blocks as called_off
from handlers.sessions.views import dates_missing
from handlers.signup.views import labels
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Concern, Person, Programme


def pause_form(
    texts: Texts, programme_ids: Sequence[int], partners: Sequence[Person], named: Sequence[str] = ()
) -> View:
    """`partners`: who will get a message; `named`: the programmes, if there are others, in which nothing changes."""
    until = field(
        "until",
        texts.plain("care.pause.form.until.label"),
        date_picker("until"),
        hint=texts.plain("care.pause.form.until.hint"),
        optional=True,
    )
    intro = [*name_line(texts, named), section(texts("care.pause.form.intro")), *_told(texts, "form", partners)]
    state = PauseState(tuple(programme_ids))
    return form_modal(texts, "care.pause.form", [*intro, until], callback_id=CallbackId.PAUSE_FORM, state=state)


def paused(
    texts: Texts, person: Person, until: datetime | None, done: Paused, now: datetime, named: Sequence[str] = ()
) -> View:
    """Replaces the form, with the person's sessions that cannot take place, and the partners who get a message."""
    text = texts("care.pause.done.body", until=day_of(texts, person, until))
    ends = [said for one in done.programmes if (said := during_pause(texts, "chosen", one, until, now))]
    more = [
        *map(section, ends),
        *_told(texts, "done", done.told),
        *called_off(texts, done.off, person),
        *name_line(texts, named),
    ]
    return _done(texts, "pause", text, more)


def _told(texts: Texts, when: str, partners: Sequence[Person]) -> list[Block]:
    who = texts.join([mention(one) for one in partners])
    return [section(texts(f"care.pause.partners.{when}", partner=who))] if partners else []


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
    state = LeaveState(counted=True, programme_id=programme.id)
    return form_modal(texts, "care.leave.form", blocks, callback_id=CallbackId.LEAVE_FORM, state=state)


def left(texts: Texts, programme: Programme, person: Person, off: Sequence[CalledOff]) -> View:
    """Replaces the form. No file: the person gets no more messages."""
    text = texts("care.leave.done.body", programme=programme.name)
    return _done(texts, "leave", text, called_off(texts, off, person, files=False))


def pair_ended(texts: Texts, left: Person) -> Message:
    """To the partner of a person who left."""
    text = texts("care.leave.told.body", partner=mention(left))
    home = button(texts.plain("care.leave.told.buttons.home"), ActionId.HOME_SHOW)
    return Message(text, [section(text), actions(home, pause_button(texts))])


def pair_ended_hr(texts: Texts, mentor: Person, leader: Person) -> Message:
    """To HR, without blame."""
    text = texts("care.leave.hr.body", **pair_for_hr(texts, mentor, leader))
    return Message(text, [section(text)])


def concern_form(
    texts: Texts,
    people: Sequence[Person],
    by: date | None,
    programme: Programme,
    *,
    named: Sequence[str] = (),
    written: str = "",
    changed: bool = False,
) -> View:
    """Says who reads it, by when they are in touch (`by`), and who gets it if that one cannot; without anyone the
    writer chooses.

    `changed`: that is different since the form was opened, and `written` was not sent.
    """
    key = "care.concern.form"
    placeholder = texts.plain(f"{key}.text.placeholder")
    typed = text_input("text", placeholder=placeholder, multiline=True, longest=LONGEST, initial=written)
    blocks = name_line(texts, named)
    if changed:
        blocks.append(section(texts(f"{key}.changed")))
    if people:
        names = [one.name for one in people]
        blocks.append(section(texts(f"{key}.intro", contact=names[0])))
        if len(names) > 1:
            then = dict(zip(("second", "third"), [*names[1:], ""], strict=False))
            blocks.append(context(texts(f"{key}.others", contact=names[0], **then)))
    else:
        to = user_select("to", placeholder=texts.plain(f"{key}.to.placeholder"))
        blocks += [section(texts(f"{key}.nobody")), field("to", texts.plain(f"{key}.to.label"), to)]
    blocks.append(field("text", texts.plain(f"{key}.text.label"), typed))
    blocks += promise(texts, people[0] if people else None, by)
    state = ConcernState(tuple(one.id for one in people), programme.id)
    return form_modal(texts, key, blocks, callback_id=CallbackId.CONCERN_FORM, state=state)


def concern_sent(
    texts: Texts, contact: Person, reader: Person, concern: Concern, *, may_pause: bool, named: Sequence[str] = ()
) -> View:
    """Replaces the form. `may_pause`: the writer takes part, and may want to stop everything for now."""
    blocks = [
        *name_line(texts, named),
        section(_receipt(texts, contact, reader, concern.at)),
        *promise(texts, contact, concern.call_by),
    ]
    blocks += pause_row(texts, may_pause=may_pause)
    title = texts.plain("care.concern.form.modal.title")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def concern_receipt(
    texts: Texts, contact: Person, reader: Person, concern: Concern, *, may_pause: bool, named: Sequence[str] = ()
) -> Message:
    """To the writer, as a receipt."""
    text = _receipt(texts, contact, reader, concern.at)
    followed = later(texts, concern) if concern.call_by else []
    blocks = [section(text), *promise(texts, contact, concern.call_by), *followed]
    return Message(text, [*blocks, *pause_row(texts, may_pause=may_pause), *name_line(texts, named)])


def _receipt(texts: Texts, contact: Person, reader: Person, at: datetime) -> str:
    return texts("care.concern.receipt.body", contact=mention(contact), when=texts.moment(at, reader.zone))


def concern_delivered(texts: Texts, programme: Programme, concern: Concern, writer: Person, contact: Person) -> Message:
    """To the contact. The text is shown as it is, so that nothing in it becomes a mention or a link."""
    when = texts.moment(concern.at, contact.zone)
    intro = texts("care.concern.delivered.body", person=mention(writer), programme=programme.name, when=when)
    quote: Block = {"type": "section", "text": plain(concern.text)}
    title = texts.plain("care.concern.delivered.title")
    footer = context(texts("care.concern.delivered.footer"))
    called = to_call(texts, concern, writer, contact)
    return Message(title, [header(title), section(intro), quote, footer, *called])


def concern_passed_on(
    texts: Texts, before: Person, contact: Person, concern: Concern | None, *, asked: bool, may_pause: bool
) -> Message:
    """To the writer: another person receives it."""
    what = "asked" if asked else "body"
    text = texts(f"care.concern.passed_on.{what}", before=mention(before), contact=mention(contact))
    by = concern.call_by if concern and concern.contact_id == contact.id else None
    return Message(text, [section(text), *promise(texts, contact, by), *pause_row(texts, may_pause=may_pause)])


def concern_undelivered(
    texts: Texts, contact: Person | None, action_id: AnswerId, *, asked: bool, may_pause: bool
) -> Message:
    """To the writer of a concern or, with `asked`, to a person who only asked to be contacted: they choose who
    receives it. `contact`: who should have."""
    key = "care.concern.undelivered"
    text = texts(f"{key}.{'asked' if asked else 'body'}", contact=mention(contact) if contact else "")
    sure = confirmation_of(texts, f"{key}.confirm")
    choose = user_select(action_id, placeholder=texts.plain(f"{key}.choose")) | {"confirm": sure}
    return Message(
        text, [section(text), actions(choose), *promise(texts, None, None), *pause_row(texts, may_pause=may_pause)]
    )


def concern_chosen(texts: Texts, contact: Person, concern: Concern | None, *, may_pause: bool) -> Message:
    """Replaces the question who is to receive it."""
    asked = concern is None or not concern.text
    text = texts(f"care.concern.undelivered.{'asked_chosen' if asked else 'chosen'}", contact=mention(contact))
    by = concern.call_by if concern else None
    return Message(text, [section(text), *promise(texts, contact, by), *pause_row(texts, may_pause=may_pause)])


def contact_me(texts: Texts, programme: Programme, person: Person, reader: Person, concern: Concern | None) -> Message:
    """Only to the contact."""
    text = texts("care.concern.contact_me.body", person=mention(person), programme=programme.name)
    return Message(text, [section(text), *(to_call(texts, concern, person, reader) if concern else [])])


def partner_paused(
    texts: Texts, partner: Person, reader: Person, programme: Programme, until: datetime | None, now: datetime
) -> Message:
    text = texts("care.pause.told.body", partner=mention(partner), until=day_of(texts, reader, until))
    end = during_pause(texts, "partner", programme, until, now)
    return Message(text, [section(text), *([section(end)] if end else [])])


def partner_back(
    texts: Texts, partner: Person, reader: int, programme: Programme, meetings: Sequence[ToBook], now: datetime
) -> Message:
    """To the partner. It asks for the dates of `meetings`: there is no separate nudge."""
    lines, book = dates_missing(texts, meetings, reader, now)
    end = after_pause(texts, programme, now, _latest(meetings))
    text = texts("care.resume.told.body", partner=mention(partner), dates=Mrkdwn(lines), end=end or "")
    return Message(
        text, [section(text), actions(*book, button(texts.plain("care.resume.told.buttons.home"), ActionId.HOME_SHOW))]
    )


def pause_over(
    texts: Texts,
    reader: int,
    meetings: Sequence[ToBook],
    now: datetime,
    programme: Programme,
    named: Sequence[str] = (),
) -> Message:
    lines, book = dates_missing(texts, meetings, reader, now)
    end = after_pause(texts, programme, now, _latest(meetings))
    text = texts("care.pause.over.body", dates=Mrkdwn(lines), end=end or "")
    home = button(texts.plain("care.pause.over.buttons.home"), ActionId.HOME_SHOW)
    longer = button(texts.plain("care.pause.over.buttons.pause"), ActionId.PAUSE_OPEN, programme.id)
    more = [] if end else [longer]
    return Message(text, [section(text), actions(*book, home, *more), *name_line(texts, named)])


def _latest(meetings: Sequence[ToBook]) -> date | None:
    """The last day on which the sessions without a date can take place."""
    return max((last_bookable(one.programme, one.session) for one in meetings), default=None)


def day_of(texts: Texts, reader: Person, moment: datetime | None) -> str:
    """The day of a moment for the reader; "" for None."""
    return texts.day(local(moment, reader.zone).date()) if moment else ""


def _done(texts: Texts, area: str, text: str, more: Sequence[Block] = ()) -> View:
    return modal(
        texts.plain(f"care.{area}.form.modal.title"),
        [section(text), *more],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )
