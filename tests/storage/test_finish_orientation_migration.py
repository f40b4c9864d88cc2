"""Programmes that existed before HR could ask for a finished orientation do not ask for it."""

from datetime import UTC, datetime

from sqlmodel import select

from bot.domain.orientation import FinishBy
from bot.services.orientation.orientation import asked_of
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import Programme
from storage.unit_of_work import Store
from tests.storage.test_roster_migration import put

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)


async def test_nobody_is_asked_for_more_than_they_were_told(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine, "0065")
    same = {"team_id": "T1", "created_by": 1, "created_at": NOW}
    person = {"id": 1, "team_id": "T1", "slack_id": "U1", "active": True, "is_guest": False}
    await put(engine, "person", [person | {"is_stranger": False, "is_bot": False}])
    rows = [{"id": n, "state": state, "hr_channel": f"C{n}"} for n, state in enumerate(("recruiting", "running"), 1)]
    await put(engine, "programme", [row | same for row in rows])
    await upgrade(engine)
    async with Store(engine).read(NOW) as work:
        for programme in (await work.session.exec(select(Programme))).all():
            assert asked_of(programme) is FinishBy.RECOMMENDED
    await engine.dispose()
