"""Private answers of a programme that are settled and in no published group yet.

Erased people are excluded: their answers are deleted, except for what was published before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import surveys
from bot.domain.agreement import GoalResult
from bot.domain.figures import GOALS, LASTED, Basis, Count, Published, Value, partition
from bot.domain.orientation import sides_of
from bot.domain.outcomes import State
from bot.domain.participants import LEAVE_REASONS
from bot.domain.polls import MEASURES
from bot.domain.sessions import Side
from bot.services.own_questions.results import waiting_own_values
from bot.services.surveys.surveys import given
from storage.tables import (
    ActionCard,
    BuddyChoice,
    CircleMember,
    GoalDate,
    MentoringSession,
    Pair,
    Participant,
    ParticipantState,
    PollAnswer,
    Preparation,
    PublishedGroup,
    PublishedValue,
    SurveyResponse,
    Thanks,
)
from storage.types import UTCDateTime
from storage.unit_of_work import UnitOfWork

PREPARED = {Side.MENTOR: Count.PREPARED_MENTOR, Side.LEADER: Count.PREPARED_LEADER}
CARDS: dict[Count, tuple[ColumnElement[bool], ...]] = {
    Count.CARD_WRITTEN: (),
    Count.CARD_DONE: (col(ActionCard.state) == State.DONE,),
    Count.CARD_DROPPED: (col(ActionCard.state) == State.DROPPED,),
    Count.CARD_LASTED: (col(ActionCard.lasted).is_(True),),
    Count.CARD_FADED: (col(ActionCard.lasted).is_(False),),
}
"""Counts of action cards: written, their results, and whether what was done lasted."""
RESULTS = {
    GoalResult.REACHED: Count.GOAL_REACHED,
    GoalResult.MOVED: Count.GOAL_MOVED,
    GoalResult.DROPPED: Count.GOAL_DROPPED,
}
REST = "rest"
LEFT = {reason: f"left:{reason}" for reason in (*LEAVE_REASONS, REST)}
"""Measures of reasons for leaving. `REST`: another reason than those published at that moment, or none."""

MENTOR, LEADER = aliased(Participant), aliased(Participant)
PROGRAMME = bindparam("programme", type_=Integer)


@dataclass(frozen=True)
class UnpublishedMeasure:
    """The waiting values of one measure."""

    measure: str
    basis: Basis
    values: Sequence[Value]


async def waiting_values(work: UnitOfWork, programme_id: int, published: Published) -> list[UnpublishedMeasure]:
    """All waiting values of a programme, by measure."""
    session = work.session
    counts: list[tuple[str, list[Value]]] = [
        *(await _ratings(session, programme_id)).items(),
        (Count.ANSWERED, await _asked(session, programme_id)),
        *(await _prepared(session, programme_id)).items(),
        *(await _cards(session, programme_id)).items(),
        *(await _goals(session, programme_id)).items(),
        (Count.THANKS, await _thanks(session, programme_id)),
        *(await _support(session, programme_id)),
    ]
    counts += (await _left(session, programme_id)).items()
    counts += await waiting_own_values(work, programme_id)
    found = [UnpublishedMeasure(measure, Basis.VALUE, values) for measure, values in counts]
    found += await _surveys(work, programme_id, published)
    return [one for one in found if one.values]


def source_of(number: int, side: Side) -> int:
    """Identifies one side's share in something that both sides of a pair have: a session, a card."""
    return 2 * number + (side is Side.LEADER)


def session_of(source: int) -> int:
    """The session whose rating has this source (`source_of`)."""
    return source // 2


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 or 0."""
    return case((condition, 1), else_=0)


def _new(measure: str, source: Any) -> ColumnElement[bool]:
    """Whether it is in no group of a measure."""
    there = select(PublishedValue.id).where(PublishedValue.source == source, PublishedValue.measure == measure)
    return ~there.exists()


# The statements are built once: SQLAlchemy takes longer to build one than the database to execute it.


def _ratings_statement() -> Any:
    source = 2 * col(PollAnswer.session_id) + _flag(col(PollAnswer.side) == Side.LEADER)  # as `source_of`
    ratings: dict[str, Any] = {name: getattr(PollAnswer, name) for name in MEASURES}
    new = [and_(rating.is_not(None), _new(name, source)) for name, rating in ratings.items()]
    columns: list[Any] = [PollAnswer.participant_id, PollAnswer.session_id, PollAnswer.side]
    columns += [case((wanted, rating)) for wanted, rating in zip(new, ratings.values(), strict=True)]
    return (
        select(*columns)
        .join(MentoringSession, col(MentoringSession.id) == col(PollAnswer.session_id))
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .join(Participant, col(Participant.id) == col(PollAnswer.participant_id))
        .where(
            col(Pair.programme_id) == PROGRAMME,
            col(Participant.forgotten_at).is_(None),
            # Before the poll has closed an answer may change.
            col(MentoringSession.settled_at).is_not(None),
            or_(*new),
        )
    )


_RATINGS = _ratings_statement()


async def _ratings(session: AsyncSession, programme_id: int) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {name: [] for name in MEASURES}
    for person, number, side, *ratings in (await session.exec(_RATINGS, params={"programme": programme_id})).all():
        for name, rating in zip(MEASURES, ratings, strict=True):
            if rating is not None:
                found[name].append(Value(person, source_of(number, Side(side)), rating))
    return found


def _asked_statement() -> Any:
    said = aliased(PollAnswer), aliased(PollAnswer)
    columns: list[Any] = [MentoringSession.id]
    for part, answer in zip((MENTOR, LEADER), said, strict=True):
        columns += [part.id, part.forgotten_at, answer.met]
    statement: Any = (
        select(*columns)
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .join(MENTOR, col(MENTOR.id) == col(Pair.mentor_id))
        .join(LEADER, col(LEADER.id) == col(Pair.leader_id))
        .where(
            col(Pair.programme_id) == PROGRAMME,
            col(MentoringSession.settled_at).is_not(None),
            # Both sides are published at the same moment, unless one was erased.
            _new(Count.ANSWERED, 2 * col(MentoringSession.id)),
            _new(Count.ANSWERED, 2 * col(MentoringSession.id) + 1),
        )
    )
    for part, answer in zip((MENTOR, LEADER), said, strict=True):
        mine = (answer.session_id == MentoringSession.id) & (answer.participant_id == part.id)
        statement = statement.outerjoin(answer, mine)
    return statement


_ASKED = _asked_statement()


async def _asked(session: AsyncSession, programme_id: int) -> list[Value]:
    """Both sides of each session whose poll has closed: 1 if they answered, else 0."""
    values: list[Value] = []
    for number, *parts in (await session.exec(_ASKED, params={"programme": programme_id})).all():
        for side, (person, forgotten, met) in zip(Side, (parts[:3], parts[3:]), strict=True):
            if forgotten is None:
                values.append(Value(person, source_of(number, side), int(met is not None)))
    return values


def _settled_statements() -> tuple[Any, Any]:
    """Survey responses with an item in no group; and all answers from before."""
    items = [getattr(SurveyResponse, item.value) for item in surveys.Item]
    answered = sum((_flag(col(item).is_not(None)) for item in items), start=literal(0))
    inside = select(func.count(col(PublishedValue.id))).where(
        PublishedValue.source == SurveyResponse.id, col(PublishedValue.measure).in_(surveys.MEASURES)
    )
    settled = (
        select(SurveyResponse)
        .join(Participant, col(Participant.id) == col(SurveyResponse.participant_id))
        .where(
            col(SurveyResponse.programme_id) == PROGRAMME,
            col(SurveyResponse.closes_at) <= bindparam("now", type_=UTCDateTime()),
            col(Participant.forgotten_at).is_(None),
        )
    )
    before = settled.where(SurveyResponse.moment == surveys.Moment.BEFORE)
    return settled.where(answered > inside.scalar_subquery()), before


_NEW_READINGS, _BEFORE = _settled_statements()


async def _surveys(work: UnitOfWork, programme_id: int, published: Published) -> list[UnpublishedMeasure]:
    session, values = work.session, {"programme": programme_id, "now": work.now}
    new: Sequence[SurveyResponse] = (await session.exec(_NEW_READINGS, params=values)).all()
    if not new:
        return []
    people = {one.participant_id for one in new}
    rows = {one.id: one for one in new}
    if any(one.moment != surveys.Moment.BEFORE for one in new):
        before: Sequence[SurveyResponse] = (await session.exec(_BEFORE, params=values)).all()
        rows |= {one.id: one for one in before if one.participant_id in people}
    done = (
        select(PublishedValue.measure, PublishedValue.source, PublishedValue.participant_id)
        .join(PublishedGroup, col(PublishedGroup.id) == col(PublishedValue.group_id))
        .where(PublishedGroup.programme_id == programme_id, col(PublishedValue.measure).in_(surveys.MEASURES))
    )
    values_there = (await session.exec(done)).all()
    there = surveys.Done(
        {(measure, source) for measure, source, _ in values_there},
        {(measure, person) for measure, _, person in values_there if person is not None},
    )
    found = surveys.waiting(given(rows.values()), published, there, work.now)
    return [UnpublishedMeasure(*one) for one in found]


_PREPARED: Any = (
    select(Preparation.id, Preparation.participant_id, Preparation.side, Participant.role)
    .join(Participant, col(Participant.id) == col(Preparation.participant_id))
    .where(
        col(Participant.programme_id) == PROGRAMME,
        Participant.state != ParticipantState.LEFT,
        col(Preparation.finished_at).is_not(None),
        or_(*[and_(col(Preparation.side) == side, _new(name, col(Preparation.id))) for side, name in PREPARED.items()]),
    )
)


async def _prepared(session: AsyncSession, programme_id: int) -> dict[str, list[Value]]:
    """Active participants who have finished reading what is for their side."""
    found: dict[str, list[Value]] = {name: [] for name in PREPARED.values()}
    for id_, who, side, role in (await session.exec(_PREPARED, params={"programme": programme_id})).all():
        if Side(side) in sides_of(role):
            found[PREPARED[Side(side)]].append(Value(who, id_, 1))
    return found


def _cards_statement() -> Any:
    # Whether it lasted counts once, also if the answer is corrected.
    new = {
        name: and_(*(_new(one, 2 * col(ActionCard.id)) for one in (LASTED if name in LASTED else {name})), *conditions)
        for name, conditions in CARDS.items()
    }
    columns: list[Any] = [ActionCard.id, ActionCard.pair_id, MENTOR.id, LEADER.id]
    columns += [_flag(one) for one in new.values()]
    return (
        select(*columns)
        .join(Pair, col(Pair.id) == col(ActionCard.pair_id))
        .join(MENTOR, col(MENTOR.id) == col(Pair.mentor_id))
        .join(LEADER, col(LEADER.id) == col(Pair.leader_id))
        .where(
            col(Pair.programme_id) == PROGRAMME,
            col(MENTOR.forgotten_at).is_(None),
            col(LEADER.forgotten_at).is_(None),
            or_(*new.values()),
        )
    )


_CARDS = _cards_statement()


async def _cards(session: AsyncSession, programme_id: int) -> dict[str, list[Value]]:
    """Cards that were written, done or dropped, or lasted: each belongs to both people of the pair, and counts once."""
    found: dict[str, list[Value]] = {name: [] for name in CARDS}
    for card, pair, mentor, leader, *new in (await session.exec(_CARDS, params={"programme": programme_id})).all():
        sides = ((mentor, Side.MENTOR, 1), (leader, Side.LEADER, 0))
        both = [Value(person, source_of(card, side), value, pair) for person, side, value in sides]
        for name, wanted in zip(CARDS, new, strict=True):
            if wanted:
                found[name] += both
    return found


def _goals_statement() -> Any:
    # Once counted, it is not counted again when the two correct it.
    new = and_(*[_new(name, 2 * col(GoalDate.id)) for name in GOALS])
    columns: list[Any] = [GoalDate.id, GoalDate.pair_id, GoalDate.result, MENTOR.id, LEADER.id]
    return (
        select(*columns)
        .join(Pair, col(Pair.id) == col(GoalDate.pair_id))
        .join(MENTOR, col(MENTOR.id) == col(Pair.mentor_id))
        .join(LEADER, col(LEADER.id) == col(Pair.leader_id))
        .where(
            col(Pair.programme_id) == PROGRAMME,
            col(GoalDate.result).is_not(None),
            col(MENTOR.forgotten_at).is_(None),
            col(LEADER.forgotten_at).is_(None),
            new,
        )
    )


_GOALS = _goals_statement()


async def _goals(session: AsyncSession, programme_id: int) -> dict[str, list[Value]]:
    """What became of goals on their dates: each belongs to both people of the pair, and counts once."""
    found: dict[str, list[Value]] = {name: [] for name in GOALS}
    for id_, pair, result, mentor, leader in (await session.exec(_GOALS, params={"programme": programme_id})).all():
        for side, person in ((Side.MENTOR, mentor), (Side.LEADER, leader)):
            value = Value(person, source_of(id_, side), int(side is Side.MENTOR), pair)
            found[RESULTS[GoalResult(result)]].append(value)
    return found


_WRITER: Any = case((col(Thanks.side) == Side.MENTOR, col(Pair.mentor_id)), else_=col(Pair.leader_id))
_THANKS: Any = (
    select(Thanks.id, Participant.id)
    .join(Pair, col(Pair.id) == col(Thanks.pair_id))
    .join(Participant, col(Participant.id) == _WRITER)
    .where(
        col(Pair.programme_id) == PROGRAMME,
        col(Participant.forgotten_at).is_(None),
        _new(Count.THANKS, col(Thanks.id)),
    )
)


async def _thanks(session: AsyncSession, programme_id: int) -> list[Value]:
    """Each thanks counts for its writer."""
    rows = (await session.exec(_THANKS, params={"programme": programme_id})).all()
    return [Value(person, id_, 1) for id_, person in rows]


def _support_statement(table: type[BuddyChoice] | type[CircleMember], wished: Any, name: Count) -> Any:
    return (
        select(col(table.id), col(table.participant_id))
        .join(Participant, col(Participant.id) == col(table.participant_id))
        .where(
            col(table.programme_id) == PROGRAMME,
            Participant.state != ParticipantState.LEFT,
            col(wished).is_not(None),
            _new(name, col(table.id)),
        )
    )


_SUPPORT = {
    Count.BUDDY: _support_statement(BuddyChoice, BuddyChoice.asked_at, Count.BUDDY),
    Count.CIRCLE: _support_statement(CircleMember, CircleMember.wished_at, Count.CIRCLE),
}


async def _support(session: AsyncSession, programme_id: int) -> list[tuple[str, list[Value]]]:
    """Mentors who ask for a buddy, or wish to be in a circle."""
    found: list[tuple[str, list[Value]]] = []
    for name, statement in _SUPPORT.items():
        rows = (await session.exec(statement, params={"programme": programme_id})).all()
        found.append((name, [Value(person, id_, 1) for id_, person in rows]))
    return found


_LEFT: Any = select(Participant.id, Participant.left_reason).where(
    Participant.programme_id == PROGRAMME,
    Participant.state == ParticipantState.LEFT,
    col(Participant.reason_counted).is_(True),
    col(Participant.waits_since).is_(None),
    col(Participant.forgotten_at).is_(None),
    ~select(PublishedValue.id)
    .where(PublishedValue.source == Participant.id, col(PublishedValue.measure).in_(LEFT.values()))
    .exists(),
)


async def _left(session: AsyncSession, programme_id: int) -> dict[str, list[Value]]:
    """Why people left, once: reasons that five gave, beside at least five people with another one or none.

    Without these others, everyone who knows who left would know why.
    """
    rows = (await session.exec(_LEFT, params={"programme": programme_id})).all()
    reasons = dict(rows)
    known, rest = partition([Value(one, one, 1) for one in reasons], lambda one: reasons[one.person])
    while known and not rest:
        rest += known.pop(min(known, key=lambda reason: (len(known[reason]), str(reason))))
    if not known:
        return {}
    return {LEFT[REST]: rest, **{LEFT[str(reason)]: values for reason, values in known.items()}}
