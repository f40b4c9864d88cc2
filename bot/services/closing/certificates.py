"""Certificates: who earned one, its content, and its delivery at the end and on request.

A certificate belongs to a sign-up and a role, not to a pair: it names neither partner nor score.
`bot.domain.closing` defines "completed".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.messages.closing import CertificateMessage
from bot.domain.programme import Theme, topics_for
from bot.domain.sessions import MIDDLE, Side
from bot.services.caller import Caller, Rejected
from bot.services.closing.certificate_design import Design, design_of
from bot.services.closing.completion import completed_in
from bot.services.closing.practised import MOST_TOPICS, Practised, practised_by
from bot.services.programme.end import period
from bot.services.programme.last_days import LastDays, on_day
from bot.services.programme.sponsor import standing_of
from storage.outbox import UNDER_WAY, Outgoing, outgoing
from storage.queries import participation, person_by_slack
from storage.tables import (
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
)
from storage.unit_of_work import Store, UnitOfWork

Holder = tuple[Participant, Side, Person]
"""A possible owner: the sign-up, the role, and the person."""


@dataclass(frozen=True)
class Certificate:
    """The content: `person` was `side` in `programme` from `first` to `last`."""

    person: Person
    programme: Programme
    side: Side
    first: date
    last: date
    issued: date
    signer: str
    """The sponsor, or the member of HR who set up the programme; "" if neither is known any more."""
    signs_as: str
    """The sponsor's title, if HR entered one."""
    design: Design
    practised: Practised


SESSIONS = (
    select(Pair, MentoringSession)
    .join(MentoringSession, col(MentoringSession.pair_id) == col(Pair.id))
    .where(or_(col(Pair.mentor_id) == bindparam("participant"), col(Pair.leader_id) == bindparam("participant")))
)
"""Built once, because many messages need it."""


async def earned_sides(session: AsyncSession, participant: Participant) -> list[Side]:
    """The roles in which a person completed their part."""
    found: dict[int, tuple[Pair, list[MentoringSession]]] = {}
    for pair, meeting in (await session.exec(SESSIONS, params={"participant": participant.id})).all():
        found.setdefault(pair.id, (pair, []))[1].append(meeting)
    return earned_with(participant, found.values())


def earned_with(participant: Participant, pairs: Iterable[tuple[Pair, Sequence[MentoringSession]]]) -> list[Side]:
    """As `earned_sides`, given all of their pairs that have sessions, each with these."""
    theirs: dict[Side, list[tuple[Pair, Sequence[MentoringSession]]]] = {side: [] for side in Side}
    for pair, sessions in pairs:
        theirs[Side.MENTOR if pair.mentor_id == participant.id else Side.LEADER].append((pair, sessions))
    return [side for side in Side if completed_in(theirs[side])]


async def read_certificate(work: UnitOfWork, participant_id: int, side: Side) -> Certificate | None:
    """A certificate as of `work.now`; None if it was not earned, or the owner left or was erased."""
    participant = await work.session.get(Participant, participant_id)
    if participant is None or participant.state == ParticipantState.LEFT or participant.forgotten_at:
        return None
    if side not in await earned_sides(work.session, participant):
        return None
    person = await work.session.get_one(Person, participant.person_id)
    programme = await work.session.get_one(Programme, participant.programme_id)
    if person.erased_at:
        return None
    practised = await practised_by(work.session, participant_id, side)
    return await _made(work, programme, person, side, practised)


async def read_sample(work: UnitOfWork, programme: Programme, person: Person) -> Certificate:
    """What a mentor's certificate would look like today, with HR's own name."""
    topics = topics_for(Theme(programme.theme), programme.topics)[:MOST_TOPICS]
    return await _made(work, programme, person, Side.MENTOR, Practised(tuple(topics), MIDDLE))


async def _made(
    work: UnitOfWork, programme: Programme, person: Person, side: Side, practised: Practised
) -> Certificate:
    signer, signs_as = await _signer(work.session, programme)
    today = local(work.now, programme.zone).date()
    first, last = period(programme, today)
    return Certificate(
        person=person,
        programme=programme,
        side=side,
        first=first,
        last=last,
        issued=today,
        signer=signer,
        signs_as=signs_as,
        design=await design_of(work.session, programme.id),
        practised=practised,
    )


async def _signer(session: AsyncSession, programme: Programme) -> tuple[str, str]:
    """The signer's name and title."""
    overview = await standing_of(session, programme)
    if overview.sponsor and not overview.sponsor.erased_at:
        return overview.sponsor.name, overview.last.name if overview.last else ""
    if overview.last and overview.last.name:
        return overview.last.name, ""
    hr = await session.get_one(Person, programme.created_by)
    return ("" if hr.erased_at else hr.name), ""


async def ask_for(store: Store, caller: Caller, programme_id: int) -> bool:
    """Send the caller the certificates of a programme, those of the end at once; False if they are being sent.

    Raises `Rejected`: not_participant, left_programme, certificate_not_yet.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        session = work.session
        person = await person_by_slack(session, caller.team_id, caller.slack_id, lock=True)
        participant = await participation(session, person.id, programme_id) if person else None
        if person is None or participant is None:
            raise Rejected("not_participant")
        if participant.state == ParticipantState.LEFT:
            raise Rejected("left_programme")
        sides = await earned_sides(session, participant)
        if not sides or participant.forgotten_at:
            raise Rejected("certificate_not_yet")
        coming = select(Outbox).where(
            Outbox.person_id == person.id,
            Outbox.programme_id == programme_id,
            Outbox.kind == CertificateMessage.kind.name,
            col(Outbox.state).in_(UNDER_WAY),
        )
        if rows := (await session.exec(coming.with_for_update())).all():
            later = [one for one in rows if one.state == OutboxState.PENDING and one.due_at > work.now]
            for row in later:
                row.due_at = row.planned_at = work.now
                row.keeps_hours = row.bulk = False
            work.deliver_at_once()
            await work.commit()
            return bool(later)
        for side in sides:
            await work.send(replace(_letter(participant, side, slot=caller.receipt), keeps_hours=False))
        await work.commit()
    return True


def at_the_end(now: datetime, programme: Programme, whom: Iterable[Holder], days: LastDays) -> list[Outgoing]:
    """The certificates at the end of a pair or a programme, some days after the farewells, which have the button for
    them. Whether one is still earned is decided when it is rendered."""
    return [
        replace(
            _letter(part, side),
            due_at=on_day(now, days.certificate(part.id, side), person, programme),
            bulk=True,
        )
        for part, side, person in whom
    ]


async def of_ended_pairs(session: AsyncSession, programme_id: int) -> list[Holder]:
    """People who stayed though a partner left: they may have earned one without a pair that reached the end."""
    found: list[Holder] = []
    for side in Side:
        part = Pair.mentor_id if side is Side.MENTOR else Pair.leader_id
        theirs = select(part).where(Pair.programme_id == programme_id, Pair.state == PairState.ENDED)
        statement = (
            select(Participant, Person)
            .join(Person, col(Person.id) == col(Participant.person_id))
            .where(col(Participant.id).in_(theirs), Participant.state != ParticipantState.LEFT)
            .order_by(col(Participant.id))
        )
        found += [(part, side, person) for part, person in (await session.exec(statement)).all()]
    return found


def _letter(participant: Participant, side: Side, slot: str = "") -> Outgoing:
    message = CertificateMessage(participant.id, side, slot=slot)
    return outgoing(message, participant.team_id, participant.programme_id, person_id=participant.person_id)
