"""Who may be shaken by a message can pause from it, in both languages: nobody has to type a command."""

from collections import defaultdict
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.domain.messages import care, sessions
from bot.domain.messages.kind import OutboxMessage
from tests.golden.message_examples import EXAMPLES, Ids
from tests.golden.test_golden import ids_of, rendered, speak
from tests.scenarios.snapshots import database_of, put_database_back
from tests.scenarios.world import World, open_world
from tests.wording import CATALOGUE

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHAKEN: tuple[type[OutboxMessage], ...] = (
    care.AskMentorMessage,
    care.ConcernAfterMessage,
    care.ConcernOfferMessage,
    care.ConcernPassedOnMessage,
    care.ConcernReceiptMessage,
    care.ConcernUndeliveredMessage,
    care.MidwayMessage,
    care.PairNudgeMessage,
    care.PairPartedMessage,
    care.PauseOverMessage,
    care.RematchOfferMessage,
    care.RiskAskMessage,
    sessions.SessionCancelledMessage,
    sessions.SessionNotHeldMessage,
)
"""A session that did not take place or was cancelled, a pair that does not get going or has ended, and all that the
writer of a concern reads."""


class _Unmade(Ids):
    """Before an example's rows are made: enough to learn its kind."""

    def __missing__(self, name: str) -> int:
        return 0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(f"sqlite:///{tmp_path_factory.mktemp('pause')}/balik.sqlite") as opened:
        yield opened


@pytest.mark.parametrize("language", CATALOGUE.languages)
async def test_the_message_offers_a_pause(world: World, language: str) -> None:
    await speak(world, language)
    begin, shared = database_of(world.office), await ids_of(world)
    offered: dict[type[OutboxMessage], list[bool]] = defaultdict(list)
    for example in EXAMPLES:
        ids = Ids(shared)
        kind = type(example.payload(_Unmade(shared)))
        if kind in SHAKEN:
            offered[kind].append("pause.open" in await rendered(world, example, ids))
            put_database_back(world.office, begin)
    world.put_back()
    assert set(offered) == set(SHAKEN)
    assert [kind.kind.name for kind, seen in offered.items() if not all(seen)] == []
