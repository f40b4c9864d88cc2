"""What a swap, or a pair added by hand, would do to scores: shown before HR does it. Nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.services.access import open_draft, open_programme
from bot.services.caller import HrCaller
from bot.services.matching.solve import explained
from bot.services.matching.solver_input import read_roster
from bot.services.participants.members import Member, members
from storage.tables import DraftPair, Participant, Person
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class ScoredPair:
    mentor: Member
    leader: Member
    score: int
    explanation: Mapping[str, Any]


@dataclass(frozen=True)
class PairingEffect:
    """The pairs that are replaced, and those that take their place."""

    before: Sequence[ScoredPair]
    after: Sequence[ScoredPair]
    floor: int
    """The score below which a pair is weak."""


async def swap_effect(store: Store, hr: HrCaller, draft_id: int, pair_id: int, leader: str) -> PairingEffect | None:
    """If the mentors of a pair and of another leader (by Slack id) change places; None if there is nothing to swap.

    Raises `Rejected`: outdated, already_released, draft_outdated, programme_ended.
    """
    async with store.read(hr.now) as work:
        draft = await open_draft(work.session, hr, draft_id)
        pair = await work.session.get(DraftPair, pair_id)
        part_id = await _part(work.session, hr, leader)
        mine = (DraftPair.draft_id == draft.id, col(DraftPair.excluded).is_(False))
        theirs = select(DraftPair).where(*mine, DraftPair.leader_id == part_id).order_by(col(DraftPair.score))
        draft_pair = (await work.session.exec(theirs.limit(1))).first()
        if pair is None or pair.draft_id != draft.id or draft_pair is None or pair.mentor_id == draft_pair.mentor_id:
            return None
        couples = [(draft_pair.mentor_id, pair.leader_id), (pair.mentor_id, draft_pair.leader_id)]
        return await _effect(work, hr, [pair, draft_pair], couples)


async def add_effect(store: Store, hr: HrCaller, draft_id: int, mentor: str, leader: str) -> PairingEffect | None:
    """If two people (by Slack id) become a pair; None if one of them takes no part. Raises as `swap_effect`."""
    async with store.read(hr.now) as work:
        await open_draft(work.session, hr, draft_id)
        couple = await _part(work.session, hr, mentor), await _part(work.session, hr, leader)
        return await _effect(work, hr, [], [couple])


async def _part(session: AsyncSession, hr: HrCaller, slack_id: str) -> int:
    """The sign-up of a person; 0 if there is none."""
    statement = (
        select(Participant.id)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(Participant.programme_id == hr.programme_id, Person.slack_id == slack_id)
    )
    return (await session.exec(statement)).first() or 0


async def _effect(
    work: UnitOfWork, hr: HrCaller, gone: Sequence[DraftPair], couples: Sequence[tuple[int, int]]
) -> PairingEffect | None:
    roster = await read_roster(work.session, await open_programme(work.session, hr))
    profiles = {roster.participant_ids[one.id]: one for one in roster.people}
    ids = {one for couple in couples for one in couple}
    if not ids <= profiles.keys():
        return None
    people = await members(work.session, col(Participant.id).in_(ids))
    before = [ScoredPair(people[one.mentor_id], people[one.leader_id], one.score, one.explanation) for one in gone]
    after = []
    for mentor, leader in couples:
        score, explanation = explained(profiles[mentor], profiles[leader], roster.rules)
        after.append(ScoredPair(people[mentor], people[leader], score, explanation))
    return PairingEffect(before, after, roster.rules.floor)
