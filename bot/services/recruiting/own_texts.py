"""HR's own words for the announcement, the reminder, the invitation and the leadership message of a programme."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from bot.domain.messages.recruiting import JoinReminderMessage
from bot.domain.recruiting_own_texts import OwnText, own_words, with_own_words
from bot.domain.sessions import Side
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.recruiting.announcement import sides_signed_up
from storage.tables import Outbox, OutboxState, Programme
from storage.unit_of_work import Store

MOST_POSTS = 30
"""Posted messages of one kind that are changed; HR can remind the channel once a day."""


async def read_own_texts(store: Store, hr: HrCaller) -> Programme:
    """Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        return await open_programme(work.session, hr)


def mark_of(programme: Programme, language: str, which: OwnText) -> int:
    """Which words HR has seen: another number for other words, 0 for none of HR's."""
    words = own_words(programme.own_texts, language, which)
    return zlib.crc32(json.dumps(words, sort_keys=True).encode()) >> 1 if words else 0


async def save_own_text(
    store: Store, hr: HrCaller, language: str, which: OwnText, words: Mapping[str, str], seen: int
) -> Programme:
    """Use `words`, by part, for one text in one language; {}: the standard text again.

    `seen` is the mark of the words that HR read before. Raises `Rejected`: programme_ended, own_text_changed.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        if mark_of(programme, language, which) != seen:
            raise Rejected("own_text_changed")
        programme.own_texts = with_own_words(programme.own_texts, language, which, words)
        await audit(work, hr, "own_text_changed", {"text": which, "language": language, "own": bool(words)})
        await work.commit()
    return programme


@dataclass(frozen=True)
class PostedReminders:
    """The reminders in the announcement's channel (channel, ts), newest first, and who has signed up by now."""

    posts: tuple[tuple[str, str], ...]
    mentors: int
    leaders: int


async def posted_reminders(store: Store, hr: HrCaller, programme: Programme) -> PostedReminders:
    statement = (
        select(Outbox.channel, Outbox.ts)
        .where(
            Outbox.programme_id == programme.id,
            Outbox.kind == JoinReminderMessage.kind.name,
            Outbox.channel == programme.announce_channel,
            Outbox.state == OutboxState.SENT,
        )
        .order_by(col(Outbox.id).desc())
        .limit(MOST_POSTS)
    )
    async with store.read(hr.now) as work:
        rows = (await work.session.exec(statement)).all()
        sides = await sides_signed_up(work.session, programme.id)
    posts = tuple((channel, ts) for channel, ts in rows if channel and ts)
    return PostedReminders(posts, sides[Side.MENTOR], sides[Side.LEADER])
