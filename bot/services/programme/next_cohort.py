"""The next cohort starts from the last: its settings, its figures, and an invitation to its participants."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.programme import AlumnusMessage
from bot.domain.playbook import Notes
from bot.services.caller import Caller
from bot.services.care.contacts import NamedContact, named_contacts
from bot.services.insight.summary_figures import Summary, current_summary
from bot.services.playbook.notes import notes_of
from bot.services.playbook.playbook import cadence_for_next
from bot.services.roster.entries import inherit
from storage.outbox import outgoing
from storage.tables import NOT_TAKING_PART, Pair, Participant, Person, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

CARRIED = (
    "country",
    "zone",
    "minutes",
    "least_gap",
    "same_department",
    "floor",
    "weights",
    "style_fit",
    "topics",
    "own_texts",
    "eligibility",
    "approve_within",
    "finish_orientation",
    "circles",
)
"""Settings that no form asks for, and that the next programme copies; besides the days that HR added or removed."""


@dataclass(frozen=True)
class Predecessor:
    """The previous programme, its contacts, its figures at its end, and what its playbook says about the next one."""

    programme: Programme
    contacts: tuple[NamedContact, ...]
    summary: Summary
    notes: Notes
    cadence: str | None = None
    """How most of its pairs met, if that differs from what was planned."""


async def predecessor(store: Store, caller: Caller, hr_channel: str) -> Predecessor | None:
    """The initial values of a channel's next programme; None if it is the first one."""
    async with store.read(caller.now) as work:
        last = await last_here(work.session, caller.team_id, hr_channel)
        if last is None:
            return None
        contacts = tuple(await named_contacts(work.session, last))
        notes, cadence = await notes_of(work.session, last.id), await cadence_for_next(work.session, last)
    summary = await current_summary(store, last.id, caller.now)
    return Predecessor(last, contacts, summary, notes, cadence)


async def read_predecessor(store: Store, programme: Programme, now: datetime) -> Summary | None:
    """The final figures of the programme that this one follows."""
    return await current_summary(store, programme.follows_id, now) if programme.follows_id else None


async def last_here(session: AsyncSession, team_id: str, hr_channel: str) -> Programme | None:
    """The last programme of a channel that reached its end."""
    statement = select(Programme).where(
        Programme.team_id == team_id, Programme.hr_channel == hr_channel, Programme.state == ProgrammeState.CLOSED
    )
    return (await session.exec(statement.order_by(col(Programme.id).desc()).limit(1))).first()


async def link_to_predecessor(work: UnitOfWork, programme: Programme) -> None:
    """Link a new programme to the last one of its channel, if there is one."""
    last = await last_here(work.session, programme.team_id, programme.hr_channel)
    if last is None:
        return
    programme.follows_id = last.id
    for name in CARRIED:
        setattr(programme, name, getattr(last, name))
    first = programme.starts_on.isoformat()
    programme.days_added = [day for day in last.days_added if day >= first]
    programme.days_removed = [day for day in last.days_removed if day >= first]


async def take_over_roster(work: UnitOfWork, programme: Programme) -> None:
    """Start a new programme with the roster of the one it follows: the same HR channel stored it."""
    if programme.follows_id:
        await inherit(work.session, programme.id, programme.follows_id)


async def invite_alumni(work: UnitOfWork, programme: Programme) -> None:
    """Invite everyone who stayed to the end of an earlier programme of this HR; each once."""
    statement = (
        select(Person.id)
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .join(Programme, col(Programme.id) == col(Participant.programme_id))
        .where(
            Programme.team_id == programme.team_id,
            Programme.hr_channel == programme.hr_channel,
            Programme.state == ProgrammeState.CLOSED,
            col(Participant.state).not_in(NOT_TAKING_PART),
            col(Participant.forgotten_at).is_(None),
            col(Person.active).is_(True),
        )
        .order_by(col(Person.id))
        .distinct()
    )
    await work.send_all(
        [
            outgoing(AlumnusMessage(), programme.team_id, programme.id, person_id=person_id)
            for person_id in (await work.session.exec(statement)).all()
        ]
    )


async def had_partner(session: AsyncSession, programme: Programme, person_id: int) -> bool:
    """Whether a person was ever introduced to a partner in an earlier programme of this HR."""
    statement = (
        select(Pair.id)
        .join(Programme, col(Programme.id) == col(Pair.programme_id))
        .join(Participant, col(Participant.id).in_([col(Pair.mentor_id), col(Pair.leader_id)]))
        .where(
            Programme.hr_channel == programme.hr_channel,
            Programme.team_id == programme.team_id,
            Programme.id != programme.id,
            Participant.person_id == person_id,
        )
        .limit(1)
    )
    return (await session.exec(statement)).first() is not None


async def last_sign_up(session: AsyncSession, person_id: int) -> Participant | None:
    """A person's answers when they last joined any programme, as long as they are stored."""
    statement = select(Participant).where(Participant.person_id == person_id, col(Participant.forgotten_at).is_(None))
    return (await session.exec(statement.order_by(col(Participant.id).desc()).limit(1))).first()
