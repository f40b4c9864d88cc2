"""Migration 0071: people who never chose a working time keep the usual one."""

from datetime import UTC, datetime

from bot.domain.calendar import Hours
from bot.services.working_hours import hours_of
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import Person
from storage.unit_of_work import Store
from tests.storage.test_roster_migration import put

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)


async def test_hours_stay_as_they_were(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine, "0070")
    row = {
        "id": 1,
        "team_id": "T1",
        "slack_id": "U1",
        "zone": "Asia/Makassar",
        "work_start": "09:00",
        "work_end": "17:00",
    }
    await put(engine, "person", [row | {"active": True, "is_guest": False, "is_stranger": False, "is_bot": False}])
    await upgrade(engine)
    async with Store(engine).read(NOW) as work:
        person = await work.session.get_one(Person, 1)
        assert hours_of(person) == Hours("Asia/Makassar")
        assert (person.work_week, person.work_breaks, person.work_country, person.days_away) == ("", None, None, "")
    await engine.dispose()
