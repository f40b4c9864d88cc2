"""The state of a person and their next step: the content of the Home tab and the help."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.agreement import Headway, State, Terms, state
from bot.domain.booking_days import BookingDays
from bot.domain.calendar import local
from bot.domain.material import Link
from bot.domain.polls import Met
from bot.domain.sessions import Side, StepKey, StepKind
from bot.services.agreement.agreement import headway_of, newest, signed_terms, state_for, version_of
from bot.services.buddies.choices import BuddyState, buddy_state
from bot.services.caller import Caller, Rejected
from bot.services.care.partner_requests import asked_until
from bot.services.circles.membership import CircleState, circle_state
from bot.services.closing.certificates import earned_sides
from bot.services.closing.completion import PairResult, result_of
from bot.services.closing.manager_note import may_note
from bot.services.matching.confirmations import Question, waiting_for
from bot.services.matching.introductions import is_introduction_waiting
from bot.services.matching.waiting import WaitingState, waiting_state
from bot.services.material.material import for_pair
from bot.services.orientation.orientation import ReadingProgress, progress_of
from bot.services.pair_context import days_without_pauses, my_couple
from bot.services.people.reminders import has_rare_reminders
from bot.services.polls.polls import answer_of, slot_of
from bot.services.programme.overview import HrPart, read_hr_part
from bot.services.sessions.places import place_of
from bot.services.signup.open_to import programmes_open_to
from bot.services.surveys.surveys import waiting
from storage.queries import person_by_slack, person_of
from storage.tables import (
    MentoringSession,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    PollAnswer,
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


def _urgency(one: PairPart) -> tuple[bool, int]:
    """Steps that depend only on the person come first."""
    stopped = one.partner_paused or one.pair.paused_until is not None or one.asked_until is not None
    waits = stopped and one.next is not NextStep.POLL
    return waits, _ORDER.index(one.next)


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
SIGN_UPS = (
    select(Participant, Programme)
    .join(Programme, col(Programme.id) == col(Participant.programme_id))
    .where(col(Participant.person_id) == bindparam("person"))
    .order_by(col(Participant.id).desc())
)
PAIRS = (
    select(Pair)
    .where(
        or_(col(Pair.mentor_id) == bindparam("participant"), col(Pair.mentee_id) == bindparam("participant")),
        Pair.state != PairState.ENDED,
    )
    .order_by(col(Pair.id))
)


async def read_home(store: Store, caller: Caller, hr_of: Collection[int] = (), looking: Person | None = None) -> Page:
    """The caller's page; `hr_of` are the programmes of which they are HR, as verified with Slack. `looking` is the
    caller if they are not stored."""
    async with store.read(caller.now) as work:
        session = work.session
        person = await person_by_slack(session, caller.team_id, caller.slack_id) or looking
        if person is None:
            raise Rejected("unknown_person")
        parts = tuple([await _part(work, *found, person) for found in await _parts(session, person)])
        led = tuple(await _led_from_channels(session, caller))
        open_to, closed_to_guest = await programmes_open_to(session, person, caller.now)
        hr = tuple([await read_hr_part(work, one) for one in led if one.id in hr_of])
        rare = any(part.pairs for part in parts) and await has_rare_reminders(session, person)
    return Page(person, caller.now, parts, open_to, hr, rare, led, closed_to_guest)


async def with_hr_parts(store: Store, caller: Caller, page: Page, hr_of: Collection[int]) -> Page:
    """The page with the programmes of which the caller is HR."""
    async with store.read(caller.now) as work:
        hr = tuple([await read_hr_part(work, one) for one in page.led_from_channels if one.id in hr_of])
    return replace(page, hr=hr)


async def pair_part(store: Store, caller: Caller, pair_id: int) -> PairPart:
    """One pair of the caller for the page. Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        found, side = await my_couple(work.session, caller, pair_id)
        return await _pair(work.session, found.pair, found.part(side), found.person(side), caller.now)


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


async def _parts(session: AsyncSession, person: Person) -> list[tuple[Participant, Programme]]:
    """The person's sign-ups: those of running programmes; else the last one that is over."""
    found = list((await session.exec(SIGN_UPS, params={"person": person.id})).all())
    going_on = [one for one in found if one[1].state != ProgrammeState.CLOSED]
    return going_on or found[:1]


async def _part(work: UnitOfWork, participant: Participant, programme: Programme, person: Person) -> Enrolment:
    session = work.session
    found = (await session.exec(PAIRS, params={"participant": participant.id})).all()
    active = [one for one in found if one.state == PairState.ACTIVE]
    known = [pair for pair in active if not await is_introduction_waiting(session, pair, person.id)]
    over = [one for one in found if one.state == PairState.COMPLETED]
    here = participant.state != ParticipantState.LEFT and participant.forgotten_at is None
    return Enrolment(
        participant,
        programme,
        tuple([await _pair(session, pair, participant, person, work.now) for pair in known]),
        tuple([await _finished(session, pair, participant) for pair in over if here]),
        certificate=here and bool(await earned_sides(session, participant)),
        may_note=bool(over) and await may_note(session, participant),
        readings=tuple(await waiting(work, participant.id)),
        about_to_hear=len(known) < len(active),
        preparing=await progress_of(session, participant),
        questions=tuple(await waiting_for(session, participant, person, work.now) if here else ()),
        waiting=None if found else await waiting_state(session, participant, programme, work.now),
        buddies=await buddy_state(session, participant, programme),
        circle=await circle_state(session, participant, programme),
    )


async def _finished(session: AsyncSession, pair: Pair, participant: Participant) -> Finished:
    side = Side.MENTOR if pair.mentor_id == participant.id else Side.MENTEE
    partner = await person_of(session, pair.mentee_id if side is Side.MENTOR else pair.mentor_id)
    agreed = await state_for(session, pair.id, side) is State.SIGNED
    since = select(Thanks.id).where(Thanks.pair_id == pair.id, Thanks.side == side)
    if pair.ended_at:
        since = since.where(col(Thanks.at) >= pair.ended_at)
    thanked = (await session.exec(since.limit(1))).first() is not None
    return Finished(pair, side, partner, await result_of(session, pair), agreed, thanked)


async def _pair(session: AsyncSession, pair: Pair, participant: Participant, me: Person, now: datetime) -> PairPart:
    side = Side.MENTOR if pair.mentor_id == participant.id else Side.MENTEE
    other_id = pair.mentee_id if side is Side.MENTOR else pair.mentor_id
    other = await session.get(Participant, other_id)
    of_pair = select(MentoringSession).where(MentoringSession.pair_id == pair.id)
    sessions = tuple((await session.exec(of_pair.order_by(col(MentoringSession.number)))).all())
    answers = select(PollAnswer).where(
        PollAnswer.participant_id == participant.id,
        col(PollAnswer.session_id).in_([one.id for one in sessions if one.settled_at is None]),
    )
    given = [answer_of(one) for one in (await session.exec(answers)).all()]
    complete = {one.session_id for one in given if one.is_complete}
    missed = {one.session_id for one in given if one.met not in (None, Met.YES)}
    step, session_of_step = next_step(sessions, side, complete, me.zone, now, missed)
    row = await newest(session, pair.id)
    agreement = state(version_of(row) if row else None, side)
    signed = row if row and agreement is State.SIGNED else None
    if agreement is State.YOURS and _ORDER.index(step) > _ORDER.index(NextStep.SIGN):
        step = NextStep.SIGN
    elif agreement is State.NONE and step is NextStep.WAIT:
        step = NextStep.AGREE
    programme = await session.get_one(Programme, pair.programme_id)
    pauses = [pair.paused_until, participant.paused_until, other.paused_until if other else None]
    leader = participant if side is Side.MENTEE else other
    topics = [one["topic"] for one in leader.wishes] if leader else []
    pack = session_of_step.pack if session_of_step else ""
    return PairPart(
        pair=pair,
        side=side,
        partner=await person_of(session, other_id),
        partner_paused=other is not None and other.state == ParticipantState.PAUSED,
        sessions=sessions,
        next=step,
        session=session_of_step,
        agreement=agreement,
        window=days_without_pauses(session_of_step, programme, pauses, now) if session_of_step else None,
        asked_until=await asked_until(session, pair.id, participant.id),
        goals=tuple(zip([one["goal"] for one in signed.goals], headway_of(signed), strict=True)) if signed else (),
        terms=signed_terms(row),
        place=place_of(session_of_step, pair, programme) if session_of_step else "",
        links=tuple(await for_pair(session, pair.programme_id, pack, topics)),
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
    for one in waiting:
        if one.id not in answered and _asked(one, side):
            return NextStep.POLL, one
    for one in waiting:
        if one.state == SessionState.BOOKED and one.starts_at:
            over = one.starts_at + timedelta(minutes=one.minutes) <= now
            if over and one.id in missed:
                return NextStep.AGAIN, one
            return (NextStep.CONFIRM, one) if over else (NextStep.BOOKED, one)
        if one.state == SessionState.PLANNED:
            opened = one.opens_on <= local(now, zone).date()
            return (NextStep.BOOK, one) if opened else (NextStep.WAIT, one)
    return NextStep.DONE, None


def _asked(meeting: MentoringSession, side: Side) -> bool:
    """Whether the poll about the session, as now booked, was sent to that side."""
    return meeting.starts_at is not None and str(StepKey(StepKind.POLL, side, slot_of(meeting))) in meeting.steps_done
