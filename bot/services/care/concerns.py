"""Concerns: only for one named person, never for a channel."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import next_working
from bot.domain.messages.care import ConcernContactMessage, ConcernMessage, ConcernReceiptMessage
from bot.services.caller import Caller, Rejected
from bot.services.working_hours import days_off, hours_of
from storage.outbox import Outgoing, outgoing
from storage.queries import person_by_slack
from storage.tables import Concern, Pair, Participant, Person, Programme, ProgrammeState
from storage.unit_of_work import Store

LONGEST = 2000
"""Maximum length of a concern, in characters."""
WAITS = timedelta(days=3)
"""How long delivery to the contact is tried, from their first working hour: then the writer is notified."""


async def contact_for(store: Store, caller: Caller) -> Person:
    """The recipient of a concern of the caller. Raises `Rejected`: not_participant, no_contact, contact_is_partner."""
    async with store.read(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        programme = await programme_of(work.session, person)
        return await contact_of(work.session, programme, person)


async def raise_concern(store: Store, caller: Caller, text: str) -> Person:
    """Store the concern and enqueue it, with a receipt for its writer; the recipient.

    Current and former participants may write one. Raises `Rejected`: not_participant, no_contact, contact_is_partner.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        programme = await programme_of(work.session, person)
        contact = await contact_of(work.session, programme, person)
        concern = Concern(
            team_id=caller.team_id,
            programme_id=programme.id,
            person_id=person.id if person else 0,
            text=text[:LONGEST],
            at=caller.now,
        )
        work.session.add(concern)
        await work.session.flush()
        await work.send(_letter(programme, concern, ConcernContactMessage, contact.id, contact, keeps_hours=True))
        await work.send(
            _letter(programme, concern, ConcernReceiptMessage, concern.person_id, contact, keeps_hours=False)
        )
        await work.commit()
    return contact


def given_up_at(programme: Programme, contact: Person, now: datetime) -> datetime:
    """When delivery of a message to the contact, written now, is given up."""
    return next_working(now, hours_of(contact), days_off(programme)) + WAITS


def _letter(
    programme: Programme,
    concern: Concern,
    kind: type[ConcernMessage],
    reader: int | None,
    contact: Person,
    *,
    keeps_hours: bool,
) -> Outgoing:
    return outgoing(
        kind(concern.id, contact.id),
        programme.team_id,
        programme.id,
        person_id=reader,
        keeps_hours=keeps_hours,
        expires_at=given_up_at(programme, contact, concern.at) if keeps_hours else None,
    )


async def programme_of(session: AsyncSession, person: Person | None) -> Programme:
    """The programme in which a person takes part, or took part last: they may leave because of the concern."""
    wanted = (
        select(Programme)
        .join(Participant, col(Participant.programme_id) == col(Programme.id))
        .where(Participant.person_id == (person.id if person else None))
        .order_by((col(Programme.state) == ProgrammeState.CLOSED), col(Participant.id).desc())
    )
    programme = (await session.exec(wanted)).first()
    if programme is None:
        raise Rejected("not_participant")
    return programme


MINE, OTHER = aliased(Participant), aliased(Participant)
PARTNERS = (
    select(OTHER.person_id)
    .join(Pair, (col(Pair.mentor_id) == col(OTHER.id)) | (col(Pair.mentee_id) == col(OTHER.id)))
    .join(MINE, (col(Pair.mentor_id) == col(MINE.id)) | (col(Pair.mentee_id) == col(MINE.id)))
    .where(MINE.person_id == bindparam("writer"))
)
"""Everyone with whom `writer` was ever paired, and `writer`. Built once: every shown poll needs it."""


async def contact_of(session: AsyncSession, programme: Programme, writer: Person | None) -> Person:
    """The named contact, or the person who set up the programme: the first who is active and not paired with the
    writer.

    Raises `Rejected`: no_contact, contact_is_partner.
    """
    partners = set((await session.exec(PARTNERS, params={"writer": writer.id if writer else None})).all())
    refusal = "no_contact"
    for person_id in (programme.contact_id, programme.created_by):
        person = await session.get(Person, person_id) if person_id else None
        if person is None or not person.active or (writer and person.id == writer.id):
            continue
        if person.id not in partners:
            return person
        refusal = "contact_is_partner"
    raise Rejected(refusal)
