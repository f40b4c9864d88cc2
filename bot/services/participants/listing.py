"""HR's list of everyone who signed up or was invited: by stage, role, department or name, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.invitations import InvitationState
from bot.domain.participants import Stage, department_key, departments_by_size, stage_of
from bot.domain.recruiting_eligibility import Limit
from bot.domain.sessions import Side
from bot.domain.signup import Role
from bot.services.access import open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.invitations.states import Invited, invitations_of
from bot.services.participants.pairs import PairOver, pair_over
from bot.services.roster.entries import entry_of
from bot.services.signup.eligibility import Members, MembershipNeeded, eligibility_of, misfits
from storage.queries import in_parts
from storage.tables import (
    Invitation,
    ManagerSource,
    MentoringSession,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    SessionState,
)
from storage.unit_of_work import Store

ANY = ""
UNFIT = "unfit"
"""Instead of a stage: whom HR's limits do not fit."""


@dataclass(frozen=True)
class ParticipantSearch:
    """What HR looks for: "" is any stage, role or department; `words` are part of a name."""

    stage: str = ANY
    role: str = ANY
    department: str = ANY
    words: str = ""
    page: int = 0


@dataclass(frozen=True)
class Partner:
    """A partner. `side` is the partner's; of `planned` sessions `held` took place; `over` once the pair is."""

    pair_id: int
    side: Side
    person: Person
    held: int
    planned: int
    over: PairOver | None = None


@dataclass(frozen=True)
class Listed:
    """A person who signed up, with their stage and their partners now; `invited` if HR invited them by name."""

    part: Participant
    person: Person
    stage: Stage
    partners: tuple[Partner, ...] = ()
    invited: Invited | None = None
    past: tuple[Partner, ...] = ()
    """Partners of pairs that are over; only of one person (`read_participant`)."""
    unmet: tuple[Limit, ...] = ()
    """HR's limits that do not fit them, unless HR lets them take part."""

    @property
    def role(self) -> str:
        return self.part.role

    @property
    def level(self) -> int | None:
        return self.part.level

    @property
    def department(self) -> str:
        return self.part.department


@dataclass(frozen=True)
class ListedInvitation:
    """A person whom HR invited and who has not signed up: the role is HR's wish, level and department the roster's."""

    invited: Invited
    stage: Stage
    partners: tuple[Partner, ...] = ()

    @property
    def person(self) -> Person:
        return self.invited.person

    @property
    def role(self) -> str:
        return self.invited.invitation.role

    @property
    def level(self) -> int | None:
        return self.invited.level

    @property
    def department(self) -> str:
        return self.invited.department


ListRow = Listed | ListedInvitation
STAGES = {
    InvitationState.PLANNED: Stage.INVITED,
    InvitationState.SENT: Stage.INVITED,
    InvitationState.DECLINED: Stage.NOT_THIS_TIME,
    InvitationState.NOT_DELIVERED: Stage.NOT_DELIVERED,
}
"""Of the invitations that HR's list shows."""


@dataclass(frozen=True)
class ParticipantPage:
    """A page of `count` people found. `stages` counts everyone; `departments` are the largest first.

    `unsent`: invitations that HR can still withdraw.
    """

    programme: Programme
    search: ParticipantSearch
    rows: tuple[ListRow, ...]
    count: int
    stages: dict[Stage, int]
    departments: tuple[str, ...]
    unsent: int = 0
    unfit: int = 0
    """Whom HR's limits do not fit."""


async def list_participants(
    store: Store, hr: HrCaller, search: ParticipantSearch, a_page: int, members: Members | None = None
) -> ParticipantPage:
    """The page that HR asks for, or the last one. People who had their data erased are in no list.

    Raises `MembershipNeeded` if HR's limits name channels and `members` is None.
    """
    async with store.read(hr.now) as work:
        programme = await work.session.get_one(Programme, hr.programme_id)
        everybody = await _everybody(work.session, programme, members)
        found = [one for one in everybody if fits_search(one, search)]
        page = min(search.page, max(0, (len(found) - 1) // a_page))
        rows = await _with_partners(work.session, found[page * a_page : (page + 1) * a_page])
    stages = {stage: sum(one.stage is stage for one in everybody) for stage in Stage}
    departments = tuple(departments_by_size(one.department for one in everybody))
    unsent = sum(one.invited is not None and one.invited.state is InvitationState.PLANNED for one in everybody)
    unfit = sum(isinstance(one, Listed) and bool(one.unmet) for one in everybody)
    page_search = replace(search, page=page)
    return ParticipantPage(programme, page_search, rows, len(found), stages, departments, unsent, unfit)


async def all_rows(session: AsyncSession, programme: Programme, members: Members | None) -> tuple[ListRow, ...]:
    """Everyone, for a file: as in the list, with their partners. Raises `MembershipNeeded`, as `list_participants`."""
    return await _with_partners(session, await _everybody(session, programme, members))


async def read_participant(
    store: Store, hr: HrCaller, participant_id: int, members: Members | None = None
) -> tuple[Programme, Listed]:
    """One person of the caller's programme. `unmet` says nothing of channels without `members`.

    Raises `Rejected`: outdated.
    """
    async with store.read(hr.now) as work:
        part, person = await participant_of_hr(work.session, hr, participant_id)
        states = await _pair_states(work.session, hr.programme_id, of=part.id)
        invited = await invitations_of(work.session, hr.programme_id, col(Invitation.person_id) == person.id)
        programme = await work.session.get_one(Programme, hr.programme_id)
        mine = col(Participant.id) == part.id
        unfit = await misfits(work.session, programme, eligibility_of(programme), members, mine)
        row = Listed(
            part,
            person,
            _stage(part, states.get(part.id, [])),
            invited=next(iter(invited), None),
            unmet=unfit.get(part.id, ()),
        )
        (found,) = await _with_partners(work.session, [row])
        assert isinstance(found, Listed)
        over = await _partners(work.session, {part.id}, (PairState.ENDED, PairState.COMPLETED))
        return programme, replace(found, past=tuple(over[part.id]))


async def read_programme(store: Store, hr: HrCaller) -> Programme:
    """The caller's programme. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        return await open_programme(work.session, hr)


async def read_manager(store: Store, hr: HrCaller, listed: Listed) -> tuple[Person | None, bool]:
    """The manager of a person that HR's roster or form named, and whether it is known to HR."""
    async with store.read(hr.now) as work:
        entry = await entry_of(work.session, hr.programme_id, listed.person.id)
        if entry is None or not entry.manager_known or entry.manager_source == ManagerSource.CARRIED:
            return None, False
        return (await work.session.get(Person, entry.manager_id) if entry.manager_id else None), True


async def participant_of_hr(
    session: AsyncSession, hr: HrCaller, participant_id: int, *, lock: bool = False
) -> tuple[Participant, Person]:
    """A sign-up to the caller's programme, with its person. Raises `Rejected`: outdated."""
    part = await session.get(Participant, participant_id)
    if part is None or (part.team_id, part.programme_id) != (hr.team_id, hr.programme_id) or part.forgotten_at:
        raise Rejected("outdated")
    person = await session.get_one(Person, part.person_id, with_for_update=lock)
    if person.erased_at:
        raise Rejected("outdated")
    return part, person


async def signed_up(session: AsyncSession, programme_id: int) -> list[Listed]:
    """The people who signed up, with their stage, by name; without their partners and invitations."""
    statement = (
        select(Participant, Person)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(
            Participant.programme_id == programme_id,
            col(Person.erased_at).is_(None),
            col(Participant.forgotten_at).is_(None),
        )
    )
    found = (await session.exec(statement)).all()
    states = await _pair_states(session, programme_id)
    return sorted((Listed(part, person, _stage(part, states.get(part.id, []))) for part, person in found), key=_by_name)


async def _everybody(session: AsyncSession, programme: Programme, members: Members | None) -> list[ListRow]:
    """The people who signed up or were invited, by name; without their partners. Raises `MembershipNeeded`."""
    eligibility = eligibility_of(programme)
    if eligibility.channels and members is None:
        raise MembershipNeeded(programme, eligibility.channels)
    unfit = await misfits(session, programme, eligibility, members)
    invited = {one.person.id: one for one in await invitations_of(session, programme.id)}
    rows: list[ListRow] = [
        replace(one, invited=invited.pop(one.person.id, None), unmet=unfit.get(one.part.id, ()))
        for one in await signed_up(session, programme.id)
    ]
    rows += [ListedInvitation(one, STAGES[one.state]) for one in invited.values() if one.state in STAGES]
    return sorted(rows, key=_by_name)


def _by_name(row: ListRow) -> tuple[str, int]:
    return row.person.name.casefold(), row.person.id


def _stage(part: Participant, states: list[PairState]) -> Stage:
    return stage_of(
        left=part.state == ParticipantState.LEFT,
        paused=part.state == ParticipantState.PAUSED,
        held=part.held_at is not None,
        waiting=part.state == ParticipantState.WAITING,
        declined=part.hr_declined_at is not None,
        partners=states.count(PairState.ACTIVE),
        closed=states.count(PairState.COMPLETED),
    )


async def _pair_states(session: AsyncSession, programme_id: int, of: int | None = None) -> dict[int, list[PairState]]:
    """The states of each sign-up's pairs, or of the pairs of the sign-up `of`, without those that ended early."""
    statement = select(Pair.mentor_id, Pair.leader_id, Pair.state).where(
        Pair.programme_id == programme_id, Pair.state != PairState.ENDED
    )
    if of is not None:
        statement = statement.where((col(Pair.mentor_id) == of) | (col(Pair.leader_id) == of))
    found: dict[int, list[PairState]] = {}
    for mentor, leader, state in (await session.exec(statement)).all():
        for one in (mentor, leader):
            found.setdefault(one, []).append(PairState(state))
    return found


def fits_search(row: ListRow, search: ParticipantSearch) -> bool:
    """Whether HR looks for this person."""
    role = Role(row.role)
    of_role = {ANY: True, Role.MENTOR: role.teaches, Role.LEADER: role.learns, Role.BOTH: role is Role.BOTH}
    return (
        (search.stage in (ANY, row.stage) or (search.stage == UNFIT and isinstance(row, Listed) and bool(row.unmet)))
        and of_role.get(search.role, False)
        and search.department in (ANY, department_key(row.department))
        and " ".join(search.words.casefold().split()) in row.person.name.casefold()
    )


async def _with_partners(session: AsyncSession, rows: Sequence[ListRow]) -> tuple[ListRow, ...]:
    ids = {one.part.id for one in rows if isinstance(one, Listed)}
    partners = await _partners(session, ids, (PairState.ACTIVE,))
    return tuple(
        replace(one, partners=tuple(partners[one.part.id])) if isinstance(one, Listed) else one for one in rows
    )


async def _partners(session: AsyncSession, ids: set[int], states: Sequence[PairState]) -> dict[int, list[Partner]]:
    """The partners in pairs of these states, by sign-up."""
    pairs = [
        pair
        for some in in_parts(sorted(ids))
        for pair in (
            await session.exec(
                select(Pair).where(
                    col(Pair.state).in_(states), col(Pair.mentor_id).in_(some) | col(Pair.leader_id).in_(some)
                )
            )
        ).all()
    ]
    both = {pair.id: pair for pair in pairs}
    people = await _people(session, {one for pair in both.values() for one in (pair.mentor_id, pair.leader_id)})
    sessions = await _sessions(session, set(both))
    partners: dict[int, list[Partner]] = {one: [] for one in ids}
    for pair in sorted(both.values(), key=lambda one: one.id):
        held, planned = sessions.get(pair.id, (0, 0))
        over = pair_over(pair, (people[pair.mentor_id], people[pair.leader_id]))
        for mine, theirs, side in (
            (pair.mentor_id, pair.leader_id, Side.LEADER),
            (pair.leader_id, pair.mentor_id, Side.MENTOR),
        ):
            if mine in partners:
                partners[mine].append(Partner(pair.id, side, people[theirs], held, planned, over))
    return partners


async def _people(session: AsyncSession, participant_ids: set[int]) -> dict[int, Person]:
    found: dict[int, Person] = {}
    for some in in_parts(sorted(participant_ids)):
        statement = (
            select(Participant.id, Person)
            .join(Person, col(Person.id) == col(Participant.person_id))
            .where(col(Participant.id).in_(some))
        )
        found |= dict((await session.exec(statement)).all())
    return found


async def _sessions(session: AsyncSession, pair_ids: set[int]) -> dict[int, tuple[int, int]]:
    """By pair: how many sessions took place, of how many planned."""
    found: dict[int, tuple[int, int]] = {}
    for some in in_parts(sorted(pair_ids)):
        statement = select(MentoringSession.pair_id, MentoringSession.state).where(
            col(MentoringSession.pair_id).in_(some)
        )
        for pair_id, state in (await session.exec(statement)).all():
            held, planned = found.get(pair_id, (0, 0))
            found[pair_id] = (held + (state == SessionState.HELD), planned + 1)
    return found
