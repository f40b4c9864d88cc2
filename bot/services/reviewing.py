"""What HR reads of a draft: its figures, each pair with its reasons, and the people left over with the cause."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.matching_explain import quality
from bot.domain.profiles import Rules
from bot.domain.sessions import Side
from bot.services.caller import HrCaller
from bot.services.drafts import draft_key, open_draft, own_draft
from bot.services.rosters import number_without_manager
from storage.queries import active_participants
from storage.tables import (
    Draft,
    DraftLeftover,
    DraftPair,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Participant,
    Person,
    Programme,
)
from storage.unit_of_work import Store

TAKEN_OUT = ("forbidden_by_hr", "allow_pair")
"""Cause and help of somebody whose only pairs HR took out."""


@dataclass(frozen=True)
class Suggestion:
    """One pair of a draft with its two people."""

    proposed: DraftPair
    mentor: Person
    mentee: Person


@dataclass(frozen=True)
class LeftOver:
    """Somebody without a partner on the side `side`; `cause` and `help` name texts."""

    person: Person
    participant: Participant
    side: Side
    cause: str
    help: str


@dataclass(frozen=True)
class Overview:
    """A draft in figures. `people` have a partner in it out of `total` participants, `alone` have none at all.

    `left` counts the places in the list of `left_over`; `posted` is HR's message (channel, ts), once it was sent.
    """

    draft: Draft
    programme: Programme
    pairs: int
    excluded: int
    people: int
    total: int
    alone: int
    left: int
    average: int
    weak: int
    without_manager: int
    posted: tuple[str, str] | None


async def overview(store: Store, hr: HrCaller, draft_id: int) -> Overview:
    """The figures of a draft. Raises `Refusal`: outdated."""
    async with store.read(hr.now) as work:
        return await overview_of(work.session, await own_draft(work.session, hr, draft_id))


async def suggestions(
    store: Store, hr: HrCaller, draft_id: int, start: int, count: int
) -> tuple[list[Suggestion], int]:
    """`count` pairs of the open draft from the `start`-th on, strongest first, and how many there are in all.

    Raises `Refusal`: outdated, already_released, draft_outdated.
    """
    async with store.read(hr.now) as work:
        draft = await open_draft(work.session, hr, draft_id)
        number = select(func.count()).select_from(DraftPair).where(DraftPair.draft_id == draft.id)
        wanted = select(DraftPair).where(DraftPair.draft_id == draft.id).order_by(col(DraftPair.id))
        pairs = (await work.session.exec(wanted.offset(start).limit(count))).all()
        ids = {one for pair in pairs for one in (pair.mentor_id, pair.mentee_id)}
        people = await _people(work.session, col(Participant.id).in_(ids))
        total = (await work.session.exec(number)).one()
    return [Suggestion(pair, people[pair.mentor_id][1], people[pair.mentee_id][1]) for pair in pairs], total


async def left_over(store: Store, hr: HrCaller, draft_id: int) -> list[LeftOver]:
    """Everybody who has no partner on a side in the open draft, and why. Leaders come first.

    Raises `Refusal`: outdated, already_released, draft_outdated.
    """
    async with store.read(hr.now) as work:
        draft = await open_draft(work.session, hr, draft_id)
        left = (await _standing(work.session, draft)).left
        people = await _people(work.session, col(Participant.programme_id) == draft.programme_id)
    return [
        LeftOver(people[one][1], people[one][0], side, cause, help_)
        for (side, one), (cause, help_) in sorted(left.items())
    ]


async def overview_of(session: AsyncSession, draft: Draft) -> Overview:
    """The figures of a draft."""
    programme = await session.get_one(Programme, draft.programme_id)
    standing = await _standing(session, draft)
    here = {participant.id for participant, _ in await active_participants(session, draft.programme_id)}
    scores = standing.scores
    return Overview(
        draft,
        programme,
        pairs=len(scores),
        excluded=standing.excluded,
        people=len({one for _, one in standing.paired}),
        total=len(here),
        alone=len(here & {one for _, one in standing.left} - {one for _, one in standing.paired | standing.held}),
        left=len(standing.left),
        average=sum(scores) // len(scores) if scores else 0,
        weak=sum(quality(score, Rules()) == "weak" for score in scores),
        without_manager=await number_without_manager(session, draft.programme_id),
        posted=await _posted(session, draft),
    )


Place = tuple[Side, int]
"""A side and a participant's id."""


@dataclass(frozen=True)
class _Standing:
    """Who has a partner as the draft is now, with what HR took out and put back."""

    scores: list[int]
    excluded: int
    paired: set[Place]
    held: set[Place]
    left: dict[Place, tuple[str, str]]


async def _standing(session: AsyncSession, draft: Draft) -> _Standing:
    wanted = select(DraftPair.mentor_id, DraftPair.mentee_id, DraftPair.score, DraftPair.excluded)
    pairs = (await session.exec(wanted.where(DraftPair.draft_id == draft.id))).all()
    live = [pair for pair in pairs if not pair[3]]
    out = [pair for pair in pairs if pair[3]]
    paired, held = _places(live), _places(await _partners(session, draft.programme_id))
    rows = (await session.exec(select(DraftLeftover).where(DraftLeftover.draft_id == draft.id))).all()
    left = {(Side(row.side), row.participant_id): (row.cause, row.help) for row in rows}
    left |= dict.fromkeys(_places(out) - held, TAKEN_OUT)
    return _Standing(
        [score for _, _, score, _ in live],
        len(out),
        paired,
        held,
        {place: why for place, why in left.items() if place not in paired},
    )


def _places(pairs: Any) -> set[Place]:
    return {place for one, other, *_ in pairs for place in ((Side.MENTOR, one), (Side.MENTEE, other))}


async def _people(session: AsyncSession, which: ColumnElement[bool]) -> dict[int, tuple[Participant, Person]]:
    """Sign-ups with their people, by the ids of the sign-ups."""
    wanted = select(Participant, Person).join(Person, col(Person.id) == col(Participant.person_id)).where(which)
    return {part.id or 0: (part, person) for part, person in (await session.exec(wanted)).all()}


async def _partners(session: AsyncSession, programme_id: int) -> list[tuple[int, int]]:
    wanted = select(Pair.mentor_id, Pair.mentee_id).where(
        Pair.programme_id == programme_id, Pair.state == PairState.ACTIVE
    )
    return list((await session.exec(wanted)).all())


async def _posted(session: AsyncSession, draft: Draft) -> tuple[str, str] | None:
    """Where HR's message about the draft stands."""
    wanted = select(Outbox.channel, Outbox.ts).where(
        Outbox.team_id == draft.team_id,
        Outbox.key == draft_key(draft),
        Outbox.state == OutboxState.SENT,
    )
    found = (await session.exec(wanted)).first()
    return (found[0], found[1]) if found and found[0] and found[1] else None
