"""The channel is reminded that one can still join: twice by itself before the start, and whenever HR asks."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.calendar import Hours, local, morning, working_days_before
from bot.services.caller import HrCaller, Refusal
from bot.services.drafts import audit, open_programme
from bot.services.reach import days_off
from storage.outbox import Outgoing
from storage.tables import Programme, ProgrammeState
from storage.unit_of_work import Store

BATCH = 500
DAYS_BEFORE = (10, 5)
"""Working days before the start on which the channel is reminded."""
NEWS_FOR = timedelta(days=2)
"""A reminder that could not go out for so long says nothing new."""


def next_reminder(programme: Programme, now: datetime) -> datetime | None:
    """When the channel is reminded next; None once the last time has passed. Not right after the announcement."""
    hours, off = Hours(programme.zone), days_off(programme)
    mornings = (morning(working_days_before(programme.starts_on, days, off), hours, off) for days in DAYS_BEFORE)
    return next((moment for moment in mornings if moment > now + NEWS_FOR), None)


async def tick_recruiting(store: Store, now: datetime) -> int:
    """Remind the channels whose time has come; how many programmes were looked at."""
    async with store.write(now) as work:
        due = select(Programme).where(col(Programme.next_recruit_at) <= now)
        in_order = due.order_by(col(Programme.next_recruit_at), col(Programme.id)).limit(BATCH)
        rows = (await work.session.exec(in_order.with_for_update(skip_locked=True))).all()
        for programme in rows:
            programme.next_recruit_at = next_reminder(programme, now)
            if programme.state == ProgrammeState.RECRUITING:
                await work.send(_letter(programme, now))
            else:
                programme.next_recruit_at = None
        await work.commit()
    return len(rows)


async def remind(store: Store, hr: HrCaller) -> Programme:
    """HR has the channel reminded, at most once a day.

    Raises `Refusal`: programme_ended, no_reminder (pairs were introduced), reminded_today.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        if programme.state != ProgrammeState.RECRUITING:
            raise Refusal("no_reminder")
        if not await work.send(_letter(programme, hr.now)):
            raise Refusal("reminded_today")
        await audit(work, hr, "join_reminder", {})
        await work.commit()
    return programme


def _letter(programme: Programme, now: datetime) -> Outgoing:
    day = local(now, programme.zone).date()
    return Outgoing(
        programme.team_id,
        key=f"{programme.id}:join_reminder::{day.isoformat()}",
        kind="join_reminder",
        programme_id=programme.id,
        channel=programme.announce_channel,
        expires_at=now + NEWS_FOR,
    )
