"""A pair's story while it still meets: after a few sessions; nothing is posted once the pair has parted."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.scenarios.closing.test_closing import hold
from tests.scenarios.closing.test_stories import WORDS, asked, showing
from tests.scenarios.office import Colleague, Office, action_ids, shows
from tests.scenarios.pairs import introduce


@pytest_asyncio.fixture
async def pair(office: Office, hr: Colleague) -> AsyncIterator[Office]:
    await introduce(office, hr, weekly=True)
    yield office


async def open_story(who: Colleague) -> None:
    await who.click(await who.open_home(), "growth.open")
    await who.click(who.modal, "story.open")


async def test_after_a_few_sessions_a_pair_can_tell_its_story(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await hold(pair, "contract", "hands_on")
    await sari.click(await sari.open_home(), "growth.open")
    assert "story.open" not in action_ids(sari.modal), "two sessions are too few"
    await sari.slack.close(all=True)
    await hold(pair, "contract", "working_day", "hands_on")
    await open_story(sari)
    assert (await sari.submit({**WORDS, "said_by": "mentee"})).ok
    assert shows(sari.modal, "closing.story.window.mine")
    await sari.slack.close(all=True)
    await pair.run(minutes=2)
    await budi.click(asked(budi)[-1], "story.approve")
    await pair.run(minutes=2)
    (told,) = showing(pair, pair.hr_channel)
    assert (await hr.click(told, "story.post")).ok
    await pair.run(minutes=2)
    (card,) = showing(pair, pair.general)
    assert shows(card, "closing.story.card.during"), "it does not say that the programme is over"
    await open_story(budi)
    await budi.click(budi.modal, "story.withdraw")
    await pair.run(minutes=2)
    assert showing(pair, pair.general) == []


async def test_once_the_pair_has_parted_nothing_is_posted_and_either_can_take_it_back(
    pair: Office, hr: Colleague
) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await hold(pair, "contract", "working_day", "hands_on")
    await open_story(sari)
    assert (await sari.submit({**WORDS, "said_by": "mentee"})).ok
    await sari.slack.close(all=True)
    await pair.run(minutes=2)
    ask = asked(budi)[-1]
    await budi.click(ask, "story.approve")
    await pair.run(minutes=2)
    (told,) = showing(pair, pair.hr_channel)
    await sari.command("leave")
    await sari.submit({})
    await sari.slack.close(all=True)
    await pair.run(minutes=2)
    await hr.click(told, "story.post")
    await pair.run(minutes=2)
    assert showing(pair, pair.general) == []
    (mine,) = [one for one in budi.inbox if "story.withdraw" in action_ids(one)]
    await budi.click(mine, "story.withdraw")
    await pair.run(minutes=2)
    assert showing(pair, pair.hr_channel) == [], "and what HR could read is deleted"
