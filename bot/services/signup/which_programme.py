"""Which programme a person's command concerns: that of the channel, else the person chooses among theirs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.orientation import sides_of
from bot.domain.sessions import Side
from bot.services.caller import Caller
from bot.services.signup.eligibility import may_fit
from bot.services.signup.open_to import sign_up_is_open
from storage.queries import person_by_slack, sessions_are_over
from storage.tables import Pair, Participant, ParticipantState, Person, Programme, ProgrammeState
from storage.unit_of_work import Store


class Step(StrEnum):
    """A command about one programme."""

    JOIN = "join"
    NOMINATE = "nominate"
    PAUSE = "pause"
    RESUME = "resume"
    LEAVE = "leave"
    CONCERN = "concern"
    ORIENTATION = "orientation"
    BRIEFING = "briefing"

    @property
    def takes_all(self) -> bool:
        """Whether it can be done for several programmes at a time."""
        return self in (Step.PAUSE, Step.RESUME)


class HrStep(StrEnum):
    """A command of HR's about one programme."""

    COURSE = "course"
    SPONSOR = "sponsor"
    PEOPLE = "people"
    WRITE = "write"
    ROSTER = "roster"
    TOPICS = "topics"
    QUESTIONS = "questions"
    TRAINING = "training"
    MATCH = "match"
    LOG = "log"
    SUMMARY = "summary"


READ_ON = {Step.ORIENTATION: Side.MENTOR, Step.BRIEFING: Side.LEADER}


@dataclass(frozen=True)
class Enrolled:
    """A programme that is not over, and the person's sign-up to it, if there is one."""

    programme: Programme
    participant: Participant | None

    @property
    def is_here(self) -> bool:
        return self.participant is not None and self.participant.state != ParticipantState.LEFT


async def programmes_for(store: Store, caller: Caller, step: Step, channel: str = "") -> tuple[Programme, ...]:
    """The programmes that `step` can concern, the newest sign-up or programme first; empty if there is none.

    `channel`: if it belongs to some of the caller's programmes (HR's channel, that of the announcement, the chat of a
    pair), only those.
    """
    async with store.read(caller.now) as work:
        session = work.session
        person = await person_by_slack(session, caller.team_id, caller.slack_id)
        if person is None:
            return ()
        every = await _open_programmes(session, person)
        concerned = [one for one in every if step in (Step.JOIN, Step.NOMINATE) or _concerns(one, step)]
        beside = await _beside(session, concerned, channel) if channel else []
        if step is Step.JOIN:
            enrolments = beside or [
                one for one in every if one.is_here or await _can_join(session, one.programme, person, caller)
            ]
        elif step is Step.NOMINATE:  # if none is open, the answer says so of the newest
            enrolments = beside or [one for one in every if _is_open_to(one.programme, person, caller)] or every[:1]
        else:
            enrolments = await _most_fitting(session, step, beside or concerned)
    return tuple(one.programme for one in enrolments)


def programmes_for_hr(mine: Sequence[Programme], channel: str) -> Sequence[Programme]:
    """Those of `mine`, the programmes of which the caller is HR, that a command typed in `channel` can concern.

    In HR's channel that of the channel, also once it is over; in the channel of an announcement those announced there;
    elsewhere all that are not over, or else the last one of each channel. `mine` are in the order of `Directory`.
    """
    running = [one for one in mine if one.state != ProgrammeState.CLOSED]
    here = [one for one in mine if channel and one.hr_channel == channel]
    if here:
        return here[:1]
    announced = [one for one in running if channel and one.announce_channel == channel]
    last = list({one.hr_channel: one for one in reversed(mine)}.values())
    return announced or running or last[::-1]


async def names_to_say(store: Store, caller: Caller, programme_ids: Collection[int]) -> list[str]:
    """The names of `programme_ids` if the caller is, or was, in more than one programme that is not over; else none."""
    async with store.read(caller.now) as work:
        return await _names(work.session, caller.team_id, caller.slack_id, programme_ids)


async def names_for(session: AsyncSession, person: Person, programme_ids: Collection[int]) -> list[str]:
    """As `names_to_say`, for messages to `person`."""
    return await _names(session, person.team_id, person.slack_id, programme_ids)


# Built once, because many messages and windows need it.
_NAMES_OF_MINE = (
    select(Programme.id, Programme.name)
    .join(Participant, col(Participant.programme_id) == col(Programme.id))
    .join(Person, col(Person.id) == col(Participant.person_id))
    .where(
        col(Person.team_id) == bindparam("team"),
        col(Person.slack_id) == bindparam("slack"),
        Programme.state != ProgrammeState.CLOSED,
    )
    .order_by(col(Participant.id).desc())
)


async def _names(session: AsyncSession, team_id: str, slack_id: str, programme_ids: Collection[int]) -> list[str]:
    mine = (await session.exec(_NAMES_OF_MINE, params={"team": team_id, "slack": slack_id})).all()
    return [name for programme_id, name in mine if programme_id in programme_ids] if len(mine) > 1 else []


async def _open_programmes(session: AsyncSession, person: Person) -> list[Enrolled]:
    """The workspace's programmes that are not over: the latest sign-ups first, then the newest others."""
    mine = (col(Participant.programme_id) == col(Programme.id)) & (Participant.person_id == person.id)
    statement = (
        select(Programme, Participant)
        .outerjoin(Participant, mine)
        .where(Programme.team_id == person.team_id, Programme.state != ProgrammeState.CLOSED)
    )
    rows = (await session.exec(statement.order_by(col(Programme.id).desc()))).all()
    enrolments = [Enrolled(programme, participant) for programme, participant in rows]
    return sorted(enrolments, key=lambda one: -one.participant.id if one.participant else 0)


def _concerns(enrolment: Enrolled, step: Step) -> bool:
    """A concern can be the reason for leaving, so it stays possible afterwards."""
    return enrolment.is_here or (step is Step.CONCERN and enrolment.participant is not None)


async def _can_join(session: AsyncSession, programme: Programme, person: Person, caller: Caller) -> bool:
    return _is_open_to(programme, person, caller) and await may_fit(session, programme, person)


def _is_open_to(programme: Programme, person: Person, caller: Caller) -> bool:
    """Whether its sign-up is open, and guests are welcome if the person is one."""
    return sign_up_is_open(programme, caller.now) and (programme.guests or not person.is_guest)


async def _beside(session: AsyncSession, enrolments: Collection[Enrolled], channel: str) -> list[Enrolled]:
    chats = select(Pair.programme_id).where(Pair.group_channel == channel)
    of_pair = set((await session.exec(chats)).all())
    return [
        one
        for one in enrolments
        if channel in (one.programme.hr_channel, one.programme.announce_channel) or one.programme.id in of_pair
    ]


async def _most_fitting(session: AsyncSession, step: Step, enrolments: list[Enrolled]) -> list[Enrolled]:
    """To pause, those that are not paused and have sessions left; to resume, those that are paused; to read the guide
    of one side, those in which they are on it. If there is none such, all: the answer says why nothing changes."""
    paused = [one for one in enrolments if one.participant and one.participant.state == ParticipantState.PAUSED]
    if step is Step.RESUME:
        return paused or enrolments[:1]
    if step is Step.PAUSE:
        going_on = [
            one
            for one in enrolments
            if one.participant and one not in paused and not await sessions_are_over(session, one.participant.id)
        ]
        return going_on or paused[:1] or enrolments[:1]
    if side := READ_ON.get(step):
        on_it = [one for one in enrolments if one.participant and side in sides_of(one.participant.role)]
        return on_it or enrolments
    return enrolments
