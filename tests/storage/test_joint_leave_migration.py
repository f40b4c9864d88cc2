"""Migration 0031: joint leave is off in what is still to be released, and not where people were told other dates."""

from datetime import UTC, date, datetime

from sqlmodel import select

from bot.services.working_hours import days_off
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import Programme
from storage.unit_of_work import Store
from tests.storage.test_roster_migration import put

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
JOINT_LEAVE = date(2027, 3, 12)


async def test_running_programmes_keep_the_days_that_people_were_told(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine, "0017")
    rows = [
        {"state": state, "country": "ID", "hr_channel": f"C{state}", "team_id": "T1", "zone": "Asia/Jakarta"}
        for state in ("recruiting", "running", "closed")
    ]
    await put(engine, "person", [{"id": 1, "team_id": "T1", "slack_id": "U1"}])
    await put(engine, "programme", [row | {"created_by": 1} for row in rows])
    await upgrade(engine)
    async with Store(engine).read(NOW) as work:
        found = (await work.session.exec(select(Programme))).all()
        assert not any(one.proposes_wishes for one in found), "their people signed up without reading that"
        off = {str(one.state): days_off(one).is_off(JOINT_LEAVE) for one in found}
    assert off == {"recruiting": True, "running": False, "closed": False}
    await engine.dispose()
