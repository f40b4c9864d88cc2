"""Signing up, changing a sign-up, and leaving."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.registry import TO_ANYBODY
from bot.domain.messages.signup import PairEndedHrMessage, PairEndedMessage, WelcomeMessage
from bot.domain.own_questions import About, Place
from bot.domain.sessions import Side
from bot.domain.signup import Level, Offer, Role, Wish
from bot.domain.working_time import PRESETS
from bot.services.caller import Caller, Rejected
from bot.services.matching.confirmations import forget_agreement
from bot.services.matching.unmatched_followup import plan_followup
from bot.services.mentor_support import end_support
from bot.services.orientation.orientation import offer_again
from bot.services.own_questions.asked import AskedQuestion, OwnGiven, asked_about, store_at_sign_up
from bot.services.pair_context import end_slot
from bot.services.programme.next_cohort import last_sign_up
from bot.services.recruiting.announcement import count_soon
from bot.services.roster.entries import entry_of, manager_said_by, set_manager
from bot.services.sessions.called_off import CalledOff, Why, call_off
from bot.services.signup.approval import begin
from bot.services.signup.checks import check_guest, check_open, topics_to_choose
from bot.services.signup.eligibility import Members, Stated, check_eligible
from bot.services.signup.waiting import needs_approval
from bot.services.working_time.working_time import change_time, time_of, with_preset
from storage.outbox import drop_waiting, outgoing
from storage.queries import (
    current_participation,
    has_profile,
    pairs_of,
    participation,
    person_by_slack,
    programme_to_join,
)
from storage.tables import (
    Avoidance,
    EndedBy,
    ManagerSource,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    RosterEntry,
)
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class SignUp:
    """The sign-up form. `manager` and `avoids` are Slack ids; a manager of None means "I have none"."""

    role: Role
    level: Level
    department: str
    offers: tuple[Offer, ...] = ()
    wishes: tuple[Wish, ...] = ()
    interests: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    cadences: tuple[str, ...] = ()
    style: Mapping[str, str] | None = None
    """Answers to `STYLES`, as far as there are any; None in a form without the questions: what was said stays."""
    languages: tuple[str, ...] = ("id",)
    language: str = "id"
    address: str = "anda"
    confidence: int | None = None
    motivation: str = ""
    mentor_capacity: int = 2
    leader_capacity: int = 1
    manager: str | None = None
    manager_known: bool = False
    avoids: tuple[str, ...] = ()
    own: Mapping[int, OwnGiven] = field(default_factory=dict)
    """Answers to HR's own questions, by their ids; those that the form does not ask stay."""
    working_hours: str = ""
    """The name of usual working hours; others, and "" in a form without the question, change nothing."""


@dataclass(frozen=True)
class SignUpState:
    """The initial values of the sign-up form."""

    person: Person
    programme: Programme
    participant: Participant | None
    manager: str | None = None
    manager_known: bool = False
    """With `manager`: what this programme knows, or what they themselves said in another one."""
    avoids: tuple[str, ...] = field(default_factory=tuple)
    before: Participant | None = None
    """Their answers for an earlier programme, if they are new to this one."""
    level: int | None = None
    department: str = ""
    """From their sign-up, from their answers to an earlier programme, or from this programme's roster."""
    own: tuple[AskedQuestion, ...] = ()
    """HR's own questions, of every role."""

    @property
    def known(self) -> Participant | None:
        """The initial values of the form."""
        return self.participant or self.before

    @property
    def topics(self) -> tuple[str, ...]:
        return topics_to_choose(self.programme, self.known)


@dataclass(frozen=True)
class Joined:
    """A stored sign-up; `new`: the person did not take part before."""

    programme: Programme
    participant: Participant
    new: bool


NOTHING_STATED = Stated()


class UnknownPeople(Exception):
    """A sign-up names people whose profiles have to be loaded first (`Directory.person`). Nothing was stored."""

    def __init__(self, slack_ids: Collection[str]) -> None:
        super().__init__(", ".join(slack_ids))
        self.slack_ids = slack_ids


async def standing(
    store: Store,
    caller: Caller,
    programme_id: int | None = None,
    *,
    stated: Stated = NOTHING_STATED,
    members: Members | None = None,
) -> SignUpState:
    """The caller's data for the programme they would join.

    `stated`: what they have said by now; `members`: of the channels that HR's limits name.
    Raises `MembershipNeeded`, `NotEligible`, `Rejected`: no_programme, guest, sign_up_over, recruiting_closed,
    sign_up_past.
    """
    async with store.read(caller.now) as work:
        person = await _caller(work.session, caller)
        programme = await _to_join(work.session, caller, programme_id)
        participant = await participation(work.session, person.id, programme.id)
        check_guest(person, programme, participant)
        await check_open(work, programme, participant)
        await check_eligible(work.session, programme, person, participant, stated, members)
        entry = await entry_of(work.session, programme.id, person.id)
        said = entry if entry and entry.manager_known else None
        said = said or await manager_said_by(work.session, person.id, programme.id)
        manager = await work.session.get(Person, said.manager_id) if said and said.manager_id else None
        avoided = select(Person.slack_id).join(Avoidance, col(Avoidance.avoided_id) == col(Person.id))
        avoids = (await work.session.exec(avoided.where(Avoidance.person_id == person.id))).all()
        before = None if participant else await last_sign_up(work.session, person.id)
        level, department = await _place(work.session, participant or before, entry)
        number = participant.id if participant else 0
        own = await asked_about(work.session, programme.id, number, "", About(Place.SIGNUP))
    boss = manager.slack_id if manager else None
    return SignUpState(
        person, programme, participant, boss, said is not None, tuple(avoids), before, level, department, own
    )


async def _place(
    session: AsyncSession, participant: Participant | None, entry: RosterEntry | None
) -> tuple[int | None, str]:
    """Level and department to fill in: the person's answer, else the programme's own roster.

    A roster changes both in a sign-up of its programme. Such changes are not used in another programme.
    """
    if participant is not None and entry is not None and participant.programme_id == entry.programme_id:
        return participant.level, participant.department
    theirs = await entry_of(session, participant.programme_id, participant.person_id) if participant else None
    level = participant.level if participant and not (theirs and theirs.level) else None
    department = participant.department if participant and not (theirs and theirs.department) else ""
    return level or (entry.level if entry else None), department or (entry.department if entry else "")


async def join(
    store: Store,
    caller: Caller,
    programme_id: int,
    sign_up: SignUp,
    loaded: Collection[str] = (),
    members: Members | None = None,
) -> Joined:
    """Store the sign-up and its welcome in one commit.

    Joining again edits. `loaded`: people of whom Slack was asked just now, whatever it said. `members`: of the channels
    that HR's limits name.

    Raises `MembershipNeeded`, `NotEligible`, `UnknownPeople`, `Rejected`: no_programme, recruiting_closed,
    sign_up_over, sign_up_declined, sign_up_past, guest, outdated (HR changed the topics).
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await _caller(work.session, caller, lock=True)
        programme = await _to_join(work.session, caller, programme_id)
        participant = await participation(work.session, person.id, programme_id)
        check_guest(person, programme, participant)
        await check_open(work, programme, participant)
        stated = Stated(sign_up.level, sign_up.department)
        await check_eligible(work.session, programme, person, participant, stated, members)
        known = participant or await last_sign_up(work.session, person.id)
        chosen = {*(one.topic for one in sign_up.offers), *(one.topic for one in sign_up.wishes)}
        if not chosen <= set(topics_to_choose(programme, known)):
            raise Rejected("outdated")
        named = await _people_named(work.session, caller.team_id, sign_up)
        if unknown := [one for one in _slack_ids(sign_up) if one not in loaded and not has_profile(named.get(one))]:
            raise UnknownPeople(unknown)
        new = participant is None or participant.state == ParticipantState.LEFT
        if participant is None:
            participant = Participant(
                team_id=caller.team_id,
                programme_id=programme_id,
                person_id=person.id,
                joined_at=caller.now,
                role=sign_up.role,
                level=sign_up.level,
                department=sign_up.department,
            )
            work.session.add(participant)
        elif new:
            participant.state, participant.left_at, participant.joined_at = ParticipantState.ACTIVE, None, caller.now
            participant.left_reason, participant.reason_counted, participant.waits_since = None, False, None
        if new and await needs_approval(work.session, programme, person, participant):
            participant.state, participant.waits_since = ParticipantState.WAITING, caller.now
        before = await _facts(work.session, person, participant)
        _write(participant, sign_up)
        await _write_person(work, person, programme_id, sign_up, named)
        if sign_up.working_hours in PRESETS:
            await change_time(work, person, with_preset(time_of(person), sign_up.working_hours))
        await work.session.flush()
        if not sign_up.role.teaches:
            await end_support(work, [participant.id])
        await store_at_sign_up(work, participant, sign_up.own)
        if await _facts(work.session, person, participant) != before:
            person.changed_at = caller.now
        if participant.state != ParticipantState.WAITING:  # all else comes once HR has approved it
            if new:
                await begin(work, programme, participant, WelcomeMessage(caller.now.isoformat()))
            else:
                await offer_again(work, participant)
        await count_soon(work, programme_id)
        await work.commit()
    return Joined(programme, participant, new)


async def leave(
    store: Store, caller: Caller, reason: str | None = None, *, counted: bool = False, programme_id: int | None = None
) -> tuple[Programme, list[CalledOff]]:
    """The caller leaves; their pairs end without fault, and each partner is notified.

    `programme_id`: without it, the programme of their latest sign-up.
    `reason` is a code; HR sees how often each was given, in groups, of those who were told so (`counted`).

    Returns the programme, and the sessions that lost their time. Raises `Rejected`: not_participant.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        participant, programme = await taking_part(work.session, caller, programme_id)
        participant.left_reason, participant.reason_counted = reason, counted
        off = await end_enrolment(work, participant, programme)
        await work.commit()
    return programme, off


async def end_enrolment(
    work: UnitOfWork, participant: Participant, programme: Programme, ended_by: EndedBy | None = None
) -> list[CalledOff]:
    """End a person's enrolment in a programme: their pairs end, each partner and HR are notified once.

    `ended_by`: what ends the pairs, if it is not the person. Waiting messages to them as a participant are not
    sent any more. Returns the sessions that lost their time.
    """
    participant.state, participant.left_at, participant.paused_until = ParticipantState.LEFT, work.now, None
    await forget_agreement(work, participant)
    await end_support(work, [participant.id])
    await drop_waiting(work.session, participant.person_id, participant.programme_id, TO_ANYBODY)
    await count_soon(work, participant.programme_id)
    pairs = await pairs_of(work.session, participant.id)
    off = await call_off(work, [one.id for one in pairs], Why.ENDED)
    for pair in pairs:
        pair.state, pair.ended_at, pair.ended_by, pair.next_check_at = PairState.ENDED, work.now, ended_by, None
        again = end_slot(pair)
        other_id = pair.leader_id if pair.mentor_id == participant.id else pair.mentor_id
        part = await work.session.get(Participant, other_id)
        if part:
            await work.send(
                outgoing(
                    PairEndedMessage(pair.id, tuple(one.change for one in off if one.pair == pair.id), again),
                    pair.team_id,
                    pair.programme_id,
                    person_id=part.person_id,
                )
            )
            side = Side.LEADER if pair.leader_id == other_id else Side.MENTOR
            await plan_followup(work, part, side, f"{pair.id}{again}")
        to_hr = PairEndedHrMessage(pair.id, again)
        await work.send(outgoing(to_hr, pair.team_id, pair.programme_id, channel=programme.hr_channel))
    return off


async def taking_part(
    session: AsyncSession, caller: Caller, programme_id: int | None = None
) -> tuple[Participant, Programme]:
    """The caller's sign-up to `programme_id`, or the latest one, and its programme, the person locked.

    Raises `Rejected`: not_participant.
    """
    person = await _caller(session, caller, lock=True)
    enrolment = await current_participation(session, person.id, programme_id)
    if not enrolment or enrolment[0].state == ParticipantState.LEFT or enrolment[1].state == ProgrammeState.CLOSED:
        raise Rejected("not_participant")
    return enrolment


async def _caller(session: AsyncSession, caller: Caller, *, lock: bool = False) -> Person:
    person = await person_by_slack(session, caller.team_id, caller.slack_id, lock=lock)
    if not person:
        raise Rejected("unknown_person")
    return person


async def _to_join(session: AsyncSession, caller: Caller, programme_id: int | None) -> Programme:
    if programme_id is None:
        programme = await programme_to_join(session, caller.team_id)
    else:
        programme = await session.get(Programme, programme_id)
    if not programme or programme.team_id != caller.team_id:
        raise Rejected("no_programme")
    return programme


def _write(participant: Participant, sign_up: SignUp) -> None:
    participant.role, participant.level, participant.department = sign_up.role, sign_up.level, sign_up.department
    participant.offers = [asdict(offer) for offer in sign_up.offers]
    participant.wishes = [asdict(wish) for wish in sign_up.wishes]
    participant.interests, participant.formats = list(sign_up.interests), list(sign_up.formats)
    participant.cadences, participant.languages = list(sign_up.cadences), list(sign_up.languages)
    if sign_up.style is not None:
        participant.style = dict(sign_up.style) or None
    participant.confidence, participant.motivation = sign_up.confidence, sign_up.motivation or None
    participant.mentor_capacity, participant.leader_capacity = sign_up.mentor_capacity, sign_up.leader_capacity


def _slack_ids(sign_up: SignUp) -> list[str]:
    """Everyone the sign-up names."""
    return [*([sign_up.manager] if sign_up.manager else []), *sign_up.avoids]


async def _people_named(session: AsyncSession, team_id: str, sign_up: SignUp) -> dict[str, Person]:
    if not (slack_ids := _slack_ids(sign_up)):
        return {}
    statement = select(Person).where(Person.team_id == team_id, col(Person.slack_id).in_(slack_ids))
    return {one.slack_id: one for one in (await session.exec(statement)).all()}


async def _write_person(
    work: UnitOfWork, person: Person, programme_id: int, sign_up: SignUp, named: dict[str, Person]
) -> None:
    person.language, person.address = sign_up.language, sign_up.address
    if sign_up.manager_known:
        manager = named.get(sign_up.manager) if sign_up.manager else None
        boss_id, person_id = (manager.id if manager else None), person.id
        await set_manager(work, person.team_id, programme_id, person_id, boss_id, ManagerSource.PERSON)
    await work.session.exec(delete(Avoidance).where(col(Avoidance.person_id) == person.id))
    for slack_id in sign_up.avoids:
        avoided = named.get(slack_id)
        if avoided and avoided.id != person.id:
            work.session.add(Avoidance(team_id=person.team_id, person_id=person.id, avoided_id=avoided.id))


async def _facts(session: AsyncSession, person: Person, participant: Participant) -> tuple[object, ...]:
    """The data that matching uses, to detect whether a person changed any of it."""
    avoided = select(Avoidance.avoided_id).where(Avoidance.person_id == person.id)
    entry = await entry_of(session, participant.programme_id, person.id)
    return (
        participant.role,
        participant.level,
        participant.department,
        participant.offers,
        participant.wishes,
        *(set(one or ()) for one in (participant.interests, participant.formats)),
        *(set(one or ()) for one in (participant.cadences, participant.languages)),
        participant.style or {},
        participant.mentor_capacity,
        participant.leader_capacity,
        (entry.manager_id, entry.manager_known) if entry else None,
        set((await session.exec(avoided)).all()),
    )
