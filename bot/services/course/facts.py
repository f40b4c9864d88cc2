"""What the effect of a change depends on: a programme's dates, its active pairs with their sessions, its people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.course import Course, CourseSession
from bot.domain.invitations import InvitationState
from bot.domain.programme import Cadence
from bot.domain.sessions import PACKS, Pack, read_step_keys
from bot.services.invitations.states import invitations_of
from bot.services.pair_context import COUPLE, PairContext, around_pairs
from bot.services.programme.end import last_day
from storage.tables import (
    Invitation,
    MentoringSession,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    SessionState,
)
from storage.unit_of_work import UnitOfWork

NOT_OVER = (SessionState.PLANNED, SessionState.BOOKED)


@dataclass(frozen=True)
class PairFacts:
    """An active pair and all of its sessions, in order."""

    couple: PairContext
    rows: Sequence[MentoringSession]
    sessions: Sequence[CourseSession]

    @property
    def has_own_cadence(self) -> bool:
        """Whether the two chose how often they meet."""
        return self.couple.pair.cadence is not None

    @property
    def cadence(self) -> Cadence:
        return Cadence(self.couple.pair.cadence or self.couple.programme.cadence)


@dataclass(frozen=True)
class CourseFacts:
    """`people`: the ids of all who take part, each once. `today` is HR's local day."""

    programme: Programme
    now: Course
    today: date
    pairs: Sequence[PairFacts]
    people: Sequence[int]
    invited: Sequence[int] = ()
    """The ids of people who have an invitation and have not answered it."""


def course_of(programme: Programme) -> Course:
    """A programme's dates now."""
    paused = programme.paused_until
    resumes = local(paused, programme.zone).date() if paused else None
    return Course(programme.starts_on, last_day(programme), resumes)


async def facts_of(work: UnitOfWork, programme: Programme, *, lock: bool = False) -> CourseFacts:
    """The facts as they are now; with `lock`, concurrent changes of the sessions wait."""
    today = local(work.now, programme.zone).date()
    people = await people_of(work.session, programme.id)
    pairs = await _pairs(work, programme, lock=lock)
    invited = await _invited(work.session, programme.id)
    return CourseFacts(programme, course_of(programme), today, pairs, people, invited)


async def _invited(session: AsyncSession, programme_id: int) -> Sequence[int]:
    open_ones = (
        col(Invitation.declined_at).is_(None),
        col(Invitation.withdrawn_at).is_(None),
        col(Person.active).is_(True),
    )
    invitations = await invitations_of(session, programme_id, *open_ones)
    return [one.person.id for one in invitations if one.state is InvitationState.SENT]


async def people_of(session: AsyncSession, programme_id: int) -> Sequence[int]:
    """The ids of all who take part in a programme, also during a pause of their own."""
    statement = (
        select(Person.id)
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .where(
            Participant.programme_id == programme_id,
            Participant.state != ParticipantState.LEFT,
            col(Participant.forgotten_at).is_(None),
            col(Person.active),
            col(Person.erased_at).is_(None),
        )
    )
    return (await session.exec(statement.order_by(col(Person.id)))).all()


async def _pairs(work: UnitOfWork, programme: Programme, *, lock: bool) -> list[PairFacts]:
    active = (Pair.programme_id == programme.id, Pair.state == PairState.ACTIVE)
    statement = around_pairs(*COUPLE).where(*active).order_by(col(Pair.id))
    couples = [PairContext(*row) for row in (await work.session.exec(statement)).all()]
    of_pairs = select(MentoringSession).join(Pair, col(Pair.id) == col(MentoringSession.pair_id)).where(*active)
    of_pairs = of_pairs.order_by(col(MentoringSession.number))
    if lock:
        of_pairs = of_pairs.with_for_update(of=MentoringSession)
    rows: dict[int, list[MentoringSession]] = defaultdict(list)
    for row in (await work.session.exec(of_pairs)).all():
        rows[row.pair_id].append(row)
    found = [(one, rows[one.pair.id]) for one in couples]
    return [PairFacts(one, mine, [_session(row, programme, work) for row in mine]) for one, mine in found]


def _session(row: MentoringSession, programme: Programme, work: UnitOfWork) -> CourseSession:
    return CourseSession(
        number=row.number,
        pack=Pack(row.pack),
        opens=row.opens_on,
        closes=row.closes_on,
        day=local(row.starts_at, programme.zone).date() if row.starts_at else None,
        over=row.settled_at is not None
        or row.state not in NOT_OVER
        or (row.starts_at is not None and row.starts_at <= work.now),
        material=any(key.kind in PACKS for key in read_step_keys(row.steps_done)),
    )
