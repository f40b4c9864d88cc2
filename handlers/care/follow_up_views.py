"""What the reader and the writer of a concern see until a person has talked to the writer, and a week later."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.calendar import local
from bot.domain.messages.care import OfferWhy
from bot.services.care.follow_up import ANSWERS
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, Element, actions, button, confirmation_of, context, mention, section, user_select
from handlers.kit.buttons import pause_button
from handlers.kit.ids import ActionFamily, ActionId
from prompts.catalogue import Texts
from storage.tables import Concern, Person, Programme

KEY = "care.follow_up"


def promise(texts: Texts, contact: Person | None, by: date | None) -> list[Block]:
    """By when a person is in touch, and what to do in an emergency."""
    lines = []
    if contact and by:
        lines.append(section(texts(f"{KEY}.promise.body", contact=mention(contact), by=texts.day(by))))
    return [*lines, context(texts(f"{KEY}.promise.emergency"))]


def pause_row(texts: Texts, *, may_pause: bool) -> list[Block]:
    """The way to stop everything for now, for a writer who takes part."""
    return [actions(pause_button(texts))] if may_pause else []


def later(texts: Texts, concern: Concern) -> list[Block]:
    """That the writer is asked a week later, unless they would rather not."""
    if not concern.ask_later:
        return [context(texts(f"{KEY}.promise.not_later"))]
    no = button(texts.plain(f"{KEY}.promise.buttons.not_later"), ActionId.CONCERN_ASK_NOT, concern.id)
    return [context(texts(f"{KEY}.promise.later")), actions(no)]


def to_call(texts: Texts, concern: Concern, writer: Person, reader: Person) -> list[Block]:
    """To the reader: until when to talk to the writer, and the button for afterwards."""
    who = mention(writer)
    if concern.talked_at:
        return [context(texts(f"{KEY}.contact.talked", person=who, day=_day(texts, concern.talked_at, reader)))]
    if concern.call_by is None:  # written before anyone was told a day
        return []
    return [
        section(texts(f"{KEY}.contact.by", person=who, by=texts.day(concern.call_by))),
        actions(_talked(texts, concern, writer)),
    ]


def due(texts: Texts, concern: Concern, writer: Person) -> Message:
    """To the reader, once that day is over."""
    by = texts.day(concern.call_by) if concern.call_by else ""
    text = texts(f"{KEY}.contact.due", person=mention(writer), by=by)
    return Message(text, [section(text), actions(_talked(texts, concern, writer))])


def waits(texts: Texts, programme: Programme, contact: Person) -> Message:
    """To the other contact, or the programme's creator."""
    text = texts(f"{KEY}.waits.body", contact=mention(contact), programme=programme.name)
    return Message(text, [section(text)])


def offer(
    texts: Texts,
    programme: Programme,
    concern: Concern,
    contact: Person | None,
    others: Sequence[Person],
    why: OfferWhy,
    *,
    may_pause: bool,
) -> Message:
    """To the writer: the next one who can receive it, or whom they choose. Only they decide."""
    key, wish = f"{KEY}.offer", not concern.text
    reason = texts(f"{key}.{why}", contact=mention(contact) if contact else "", wish=wish, programme=programme.name)
    person = others[0] if others else None
    then = texts(f"{key}.other", other=mention(person)) if person else texts(f"{key}.nobody")
    sure = confirmation_of(texts, f"{key}.confirm", wish=wish)
    choices: list[Element] = []
    if person:
        label = texts.plain(f"{key}.buttons.other", other=person.name)
        turn = ActionFamily.CONCERN_TURN.of(concern.id)
        choices.append(button(label, turn, person.id, style="primary", confirm=sure))
    choose = user_select(ActionFamily.CONCERN_TO.of(concern.id), placeholder=texts.plain(f"{key}.choose"))
    choices.append(choose | {"confirm": sure})
    text = f"{reason} {then}"
    emergency = context(texts(f"{KEY}.promise.emergency"))
    return Message(reason, [section(text), actions(*choices), emergency, *pause_row(texts, may_pause=may_pause)])


def after(texts: Texts, concern: Concern, contact: Person | None, *, may_pause: bool) -> Message:
    """To the writer, a week later."""
    text = texts(f"{KEY}.after.body", contact=mention(contact) if contact else "")
    buttons = [
        button(texts.plain(f"{KEY}.after.buttons.{one}"), ActionFamily.CONCERN_NOW.of(one), concern.id)
        for one in ANSWERS
    ]
    return Message(text, [section(text), actions(*buttons, *([pause_button(texts)] if may_pause else []))])


def better(texts: Texts) -> Message:
    """Replaces the question."""
    text = texts(f"{KEY}.after.answered.better")
    return Message(text, [section(text)])


def _talked(texts: Texts, concern: Concern, writer: Person) -> Element:
    key = f"{KEY}.contact"
    sure = confirmation_of(texts, f"{key}.confirm", person=writer.name)
    return button(
        texts.plain(f"{key}.buttons.talked"), ActionId.CONCERN_TALKED, concern.id, style="primary", confirm=sure
    )


def _day(texts: Texts, moment: datetime, reader: Person) -> str:
    return texts.day(local(moment, reader.zone).date())
