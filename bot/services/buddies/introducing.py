"""Introduces mentors who ask for a buddy to a willing one, and ends it when one of the two is not there any more."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.buddies import BuddyCandidate, choose_buddy, still_wanted
from bot.domain.messages.buddies import BuddyGoneMessage, BuddyIntroducedMessage
from bot.domain.signup import Role
from storage.outbox import outgoing
from storage.tables import (
    NOT_TAKING_PART,
    Avoidance,
    BuddyChoice,
    BuddyPair,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    RosterEntry,
)
from storage.unit_of_work import UnitOfWork

MENTORS = (Role.MENTOR, Role.BOTH)


async def introduce_buddies(work: UnitOfWork, programme_id: int) -> list[BuddyPair]:
    """Introduce everyone of a programme who waits for a buddy, as far as others are willing; the new pairs."""
    session = work.session
    await session.flush()
    if not await _is_any_waiting(session, programme_id):
        return []
    locked = select(Programme).where(Programme.id == programme_id).with_for_update()
    programme = (await session.exec(locked)).one()
    if programme.state == ProgrammeState.CLOSED:
        return []
    known = await _candidates(session, programme)
    engaged = await _engaged(session, known)
    made: list[BuddyPair] = []
    for asker in [one for one in known.values() if one.asks and not one.alumnus]:
        if asker.participant in engaged:
            continue
        free = [replace(one, askers=engaged[one.participant]) for one in known.values()]
        buddy = choose_buddy(asker, free, await _forbidden(session, programme, asker))
        if buddy is None:
            continue
        row = BuddyPair(
            team_id=programme.team_id,
            programme_id=programme.id,
            asker_id=asker.participant,
            buddy_id=buddy.participant,
            introduced_at=work.now,
        )
        session.add(row)
        await session.flush()
        engaged.update((asker.participant, buddy.participant))
        made.append(row)
        for candidate in (asker, buddy):
            message = BuddyIntroducedMessage(row.id)
            await work.send(outgoing(message, row.team_id, row.programme_id, person_id=candidate.person))
    return made


async def introduce_everywhere(work: UnitOfWork, programme: Programme) -> list[BuddyPair]:
    """In a programme; of one that is over, in those of the same HR that are not."""
    if programme.state != ProgrammeState.CLOSED:
        return await introduce_buddies(work, programme.id)
    later = select(Programme.id).where(
        Programme.team_id == programme.team_id,
        Programme.hr_channel == programme.hr_channel,
        Programme.state != ProgrammeState.CLOSED,
    )
    return [row for id_ in (await work.session.exec(later)).all() for row in await introduce_buddies(work, id_)]


async def end_unwanted(work: UnitOfWork, participant_id: int) -> None:
    """After a changed choice: end what one of the two no longer wants. Who asks gets another buddy, or is told."""
    for row in await active_buddies(work.session, [participant_id]):
        choices = await _choices_of(work.session, (row.asker_id, row.buddy_id))
        if not still_wanted(choices[row.asker_id], choices[row.buddy_id]):
            await _end(work, [row], {participant_id})


async def leave_buddies(work: UnitOfWork, participant_ids: Collection[int]) -> None:
    """A person leaves, is deactivated or erased: they neither ask nor offer, and nobody has them as a buddy."""
    await work.session.flush()
    mine = select(BuddyChoice).where(col(BuddyChoice.participant_id).in_(participant_ids))
    for choice in (await work.session.exec(mine)).all():
        choice.asked_at = choice.offered_at = choice.help_at = None
    await _end(work, await active_buddies(work.session, participant_ids), set(participant_ids))


_MINE: Any = bindparam("participants", expanding=True)
ACTIVE_OF = (
    select(BuddyPair)
    .join(Programme, col(Programme.id) == col(BuddyPair.programme_id))
    .where(
        or_(col(BuddyPair.asker_id).in_(_MINE), col(BuddyPair.buddy_id).in_(_MINE)),
        col(BuddyPair.ended_at).is_(None),
        Programme.state != ProgrammeState.CLOSED,
    )
    .order_by(col(BuddyPair.id))
)
"""Built once, because the Home tab of each mentor needs it."""


async def active_buddies(session: AsyncSession, participant_ids: Collection[int]) -> list[BuddyPair]:
    """The introductions of these sign-ups, on either side, that are not over, in programmes that are not over."""
    return list((await session.exec(ACTIVE_OF, params={"participants": participant_ids})).all())


async def asks(session: AsyncSession, participant_id: int) -> bool:
    """Whether they ask for a buddy."""
    return any(one.asks for one in (await _choices_of(session, {participant_id})).values())


async def _end(work: UnitOfWork, rows: Iterable[BuddyPair], gone: Collection[int]) -> None:
    """`gone`: the sign-ups because of whom it ends. They are told nothing."""
    ended = list(rows)
    for row in ended:
        row.ended_at = work.now
    await work.session.flush()
    for programme_id in sorted({row.programme_id for row in ended}):
        await introduce_buddies(work, programme_id)
    for row in ended:
        choices = await _choices_of(work.session, {row.asker_id, row.buddy_id} - set(gone))
        for candidate in choices.values():
            if candidate.asks and not await active_buddies(work.session, [candidate.participant]):
                message = BuddyGoneMessage(row.id)
                await work.send(outgoing(message, row.team_id, row.programme_id, person_id=candidate.person))


async def _is_any_waiting(session: AsyncSession, programme_id: int) -> bool:
    statement = select(BuddyChoice.id).where(
        BuddyChoice.programme_id == programme_id, col(BuddyChoice.asked_at).is_not(None)
    )
    return (await session.exec(statement.limit(1))).first() is not None


async def _candidates(session: AsyncSession, programme: Programme) -> dict[int, BuddyCandidate]:
    """Who asks or offers in a programme, first who asked first; and mentors of earlier programmes who offer."""
    statement = (
        select(BuddyChoice, Participant)
        .join(Participant, col(Participant.id) == col(BuddyChoice.participant_id))
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(col(Participant.role).in_(MENTORS), col(Person.active).is_(True))
    )
    here = statement.where(
        Participant.programme_id == programme.id, Participant.state == ParticipantState.ACTIVE
    ).order_by(col(BuddyChoice.asked_at), col(BuddyChoice.id))
    taking_part = select(Participant.person_id).where(
        Participant.programme_id == programme.id, col(Participant.state).not_in(NOT_TAKING_PART)
    )
    earlier = (
        statement.join(Programme, col(Programme.id) == col(Participant.programme_id))
        .where(
            Programme.team_id == programme.team_id,
            Programme.hr_channel == programme.hr_channel,
            Programme.state == ProgrammeState.CLOSED,
            col(Participant.state).not_in(NOT_TAKING_PART),
            col(Participant.forgotten_at).is_(None),
            col(BuddyChoice.offered_at).is_not(None),
            col(Participant.person_id).not_in(taking_part),
        )
        .order_by(col(Participant.id).desc())
    )
    candidates = [_candidate(*row) for row in (await session.exec(here)).all()]
    people: set[int] = set()
    for row in (await session.exec(earlier)).all():
        if row[1].person_id not in people:  # a person with several earlier programmes is one buddy
            people.add(row[1].person_id)
            candidates.append(replace(_candidate(*row), asks=False, alumnus=True))
    return {one.participant: one for one in candidates}


def _candidate(choice: BuddyChoice, participant: Participant) -> BuddyCandidate:
    return BuddyCandidate(
        participant.id,
        participant.person_id,
        asks=choice.asked_at is not None,
        offers=choice.offered_at is not None,
        languages=frozenset(participant.languages),
        topics=frozenset(one["topic"] for one in participant.offers),
    )


async def _choices_of(session: AsyncSession, participant_ids: Collection[int]) -> Mapping[int, BuddyCandidate]:
    statement = (
        select(BuddyChoice, Participant)
        .join(Participant, col(Participant.id) == col(BuddyChoice.participant_id))
        .where(col(BuddyChoice.participant_id).in_(participant_ids))
    )
    return {part.id: _candidate(choice, part) for choice, part in (await session.exec(statement)).all()}


async def _engaged(session: AsyncSession, known: Mapping[int, BuddyCandidate]) -> Counter[int]:
    """How many buddies each of them has."""
    found: Counter[int] = Counter()
    for row in await active_buddies(session, list(known)):
        found.update((row.asker_id, row.buddy_id))
    return found


async def _forbidden(session: AsyncSession, programme: Programme, asker: BuddyCandidate) -> set[int]:
    """Ids of people who may not be a mentor's buddy: if one of the two would rather not meet the other, the own manager
    and team, the own partners, and earlier buddies."""
    found: set[int] = set()
    avoids = or_(col(Avoidance.person_id) == asker.person, col(Avoidance.avoided_id) == asker.person)
    for avoidance in (await session.exec(select(Avoidance).where(avoids))).all():
        found |= {avoidance.person_id, avoidance.avoided_id}
    line = or_(col(RosterEntry.person_id) == asker.person, col(RosterEntry.manager_id) == asker.person)
    for entry in (await session.exec(select(RosterEntry).where(RosterEntry.programme_id == programme.id, line))).all():
        found |= {entry.person_id, *([entry.manager_id] if entry.manager_id else [])}
    number, others = asker.participant, defaultdict[int, set[int]](set)
    mine = or_(col(Pair.mentor_id) == number, col(Pair.leader_id) == number)
    for pair in (await session.exec(select(Pair).where(mine, Pair.state != PairState.ENDED))).all():
        others[number] |= {pair.mentor_id, pair.leader_id}
    before = or_(col(BuddyPair.asker_id) == number, col(BuddyPair.buddy_id) == number)
    for row in (await session.exec(select(BuddyPair).where(before))).all():
        others[number] |= {row.asker_id, row.buddy_id}
    people = select(Participant.person_id).where(col(Participant.id).in_(others[number]))
    return (found | set((await session.exec(people)).all())) - {asker.person}
