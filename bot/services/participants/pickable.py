"""People of a programme whom HR may pick in a form, found by what HR types."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.sessions import Side
from bot.domain.signup import Role
from bot.services.access import own_draft
from bot.services.caller import HrCaller
from bot.services.participants.members import Member, members
from storage.tables import DraftPair, Participant, ParticipantState, Person
from storage.unit_of_work import Store


async def participants(store: Store, hr: HrCaller, words: str, most: int) -> list[Member]:
    """Everyone who signed up, also people who pause or left, by name."""
    async with store.read(hr.now) as work:
        return await _find(work.session, hr, words, most, col(Participant.forgotten_at).is_(None))


async def pairable(store: Store, hr: HrCaller, side: Side, words: str, most: int) -> list[Member]:
    """Active people who signed up for a side and whom HR does not hold back, by name."""
    roles = [str(one) for one in Role if (one.teaches if side is Side.MENTOR else one.learns)]
    async with store.read(hr.now) as work:
        return await _find(work.session, hr, words, most, *_active(), col(Participant.role).in_(roles))


async def swappable(store: Store, hr: HrCaller, draft_id: int, pair_id: int, words: str, most: int) -> list[Member]:
    """Leaders of the draft's other pairs, by name. Raises `Rejected`: outdated."""
    async with store.read(hr.now) as work:
        draft = await own_draft(work.session, hr, draft_id)
        pair = await work.session.get(DraftPair, pair_id)
        mine = pair.leader_id if pair and pair.draft_id == draft.id else 0
        live = select(DraftPair.leader_id).where(DraftPair.draft_id == draft.id, col(DraftPair.excluded).is_(False))
        others = (col(Participant.id).in_(live), col(Participant.id) != mine)
        return await _find(work.session, hr, words, most, *_active(), *others)


def _active() -> Sequence[ColumnElement[bool]]:
    return (
        col(Participant.state) == ParticipantState.ACTIVE,
        col(Participant.held_at).is_(None),
        col(Person.active).is_(True),
    )


async def _find(
    session: AsyncSession, hr: HrCaller, words: str, most: int, *which: ColumnElement[bool]
) -> list[Member]:
    """At most `most` people whose name, title or department has all the words.

    Names are compared here and not in the database: SQLite ignores the case of ASCII letters only.
    """
    statement = (
        select(Participant.id, Person.name, Person.title, Participant.department)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(Participant.programme_id == hr.programme_id, col(Person.erased_at).is_(None), *which)
    )
    wanted = words.casefold().split()
    rows = (await session.exec(statement)).all()
    known = {row[0]: " ".join(one or "" for one in row[1:]).casefold() for row in rows}
    found = [one for one, text in known.items() if all(word in text for word in wanted)]
    found = sorted(found, key=lambda one: (known[one], one))[:most]
    people = await members(session, col(Participant.id).in_(found))
    return [people[one] for one in found]
