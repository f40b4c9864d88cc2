"""Menus in HR's forms offer only whom it may be: found by name while HR types, and answered within one frame."""

import json
from typing import Any

import pytest
from sqlmodel import select

from bot.sandbox import FormError
from bot.sandbox.forms import places
from storage.tables import Participant, Person
from tests.scenarios.matching.test_draft_edit import couples, draft, open_pair
from tests.scenarios.matching.test_draft_edit import sign_up_company as sign_up
from tests.scenarios.office import Colleague, Office, shows, texts_in
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.requests import Knock, knock
from tests.scenarios.snapshots import once
from tests.wording import says

MOST = 100
LARGEST_FRAME = 20_000


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    await once(office, sign_up, office, hr)
    return office


async def offered(who: Colleague, menu: str, typed: str = "") -> list[str]:
    """The names that a menu of the window in front offers, without title, level and department."""
    found = await who.slack.suggest(None, menu, typed=typed)
    assert found.ok, found.text
    return [one["text"]["text"].split(" (")[0].split(",")[0] for one in found.options]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_is_offered_those_who_can_be_a_pair(company: Office, hr: Colleague, language: str) -> None:
    await speak(company, hr, language)
    message = await draft(company, hr)
    await hr.click(message, "match.add")
    assert await offered(hr, "match.try_add") == ["Bayu Pratama", "Lia Kurnia", "Sari Wulandari"]
    assert await offered(hr, "match.try_add.leader") == ["Budi Santoso", "Rina Hapsari", "Tari Anggraini"]
    assert await offered(hr, "match.try_add", "WULAN sari") == ["Sari Wulandari"]
    assert await offered(hr, "match.try_add", "legal") == ["Lia Kurnia"], "by department, too"
    assert await offered(hr, "match.try_add", "%_\u202e*{}") == []
    with pytest.raises(FormError):
        await hr.slack.click(None, "match.try_add", value=hr.id)
    # Who pauses, or whom HR holds back, is in no new pair.
    await company.people["lia"].command("pause")
    await company.people["lia"].submit({"until": "2027-01-20"})
    await hr.slack.close(all=True)
    await open_pair(hr, "sari")
    await hr.click(None, "match.hold")
    await hr.slack.close(all=True)
    await hr.click(message, "match.add")
    assert await offered(hr, "match.try_add") == ["Bayu Pratama"]


async def test_hr_swaps_with_the_draft_s_other_pairs(company: Office, hr: Colleague) -> None:
    await draft(company, hr)
    mine = (await couples(company))["sari"]
    await open_pair(hr, "sari")
    await hr.click(None, "match.swap")
    names = [one.split()[0].lower() for one in await offered(hr, "match.try_swap")]
    assert sorted(names) == sorted({"budi", "rina", "tari"} - {mine})


async def test_hr_writes_to_those_who_signed_up(company: Office, hr: Colleague) -> None:
    await speak(company, hr, "en")
    company.hire("Orang Luar")
    await hr.command("write", company.hr_channel)
    assert await offered(hr, "broadcast.people", "orang") == []
    assert len(await offered(hr, "broadcast.people")) == 6
    people = [company.people[one].id for one in ("sari", "budi")]
    assert (await hr.submit({"text_id": "Halo", "text_en": "Hello", "people": people})).ok
    await hr.click(hr.modal, "broadcast.edit")
    (menu,) = [one.element for one in places(hr.modal.blocks) if one.element["action_id"] == "broadcast.people"]
    assert {one["value"] for one in menu["initial_options"]} == {*people}, "they are still chosen"


async def test_nobody_but_hr_is_told_who_signed_up(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    for menu in ("match.try_add", "broadcast.people"):
        if menu == "match.try_add":
            await hr.click(message, "match.add")
        else:
            await hr.command("write", company.hr_channel)
        company.slack.remove_member(company.hr_channel, hr.slack.user)
        await company.settle()
        assert await offered(hr, menu) == []
        company.slack.add_member(company.hr_channel, hr.slack.user)
        await company.settle()
        await hr.slack.close(all=True)


async def test_forms_of_an_older_version_still_work(company: Office, hr: Colleague) -> None:
    """They have menus of all people in the workspace, so anybody may have been chosen."""
    message = await draft(company, hr)
    people = company.people
    for mentor in ("lia", "bayu", "sari"):
        await open_pair(hr, mentor)
        await hr.click(None, "match.take_out")
    await hr.slack.close(all=True)
    await hr.click(message, "match.add")
    note = hr.modal.private_metadata

    def chose(mentor: Colleague, leader: Colleague) -> dict[str, Any]:
        users = {"mentor": mentor.id, "mentee": leader.id}
        return {side: {"type": "users_select", "selected_user": one} for side, one in users.items()}

    lia, tari = people["lia"], people["tari"]
    said = await knock(company, hr.id, Knock("form", "match.add", note=note, state=chose(lia, lia)))
    assert says(said.shown, "matching.rules.oneself.sentence", "id")
    said = await knock(company, hr.id, Knock("form", "match.add", note=note, state=chose(lia, hr)))
    assert says("\n".join(said.calls), "errors.not_signed_up", "id")
    said = await knock(company, hr.id, Knock("form", "match.add", note=note, state=chose(lia, tari)))
    assert says(said.shown, "matching.rules.same_department.sentence", "id")
    chosen = {one.block["block_id"]: one.element.get("initial_option", {}) for one in places(hr.modal.blocks)}
    assert (chosen["mentor"].get("value"), chosen["mentee"].get("value")) == (lia.id, tari.id), (
        "nothing is to be chosen again"
    )
    assert (await hr.submit({"sure": ["sure"]})).ok
    assert shows(hr.modal, "matching.pair.lifted", "id"), texts_in(hr.modal)


async def test_two_thousand_people_are_found_by_name(company: Office, hr: Colleague) -> None:
    async with company.balik.store.write(company.clock.now()) as work:
        sample = (await work.session.exec(select(Participant).where(Participant.role == "mentor"))).first()
        assert sample
        people = [
            Person(
                team_id=sample.team_id,
                slack_id=f"UX{n}",
                name=f"Ümit Çelik-Ñandú {n:04}",
                created_at=company.clock.now(),
            )
            for n in range(2_000)
        ]
        work.session.add_all(people)
        await work.session.flush()
        like = sample.model_dump(exclude={"id", "person_id"})
        work.session.add_all(Participant(**like, person_id=one.id) for one in people)
        await work.commit()
    await hr.command("write", company.hr_channel)
    found = await hr.slack.suggest(None, "broadcast.people")
    assert 50 <= len(found.options) <= MOST
    assert len(json.dumps(found.reply and found.reply.payload)) < LARGEST_FRAME, "Slack closes the socket for more"
    assert await offered(hr, "broadcast.people", "ümit 1234") == ["Ümit Çelik-Ñandú 1234"]
