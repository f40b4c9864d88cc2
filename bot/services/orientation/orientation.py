"""The orientation for mentors and the briefing for leaders: offer, reading progress, reminders, and counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import Hours, morning, workday, working_days_after, working_days_before
from bot.domain.figures import MIN_GROUP, Count
from bot.domain.messages.orientation import (
    BEFORE_INTRODUCTION,
    EARLY,
    OrientationMessage,
    PreparationMessage,
    PreparationReminderMessage,
)
from bot.domain.orientation import NOTHING_SAID, FinishBy, Openness, read_up_to, sides_of, steps_of
from bot.domain.programme import Theme
from bot.domain.sessions import Side
from bot.services.access import open_programme
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.insight.published_groups import read_published
from bot.services.orientation.openness import openness_of, store_openness
from bot.services.pair_context import Meeting
from bot.services.training.kickoffs import invite_newcomer
from bot.services.working_hours import days_off, hours_of
from storage.outbox import Outgoing, outgoing
from storage.queries import current_participation, person_by_slack, sign_up_of
from storage.tables import (
    NOT_TAKING_PART,
    MentoringSession,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Preparation,
    Programme,
    ProgrammeState,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork

BATCH = 500
DAYS_AHEAD = 2
"""How many working days before the first session people who have not finished are reminded."""
DAYS_BEFORE_INTRODUCTION = 3
"""How many working days after signing up, if the introductions wait for it."""
DAYS_WITHOUT_DATE = 5
"""How many working days after the introduction, if the first session has no date by then."""


@dataclass(frozen=True)
class ReadingProgress:
    """A person's reading progress on one side. `minutes`: how long the sessions of the programme are; `finish_by`:
    what HR asks of everyone; `theme`: of the programme; `openness`: a leader's own answers, where they are shown.
    """

    programme_id: int
    side: Side
    read: int
    minutes: int
    steps: tuple[str, ...]
    finish_by: FinishBy
    theme: Theme
    openness: Openness = NOTHING_SAID

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def finished(self) -> bool:
        return self.read >= self.total


@dataclass(frozen=True)
class Finished:
    """How many of a side have finished, at least; `finished` is None if it would reveal single people."""

    side: Side
    people: int
    finished: int | None


# Offering


async def offer(work: UnitOfWork, participant: Participant) -> list[Side]:
    """What a person has to read with their current sign-up; the sides that are new."""
    await invite_newcomer(work, participant)
    known = await _rows(work.session, participant.id)
    return [Side(one.side) for one in await _add_missing(work, participant, known)]


async def _add_missing(work: UnitOfWork, participant: Participant, known: Sequence[Preparation]) -> list[Preparation]:
    """What a person has to read with their current sign-up and is not `known`."""
    sides = {Side(one.side) for one in known}
    missing = [side for side in sides_of(participant.role) if side not in sides]
    if not missing:
        return []
    programme, remind_at = await work.session.get_one(Programme, participant.programme_id), None
    if asked_of(programme) is FinishBy.INTRODUCTION:
        person = await work.session.get_one(Person, participant.person_id)
        remind_at = reminder_before_introduction(programme, person, work.now)
    new = [
        Preparation(
            team_id=participant.team_id,
            participant_id=participant.id,
            side=side,
            offered_at=work.now,
            remind_at=remind_at,
        )
        for side in missing
    ]
    work.session.add_all(new)
    await work.session.flush()
    return new


async def offer_again(work: UnitOfWork, participant: Participant) -> None:
    """For a person who was welcomed before: what is new for them is a separate message."""
    for side in await offer(work, participant):
        await work.send(_letter(participant, PreparationMessage(participant.id, side)))


async def offer_to_all(store: Store, hr: HrCaller) -> int:
    """Offer it to everyone who was not offered it yet; how many there were. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        missing = await _not_offered(work.session, programme.id)
        for participant in missing:
            await offer_again(work, participant)
        await work.commit()
    return len(missing)


async def number_not_offered(session: AsyncSession, programme_id: int) -> int:
    return len(await _not_offered(session, programme_id))


async def _not_offered(session: AsyncSession, programme_id: int) -> list[Participant]:
    offered = (
        select(Preparation.participant_id, Preparation.side)
        .join(Participant, col(Participant.id) == col(Preparation.participant_id))
        .where(Participant.programme_id == programme_id)
    )
    known = set((await session.exec(offered)).all())
    here = select(Participant).where(
        Participant.programme_id == programme_id, col(Participant.state).not_in(NOT_TAKING_PART)
    )
    return [
        one
        for one in (await session.exec(here.order_by(col(Participant.id)))).all()
        if any((one.id, side.value) not in known for side in sides_of(one.role))
    ]


# Reading


async def where(store: Store, caller: Caller, side: Side, programme_id: int | None = None) -> ReadingProgress:
    """The caller's progress: on `side`, or on their other one if they are not on it.

    Raises `Rejected`: not_participant, left_programme, programme_closed.
    """
    async with store.read(caller.now) as work:
        participant, programme = await _part(work.session, caller, programme_id)
        progress = _progress(await _rows(work.session, participant.id), participant, programme)
        mine = side if side in sides_of(participant.role) else side.other
        said = await openness_of(work.session, participant.id) if mine is Side.LEADER else NOTHING_SAID
    return next(replace(one, openness=said) for one in progress if one.side is mine)


async def went_on(
    store: Store, caller: Caller, programme_id: int, side: Side, step: int, said: Openness | None = None
) -> ReadingProgress:
    """The caller has read the `step`-th step, counted from 1; `said`: what they answered, if it asks something.

    Raises `Rejected`: outdated, and as `where`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        participant, programme = await _part(work.session, caller, programme_id)
        if side not in sides_of(participant.role):
            raise Rejected("outdated")
        rows = await _rows(work.session, participant.id)
        rows += await _add_missing(work, participant, rows)
        row = next(one for one in rows if one.side == side)
        steps = steps_of(side, participant.confidence)
        row.steps_read = read_up_to(row.steps_read, step, steps)
        if row.steps_read == len(steps) and row.finished_at is None:
            row.finished_at, row.remind_at = caller.now, None
        if said is not None:
            await store_openness(work, participant, said)
        elif side is Side.LEADER:
            said = await openness_of(work.session, participant.id)
        await work.commit()
    progress = _progress(rows, participant, programme)
    return next(replace(one, openness=said or NOTHING_SAID) for one in progress if one.side is side)


async def progress_of(session: AsyncSession, participant: Participant) -> tuple[ReadingProgress, ...]:
    """A person's progress on each of their sides."""
    programme = await session.get_one(Programme, participant.programme_id)
    return _progress(await _rows(session, participant.id), participant, programme)


def _progress(
    rows: Iterable[Preparation], participant: Participant, programme: Programme
) -> tuple[ReadingProgress, ...]:
    by_side = {Side(one.side): one for one in rows}
    finish_by = asked_of(programme)
    found = []
    for side in sides_of(participant.role):
        steps = steps_of(side, participant.confidence)
        read = _read(by_side.get(side), len(steps))
        found.append(
            ReadingProgress(programme.id, side, read, programme.minutes, steps, finish_by, Theme(programme.theme))
        )
    return tuple(found)


def asked_of(programme: Programme) -> FinishBy:
    """Until when people have to finish. Once pairs were introduced, those for whom HR did not wait: before booking."""
    wanted = FinishBy(programme.finish_orientation)
    if wanted is FinishBy.INTRODUCTION and programme.state == ProgrammeState.RUNNING:
        return FinishBy.BOOKING
    return wanted


def _read(row: Preparation | None, total: int) -> int:
    """Steps read. A person who finished has read them all, also those that were added later."""
    if row is None:
        return 0
    return total if row.finished_at else min(row.steps_read, total - 1)


async def _part(session: AsyncSession, caller: Caller, programme_id: int | None) -> tuple[Participant, Programme]:
    if programme_id is None:
        person = await person_by_slack(session, caller.team_id, caller.slack_id)
        enrolment = await current_participation(session, person.id) if person else None
    else:
        enrolment = await sign_up_of(session, caller.team_id, caller.slack_id, programme_id)
    if enrolment is None:
        raise Rejected("not_participant")
    participant, programme = enrolment
    if participant.state == ParticipantState.LEFT:
        raise Rejected("left_programme")
    if programme.state == ProgrammeState.CLOSED:
        raise Rejected("programme_closed")
    return participant, programme


PREPARATIONS = (
    select(Preparation).where(col(Preparation.participant_id) == bindparam("participant")).order_by(col(Preparation.id))
)
"""Built once, because each Home tab needs it."""


async def _rows(session: AsyncSession, participant_id: int) -> list[Preparation]:
    return list((await session.exec(PREPARATIONS, params={"participant": participant_id})).all())


# Reminding


def reminder_before_introduction(programme: Programme, person: Person, now: datetime) -> datetime:
    """When a person is reminded of what the introductions wait for."""
    hours, off = hours_of(person), days_off(programme)
    day = working_days_after(workday(now, hours, off), DAYS_BEFORE_INTRODUCTION, hours.own(off))
    return morning(day, hours, off)


async def plan_early_reminders(
    work: UnitOfWork, programme: Programme, pairs: Iterable[Pair], people: Mapping[int, Person]
) -> None:
    """Both people of each new pair are reminded after some days, unless their first session has a date then."""
    off, alike = days_off(programme), defaultdict[Hours, set[int]](set)
    for pair in pairs:
        for participant_id in (pair.mentor_id, pair.leader_id):
            alike[hours_of(people[participant_id])].add(participant_id)
    for hours, participants in alike.items():
        day = working_days_after(workday(work.now, hours, off), DAYS_WITHOUT_DATE, hours.own(off))
        remind_at, ids = morning(day, hours, off), sorted(participants)
        for start in range(0, len(ids), BATCH):
            theirs = col(Preparation.participant_id).in_(ids[start : start + BATCH])
            unread = update(Preparation).where(theirs, col(Preparation.finished_at).is_(None))
            await work.session.exec(unread.values(remind_at=remind_at))


async def plan_reminders(work: UnitOfWork, meeting: Meeting) -> None:
    """The first session of a pair has a time: those of the two who have not finished by then are reminded before."""
    starts_at = meeting.session.starts_at
    if meeting.session.number != 1 or starts_at is None:
        return
    off = days_off(meeting.programme)
    for side in Side:
        hours = hours_of(meeting.person(side))
        day = working_days_before(workday(starts_at, hours, off), DAYS_AHEAD, hours.own(off))
        for row in await _rows(work.session, meeting.part(side).id):
            if row.side == side and row.finished_at is None:
                row.remind_at = max(work.now, morning(day, hours, off))


async def tick_preparations(store: Store, now: datetime) -> int:
    """Remind people before their first session who have not finished, each once; how many were checked."""
    async with store.write(now) as work:
        due = select(Preparation).where(col(Preparation.remind_at) <= now)
        in_order = due.order_by(col(Preparation.remind_at), col(Preparation.id)).limit(BATCH)
        rows = (await work.session.exec(in_order.with_for_update(skip_locked=True))).all()
        for row in rows:
            row.remind_at = None
            if row.finished_at is not None:
                continue
            participant = await work.session.get_one(Participant, row.participant_id)
            first = await first_session(work.session, row, now)
            slot = "" if first and first.starts_at else EARLY if first else BEFORE_INTRODUCTION
            if first is not None or await _introduction_waits(work.session, participant):
                reminder = PreparationReminderMessage(participant.id, Side(row.side), slot)
                await work.send(_letter(participant, reminder, first.starts_at if first else None))
        await work.commit()
    return len(rows)


async def _introduction_waits(session: AsyncSession, participant: Participant) -> bool:
    programme = await session.get_one(Programme, participant.programme_id)
    return asked_of(programme) is FinishBy.INTRODUCTION and participant.state not in NOT_TAKING_PART


async def first_session(session: AsyncSession, row: Preparation, now: datetime) -> MentoringSession | None:
    """The first session for which a person prepares, those with a date first; None if there is none to come."""
    mine = Pair.mentor_id if row.side == Side.MENTOR else Pair.leader_id
    statement = (
        select(MentoringSession)
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .where(
            mine == row.participant_id,
            Pair.state == PairState.ACTIVE,
            MentoringSession.number == 1,
            col(MentoringSession.settled_at).is_(None),
            or_(col(MentoringSession.state) == SessionState.PLANNED, col(MentoringSession.starts_at) > now),
        )
        .order_by(col(MentoringSession.starts_at).is_(None), col(MentoringSession.starts_at))
    )
    return (await session.exec(statement)).first()


def _letter(participant: Participant, message: OrientationMessage, expires_at: datetime | None = None) -> Outgoing:
    return outgoing(
        message,
        participant.team_id,
        participant.programme_id,
        person_id=participant.person_id,
        expires_at=expires_at,
    )


# Counting


async def finished(session: AsyncSession, programme_id: int) -> tuple[Finished, ...]:
    """How many of each side have finished: only the number, from what was published."""
    here = select(Participant.role).where(
        Participant.programme_id == programme_id, col(Participant.state).not_in(NOT_TAKING_PART)
    )
    people = Counter(side for role in (await session.exec(here)).all() for side in sides_of(role))
    published = await read_published(session, programme_id)
    done = {side: published.count(Count(f"prepared:{side}")) for side in Side}
    return tuple(
        Finished(side, people[side], _at_most(people[side], done[side]) if people[side] >= MIN_GROUP else None)
        for side in Side
        if people[side]
    )


def _at_most(people: int, finished: int | None) -> int | None:
    """People who finished and left since are still counted in what was published."""
    return None if finished is None else min(people, finished)
