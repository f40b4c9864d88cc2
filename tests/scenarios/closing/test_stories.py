"""A pair's story: shown only in words that both approved, posted only by HR, taken back by either."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlmodel import col, select

from bot.domain.messages.closing import StoryAgreedMessage
from bot.sandbox import Channel, Message
from storage.tables import Story
from tests.scenarios.closing.test_closing import end, hold
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduce, of_kind, receiving
from tests.scenarios.snapshots import once
from tests.wording import says

WORDS = {"tried": "We took a dashboard apart <!channel>", "changed": "Monday is shorter", "quote": "I had no idea"}


@pytest_asyncio.fixture
async def pair(office: Office, hr: Colleague) -> AsyncIterator[Office]:
    """Sari and Budi, at the end of their programme."""
    await introduce(office, hr, weekly=True)
    await once(office, _at_the_end, office)
    yield office


async def _at_the_end(office: Office) -> None:
    await hold(office, "contract", "harvest")
    await end(office)


async def write(who: Colleague, on: Message | None = None, **changes: str) -> str:
    """Fill in the form, from Home or a message; what the bot answers."""
    if on:
        await who.click(on, "story.edit")
    else:
        await who.click(await who.open_home(), "story.open")
    outcome = await who.submit({**WORDS, "said_by": "mentee", **changes})
    shown = texts_in(who.modal) + str(outcome.errors)
    await who.slack.close(all=True)
    await who.office.run(minutes=2)
    return shown


def asked(who: Colleague) -> list[Message]:
    """The messages that ask to approve a story."""
    return [one for one in who.inbox if "story.approve" in action_ids(one)]


def showing(office: Office, channel: Channel) -> list[Message]:
    """The messages of a channel that show the story."""
    return [one for one in office.posted(channel) if "dashboard apart" in texts_in(one)]


async def test_only_what_both_approved_is_shown_and_only_hr_posts_it(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert says(await write(sari), "closing.story.window.mine")
    (first,) = asked(budi)
    assert "&lt;!channel&gt;" in texts_in(first)
    assert "<!channel>" not in texts_in(first)
    assert showing(pair, pair.hr_channel) == []

    assert says(
        await write(budi, first, changed="The Monday meeting is 20 minutes shorter"), "closing.story.window.mine"
    )
    (again,) = asked(sari)
    await budi.click(first, "story.approve")
    assert receiving(budi, "errors.story_outdated"), "an old message approves nothing"
    assert showing(pair, pair.hr_channel) == []
    await sari.click(again, "story.approve")
    assert asked(sari) == [], "what she approved asks no more"
    assert any("20 minutes shorter" in texts_in(one) for one in sari.inbox), "and stays to be read"
    await pair.run(minutes=2)
    (told,) = showing(pair, pair.hr_channel)
    assert "20 minutes shorter" in texts_in(told)
    assert of_kind(budi, StoryAgreedMessage)
    assert showing(pair, pair.general) == []

    assert (await hr.click(told, "story.post")).ok
    (now,) = showing(pair, pair.hr_channel)
    assert now.ts == told.ts
    assert action_ids(now) == [], "what is posted asks no more"
    assert shows(now, "closing.story.hr.posted", channel=f"<#{pair.general.id}>")
    await pair.run(minutes=2)
    (card,) = showing(pair, pair.general)
    assert shows(card, "closing.story.card.body", mentor=f"<@{sari.id}>", leader=f"<@{budi.id}>")
    assert shows(card, "closing.story.card.quote", text="I had no idea")

    await sari.click(await sari.open_home(), "story.open")
    assert shows(sari.modal, "closing.story.window.posted")
    assert "story.edit" not in action_ids(sari.modal)
    await sari.click(sari.modal, "story.withdraw")
    assert shows(sari.modal, "closing.story.window.withdrawn")
    await sari.slack.close(all=True)
    await pair.run(minutes=2)
    assert showing(pair, pair.general) == showing(pair, pair.hr_channel) == []
    async with pair.balik.store.read(pair.clock.now()) as work:
        stories = (await work.session.exec(select(Story).order_by(col(Story.id)))).all()
    assert [(one.tried, one.clean_at) for one in stories] == [("", None), ("", None)], "withdrawn words are forgotten"


async def test_an_edit_after_both_approved_asks_both_again_and_takes_it_from_hr(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write(sari)
    await budi.click(asked(budi)[-1], "story.approve")
    await pair.run(minutes=2)
    (told,) = showing(pair, pair.hr_channel)
    await sari.click(await sari.open_home(), "story.open")
    await sari.click(sari.modal, "story.edit")
    assert (await sari.submit({"quote": "Aha!"})).ok
    await hr.click(told, "story.post")
    await sari.slack.close(all=True)
    await pair.run(minutes=2)
    assert showing(pair, pair.hr_channel) == showing(pair, pair.general) == [], "what HR had read counts no more"
    await budi.click(asked(budi)[-1], "story.approve")
    await pair.run(minutes=2)
    (anew,) = showing(pair, pair.hr_channel)
    assert "Aha!" in texts_in(anew)


async def test_with_an_erased_person_the_story_is_gone_from_everywhere(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write(sari)
    await budi.click(asked(budi)[-1], "story.approve")
    await pair.run(minutes=2)
    await hr.click(showing(pair, pair.hr_channel)[-1], "story.post")
    await pair.run(minutes=2)
    assert showing(pair, pair.general)
    await budi.command("privacy")
    await budi.click(None, "privacy.erase")
    await budi.submit({"sure": ["sure"]})
    await budi.slack.close(all=True)
    await pair.run(minutes=5)
    assert showing(pair, pair.general) == showing(pair, pair.hr_channel) == []


async def test_a_form_that_is_left_empty_says_so_and_stores_nothing(pair: Office) -> None:
    sari = pair.people["sari"]
    await sari.click(await sari.open_home(), "story.open")
    outcome = await sari.submit({**WORDS, "tried": " "})
    assert not outcome.ok
    async with pair.balik.store.read(pair.clock.now()) as work:
        assert (await work.session.exec(select(Story))).all() == []
