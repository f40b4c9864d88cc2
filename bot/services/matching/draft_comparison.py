"""Differences between two drafts: people who are newly matched, no longer matched, or with another partner."""

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.matching.explain import lacks_substance
from bot.domain.matching.figures import Figures, figures
from bot.services.participants.members import Member, members
from storage.tables import Draft, DraftPair, Participant, Programme

Together = tuple[int, int, int, bool]
"""Mentor and leader by sign-up, their score, and whether they share no topic, interest or working style."""


@dataclass(frozen=True)
class Move:
    """A leader with other mentors than before."""

    leader: Member
    before: list[Member]
    after: list[Member]


@dataclass(frozen=True)
class Changes:
    """Compares the previous draft with this one. `new` had no partner before, `gone` have none any more."""

    before: Figures
    after: Figures
    new: list[Member]
    gone: list[Member]
    moved: list[Move]


async def live_pairs(session: AsyncSession, draft_id: int) -> list[Together]:
    """The pairs of a draft that HR did not exclude."""
    statement = select(DraftPair.mentor_id, DraftPair.leader_id, DraftPair.score, DraftPair.explanation).where(
        DraftPair.draft_id == draft_id, col(DraftPair.excluded).is_(False)
    )
    found = (await session.exec(statement.order_by(col(DraftPair.id)))).all()
    return [(mentor, leader, score, lacks_substance(why)) for mentor, leader, score, why in found]


async def changes(session: AsyncSession, draft: Draft, now: list[Together], programme: Programme) -> Changes | None:
    """Differences from the draft that this one replaced; None if it replaced none."""
    if draft.before_id is None:
        return None
    was = await live_pairs(session, draft.before_id)
    mentors_before, mentors_now = _mentors(was), _mentors(now)
    before, after = _people(was), _people(now)
    moved = [one for one in mentors_now if one in mentors_before and set(mentors_now[one]) != set(mentors_before[one])]
    ids = (before ^ after) | set(moved)
    ids |= {mentor for one in moved for mentor in (*mentors_before[one], *mentors_now[one])}
    named = await members(session, col(Participant.id).in_(ids))

    def sorted_people(parts: set[int]) -> list[Member]:
        return sorted((named[part] for part in parts), key=_by_name)

    def move(part: int) -> Move:
        return Move(named[part], sorted_people(set(mentors_before[part])), sorted_people(set(mentors_now[part])))

    return Changes(
        figures(was, programme.floor),
        figures(now, programme.floor),
        new=sorted_people(after - before),
        gone=sorted_people(before - after),
        moved=sorted(map(move, moved), key=lambda one: _by_name(one.leader)),
    )


def _mentors(pairs: list[Together]) -> dict[int, list[int]]:
    found = defaultdict(list)
    for mentor, leader, _, _ in pairs:
        found[leader].append(mentor)
    return found


def _people(pairs: list[Together]) -> set[int]:
    return {one for mentor, leader, _, _ in pairs for one in (mentor, leader)}


def _by_name(member: Member) -> tuple[str, int]:
    return member.person.name, member.person.id
