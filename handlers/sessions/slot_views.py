"""Times that suit both, as buttons: one press books."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.calendar import local
from bot.domain.sessions import Side, slot_at
from bot.services.pair_context import Meeting
from bot.services.programme.end import last_day
from bot.services.sessions.suggestions import Offer
from bot.services.sessions.suggestions import last_day as last_day_of
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, Element, actions, button, context, mention, section
from handlers.kit.button_value import ButtonValue, Row, Slot
from handlers.kit.form_result import Sentence
from handlers.kit.ids import ActionFamily, ActionId
from prompts.catalogue import Texts

KEY = "sessions.slots"


@dataclass(frozen=True)
class SlotValue(ButtonValue):
    """An offered time of a session: `12:20270114T0300Z:60:unbooked:1`."""

    session_id: Row
    starts_at: Slot
    minutes: Row
    shown: str
    """The slot of the time that the session had."""
    instead: bool = False
    """Whether the message is about nothing else: it becomes the booked session."""


def slot_blocks(
    texts: Texts, offer: Offer, *, instead: bool = False, other: str = "", more: Sequence[Element] = ()
) -> list[Block]:
    """A line and the buttons: the times, the form with others, and `more`. Without a time that suits both, only
    the last two.

    `other`: what the form's button says then.
    """
    row = offer.meeting.session
    action_id = ActionId.SESSION_MOVE if row.starts_at else ActionId.SESSION_BOOK
    if not offer.slots:
        label = other or texts.plain(f"{KEY}.other")
        return [actions(button(label, action_id, row.id, style="primary"), *more)]
    buttons = [
        button(
            slot_label(texts, offer.meeting, offer.side, slot),
            ActionFamily.SESSION_SLOT.of(place),
            SlotValue(row.id, slot, row.minutes, slot_at(row.starts_at), instead),
        )
        for place, slot in enumerate(offer.slots, start=1)
    ]
    others = button(texts.plain(f"{KEY}.other"), action_id, row.id)
    partner = mention(offer.meeting.person(offer.side.other)) if offer.side else ""
    name = "move" if row.starts_at else "book"
    line = section(texts(f"{KEY}.{name}", partner=partner, number=row.number, minutes=row.minutes))
    return [line, actions(*buttons, others, *more), *after_the_end(texts, offer.meeting, offer.slots)]


def after_the_end(texts: Texts, meeting: Meeting, slots: Sequence[datetime]) -> list[Block]:
    """That some of the offered times are later than the programme's announced end, and until when that is possible."""
    announced = last_day(meeting.programme)
    if not any(local(slot, meeting.programme.zone).date() > announced for slot in slots):
        return []
    latest = texts.day(last_day_of(meeting))
    return [context(texts(f"{KEY}.after_the_end", last=texts.day(announced), latest=latest))]


def slot_label(texts: Texts, meeting: Meeting, side: Side | None, slot: datetime) -> str:
    """A time on the reader's clock, and on the partner's where it shows another; in their chat without a name."""
    first = side or Side.MENTOR
    partner, mine = meeting.person(first.other), meeting.person(first).zone
    here, there = local(slot, mine), local(slot, partner.zone)
    label = texts.short_moment(slot, mine)
    if here.utcoffset() == there.utcoffset():
        return label
    clock = texts.time(slot, partner.zone) if here.date() == there.date() else texts.short_moment(slot, partner.zone)
    if side is None:
        return f"{label} / {clock}"
    return texts.plain(f"{KEY}.both", mine=label, name=texts.vocative(partner.name, partner.address), theirs=clock)


def unbooked(texts: Texts, offer: Offer, reader: Side) -> Message:
    """The session has no time now."""
    partner = mention(offer.meeting.person(reader.other))
    text = texts("sessions.taken.none", partner=partner, number=offer.meeting.session.number)
    return Message(text, [section(text), *slot_blocks(texts, offer, instead=True)])


def offered_again(texts: Texts, offer: Offer, why: Sentence) -> Message:
    """A time that does not suit any more, why, and others instead."""
    text = replace(why, then=None).of(texts)
    return Message(text, [section(text), *slot_blocks(texts, offer, instead=True)])
