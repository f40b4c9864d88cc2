"""The contacts of a programme: who receives concerns now, and in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, union
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import CalendarError, closing, workday, working_days_after
from bot.services.people.eligibility import why_unfit
from bot.services.working_hours import days_off, hours_of, is_away
from storage.tables import (
    Concern,
    ContactState,
    FollowUp,
    ManagerSource,
    Pair,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeContact,
    ProgrammeState,
    RosterEntry,
)

PATIENCE = timedelta(days=1)
"""How long delivery to one reader is tried while there is another."""
LAST_PATIENCE = timedelta(days=3)
"""The same for the last one: then the writer is notified."""
DAYS_TO_CALL = 1
"""Working days within which a reader talks to the writer of a concern."""

MINE, OTHER = aliased(Participant), aliased(Participant)
_EITHER = (col(Pair.mentor_id), col(Pair.leader_id))
_PARTNERS = (
    select_columns(col(OTHER.person_id))
    .join(Pair, col(OTHER.id).in_(_EITHER))
    .join(MINE, col(MINE.id).in_(_EITHER))
    .where(col(MINE.person_id) == bindparam("writer"))
)
_THIS_ROSTER = and_(
    col(RosterEntry.person_id) == bindparam("writer"), col(RosterEntry.programme_id) == bindparam("programme")
)
_OWN_WORD = and_(
    col(RosterEntry.person_id) == bindparam("writer"),
    col(RosterEntry.manager_known).is_(True),
    col(RosterEntry.manager_source) == ManagerSource.PERSON,
)
CAUSES: Any = union(
    _PARTNERS,
    select_columns(col(RosterEntry.manager_id)).where(_THIS_ROSTER),
    select_columns(col(RosterEntry.appraiser_id)).where(_THIS_ROSTER),
    select_columns(col(RosterEntry.manager_id)).where(_OWN_WORD),
)
"""Whom a concern of `writer` may be about: everyone with whom they were ever paired (and they themselves), and who
manages or appraises them, as this programme knows or as they said. Built once: every shown poll needs it."""

_AWAY = (
    select(Participant.id)
    .join(Programme, col(Programme.id) == col(Participant.programme_id))
    .where(
        col(Participant.person_id) == col(Person.id),
        Participant.state == ParticipantState.PAUSED,
        Programme.state != ProgrammeState.CLOSED,
    )
    .exists()
)
NAMED: Any = (
    select_columns(Person, col(ProgrammeContact.state), _AWAY)
    .outerjoin(
        ProgrammeContact,
        and_(
            col(ProgrammeContact.person_id) == col(Person.id),
            col(ProgrammeContact.programme_id) == bindparam("programme"),
        ),
    )
    .where(col(Person.id).in_(bindparam("ids", expanding=True)))
)
"""People, what they answered as contacts of `programme`, and whether they pause somewhere."""


@dataclass(frozen=True)
class Receiver:
    """A person who can receive a concern."""

    person: Person
    by_hr: bool = False
    """Only as the one who set the programme up: if Slack says that they are in HR's channel."""


@dataclass(frozen=True)
class NamedContact:
    """A contact whom HR named, and what they answered."""

    person: Person
    state: ContactState
    fit: bool
    """Whether they are an active colleague."""


def named_ids(programme: Programme) -> list[int]:
    """Ids of the named contacts, the first one first."""
    return [one for one in (programme.contact_id, programme.second_contact_id) if one is not None]


async def receivers(
    session: AsyncSession, programme: Programme, writer: Person | None, now: datetime
) -> list[Receiver]:
    """Who can receive a concern of `writer`, in order: the contacts, those who agreed first, then the creator; who is
    away on this day comes last.

    Left out: who is no active colleague, who pauses, and whom the concern may be about.
    """
    named = named_ids(programme)
    found = await _people(session, programme, [*named, programme.created_by])
    causes = await causes_of(session, programme, writer)
    in_order = sorted(named, key=lambda one: found[one][1] is not ContactState.CONFIRMED if one in found else True)
    able = [
        Receiver(found[one][0], by_hr=one not in named)
        for one in dict.fromkeys([*in_order, programme.created_by])
        if one in found and one not in causes and not found[one][2] and why_unfit(found[one][0], guests=False) is None
    ]
    return sorted(able, key=lambda one: is_away(one.person, now))


async def causes_of(session: AsyncSession, programme: Programme, writer: Person | None) -> set[int]:
    """Ids of the people whom a concern of `writer` may be about, and their own."""
    if writer is None:
        return set()
    values: Mapping[str, int] = {"writer": writer.id, "programme": programme.id}
    found = (await session.exec(CAUSES, params=values)).all()
    return {writer.id} | {one for (one,) in found if one is not None}


async def named_contacts(session: AsyncSession, programme: Programme) -> list[NamedContact]:
    """The contacts whom HR named, the first one first."""
    named = named_ids(programme)
    found = await _people(session, programme, named)
    return [
        NamedContact(
            found[one][0], found[one][1] or ContactState.ASKED, fit=why_unfit(found[one][0], guests=False) is None
        )
        for one in named
        if one in found
    ]


async def has_contact(session: AsyncSession, programme: Programme, *, agreed: bool = False) -> bool:
    """Whether the programme has a contact who is an active colleague; with `agreed`, one who confirmed."""
    named = await named_contacts(session, programme)
    return any(one.fit and (not agreed or one.state is ContactState.CONFIRMED) for one in named)


def given_up_at(now: datetime, *, last: bool) -> datetime:
    """When delivery of a message to a reader, written now, is given up. `last`: nobody else could receive it."""
    return now + (LAST_PATIENCE if last else PATIENCE)


def call_by(programme: Programme, reader: Person, now: datetime) -> date:
    """The last day on which `reader` may talk to the writer of a concern that they get now: the next working day."""
    hours, off = hours_of(reader), days_off(programme)
    today = workday(now, hours, off)
    try:
        return working_days_after(today, DAYS_TO_CALL, hours.own(off))
    except CalendarError:  # HR made every day of the next two months a day off
        return today + timedelta(days=DAYS_TO_CALL)


def plan_call(concern: Concern, programme: Programme, reader: Person, now: datetime) -> None:
    """`reader` gets the concern now: until when they talk to its writer, and when a job checks that they did."""
    concern.contact_id = reader.id
    concern.call_by = call_by(programme, reader, now)
    concern.follow_at = closing(concern.call_by, hours_of(reader))
    concern.stage, concern.talked_at, concern.offered_at, concern.answer = FollowUp.WAITING, None, None, None


async def _people(
    session: AsyncSession, programme: Programme, ids: Iterable[int]
) -> dict[int, tuple[Person, ContactState | None, bool]]:
    values = {"programme": programme.id, "ids": sorted(set(ids))}
    rows = (await session.exec(NAMED, params=values)).all()
    return {person.id: (person, state, away) for person, state, away in rows}
