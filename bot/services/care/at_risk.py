"""Actions for pairs at risk: a nudge, a private question to each, a notice to HR, an offer of another partner.

`bot.domain.care` has the rules; this module collects their facts and executes their actions, each once.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.agreement import SignatureTimes
from bot.domain.calendar import CalendarError, DaysOff, Hours, local, morning, next_working, to_utc
from bot.domain.care import (
    Action,
    PairFacts,
    Signal,
    Taken,
    for_hr,
    leading,
    may_offer,
    next_action,
    next_check,
    signals,
)
from bot.domain.messages.care import (
    AskMentorMessage,
    PairNudgeMessage,
    RematchOfferMessage,
    RiskAskMessage,
    RiskHrMessage,
)
from bot.domain.polls import Met
from bot.domain.sessions import Side
from bot.services.access import audit
from bot.services.agreement.agreement import read_standings
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.care.concerns import contact_or_none, tell_contact
from bot.services.pair_context import PairContext, active_couple_of_hr, couples, my_couple
from bot.services.working_hours import back_since, office_hours
from storage.outbox import Outgoing, outgoing
from storage.queries import Row
from storage.tables import (
    MentoringSession,
    Pair,
    PairState,
    Person,
    PollAnswer,
    ProgrammeState,
    RiskAction,
    SessionChange,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork

BATCH = 500
LOOK_DURING_PAUSE = timedelta(days=1)
NOT_AGAIN_BEFORE = timedelta(hours=1)
STAYED = "stayed"
"""`RiskAction.action` where one of a pair chose to stay together; not which of them."""

_MESSAGES = {
    Action.NUDGE: (PairNudgeMessage, tuple(Side)),
    Action.ASK_EACH: (RiskAskMessage, tuple(Side)),
    Action.OFFER_REMATCH: (RematchOfferMessage, tuple(Side)),
    Action.ASK_MENTOR: (AskMentorMessage, (Side.MENTOR,)),
    Action.TELL_HR: (RiskHrMessage, ()),
}


async def tick_risks(store: Store, now: datetime) -> int:
    """Check every pair that is due, and execute the next action; how many were checked."""
    handled = 0
    while True:
        async with store.write(now) as work:
            batch = await couples(
                work.session, col(Pair.next_check_at) <= now, limit=BATCH, order=col(Pair.next_check_at)
            )
            if batch:
                await _look_at(work, batch)
                await work.commit()
        if not batch:
            return handled
        handled += len(batch)


async def _look_at(work: UnitOfWork, batch: list[PairContext]) -> None:
    alive = [
        one for one in batch if one.pair.state == PairState.ACTIVE and one.programme.state == ProgrammeState.RUNNING
    ]
    for couple in batch:
        couple.pair.next_check_at = None
    facts = await facts_of(work, alive)
    taken = await _taken(work, alive)
    messages: list[Outgoing] = []
    for couple in alive:
        id_ = couple.pair.id
        known, done = facts[id_], taken.get(id_, [])
        while action := next_action(signals(known, work.now), done, work.now, known):
            done.append(Taken(action, work.now))
            work.session.add(RiskAction(team_id=couple.pair.team_id, pair_id=id_, action=action, at=work.now))
            messages += await messages_for(work, couple, action)
        moment = work.now + LOOK_DURING_PAUSE if known.paused else next_check(known, done, work.now)
        couple.pair.next_check_at = max(moment, work.now + NOT_AGAIN_BEFORE) if moment else None
    await work.send_all(messages)


async def messages_for(work: UnitOfWork, couple: PairContext, action: Action, *, by_hr: bool = False) -> list[Outgoing]:
    """The messages of an action. HR's own action is sent even if the signal is gone by then."""
    programme = couple.programme
    kind, sides = _MESSAGES[action]
    message = kind(couple.pair.id, by_hr=by_hr, slot=f"{work.now.astimezone(UTC):%Y%m%dT%H%M}")
    if not sides:
        due_at = next_working(work.now, office_hours(programme), couple.off)
        return [outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel, due_at=due_at)]
    return [outgoing(message, programme.team_id, programme.id, person_id=couple.person(side).id) for side in sides]


# Answers of people


@dataclass(frozen=True)
class StoredAnswer:
    """An answer was stored; `session` is the one that the pair can book next, `contact` the person who will be in
    touch, until the end of `call_by`."""

    couple: PairContext
    side: Side
    session: MentoringSession | None
    contact: Person | None
    call_by: date | None = None
    is_booked: bool = False
    """Whether that session has a time that is yet to come."""


async def answer_private_question(store: Store, caller: Caller, pair_id: int, answer: str) -> StoredAnswer:
    """One person of a pair answers a private question: "fine", "easier", "well", "stay" or "help".

    `help` notifies a contact; after `stay` the pair is offered no other partner for a while. Who wants another one asks
    for it (`bot.services.care.partner_requests`). Raises `Rejected` as `my_couple`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        # Who wants to be contacted is heard, whatever became of the pair.
        one, side = await my_couple(work.session, caller, pair_id, lock=True, even_over=answer == "help")
        contact, call_by = None, None
        if answer == "help":
            raised = await tell_contact(work, one, side, f"pair{one.pair.id}-{await _round(work, one)}")
            contact, call_by = raised.reader, raised.call_by
        elif answer == "stay":
            work.session.add(RiskAction(team_id=one.pair.team_id, pair_id=pair_id, action=STAYED, at=caller.now))
        session = await open_session(work, one.pair.id)
        await work.commit()
    is_booked = session is not None and session.starts_at is not None and session.starts_at > caller.now
    return StoredAnswer(one, side, session, contact, call_by, is_booked)


async def who_would_call(store: Store, caller: Caller, pair_id: int) -> tuple[PairContext, Side, Person | None]:
    """The pair, the caller's side, and who would contact them. Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        one, side = await my_couple(work.session, caller, pair_id, even_over=True)
        return one, side, await contact_or_none(work, one, side)


async def _round(work: UnitOfWork, couple: PairContext) -> int:
    """The last question: clicking twice counts once, but a click months later requests help again."""
    asked = (Action.ASK_EACH, Action.ASK_MENTOR, Action.OFFER_REMATCH)
    statement = select(func.max(RiskAction.id)).where(
        RiskAction.pair_id == couple.pair.id, col(RiskAction.action).in_(asked)
    )
    return (await work.session.exec(statement)).one() or 0


async def act_for_hr(store: Store, hr: HrCaller, pair_id: int, action: Action) -> PairContext:
    """HR nudges a pair, or offers it another partner. Raises `Rejected`: not_your_pair, pair_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        couple = await active_couple_of_hr(work.session, hr, pair_id)
        await audit(work, hr, action, {"pair": pair_id})
        work.session.add(RiskAction(team_id=hr.team_id, pair_id=pair_id, action=action, at=hr.now))
        for message in await messages_for(work, couple, action, by_hr=True):
            await work.send(message)
        await work.commit()
    return couple


async def programme_of_pair(store: Store, caller: Caller, pair_id: int) -> int:
    """The programme of a pair, to check HR's membership. Raises `Rejected`: not_your_pair."""
    async with store.read(caller.now) as work:
        pair = await work.session.get(Pair, pair_id)
    if pair is None or pair.team_id != caller.team_id:
        raise Rejected("not_your_pair")
    return pair.programme_id


# Facts


async def signals_of(work: UnitOfWork, couple: PairContext) -> list[Signal]:
    """The current signals of a pair that HR may see, the leading one first."""
    facts = await facts_of(work, [couple])
    found = for_hr(signals(facts[couple.pair.id], work.now))
    return sorted(found, key=lambda signal: signal is not leading(found))


async def may_be_offered(work: UnitOfWork, couple: PairContext) -> bool:
    """Whether this is still a moment to offer a pair other partners."""
    facts = (await facts_of(work, [couple]))[couple.pair.id]
    return may_offer(for_hr(signals(facts, work.now)), facts, work.now)


async def has_denied(work: UnitOfWork, row: MentoringSession, side: Side) -> bool:
    """Whether one of the two answered that the session, at its present time, did not take place."""
    statement = select(PollAnswer.met).where(PollAnswer.session_id == row.id, PollAnswer.side == side)
    met = (await work.session.exec(statement)).first()
    return met is not None and met != Met.YES


async def open_session(work: UnitOfWork, pair_id: int) -> MentoringSession | None:
    """The pair's first session that was not held and still can be."""
    statement = select(MentoringSession).where(
        MentoringSession.pair_id == pair_id,
        col(MentoringSession.settled_at).is_(None),
        col(MentoringSession.state).in_((SessionState.PLANNED, SessionState.BOOKED)),
    )
    return (await work.session.exec(statement.order_by(col(MentoringSession.number)))).first()


async def facts_of(work: UnitOfWork, pairs: Sequence[PairContext]) -> dict[int, PairFacts]:
    """The facts of each pair, by its id."""
    ids = [one.pair.id for one in pairs]
    sessions = _by(await _all(work, MentoringSession, MentoringSession.pair_id, ids), "pair_id")
    session_ids = [row.id for rows in sessions.values() for row in rows]
    changes = _by(await _all(work, SessionChange, SessionChange.session_id, session_ids), "session_id")
    answers = _by(await _all(work, PollAnswer, PollAnswer.session_id, session_ids), "session_id")
    agreed = await read_standings(work.session, ids)
    stayed = {
        row.pair_id: row.at for row in await _all(work, RiskAction, RiskAction.pair_id, ids) if row.action == STAYED
    }
    found = {}
    for couple in pairs:
        rows = sessions.get(couple.pair.id, [])
        pauses = (couple.mentor_part.resumed_at, couple.leader_part.resumed_at, couple.pair.resumed_at)
        resumed = [moment for moment in pauses if moment]
        found[couple.pair.id] = pair_facts(
            couple.pair,
            couple.leader.zone,
            couple.off,
            rows,
            [change for row in rows for change in changes.get(row.id, [])],
            [answer for row in rows for answer in answers.get(row.id, [])],
            agreed=agreed.get(couple.pair.id, SignatureTimes()),
            paused=not couple.under_way,
            resumed_at=max(resumed, default=None),
            stayed_at=stayed.get(couple.pair.id),
            back=[at for side in Side for at in back_since(couple.person(side), work.now)],
            now=work.now,
        )
    return found


def pair_facts(
    pair: Pair,
    zone: str,
    off: DaysOff,
    rows: Sequence[MentoringSession],
    changes: Sequence[SessionChange],
    answers: Sequence[PollAnswer] = (),
    *,
    agreed: SignatureTimes,
    paused: bool,
    resumed_at: datetime | None,
    stayed_at: datetime | None = None,
    back: Sequence[datetime] = (),
    now: datetime,
) -> PairFacts:
    """The facts of one pair, from its sessions in order and other data; `zone` is the leader's, `off` its days off.

    What one of the two answered after a session starts nothing by itself: that its time is over without anyone saying
    that they met counts from the next working day on, whether one said that the other did not come, or nobody
    answered. Private actions of the two, such as an action card, do not count as progress: HR could infer them from the
    time when a pair becomes inactive. Without `answers` the facts contain only what HR may see.
    """
    began = max([pair.introduced_at, *_opening(rows[:1], zone)])
    held = _held_at(rows, changes)
    progress = [
        began,
        *held,
        *([agreed.signed_at] if agreed.signed_at else []),
        *(change.at for change in changes if change.kind in ("booked", "held")),
    ]
    # A pair that has a date, nothing to do until the next window opens, or no session left is not inactive.
    left = [row for row in rows if row.state in (SessionState.PLANNED, SessionState.BOOKED) and not row.settled_at]
    progress += [row.starts_at for row in rows if row.state == SessionState.BOOKED and row.starts_at]
    progress += _opening(_waited_for(rows, left, zone, now), zone) if left or not rows else [now]
    progress += back  # while one of them is away without a pause, the pair cannot meet
    met = {answer.session_id for answer in answers if answer.met == Met.YES}
    ahead = [row.starts_at for row in rows if row.state == SessionState.BOOKED and row.starts_at]
    return PairFacts(
        introduced_at=began,
        last_progress_at=max(progress),
        agreement_signed_at=agreed.signed_at,
        agreement_lapsed_at=agreed.lapsed_at,
        first_booked_at=min((c.at for c in changes if c.kind in ("booked", "held")), default=None),
        last_held_at=max(held, default=None),
        moves_by_mentor=_moves(changes, Side.MENTOR),
        moves_by_leader=_moves(changes, Side.LEADER),
        missed=tuple(sorted(next_morning(at, zone, off) for at in _missed(rows, changes, met))),
        honesty=tuple(
            (next_morning(answer.answered_at, zone, off), answer.honest)
            for answer in answers
            if answer.honest is not None
        ),
        paused=paused,
        resumed_at=resumed_at,
        next_booked_at=min((at for at in ahead if at > now), default=None),
        stayed_at=stayed_at,
    )


def next_morning(at: datetime, zone: str, off: DaysOff) -> datetime:
    """The beginning of the next working day: what follows from an answer follows then, so that its moment says
    nothing."""
    day = local(at, zone).date() + timedelta(days=1)
    try:
        return morning(day, Hours(zone), off)
    except CalendarError:
        return to_utc(day, time(), zone)


def moved_ahead(change: SessionChange) -> bool:
    """Whether a session was moved or cancelled while it was still to come. What people answer about one whose time is
    over is not counted: it is between the two and Balik."""
    return change.kind in ("moved", "cancelled") and (change.before is None or change.before > change.at)


def _missed(rows: Sequence[MentoringSession], changes: Sequence[SessionChange], met: Collection[int]) -> set[datetime]:
    """The times of sessions, past and to come, of which nobody said that they were held. `met`: sessions of which
    a person did."""
    held = {row.id for row in rows if row.state == SessionState.HELD} | set(met)
    over = {  # after a pause the two are asked later, and nobody has missed anything before that
        (row.id, max(row.starts_at, row.told_at or row.starts_at))
        for row in rows
        if row.state in (SessionState.BOOKED, SessionState.MISSED) and row.starts_at
    }
    over |= {
        (change.session_id, change.before)
        for change in changes
        if change.kind in ("moved", "missed", "no_show") and change.before and change.before <= change.at
    }
    return {at for session, at in over if session not in held}


def _moves(changes: Iterable[SessionChange], side: Side) -> tuple[datetime, ...]:
    return tuple(change.at for change in changes if moved_ahead(change) and change.side == side)


def _held_at(rows: Sequence[MentoringSession], changes: Sequence[SessionChange]) -> list[datetime]:
    """When the pair met, or reported it, for each session that counts as held."""
    told = {change.session_id: change.at for change in changes if change.kind == "held"}
    moments = [told.get(row.id) or row.starts_at for row in rows if row.state == SessionState.HELD]
    return [moment for moment in moments if moment]


def _waited_for(
    rows: Sequence[MentoringSession], left: Sequence[MentoringSession], zone: str, now: datetime
) -> Sequence[MentoringSession]:
    """The next session, if there is nothing to do until its window opens: all earlier ones were held, or none is
    open."""
    today = local(now, zone).date()
    behind = any(row.state != SessionState.HELD for row in rows if left and row.number < left[0].number)
    return [] if behind and any(row.opens_on <= today for row in left) else left[:1]


def _opening(rows: Sequence[MentoringSession], zone: str) -> list[datetime]:
    return [to_utc(row.opens_on, time(), zone) for row in rows]


async def _taken(work: UnitOfWork, pairs: Sequence[PairContext]) -> dict[int, list[Taken]]:
    rows = await _all(work, RiskAction, RiskAction.pair_id, [one.pair.id for one in pairs])
    return {
        pair_id: [Taken(Action(row.action), row.at) for row in found if row.action in set(Action)]
        for pair_id, found in _by(rows, "pair_id").items()
    }


async def _all(work: UnitOfWork, table: type[Row], column: Any, ids: list[int]) -> list[Row]:
    """The rows of `ids`, in order."""
    statement = select(table).where(col(column).in_(ids)).order_by(col(table.id))  # type: ignore[attr-defined]  # all have one
    return list((await work.session.exec(statement)).all())


def _by(rows: Iterable[Row], name: str) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(getattr(row, name), []).append(row)
    return grouped
