"""Many workspaces in a PostgreSQL database: one goes through sign-up and release, the others are copies of its rows."""

from datetime import timedelta

from sqlalchemy import Integer, Table, text
from sqlmodel import SQLModel

from bot.app import build
from bot.clock import OffsetClock
from bot.services.matching.release import release
from storage.database_copy import count_on
from storage.engine import make_engine
from storage.tables import Workspace
from storage.unit_of_work import Store
from tests.bench.scale_replica import config
from tests.bench.scale_sink import ANNOUNCEMENTS, HR_CHANNEL, dm_of, person_of
from tests.sign_ups import TEAM, by_hr, draw_up, sign_up

STRIDE = 100_000
"""Between the ids of a row and of its copy in the next workspace."""
NOT_IN_FOREIGN_KEYS = {"publishedvalue": ("source",)}
"""Columns with ids of rows that no foreign key tells of."""
INTRODUCED = timedelta(hours=3)
"""After the release: all introductions are sent."""
OF_THE_FIRST_ONLY = ("outbox", "ratebucket", "receipt", "slackcomparison", "slackbot")
"""Not copied: what was sent and asked before. Other workspaces' keys of messages hold the ids of their own rows."""


async def seed(url: str, api_url: str, clock: OffsetClock, workspaces: int, pairs: int) -> None:
    """`workspaces` that each run a programme of `pairs` pairs, released and introduced.

    `clock`, which is also the sink's, is moved on while the introductions are sent.
    """
    async with build(config(url, api_url, clock)) as balik:
        await _first(balik.store, clock, pairs)
        until = clock.now() + INTRODUCED
        while (moment := await balik.next_moment()) and moment < until:
            clock.move_to(moment)
            await balik.settle()
        clock.move_to(until)
        await balik.scheduler.tick_all(clock.now(), {"comparing"})  # the first one stores what Slack knows of everybody
        await balik.context.wait_idle()
    engine = make_engine(url)
    async with engine.begin() as connection:
        for name in OF_THE_FIRST_ONLY:
            await connection.execute(text(f'DELETE FROM "{name}"'))
        for table in SQLModel.metadata.sorted_tables if workspaces > 1 else ():
            if "team_id" in table.c and table.name not in OF_THE_FIRST_ONLY:
                await connection.execute(text(_copies(table)), {"team": TEAM, "copies": workspaces - 1})
        await count_on(connection)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


async def _first(store: Store, clock: OffsetClock, pairs: int) -> None:
    """The workspace that is copied, up to the release of its pairs."""
    async with store.write(clock) as work:
        work.session.add(Workspace(team_id=TEAM, name="Company", installed_at=work.now))
        await work.commit()
    people = [(person_of(number), dm_of(person_of(number))) for number in range(1, 2 * pairs + 2)]
    await sign_up(store, clock.now(), people, hr_channel=HR_CHANNEL, announce_channel=ANNOUNCEMENTS)
    draft, drawn = await draw_up(store, people[0][0], clock.now())
    assert drawn == pairs
    await release(store, by_hr(people[0][0], clock.now()), draft, drawn)


def _copies(table: Table) -> str:
    """The statement that copies the first workspace's rows of a table to all others."""
    columns, values = [], []
    for column in table.columns:
        refers = [key.column.table for key in column.foreign_keys]
        is_id = column.name == "id" and isinstance(column.type, Integer)
        shifted = is_id or any("team_id" in other.c for other in refers)
        columns.append(f'"{column.name}"')
        if column.name == "team_id":
            values.append("'T' || lpad((copy + 1)::text, 4, '0')")
        elif shifted or column.name in NOT_IN_FOREIGN_KEYS.get(table.name, ()):
            values.append(f'"{column.name}" + copy * {STRIDE}')
        else:
            values.append(f'"{column.name}"')
    return (
        f'INSERT INTO "{table.name}" ({", ".join(columns)}) SELECT {", ".join(values)} '
        f'FROM "{table.name}", generate_series(1, :copies) AS copy WHERE team_id = :team'
    )
