"""HR, or the operator, moves a programme to another channel of HR."""

from typing import Any

import pytest

from bot.__main__ import main
from bot.cli.common import CannotGoOn, WrongUse
from bot.cli.programme import listed, move
from bot.sandbox import Channel, Message
from storage.tables import OutboxState
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.pairs import introduce, receiving
from tests.scenarios.programme.test_hr_channel import (
    LANGUAGES,
    ask_for_summary,
    programme,
    remove_bot,
    speak,
    state_of,
    with_operator,
)
from tests.wording import says


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
