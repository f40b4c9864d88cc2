"""Setting up and signing up, as people do it."""

from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import more_of, receiving
from tests.wording import label


async def test_hr_sets_up_and_the_announcement_invites_everyone(office: Office, hr: Colleague) -> None:
    outcome = await office.set_up(hr)
    assert outcome.ok, outcome
    (announcement,) = office.posted(office.general)
    assert "Tukar Ilmu 2027" in texts_in(announcement)
    assert len(office.posted(office.hr_channel)) == 1


async def test_someone_joins_by_the_announcement_and_is_welcomed_once(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    (announcement,) = office.posted(office.general)
    await sari.click(announcement, "join.open")
    first = await sari.submit(
        {"role": "mentor", "level": "specialist", "department": "Marketing", "offers": ["ai_tools", "social_media"]}
    )
    assert first.ok, first
    second = await sari.submit({"level_ai_tools": "5", "confidence": "4"})
    assert second.ok, second
    await office.settle()
    (welcome,) = sari.inbox
    assert "mentor" in texts_in(welcome)


async def test_errors_stand_at_the_field(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await sari.command("join")
    outcome = await sari.submit({"role": "mentor", "level": "specialist", "department": "Marketing"})
    assert set(outcome.errors) == {"offers"}
    outcome = await sari.submit({"offers": ["ai_tools"], "manager": sari.id})
    assert set(outcome.errors) == {"manager"}


async def test_joining_twice_edits_and_welcomes_once(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(sari, "both", "specialist", "Marketing", wishes=["design_thinking"])
    assert len(receiving(sari, "signup.welcome.mentor")) == 1
    assert len(receiving(sari, "orientation.frame.mentee.offer")) == len(sari.inbox) - 1 == 1, (
        "what the new side is to read"
    )


def offered(who: Colleague, block: str) -> list[str]:
    """The values of a menu in the form in front of somebody."""
    (element,) = [one["element"] for one in who.modal.blocks if one.get("block_id") == block]
    return [one["value"] for one in element["options"]]


async def test_language_and_address_come_first_and_can_be_switched_later(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await sari.command("join")
    assert (sari.modal.title or {})["text"] == label("signup.form.modal.title", "id")
    assert offered(sari, "address") == ["kamu", "anda", "bapak", "ibu", "kak", "first"]
    first = {"role": "mentor", "level": "specialist", "department": "Marketing", "offers": ["ai_tools"]}
    assert (await sari.submit({**first, "no_manager": ["none"], "language": "en", "address": "kak"})).ok
    assert shows(sari.modal, "signup.form.levels_intro", "en"), "the second step is in the language of the first"
    assert (await sari.submit({"confidence": "4"})).ok
    await sari.slack.close(all=True)
    await office.settle()

    await sari.command("join")
    assert (sari.modal.title or {})["text"] == label("signup.form.modal.edit"), "who takes part changes it"
    assert offered(sari, "address") == ["bapak", "ibu", "kak", "first"], "no forms that are all the same in English"
    await sari.slack.close(all=True)

    more = await more_of(sari, "home.more")
    assert {"home.language", "home.address"} <= set(action_ids(more))
    assert (await sari.click(more, "home.address", "first")).ok
    assert (await sari.click(sari.modal, "home.language", "id")).ok
    assert shows(sari.modal, "home.more.lines.address", "id")
    home = sari.slack.home
    assert home
    assert shows(home, "home.common.greeting", "id")
