"""HR signs a colleague up, changes a sign-up, or takes a person out. The person is told each time."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.participants import SignedUpByHrMessage, SignUpChangedByHrMessage, TakenOutMessage
from bot.domain.messages.signup import SignUpDeclinedMessage
from bot.domain.signup import Level, Role
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.mentor_support import end_support
from bot.services.orientation.orientation import offer, offer_again
from bot.services.participants.listing import participant_of_hr
from bot.services.recruiting.announcement import count_soon
from bot.services.roster.entries import entry_of, set_manager
from bot.services.signup.checks import topics_to_choose
from bot.services.signup.join import end_enrolment
from storage.outbox import outgoing
from storage.queries import has_profile, participation, person_by_slack
from storage.tables import EndedBy, Invitation, ManagerSource, Participant, ParticipantState, Person, Programme
from storage.unit_of_work import Store, UnitOfWork

LONGEST_REASON = 300
USUAL_LEVEL, USUAL_PRIORITY = 3, 2
"""Of a topic that HR chose for a person, until the person says: neither the lowest nor the highest."""
USUAL_PLACES = {"mentor": 2, "leader": 1}


@dataclass(frozen=True)
class OnBehalf:
    """What HR may say about a person. How sure they feel, whom they avoid and why they mentor is theirs alone.

    `manager` is a Slack id; None with `manager_known` says that there is none.
    """

    role: Role
    level: Level
    department: str
    offers: tuple[str, ...]
    wishes: tuple[str, ...]
    language: str
    manager: str | None = None
    manager_known: bool = False
    mentor_capacity: int = USUAL_PLACES["mentor"]
    leader_capacity: int = USUAL_PLACES["leader"]


class UnknownManager(Exception):
    """The manager's profile has to be loaded first (`Directory.person`). Nothing was stored."""

    def __init__(self, slack_id: str) -> None:
        super().__init__(slack_id)
        self.slack_id = slack_id


@dataclass(frozen=True)
class Saved:
    """`changed` has the names of what was changed; `new` is a first sign-up, or one after leaving."""

    programme: Programme
    part: Participant
    person: Person
    new: bool
    changed: tuple[str, ...]


async def signed_up(session: AsyncSession, hr: HrCaller, slack_id: str) -> Participant | None:
    """The person's sign-up to the caller's programme, whatever its state."""
    person = await person_by_slack(session, hr.team_id, slack_id)
    return await participation(session, person.id, hr.programme_id) if person else None


async def save_on_behalf(
    store: Store, hr: HrCaller, slack_id: str, given: OnBehalf, *, first: bool, loaded: Collection[str] = ()
) -> Saved:
    """Sign a person up, or change their sign-up, in one commit with the message that tells them.

    `first`: only if they do not take part yet. `loaded`: people whom Slack was asked for just now.
    Raises `UnknownManager`, `Rejected`: programme_ended, unknown_person, guest_on_behalf, takes_part_already, outdated.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        session = work.session
        programme = await open_programme(session, hr)
        person = await person_by_slack(session, hr.team_id, slack_id, lock=True)
        if person is None:
            raise Rejected("unknown_person")
        if person.is_guest and not programme.guests:
            raise Rejected("guest_on_behalf")
        part = await participation(session, person.id, programme.id)
        new = part is None or part.state == ParticipantState.LEFT
        if first and not new:
            raise Rejected("takes_part_already")
        if not {*given.offers, *given.wishes} <= set(topics_to_choose(programme, part)) or (new and not first):
            raise Rejected("outdated")
        manager = await person_by_slack(session, hr.team_id, given.manager) if given.manager else None
        if given.manager and given.manager not in loaded and not has_profile(manager):
            raise UnknownManager(given.manager)
        if part is None:
            part = _new_part(person, programme, given, work)
            session.add(part)
        elif new:
            part.state, part.left_at, part.left_reason, part.joined_at = ParticipantState.ACTIVE, None, None, hr.now
            part.reason_counted, part.hr_declined_at, part.waits_since = False, None, None
        before = await _facts(session, person, part)
        await _write(work, person, part, given, manager)
        await session.flush()
        if not given.role.teaches:
            await end_support(work, [part.id])
        after = await _facts(session, person, part)
        changed = tuple(name for name, value in after.items() if new or before[name] != value)
        if changed:
            part.hr_changed_at = hr.now
            part.admitted_at = hr.now if new else part.admitted_at
            part.hr_level = given.level if "level" in changed else part.hr_level
            part.hr_department = given.department if "department" in changed else part.hr_department
            await audit(work, hr, "signed_up_by_hr" if new else "changed_by_hr", {"part": part.id})
            await _tell(work, programme, person, part, changed, new=new)
        await work.commit()
    return Saved(programme, part, person, new, changed)


async def take_out(store: Store, hr: HrCaller, participant_id: int, reason: str) -> Person:
    """End a person's enrolment. They and their partners are told that it ended, never the `reason`.

    Raises `Rejected`: programme_ended, outdated, too_long.
    """
    if len(reason) > LONGEST_REASON:
        raise Rejected("too_long", longest=LONGEST_REASON)
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr)
        part, person = await participant_of_hr(work.session, hr, participant_id, lock=True)
        if part.state != ParticipantState.LEFT:
            part.hr_reason, part.admitted_at = reason or None, None
            await _withdraw_invitation(work, part)
            await end_enrolment(work, part, programme, EndedBy.TAKEN_OUT)
            await audit(work, hr, "taken_out_by_hr", {"part": part.id})
            message = TakenOutMessage(hr.now.isoformat())
            await work.send(outgoing(message, programme.team_id, programme.id, person_id=person.id))
        await work.commit()
    return person


async def decline(store: Store, hr: HrCaller, participant_id: int, reason: str) -> tuple[Person, bool]:
    """Answer a sign-up that waits with "not this time"; with whether it still waited, else nothing changes.

    The person is told, never the `reason`. Raises `Rejected`: programme_ended, outdated, too_long.
    """
    if len(reason) > LONGEST_REASON:
        raise Rejected("too_long", longest=LONGEST_REASON)
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr)
        part, person = await participant_of_hr(work.session, hr, participant_id, lock=True)
        if part.state != ParticipantState.WAITING:
            return person, False
        part.hr_reason, part.hr_declined_at = reason or None, hr.now
        await end_enrolment(work, part, programme)
        await audit(work, hr, "sign_up_declined", {"part": part.id})
        message = SignUpDeclinedMessage(hr.now.isoformat())
        await work.send(outgoing(message, programme.team_id, programme.id, person_id=person.id))
        await work.commit()
    return person, True


async def admit(store: Store, hr: HrCaller, participant_id: int) -> None:
    """Let a person take part whatever HR's limits. Raises `Rejected`: programme_ended, outdated."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr)
        part, _ = await participant_of_hr(work.session, hr, participant_id, lock=True)
        if part.state == ParticipantState.LEFT:
            raise Rejected("outdated")
        if part.admitted_at is None:
            part.admitted_at = hr.now
            await audit(work, hr, "admitted_by_hr", {"part": part.id})
        await work.commit()


async def _withdraw_invitation(work: UnitOfWork, part: Participant) -> None:
    """An invitation of HR does not let them join once more."""
    theirs = (col(Invitation.programme_id) == part.programme_id, col(Invitation.person_id) == part.person_id)
    await work.session.exec(update(Invitation).where(*theirs).values(withdrawn_at=work.now))


def _new_part(person: Person, programme: Programme, given: OnBehalf, work: UnitOfWork) -> Participant:
    return Participant(
        team_id=programme.team_id,
        programme_id=programme.id,
        person_id=person.id,
        joined_at=work.now,
        role=given.role,
        level=given.level,
        department=given.department,
        languages=[given.language],
    )


async def _write(work: UnitOfWork, person: Person, part: Participant, given: OnBehalf, manager: Person | None) -> None:
    """What a person said of a topic before stays; a topic that HR adds gets the usual value."""
    levels = {one["topic"]: one for one in part.offers}
    wishes = {one["topic"]: one for one in part.wishes}
    part.role, part.level, part.department = given.role, given.level, given.department
    part.offers = [levels.get(topic, {"topic": topic, "level": USUAL_LEVEL}) for topic in given.offers]
    part.wishes = [
        wishes.get(topic, {"topic": topic, "priority": USUAL_PRIORITY, "skill": None}) for topic in given.wishes
    ]
    part.mentor_capacity = given.mentor_capacity if given.role.teaches else 0
    part.leader_capacity = given.leader_capacity if given.role.learns else 0
    if not await _takes_part_elsewhere(work.session, person, part):
        person.language = given.language
    if given.manager_known:
        manager_id = manager.id if manager else None
        entry = await entry_of(work.session, part.programme_id, person.id)
        if entry is None or not entry.manager_known or entry.manager_id != manager_id:
            await set_manager(work, person.team_id, part.programme_id, person.id, manager_id, ManagerSource.HR)


async def _takes_part_elsewhere(session: AsyncSession, person: Person, part: Participant) -> bool:
    """Then only they themselves choose the language: HR of one programme changes nothing in another one."""
    others = select(Participant.id).where(
        Participant.person_id == person.id, Participant.programme_id != part.programme_id
    )
    return (await session.exec(others.limit(1))).first() is not None


async def _facts(session: AsyncSession, person: Person, part: Participant) -> dict[str, object]:
    entry = await entry_of(session, part.programme_id, person.id)
    return {
        "role": str(part.role),
        "level": int(part.level),
        "department": part.department,
        "offers": [one["topic"] for one in part.offers],
        "wishes": [one["topic"] for one in part.wishes],
        "manager": (entry.manager_id, entry.manager_known) if entry else (None, False),
        "language": person.language,
        "places": (part.mentor_capacity, part.leader_capacity),
    }


async def _tell(
    work: UnitOfWork, programme: Programme, person: Person, part: Participant, changed: tuple[str, ...], *, new: bool
) -> None:
    at = work.now.isoformat()
    if new:
        await offer(work, part)  # the message has the button for it
        message: SignedUpByHrMessage | SignUpChangedByHrMessage = SignedUpByHrMessage(at)
    else:
        if part.state != ParticipantState.WAITING:
            await offer_again(work, part)
        message = SignUpChangedByHrMessage(at, changed)
    await count_soon(work, programme.id)
    await work.send(outgoing(message, programme.team_id, programme.id, person_id=person.id))
