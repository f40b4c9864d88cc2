"""Private answers of a programme that are settled and in no published group yet.

Whoever was erased is left out: their answers are gone, but for what was published before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import measures
from bot.domain.cards import State
from bot.domain.figures import Basis, Count, Published, Value
from bot.domain.preparing import sides_of
from bot.domain.sessions import Side
from bot.services.insight.measures import given
from storage.tables import (
    ActionCard,
    MentoringSession,
    Pair,
    Participant,
    ParticipantState,
    PollAnswer,
    Preparation,
    PublishedValue,
    Reading,
    Thanks,
)
from storage.unit_of_work import UnitOfWork

RATED = ("useful", "will_use", "honest")
"""The ratings of a poll, and what their measures are called."""
PREPARED = {Side.MENTOR: Count.PREPARED_MENTOR, Side.MENTEE: Count.PREPARED_MENTEE}
CARDS = {None: Count.CARD_WRITTEN, State.DONE: Count.CARD_DONE, State.DROPPED: Count.CARD_DROPPED}
"""What is counted of action cards: that they were written, and what became of them."""

MENTOR, MENTEE = aliased(Participant), aliased(Participant)


@dataclass(frozen=True)
class Waiting:
    """The values of one measure that wait."""

    measure: str
    basis: Basis
    values: Sequence[Value]


async def waiting_values(work: UnitOfWork, programme_id: int, published: Published) -> list[Waiting]:
    """Everything that waits in a programme, by measure."""
    session = work.session
    found = [
        *[Waiting(name, Basis.VALUE, await _ratings(session, programme_id, name)) for name in RATED],
        Waiting(Count.ANSWERED, Basis.VALUE, await _asked(session, programme_id)),
        *await _surveys(work, programme_id, published),
        *await _prepared(session, programme_id),
        *[Waiting(name, Basis.VALUE, await _cards(session, programme_id, state)) for state, name in CARDS.items()],
        Waiting(Count.THANKS, Basis.VALUE, await _thanks(session, programme_id)),
    ]
    return [one for one in found if one.values]


def source_of(number: int, side: Side) -> int:
    """Identifies one side's part in something that both sides of a pair have: a session, a card."""
    return 2 * number + (side is Side.MENTEE)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 or 0."""
    return case((condition, 1), else_=0)


def _new(measure: str, source: Any) -> ColumnElement[bool]:
    """Whether it is in no group of a measure."""
    there = select(PublishedValue.id).where(PublishedValue.source == source, PublishedValue.measure == measure)
    return ~there.exists()


async def _ratings(session: AsyncSession, programme_id: int, name: str) -> list[Value]:
    rating: Any = getattr(PollAnswer, name)
    source = 2 * col(PollAnswer.session_id) + _flag(col(PollAnswer.side) == Side.MENTEE)  # as `source_of`
    wanted = (
        select(PollAnswer.participant_id, PollAnswer.session_id, PollAnswer.side, rating)
        .join(MentoringSession, col(MentoringSession.id) == col(PollAnswer.session_id))
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .join(Participant, col(Participant.id) == col(PollAnswer.participant_id))
        .where(
            Pair.programme_id == programme_id,
            col(Participant.forgotten_at).is_(None),
            # Before the poll has closed an answer may still change.
            col(MentoringSession.settled_at).is_not(None),
            col(rating).is_not(None),
            _new(name, source),
        )
    )
    rows = (await session.exec(wanted)).all()
    return [Value(person, source_of(number, Side(side)), value) for person, number, side, value in rows]


async def _asked(session: AsyncSession, programme_id: int) -> list[Value]:
    """Both sides of each session whose poll has closed: 1 if they answered, else 0."""
    said = aliased(PollAnswer), aliased(PollAnswer)
    columns: list[Any] = [MentoringSession.id]
    for part, answer in zip((MENTOR, MENTEE), said, strict=True):
        columns += [part.id, part.forgotten_at, answer.met]
    wanted: Any = (
        select(*columns)
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .join(MENTOR, col(MENTOR.id) == col(Pair.mentor_id))
        .join(MENTEE, col(MENTEE.id) == col(Pair.mentee_id))
        .where(
            Pair.programme_id == programme_id,
            col(MentoringSession.settled_at).is_not(None),
            # Both sides are published at the same moment, unless one was erased.
            _new(Count.ANSWERED, 2 * col(MentoringSession.id)),
            _new(Count.ANSWERED, 2 * col(MentoringSession.id) + 1),
        )
    )
    for part, answer in zip((MENTOR, MENTEE), said, strict=True):
        mine = (answer.session_id == MentoringSession.id) & (answer.participant_id == part.id)
        wanted = wanted.outerjoin(answer, mine)
    found: list[Value] = []
    for number, *parts in (await session.exec(wanted)).all():
        for side, (person, forgotten, met) in zip(Side, (parts[:3], parts[3:]), strict=True):
            if forgotten is None:
                found.append(Value(person, source_of(number, side), int(met is not None)))
    return found


async def _surveys(work: UnitOfWork, programme_id: int, published: Published) -> list[Waiting]:
    """Readings with an item in no group, and what the same people answered before."""
    session = work.session
    items = [getattr(Reading, item.value) for items in measures.ITEMS.values() for item in items]
    answered = sum((_flag(col(item).is_not(None)) for item in items), start=literal(0))
    inside = select(func.count(col(PublishedValue.id))).where(
        PublishedValue.source == Reading.id, col(PublishedValue.measure).in_(measures.MEASURES)
    )
    settled = (
        select(Reading)
        .join(Participant, col(Participant.id) == col(Reading.participant_id))
        .where(
            Reading.programme_id == programme_id,
            col(Reading.closes_at) <= work.now,
            col(Participant.forgotten_at).is_(None),
        )
    )
    new = (await session.exec(settled.where(answered > inside.scalar_subquery()))).all()
    if not new:
        return []
    people = {one.participant_id for one in new}
    before = settled.where(Reading.moment == measures.Moment.BEFORE)
    rows = {one.id or 0: one for one in new}
    if any(one.moment != measures.Moment.BEFORE for one in new):
        rows |= {one.id or 0: one for one in (await session.exec(before)).all() if one.participant_id in people}
    done = select(PublishedValue.measure, PublishedValue.source).where(
        col(PublishedValue.measure).in_(measures.MEASURES), col(PublishedValue.source).in_(list(rows))
    )
    found = measures.waiting(given(rows.values()), published, set((await session.exec(done)).all()), work.now)
    return [Waiting(*one) for one in found]


async def _prepared(session: AsyncSession, programme_id: int) -> list[Waiting]:
    """Those who take part and have finished reading what is for their side."""
    new = [and_(col(Preparation.side) == side, _new(name, col(Preparation.id))) for side, name in PREPARED.items()]
    wanted = (
        select(Preparation.id, Preparation.participant_id, Preparation.side, Participant.role)
        .join(Participant, col(Participant.id) == col(Preparation.participant_id))
        .where(
            Participant.programme_id == programme_id,
            Participant.state != ParticipantState.LEFT,
            col(Preparation.finished_at).is_not(None),
            or_(*new),
        )
    )
    rows = [(Side(side), role, Value(who, id_ or 0, 1)) for id_, who, side, role in (await session.exec(wanted)).all()]
    return [
        Waiting(name, Basis.VALUE, [one for of, role, one in rows if of is side and side in sides_of(role)])
        for side, name in PREPARED.items()
    ]


async def _cards(session: AsyncSession, programme_id: int, state: State | None) -> list[Value]:
    """Cards in that state, or all: both of the pair stand behind one, and it counts once."""
    wanted = (
        select(ActionCard.id, MENTOR.id, MENTEE.id)
        .join(Pair, col(Pair.id) == col(ActionCard.pair_id))
        .join(MENTOR, col(MENTOR.id) == col(Pair.mentor_id))
        .join(MENTEE, col(MENTEE.id) == col(Pair.mentee_id))
        .where(
            Pair.programme_id == programme_id,
            col(MENTOR.forgotten_at).is_(None),
            col(MENTEE.forgotten_at).is_(None),
            _new(CARDS[state], 2 * col(ActionCard.id)),
        )
    )
    if state is not None:
        wanted = wanted.where(ActionCard.state == state)
    found: list[Value] = []
    for card, mentor, mentee in (await session.exec(wanted)).all():
        found += [
            Value(mentor or 0, source_of(card or 0, Side.MENTOR), 1),
            Value(mentee or 0, source_of(card or 0, Side.MENTEE), 0),
        ]
    return found


async def _thanks(session: AsyncSession, programme_id: int) -> list[Value]:
    """Each thanks counts for whoever wrote it."""
    wanted = (
        select(Thanks.id, Thanks.side, MENTOR, MENTEE)
        .join(Pair, col(Pair.id) == col(Thanks.pair_id))
        .join(MENTOR, col(MENTOR.id) == col(Pair.mentor_id))
        .join(MENTEE, col(MENTEE.id) == col(Pair.mentee_id))
        .where(Pair.programme_id == programme_id, _new(Count.THANKS, col(Thanks.id)))
    )
    rows = [
        (id_, mentor if side == Side.MENTOR else mentee) for id_, side, mentor, mentee in await session.exec(wanted)
    ]
    return [Value(who.id or 0, id_ or 0, 1) for id_, who in rows if who.forgotten_at is None]
