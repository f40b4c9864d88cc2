"""Live kick-off sessions: HR schedules, moves and cancels them, notes who was there, and follows up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import fits, to_utc
from bot.domain.messages.training import (
    KickoffChangedMessage,
    KickoffFileMessage,
    KickoffInvitationMessage,
    KickoffMissedMessage,
    KickoffSlidesMessage,
)
from bot.domain.training import LONGEST_PLACE, MINUTES, MOST, For
from bot.services.access import audit, open_programme
from bot.services.caller import Caller, HrCaller, InvalidInput, Rejected
from bot.services.working_hours import cannot_wait, days_off, hours_of
from storage.outbox import outgoing
from storage.queries import person_by_slack
from storage.tables import (
    NOT_TAKING_PART,
    Kickoff,
    KickoffGuest,
    KickoffState,
    Participant,
    ParticipantState,
    Person,
    Programme,
)
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class Plan:
    """What HR entered: a local day and time of the programme."""

    audience: For
    day: date
    wall: time
    place: str

    def starts_at(self, programme: Programme) -> datetime:
        return to_utc(self.day, self.wall, programme.zone)


@dataclass(frozen=True)
class Outlook:
    """What a plan means. `outside`: for how many of the `people` it is on a day off or outside their hours."""

    programme: Programme
    people: int
    outside: int
    day_off: bool
    before: Kickoff | None = None


@dataclass(frozen=True)
class KickoffRow:
    """One kick-off in HR's list."""

    row: Kickoff
    guests: int
    attended: int
    absent: int
    to_follow_up: int


@dataclass(frozen=True)
class Guest:
    """An invited person in HR's list; who left since is not in it."""

    row: KickoffGuest
    person: Person


@dataclass(frozen=True)
class GuestPage:
    programme: Programme
    kickoff: KickoffRow
    guests: tuple[Guest, ...]
    page: int
    count: int


async def list_kickoffs(store: Store, hr: HrCaller) -> tuple[Programme, tuple[KickoffRow, ...]]:
    """Those of the caller's programme, the next first. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        mine = select(Kickoff).where(Kickoff.programme_id == programme.id)
        rows = (await work.session.exec(mine.order_by(col(Kickoff.starts_at), col(Kickoff.id)))).all()
        return programme, tuple([await _row(work.session, one) for one in rows])


async def outlook(store: Store, hr: HrCaller, plan: Plan, kickoff_id: int = 0) -> Outlook:
    """What the plan would mean. Raises `InvalidInput`; `Rejected`: programme_ended, outdated, kickoff_over."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        before = await _open_one(work.session, hr, kickoff_id) if kickoff_id else None
        _check(programme, plan, hr.now)
        here = await (_guests(work.session, before) if before else _invited(work.session, programme, plan.audience))
        return _outlook(programme, plan, [person for _, person in here], before)


async def schedule(store: Store, hr: HrCaller, plan: Plan) -> Kickoff:
    """Invite everyone whom it is for. Raises `InvalidInput`; `Rejected`: programme_ended, too_many_kickoffs."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        _check(programme, plan, hr.now)
        planned = select(func.count()).where(Kickoff.programme_id == programme.id)
        if (await work.session.exec(planned)).one() >= MOST:
            raise Rejected("too_many_kickoffs")
        row = Kickoff(
            team_id=hr.team_id,
            programme_id=programme.id,
            audience=plan.audience,
            starts_at=plan.starts_at(programme),
            minutes=MINUTES,
            place=plan.place,
            created_at=hr.now,
        )
        work.session.add(row)
        await work.session.flush()
        for participant, person in await _invited(work.session, programme, plan.audience):
            await _invite(work, row, participant, person.id)
        await audit(work, hr, "kickoff_scheduled", {"day": plan.day.isoformat()})
        await work.commit()
    return row


async def change(store: Store, hr: HrCaller, kickoff_id: int, plan: Plan) -> Kickoff:
    """Another time or place: everyone who was invited is told. Raises as `outlook`."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        row = await _open_one(work.session, hr, kickoff_id, lock=True)
        _check(programme, plan, hr.now)
        starts_at = plan.starts_at(programme)
        if (starts_at, plan.place) != (row.starts_at, row.place):
            about = min(starts_at, row.starts_at)
            row.starts_at, row.place, row.version = starts_at, plan.place, row.version + 1
            await _tell(work, programme, row, about)
            await audit(work, hr, "kickoff_moved", {"day": plan.day.isoformat()})
        await work.commit()
    return row


async def cancel(store: Store, hr: HrCaller, kickoff_id: int) -> Kickoff:
    """Everyone who was invited is told. Raises `Rejected`: programme_ended, outdated, kickoff_over."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        row = await _open_one(work.session, hr, kickoff_id, lock=True)
        row.state, row.version = KickoffState.CANCELLED, row.version + 1
        await _tell(work, programme, row, row.starts_at)
        await audit(work, hr, "kickoff_cancelled", {})
        await work.commit()
    return row


async def cancel_all(work: UnitOfWork, programme: Programme) -> None:
    """With the programme, whose own message tells everyone."""
    coming = (col(Kickoff.programme_id) == programme.id, col(Kickoff.starts_at) > work.now)
    await work.session.exec(update(Kickoff).where(*coming).values(state=KickoffState.CANCELLED))


async def invite_newcomer(work: UnitOfWork, participant: Participant) -> None:
    """A person begins to take part, or in another role: they are invited to what is still to come."""
    coming = select(Kickoff).where(
        Kickoff.programme_id == participant.programme_id,
        Kickoff.state == KickoffState.PLANNED,
        col(Kickoff.starts_at) > work.now,
    )
    for row in (await work.session.exec(coming)).all():
        known = select(KickoffGuest.id).where(
            KickoffGuest.kickoff_id == row.id, KickoffGuest.participant_id == participant.id
        )
        if For(row.audience).invites(participant.role) and (await work.session.exec(known)).first() is None:
            await _invite(work, row, participant, participant.person_id)


async def guest_page(store: Store, hr: HrCaller, kickoff_id: int, page: int, a_page: int) -> GuestPage:
    """By name. Raises `Rejected`: programme_ended, outdated."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        row = await _own(work.session, hr, kickoff_id)
        guests = sorted(await _guests(work.session, row), key=lambda one: (one[1].name.casefold(), one[0].id))
        page = max(0, min(page, (len(guests) - 1) // a_page))
        shown = tuple(Guest(guest, person) for guest, person in guests[page * a_page : (page + 1) * a_page])
        return GuestPage(programme, await _row(work.session, row), shown, page, len(guests))


async def note_attendance(store: Store, hr: HrCaller, guest_id: int, *, attended: bool) -> int:
    """Note whether an invited person was there; the kick-off. Raises `Rejected`: programme_ended, outdated,
    kickoff_not_yet."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr)
        guest = await work.session.get(KickoffGuest, guest_id, with_for_update=True)
        if guest is None:
            raise Rejected("outdated")
        row = await _own(work.session, hr, guest.kickoff_id)
        if row.state != KickoffState.PLANNED:
            raise Rejected("outdated")
        if row.starts_at > hr.now:
            raise Rejected("kickoff_not_yet")
        guest.attended = attended
        await work.commit()
    return row.id


async def follow_up(store: Store, hr: HrCaller, kickoff_id: int) -> int:
    """What it was about, to those who were not there, once each; to how many. Raises `Rejected`: as
    `note_attendance`."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr, lock=True)
        row = await _own(work.session, hr, kickoff_id)
        missed = [one for one in await _guests(work.session, row) if one[0].attended is False]
        untold = [one for one in missed if one[0].followed_up_at is None]
        for guest, person in untold:
            guest.followed_up_at = hr.now
            message = KickoffMissedMessage(row.id)
            await work.send(outgoing(message, row.team_id, row.programme_id, person_id=person.id))
        if untold:
            await audit(work, hr, "kickoff_followed_up", {"count": len(untold)})
        await work.commit()
    return len(untold)


async def ask_for_slides(store: Store, hr: HrCaller, kickoff_id: int) -> None:
    """To the caller's own DM. Raises `Rejected`: outdated."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        row = await _own(work.session, hr, kickoff_id)
        person = await person_by_slack(work.session, hr.team_id, hr.slack_id)
        message = KickoffSlidesMessage(row.id, receipt=hr.receipt)
        await work.send(outgoing(message, hr.team_id, hr.programme_id, person_id=person.id if person else None))
        await work.commit()


async def ask_for_file(store: Store, caller: Caller, kickoff_id: int) -> None:
    """The calendar file, to the caller's own DM. Raises `Rejected`: outdated (they are not invited)."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        row = await work.session.get(Kickoff, kickoff_id)
        if person is None or row is None or not await is_invited(work.session, row, person):
            raise Rejected("outdated")
        message = KickoffFileMessage(row.id, receipt=caller.receipt)
        await work.send(outgoing(message, caller.team_id, row.programme_id, person_id=person.id))
        await work.commit()


async def is_invited(session: AsyncSession, row: Kickoff, person: Person) -> bool:
    """Whether they were invited, and still take part."""
    return bool(await _guests(session, row, col(Person.id) == person.id))


def _check(programme: Programme, plan: Plan, now: datetime) -> None:
    wrong = {}
    if plan.starts_at(programme) <= now:
        wrong["day"] = "past"
    if not plan.place:
        wrong["place"] = "missing"
    elif len(plan.place) > LONGEST_PLACE:
        wrong["place"] = "too_long"
    if wrong:
        raise InvalidInput(wrong)


def _outlook(programme: Programme, plan: Plan, people: Sequence[Person], before: Kickoff | None) -> Outlook:
    starts_at, off = plan.starts_at(programme), days_off(programme)
    outside = sum(not fits(starts_at, MINUTES, hours_of(one), off) for one in people)
    return Outlook(programme, len(people), outside, off.is_off(plan.day), before)


async def _own(session: AsyncSession, hr: HrCaller, kickoff_id: int, *, lock: bool = False) -> Kickoff:
    row = await session.get(Kickoff, kickoff_id, with_for_update=lock)
    if row is None or row.programme_id != hr.programme_id:
        raise Rejected("outdated")
    return row


async def _open_one(session: AsyncSession, hr: HrCaller, kickoff_id: int, *, lock: bool = False) -> Kickoff:
    row = await _own(session, hr, kickoff_id, lock=lock)
    if row.state != KickoffState.PLANNED or row.starts_at <= hr.now:
        raise Rejected("kickoff_over")
    return row


async def _invited(session: AsyncSession, programme: Programme, audience: For) -> list[tuple[Participant, Person]]:
    statement = (
        select(Participant, Person)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(Participant.programme_id == programme.id, col(Participant.state).not_in(NOT_TAKING_PART))
    )
    rows = (await session.exec(statement.order_by(col(Participant.id)))).all()
    return [(part, person) for part, person in rows if person.active and audience.invites(part.role)]


async def _guests(
    session: AsyncSession, row: Kickoff, *which: ColumnElement[bool]
) -> list[tuple[KickoffGuest, Person]]:
    """Those who still take part; of them `which`."""
    statement = (
        select(KickoffGuest, Person)
        .join(Participant, col(Participant.id) == col(KickoffGuest.participant_id))
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(KickoffGuest.kickoff_id == row.id, Participant.state != ParticipantState.LEFT, *which)
    )
    return list((await session.exec(statement.order_by(col(KickoffGuest.id)))).all())


async def _row(session: AsyncSession, row: Kickoff) -> KickoffRow:
    guests = [one for one, _ in await _guests(session, row)]
    absent = [one for one in guests if one.attended is False]
    untold = sum(one.followed_up_at is None for one in absent)
    return KickoffRow(row, len(guests), sum(one.attended is True for one in guests), len(absent), untold)


async def _invite(work: UnitOfWork, row: Kickoff, participant: Participant, person_id: int) -> None:
    guest = KickoffGuest(team_id=row.team_id, kickoff_id=row.id, participant_id=participant.id, invited_at=work.now)
    work.session.add(guest)
    message = KickoffInvitationMessage(row.id, row.version)
    person, programme = await work.session.get(Person, person_id), await work.session.get(Programme, row.programme_id)
    urgent = person is not None and cannot_wait(row.starts_at, work.now, hours_of(person), days_off(programme))
    await work.send(
        outgoing(message, row.team_id, row.programme_id, person_id=person_id, expires_at=row.starts_at, urgent=urgent)
    )


async def _tell(work: UnitOfWork, programme: Programme, row: Kickoff, about: datetime) -> None:
    for _, person in await _guests(work.session, row):
        message = KickoffChangedMessage(row.id, row.version)
        soon = cannot_wait(about, work.now, hours_of(person), days_off(programme))
        await work.send(outgoing(message, row.team_id, row.programme_id, person_id=person.id, urgent=soon))
