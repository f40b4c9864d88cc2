"""Until when people have to finish the orientation or the briefing: HR's choice, and what it blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.figures import MIN_GROUP
from bot.domain.orientation import FinishBy
from bot.domain.sessions import Side
from bot.services.access import audit, open_programme
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.insight.published_groups import publish
from bot.services.orientation.orientation import (
    Finished,
    ReadingProgress,
    asked_of,
    finished,
    first_session,
    progress_of,
    reminder_before_introduction,
)
from bot.services.pair_context import Meeting
from storage.tables import (
    NOT_TAKING_PART,
    MentoringSession,
    Pair,
    PairState,
    Participant,
    Person,
    Preparation,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store

UNFINISHED = ("orientation_first", "briefing_first")
"""The codes of the refusals, of a mentor and of a leader."""


@dataclass(frozen=True)
class FinishRule:
    """HR's choice for a programme, and how many have finished, as far as HR may see."""

    programme: Programme
    finished: tuple[Finished, ...]

    @property
    def now(self) -> FinishBy:
        return FinishBy(self.programme.finish_orientation)

    @property
    def choices(self) -> tuple[FinishBy, ...]:
        """Once pairs were released, nothing more can be asked than people were told."""
        if self.programme.state == ProgrammeState.RECRUITING:
            return tuple(FinishBy)
        return tuple(one for one in FinishBy if one is self.now or one.is_looser_than(self.now))


async def read_rule(store: Store, hr: HrCaller) -> FinishRule:
    """Raises `Rejected`: programme_ended."""
    await publish(store, hr.programme_id, hr.now)
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        return FinishRule(programme, await finished(work.session, programme.id))


async def set_rule(store: Store, hr: HrCaller, wanted: FinishBy) -> Programme:
    """Raises `Rejected`: programme_ended, orientation_told (pairs were released, and people were told less)."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        now = FinishBy(programme.finish_orientation)
        if wanted is not now:
            if wanted not in FinishRule(programme, ()).choices:
                raise Rejected("orientation_told")
            programme.finish_orientation = wanted
            await audit(work, hr, "finish_orientation", {"finish_by": wanted})
            if programme.state == ProgrammeState.RECRUITING:
                await _plan(work.session, programme, wanted, hr)
        await work.commit()
    return programme


async def _plan(session: AsyncSession, programme: Programme, wanted: FinishBy, hr: HrCaller) -> None:
    """Before the introductions, people are reminded only if these wait for them."""
    here = select(Participant, Person).join(Person, col(Person.id) == col(Participant.person_id))
    here = here.where(Participant.programme_id == programme.id, col(Participant.state).not_in(NOT_TAKING_PART))
    for participant, person in (await session.exec(here)).all():
        day = reminder_before_introduction(programme, person, hr.now) if wanted is FinishBy.INTRODUCTION else None
        theirs = col(Preparation.participant_id) == participant.id
        unread = update(Preparation).where(theirs, col(Preparation.finished_at).is_(None))
        await session.exec(unread.values(remind_at=day))


def number_missing(finished: Sequence[Finished]) -> int:
    """How many people, at most, have not finished: as far as HR may see, in published groups."""
    return sum(one.people - (one.finished or 0) for one in finished)


def all_finished(finished: Sequence[Finished]) -> bool:
    """Whether as many have finished as can be known: of each side all, but for those who fill no group of five."""
    return all(one.finished is not None and one.people - one.finished < MIN_GROUP for one in finished)


async def number_to_finish(session: AsyncSession, programme: Programme) -> int:
    """How many people, at most, have not finished what HR wants them to finish now; 0 if nothing waits for them, or if
    too few are left to be known of.

    Before the release that is what the introductions wait for; later what first sessions without a date wait for.
    """
    rule = asked_of(programme)
    if programme.state == ProgrammeState.RECRUITING:
        matters = rule is FinishBy.INTRODUCTION
    else:
        first = select(MentoringSession.id).join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        first = first.where(
            Pair.programme_id == programme.id,
            Pair.state == PairState.ACTIVE,
            MentoringSession.number == 1,
            col(MentoringSession.starts_at).is_(None),
        )
        matters = rule.before_booking and (await session.exec(first.limit(1))).first() is not None
    if not matters:
        return 0
    missing = [one.people - (one.finished or 0) for one in await finished(session, programme.id)]
    return sum(count for count in missing if count >= MIN_GROUP)


def waits_for_reading(meeting: Meeting) -> bool:
    """Whether the session is a first one that can be booked only by people who have read what they are to read."""
    row = meeting.session
    return row.number == 1 and row.starts_at is None and asked_of(meeting.programme).before_booking


async def refuse_unfinished(session: AsyncSession, meeting: Meeting, side: Side) -> None:
    """Before a time for the first session. The partner is not asked about: nobody learns whether the other has
    finished. Raises `Rejected`: orientation_first, briefing_first."""
    if not waits_for_reading(meeting):
        return
    for progress in await progress_of(session, meeting.part(side)):
        if progress.side is side and not progress.finished:
            raise Rejected(UNFINISHED[side is Side.LEADER])


async def required_of(store: Store, caller: Caller) -> tuple[ReadingProgress, ...]:
    """What the caller has to finish before they can book."""
    async with store.read(caller.now) as work:
        progress = [
            one
            for participant in await _participations(work.session, caller)
            for one in await progress_of(work.session, participant)
        ]
    return tuple(one for one in progress if one.finish_by.before_booking and not one.finished)


async def session_to_book(store: Store, caller: Caller, progress: ReadingProgress) -> int | None:
    """The first session that the caller can book now that they have finished; None if nothing waited for it."""
    if not progress.finish_by.before_booking:
        return None
    async with store.read(caller.now) as work:
        part = next(
            (one for one in await _participations(work.session, caller) if one.programme_id == progress.programme_id),
            None,
        )
        if part is None:
            return None
        theirs = select(Preparation).where(
            Preparation.participant_id == part.id, Preparation.side == progress.side.value
        )
        first = await first_session(work.session, (await work.session.exec(theirs)).one(), caller.now)
        return first.id if first and first.starts_at is None else None


async def _participations(session: AsyncSession, caller: Caller) -> list[Participant]:
    """The caller's sign-ups to programmes that are not over."""
    statement = (
        select(Participant)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .join(Programme, col(Programme.id) == col(Participant.programme_id))
        .where(
            Person.team_id == caller.team_id,
            Person.slack_id == caller.slack_id,
            Programme.state != ProgrammeState.CLOSED,
            col(Participant.state).not_in(NOT_TAKING_PART),
        )
    )
    return list((await session.exec(statement.order_by(col(Participant.id).desc()))).all())
