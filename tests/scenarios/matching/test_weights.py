"""HR chooses what counts in a match, sees at once what that would change, and keeps it or leaves it."""

import asyncio
from typing import Any
from unittest.mock import patch

import pytest
from sqlmodel import col, select

from bot.domain.signup import SHARES
from storage.tables import AuditEntry, Draft, DraftPair, DraftState, Participant, Person, Programme
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.snapshots import once
from tests.wording import label, says


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    """Two mentors and two leaders with a draft: topics bring Sari to Budi and Bayu to Rina, interests the others."""
    await once(office, _draft, office, hr)
    return office


async def _draft(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    topics = {"ai": "ai_tools", "data": "data_dashboards"}
    for name, role, department, topic, interests in (
        ("Sari Wulandari", "mentor", "Marketing", "ai", ["music", "coffee", "film"]),
        ("Bayu Pratama", "mentor", "Product", "data", ["football", "travel", "gardening"]),
        ("Budi Santoso", "mentee", "Finance", "ai", ["football", "travel", "gardening"]),
        ("Rina Hapsari", "mentee", "Sales", "data", ["music", "coffee", "film"]),
    ):
        level, side = ("specialist", "offers") if role == "mentor" else ("director", "wishes")
        more: dict[str, Any] = {side: [topics[topic]], "interests": interests}
        outcome = await office.join(office.hire(name), role, level, department, **more)
        assert outcome.ok, outcome
    await hr.command("match", office.hr_channel)
    await office.settle()


async def open_page(office: Office, hr: Colleague) -> None:
    assert (await hr.click(office.posted(office.hr_channel)[-1], "weights.open")).ok


async def fill(hr: Colleague, **values: Any) -> str:
    """Change fields of the page; what it then shows."""
    await hr.slack.fill(values)
    await hr.office.balik.context.wait_idle()
    return texts_in(hr.modal)


async def programme(office: Office) -> Programme:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(Programme))).one()


async def drafted(office: Office) -> set[tuple[str, str]]:
    """The pairs of the open draft, mentor first."""
    async with office.balik.store.read(office.clock.now()) as work:
        people = select(Participant.id, Person.name).join(Person, col(Person.id) == col(Participant.person_id))
        names = dict((await work.session.exec(people)).all())
        newest = (await work.session.exec(select(Draft).where(Draft.state == DraftState.OPEN))).one()
        pairs = await work.session.exec(select(DraftPair).where(DraftPair.draft_id == newest.id))
        return {(names[pair.mentor_id], names[pair.leader_id]) for pair in pairs}


async def audited(office: Office) -> list[AuditEntry]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(AuditEntry).where(AuditEntry.what == "weights"))).all())


async def test_each_change_shows_what_it_would_do_and_nothing_is_kept_before_hr_says_so(
    company: Office, hr: Colleague
) -> None:
    await open_page(company, hr)
    shown = texts_in(hr.modal)
    assert "share_topics" not in str(hr.modal.blocks), "a ready mix needs no details"
    assert says(shown, "matching.weights.department.hint", "id")
    shown = await fill(hr, preset="learning_first")
    assert says(shown, "matching.weights.effect.same", "id")
    shown = await fill(hr, preset="closeness")
    effect = {"new": 2, "topics_before": 2, "topics_after": 0, "interests_before": 0, "interests_after": 2}
    assert says(shown, "matching.weights.effect.changes", "id", **effect)
    sari, rina = company.people["sari"].id, company.people["rina"].id
    example = next(line for line in shown.splitlines() if f"<@{sari}>" in line and f"<@{rina}>" in line)
    for level in ("specialist", "director"):
        assert label(f"labels.levels.{level}", "id") in example, "HR reads who they are"
    shown = await fill(hr, gap="4")
    assert says(shown, "matching.weights.effect.changes", "id", pairs_before=2, pairs_after=2), (
        "directors are four levels above specialists"
    )
    await hr.slack.close()
    assert (await programme(company)).weights == {}
    assert await audited(company) == []


async def test_what_hr_keeps_counts_in_the_next_draft_and_is_written_down(company: Office, hr: Colleague) -> None:
    await open_page(company, hr)
    await fill(hr, preset="closeness", floor="5500", gap="2", department=["same_department"])
    assert (await hr.submit()).ok
    assert shows(hr.modal, "matching.weights.kept", "id")
    found = await programme(company)
    assert found.weights == SHARES["closeness"]
    assert (found.floor, found.least_gap, found.same_department) == (5_500, 2, True)
    (entry,) = await audited(company)
    assert entry.details["before"]["floor"] == 3_500
    assert entry.details["after"]["shares"] == SHARES["closeness"]
    await hr.click(None, "match.draw")
    await company.settle()
    assert await drafted(company) == {("Sari Wulandari", "Rina Hapsari"), ("Bayu Pratama", "Budi Santoso")}
    await hr.slack.close(all=True)
    await open_page(company, hr)
    assert (await hr.submit()).ok
    assert shows(hr.modal, "matching.weights.unchanged", "id")
    assert len(await audited(company)) == 1, "nothing new was decided"


async def test_hr_mixes_for_itself_and_something_has_to_count(company: Office, hr: Colleague) -> None:
    await open_page(company, hr)
    await fill(hr, preset="own")
    assert sum(one == "weights.try" for one in action_ids(hr.modal)) == 13
    parts = [f"share_{part}" for part in SHARES["balance"]]
    shown = await fill(hr, **dict.fromkeys(parts[:-1], "0"))
    assert any(says(shown, f"matching.weights.effect.{effect}", "id") for effect in ("same", "changes"))
    outcome = await hr.submit({parts[-1]: "0"})
    assert list(outcome.errors) == [parts[0]]
    shown = await fill(hr, share_interests="50")
    assert says(shown, "matching.weights.effect.changes", "id", new=2)
    assert (await hr.submit()).ok
    stored = (await programme(company)).weights
    assert {part for part, share in stored.items() if share} == {"interests"}
    await hr.slack.close(all=True)
    await open_page(company, hr)
    assert hr.modal.blocks[1]["element"]["initial_option"]["value"] == "own"


async def test_the_figures_of_an_older_choice_never_cover_a_newer_one(company: Office, hr: Colleague) -> None:
    """Slack is slow with the older one, and HR does not wait."""
    await open_page(company, hr)
    desk, second, updates = company.balik.context, asyncio.Event(), []
    update = desk.gateway.update_view

    async def slow_slack(*what: Any) -> Any:
        updates.append(what)
        if len(updates) == 1:
            await second.wait()
        return await update(*what)

    with patch.object(desk.gateway, "update_view", slow_slack):
        async with asyncio.timeout(60):
            await hr.slack.fill({"preset": "closeness"})
            await hr.slack.fill({"preset": "learning_first"})
            second.set()
            await desk.wait_idle()
    assert shows(hr.modal, "matching.weights.effect.same", "id")
