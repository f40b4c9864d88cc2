"""Whether a person may take part, by HR's limits. HR's word about them counts before theirs.

An invitation, a sign-up that HR made, and HR's "let them take part" count whatever the limits say. Who takes part
already is never refused: HR sees whom the limits do not fit any more, and decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.recruiting_eligibility import Eligibility, Limit
from bot.services.caller import Rejected
from bot.services.roster.entries import entry_of
from bot.services.signup.contact import asks_whom
from storage.queries import participation
from storage.tables import Invitation, Participant, ParticipantState, Person, Programme, RosterEntry

Members = Mapping[str, frozenset[str]]
"""By channel the Slack ids of its members, as Slack says; without channels that the bot cannot read."""

BY_HR = (col(Invitation.withdrawn_at).is_(None), col(Invitation.nominated).is_(False))
"""HR's own invitations that count: not those by which colleagues nominated a person."""


@dataclass(frozen=True)
class Stated:
    """What a person says of their place in the company, as far as they have said it."""

    level: int | None = None
    department: str = ""


class MembershipNeeded(Exception):
    """Slack has to be asked for the members of these channels first. Nothing was stored."""

    def __init__(self, programme: Programme, channels: tuple[str, ...], hr: str = "") -> None:
        super().__init__(", ".join(channels))
        self.programme, self.channels, self.hr = programme, channels, hr


class NotEligible(Rejected):
    """HR's limits do not fit the person. `hr`: whom to ask; "" if they are not there any more."""

    def __init__(self, programme: Programme, unmet: tuple[Limit, ...], hr: str) -> None:
        super().__init__("not_eligible", programme=programme.name, hr=hr)
        self.eligibility, self.unmet, self.hr = eligibility_of(programme), unmet, hr


def eligibility_of(programme: Programme) -> Eligibility:
    return Eligibility.read(programme.eligibility)


def unmet_by(
    eligibility: Eligibility,
    person: Person,
    part: Participant | None,
    entry: RosterEntry | None,
    stated: Stated,
    members: Members | None,
) -> tuple[Limit, ...]:
    """The limits that a person does not meet; by channel only if `members` says so for certain."""
    channels: set[str] | None = None
    if members is not None:
        channels = {one for one in eligibility.channels if person.slack_id in members.get(one, ())}
        if not channels and not set(eligibility.channels) <= set(members):
            channels = None
    return eligibility.unmet(
        level=(part.hr_level if part else None) or (entry.level if entry else None) or stated.level,
        department=(part.hr_department if part else "") or (entry.department if entry else "") or stated.department,
        listed=entry is not None and entry.listed_at is not None,
        channels=channels,
    )


async def check_eligible(
    session: AsyncSession,
    programme: Programme,
    person: Person,
    part: Participant | None,
    stated: Stated,
    members: Members | None,
) -> None:
    """Raises `NotEligible`; `MembershipNeeded` if that depends on channels and `members` is None."""
    unmet, depends = await _unmet(session, programme, person, part, stated, members)
    if not (unmet or depends):
        return
    contact = await asks_whom(session, programme)
    hr = contact.name if contact else ""
    if unmet:
        raise NotEligible(programme, unmet, hr)
    raise MembershipNeeded(programme, eligibility_of(programme).channels, hr)


async def may_fit(session: AsyncSession, programme: Programme, person: Person) -> bool:
    """Whether nothing that is stored says that a person may not take part; Slack is not asked."""
    if not programme.eligibility:
        return True
    part = await participation(session, person.id, programme.id)
    return not (await _unmet(session, programme, person, part, Stated(), None))[0]


async def _unmet(
    session: AsyncSession,
    programme: Programme,
    person: Person,
    part: Participant | None,
    stated: Stated,
    members: Members | None,
) -> tuple[tuple[Limit, ...], bool]:
    """With whether it depends on channels, too, whose members are not known."""
    eligibility = eligibility_of(programme)
    if not eligibility.is_limited or (part and (part.state != ParticipantState.LEFT or part.admitted_at)):
        return (), False
    if await is_invited(session, programme, person):
        return (), False
    entry = await entry_of(session, programme.id, person.id)
    unmet = unmet_by(eligibility, person, part, entry, stated, members)
    return unmet, bool(eligibility.channels) and members is None


async def is_invited(session: AsyncSession, programme: Programme, person: Person) -> bool:
    """Whether HR invited a person by name, and did not take that back."""
    invited = select(Invitation.id).where(
        Invitation.programme_id == programme.id,
        Invitation.person_id == person.id,
        *BY_HR,
    )
    return (await session.exec(invited)).first() is not None


async def misfits(
    session: AsyncSession,
    programme: Programme,
    eligibility: Eligibility,
    members: Members | None,
    *only: ColumnElement[bool],
) -> dict[int, tuple[Limit, ...]]:
    """Who takes part although `eligibility` does not fit them, by the id of their sign-up: the limits not met.

    Of those who meet the conditions `only`. Without those whom HR invited, signed up or let take part, and those who
    had their data erased.
    """
    if not eligibility.is_limited:
        return {}
    statement = _subject_to_limits(select(Participant, Person, RosterEntry), programme).where(*only)
    found = {}
    for part, person, entry in (await session.exec(statement)).all():
        stated = Stated(part.level, part.department)
        if unmet := unmet_by(eligibility, person, part, entry, stated, members):
            found[part.id] = unmet
    return found


async def number_of_misfits(session: AsyncSession, programme: Programme, eligibility: Eligibility) -> int:
    """How many `misfits` there are by what is stored; of channels that is Slack's last answer. Reads no sign-up."""
    entry_level, entry_department = col(RosterEntry.level), func.nullif(col(RosterEntry.department), "")
    level = func.coalesce(func.nullif(col(Participant.hr_level), 0), func.nullif(entry_level, 0), Participant.level)
    department = func.coalesce(
        func.nullif(col(Participant.hr_department), ""), entry_department, col(Participant.department)
    )
    unmet: list[ColumnElement[bool]] = []
    if eligibility.levels:
        unmet.append(level.not_in([0, *eligibility.levels]))
    if eligibility.departments:
        names = (await session.exec(_subject_to_limits(select(department).distinct(), programme))).all()
        wrong = [one for one in names if eligibility.unmet(level=None, department=one, listed=True, channels=None)]
        unmet.append(department.in_(wrong))
    if eligibility.listed:
        unmet.append(col(RosterEntry.listed_at).is_(None))
    if eligibility.channels:
        unmet.append(col(Participant.outside_limits).is_(True))
    if not unmet:
        return 0
    counted = _subject_to_limits(select(func.count(col(Participant.id))), programme).where(or_(*unmet))
    return int((await session.exec(counted)).one())


def _subject_to_limits(statement: Any, programme: Programme) -> Any:
    """The sign-ups that HR's limits concern, with their people and HR's roster."""
    invited = select(Invitation.person_id).where(Invitation.programme_id == programme.id, *BY_HR)
    entry_here = (col(RosterEntry.person_id) == col(Person.id)) & (col(RosterEntry.programme_id) == programme.id)
    return (
        statement.select_from(Participant)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .outerjoin(RosterEntry, entry_here)
        .where(
            Participant.programme_id == programme.id,
            Participant.state != ParticipantState.LEFT,
            col(Participant.admitted_at).is_(None),
            col(Participant.forgotten_at).is_(None),
            col(Person.erased_at).is_(None),
            col(Person.id).not_in(invited),
        )
    )
