"""HR's channel becomes public, shared, archived or empty, or disappears: who learns of it, and what waits."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from bot.__main__ import main
from bot.app import _report
from bot.cli.common import CannotGoOn, WrongUse
from bot.cli.programme import listed, move
from bot.sandbox import Channel, Fault, Message
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


def new_channel(office: Office, *members: Colleague, name: str = "hr-baru", **details: Any) -> Channel:
    channel = office.slack.add_channel(name, private=True, members=[one.id for one in members])
    office.slack.invite_bot(channel)
    if details:
        office.slack.change_channel(channel, **details)
    return channel


def wait_for(office: Office, channel: Channel, key: str, language: str = "en") -> list[Message]:
    return [one for one in office.posted(channel) if says(texts_in(one), key, language)]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_stranded_programme_is_moved_by_whoever_set_it_up(office: Office, hr: Colleague, language: str) -> None:
    """`/mentoring setup` in another channel offers the move first."""
    adi = with_operator(office)
    await introduce(office, hr)
    for who in (hr, adi):
        await speak(office, who, language)
    rina = office.hire("Rina Baru")
    office.slack.archive(office.hr_channel)
    await ask_for_summary(office)
    await office.run(minutes=5)
    there = new_channel(office, hr, rina)
    await office.calm()
    await hr.command("setup", there)
    assert says(texts_in(hr.modal), "programme.hr_channel.move.about", language, programme="Tukar Ilmu 2027")
    outcome = await hr.submit()
    assert outcome.ok, outcome
    assert says(texts_in(hr.modal), "programme.hr_channel.move.done", language)
    await hr.slack.close(all=True)
    await office.run(hours=1)
    assert (await programme(office)).hr_channel == there.id
    assert await state_of(office) == OutboxState.SENT
    assert len(wait_for(office, there, "programme.hr_channel.moved.new")) == 1
    assert len(receiving(adi, "programme.hr_channel.moved.person", language)) == 1
    assert receiving(hr, "programme.hr_channel.moved.person", language) == [], "they did it themselves"
    await rina.command("summary", there)
    await office.run(minutes=1)
    assert "summary.again" in action_ids(office.posted(there)[-1])


async def test_buttons_in_old_messages_are_for_hr_of_the_new_channel(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    first = office.posted(office.hr_channel)[0]
    old, rina = office.hire("Oki Lama"), office.hire("Rina Baru")
    office.slack.add_member(office.hr_channel, old.slack.user)
    await office.run(minutes=1)
    there = new_channel(office, hr, rina)
    office.slack.add_member(office.hr_channel, rina.slack.user)
    await hr.command("move", there)
    assert (await hr.submit()).ok
    await office.run(minutes=1)
    assert len(wait_for(office, office.hr_channel, "programme.hr_channel.moved.old")) == 1
    await old.click(first, "topics.open")
    assert old.slack.modal is None
    assert says(old.whispered(office.hr_channel)[-1], "errors.not_hr") or says(
        old.whispered(office.hr_channel)[-1], "errors.not_hr", "id"
    )
    await rina.click(first, "topics.open")
    assert rina.slack.modal is not None


async def test_hrs_first_message_and_its_count_follow_the_programme(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    there = new_channel(office, hr)
    await hr.command("move", there)
    assert (await hr.submit()).ok
    await office.run(minutes=5)
    (first,) = [one for one in office.posted(there) if "recruit.remind" in action_ids(one)]
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    await office.run(minutes=5)
    assert says(texts_in(first), "recruiting.count.body", people=1)
    assert not any(says(texts_in(one), "recruiting.count.body", people=1) for one in office.posted(office.hr_channel))


async def test_the_last_known_hr_may_move_it_and_nobody_else(office: Office, hr: Colleague) -> None:
    oki, eka = office.hire("Oki Rahman"), office.hire("Eka Luar")
    await office.set_up(hr)
    office.slack.add_member(office.hr_channel, oki.slack.user)
    await office.settle()
    remove_bot(office)
    await office.settle()
    there = new_channel(office, oki, eka)
    await eka.command("move", there)
    assert eka.slack.modal is None
    await eka.command("setup", there)
    assert "theme" in {block["block_id"] for block in eka.modal.blocks}, "a programme of their own"
    await eka.slack.close(all=True)
    await oki.command("pindah", there)
    assert (await oki.submit()).ok
    await office.run(minutes=5)
    assert (await programme(office)).hr_channel == there.id
    assert len(receiving(hr, "programme.hr_channel.moved.person", "id")) == 1


async def test_whoever_was_taken_out_of_hr_cannot_move_it(office: Office, hr: Colleague) -> None:
    """Not even if they set it up: the channel is as it should be, and they are not in it."""
    oki = office.hire("Oki Rahman")
    office.slack.add_member(office.hr_channel, oki.slack.user)
    await office.set_up(hr)
    await hr.slack.close(all=True)
    office.slack.remove_member(office.hr_channel, hr.slack.user)
    await office.run(minutes=1)
    there = new_channel(office, hr)
    await hr.command("move", there)
    assert hr.slack.modal is None
    assert (await programme(office)).hr_channel == office.hr_channel.id


@pytest.mark.parametrize("details", [{"kind": "public"}, {"ext_shared": True}, {"pending_ext_shared": True}])
async def test_the_new_channel_is_private_and_not_shared(
    office: Office, hr: Colleague, details: dict[str, Any]
) -> None:
    await office.set_up(hr)
    await hr.slack.close(all=True)
    there = new_channel(office, hr, **details)
    await hr.command("move", there)
    assert hr.slack.modal is None


async def test_a_channel_that_changes_while_the_form_is_open_is_refused(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    there = new_channel(office, hr)
    await hr.command("move", there)
    office.slack.change_channel(there, ext_shared=True)
    await hr.submit()
    assert (await programme(office)).hr_channel == office.hr_channel.id


async def test_a_channel_has_one_programme(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    there = new_channel(office, hr)
    await hr.command("setup", there)
    values = {"name": "Kedua", "starts_on": "2027-02-01", "announce_channel": office.general.id, "contact": hr.id}
    assert (await hr.submit(values)).ok
    await office.run(minutes=1)
    await hr.command("move", there)
    assert (await hr.submit()).ok
    assert says(texts_in(hr.modal), "errors.channel_taken", "id") or says(texts_in(hr.modal), "errors.channel_taken")
    assert (await programme(office)).hr_channel == office.hr_channel.id


async def test_a_new_programme_can_be_opened_all_the_same(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    office.slack.archive(office.hr_channel)
    await office.run(minutes=1)
    there = new_channel(office, hr)
    await hr.command("setup", there)
    await hr.click(hr.modal, "programme.new")
    values = {"name": "Kedua", "starts_on": "2027-02-01", "announce_channel": office.general.id, "contact": hr.id}
    assert (await hr.submit(values)).ok
    assert (await programme(office, 2)).hr_channel == there.id


async def test_the_operator_moves_it_from_the_command_line(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    remove_bot(office)
    await office.settle()
    store, gateway = office.balik.store, office.balik.gateway
    rina = office.hire("Rina Baru")
    there, public = new_channel(office, rina), office.general.id
    with pytest.raises(CannotGoOn, match="it is public"):
        await move(store, gateway, "", 1, public, office.clock.now())
    with pytest.raises(WrongUse, match="there is no programme 7"):
        await move(store, gateway, "", 7, there.id, office.clock.now())
    assert "cannot be used: gone" in await listed(store, office.clock.now())
    assert there.id in await move(store, gateway, "", 1, there.id, office.clock.now())
    await office.run(minutes=5)
    assert (await programme(office)).hr_channel == there.id
    assert len(wait_for(office, there, "programme.hr_channel.moved.new")) == 1
    assert any(receiving(hr, "programme.hr_channel.moved.person", one) for one in LANGUAGES)
    await rina.command("log", there)
    assert "moved_by_operator" not in texts_in(rina.modal)


@pytest.mark.parametrize(
    "arguments", [["move"], ["move", "1"], ["move", "1", "general"], ["move", "x", "C012AB3CD"], ["list", "3"]]
)
def test_a_wrong_command_line_ends_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(["programme", *arguments])
    except SystemExit as stop:
        code = int(stop.code or 0)
    assert code == 2
    assert capsys.readouterr().err.count("\n") == 1


# Who answers for the programme


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_names_another_once_who_set_it_up_has_left(office: Office, hr: Colleague, language: str) -> None:
    adi, oki = with_operator(office), office.hire("Oki Rahman")
    office.slack.add_member(office.hr_channel, oki.slack.user)
    await office.set_up(hr, language=language)
    await speak(office, adi, language)
    await office.slack.deactivate(hr.slack.user)
    await office.run(minutes=5)
    assert len(receiving(adi, "programme.hr_channel.owner.operator", language)) == 1
    (asked,) = wait_for(office, office.hr_channel, "programme.hr_channel.owner.body", language)
    await oki.click(asked, "programme.own")
    assert says(texts_in(asked), "programme.hr_channel.owner.known", language, person=f"<@{oki.id}>")
    await office.balik.context.channels.check_all(office.clock.now())
    await office.run(days=2)
    assert len(wait_for(office, office.hr_channel, "programme.hr_channel.owner.body", language)) == 0
    office.slack.archive(office.hr_channel)
    await office.settle()
    await office.run(days=1)
    assert any(receiving(oki, "programme.hr_channel.trouble.what.archived", one) for one in LANGUAGES)


async def test_setting_up_in_a_direct_message_is_refused_without_asking_slack(office: Office) -> None:
    """Slack would refuse with `missing_scope`, and HR of every programme would read that a permission is missing."""
    budi = office.hire("Budi Santoso")
    await budi.command("help")
    await budi.command("setup")
    assert budi.slack.dm
    assert says(budi.whispered(budi.slack.dm)[-1], "errors.wrong_channel", "id", command="/mentoring")
    assert [call["method"] for call in office.slack.calls if not call["ok"]] == []
