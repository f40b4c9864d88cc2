"""Times that suit both people of a session, and the same as buttons in a message."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import Hours, local, to_utc, working_days_after
from bot.domain.sessions import MENTOR_PACK_DAYS, Side
from bot.domain.sessions_booking_days import FARTHEST
from bot.domain.sessions_suggestions import Free, suggest_slots
from bot.services.caller import Caller, Rejected
from bot.services.orientation.finish_by import refuse_unfinished, waits_for_reading
from bot.services.pair_context import Meeting, my_meeting
from bot.services.programme.end import last_bookable
from bot.services.sessions.free_time import PairTime, pair_time
from storage.unit_of_work import Store

SUGGESTIONS = 3
MORE_SUGGESTIONS = 8
"""In the form; with "another time" at most ten options, Slack's limit."""
MOST_A_DAY = 2
SOON = timedelta(hours=1)
WEEKLY_APART = timedelta(days=5)
"""For a pair that meets weekly no time is suggested in the days after its last session, unless no other is left."""
_WAKING = time(7), time(21)
"""The hours offered to two people whose working hours never overlap."""


@dataclass(frozen=True)
class Offer:
    """Times of a session that one press books (or, if it has a time, moves it to).

    `side`: the reader's; None in the chat of the two.
    """

    meeting: Meeting
    side: Side | None
    slots: tuple[datetime, ...] = ()


async def offer_times(session: AsyncSession, meeting: Meeting, side: Side | None, now: datetime) -> Offer:
    """Three times that suit both now, or fewer: none while the reader has something to finish before (in the chat of
    the two, if that could be), and none for people who never work at the same time."""
    if meeting_hours(meeting, meeting.session.minutes, now) != meeting.hours:
        return Offer(meeting, side)
    if side is None:
        if waits_for_reading(meeting):
            return Offer(meeting, None)
        return Offer(meeting, None, tuple(suggestions(meeting, now, await pair_time(session, meeting, now))))
    try:
        await refuse_unfinished(session, meeting, side)
    except Rejected:
        return Offer(meeting, side)
    return Offer(meeting, side, tuple(suggestions(meeting, now, await pair_time(session, meeting, now))))


async def offer_again(store: Store, caller: Caller, session_id: int) -> Offer:
    """Times instead of one that does not suit any more. Raises `Rejected` as `my_meeting`."""
    async with store.read(caller.now) as work:
        meeting, side = await my_meeting(work.session, caller, session_id)
        return await offer_times(work.session, meeting, side, caller.now)


def meeting_hours(meeting: Meeting, minutes: int, now: datetime) -> dict[Side, Hours] | None:
    """Both people's working hours; if these never overlap, their waking hours; None if those do not either."""
    working = meeting.hours
    awake = {side: replace(one, start=_WAKING[0], end=_WAKING[1], week=()) for side, one in working.items()}
    for hours in (working, awake):
        if suggest_slots(now, Free(hours[Side.MENTOR]), Free(hours[Side.LEADER]), meeting.off, minutes, 1):
            return hours
    return None


def suggestions(
    meeting: Meeting, now: datetime, others: PairTime, count: int = SUGGESTIONS, *, a_day: int = 1
) -> list[datetime]:
    """Times in the window that leave time for the packs; if there are none, the next possible times.

    Never one at which one of the two has another session, and none on a day on which they meet already.
    """
    row = meeting.session
    hours = meeting_hours(meeting, row.minutes, now)
    if hours is None:
        return []
    zone = hours[Side.LEADER].zone
    with_packs = working_days_after(local(now, zone).date(), MENTOR_PACK_DAYS, meeting.off)
    first = max(row.opens_on, with_packs)
    after = to_utc(first, time(), zone) if first < row.closes_on else now + SOON
    free = others.free(hours, others.days_together(zone))
    last = last_day(meeting)

    def possible(begin: datetime) -> list[datetime]:
        found = suggest_slots(begin, *free, meeting.off, row.minutes, count + (row.starts_at is not None), a_day=a_day)
        return [slot for slot in found if slot != row.starts_at and _latest_day(slot, meeting) <= last][:count]

    if others.before is None:
        return possible(after)
    spaced = to_utc(local(others.before, zone).date() + WEEKLY_APART, time(), zone)
    return possible(max(after, spaced)) or possible(after)


def last_day(meeting: Meeting) -> date:
    """The last day on which the session can take place."""
    return min(meeting.session.closes_on + FARTHEST, last_bookable(meeting.programme, meeting.session))


def _latest_day(slot: datetime, meeting: Meeting) -> date:
    """The later of the two days, if the two have different ones."""
    return max(local(slot, meeting.person(side).zone).date() for side in Side)
