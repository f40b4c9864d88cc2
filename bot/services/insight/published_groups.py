"""Publishes groups of private answers, and reads published ones. `bot.domain.figures` has the rules.

Publication is one transaction that locks the programme's row, so that replicas are serialised; unique keys secure
that. It happens before HR sees anything: a request can publish waiting values, never make a group smaller.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.figures import NO_PART, Basis, Group, Part, Published, Value, by_part, group, may_publish
from bot.domain.participants import department_key
from bot.domain.polls import BY_PART
from bot.domain.surveys import SurveyResults, survey_results
from bot.services.insight.session_parts import session_parts
from bot.services.insight.unpublished_values import UnpublishedMeasure, session_of, waiting_values
from storage.execute_many import execute_many
from storage.tables import Participant, Programme, PublishedGroup, PublishedValue
from storage.unit_of_work import Store, UnitOfWork

_VALUES = SQLModel.metadata.tables[str(PublishedValue.__tablename__)]
_INSERT = insert(_VALUES).values(dict.fromkeys(("team_id", "group_id", "measure", "source", "participant_id", "value")))


@dataclass(frozen=True)
class _Ready:
    waiting: UnpublishedMeasure
    last: Group | None


async def publish(store: Store, programme_id: int, now: datetime) -> int:
    """Publish every full group; how many there were."""
    async with store.read(now) as work:
        if not await _ready(work, programme_id):
            return 0
    async with store.write(now) as work:
        held = select(Programme).where(Programme.id == programme_id).with_for_update(key_share=True)
        programme = (await work.session.exec(held)).one()
        ready = await _ready(work, programme_id)
        for one in ready:
            await _publish(work, programme, one)
        await work.commit()
    return len(ready)


async def read_published(session: AsyncSession, programme_id: int) -> Published:
    """The published groups of a programme."""
    groups: dict[str, list[Group]] = defaultdict(list)
    statement = select(PublishedGroup).where(PublishedGroup.programme_id == programme_id)
    for row in (await session.exec(statement.order_by(col(PublishedGroup.number)))).all():
        groups[row.measure].append(
            Group(
                measure=row.measure,
                basis=Basis(row.basis),
                total=row.total,
                answers=row.answers,
                people=row.people,
                people_so_far=row.people_so_far,
                people_shown=row.people_shown,
                at=row.published_at,
                part=Part(row.department, row.level, row.pack, row.format, row.cadence, row.topic),
                squares=row.squares,
            )
        )
    return Published(dict(groups))


async def current_survey_results(store: Store, programme_id: int, now: datetime) -> SurveyResults:
    """Publish full groups, then read the survey results."""
    await publish(store, programme_id, now)
    async with store.read(now) as work:
        return survey_results(await read_published(work.session, programme_id))


async def _ready(work: UnitOfWork, programme_id: int) -> list[_Ready]:
    published = await read_published(work.session, programme_id)
    return [
        _Ready(one, last[-1] if (last := published.groups.get(one.measure)) else None)
        for one in await waiting_values(work, programme_id, published)
        if may_publish(one.measure, one.values)
    ]


async def _publish(work: UnitOfWork, programme: Programme, ready: _Ready) -> None:
    """As one group; or, of a rating that HR also sees by department and level, as several."""
    waiting, last = ready.waiting, ready.last
    parts: list[tuple[Part, Sequence[Value]]] = [(NO_PART, waiting.values)]
    if waiting.measure in BY_PART:
        parts = by_part(waiting.values, await _part_of(work.session, programme.id, waiting.values))
    known = await _people_of(work.session, programme.id, waiting.measure) if last else set()
    for part, values in parts:
        last = group(waiting.measure, waiting.basis, values, known, last, work.now, part)
        known |= {one.person for one in values}
        await _store(work, programme, last, values)


async def _store(work: UnitOfWork, programme: Programme, made: Group, values: Sequence[Value]) -> None:
    session = work.session
    last = select(PublishedGroup.number).where(
        PublishedGroup.programme_id == programme.id, PublishedGroup.measure == made.measure
    )
    row = PublishedGroup(
        team_id=programme.team_id,
        programme_id=programme.id,
        measure=made.measure,
        number=max((await session.exec(last)).all(), default=0) + 1,
        basis=made.basis,
        total=made.total,
        answers=made.answers,
        people=made.people,
        people_so_far=made.people_so_far,
        people_shown=made.people_shown,
        published_at=made.at,
        department=made.part.department,
        level=made.part.level,
        pack=made.part.pack,
        format=made.part.format,
        cadence=made.part.cadence,
        topic=made.part.topic,
        squares=made.squares,
    )
    session.add(row)
    await session.flush()
    await execute_many(session, _INSERT, (_row(row, one) for one in sorted(values, key=lambda one: one.source)))


async def _part_of(session: AsyncSession, programme_id: int, values: Sequence[Value]) -> Callable[[Value], Part]:
    """The part of each value: its person's department and level, and what its session was."""
    statement = select(Participant.id, Participant.department, Participant.level).where(
        Participant.programme_id == programme_id
    )
    rows = (await session.exec(statement)).all()
    people = {number: Part(department_key(department), level or None) for number, department, level in rows}
    sessions = await session_parts(session, {session_of(one.source) for one in values})

    def part_of(value: Value) -> Part:
        held = sessions.get(session_of(value.source), NO_PART)
        mine = people[value.person]
        return replace(held, department=mine.department, level=mine.level)

    return part_of


def _row(row: PublishedGroup, value: Value) -> dict[str, object]:
    return {
        "team_id": row.team_id,
        "group_id": row.id,
        "measure": row.measure,
        "source": value.source,
        "participant_id": value.person,
        "value": value.value,
    }


async def _people_of(session: AsyncSession, programme_id: int, measure: str) -> set[int]:
    """The people whose values are in the groups of a measure, except erased ones, who answer no more."""
    statement = (
        select(PublishedValue.participant_id)
        .join(PublishedGroup, col(PublishedGroup.id) == col(PublishedValue.group_id))
        .where(PublishedGroup.programme_id == programme_id, PublishedGroup.measure == measure)
        .distinct()
    )
    return {one for one in (await session.exec(statement)).all() if one is not None}
