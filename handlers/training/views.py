"""HR's windows for kick-off sessions, and what invited people read."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.calendar import local
from bot.domain.training import AGENDA, LONGEST_PLACE, MINUTES, MOST, For
from bot.services.training.kickoffs import Guest, GuestPage, KickoffRow, Outlook, Plan
from bot.slack.gateway import Message
from handlers.circles.views import hr_rows
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    confirmation_of,
    context,
    date_picker,
    divider,
    field,
    form_modal,
    modal,
    section,
    select,
    text_input,
    time_picker,
    typed,
)
from handlers.kit.buttons import orientation_rule_button
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.training.forms import KEY, GuestsState, KickoffFormState, KickoffOf, KickoffPlanState
from prompts.catalogue import Texts
from storage.tables import Kickoff, KickoffState, Person, Programme

A_PAGE = 20


def overview(texts: Texts, programme: Programme, rows: Sequence[KickoffRow], now: datetime, said: str = "") -> View:
    """`said`: what HR's last press did."""
    blocks: list[Block] = [section(said)] if said else []
    blocks += [
        section(texts("training.overview.intro", programme=programme.name)),
        actions(
            *([button(texts.plain(f"{KEY}.new"), ActionId.KICKOFF_NEW, programme.id)] if len(rows) < MOST else []),
            orientation_rule_button(texts, programme.id),
        ),
        *hr_rows(texts, programme),
    ]
    for kickoff in rows:
        blocks += [divider(), *_row(texts, programme, kickoff, now)]
    if not rows:
        blocks.append(context(texts("training.overview.none")))
    title, close = texts.plain("training.overview.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.TRAINING, close=close, state=OfProgramme(programme.id))


def _row(texts: Texts, programme: Programme, kickoff: KickoffRow, now: datetime) -> list[Block]:
    row, value = kickoff.row, KickoffOf(programme.id, kickoff.row.id)
    over = row.starts_at <= now
    state = "cancelled" if row.state == KickoffState.CANCELLED else "over" if over else "planned"
    text = texts(
        f"training.overview.{state}",
        audience=texts(f"{KEY}.for.{row.audience}"),
        when=texts.moment(row.starts_at, programme.zone),
        guests=kickoff.guests,
        attended=kickoff.attended,
        absent=kickoff.absent,
    )
    key = "training.overview.buttons"
    slides = button(texts.plain(f"{key}.slides"), ActionId.KICKOFF_SLIDES, value)
    elements: list[Element] = []
    if state == "planned":
        confirm = confirmation_of(texts, f"{KEY}.cancel", guests=kickoff.guests)
        elements = [
            slides,
            button(texts.plain(f"{key}.change"), ActionId.KICKOFF_CHANGE, value),
            button(texts.plain(f"{key}.cancel"), ActionId.KICKOFF_CANCEL, value, confirm=confirm),
        ]
    elif state == "over":
        elements = [button(texts.plain(f"{key}.guests"), ActionId.KICKOFF_GUESTS, value), slides]
        if kickoff.to_follow_up:
            confirm = confirmation_of(texts, "training.follow_up.confirm", count=kickoff.to_follow_up)
            label = texts.plain(f"{key}.follow_up", count=kickoff.to_follow_up)
            elements.append(button(label, ActionId.KICKOFF_FOLLOW_UP, value, confirm=confirm))
    return [section(text), typed(row.place), *([actions(*elements)] if elements else [])]


def form(texts: Texts, programme: Programme, now: datetime, row: Kickoff | None = None) -> View:
    """`row`: the one to change, whose audience stays."""
    audiences = [(str(one), texts.plain(f"{KEY}.for.{one}")) for one in For]
    at = local(row.starts_at, programme.zone) if row else None
    who = select("audience", audiences, initial=For.ALL)
    day = date_picker("day", initial=at.date().isoformat() if at else "")
    clock = time_picker("time", initial=f"{at:%H:%M}" if at else "")
    place = text_input("place", initial=row.place if row else "", longest=LONGEST_PLACE)
    minutes = texts.plain(f"{KEY}.time.hint", minutes=MINUTES, zone=texts.zone(now, programme.zone))
    blocks = [
        section(texts(f"{KEY}.intro", programme=programme.name)),
        *([] if row else [field("audience", texts.plain(f"{KEY}.audience.label"), who)]),
        field("day", texts.plain(f"{KEY}.day.label"), day),
        field("time", texts.plain(f"{KEY}.time.label"), clock, hint=minutes),
        field("place", texts.plain(f"{KEY}.place.label"), place, hint=texts.plain(f"{KEY}.place.hint")),
    ]
    state = KickoffFormState(programme.id, row.id if row else 0)
    return form_modal(texts, KEY, blocks, callback_id=CallbackId.KICKOFF_FORM, state=state)


def preview(texts: Texts, outlook: Outlook, plan: Plan) -> View:
    """What it does, with a warning if the time suits some people badly."""
    programme, before = outlook.programme, outlook.before
    when = texts.moment(plan.starts_at(programme), programme.zone)
    key = f"{KEY}.preview"
    name = "change" if before else "invite"
    blocks = [section(texts(f"{key}.{name}", people=outlook.people, when=when)), typed(plan.place)]
    if outlook.day_off:
        blocks.append(section(texts(f"{key}.day_off", day=texts.day(plan.day))))
    if outlook.outside:
        blocks.append(section(texts(f"{key}.outside", outside=outlook.outside, people=outlook.people)))
    blocks.append(context(texts(f"{key}.newcomers")))
    kickoff_id = before.id if before else 0
    state = KickoffPlanState(programme.id, kickoff_id, plan.audience, plan.day, plan.wall, plan.place)
    return form_modal(texts, key, blocks, callback_id=CallbackId.KICKOFF_SAVE, state=state)


def saved(texts: Texts, row: Kickoff, programme: Programme) -> View:
    when = texts.moment(row.starts_at, programme.zone)
    text = texts(f"{KEY}.{'moved' if row.version > 1 else 'saved'}", when=when)
    title, close = texts.plain(f"{KEY}.modal.title"), texts.plain("notice.close")
    back = button(texts.plain("training.overview.title"), ActionId.TRAINING_OPEN, programme.id)
    return modal(title, [section(text), actions(back)], callback_id=CallbackId.DONE, close=close)


def guests(texts: Texts, found: GuestPage) -> View:
    """Who was there: one press for each person."""
    row = found.kickoff.row
    said = texts(
        "training.guests.intro",
        when=texts.moment(row.starts_at, found.programme.zone),
        attended=found.kickoff.attended,
        absent=found.kickoff.absent,
        guests=found.kickoff.guests,
    )
    blocks: list[Block] = [section(said)]
    for guest in found.guests:
        blocks += _guest(texts, guest)
    pages = [
        button(texts.plain(f"training.guests.{name}"), ActionFamily.KICKOFF_PAGE.of(name), page)
        for name, page in (("previous", found.page - 1), ("next", found.page + 1))
        if 0 <= page * A_PAGE < found.count
    ]
    if pages:
        blocks.append(actions(*pages))
    state = GuestsState(found.programme.id, row.id, found.page)
    title, close = texts.plain("training.guests.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.KICKOFF_GUESTS, close=close, state=state)


def _guest(texts: Texts, guest: Guest) -> list[Block]:
    key = "training.guests"
    state = {True: "yes", False: "no", None: "open"}[guest.row.attended]
    buttons = [
        button(texts.plain(f"{key}.buttons.{name}"), ActionFamily.KICKOFF_ATTENDED.of(name), guest.row.id)
        for name in ("yes", "no")
        if name != state
    ]
    return [section(texts(f"{key}.{state}", person=guest.person.name)), actions(*buttons)]


# What invited people read


def invitation(texts: Texts, row: Kickoff, programme: Programme, reader: Person) -> Message:
    text = texts("training.invitation.body", **_said(texts, row, programme, reader))
    return _with_calendar(texts, row, text, texts("training.invitation.footer"))


def changed(texts: Texts, row: Kickoff, programme: Programme, reader: Person) -> Message:
    if row.state == KickoffState.CANCELLED:
        text = texts("training.changed.cancelled", **_said(texts, row, programme, reader))
        return Message(text, [section(text)])
    text = texts("training.changed.moved", **_said(texts, row, programme, reader))
    return _with_calendar(texts, row, text, texts("training.changed.footer"))


def missed(texts: Texts, programme: Programme, prepare: Sequence[Element]) -> Message:
    """The agenda's parts, in a sentence each, and the orientation or the briefing."""
    text = texts("training.follow_up.body", programme=programme.name)
    lines = [f"• {texts(f'training.slides.{part}.short')}" for part in AGENDA]
    blocks = [section(text), section("\n".join(lines))]
    return Message(text, [*blocks, *([actions(*prepare)] if prepare else [])])


def calendar_words(texts: Texts, row: Kickoff, programme: Programme) -> tuple[str, str]:
    """Title and details of the entry in a calendar."""
    return texts.plain("training.file.title", programme=programme.name), row.place


def file_sent(texts: Texts, row: Kickoff, *, sent: bool) -> Message:
    text = texts("training.file.sent" if sent else "training.file.failed")
    again = button(texts.plain("training.file.again"), ActionId.KICKOFF_FILE, row.id)
    return Message(text, [section(text)] if sent else [section(text), actions(again)])


def slides_sent(texts: Texts, *, sent: bool) -> Message:
    text = texts("training.slides.sent" if sent else "training.slides.failed")
    return Message(text, [section(text)])


def slides(texts: Texts, row: Kickoff, programme: Programme) -> bytes:
    """The agenda with the text of each slide, in Markdown."""
    audience = For(row.audience)
    lines = [f"# {texts.plain('training.slides.title', programme=programme.name, minutes=MINUTES)}"]
    for place, (part, minutes) in enumerate(AGENDA.items(), 1):
        key = f"training.slides.{part}"
        title = texts.plain(f"{key}.title")
        heading = texts.plain("training.slides.heading", number=place, title=title, minutes=minutes)
        lines += ["", f"## {heading}", "", texts.plain(f"{key}.text")]
        if part == "practice":
            lines += ["", *(texts.plain(f"{key}.{side}") for side in audience.sides)]
    return ("\n".join(lines) + "\n").encode()


def _said(texts: Texts, row: Kickoff, programme: Programme, reader: Person) -> dict[str, object]:
    when = texts.moment(row.starts_at, reader.zone)
    return {"programme": programme.name, "when": when, "minutes": row.minutes}


def _with_calendar(texts: Texts, row: Kickoff, text: str, footer: str) -> Message:
    file = button(texts.plain("training.file.add"), ActionId.KICKOFF_FILE, row.id)
    return Message(text, [section(text), typed(row.place), actions(file), context(footer)])
