"""HR's window for a programme's course: each choice, and the form that shows what it does before it is done."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.calendar import local
from bot.domain.course import Act, Change
from bot.domain.programme import Cadence
from bot.services.course.change import Preview
from bot.services.course.effects import Effect
from bot.slack.gateway import Message
from handlers.course.forms import FIELDS, GROUP, TO_DAY, WEEKS, Kind
from handlers.course.modal_state import CourseState
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    date_picker,
    divider,
    field,
    modal,
    section,
    select,
)
from handlers.kit.buttons import course_button, next_cohort_button
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.signup.views import labels
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Programme


def choices(texts: Texts, preview: Preview) -> View:
    """The programme's dates, and what HR can do."""
    programme = preview.programme
    kinds = [Kind.MOVE, Kind.END, Kind.PAUSE, *([Kind.GO_ON] if preview.now.resumes else []), Kind.CADENCE]
    kinds += [Kind.END_EARLY]
    kinds.append(Kind.DELETE if preview.deletable else Kind.CANCEL)
    blocks = [section(_dates(texts, preview)), divider()]
    for kind in kinds:
        name = _name(kind, preview)
        open_form = button(texts.plain(f"course.choices.{name}.button"), ActionFamily.COURSE_ACT.of(kind), programme.id)
        blocks.append(section(texts(f"course.choices.{name}.text"), open_form))
    return modal(
        texts.plain("course.choices.title"),
        blocks,
        callback_id=CallbackId.COURSE,
        close=texts.plain("notice.close"),
        state=CourseState(programme.id),
    )


def form(
    texts: Texts, kind: Kind, asked: Change, preview: Preview, *, first: bool = False, changed: bool = False
) -> View:
    """One form with the effect of what it asks for. `first`: with what is proposed as its initial value; `changed`: the
    effect is another one than HR was shown."""
    key, programme = f"course.{kind}", preview.programme
    effect = preview.effect
    blocks: list[Block] = [section(texts(f"{key}.intro", programme=programme.name, began=preview.began))]
    if kind in FIELDS:
        blocks.append(_field(texts, kind, asked))
    if asked.to_day:
        label = texts.plain(f"course.move.to.{'last' if preview.began else 'first'}")
        picker = date_picker(ActionId.COURSE_TRY, initial=_iso(asked.day))
        blocks.append(field("to", label, picker, reacts=True))
    if changed:
        blocks.append(section(texts("course.effect.changed")))
    if effect:
        blocks += [
            section(_effect(texts, effect, preview)),
            section(texts(f"{key}.back", last=texts.day(effect.after.last), called_off=effect.called_off)),
        ]
    elif not first or preview.fault:
        blocks.append(section(texts(f"{GROUP}.{preview.fault}")))
    title, submit, close = (texts.plain(f"{key}.modal.{name}") for name in ("title", "submit", "close"))
    state = CourseState(programme.id, kind, effect.mark if effect else "")
    return modal(title, blocks, callback_id=CallbackId.COURSE_FORM, submit=submit, close=close, state=state)


def done(texts: Texts, kind: Kind, programme: Programme, effect: Effect) -> View:
    """Replaces the form."""
    text = texts("course.done.body", programme=programme.name, people=effect.people, paused=effect.act is Act.PAUSE)
    again = [] if effect.act is Act.CANCEL else [actions(course_button(texts, programme.id))]
    lines = _effect(texts, effect)  # none if a programme without pairs was cancelled
    return modal(
        texts.plain(f"course.{kind}.modal.title"),
        [section(text), *([section(lines)] if lines else []), *again],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def deleted(texts: Texts, programme: Programme) -> View:
    """Replaces the form that deleted a programme."""
    text = texts("course.deleted.body", programme=programme.name)
    title = texts.plain("course.delete.modal.title")
    return modal(title, [section(text)], callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def to_hr(texts: Texts, programme: Programme, effect: Effect) -> Message:
    """To HR's channel."""
    line = texts(f"course.told_hr.{effect.act}", programme=programme.name, people=effect.people)
    text = Mrkdwn(f"{line}\n{_effect(texts, effect)}".rstrip())
    over = effect.act is Act.CANCEL
    on = next_cohort_button(texts, programme) if over else course_button(texts, programme.id)
    return Message(text, [section(text), actions(on)])


def _name(kind: Kind, preview: Preview) -> str:
    return "pause_longer" if kind is Kind.PAUSE and preview.now.resumes else kind


def _dates(texts: Texts, preview: Preview) -> Mrkdwn:
    now = preview.now
    resumes = texts.day(now.resumes) if now.resumes else ""
    return texts(
        "course.choices.dates",
        programme=preview.programme.name,
        first=texts.day(now.first),
        last=texts.day(now.last),
        resumes=resumes,
    )


def _field(texts: Texts, kind: Kind, asked: Change) -> Block:
    key = f"course.{kind}.field"
    element: Element
    if kind is Kind.MOVE:
        options = [
            (str(7 * sign * weeks), texts.plain(f"course.move.{name}", weeks=weeks))
            for sign, name in ((1, "later"), (-1, "earlier"))
            for weeks in WEEKS
        ]
        options.append((TO_DAY, texts.plain("course.move.to_day")))
        element = select(ActionId.COURSE_TRY, options, initial=TO_DAY if asked.to_day else str(asked.days))
    elif kind is Kind.CADENCE:
        element = select(ActionId.COURSE_TRY, labels(texts, "cadences", tuple(Cadence)), initial=asked.cadence or "")
    else:
        element = date_picker(ActionId.COURSE_TRY, initial=_iso(asked.day))
    return field(FIELDS[kind], texts.plain(f"{key}.label"), element, hint=texts.plain(f"{key}.hint"), reacts=True)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _effect(texts: Texts, effect: Effect, preview: Preview | None = None) -> Mrkdwn:
    """What it did, in dates and numbers; with a preview, what it would do."""
    before, after = effect.before, effect.after
    lines: list[Mrkdwn] = []
    if before.first != after.first:
        lines.append(texts("course.effect.first", was=texts.day(before.first), day=texts.day(after.first)))
    if before.last != after.last:
        lines.append(texts("course.effect.last", was=texts.day(before.last), day=texts.day(after.last)))
    if effect.closes_on and effect.closed_on and effect.closes_on != effect.closed_on:
        was, day = texts.day(effect.closed_on), texts.day(effect.closes_on)
        lines.append(texts("course.effect.closing_moves", was=was, day=day))
        if preview and preview.untold:
            lines.append(texts("recruiting.closing.preview.untold", untold=preview.untold))
    if effect.cadence:
        lines.append(texts("course.effect.cadence", cadence=texts.plain(f"labels.cadences.{effect.cadence}")))
    if after.resumes:
        lines.append(texts("course.effect.resumes", day=texts.day(after.resumes)))
    counts = {name: getattr(effect, name) for name in ("pairs", "moved", "added", "dropped", "called_off")}
    if effect.pairs:
        lines.append(texts("course.effect.pairs", **counts))
    lines += [
        texts(f"course.effect.{name}", **counts) for name in ("moved", "added", "dropped", "called_off") if counts[name]
    ]
    if preview:
        lines += [*_planned(texts, effect, preview), texts("course.effect.people", people=effect.people)]
    return _list(lines)


def _planned(texts: Texts, effect: Effect, preview: Preview) -> list[Mrkdwn]:
    """What has a date of its own: it stays, or is not done any more."""
    planned, after, zone = preview.planned, effect.after, preview.programme.zone
    cancelled, lines = effect.act is Act.CANCEL, []

    def too_late(at: datetime) -> bool:
        return cancelled or local(at, zone).date() > after.last

    if planned.closes_on and planned.closes_on == effect.closes_on and effect.act in (Act.MOVE, Act.PAUSE):
        lines.append(texts("course.effect.closing", day=texts.day(planned.closes_on)))
    if at := planned.release_at:
        paused = after.resumes is not None and local(at, zone).date() < after.resumes
        off = too_late(at) or paused
        lines.append(texts("course.effect.release", when=texts.moment(at, zone), off=off))
    off_count = sum(too_late(one) for one in planned.sends)
    for count, off in ((len(planned.sends) - off_count, False), (off_count, True)):
        if count:
            lines.append(texts("course.effect.scheduled", count=count, off=off))
    return lines


def _list(lines: Sequence[Mrkdwn]) -> Mrkdwn:
    return Mrkdwn("\n".join(f"• {line}" for line in lines))
