"""The draft in HR's hands: what HR decides about a pair, and two of HR at once."""

from typing import Any

import pytest
from sqlmodel import col, select

from bot.sandbox import Message, View
from storage.tables import AuditEntry, CoupleMark, Draft, DraftPair, Participant, Person
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.pairs import say_yes
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.snapshots import once
from tests.wording import label, says

PEOPLE: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("Sari Wulandari", "mentor", "specialist", "Marketing", {"offers": ["ai_tools", "social_media"]}),
    ("Bayu Pratama", "mentor", "entry", "Product", {"offers": ["data_dashboards"]}),
    ("Lia Kurnia", "mentor", "entry", "Legal", {"offers": ["design_thinking"]}),
    ("Budi Santoso", "mentee", "director", "Finance", {"wishes": ["ai_tools"], "address": "bapak"}),
    ("Rina Hapsari", "mentee", "manager", "Sales", {"wishes": ["data_dashboards"]}),
    ("Tari Anggraini", "mentee", "manager", "Legal", {"wishes": ["social_media"]}),
)


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    """Three mentors of one place each and three leaders: Sari mentors Tari, Bayu Rina, and Lia Budi."""
    await once(office, sign_up_company, office, hr)
    return office


async def sign_up_company(office: Office, hr: Colleague) -> None:
    tono = office.hire("Tono Wijaya")
    office.slack.add_member(office.hr_channel, tono.slack.user)
    await office.set_up(hr)
    for name, role, level, department, more in PEOPLE:
        places = {"mentor_capacity": "1"} if role == "mentor" else {}
        assert (await office.join(office.hire(name), role, level, department, **more, **places)).ok


async def draft(office: Office, hr: Colleague) -> Message:
    await hr.command("match", office.hr_channel)
    await office.settle()
    return newest(office)


def newest(office: Office) -> Message:
    return [one for one in office.posted(office.hr_channel) if "match.pairs" in action_ids(one)][-1]


async def open_pair(who: Colleague, mentor: str) -> View:
    """Open the page of a mentor's pair, through the list."""
    if who.slack.modal:
        await who.slack.close(all=True)
    await who.click(newest(who.office), "match.pairs")
    await who.submit({"words": next(name for name, *_ in PEOPLE if name.lower().startswith(mentor))})
    assert action_ids(who.modal).count("match.open") == 1, texts_in(who.modal)
    await who.click(None, "match.open")
    return who.modal


async def couples(office: Office) -> dict[str, str]:
    """Who is with whom in the newest draft, by first names."""
    async with office.balik.store.read(office.clock.now()) as work:
        last = (await work.session.exec(select(Draft).order_by(col(Draft.id).desc()))).first()
        assert last
        wanted = select(Participant.id, Person.name).join(Person, col(Person.id) == col(Participant.person_id))
        names = dict((await work.session.exec(wanted)).all())
        live = select(DraftPair).where(DraftPair.draft_id == last.id, col(DraftPair.excluded).is_(False))
        pairs = (await work.session.exec(live)).all()
    return {names[one.mentor_id].split()[0].lower(): names[one.leader_id].split()[0].lower() for one in pairs}


async def acts(office: Office) -> list[str]:
    """What HR did, after setting the programme up."""
    async with office.balik.store.read(office.clock.now()) as work:
        return [one.what for one in (await work.session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()][
            1:
        ]


async def test_a_pair_is_shown_with_all_that_hr_needs_to_judge_it(company: Office, hr: Colleague) -> None:
    await draft(company, hr)
    page = texts_in(await open_pair(hr, "sari"))
    topic = label("labels.in_text.topics.social_media", "id")
    for told in (topic, "60%", "Marketing", label("matching.checked.not_in_reporting_line", "id")):
        assert told in page, f"{told} is missing in {page}"
    assert says(page, "matching.pair.others.mentor", "id")
    assert says(page, "matching.pair.taken", "id")
    assert 1 <= action_ids(hr.modal).count("match.choose.mentor") <= 3


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_leader_can_be_held_back(company: Office, hr: Colleague, language: str) -> None:
    await speak(company, hr, language)
    message = await draft(company, hr)
    leader = (await couples(company))["sari"]
    await open_pair(hr, "sari")
    told = texts_in(hr.modal)
    assert label("matching.pair.hold_of.mentee", language) in told
    await hr.click(None, "match.hold.leader")
    assert shows(hr.modal, "matching.pair.held", language)
    assert "match.hold" in action_ids(hr.modal), "the mentor can be held back as well"
    assert not {"match.put_back", "match.allow"} & {*action_ids(hr.modal)}, "no way past the hold"
    await hr.slack.close(all=True)
    assert leader not in (await couples(company)).values()
    await hr.click(message, "match.left")
    assert says(texts_in(hr.modal), "matching.unmatched_causes.cause.held", language)
    await hr.slack.close(all=True)
    # Nobody writes to a person whom HR itself holds back, and a new draft is without them.
    await hr.click(message, "match.draw")
    await company.settle()
    assert leader not in (await couples(company)).values()
    await hr.click(newest(company), "match.left")
    assert says(texts_in(hr.modal), "matching.unmatched_causes.cause.held", language)
    await hr.click(None, "match.let_in")
    assert not says(texts_in(hr.modal), "matching.unmatched_causes.cause.held", language)
    assert [one for one in await acts(company) if one.startswith("mentor_")] == ["mentor_held", "mentor_let_in"]
    home = await company.people[leader].open_home()
    assert home
    assert not any(label("participants.stages.held", one) in texts_in(home) for one in LANGUAGES)


async def test_locks_and_forbids_hold_when_it_is_worked_out_again(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    before = await couples(company)
    assert before["sari"] == "tari"
    await open_pair(hr, "sari")
    await hr.click(None, "match.forbid")
    assert "match.allow" in action_ids(hr.modal)
    await open_pair(hr, "bayu")
    await hr.click(None, "match.lock")
    assert ":lock:" in texts_in(hr.modal)
    await hr.slack.close(all=True)
    await hr.click(message, "match.draw")
    await company.settle()
    again = await couples(company)
    assert again["bayu"] == before["bayu"]
    assert again.get("sari") != "tari"
    told = texts_in(newest(company))
    assert says(told, "matching.changes.title")
    assert says(told, "matching.changes.figures")
    # What is forbidden stays in sight, and can be allowed again.
    await hr.click(newest(company), "match.pairs")
    await hr.click(None, "match.show", "out")
    await hr.click(None, "match.open")
    await hr.click(None, "match.allow")
    assert "match.put_back" in action_ids(hr.modal), "Sari has somebody else by now"
    assert await acts(company) == ["draft", "pair_forbidden", "pair_locked", "draft", "pair_allowed"]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_swaps_partners_and_chooses_somebody_else(company: Office, hr: Colleague, language: str) -> None:
    await speak(company, hr, language)
    message = await draft(company, hr)
    before = await couples(company)
    await open_pair(hr, "sari")
    await hr.click(None, "match.swap")
    assert (await hr.click(hr.modal, "match.try_swap", company.people[before["bayu"]].id)).ok
    people = company.people
    for when, mentor, leader in (
        ("before", "sari", before["sari"]),
        ("before", "bayu", before["bayu"]),
        ("after", "sari", before["bayu"]),
        ("after", "bayu", before["sari"]),
    ):
        two = {"mentor": f"<@{people[mentor].id}>", "leader": f"<@{people[leader].id}>"}
        assert shows(hr.modal, f"matching.effect.{when}", language, **two), texts_in(hr.modal)
    assert await couples(company) == before, "nothing is done yet"
    assert (await hr.submit({"mentee": company.people[before["bayu"]].id})).ok
    swapped = await couples(company)
    assert (swapped["sari"], swapped["bayu"]) == (before["bayu"], before["sari"])
    assert company.people["bayu"].id in texts_in(hr.modal), "the page shows the new pair"
    await hr.slack.close(all=True)
    await hr.click(message, "match.draw")
    await company.settle()
    assert await couples(company) == swapped, "what HR chose is locked"
    await open_pair(hr, "bayu")
    await hr.click(None, "match.take_out")
    await open_pair(hr, "sari")
    shown = [block for block in hr.modal.blocks if block.get("accessory", {}).get("action_id") == "match.choose.mentee"]
    assert shown, texts_in(hr.modal)
    await hr.slack.click(None, "match.choose.mentee", shown[0]["block_id"])
    await company.balik.context.wait_idle()
    assert (await couples(company))["sari"] != swapped["sari"]
    assert (await acts(company))[-1] in ("partner_changed", "pairs_swapped")


async def test_who_loses_a_partner_is_said_before_hr_takes_a_pair_out(company: Office, hr: Colleague) -> None:
    await draft(company, hr)
    page = await open_pair(hr, "sari")
    asked = {
        one["action_id"]: one["confirm"]["text"]["text"]
        for one in parts_of(page.blocks)
        if {"confirm", "action_id"} <= one.keys()
    }
    for decision in ("take_out", "forbid"):
        told = asked[f"match.{decision}"]
        assert says(told, f"matching.pair.{decision}.text", "id", mentor="Sari Wulandari", leader="Tari Anggraini")
        assert len(told) < 300, "Slack shows no more"
    assert "match.lock" not in asked, "it changes nothing for others"


async def test_by_hand_some_rules_warn_and_some_refuse(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    people = company.people
    for mentor in ("lia", "bayu", "sari"):
        await open_pair(hr, mentor)
        await hr.click(None, "match.take_out")
    await hr.slack.close(all=True)
    await hr.click(message, "match.add")
    both = {"mentor": people["lia"].id, "mentee": people["tari"].id}
    for side, menu in (("mentor", "match.try_add"), ("mentee", "match.try_add.leader")):
        assert (await hr.click(hr.modal, menu, both[side])).ok
    assert shows(hr.modal, "matching.effect.after", "id")
    assert (await hr.submit(both)).ok
    assert shows(hr.modal, "matching.rules.same_department.sentence", "id")
    assert set((await hr.submit(both)).errors) == {"sure"}, "nothing is put aside unasked"
    # What was put aside is so for these two alone.
    other = {"mentor": people["sari"].id, "mentee": people["tari"].id}
    assert (await hr.submit(both | {"sure": ["sure"]})).ok
    assert shows(hr.modal, "matching.pair.lifted", "id")
    assert "match.choose.mentor" in action_ids(hr.modal), "who else would do is worked out for pairs by hand, too"
    await hr.slack.close(all=True)
    await hr.click(newest(company), "match.add")
    await hr.submit(other)
    assert shows(hr.modal, "matching.rules.no_capacity.sentence", "id"), "Tari's place is taken"
    await hr.slack.close(all=True)
    await hr.click(newest(company), "match.draw")
    await company.settle()
    assert (await couples(company))["lia"] == "tari"
    await say_yes(hr, newest(company))
    await company.run(hours=2)
    assert len(people["tari"].inbox) > 1, "and it is released"


async def test_the_later_of_two_is_told_what_the_other_did(company: Office, hr: Colleague) -> None:
    await draft(company, hr)
    tono = company.people["tono"]
    await open_pair(hr, "sari")
    await open_pair(tono, "sari")
    await hr.click(None, "match.lock")
    await tono.click(None, "match.take_out")
    shown = texts_in(tono.modal)
    assert hr.id in shown
    assert says(shown, "matching.log.acts.pair_locked", "id")
    assert ":lock:" in shown, "he sees the pair as it is"
    assert (await couples(company))["sari"] == "tari"
    await tono.click(None, "match.take_out")
    assert "sari" not in await couples(company), "having seen it, he may"
    # The same for a form: what was typed stays.
    await hr.click(None, "match.note")
    await hr.submit({"text": "They know each other"})
    assert tono.id in texts_in(hr.modal)
    assert (await hr.submit({"text": "They know each other"})).ok
    async with company.balik.store.read(company.clock.now()) as work:
        notes = [one.note for one in (await work.session.exec(select(CoupleMark))).all() if one.note]
    assert notes == ["They know each other"]


async def test_hr_reads_and_takes_along_who_did_what(company: Office, hr: Colleague) -> None:
    await draft(company, hr)
    await open_pair(hr, "sari")
    await hr.click(None, "match.lock")
    await hr.slack.close(all=True)
    await hr.command("log", company.hr_channel)
    shown = texts_in(hr.modal)
    acts = [line.removeprefix("• ") for line in shown.splitlines() if line.startswith("• ")]
    assert says(acts[0], "matching.log.acts.pair_locked", "id"), "newest first"
    assert says(acts[1], "matching.log.acts.draft", "id")
    await hr.click(None, "match.log_file")
    await company.run(minutes=5)
    (file,) = [one for one in company.slack.workspace.files.values() if one.name.endswith(".csv")]
    lines = (file.content or b"").decode("utf-8-sig").splitlines()
    assert "Sari Wulandari" in lines[-1]
    assert "Tari Anggraini" in lines[-1]


async def test_hr_writes_kindly_to_who_is_left_over_once(company: Office, hr: Colleague) -> None:
    await draft(company, hr)
    await open_pair(hr, "sari")
    await hr.click(None, "match.take_out")
    await hr.slack.close(all=True)
    await hr.click(newest(company), "match.left")
    assert "match.write" in action_ids(hr.modal)
    await hr.submit({"words": "Tari"})
    await hr.click(None, "match.write")
    assert shows(hr.modal, "matching.unmatched_message.letter.body", sapaan="Tari"), (
        "as she will read it, in her language"
    )
    await hr.submit({"sentence": "Come by <!channel> any time"})
    await company.run(hours=1)
    (letter,) = [one for one in company.people["tari"].inbox if shows(one, "matching.unmatched_message.letter.from_hr")]
    assert "&lt;!channel&gt;" in texts_in(letter)
    assert "Sari" not in texts_in(letter)
    assert "match.write" not in action_ids(hr.modal), "once for a draft"
