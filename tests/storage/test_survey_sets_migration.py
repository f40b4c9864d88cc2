"""Migration of the sets of survey questions: programmes that people were told about keep their questions."""

from datetime import UTC, datetime

from sqlmodel import col, select

from bot.domain.sessions import Side
from bot.domain.surveys import FIRST_SET, SETS, Item, Moment, questions
from bot.services.insight.published_groups import read_published
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import Programme
from storage.unit_of_work import Store
from tests.storage.test_roster_migration import put

BEFORE = "0062"
NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)


async def test_programmes_keep_their_questions_and_published_groups_get_their_squares(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine, BEFORE)
    await put(engine, "person", [{"id": 1, "team_id": "T1", "slack_id": "U1"}])
    rows = [
        {"id": at, "state": state, "hr_channel": f"C{at}", "team_id": "T1", "zone": "UTC", "created_by": 1}
        for at, state in enumerate(("recruiting", "running", "closed"), 1)
    ]
    await put(engine, "programme", rows)
    measure = {"measure": "closing:skill", "team_id": "T1"}
    numbers = dict.fromkeys(("answers", "people", "people_so_far", "people_shown"), 5)
    group = {"id": 1, "programme_id": 2, "number": 1, "basis": "change", "total": 3, "published_at": NOW}
    await put(engine, "publishedgroup", [measure | numbers | group])
    values = [measure | {"group_id": 1, "source": at, "value": value} for at, value in enumerate((2, -1, 0, 1, 1))]
    await put(engine, "publishedvalue", values)
    await upgrade(engine)
    async with Store(engine).read(NOW) as work:
        programmes = (await work.session.exec(select(Programme).order_by(col(Programme.id)))).all()
        (found,) = (await read_published(work.session, 2)).groups["closing:skill"]
    assert [one.survey_set for one in programmes] == [FIRST_SET] * 3, "the first gets the newest with its release"
    for side, moment in ((side, moment) for side in Side for moment in Moment):
        asked = questions(side, moment, programmes[1].survey_set, recommends=True)
        assert tuple(one for one in asked if one is not Item.RECOMMEND) == SETS[FIRST_SET][side]
    assert found.squares == 7
    await engine.dispose()
