"""A release at a time that HR chooses: planned, changed and cancelled. `bot.jobs.planned_releases` carries it out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import is_working, to_utc
from bot.domain.messages.matching import MatchReleasePlannedMessage
from bot.services.access import audit, open_draft, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.matching.draft_edit import DraftVersion
from bot.services.matching.release import planned_from
from bot.services.matching.release_checklist import refuse_if_open
from bot.services.matching.release_plan import forget_plan, stop_plan
from bot.services.working_hours import days_off, office_hours
from storage.outbox import outgoing
from storage.tables import Draft, DraftState, Outbox, Person, Programme
from storage.unit_of_work import Store

AGAIN = timedelta(minutes=1)
"""When to look at a plan again if Slack could not be asked."""
STOPPED = frozenset({"gates_open", "nothing_to_release", "programme_ended", "programme_paused"})
"""Refusals of a release that HR reads as the reason why a planned one did not happen."""
NOT_HR = "not_hr"
"""The reason if who planned it is not HR any more."""
CANCELLED = "cancelled"


class WrongReleaseTime(Exception):
    """A release cannot be at this time. `code` names the sentence, `day` the day that is off."""

    def __init__(self, code: str, programme: Programme, day: date) -> None:
        super().__init__(code)
        self.code = code
        self.programme = programme
        self.day = day


@dataclass(frozen=True)
class PlannedRelease:
    """A plan as HR reads it. `posted` are HR's messages about earlier plans of the draft (channel, ts)."""

    draft: Draft
    programme: Programme
    at: datetime
    posted: list[tuple[str, str]]


@dataclass(frozen=True)
class DuePlan:
    """A plan whose time has come."""

    draft: Draft
    programme: Programme
    at: datetime
    by: Person


async def plan(store: Store, hr: HrCaller, seen: DraftVersion, day: date, wall: time) -> PlannedRelease:
    """Release the draft on `day` at `wall` in the programme's zone, in place of an earlier plan.

    The checklist has to be complete now, and is checked again then. Raises `WrongReleaseTime`, and `Rejected`:
    outdated, already_released, draft_outdated, programme_ended, gates_open, release_changed.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        draft = await open_draft(work.session, hr, seen.draft_id, lock=True)
        await refuse_if_open(work.session, programme, draft)
        if draft.version != seen.version:
            raise Rejected("release_changed", pairs=0)
        at = to_utc(day, wall, programme.zone)
        _check(programme, at, day, hr.now)
        posted = await _posted(work.session, draft)
        by = await audit(work, hr, "release_planned", {"draft": draft.id, "at": at.isoformat()})
        draft.release_at = draft.release_look_at = at
        draft.release_planned_by = by.id
        message = MatchReleasePlannedMessage(draft.id, at, by.id, slot=hr.receipt)
        await work.send(outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel))
        await work.commit()
    return PlannedRelease(draft, programme, at, posted)


async def cancel(store: Store, hr: HrCaller, draft_id: int) -> PlannedRelease:
    """Cancel the plan. Raises `Rejected`: outdated, already_released, draft_outdated, programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        draft = await open_draft(work.session, hr, draft_id, lock=True)
        if draft.release_at is None:
            raise Rejected("outdated")
        at, posted = draft.release_at, await _posted(work.session, draft)
        by = await audit(work, hr, "release_plan_cancelled", {"draft": draft.id, "at": at.isoformat()})
        await stop_plan(work, programme, draft, CANCELLED, slot=hr.receipt, by=by.id)
        await work.commit()
    return PlannedRelease(draft, programme, at, posted)


async def due(store: Store, now: datetime) -> list[DuePlan]:
    """The plans whose time has come, in their order. A plan of a draft that is not open any more is forgotten."""
    late = select(Draft).where(col(Draft.release_look_at) <= now).order_by(col(Draft.release_look_at), col(Draft.id))
    plans: list[DuePlan] = []
    async with store.write(now) as work:
        for draft in (await work.session.exec(late)).all():
            by = await work.session.get(Person, draft.release_planned_by or 0)
            if draft.state != DraftState.OPEN or draft.release_at is None or by is None:
                forget_plan(draft)
                continue
            programme = await work.session.get_one(Programme, draft.programme_id)
            plans.append(DuePlan(draft, programme, draft.release_at, by))
        await work.commit()
    return plans


async def look_later(store: Store, plan: DuePlan, now: datetime) -> None:
    """Slack could not be asked whether who planned it is still HR."""
    async with store.write(now) as work:
        draft = await work.session.get_one(Draft, plan.draft.id, with_for_update=True)
        if draft.release_at == plan.at:
            draft.release_look_at = now + AGAIN
        await work.commit()


async def give_up(store: Store, plan: DuePlan, why: str, now: datetime) -> None:
    """The plan is not carried out: HR reads `why`, and decides."""
    async with store.write(now) as work:
        programme = await work.session.get_one(Programme, plan.programme.id, with_for_update=True)
        draft = await work.session.get_one(Draft, plan.draft.id, with_for_update=True)
        if draft.release_at == plan.at:
            await stop_plan(work, programme, draft, why, slot=f"{plan.at:%Y-%m-%dT%H:%M}")
        await work.commit()


def _check(programme: Programme, at: datetime, day: date, now: datetime) -> None:
    """Raises `WrongReleaseTime`."""
    off = days_off(programme)
    if at <= now:
        raise WrongReleaseTime("past", programme, day)
    if off.is_off(day):
        raise WrongReleaseTime("day_off", programme, day)
    if not is_working(at, office_hours(programme), off):
        raise WrongReleaseTime("hours", programme, day)
    if not planned_from(programme, at):
        raise WrongReleaseTime("too_late", programme, day)


async def _posted(session: AsyncSession, draft: Draft) -> list[tuple[str, str]]:
    statement = select(Outbox).where(
        Outbox.programme_id == draft.programme_id, Outbox.kind == MatchReleasePlannedMessage.kind.name
    )
    rows = (await session.exec(statement.order_by(col(Outbox.id)))).all()
    return [
        (row.channel, row.ts)
        for row in rows
        if row.channel and row.ts and MatchReleasePlannedMessage.read(row.data).draft == draft.id
    ]
