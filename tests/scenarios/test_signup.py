"""Setting up and signing up, as people do it."""

from tests.scenarios.office import Colleague, Office, texts_in
from tests.scenarios.pairs import telling


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
    second = await sari.submit({"level_ai_tools": "5", "confidence": "4", "language": "en"})
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
    assert len(telling(sari, "Welcome to")) == 1
    assert len(telling(sari, "briefing for leaders")) == len(sari.inbox) - 1 == 1, "what the new side is to read"
