"""HR's channel becomes public, shared, archived or empty, or disappears: who learns of it, and what waits."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from bot.app import _report
from bot.sandbox import Fault
from bot.slack.gateway import SlackUnavailable
from storage.outbox import Outgoing
from storage.tables import Outbox, OutboxState, Programme
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.pairs import MONDAY_11, introduce, receiving
from tests.wording import says

LANGUAGES = ("id", "en")


def with_operator(office: Office) -> Colleague:
    """Somebody who runs the bot, as BALIK_OPERATOR names them."""
    adi = office.hire("Adi Operator")
    office.balik.delivery.on_trouble = partial(_report, adi.id)
    office.balik.context.channels.operator = adi.id
    return adi


def remove_bot(office: Office) -> None:
    office.slack.remove_member(office.hr_channel, office.slack.workspace.bot_user)


def leave(office: Office) -> None:
    """Everybody of HR leaves the channel; a guest stays."""
    guest = office.slack.add_user("Gita Tamu", is_restricted=True)
    office.slack.add_member(office.hr_channel, guest)
    office.slack.remove_member(office.hr_channel, office.people["dewi"].slack.user)


CHANGES: dict[str, Callable[[Office], Any]] = {
    "public": lambda office: office.slack.change_channel(office.hr_channel, kind="public"),
    "shared": lambda office: office.slack.change_channel(office.hr_channel, ext_shared=True),
    "archived": lambda office: office.slack.archive(office.hr_channel),
    "gone": remove_bot,
    "empty": leave,
}
BACK: dict[str, Callable[[Office], Any]] = {
    "public": lambda office: office.slack.change_channel(office.hr_channel, kind="private"),
    "shared": lambda office: office.slack.change_channel(office.hr_channel, ext_shared=False),
    "archived": lambda office: office.slack.change_channel(office.hr_channel, archived=False),
    "gone": lambda office: office.slack.invite_bot(office.hr_channel, office.people["dewi"].id),
    "empty": lambda office: office.slack.add_member(office.hr_channel, office.people["dewi"].slack.user),
}


async def ask_for_summary(office: Office, key: str = "1:summary:test:") -> None:
    """Something that the bot posts to HR's channel by itself."""
    async with office.balik.store.write(office.clock.now()) as work:
        await work.send(Outgoing("T0001", key, "summary", 1, channel=office.hr_channel.id, keeps_hours=False))
        await work.commit()


async def state_of(office: Office, key: str = "1:summary:test:") -> OutboxState:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(Outbox).where(Outbox.key == key))).one().state


async def programme(office: Office, number: int = 1) -> Programme:
    async with office.balik.store.read(office.clock.now()) as work:
        return await work.session.get_one(Programme, number)


async def speak(office: Office, who: Colleague, language: str) -> None:
    page = await who.open_home()
    assert page is not None
    await who.click(page, "home.language", value=language)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_for_hr_waits_until_its_channel_can_be_used(
    office: Office, hr: Colleague, change: str, language: str
) -> None:
    adi = with_operator(office)
    await introduce(office, hr)
    await speak(office, hr, language)
    await speak(office, adi, language)
    await office.run(minutes=1)
    CHANGES[change](office)
    await office.settle()
    posted = len(office.posted(office.hr_channel))
    await ask_for_summary(office)
    await office.run(hours=2)
    assert await state_of(office) == OutboxState.PENDING
    assert len(office.posted(office.hr_channel)) == posted, "nothing of HR's is posted there"
    key = f"programme.hr_channel.trouble.what.{change}"
    assert len(receiving(hr, key, language)) == 1
    (told,) = receiving(adi, key, language)
    assert "python -m bot programme move 1" in texts_in(told)
    BACK[change](office)
    await office.run(hours=2)
    assert await state_of(office) == OutboxState.SENT
    assert len(office.posted(office.hr_channel)) == posted + 1
    for who in (hr, adi):
        assert len(receiving(who, "programme.hr_channel.fine.body", language)) == 1
        assert len(receiving(who, key, language)) == 1


async def test_a_channel_that_became_public_is_noticed_before_anything_is_posted(office: Office, hr: Colleague) -> None:
    """No event of Slack's says that a channel became public."""
    await introduce(office, hr)
    CHANGES["public"](office)
    posted = len(office.posted(office.hr_channel))
    await ask_for_summary(office)
    await office.run(minutes=1)
    assert len(office.posted(office.hr_channel)) == posted
    assert (await programme(office)).hr_trouble == "public"


@pytest.mark.parametrize("change", ["public", "shared"])
async def test_nothing_is_posted_a_moment_after_the_channel_was_opened(
    office: Office, hr: Colleague, change: str
) -> None:
    """Slack's answer to the message before, of the same second, does not count; nor for what HR may do."""
    await introduce(office, hr)
    with office.slack.missing_events():
        await ask_for_summary(office, "1:summary:before:")
        await office.settle()
        await hr.command("people", office.hr_channel)
        await hr.slack.close(all=True)
        posted = len(office.posted(office.hr_channel))
        CHANGES[change](office)
        await office.calm()
        await ask_for_summary(office)
        await office.settle()
        assert len(office.posted(office.hr_channel)) == posted
        await hr.command("people", office.hr_channel)
    assert hr.slack.modal is None
    await office.run(minutes=2)
    assert len(office.posted(office.hr_channel)) == posted
    assert await state_of(office) == OutboxState.PENDING, "it waits until the channel is right"


async def test_a_file_is_not_shared_in_a_channel_that_was_opened_while_it_was_written(
    office: Office, hr: Colleague
) -> None:
    await introduce(office, hr)

    def opened_meanwhile(call: dict[str, Any]) -> None:
        if call["method"] == "files.getUploadURLExternal":
            CHANGES["public"](office)

    office.slack.on_call(opened_meanwhile)
    async with office.balik.store.write(office.clock.now()) as work:
        report = Outgoing("T0001", "1:report:test:", "report", 1, channel=office.hr_channel.id, keeps_hours=False)
        await work.send(report)
        await work.commit()
    await office.run(minutes=2)
    assert not [one for one in office.posted(office.hr_channel) if one.files]
    assert await state_of(office, "1:report:test:") == OutboxState.PENDING


async def test_it_is_noticed_at_the_first_action_too(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    CHANGES["public"](office)
    await office.run(minutes=1)
    await hr.command("summary", office.hr_channel)
    assert (await programme(office)).hr_trouble == "public"


async def test_and_by_the_daily_comparison(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    CHANGES["public"](office)
    assert await office.balik.context.channels.check_all(office.clock.now()) == 1
    assert (await programme(office)).hr_trouble == "public"


async def test_a_channel_for_which_slack_had_no_room_is_compared_soon(office: Office, hr: Colleague) -> None:
    """Not only the next day: somebody's rights depend on it."""
    await introduce(office, hr)
    CHANGES["shared"](office)
    office.slack.faults.add(Fault("ratelimited", "conversations.info", times=1, retry_after=30))
    with pytest.raises(SlackUnavailable):
        await office.balik.context.channels.check_all(office.clock.now())
    assert (await programme(office)).hr_trouble is None
    await office.run(minutes=2)
    assert (await programme(office)).hr_trouble == "shared"
    BACK["shared"](office)
    await office.run(hours=2)
    found = await programme(office)
    assert (found.hr_trouble, found.hr_check_at) == (None, None), "and no more often than needed"


async def test_comparing_writes_nothing_while_nothing_changed(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await office.balik.context.channels.check_all(office.clock.now())
    calls = len(office.slack.calls)
    await office.balik.context.channels.check_all(office.clock.now())
    assert [call["method"] for call in list(office.slack.calls)[calls:]] == [
        "conversations.info",
        "conversations.members",
    ]


async def test_a_weekend_of_trouble_that_is_over_is_told_to_nobody(office: Office, hr: Colleague) -> None:
    adi = with_operator(office)
    await introduce(office, hr)
    await office.run(hours=11)  # in the evening
    office.slack.archive(office.hr_channel)
    await office.settle()
    await office.run(minutes=5)
    assert (await programme(office)).hr_trouble == "archived"
    BACK["archived"](office)
    await office.run(days=1)
    for who in (hr, adi):
        assert receiving(who, "programme.hr_channel.trouble.what.archived") == []
        assert receiving(who, "programme.hr_channel.fine.body") == []


async def test_the_count_of_sign_ups_is_not_updated_in_a_public_channel(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    first = office.posted(office.hr_channel)[0]
    before = texts_in(first)
    CHANGES["public"](office)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    await office.run(minutes=10)
    assert texts_in(first) == before
    await office.balik.context.channels.check_all(office.clock.now())
    BACK["public"](office)
    await office.run(hours=2)
    assert says(texts_in(first), "recruiting.count.body", people=1)


async def test_home_shows_hrs_figures_only_while_the_channel_is_private(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    page = await hr.open_home()
    assert page is not None
    assert "summary.again" in action_ids(page)
    CHANGES["public"](office)
    await office.run(minutes=1)
    page = await hr.open_home()
    assert page is not None
    assert "summary.again" not in action_ids(page)


async def test_weekly_summaries_that_grew_stale_meanwhile_are_no_trouble(office: Office, hr: Colleague) -> None:
    """The newest one arrives; of the others nobody has to learn."""
    await introduce(office, hr)
    # HR's channel is looked at each hour while it cannot be used: eight days are enough for two Mondays.
    await office.run(until=MONDAY_11 - timedelta(days=1))
    remove_bot(office)
    posted = len(office.posted(office.hr_channel))
    await office.run(days=8, hours=6)
    assert len(office.posted(office.hr_channel)) == posted
    BACK["gone"](office)
    await office.run(days=1)
    arrived = office.posted(office.hr_channel)[posted:]
    assert not any(says(texts_in(one), "alerts.several.expired") for one in arrived)


# Moving


# Who answers for the programme
