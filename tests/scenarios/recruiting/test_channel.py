"""The announcement's channel takes no message: HR reads so in one message, and chooses another channel."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox import Channel, Message, View
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.pairs import receiving
from tests.scenarios.people.test_missed_events import start
from tests.scenarios.programme.test_hr_channel import LANGUAGES, with_operator
from tests.scenarios.summaries import summaries
from tests.wording import CATALOGUE, label, says

RESTRICTED: dict[str, dict[str, Any]] = {
    "restricted_action": {"posting": "admins"},
    "restricted_action_read_only_channel": {"posting": "read_only"},
    "restricted_action_thread_only_channel": {"posting": "threads"},
}


def refusals(office: Office, language: str = "en") -> list[Message]:
    return [one for one in office.posted(office.hr_channel) if says(texts_in(one), "recruiting.refused.body", language)]


def other_channel(office: Office) -> Channel:
    return office.slack.add_channel("pengumuman", members=[])


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", RESTRICTED)
async def test_hr_reads_that_the_announcement_could_not_be_posted(
    office: Office, hr: Colleague, error: str, language: str
) -> None:
    adi = with_operator(office)
    office.slack.change_channel(office.general, **RESTRICTED[error])
    await office.set_up(hr, language=language)
    await hr.slack.close(all=True)
    await office.run(minutes=5)
    assert office.posted(office.general) == []
    (told,) = refusals(office, language)
    assert says(texts_in(told), "recruiting.refused.why.restricted_action", language)
    (first,) = [one for one in office.posted(office.hr_channel) if "recruit.remind" in action_ids(one)]
    assert says(texts_in(first), "programme.setup.done.sign_up.refused", language)
    assert not says(texts_in(first), "programme.setup.done.sign_up.open", language)
    assert not any("python -m bot" in texts_in(one) for one in office.posted(office.hr_channel))
    assert adi.inbox == [], "HR can put it right"
    there = other_channel(office)
    await hr.click(told, "recruit.channel")
    outcome = await hr.submit({"announce_channel": there.id})
    assert outcome.ok, outcome
    await office.run(minutes=5)
    (announced,) = office.posted(there)
    assert "join.open" in action_ids(announced)
    assert says(texts_in(first), "programme.setup.done.sign_up.open", language, channel=f"<#{there.id}>")


async def test_once_it_is_allowed_the_same_button_tries_again(office: Office, hr: Colleague) -> None:
    office.slack.change_channel(office.general, posting="admins")
    await office.set_up(hr)
    await hr.slack.close(all=True)
    (told,) = refusals(office)
    assert "recruit.channel" in action_ids(await home_of(hr)), "a post was refused there"
    await hr.click(told, "recruit.retry")
    await office.run(minutes=1)
    assert len(refusals(office)) == 2, "it was refused once more"
    office.slack.change_channel(office.general, posting="everyone")
    await hr.click(told, "recruit.retry")
    await office.run(minutes=1)
    assert len(office.posted(office.general)) == 1
    assert len(refusals(office)) == 2


UNFIT: dict[str, Callable[[Office], None]] = {
    "channel_archived": lambda office: office.slack.archive(office.general),
    "channel_shared": lambda office: office.slack.change_channel(office.general, ext_shared=True),
    "bot_not_in_channel": lambda office: office.slack.change_channel(office.general, kind="private"),
}


@pytest.mark.parametrize("code", UNFIT)
async def test_a_channel_that_will_not_do_is_refused_at_set_up(office: Office, hr: Colleague, code: str) -> None:
    UNFIT[code](office)
    outcome = await office.set_up(hr)
    shown = [office.balik.context.catalogue.texts(one).plain(f"programme.setup.errors.{code}") for one in LANGUAGES]
    assert outcome.errors["announce_channel"] in shown
    assert (await hr.submit({"announce_channel": other_channel(office).id})).ok, "nothing that was filled in is lost"


async def test_a_channel_that_was_shared_since_gets_no_reminder(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await hr.slack.close(all=True)
    await office.run(minutes=5)
    office.slack.change_channel(office.general, ext_shared=True)
    (first,) = [one for one in office.posted(office.hr_channel) if "recruit.remind" in action_ids(one)]
    await hr.click(first, "recruit.remind")
    await office.run(minutes=5)
    assert len(office.posted(office.general)) == 1, "the announcement of before"
    (told,) = refusals(office)
    assert says(texts_in(told), "recruiting.refused.why.announcement_shared")
    assert says(texts_in(told), "alerts.undelivered.what.join_reminder")
    there = other_channel(office)
    await hr.click(told, "recruit.channel")
    assert (await hr.submit({"announce_channel": there.id})).ok
    await office.run(minutes=5)
    assert len(office.posted(there)) == 2, "the announcement and the reminder"


async def test_everything_for_an_archived_channel_is_told_in_one_message(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await hr.slack.close(all=True)
    await office.run(minutes=5)
    office.slack.archive(office.general)
    (first,) = [one for one in office.posted(office.hr_channel) if "recruit.remind" in action_ids(one)]
    await hr.click(first, "recruit.remind")
    await hr.command("sponsor", office.hr_channel)
    values = {"person": hr.id, "text": "Belajar dari yang muda."}
    outcome = await hr.submit(values)
    assert outcome.ok, outcome
    assert (await hr.submit()).ok
    await office.run(minutes=5)
    (told,) = refusals(office)
    assert says(texts_in(told), "recruiting.refused.why.is_archived")
    assert receiving(hr, "alerts.undelivered.body") == []


# Changes of the channel, before anything is to be posted there


CHANGED: dict[str, Callable[[Office], None]] = {
    "is_archived": lambda office: office.slack.archive(office.general),
    "channel_not_found": lambda office: office.slack.delete_channel(office.general),
    "announcement_shared": lambda office: office.slack.share(office.general, team="T0002"),
    "restricted_action": lambda office: office.slack.change_channel(office.general, posting="read_only"),
    "private": lambda office: office.slack.change_channel(office.general, kind="private"),
    "about to be shared": lambda office: office.slack.change_channel(office.general, pending_ext_shared=True),
}
CODES = {"private": "channel_not_found", "about to be shared": "announcement_shared"}
TOLD_BY_EVENT = ("is_archived", "channel_not_found", "announcement_shared")


async def home_of(hr: Colleague) -> View:
    home = await hr.open_home()
    assert home
    return home


def warnings(office: Office, language: str = "en") -> list[Message]:
    keys = ("recruiting.unusable.body", "recruiting.unusable.restricted")
    here = office.posted(office.hr_channel)
    return [one for one in here if any(says(texts_in(one), key, language) for key in keys)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", CHANGED)
async def test_a_change_that_nobody_told_us_of_is_found_within_a_day(
    office: Office, hr: Colleague, how: str, language: str
) -> None:
    """HR learns of it, and why, before a reminder is refused; and as if the event had come, only once."""
    await office.set_up(hr, language=language)
    await hr.slack.close(all=True)
    await office.run(minutes=5)
    with office.slack.missing_events():
        CHANGED[how](office)
        await office.run(minutes=1)
    assert warnings(office, language) == []
    await start(office)
    await office.run(minutes=3)
    (told,) = warnings(office, language)
    why = f"recruiting.refused.why.{CODES.get(how, how)}"
    # Whether the bot may post in a restricted channel only shows when it does.
    key = "recruiting.unusable.restricted" if how == "restricted_action" else why
    assert says(texts_in(told), key, language)
    await office.run(days=2)
    assert len(warnings(office, language)) == 1
    home = await home_of(hr)
    listed = how != "restricted_action"
    assert ("recruit.channel" in action_ids(home)) == listed, "as long as HR can do something about it"
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    by = CATALOGUE.texts(language).short_day(office.clock.now().date())
    said = CATALOGUE.texts(language)("insight.weekly.todo.channel", by=by, why=label(why, language)) if listed else ""
    assert said in texts_in(summaries(office)[-1])
    there = other_channel(office)
    await hr.click(summaries(office)[-1] if listed else told, "recruit.channel")
    assert (await hr.submit({"announce_channel": there.id})).ok
    await hr.slack.close(all=True)
    home = await home_of(hr)
    assert "recruit.channel" not in action_ids(home)
    await office.run(minutes=5)
    assert len(office.posted(there)) >= 1
    await office.run(days=1, minutes=5)
    assert len(warnings(office, language)) == 1, "nothing is wrong with the other channel"


@pytest.mark.parametrize("how", TOLD_BY_EVENT)
async def test_an_event_about_the_channel_is_followed_at_once(office: Office, hr: Colleague, how: str) -> None:
    await office.set_up(hr)
    await hr.slack.close(all=True)
    office.slack.invite_bot(office.general)
    await office.run(minutes=5)
    CHANGED[how](office)
    await office.settle()
    await office.run(minutes=2)
    assert len(warnings(office)) == 1
    await start(office)
    await office.run(days=1, minutes=5)
    assert len(warnings(office)) == 1


async def test_a_channel_that_is_right_again_and_then_wrong_again_is_told_twice(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await hr.slack.close(all=True)
    office.slack.invite_bot(office.general)
    await office.run(minutes=5)
    for times in (1, 2):
        office.slack.archive(office.general)
        await office.settle()
        await office.run(minutes=2)
        assert len(warnings(office)) == times
        assert "recruit.channel" in action_ids(await home_of(hr))
        office.slack.unarchive(office.general)
        await office.settle()
        await office.run(minutes=2)
        assert "recruit.channel" not in action_ids(await home_of(hr))


async def test_a_renamed_channel_needs_nothing(office: Office, hr: Colleague) -> None:
    """Channels are known by their ids, and texts name them by links, which show the new name."""
    await office.set_up(hr)
    await hr.slack.close(all=True)
    await office.run(minutes=5)
    with office.slack.missing_events():
        office.slack.rename_channel(office.general, "semua-karyawan")
        await office.run(minutes=1)
    await start(office)
    await office.run(days=1, minutes=5)
    assert warnings(office) == []
    (first,) = [one for one in office.posted(office.hr_channel) if "recruit.remind" in action_ids(one)]
    await hr.click(first, "recruit.remind")
    await office.run(minutes=5)
    assert refusals(office) == []


async def test_what_a_refusal_told_is_not_told_again(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await hr.slack.close(all=True)
    await office.run(minutes=5)
    with office.slack.missing_events():
        office.slack.archive(office.general)
        await office.run(minutes=1)
    (first,) = [one for one in office.posted(office.hr_channel) if "recruit.remind" in action_ids(one)]
    await hr.click(first, "recruit.remind")
    await office.run(minutes=5)
    assert len(refusals(office)) == 1
    await start(office)
    await office.run(days=1, minutes=5)
    assert warnings(office) == []
