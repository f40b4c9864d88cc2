"""Whom HR invites: people named one by one, and people of its roster; and who of them is left out, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.invitations import InvitationState, again_from
from bot.domain.participants import department_key, departments_by_size
from bot.services.access import open_programme
from bot.services.caller import HrCaller
from bot.services.invitations.states import invitations_of
from bot.services.people.eligibility import why_unfit
from storage.queries import in_parts
from storage.tables import Participant, ParticipantState, Person, Programme, RosterEntry
from storage.unit_of_work import Store


@dataclass(frozen=True)
class Selection:
    """Slack ids, and who in the roster has one of these levels and departments; an empty list is no limit.

    With neither levels nor departments, nobody is taken from the roster. `departments` are `department_key`s.
    """

    slack_ids: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    departments: tuple[str, ...] = ()

    @property
    def uses_roster(self) -> bool:
        return bool(self.levels or self.departments)

    @property
    def is_empty(self) -> bool:
        return not (self.slack_ids or self.uses_roster)


class LeftOut(StrEnum):
    """Why a person is not invited; names the sentence `invitations.preview.left_out.…`."""

    TAKES_PART = "takes_part"
    HAS_LEFT = "has_left"
    """They took part, and left or were taken out."""
    SAID_NO = "said_no"
    INVITED = "invited"
    """They have an invitation that they have not answered, and it is too early for another one."""
    GUEST = "guest"
    STRANGER = "stranger"
    BOT = "bot"
    GONE = "gone"


@dataclass(frozen=True)
class RosterChoice:
    """What HR can choose from its roster: levels, and departments as written, the largest first."""

    programme: Programme
    levels: tuple[int, ...] = ()
    departments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """Who would be invited, and who is left out by reason; each by name."""

    programme: Programme
    invited: tuple[Person, ...]
    left_out: Mapping[LeftOut, tuple[Person, ...]] = field(default_factory=dict)


async def roster_choice(store: Store, hr: HrCaller) -> RosterChoice:
    """Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        listed = select(RosterEntry.level, RosterEntry.department).where(
            RosterEntry.programme_id == programme.id, col(RosterEntry.listed_at).is_not(None)
        )
        rows = (await work.session.exec(listed)).all()
    levels = sorted({level for level, _ in rows if level})
    return RosterChoice(programme, tuple(levels), tuple(departments_by_size(name for _, name in rows)))


async def outlook(store: Store, hr: HrCaller, selection: Selection, newcomers: Mapping[str, Person]) -> Outlook:
    """What inviting would do; nothing is stored. `newcomers`: people who are not stored, by Slack id.

    Raises `Rejected`: programme_ended.
    """
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        return await outlook_in(work.session, hr, programme, selection, newcomers)


async def outlook_in(
    session: AsyncSession,
    hr: HrCaller,
    programme: Programme,
    selection: Selection,
    newcomers: Mapping[str, Person],
) -> Outlook:
    """The same in an open transaction."""
    people = await _people(session, programme, selection, newcomers)
    takes_part = select(Participant.person_id, Participant.state).where(Participant.programme_id == programme.id)
    states: dict[int | None, str] = dict((await session.exec(takes_part)).all())
    before = {one.person.id: one for one in await invitations_of(session, programme.id)}
    invited: list[Person] = []
    left_out: dict[LeftOut, list[Person]] = {}
    for person in people:
        asked = before.get(person.id) if person.id else None
        why: LeftOut | None = None
        if unfit := why_unfit(person, guests=programme.guests):
            why = LeftOut(str(unfit))
        elif person.id and (state := states.get(person.id)):
            why = LeftOut.HAS_LEFT if state == ParticipantState.LEFT else LeftOut.TAKES_PART
        elif asked and asked.state is InvitationState.DECLINED:
            why = LeftOut.SAID_NO
        elif asked and (again := again_from(asked.state, asked.invitation.asked_at)) and again > hr.now:
            why = LeftOut.INVITED
        if why is None:
            invited.append(person)
        else:
            left_out.setdefault(why, []).append(person)
    ordered = {one: tuple(left_out[one]) for one in LeftOut if one in left_out}
    return Outlook(programme, tuple(invited), ordered)


async def _people(
    session: AsyncSession, programme: Programme, selection: Selection, newcomers: Mapping[str, Person]
) -> list[Person]:
    """Everyone whom HR selected, once, by name."""
    found: dict[str, Person] = {}
    for some in in_parts(selection.slack_ids):
        statement = select(Person).where(Person.team_id == programme.team_id, col(Person.slack_id).in_(some))
        found |= {one.slack_id: one for one in (await session.exec(statement)).all()}
    if selection.uses_roster:
        listed = (
            select(Person, RosterEntry)
            .join(RosterEntry, col(RosterEntry.person_id) == col(Person.id))
            .where(
                RosterEntry.programme_id == programme.id,
                col(RosterEntry.listed_at).is_not(None),
                col(Person.erased_at).is_(None),
            )
        )
        found |= {
            person.slack_id: person
            for person, entry in (await session.exec(listed)).all()
            if (not selection.levels or entry.level in selection.levels)
            and (not selection.departments or department_key(entry.department) in selection.departments)
        }
    for slack_id in selection.slack_ids:
        if slack_id not in found and slack_id in newcomers:
            found[slack_id] = newcomers[slack_id]
    return sorted(found.values(), key=lambda one: (one.name.casefold(), one.slack_id))
