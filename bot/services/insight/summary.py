"""HR's summary: on request, and every Monday morning. Its content is computed when it is sent."""

from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from bot.domain.calendar import Hours, local, morning
from bot.domain.messages.insight import PlaybookMessage, ReportMessage, SummaryMessage, WeeklySummaryMessage
from bot.services.caller import HrCaller, Rejected
from bot.services.insight.weekly import Weekly, current_weekly
from bot.services.working_hours import days_off
from storage.outbox import Outgoing, outgoing
from storage.tables import Programme, ProgrammeState
from storage.unit_of_work import Store

AskedMessage = SummaryMessage | ReportMessage | PlaybookMessage
"""What HR asks for."""
BATCH = 500
WEEK = timedelta(days=7)
_OPEN = col(Programme.state) != ProgrammeState.CLOSED
_IS_DUE = or_(_OPEN & col(Programme.next_summary_at).is_(None), col(Programme.next_summary_at) <= bindparam("now"))
# Built once: the job runs every few seconds, and building a statement takes as long as executing it.
ANY_DUE = select(Programme.id).where(_IS_DUE).limit(1)
DUE = (
    select(Programme)
    .where(_IS_DUE)
    .order_by(col(Programme.next_summary_at), col(Programme.id))
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)


async def ask_for(store: Store, hr: HrCaller, kind: type[AskedMessage] = SummaryMessage) -> Programme:
    """Enqueue a message for HR's channel, once for each request. Raises `Rejected`: no_programme."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await work.session.get(Programme, hr.programme_id)
        if programme is None:
            raise Rejected("no_programme")
        message = kind(receipt=hr.receipt)
        await work.send(outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel))
        await work.commit()
    return programme


async def whole(store: Store, hr: HrCaller) -> Weekly:
    """Everything behind the short summary, for HR's window."""
    return await current_weekly(store, hr.programme_id, hr.now)


async def tick_summaries(store: Store, now: datetime) -> int:
    """Send the weekly summaries that are due, one per programme and week however late; how many there were."""
    async with store.read(now) as work:
        if (await work.session.exec(ANY_DUE, params={"now": now})).first() is None:
            return 0
    async with store.write(now) as work:
        sent = 0
        for programme in (await work.session.exec(DUE, params={"now": now})).all():
            if programme.state == ProgrammeState.CLOSED:
                programme.next_summary_at = None
                continue
            # A new programme has no moment yet: its first summary is next week's.
            was, programme.next_summary_at = programme.next_summary_at, next_weekly(programme, now)
            sent += was is not None and await work.send(_weekly(programme, now))
        await work.commit()
    return sent


def next_weekly(programme: Programme, now: datetime) -> datetime:
    """Monday 09:00 in the programme's zone, or the next working day's if Monday is off: the first after `now`, and
    after a pause of the programme."""
    now = max(now, programme.paused_until or now)
    monday = _monday(programme, now)
    while (moment := morning(monday, Hours(programme.zone), days_off(programme))) <= now:
        monday += WEEK
    return moment


def _monday(programme: Programme, now: datetime) -> date:
    today = local(now, programme.zone).date()
    return today - timedelta(days=today.weekday())


def _weekly(programme: Programme, now: datetime) -> Outgoing:
    return outgoing(
        WeeklySummaryMessage(monday=_monday(programme, now).isoformat()),
        programme.team_id,
        programme.id,
        channel=programme.hr_channel,
        expires_at=programme.next_summary_at,
    )
