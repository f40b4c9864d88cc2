"""The state of a person and their next step: the content of the Home tab and the help."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.agreement import Headway, State, Terms, state
from bot.domain.calendar import local
from bot.domain.material import Link
from bot.domain.polls import Met
from bot.domain.sessions import Side, StepKey, StepKind
from bot.domain.sessions_booking_days import BookingDays
from bot.services.agreement.agreement import headway_of, signed_terms, version_of
from bot.services.buddies.choices import BuddyState, buddy_state
from bot.services.caller import Caller, Rejected
from bot.services.circles.membership import CircleState, circle_state
from bot.services.closing.certificates import earned_with
from bot.services.closing.completion import PairResult, result_of
from bot.services.closing.manager_note import may_note
from bot.services.home.rows import (
    PairRows,
    Partnership,
    find_what_there_is,
    partnerships_of,
    read_pair_rows,
)
from bot.services.matching.confirmations import Question, waiting_for
from bot.services.matching.introductions import is_introduction_waiting
from bot.services.matching.waiting import WaitingState, waiting_state
from bot.services.material.material import for_pair
from bot.services.orientation.orientation import ReadingProgress, progress_of
from bot.services.pair_context import days_without_pauses, my_couple
from bot.services.people.reminders import has_rare_reminders
from bot.services.polls.polls import slot_of
from bot.services.programme.overview import HrPart, read_hr_part
from bot.services.sessions.places import place_of
from bot.services.signup.open_to import open_of
from bot.services.surveys.surveys import waiting
from storage.tables import (
    MentoringSession,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    SessionState,
    SurveyResponse,
    Thanks,
)
from storage.unit_of_work import Store, UnitOfWork


class NextStep(StrEnum):
    """A pair's next step, as in `home.pair.next`; in order of priority."""

    POLL = "poll"
    CONFIRM = "confirm"
    AGAIN = "again"
    SIGN = "sign"
    BOOK = "book"
    AGREE = "agree"
    BOOKED = "booked"
    WAIT = "wait"
    DONE = "done"


@dataclass(frozen=True)
class PairPart:
    """One pair of the person, from the view of their `side`. `session` is the one that `next` concerns."""

    pair: Pair
    side: Side
    partner: Person
    partner_paused: bool
    sessions: tuple[MentoringSession, ...]
    next: NextStep
    session: MentoringSession | None
    agreement: State
    window: BookingDays | None = None
    """The days to name for that session."""
    goals: tuple[tuple[str, Headway], ...] = ()
    """The goals that both signed, and their progress."""
    asked_until: date | None = None
    """They asked for another partner: the day by which HR is to call."""
    links: tuple[Link, ...] = ()
    """The company's own material for the pair and its next session."""
    terms: Terms | None = None
    """The agreement that both signed."""
    place: str = ""
    """Where that session takes place."""

    @property
    def held(self) -> int:
        return sum(one.state == SessionState.HELD for one in self.sessions)


@dataclass(frozen=True)
class Finished:
    """A pair of the person whose time is over."""

    pair: Pair
    side: Side
    partner: Person
    result: PairResult
    agreed: bool
    """Both signed an agreement."""
    thanked: bool = False
    """The person thanked their partner since."""


@dataclass(frozen=True)
class Enrolment:
    """A person's enrolment in one programme. `certificate`: they earned one.

    `about_to_hear`: a pair is not shown before the introduction.
    """

    participant: Participant
    programme: Programme
    pairs: tuple[PairPart, ...]
    finished: tuple[Finished, ...] = ()
    may_note: bool = False
    """A note to their manager can still be sent."""
    certificate: bool = False
    readings: tuple[SurveyResponse, ...] = ()
    """Survey questions that wait for answers: before, at the end, 90 days on."""
    about_to_hear: bool = False
    preparing: tuple[ReadingProgress, ...] = ()
    """Their progress in the orientation or the briefing."""
    questions: tuple[Question, ...] = ()
    """The question about a pair that HR made by hand."""
    waiting: WaitingState | None = None
    """Without any pair: why."""
    buddies: BuddyState | None = None
    """Of a mentor: what they chose about buddies."""
    circle: CircleState | None = None
    """Of a mentor, if HR offers circles."""

    @property
    def state(self) -> ParticipantState:
        return self.participant.state


@dataclass(frozen=True)
class Page:
    """The content of the Home tab. `to_join`: the programmes that the person could join, newest first."""

    person: Person
    now: datetime
    parts: tuple[Enrolment, ...]
    to_join: tuple[Programme, ...]
    hr: tuple[HrPart, ...]
    rare_reminders: bool = False
    """They get fewer reminders than others."""
    led_from_channels: tuple[Programme, ...] = ()
    """The programmes whose HR the person may be, which only Slack knows."""
    closed_to_guest: bool = False
    """A programme is open, but not to the person's guest account."""

    @property
    def first(self) -> PairPart | None:
        """The pair whose next step has priority."""
        active = [part for part in self.parts if part.state == ParticipantState.ACTIVE]
        return min((one for part in active for one in part.pairs), key=_urgency, default=None)

    @property
    def taking_part(self) -> bool:
        return any(
            part.state != ParticipantState.LEFT and part.programme.state != ProgrammeState.CLOSED for part in self.parts
        )


_ORDER = list(NextStep)


def _urgency(mine: PairPart) -> tuple[bool, int]:
    """Steps that depend only on the person come first."""
    stopped = mine.partner_paused or mine.pair.paused_until is not None or mine.asked_until is not None
    waits = stopped and mine.next is not NextStep.POLL
    return waits, _ORDER.index(mine.next)


# Built once, because each Home tab needs them: building a statement takes as long as executing it.
_NEWEST = (
    select(func.max(Programme.id)).where(col(Programme.team_id) == bindparam("team")).group_by(Programme.hr_channel)
)
LED_FROM_CHANNELS = (
    select(Programme)
    .where(
        col(Programme.team_id) == bindparam("team"),
        or_(col(Programme.state) != ProgrammeState.CLOSED, col(Programme.id).in_(_NEWEST)),
    )
    .order_by(col(Programme.id).desc())
)
SIGN_UPS: Any = (
    select(Person, Participant, Programme)
    .outerjoin(Participant, col(Participant.person_id) == col(Person.id))
    .outerjoin(Programme, col(Programme.id) == col(Participant.programme_id))
    .where(col(Person.team_id) == bindparam("team"), col(Person.slack_id) == bindparam("slack"))
    .order_by(col(Participant.id).desc())
)


async def read_home(store: Store, caller: Caller, hr_of: Collection[int] = (), looking: Person | None = None) -> Page:
    """The caller's page; `hr_of` are the programmes of which they are HR, as verified with Slack. `looking` is the
    caller if they are not stored."""
    async with store.read(caller.now) as work:
        session = work.session
        mine = {"team": caller.team_id, "slack": caller.slack_id}
        rows = (await session.exec(SIGN_UPS, params=mine)).all()
        person = rows[0][0] if rows else looking
        if person is None:
            raise Rejected("unknown_person")
        sign_ups = [(participant, programme) for _, participant, programme in rows if participant]
        parts = tuple([await _part(work, *found, person) for found in _shown(sign_ups)])
        led = tuple(await _led_from_channels(session, caller))
        here = {programme.id for participant, programme in sign_ups if participant.state != ParticipantState.LEFT}
        others = [one for one in led if one.state != ProgrammeState.CLOSED and one.id not in here]
        open_to, closed_to_guest = await open_of(session, others, person, caller.now)
        hr = tuple([await read_hr_part(work, one) for one in led if one.id in hr_of])
        rare = any(part.pairs for part in parts) and await has_rare_reminders(session, person)
    return Page(person, caller.now, parts, open_to, hr, rare, led, closed_to_guest)


async def with_hr_parts(store: Store, caller: Caller, page: Page, hr_of: Collection[int]) -> Page:
    """The page with the programmes of which the caller is HR."""
    async with store.read(caller.now) as work:
        hr = tuple([await read_hr_part(work, one) for one in page.led_from_channels if one.id in hr_of])
    return replace(page, hr=hr)


async def own_pair(store: Store, caller: Caller, pair_id: int) -> PairPart:
    """One pair of the caller for the page. Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        found, side = await my_couple(work.session, caller, pair_id)
        participant, other = found.part(side), Partnership(found.pair, found.part(side.other), found.person(side.other))
        there_is = await find_what_there_is(work.session, participant, caller.now)
        (rows,) = await read_pair_rows(work.session, participant, [other], there_is)
        return _pair(rows, participant, found.programme, found.person(side), caller.now)


async def open_programmes(store: Store, caller: Caller) -> list[Programme]:
    """The workspace's programmes that are not over, newest first."""
    async with store.read(caller.now) as work:
        return await _open_programmes(work.session, caller.team_id)


async def _led_from_channels(session: AsyncSession, caller: Caller) -> list[Programme]:
    """The workspace's programmes in which HR still has work to do: those that are not closed, and the last one of each
    channel, newest first."""
    return list((await session.exec(LED_FROM_CHANNELS, params={"team": caller.team_id})).all())


async def _open_programmes(session: AsyncSession, team_id: str) -> list[Programme]:
    statement = select(Programme).where(Programme.team_id == team_id, Programme.state != ProgrammeState.CLOSED)
    return list((await session.exec(statement.order_by(col(Programme.id).desc()))).all())


def _shown(sign_ups: list[tuple[Participant, Programme]]) -> list[tuple[Participant, Programme]]:
    """Those of running programmes; else the last one that is over."""
    going_on = [one for one in sign_ups if one[1].state != ProgrammeState.CLOSED]
    return going_on or sign_ups[:1]


async def _part(work: UnitOfWork, participant: Participant, programme: Programme, person: Person) -> Enrolment:
    session, now = work.session, work.now
    there_is = await find_what_there_is(session, participant, now)
    partnerships = await partnerships_of(session, participant)
    unknown = {
        one.pair.id
        for one in partnerships
        if there_is.introductions
        and one.pair.state == PairState.ACTIVE
        and await is_introduction_waiting(session, one.pair, participant.person_id)
    }
    rows = await read_pair_rows(session, participant, partnerships, there_is)
    known = [one for one in rows if one.of.pair.state == PairState.ACTIVE and one.of.pair.id not in unknown]
    over = [one for one in rows if one.of.pair.state == PairState.COMPLETED]
    here = participant.state != ParticipantState.LEFT and participant.forgotten_at is None
    with_sessions = [(one.of.pair, one.sessions) for one in rows if one.sessions]
    return Enrolment(
        participant,
        programme,
        tuple([_pair(one, participant, programme, person, now) for one in known]),
        tuple([await _finished(session, one, participant) for one in over if here]),
        certificate=here and bool(earned_with(participant, with_sessions)),
        may_note=bool(over) and await may_note(session, participant),
        readings=tuple(await waiting(work, participant.id) if there_is.surveys else ()),
        about_to_hear=bool(unknown),
        preparing=await progress_of(session, participant),
        questions=tuple(await waiting_for(session, participant, person, now) if here and there_is.questions else ()),
        waiting=None if known or over or unknown else await waiting_state(session, participant, programme, now),
        buddies=await buddy_state(session, participant, programme),
        circle=await circle_state(session, participant, programme),
    )


async def _finished(session: AsyncSession, rows: PairRows, participant: Participant) -> Finished:
    pair = rows.of.pair
    side = Side.MENTOR if pair.mentor_id == participant.id else Side.LEADER
    agreed = state(version_of(rows.agreement) if rows.agreement else None, side) is State.SIGNED
    since = select(Thanks.id).where(Thanks.pair_id == pair.id, Thanks.side == side)
    if pair.ended_at:
        since = since.where(col(Thanks.at) >= pair.ended_at)
    thanked = (await session.exec(since.limit(1))).first() is not None
    return Finished(pair, side, rows.of.partner, result_of(pair, rows.sessions), agreed, thanked)


def _pair(rows: PairRows, participant: Participant, programme: Programme, me: Person, now: datetime) -> PairPart:
    (pair, other, partner), sessions, row = rows.of, rows.sessions, rows.agreement
    side = Side.MENTOR if pair.mentor_id == participant.id else Side.LEADER
    complete = {one.session_id for one in rows.answers if one.is_complete}
    missed = {one.session_id for one in rows.answers if one.met not in (None, Met.YES)}
    step, session_of_step = next_step(sessions, side, complete, me.zone, now, missed)
    agreement = state(version_of(row) if row else None, side)
    signed = row if row and agreement is State.SIGNED else None
    if agreement is State.YOURS and _ORDER.index(step) > _ORDER.index(NextStep.SIGN):
        step = NextStep.SIGN
    elif agreement is State.NONE and step is NextStep.WAIT:
        step = NextStep.AGREE
    pauses = [pair.paused_until, participant.paused_until, other.paused_until]
    leader = participant if side is Side.LEADER else other
    topics = [one["topic"] for one in leader.wishes]
    pack = session_of_step.pack if session_of_step else ""
    return PairPart(
        pair=pair,
        side=side,
        partner=partner,
        partner_paused=other.state == ParticipantState.PAUSED,
        sessions=sessions,
        next=step,
        session=session_of_step,
        agreement=agreement,
        window=days_without_pauses(session_of_step, programme, pauses, now) if session_of_step else None,
        asked_until=rows.asked_until,
        goals=tuple(zip([one["goal"] for one in signed.goals], headway_of(signed), strict=True)) if signed else (),
        terms=signed_terms(row),
        place=place_of(session_of_step, pair, programme) if session_of_step else "",
        links=tuple(for_pair(rows.links, pack, topics)),
    )


def next_step(
    sessions: Collection[MentoringSession],
    side: Side,
    answered: Collection[int | None],
    zone: str,
    now: datetime,
    missed: Collection[int | None] = (),
) -> tuple[NextStep, MentoringSession | None]:
    """The next step of one side of a pair, and its session.

    `answered`: sessions whose poll they answered; `missed`: those that they reported as not held.
    """
    waiting = [one for one in sessions if one.settled_at is None]
    for row in waiting:
        if row.id not in answered and _asked(row, side):
            return NextStep.POLL, row
    for row in waiting:
        if row.state == SessionState.BOOKED and row.starts_at:
            over = row.starts_at + timedelta(minutes=row.minutes) <= now
            if over and row.id in missed:
                return NextStep.AGAIN, row
            return (NextStep.CONFIRM, row) if over else (NextStep.BOOKED, row)
        if row.state == SessionState.PLANNED:
            opened = row.opens_on <= local(now, zone).date()
            return (NextStep.BOOK, row) if opened else (NextStep.WAIT, row)
    return NextStep.DONE, None


def _asked(meeting: MentoringSession, side: Side) -> bool:
    """Whether the poll about the session, as now booked, was sent to that side."""
    return meeting.starts_at is not None and str(StepKey(StepKind.POLL, side, slot_of(meeting))) in meeting.steps_done
