"""The same payload delivered twice has one effect, whatever it asks for."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.scenarios.requests import changed, knock
from tests.scenarios.test_who_may_act import TABLE, Row
from tests.scenarios.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHO = ("mentor", "hr", "finished", "paused", "leader", "newcomer")
READS_ONLY = {"command nonsense", "command help"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(f"sqlite:///{tmp_path_factory.mktemp('twice')}/balik.sqlite") as opened:
        yield opened


CHANGING = [row for row in TABLE if row.right and row.name not in READS_ONLY and not row.ask.channel]


@pytest.mark.wide(3)
@pytest.mark.parametrize("row", CHANGING, ids=lambda row: row.name)
async def test_twice_is_once(world: World, row: Row) -> None:
    user = world.people[next(one for one in WHO if one in row.right)].id
    await knock(world.office, user, world.filled(row.ask))
    once = world.rows()
    posted = _posted(world)
    await world.office.slack.redeliver_last()
    await world.office.calm()
    again = world.rows()
    world.put_back()
    # Whoever asks is met, who was erased just now as well: that is all that is known of them then.
    assert changed(once, again, met={user} if row.ask.what == "privacy.erase_form" else ()) == {}
    assert _posted(world) == posted


def _posted(world: World) -> int:
    return sum(len(channel.messages) for channel in world.office.slack.workspace.channels.values())
