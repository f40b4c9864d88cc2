"""HR changes the course of a programme: one transaction with everything that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.calendar import local, to_utc
from bot.domain.course import Act, Change, Course, PairCourse, wrong
from bot.domain.messages.course import CourseChangedHrMessage
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, InvalidInput, Rejected
from bot.services.care.midway import move_half_way
from bot.services.closing.completion import completed_in
from bot.services.course.delete import can_delete
from bot.services.course.effects import Effect, Plans, effect_of
from bot.services.course.facts import CourseFacts, PairFacts, course_of, facts_of
from bot.services.course.news import due_days, tell_people
from bot.services.insight.summary import next_weekly
from bot.services.invitations.states import invitations_of
from bot.services.programme.end import last_day
from bot.services.recruiting.announcement import next_reminder
from bot.services.recruiting.closing_date import keep_closing_date, number_untold, refresh_invitations
from bot.services.sessions.cadence import drop_sessions, new_session
from bot.services.sessions.called_off import CalledOff, Why, replace_proposals, take_times
from bot.services.sessions.schedule import ask_after_pause, recompute_for_programme
from storage.outbox import Outgoing, outgoing
from storage.tables import (
    Broadcast,
    BroadcastState,
    Draft,
    DraftState,
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store, UnitOfWork

FIELD = {Act.MOVE: "days", Act.END: "day", Act.PAUSE: "day", Act.CADENCE: "cadence"}
"""The field of the form in which a change can be wrong."""
LOGGED = {
    Act.MOVE: "course_move",
    Act.END: "course_end",
    Act.PAUSE: "course_pause",
    Act.GO_ON: "course_go_on",
    Act.CADENCE: "course_cadence",
}
"""What HR's log calls each act."""
CHECK_AFTER = timedelta(days=3)
"""How long the at-risk rules wait once a programme continues."""


@dataclass(frozen=True)
class Planned:
    """What has a date of its own, which a change of the course leaves alone: the last day to join, the release of a
    draft, and HR's messages to many."""

    closes_on: date | None = None
    release_at: datetime | None = None
    sends: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Preview:
    """A programme, its dates, and what a change would do; `fault`: why it cannot be done."""

    programme: Programme
    now: Course
    effect: Effect | None = None
    fault: str = ""
    began: bool = False
    """Whether its first day is over."""
    deletable: bool = False
    """Whether it can be deleted instead of cancelled."""
    planned: Planned = Planned()
    untold: int = 0
    """How many invited people are not told that the last day to join comes earlier (`number_untold`)."""


class EffectChanged(Exception):
    """Something happened since HR saw the preview, so the change would do something else. Nothing was changed."""


async def preview(store: Store, hr: HrCaller, change: Change | None = None) -> Preview:
    """The programme's dates, and what a change would do now. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        now, today = course_of(programme), local(work.now, programme.zone).date()
        deletable = await can_delete(work.session, programme)
        planned = await _planned(work, programme, today)
        before = Preview(programme, now, began=now.first <= today, deletable=deletable, planned=planned)
        if change is None:
            return before
        fault = _fault(programme, now, today, change)
        if change.act is Act.DELETE and not deletable:
            fault = "delete_not_empty"
        if fault:
            return replace(before, fault=fault)
        effect = effect_of(await facts_of(work, programme), change)[0]
        invited = await invitations_of(work.session, programme.id) if effect.closes_on else []
        untold = number_untold(programme, invited, effect.closes_on) if effect.closes_on else 0
        return replace(before, effect=effect, untold=untold)


async def _planned(work: UnitOfWork, programme: Programme, today: date) -> Planned:
    closes_on = programme.sign_up_closes_on
    drafts = select(Draft.release_at).where(
        Draft.programme_id == programme.id, Draft.state == DraftState.OPEN, col(Draft.release_at).is_not(None)
    )
    sends = select(Broadcast.send_at).where(
        Broadcast.programme_id == programme.id, Broadcast.state == BroadcastState.SCHEDULED
    )
    return Planned(
        closes_on if closes_on and closes_on >= today else None,
        (await work.session.exec(drafts)).first(),
        tuple(one for one in (await work.session.exec(sends)).all() if one),
    )


async def apply(store: Store, hr: HrCaller, change: Change, mark: str) -> tuple[Programme, Effect]:
    """Make a change, if its effect is what HR was shown (`mark`). Each participant and HR's channel get one message.

    Raises `EffectChanged`, `InvalidInput`, `Rejected`: programme_ended, not_paused.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        facts = await facts_of(work, programme, lock=True)
        if fault := _fault(programme, facts.now, facts.today, change):
            if change.act not in FIELD:
                raise Rejected(fault)
            raise InvalidInput({FIELD[change.act]: fault})
        effect, plans = effect_of(facts, change)
        if effect.mark != mark:
            raise EffectChanged
        due = due_days(facts.pairs)
        await _keep_completions(work, facts, effect)
        off = await _replan(work, facts, plans)
        was_cadence = programme.cadence
        _set_dates(programme, effect, hr.now)
        await work.session.flush()
        await _move_closing_date(work, programme, effect)
        if change.act in (Act.PAUSE, Act.GO_ON):
            await ask_after_pause(work, col(Pair.programme_id) == programme.id)
        await _plan_jobs(work, programme, effect)
        await recompute_for_programme(work, programme.id)
        if effect.act is Act.GO_ON:
            await _deliver_again(work, programme)
        course_act = LOGGED[change.act]
        await audit(work, hr, course_act, _details(effect))
        await tell_people(work, programme, facts.now, facts.people, off, hr.receipt, was_cadence, due)
        await work.send(to_hr(programme, effect, hr))
        await work.commit()
    return programme, effect


def _fault(programme: Programme, now: Course, today: date, change: Change) -> str:
    if change.act is Act.CADENCE and change.cadence in (None, programme.cadence):
        return "cadence_same"
    return wrong(change, now, today)


def _details(effect: Effect) -> dict[str, str]:
    after = effect.after
    dates = {"first": after.first.isoformat(), "last": after.last.isoformat()}
    dates |= {"resumes": after.resumes.isoformat()} if after.resumes else {}
    if effect.closes_on and effect.closes_on != effect.closed_on:
        dates["closes"] = effect.closes_on.isoformat()
    return {**dates, "cadence": effect.cadence} if effect.cadence else dates


def to_hr(programme: Programme, effect: Effect, hr: HrCaller) -> Outgoing:
    """The message to HR's channel about a change."""
    message = CourseChangedHrMessage(
        effect.act,
        effect.after.first,
        effect.after.last,
        effect.before.first,
        effect.before.last,
        effect.after.resumes,
        effect.moved,
        effect.added,
        effect.dropped,
        effect.called_off,
        effect.people,
        effect.cadence,
        closes_on=effect.closes_on,
        closed_on=effect.closed_on,
        at=hr.receipt,
    )
    return outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel)


# Dates and jobs


def _set_dates(programme: Programme, effect: Effect, now: datetime) -> None:
    after = effect.after
    programme.cadence = effect.cadence or programme.cadence
    programme.starts_on, programme.ends_on = after.first, None
    if last_day(programme) != after.last:
        programme.ends_on = after.last
    programme.paused_until = to_utc(after.resumes, time(), programme.zone) if after.resumes else None
    programme.paused_at = (programme.paused_at or now) if after.resumes else None


async def _move_closing_date(work: UnitOfWork, programme: Programme, effect: Effect) -> None:
    if effect.closes_on and effect.closes_on != effect.closed_on:
        await keep_closing_date(work, programme, effect.closes_on)
    else:
        await refresh_invitations(work, programme)


async def _plan_jobs(work: UnitOfWork, programme: Programme, effect: Effect) -> None:
    """When the jobs of a programme are due next, by its new dates."""
    begins = programme.paused_until or work.now
    programme.forget_at = None
    programme.next_summary_at = next_weekly(programme, begins)
    if programme.state == ProgrammeState.RECRUITING:
        programme.next_recruit_at = next_reminder(programme, begins)
    else:
        programme.next_close_at = work.now
    active = (col(Pair.programme_id) == programme.id, col(Pair.state) == PairState.ACTIVE)
    values = {"next_close_at": work.now}
    if effect.act is Act.PAUSE:
        values["next_check_at"] = begins + CHECK_AFTER
    if effect.act is Act.GO_ON:
        values |= {"next_check_at": begins + CHECK_AFTER, "resumed_at": work.now}
    await work.session.exec(update(Pair).where(*active).values(**values))
    await move_half_way(work, programme)


async def _deliver_again(work: UnitOfWork, programme: Programme) -> None:
    """Make the messages that waited for the end of the pause due: they are sent in the next working hours."""
    waits = (
        col(Outbox.programme_id) == programme.id,
        col(Outbox.state) == OutboxState.PENDING,
        col(Outbox.due_at) > work.now,
        col(Outbox.planned_at) <= work.now,
    )
    await work.session.exec(update(Outbox).where(*waits).values(due_at=work.now))
    work.deliver_at_once()


# Sessions


async def _keep_completions(work: UnitOfWork, facts: CourseFacts, effect: Effect) -> None:
    """Keep completions when sessions are added: a pair that has enough keeps counting against what it had, also if only
    one of its two people has enough together with another pair."""
    if not effect.added:
        return
    mine = Pair.programme_id == facts.programme.id
    of_all = select(Pair, MentoringSession).join(MentoringSession, col(MentoringSession.pair_id) == col(Pair.id))
    rows: dict[int, tuple[Pair, list[MentoringSession]]] = {}
    for pair, row in (await work.session.exec(of_all.where(mine))).all():
        rows.setdefault(pair.id, (pair, []))[1].append(row)
    for one in facts.pairs:
        pair = one.couple.pair
        of_mentor = [found for found in rows.values() if found[0].mentor_id == pair.mentor_id]
        of_leader = [found for found in rows.values() if found[0].leader_id == pair.leader_id]
        if completed_in(of_mentor) or completed_in(of_leader):
            pair.counted_of = min(pair.counted_of or len(one.rows), len(one.rows))


async def _replan(work: UnitOfWork, facts: CourseFacts, plans: Plans) -> list[CalledOff]:
    off: list[CalledOff] = []
    for one in facts.pairs:
        if plan := plans.get(one.couple.pair.id):
            off += await _replan_pair(work, one, plan)
    return off


async def _replan_pair(work: UnitOfWork, facts: PairFacts, plan: PairCourse) -> list[CalledOff]:
    kept = {row.number: row for row in facts.rows}
    off = await take_times(work, [kept[number] for number in sorted(plan.called_off)], Why.COURSE)
    rows: list[MentoringSession] = []
    for planned in plan.ahead:
        row = kept.get(planned.number) or new_session(facts.couple, planned)
        row.pack, row.opens_on, row.closes_on = planned.pack, planned.opens, planned.closes
        work.session.add(row)
        rows.append(row)
    await work.session.flush()
    if plan.dropped:
        past = [row for row in facts.rows if row.number not in plan.dropped]
        gone = [kept[number] for number in sorted(plan.dropped)]
        await replace_proposals(work, [row.id for row in gone])
        await drop_sessions(work, gone, heir=next(iter(rows or past), None))
        await _number(work, facts, rows, plan)
    return off


async def _number(work: UnitOfWork, facts: PairFacts, rows: Sequence[MentoringSession], plan: PairCourse) -> None:
    """Numbers without gaps. They only become smaller, so that in this order none is used twice."""
    ahead = {row.id for row in rows}
    past = [row.number for row in facts.rows if row.number not in plan.dropped and row.id not in ahead]
    for number, row in enumerate(sorted(rows, key=lambda row: row.number), max(past, default=0) + 1):
        if row.number > number:
            row.number = number
            await work.session.flush()
