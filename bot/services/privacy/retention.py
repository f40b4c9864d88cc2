"""Retention: personal data of a programme are erased some months after its end."""

from datetime import datetime, time, timedelta

from sqlalchemy import bindparam, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import to_utc
from bot.domain.sessions import add_months
from bot.services.playbook.notes import erase_notes
from bot.services.privacy.erasure import (
    erase_broadcasts,
    erase_contacts,
    erase_enrolment,
    erase_person,
    erase_roster,
    erase_sponsors,
)
from bot.services.programme.end import last_day
from storage.outbox_maintenance import RECEIPTS_KEPT, delete_old
from storage.tables import (
    HrMember,
    Invitation,
    Participant,
    Person,
    ProcessedRequest,
    Programme,
    ProgrammeState,
    RosterEntry,
)
from storage.unit_of_work import Store, UnitOfWork

DEFAULT_MONTHS = 24
BATCH = 500

# Built once: the job runs every few seconds, and building a statement takes as long as executing it.
_DUE = (col(Programme.forgotten_at).is_(None), col(Programme.forget_at) <= bindparam("now"))
ANY_DUE = select(Programme.id).where(*_DUE).limit(1)
DUE = select(Programme).where(*_DUE).order_by(col(Programme.id)).limit(1).with_for_update()
_TO_PLAN = (
    col(Programme.forgotten_at).is_(None),
    or_(col(Programme.forget_at).is_(None), col(Programme.forget_at) <= bindparam("now")),
)
ANY_TO_PLAN = select(Programme.id).where(*_TO_PLAN).limit(1)
TO_PLAN = select(Programme).where(*_TO_PLAN).order_by(col(Programme.id)).limit(BATCH)
LOCKED_TO_PLAN = TO_PLAN.with_for_update(skip_locked=True)
ANY_OLD_RECEIPT = select(ProcessedRequest.key).where(col(ProcessedRequest.at) < bindparam("before")).limit(1)


async def tick_retention(store: Store, now: datetime, months: int = DEFAULT_MONTHS) -> int:
    """Erase the data of programmes that ended `months` ago; how many sign-ups there were.

    People who take part in no newer programme are erased completely, as if they had asked for it.
    """
    await _plan(store, now, months)
    forgotten = 0
    while await _forget_one(store, now, months):
        forgotten += 1
    return forgotten


async def tick_receipts(store: Store, now: datetime) -> int:
    """Delete processed requests from Slack that cannot be repeated any more; how many there were."""
    async with store.read(now) as work:
        if (await work.session.exec(ANY_OLD_RECEIPT, params={"before": now - RECEIPTS_KEPT})).first() is None:
            return 0
    async with store.write(now) as work:
        forgotten = await delete_old(work.session, now)
        await work.commit()
    return forgotten


def forget_at(programme: Programme, months: int) -> datetime:
    """When the retention time of a programme's personal data ends."""
    if programme.ends_on is None:
        return to_utc(add_months(programme.starts_on, programme.months + months), time(), programme.zone)
    return to_utc(add_months(last_day(programme), months) + timedelta(days=1), time(), programme.zone)


async def _plan(store: Store, now: datetime, months: int) -> None:
    """Store when each programme is due; again once it is, for its dates, or the setting, may have changed."""
    async with store.read(now) as work:
        programmes = (await work.session.exec(TO_PLAN, params={"now": now})).all()
        if not [one for one in programmes if one.forget_at != forget_at(one, months)]:
            return
    async with store.write(now) as work:
        for programme in (await work.session.exec(LOCKED_TO_PLAN, params={"now": now})).all():
            programme.forget_at = forget_at(programme, months)
        await work.commit()


async def _forget_one(store: Store, now: datetime, months: int) -> bool:
    """Erase one sign-up or invitation of a due programme, in a transaction of its own; False if nothing is left."""
    async with store.read(now) as work:
        if (await work.session.exec(ANY_DUE, params={"now": now})).first() is None:
            return False
    async with store.write(now) as work:
        programme = (await work.session.exec(DUE, params={"now": now})).first()
        if programme is None:
            return False
        part = select(Participant).where(
            Participant.programme_id == programme.id, col(Participant.forgotten_at).is_(None)
        )
        participant = (await work.session.exec(part.order_by(col(Participant.id)).limit(1))).first()
        asked = select(Invitation).where(Invitation.programme_id == programme.id).order_by(col(Invitation.id)).limit(1)
        invitation = None if participant else (await work.session.exec(asked)).first()
        if invitation:
            await _forget_invited(work, invitation, months)
        elif participant is None:
            await erase_roster(work.session, programme.id)
            await erase_sponsors(work.session, programme.id)
            await erase_contacts(work.session, programme.id)
            await erase_broadcasts(work.session, programme.id)
            await erase_notes(work.session, programme.id)
            programme.forgotten_at, programme.forget_at = now, None
        else:
            await _forget(work, participant, months)
        await work.commit()
    return participant is not None or invitation is not None


async def _forget_invited(work: UnitOfWork, invitation: Invitation, months: int) -> None:
    """A person whom HR invited: erased completely if no other programme knows them, else only the invitation."""
    found = select(Person).where(Person.id == invitation.person_id).with_for_update()
    person = (await work.session.exec(found)).one()
    known = [
        select(table.id).where(table.person_id == person.id, table.programme_id != invitation.programme_id)
        for table in (Invitation, RosterEntry, HrMember)
    ]
    elsewhere = [(await work.session.exec(statement.limit(1))).first() for statement in known]
    if (
        person.erased_at is None
        and not any(elsewhere)
        and not await _still_here(work.session, person, work.now, months)
    ):
        await erase_person(work, person)
    else:
        await work.session.delete(invitation)


async def _forget(work: UnitOfWork, participant: Participant, months: int) -> None:
    statement = select(Person).where(Person.id == participant.person_id).with_for_update()
    person = (await work.session.exec(statement)).one()
    if person.erased_at is None and not await _still_here(work.session, person, work.now, months):
        await erase_person(work, person)
    else:
        await erase_enrolment(work, participant)


async def _still_here(session: AsyncSession, person: Person, now: datetime, months: int) -> bool:
    """Whether a person is enrolled in a programme that is not due yet, or runs an active one."""
    taking_part = (
        select(Programme)
        .join(Participant, col(Participant.programme_id) == col(Programme.id))
        .where(Participant.person_id == person.id, col(Programme.forgotten_at).is_(None))
    )
    if any(forget_at(one, months) > now for one in (await session.exec(taking_part)).all()):
        return True
    runs = or_(
        *(
            col(column) == person.id
            for column in (Programme.contact_id, Programme.second_contact_id, Programme.created_by)
        )
    )
    statement = select(Programme.id).where(runs, Programme.state != ProgrammeState.CLOSED)
    return (await session.exec(statement.limit(1))).first() is not None
