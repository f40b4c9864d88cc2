"""The group DMs of circles: which one to open next, and what is posted in it. `bot.jobs.open_circles` opens them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.domain.calendar import Hours, local, morning, working_days_after
from bot.domain.messages.circles import CircleOpenedMessage
from bot.services.circles.membership import members_of
from bot.services.working_hours import days_off
from storage.deadlines import LONGEST_TURN, is_over
from storage.outbox import outgoing
from storage.tables import Circle, Programme
from storage.unit_of_work import Store

FIRST_PACK_AFTER = 2
"""Working days after a circle begins: until then its members say hello."""


@dataclass(frozen=True)
class Opening:
    circle_id: int
    team_id: str
    opening: int
    slack_ids: tuple[str, ...]


async def next_to_open(store: Store, team_id: str, now: datetime, again: datetime) -> Opening | None:
    """The circle of a workspace whose group DM has waited longest; it is tried again at `again`, unless `opened` is
    called."""
    async with store.write(now) as work:
        is_due = is_over(Circle.open_at, now, LONGEST_TURN), col(Circle.closed_at).is_(None)
        due = select(Circle).where(*is_due, Circle.team_id == team_id)
        first = due.order_by(col(Circle.open_at), col(Circle.id)).limit(1).with_for_update(skip_locked=True)
        circle = (await work.session.exec(first)).first()
        if circle is None:
            return None
        circle.open_at = again
        people = await members_of(work.session, circle)
        await work.commit()
    return Opening(circle.id, circle.team_id, circle.opening, tuple(one.slack_id for one in people))


async def opened(store: Store, now: datetime, done: Opening, channel: str) -> None:
    """It is open: its members read what it is for. Nothing happens if they changed meanwhile."""
    async with store.write(now) as work:
        circle = await work.session.get(Circle, done.circle_id, with_for_update=True)
        if circle is None or circle.closed_at is not None or circle.opening != done.opening:
            return
        programme = await work.session.get_one(Programme, circle.programme_id)
        circle.channel, circle.open_at = channel, None
        if circle.next_pack_at is None:
            off, hours = days_off(programme), Hours(programme.zone)
            day = working_days_after(local(now, programme.zone).date(), FIRST_PACK_AFTER, off)
            circle.next_pack_at = morning(day, hours, off)
        message = CircleOpenedMessage(circle.id, circle.opening)
        await work.send(outgoing(message, circle.team_id, circle.programme_id, channel=channel))
        await work.commit()
