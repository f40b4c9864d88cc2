"""Asks a pair, on the date of a goal, what became of it. Either of the two answers; HR sees only counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.agreement import GoalProgress, GoalResult, date_fault
from bot.domain.calendar import local, morning
from bot.domain.messages.agreement import GoalDateMessage
from bot.domain.sessions import Side
from bot.services.agreement.agreement import newest, version_of
from bot.services.agreement.goal_records import begins_at, change, date_of, dates_to_ask, is_settled, plan
from bot.services.caller import Caller, InvalidInput, Rejected
from bot.services.care.due_rows import handle_due_of_pairs
from bot.services.pair_context import PairContext, couple, my_couple
from storage.outbox import outgoing
from storage.queries import Posted, posted
from storage.tables import Agreement, GoalDate, PairState, ParticipantState
from storage.unit_of_work import Store, UnitOfWork

TOO_OLD = timedelta(days=30)
"""Dates that passed longer ago are not asked about: of a pair that was paused, or an agreement older than this."""
AGAIN = timedelta(days=1)


@dataclass(frozen=True)
class GoalQuestion:
    """The goals of one date, from the view of `side`."""

    couple: PairContext
    side: Side
    due: date
    goals: tuple[GoalDate, ...]
    posted: Posted | None = None
    """Its message to that side."""
    measures: Mapping[str, str] = field(default_factory=dict)
    """How the two will know, by the words of the goal."""

    posted_to_partner: Posted | None = None
    too_late: bool = False
    """The partner had answered before the reader pressed."""

    def to_partner(self) -> "GoalQuestion":
        """The same for the other one."""
        return replace(self, side=self.side.other, posted=self.posted_to_partner, too_late=False)

    def goal(self, row_id: int) -> GoalDate:
        return next(one for one in self.goals if one.id == row_id)


# Asking


async def tick_goals(store: Store, now: datetime) -> int:
    """Ask about the dates that have come; how many agreements were checked."""
    return await handle_due_of_pairs(store, now, Agreement, Agreement.next_goal_at, _ask)


async def _ask(work: UnitOfWork, row: Agreement, pair: PairContext) -> None:
    last = await newest(work.session, row.pair_id)
    row.next_goal_at = None
    if last is None or last.id != row.id or not version_of(row).signed_at or pair.parted:
        return
    if pair.pair.state == PairState.ACTIVE and not pair.under_way:
        row.next_goal_at = work.now + AGAIN
        return
    for day in dates_to_ask(row):
        if (began := begins_at(day, pair)) > work.now:
            continue
        goals = [one["goal"] for one in row.goals if not is_settled(one) and date_of(one) == day]
        change(row, goals, day, asked=day.isoformat())
        if work.now - began > TOO_OLD:
            continue
        for goal in goals:
            await _row_of(work, row.pair_id, pair.pair.team_id, goal, day)
        await _send(work, pair, day)
    plan(row, pair)


async def _send(work: UnitOfWork, pair: PairContext, day: date) -> None:
    for side in Side:
        person = pair.person(side)
        if person.active and pair.part(side).state != ParticipantState.LEFT:
            due = max(work.now, morning(day, pair.hours[side], pair.off))
            message = GoalDateMessage(pair.pair.id, day)
            await work.send(outgoing(message, pair.pair.team_id, pair.programme.id, person_id=person.id, due_at=due))


async def _row_of(work: UnitOfWork, pair_id: int, team_id: str, goal: str, day: date) -> GoalDate:
    statement = select(GoalDate).where(GoalDate.pair_id == pair_id, GoalDate.goal == goal, GoalDate.due_on == day)
    row = (await work.session.exec(statement)).first()
    if row is None:
        row = GoalDate(team_id=team_id, pair_id=pair_id, goal=goal, due_on=day)
        work.session.add(row)
        await work.session.flush()
    return row


async def for_message(session: AsyncSession, about: GoalDateMessage, person_id: int | None) -> GoalQuestion | None:
    """The content of a message for its reader; None if nothing of it is left to answer."""
    found = await couple(session, about.pair)
    side = found.side_of(person_id) if found else None
    if found is None or side is None or found.parted:
        return None
    question = await _question(session, found, side, about.due)
    return question if any(one.result is None for one in question.goals) else None


# Answering


async def read_question(store: Store, caller: Caller, row_id: int) -> GoalQuestion:
    """The question of which a goal is part. Raises `Rejected`: outdated, and those of `my_couple`."""
    async with store.read(caller.now) as work:
        return (await _mine(work, caller, row_id))[0]


async def answer(
    store: Store, caller: Caller, row_id: int, result: GoalResult, moved_to: date | None = None
) -> GoalQuestion:
    """Store what became of a goal. The first answer of the two counts; the goals' window changes it.

    Raises `InvalidInput`; `Rejected`: goal_changed, and those of `read_question`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        question, row = await _mine(work, caller, row_id, lock=True)
        if row.result is not None:
            return replace(question, too_late=row.side != question.side)
        agreement = await newest(work.session, row.pair_id)
        there = agreement and any(
            one["goal"] == row.goal and date_of(one) == row.due_on and not is_settled(one) for one in agreement.goals
        )
        if agreement is None or not there:
            raise Rejected("goal_changed")
        if result is GoalResult.MOVED:
            today = local(caller.now, question.couple.person(question.side).zone).date()
            if wrong := date_fault(moved_to, today):
                raise InvalidInput({"by": wrong})
            change(agreement, [row.goal], row.due_on, moved=str(moved_to))
        else:
            change(agreement, [row.goal], row.due_on, progress=GoalProgress(result).value)
        _settle(row, question.side, work, result, moved_to)
        if version_of(agreement).signed_at:
            plan(agreement, question.couple)
        await work.commit()
    return question


async def note_progress(work: UnitOfWork, agreement: Agreement, pair: PairContext, side: Side) -> None:
    """Store with their dates which goals are now reached or dropped, as the two said it by themselves."""
    for goal in agreement.goals:
        if (day := date_of(goal)) is None:
            continue
        if is_settled(goal):
            row = await _row_of(work, agreement.pair_id, agreement.team_id, goal["goal"], day)
            if row.result != goal["progress"]:
                _settle(row, side, work, GoalResult(goal["progress"]))
            continue
        settled = select(GoalDate).where(
            GoalDate.pair_id == agreement.pair_id, GoalDate.goal == goal["goal"], GoalDate.due_on == day
        )
        for row in (await work.session.exec(settled)).all():
            row.result = row.side = row.answered_at = None
    plan(agreement, pair)


def _settle(row: GoalDate, side: Side, work: UnitOfWork, result: GoalResult, moved_to: date | None = None) -> None:
    row.result, row.moved_to = result.value, moved_to if result is GoalResult.MOVED else None
    row.side, row.answered_at = side.value, work.now


async def _mine(work: UnitOfWork, caller: Caller, row_id: int, *, lock: bool = False) -> tuple[GoalQuestion, GoalDate]:
    row = await work.session.get(GoalDate, row_id)
    found, side = await my_couple(work.session, caller, row.pair_id if row else 0, lock=lock, after_the_end=True)
    if row is None:
        raise Rejected("outdated")
    await work.session.refresh(row)  # as it is since the pair is locked
    return await _question(work.session, found, side, row.due_on), row


async def _question(session: AsyncSession, couple: PairContext, side: Side, due: date) -> GoalQuestion:
    statement = select(GoalDate).where(GoalDate.pair_id == couple.pair.id, GoalDate.due_on == due)
    rows = (await session.exec(statement.order_by(col(GoalDate.id)))).all()
    keys = [
        GoalDateMessage(couple.pair.id, due).key(couple.programme.id, couple.person(one).id)
        for one in (side, side.other)
    ]
    mine, theirs = [await posted(session, couple.pair.team_id, key) for key in keys]
    agreement = await newest(session, couple.pair.id)
    measures = {one["goal"]: one["measure"] for one in agreement.goals} if agreement else {}
    return GoalQuestion(couple, side, due, tuple(rows), mine, measures, theirs)
