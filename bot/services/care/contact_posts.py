"""HR names the contacts of a programme; each is told what that means and confirms or declines.

A contact who declines, is deactivated or is erased is one no longer: HR is asked for another, and reminded once a week
while there is none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, bindparam, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.care import (
    ContactAskedMessage,
    ContactGoneMessage,
    ContactMissingMessage,
    ContactReplacedMessage,
    OfferWhy,
)
from bot.services.access import audit, open_programme
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.care.contacts import NamedContact, named_contacts, named_ids
from bot.services.care.due_rows import handle_due
from bot.services.care.follow_up import offer_another
from storage.outbox import outgoing
from storage.queries import person_by_slack
from storage.tables import ContactState, Person, Programme, ProgrammeContact, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

REMIND_EVERY = timedelta(days=7)
"""How often HR is reminded that a programme has no contact."""
BATCH = 100
NAMED = "contacts_named"
"""Its code in the audit log."""

# Built once: the job runs every few seconds, and building a statement takes as long as executing it.
_UNFIT = or_(
    col(Person.active).is_(False),
    col(Person.is_guest).is_(True),
    col(Person.is_stranger).is_(True),
    col(Person.is_bot).is_(True),
)
_IN_POST = or_(col(Person.id) == col(Programme.contact_id), col(Person.id) == col(Programme.second_contact_id))
_IS_DUE = or_(
    col(Programme.next_contact_at) <= bindparam("now"), select(Person.id).where(and_(_IN_POST, _UNFIT)).exists()
)
DUE = (
    select(Programme)
    .where(col(Programme.state) != ProgrammeState.CLOSED, _IS_DUE)
    .order_by(col(Programme.id))
    .limit(BATCH)
)


class GoneWhy(StrEnum):
    """Why a person is a contact no longer, as in `care.contacts.gone`."""

    ERASED = "erased"
    GONE = "gone"
    """Deactivated, or no colleague any more."""
    DECLINED = "declined"


@dataclass(frozen=True)
class Contacts:
    """The contacts of a programme, for HR."""

    programme: Programme
    named: tuple[NamedContact, ...]


async def name_contacts(
    work: UnitOfWork, programme: Programme, by: Person, first: Person, second: Person | None
) -> None:
    """Store who the contacts are, in order. Who is new is asked; who names themselves has agreed by that.

    Who is one no longer is told. What they received stays with them, unless its writer turns to another person.
    """
    before = set(named_ids(programme))
    programme.contact_id, programme.second_contact_id = first.id, second.id if second else None
    programme.next_contact_at = None
    for person in (first, second) if second else (first,):
        if person.id in before:
            continue
        state = ContactState.CONFIRMED if person.id == by.id else ContactState.ASKED
        await _set_state(work, programme, person, state)
        if state is ContactState.ASKED:
            asked = ContactAskedMessage(work.now.isoformat())
            await work.send(outgoing(asked, programme.team_id, programme.id, person_id=person.id))
    for gone in sorted(before - {one.id for one in (first, second) if one}):
        person = await work.session.get_one(Person, gone)
        if person.id != by.id:
            replaced = ContactReplacedMessage(work.now.isoformat())
            await work.send(outgoing(replaced, programme.team_id, programme.id, person_id=person.id))
        await offer_another(work, programme, person, OfferWhy.REPLACED)


async def contacts_of(store: Store, hr: HrCaller) -> Contacts:
    """The contacts, as HR sees them. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        return Contacts(programme, tuple(await named_contacts(work.session, programme)))


async def change_contacts(store: Store, hr: HrCaller, first: str, second: str) -> Contacts:
    """HR names the contacts by their Slack ids; a `second` of "" is none. The listener has checked that they are
    colleagues. Raises `Rejected`: programme_ended, unknown_person."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        by = await audit(work, hr, NAMED, {})
        people = [await _known(work.session, hr.team_id, one) for one in (first, second) if one]
        await name_contacts(work, programme, by, people[0], people[1] if len(people) > 1 else None)
        await work.session.flush()
        contacts = Contacts(programme, tuple(await named_contacts(work.session, programme)))
        await work.commit()
    return contacts


async def confirm(store: Store, caller: Caller, programme_id: int) -> Programme:
    """A contact agrees. Raises `Rejected`: outdated (HR named another person, or the programme is over)."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        programme, person = await _post(work.session, caller, programme_id)
        await _set_state(work, programme, person, ContactState.CONFIRMED)
        await work.commit()
    return programme


async def decline(store: Store, caller: Caller, programme_id: int) -> Programme:
    """A contact declines, or steps back later; HR is asked for another. Raises as `confirm`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        programme, person = await _post(work.session, caller, programme_id)
        await _leave(work, programme, person, GoneWhy.DECLINED)
        await _set_state(work, programme, person, ContactState.DECLINED)
        await work.commit()
    return programme


async def leave_posts(work: UnitOfWork, person: Person, why: GoneWhy) -> None:
    """A person is a contact of no programme any more; HR of those that go on is asked for another."""
    theirs = select(Programme).where(
        or_(col(Programme.contact_id) == person.id, col(Programme.second_contact_id) == person.id)
    )
    for programme in (await work.session.exec(theirs)).all():
        await _leave(work, programme, person, why)
    await work.session.flush()


async def tick_contacts(store: Store, now: datetime) -> int:
    """Find contacts who are active colleagues no longer, and remind HR where there is no contact; how many programmes
    were checked."""
    return await handle_due(store, now, DUE, _check)


async def _check(work: UnitOfWork, programme: Programme) -> None:
    asked_now = False
    for contact in await named_contacts(work.session, programme):
        if not contact.fit:
            await _leave(work, programme, contact.person, GoneWhy.GONE)
            asked_now = True
    if named_ids(programme):
        programme.next_contact_at = None
        return
    programme.next_contact_at = work.now + REMIND_EVERY
    if not asked_now:
        missing = ContactMissingMessage(work.now.isoformat())
        await work.send(outgoing(missing, programme.team_id, programme.id, channel=programme.hr_channel))


async def _leave(work: UnitOfWork, programme: Programme, person: Person, why: GoneWhy) -> None:
    """The second contact becomes the first."""
    left = [one for one in named_ids(programme) if one != person.id]
    programme.contact_id, programme.second_contact_id = (left[0] if left else None), None
    await offer_another(work, programme, person, OfferWhy.GONE)
    if programme.state == ProgrammeState.CLOSED:
        return
    programme.next_contact_at = None if left else work.now + REMIND_EVERY
    who = None if why is GoneWhy.ERASED else person.id
    gone = ContactGoneMessage(why=why, contact=who, person=person.id, slot=work.now.isoformat())
    await work.send(outgoing(gone, programme.team_id, programme.id, channel=programme.hr_channel))


async def _set_state(work: UnitOfWork, programme: Programme, person: Person, state: ContactState) -> None:
    statement = select(ProgrammeContact).where(
        ProgrammeContact.programme_id == programme.id, ProgrammeContact.person_id == person.id
    )
    row = (await work.session.exec(statement)).first()
    if row is None:
        row = ProgrammeContact(
            team_id=programme.team_id, programme_id=programme.id, person_id=person.id, asked_at=work.now
        )
        work.session.add(row)
    if state is ContactState.ASKED:
        row.asked_at = work.now
    row.state, row.answered_at = state, None if state is ContactState.ASKED else work.now


async def _post(session: AsyncSession, caller: Caller, programme_id: int) -> tuple[Programme, Person]:
    """The programme of which the caller is a contact."""
    person = await person_by_slack(session, caller.team_id, caller.slack_id)
    programme = await session.get(Programme, programme_id, with_for_update=True)
    if person is None or programme is None or person.id not in named_ids(programme):
        raise Rejected("outdated")
    if programme.state == ProgrammeState.CLOSED:
        raise Rejected("outdated")
    return programme, person


async def _known(session: AsyncSession, team_id: str, slack_id: str) -> Person:
    person = await person_by_slack(session, team_id, slack_id)
    if person is None:
        raise Rejected("unknown_person")
    return person
