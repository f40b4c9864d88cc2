"""Migration 0018: each programme keeps the lines that its matching used, and is shown nothing that others stored."""

from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, DateTime, MetaData, Table, insert, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select

from bot.domain.matching.rules import ancestors, reporting_lines
from bot.services.caller import HrCaller
from bot.services.matching.solver_input import read_roster
from bot.services.roster import import_roster as roster_import
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import ManagerSource, Person, Programme, RosterEntry
from storage.unit_of_work import Store

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
PEOPLE = 40
PROGRAMMES = {1: ("CHR1", "running"), 2: ("CHR2", "recruiting"), 3: ("CHR1", "closed"), 4: ("CHR3", "running")}
"""The HR channel and the state, by id. Nobody joined or listed anybody for the last one."""
Rows = list[dict[str, Any]]


async def put(engine: AsyncEngine, name: str, rows: Rows) -> None:
    """Insert rows into a table as the database has it; a column that must have a value gets one that means nothing."""
    async with engine.begin() as connection:
        table = await connection.run_sync(lambda sync: Table(name, MetaData(), autoload_with=sync))
        needed = [one for one in table.c if not one.nullable and one.server_default is None and one.name != "id"]
        usual = {one.name: _blank(one) for one in needed}
        await connection.execute(insert(table), [usual | row for row in rows])


def _blank(column: Any) -> Any:
    match column.type:
        case JSON():
            return []
        case Boolean():
            return False
        case DateTime():
            return NOW
        case other if "INT" in str(other):
            return 1
        case other if str(other) == "DATE":
            return date(2027, 2, 1)
        case _:
            return "x"


async def old_world(engine: AsyncEngine, chance: Random) -> tuple[dict[int, set[int]], Rows]:
    """Three programmes with people in common, as 0015 stores them: who is directly above whom, and the roster."""
    await upgrade(engine, "0015")
    people = range(1, PEOPLE + 1)
    managers = {one: chance.choice([None, *(boss for boss in people if boss != one)]) for one in people}
    persons = [
        {"id": one, "team_id": "T1", "slack_id": f"U{one}", "active": True, "zone": "Asia/Jakarta",
         "work_start": "09:00", "work_end": "17:00",
         "manager_known": managers[one] is not None or chance.random() < 0.5}
        for one in people
    ]  # fmt: skip
    await put(engine, "person", persons)
    async with engine.begin() as connection:
        table = await connection.run_sync(lambda sync: Table("person", MetaData(), autoload_with=sync))
        for one, boss in managers.items():
            await connection.execute(update(table).where(table.c.id == one).values(manager_id=boss))
    programmes = [
        {
            "id": one,
            "team_id": "T1",
            "name": f"P{one}",
            "hr_channel": channel,
            "state": state,
            "zone": "Asia/Jakarta",
            "country": "ID",
        }
        for one, (channel, state) in PROGRAMMES.items()
    ]
    await put(engine, "programme", programmes)
    parts = [
        {"team_id": "T1", "programme_id": programme, "person_id": one, "role": "mentor", "level": 2, "state": "active"}
        for programme in (1, 2, 3)
        for one in chance.sample(people, 12)
    ]
    await put(engine, "participant", parts)
    roster: Rows = [
        {"team_id": "T1", "person_id": one, "programme_id": chance.choice((1, 2)), "department": f"Dept {one}",
         "level": 3, "appraiser_id": chance.choice([None, *(other for other in people if other != one)])}
        for one in chance.sample(people, 20)
    ]  # fmt: skip
    await put(engine, "rosterentry", roster)
    above = {one: {boss} if boss else set() for one, boss in managers.items()}
    for entry in roster:
        above[entry["person_id"]] |= {entry["appraiser_id"]} if entry["appraiser_id"] else set()
    return above, roster


@pytest.mark.parametrize("seed", range(3))
async def test_nobody_may_be_matched_with_anybody_else_than_before(empty_url: str, seed: int) -> None:
    engine = make_engine(empty_url)
    above, _ = await old_world(engine, Random(seed))
    await upgrade(engine)
    store = Store(engine)
    async with store.read(NOW) as work:
        known = {one.id: one.manager_known for one in (await work.session.exec(select(Person))).all()}
        for programme_id in (1, 2, 3):
            roster = await read_roster(work.session, await work.session.get_one(Programme, programme_id))
            lines = reporting_lines(roster.people, roster.managers)
            assert len(roster.people) == 12
            for person in roster.people:
                assert person.manager_known == known[person.id]
                assert lines[person.id] == ancestors(person.id, above), f"{person.id} in programme {programme_id}"
        none = select(RosterEntry).where(RosterEntry.programme_id == 4)
        assert (await work.session.exec(none)).all() == [], "a programme without people gets nothing"
    await engine.dispose()


async def test_hr_is_shown_only_what_its_own_channel_stored(empty_url: str) -> None:
    engine = make_engine(empty_url)
    _, roster = await old_world(engine, Random(1))
    await upgrade(engine)
    store = Store(engine)
    stored = {(PROGRAMMES[one["programme_id"]][0], one["person_id"]): one["department"] for one in roster}
    for programme_id, (channel, state) in PROGRAMMES.items():
        mine = {f"U{person}": department for (where, person), department in stored.items() if where == channel}
        async with store.read(NOW) as work:
            wanted = select(RosterEntry).where(RosterEntry.programme_id == programme_id)
            rows = (await work.session.exec(wanted)).all()
        assert {f"U{one.person_id}": one.department for one in rows if one.listed_at} == mine
        others = [one for one in rows if not one.listed_at]
        assert {(one.department, one.level, one.started_on) for one in others} <= {("", None, None)}
        assert {one.manager_source for one in others} <= {ManagerSource.CARRIED}
        if state != "closed":
            hr = HrCaller("T1", "U1", "r", NOW, programme_id)
            assert set(await roster_import.managers(store, hr)) <= set(mine)
    await engine.dispose()
