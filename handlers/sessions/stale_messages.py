"""Sent messages about a time that a session no longer has."""

from datetime import datetime

from bot.domain.messages.kind import OutboxMessage
from bot.domain.messages.registry import read_payload
from bot.domain.messages.sessions import (
    BookingNudgeMessage,
    BookingReminderMessage,
    LeaderPackMessage,
    MentorPackMessage,
    PollLeaderMessage,
    PollMentorMessage,
    SessionChangeMessage,
    SessionHeldMessage,
    StepMessage,
    TimeProposedMessage,
)
from bot.domain.sessions import UNBOOKED, Side, StepKey, StepKind, read_slot, read_step_keys, slot_at
from bot.services.pair_context import Meeting
from bot.services.sessions.packs import prepared
from bot.services.sessions.proposals import read_proposal
from bot.services.sessions.suggestions import offer_times
from bot.slack.gateway import Message
from handlers.kit.blocks import actions, button, section
from handlers.kit.context import AppContext
from handlers.kit.ids import ActionId
from handlers.sessions import pack_views, slot_views, views
from handlers.sessions.chat_views import moment_for_both
from prompts.catalogue import Texts
from storage.tables import Outbox, PairState, ProposalState, SessionState
from storage.unit_of_work import UnitOfWork

PACKS: dict[type[OutboxMessage], StepKind] = {
    MentorPackMessage: StepKind.MENTOR_PACK,
    LeaderPackMessage: StepKind.LEADER_PACK,
}
NUDGES = (BookingNudgeMessage, BookingReminderMessage)
POLLS = (PollMentorMessage, PollLeaderMessage)


async def replace_stale(
    context: AppContext, work: UnitOfWork, found: Meeting, rows: list[Outbox]
) -> list[tuple[Outbox, Message]]:
    """The messages among `rows`, all about one session, that show another time than it has; each as it is now."""
    read = [(row, read_payload(row.kind, row.data)) for row in rows]
    current = {(row.person_id, type(payload)) for row, payload in read if _slot(payload) == _now(found)}
    changed: list[tuple[Outbox, Message]] = []
    for row, payload in read:
        reader = found.side_of(row.person_id)
        texts = context.texts(found.person(reader)) if reader else context.catalogue.texts(found.programme.language)
        if not await _is_stale(work, found, payload):
            continue
        if isinstance(payload, NUDGES) and reader:
            changed.append((row, await _nudge(work, texts, found, reader)))
            continue
        carried = reader is not None and (row.person_id, type(payload)) not in current
        if carried and reader and _goes_on(found, reader, payload):
            if type(payload) in PACKS:
                changed.append((row, await _pack(work, texts, found, reader)))
            continue
        changed.append((row, _note(texts, found, reader, payload)))
    return changed


def _now(found: Meeting) -> str:
    return slot_at(found.session.starts_at)


def _slot(payload: OutboxMessage) -> str | None:
    """The slot that a message of a step is about."""
    return payload.slot if isinstance(payload, StepMessage) else None


def _was(payload: OutboxMessage) -> datetime | None:
    """The time that a message shows, if it is known."""
    if isinstance(payload, SessionChangeMessage | SessionHeldMessage):
        return payload.starts
    slot = _slot(payload)
    return read_slot(slot) if slot and slot != UNBOOKED else None


async def _is_stale(work: UnitOfWork, found: Meeting, payload: OutboxMessage) -> bool:
    match payload:
        case SessionHeldMessage():
            held = found.session.state == SessionState.HELD
            return payload.starts is not None and not (held and payload.starts == found.session.starts_at)
        case SessionChangeMessage():
            return payload.starts != found.session.starts_at
        case TimeProposedMessage():
            row = await read_proposal(work, payload.proposal)
            return row is not None and row.state == ProposalState.REPLACED
        case BookingNudgeMessage() | BookingReminderMessage():
            return found.session.state in (SessionState.PLANNED, SessionState.BOOKED)
        case StepMessage():
            return payload.slot != _now(found)
    return False


def _goes_on(found: Meeting, reader: Side, payload: OutboxMessage) -> bool:
    """Whether this message serves for the new time, too: the same day's material, or a poll about the same meeting."""
    kind = StepKind.POLL if isinstance(payload, POLLS) else PACKS.get(type(payload))
    done = read_step_keys(found.session.steps_done)
    return kind is not None and StepKey(kind, reader, _now(found)) in done


async def _nudge(work: UnitOfWork, texts: Texts, found: Meeting, reader: Side) -> Message:
    """A request to book shows the time that was found, whoever found it; and times again if that one is off."""
    if found.session.starts_at:
        return views.with_series(texts, found, views.booked_as(texts, "now", found, reader))
    offer = await offer_times(work.session, found, reader, work.now)
    return slot_views.unbooked(texts, offer, reader)


async def _pack(work: UnitOfWork, texts: Texts, found: Meeting, reader: Side) -> Message:
    write = pack_views.mentor_pack if reader is Side.MENTOR else pack_views.leader_pack
    return write(texts, await prepared(work, found, reader))


def _note(texts: Texts, found: Meeting, reader: Side | None, payload: OutboxMessage) -> Message:
    """What the message was about, and the session's time now; `reader` is None in the chat of the two, which has both
    clocks. Of material, the material stays."""
    now, was = found.session.starts_at, _was(payload)

    def told(moment: datetime) -> str:
        return texts.moment(moment, found.person(reader).zone) if reader else moment_for_both(texts, found, moment)

    text = texts(
        "sessions.stale.body",
        number=found.session.number,
        was=told(was) if was else "",
        when=told(now) if now else "",
        off=was is not None and now is None and not isinstance(payload, SessionHeldMessage),
    )
    shown = [section(text)]
    if type(payload) in PACKS and found.pair.state == PairState.ACTIVE:
        pack = button(texts.plain("sessions.stale.buttons.pack"), ActionId.PACK_OPEN, found.session.id)
        shown.append(actions(pack))
    return Message(text, shown)
