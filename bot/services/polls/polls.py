"""Answers of both people of a pair after a session. They can be changed until the poll closes; a job closes it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from bot.domain.messages.sessions import PollLeaderMessage, PollMentorMessage, step_message
from bot.domain.own_questions import About, Place
from bot.domain.polls import FIELDS, Answer, Met, Outcome, PollError, outcome
from bot.domain.sessions import Side, StepKey, StepKind, slot_at
from bot.services.caller import Caller, Rejected
from bot.services.care.concerns import contact_or_none, tell_contact, wish_of
from bot.services.own_questions.asked import AskedQuestion, asked_about, forget_about_session
from bot.services.pair_context import Meeting, my_meeting
from bot.services.sessions.booking_turn import next_to_book
from bot.services.sessions.schedule import steps
from bot.services.sessions.suggestions import Offer, offer_times
from bot.services.working_hours import days_off, hours_of
from storage.queries import Posted, posted
from storage.tables import MentoringSession, Outbox, OutboxState, Person, PollAnswer, SessionChange, SessionState
from storage.unit_of_work import Store, UnitOfWork

POLL_CHANGE_WINDOW = timedelta(minutes=30)
"""How long the at-risk rules wait after an answer, so that a mistake can be corrected."""


POLL_KINDS = tuple(one.kind.name for one in (PollMentorMessage, PollLeaderMessage))


@dataclass(frozen=True)
class Poll:
    """One person's poll about one session. `contact` receives a wish to be contacted; None: the person will choose."""

    meeting: Meeting
    side: Side
    answer: Answer
    closes: datetime
    contact: Person | None
    call_by: date | None = None
    """The last day on which the contact is in touch, once the person asked for it."""
    posted: Posted | None = None
    """Channel and ts of its message."""
    books_next: MentoringSession | None = None
    """Once all is answered, or as soon as a weekly pair is asked: the next session, if the person arranges its date
    and it has none."""
    offer: Offer | None = None
    """Times for that one."""
    asked_before: bool = False
    """The person was asked about an earlier session, and could read who sees the answers."""
    own: tuple[AskedQuestion, ...] = ()
    """HR's own questions."""


@dataclass(frozen=True)
class Verdict:
    """The closed poll's result for the session. `reopened`: it was not held, and there is still time for it."""

    state: SessionState
    reopened: bool = False


def slot_of(row: MentoringSession) -> str:
    """Distinguishes the polls of one session that is booked again, as its steps name it."""
    return slot_at(row.starts_at)


async def poll(store: Store, caller: Caller, session_id: int) -> Poll:
    """The caller's poll. Raises `Rejected`: poll_closed, poll_no_time, poll_too_early, outdated, and those of
    `my_meeting`."""
    async with store.read(caller.now) as work:
        meeting, side = await my_meeting(work.session, caller, session_id)
        check_open(meeting, caller.now)
        return await poll_of(work, meeting, side)


async def poll_of(work: UnitOfWork, meeting: Meeting, side: Side) -> Poll:
    """The poll of one side, for display."""
    mine = select(PollAnswer).where(PollAnswer.participant_id == meeting.part(side).id, PollAnswer.side == side)
    rows = {one.session_id: one for one in (await work.session.exec(mine)).all()}
    row = rows.pop(meeting.session.id, None)
    contact = await contact_or_none(work, meeting, side)
    answer = answer_of(row) if row else Answer(meeting.session.id, meeting.part(side).id, side)
    offers = meeting.meets_weekly or (answer.met is Met.YES and answer.is_complete)
    books_next = await next_to_book(work, meeting, side) if offers else None
    offer = await offer_times(work.session, meeting.at(books_next), side, work.now) if books_next else None
    where = await _posted(work, meeting, side)
    asked = Poll(
        meeting,
        side,
        answer,
        closes_at(meeting),
        contact,
        posted=where,
        books_next=books_next,
        offer=offer,
        asked_before=bool(rows) or await _was_asked_before(work, meeting, side),
        own=await _own(work, meeting, side),
    )
    if answer.contact_me:
        subject = f"{meeting.session.id}"
        if wish := await wish_of(work.session, meeting.programme, meeting.person(side), subject):
            reader = await work.session.get(Person, wish.contact_id) if wish.contact_id else None
            return replace(asked, contact=reader, call_by=wish.call_by)
    return asked


async def _was_asked_before(work: UnitOfWork, meeting: Meeting, side: Side) -> bool:
    """Whether a person was sent the questions about an earlier session."""
    earlier = select(Outbox.id).where(
        Outbox.person_id == meeting.person(side).id,
        Outbox.programme_id == meeting.programme.id,
        col(Outbox.kind).in_(POLL_KINDS),
        Outbox.state == OutboxState.SENT,
        Outbox.key != _key(meeting, side),
    )
    return (await work.session.exec(earlier.limit(1))).first() is not None


async def say_met(store: Store, caller: Caller, session_id: int, met: Met) -> Poll:
    """Store whether the session took place. Raises as `poll`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        check_open(meeting, caller.now)
        await note_met(work, meeting, side, met)
        return await _done(work, meeting, side)


async def rate(store: Store, caller: Caller, session_id: int, **ratings: int) -> Poll:
    """Store ratings, 1-5, by the names of the questions. Raises as `poll`."""
    return await _change(store, caller, session_id, lambda one: one.rate(**ratings))


async def rate_own(store: Store, caller: Caller, session_id: int, value: int) -> Poll:
    """The question that each side has of its own: the mentor's honesty, the leader's use. Raises as `poll`."""

    def rated(answer: Answer) -> Answer:
        return answer.rate(honest=value) if answer.side is Side.MENTOR else answer.rate(will_use=value)

    return await _change(store, caller, session_id, rated)


async def comment(
    store: Store,
    caller: Caller,
    session_id: int,
    comments: Mapping[str, str],
    *,
    share: bool,
    contact: bool = False,
) -> Poll:
    """Store the optional comments, by the names of the questions; an empty one is deleted. HR reads them only with
    `share`. Raises as `poll`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        check_open(meeting, caller.now)
        if contact:
            await tell_contact(work, meeting, side, f"{meeting.session.id}")
        wish = contact or None
        await _write(
            work,
            meeting,
            side,
            lambda one: one.comment(share=share, contact_me=wish, **comments),
        )
        return await _done(work, meeting, side)


async def ask_contact(store: Store, caller: Caller, session_id: int) -> Poll:
    """The caller wants to be contacted: only one contact of the programme is notified, once. If there is none, the
    caller is told and chooses. Raises `Rejected` as `poll`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        check_open(meeting, caller.now)
        await _write(work, meeting, side, lambda one: one.comment(contact_me=True))
        await tell_contact(work, meeting, side, f"{meeting.session.id}")
        return await _done(work, meeting, side)


async def note_met(work: UnitOfWork, meeting: Meeting, side: Side, met: Met, *, recorded: bool = True) -> None:
    """Store one side's answer, and update the session's state from both answers.

    `recorded`: that it took place is also recorded as a change.
    """
    await _write(work, meeting, side, lambda one: one.say_met(met))
    if met is not Met.YES:
        await forget_about_session(work, meeting.session.id, meeting.part(side).id)
    row = meeting.session
    was = row.state
    mentor, leader = both(await answers_of(work, [row.id]))
    if outcome(mentor, leader) is Outcome.HELD:
        row.state = SessionState.HELD
    else:
        row.state = SessionState.BOOKED if row.starts_at else SessionState.PLANNED
    if recorded and row.state == SessionState.HELD != was:
        work.session.add(SessionChange(team_id=row.team_id, session_id=row.id, side=side, kind="held", at=work.now))


async def note_held(work: UnitOfWork, meeting: Meeting, side: Side) -> None:
    """One side puts on record that the two met: an answer of the other that denies it does not count any more.

    Of that answer only `met` is deleted. The partner is notified of the record, and can correct it again.
    """
    for answer in await answers_of(work, [meeting.session.id]):
        if answer.side != side and answer.met not in (None, Met.YES):
            answer.met = None
    await work.session.flush()
    await note_met(work, meeting, side, Met.YES, recorded=False)


async def take_back_answers(work: UnitOfWork, meeting: Meeting) -> None:
    """A session is booked again: answers about its earlier time are deleted."""
    for answer in await answers_of(work, [meeting.session.id]):
        await work.session.delete(answer)
    await forget_about_session(work, meeting.session.id)


def verdict(state: SessionState, rows: Iterable[PollAnswer], *, window_open: bool) -> Verdict:
    """The result of a session whose poll closes now.

    A session is held only if one says so and nobody denies it. Whatever else one of the two said has the same result as
    no answer at all, so that what follows tells the other one nothing; two who contradict each other know that they do.
    """
    answers = both(rows)
    how = outcome(*answers)
    if how is Outcome.HELD or (how is Outcome.UNKNOWN and state == SessionState.HELD):
        return Verdict(SessionState.HELD)
    if any(one is not None and one.met is Met.YES for one in answers):
        return Verdict(SessionState.MISSED)
    return Verdict(SessionState.PLANNED if window_open else SessionState.MISSED, window_open)


async def answers_of(work: UnitOfWork, session_ids: list[int]) -> list[PollAnswer]:
    """Every answer about these sessions."""
    statement = select(PollAnswer).where(col(PollAnswer.session_id).in_(session_ids))
    return list((await work.session.exec(statement.order_by(col(PollAnswer.id)))).all())


def both(rows: Iterable[PollAnswer]) -> tuple[Answer | None, Answer | None]:
    """The mentor's and the leader's answer about one session."""
    by_side = {row.side: answer_of(row) for row in rows}
    return by_side.get(Side.MENTOR), by_side.get(Side.LEADER)


def answer_of(row: PollAnswer) -> Answer:
    """The domain's value of a row."""
    values = {name: getattr(row, name) for name in FIELDS}
    return Answer(
        row.session_id, row.participant_id, Side(row.side), **{**values, "met": Met(row.met) if row.met else None}
    )


def closes_at(meeting: Meeting) -> datetime:
    """When the session's answers can no longer be changed."""
    row = meeting.session
    if row.settled_at:
        return row.settled_at
    mentor, leader, off = hours_of(meeting.mentor), hours_of(meeting.leader), days_off(meeting.programme)
    found = steps(row.opens_on, row.closes_on, row.starts_at, row.minutes, mentor, leader, off, row.told_at)
    return next(step.at for step in found if step.kind is StepKind.POLL_CLOSE)


def check_open(meeting: Meeting, now: datetime) -> None:
    """Raises `Rejected` unless the poll of the session is open: only for one that had a time, not before it, and not
    after the close."""
    row = meeting.session
    if row.settled_at or now >= closes_at(meeting):
        raise Rejected("poll_closed", number=row.number)
    if row.starts_at is None:
        raise Rejected("poll_no_time", number=row.number)
    if row.starts_at > now:
        raise Rejected("poll_too_early", number=row.number)


async def _change(store: Store, caller: Caller, session_id: int, change: Callable[[Answer], Answer]) -> Poll:
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        check_open(meeting, caller.now)
        await _write(work, meeting, side, change)
        return await _done(work, meeting, side)


async def _done(work: UnitOfWork, meeting: Meeting, side: Side) -> Poll:
    result = await poll_of(work, meeting, side)
    await work.commit()
    return result


async def _write(work: UnitOfWork, meeting: Meeting, side: Side, change: Callable[[Answer], Answer]) -> None:
    row = await _row(work, meeting, side)
    if row is None:
        row = PollAnswer(
            team_id=meeting.session.team_id,
            session_id=meeting.session.id,
            participant_id=meeting.part(side).id,
            side=side,
            answered_at=work.now,
        )
        work.session.add(row)
    try:
        answer = change(answer_of(row))
    except PollError as error:
        raise Rejected("outdated") from error
    for name in FIELDS:
        setattr(row, name, getattr(answer, name))
    row.answered_at = work.now
    look = work.now + POLL_CHANGE_WINDOW
    meeting.pair.next_check_at = min(meeting.pair.next_check_at or look, look)
    await work.session.flush()


async def _row(work: UnitOfWork, meeting: Meeting, side: Side) -> PollAnswer | None:
    statement = select(PollAnswer).where(
        PollAnswer.session_id == meeting.session.id, PollAnswer.participant_id == meeting.part(side).id
    )
    return (await work.session.exec(statement)).first()


async def _posted(work: UnitOfWork, meeting: Meeting, side: Side) -> Posted | None:
    return await posted(work.session, meeting.session.team_id, _key(meeting, side))


def _key(meeting: Meeting, side: Side) -> str:
    poll = step_message(StepKey(StepKind.POLL, side, slot_of(meeting.session)), meeting.session.id)
    return poll.key(meeting.programme.id)


async def _own(work: UnitOfWork, meeting: Meeting, side: Side) -> tuple[AskedQuestion, ...]:
    about = About(Place.POLL, meeting.session.id)
    return await asked_about(work.session, meeting.programme.id, meeting.part(side).id, side, about)
