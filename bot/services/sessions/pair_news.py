"""News about a pair's sessions: once in the chat of the two; without a chat, to the other one in their DM."""

from datetime import datetime, time, timedelta

from sqlmodel import col, select

from bot.domain.calendar import local, morning, to_utc, workday
from bot.domain.messages.kind import OutboxMessage
from bot.domain.messages.registry import read_payload
from bot.domain.messages.sessions import (
    BookedInDayMessage,
    ChatBookedMessage,
    ChatCancelledMessage,
    ChatMovedMessage,
    SessionBookedMessage,
    SessionCancelledMessage,
    SessionMovedMessage,
)
from bot.domain.sessions import Side
from bot.services.pair_context import Meeting, meeting
from bot.services.working_hours import cannot_wait, hours_of, shared_moment
from storage.outbox import PERHAPS_POSTED, outgoing
from storage.tables import Outbox, OutboxState, SessionChange
from storage.unit_of_work import UnitOfWork

IN_CHAT = ChatBookedMessage | ChatMovedMessage | ChatCancelledMessage
AFTER_THE_DAY = timedelta(minutes=10)
"""How long after the opening of the other one's day the chat has the news: their day's message is sent by then."""
NEWS_KINDS = frozenset(one.kind.name for one in (ChatBookedMessage, ChatMovedMessage, ChatCancelledMessage))


async def tell_pair(work: UnitOfWork, of: Meeting, change: SessionChange, by: Side, *, in_chat: bool = True) -> None:
    """One of the two, `by`, booked, moved or cancelled: the form or the message that they used has the answer."""
    told = _told(change.session_id, by, change.before, change.after, change.reason, change.id)
    chat_news, in_dm = told
    programme = of.programme
    reader = of.hours[by.other]
    urgent = any(cannot_wait(moment, work.now, reader, of.off) for moment in (change.before, change.after) if moment)
    if of.pair.group_channel and in_chat:
        due_at = None if urgent else _next_day(of, work.now)
        if due_at and isinstance(chat_news, ChatBookedMessage) and not of.meets_weekly:
            due_at = await _with_the_day(work, of, chat_news, change.id, due_at)
        await work.send(outgoing(chat_news, programme.team_id, programme.id, pair_id=of.pair.id, due_at=due_at))
    else:
        other = of.person(by.other).id
        due_at = None if urgent or in_chat else _next_day(of, work.now)  # several of one act come together
        await work.send(outgoing(in_dm, programme.team_id, programme.id, person_id=other, urgent=urgent, due_at=due_at))


async def _with_the_day(
    work: UnitOfWork, of: Meeting, news: ChatBookedMessage, change: int, due_at: datetime
) -> datetime:
    """Let the day's message to the other one have the news, if there is such a message; when the chat has it instead.

    Not for a pair that meets weekly: there the news in the chat is the way to the material.
    """
    reader = of.person(news.by.other)
    hours = hours_of(reader)
    told = BookedInDayMessage(news.session, news.by, news.starts, change=change)
    opening = morning(workday(due_at, hours, of.off), hours, of.off)
    programme = of.programme
    await work.send(outgoing(told, programme.team_id, programme.id, person_id=reader.id, due_at=opening))
    return max(due_at, opening + AFTER_THE_DAY)


async def is_told_in_day(work: UnitOfWork, of: Meeting, row: Outbox, news: ChatBookedMessage) -> bool:
    """Whether the other one reads the chat's news, which is in `row`, in the message of their day."""
    reader = of.person(news.by.other).id
    key = BookedInDayMessage(news.session, news.by, news.starts, change=change_of(row)).key(of.programme.id, reader)
    in_day = (await work.session.exec(select(Outbox).where(Outbox.team_id == row.team_id, Outbox.key == key))).first()
    if in_day is None or is_alone(in_day):
        return False
    return in_day.state in (OutboxState.SENT, OutboxState.PENDING, *PERHAPS_POSTED)


def is_alone(row: Outbox) -> bool:
    """Whether a part of a day that is not sent for itself is in no day's message. One for which a day's message had no
    room is sent by itself, and is no part any more."""
    return row.daily and row.day_id is None


def change_of(row: Outbox) -> int:
    """The id of the change that news is about."""
    return int(row.key.rpartition(":")[2])


async def has_material_in_chat(work: UnitOfWork, of: Meeting) -> bool:
    """Whether the news of the session's time, in the chat of a pair that meets weekly, is their way to the material.

    Material of its own, a reminder and a poll for each session would be too many messages a week.
    """
    if not of.meets_weekly:
        return False
    statement = select(Outbox).where(
        Outbox.pair_id == of.pair.id, col(Outbox.kind).in_(NEWS_KINDS), Outbox.state == OutboxState.SENT
    )
    news = [read_payload(row.kind, row.data) for row in (await work.session.exec(statement)).all()]
    return any(
        isinstance(one, ChatBookedMessage | ChatMovedMessage)
        and (one.session, one.starts) == (of.session.id, of.session.starts_at)
        for one in news
    )


async def tell_in_dm(work: UnitOfWork, row: Outbox) -> None:
    """The chat did not take the news of `row`, or perhaps not: the other one gets it in their DM."""
    news = read_payload(row.kind, row.data)
    assert isinstance(news, IN_CHAT)
    of = await meeting(work.session, news.session)
    if of is None:
        return
    starts = None if isinstance(news, ChatCancelledMessage) else news.starts
    reason = None if isinstance(news, ChatCancelledMessage) else news.reason
    _, in_dm = _told(news.session, news.by, news.before, starts, reason, change_of(row))
    programme = of.programme
    await work.send(outgoing(in_dm, programme.team_id, programme.id, person_id=of.person(news.by.other).id))


def _next_day(of: Meeting, now: datetime) -> datetime:
    """When both work on another day: of several changes on one day only the last is sent."""
    hours = of.hours[Side.MENTOR]
    tomorrow = local(now, hours.zone).date() + timedelta(days=1)
    return shared_moment(to_utc(tomorrow, time(), hours.zone), hours, of.hours[Side.LEADER], of.off)


def _told(
    session: int, by: Side, before: datetime | None, starts: datetime | None, reason: str | None, change: int
) -> tuple[OutboxMessage, OutboxMessage]:
    """The news for the chat, and for the other one."""
    if starts is None:
        assert before is not None, "what has no time was not cancelled"
        return (
            ChatCancelledMessage(session, by, before, change=change),
            SessionCancelledMessage(session, by, before, change=change),
        )
    in_chat, in_dm = (ChatMovedMessage, SessionMovedMessage) if before else (ChatBookedMessage, SessionBookedMessage)
    return (
        in_chat(session, by, starts, before, reason, change=change),
        in_dm(session, by, starts, before, reason, change=change),
    )
