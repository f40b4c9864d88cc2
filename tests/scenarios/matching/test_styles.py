"""How two people like to work: asked in three taps, counted as HR chose, and told to the two alone, as it is."""

import re
from typing import Any

import pytest
from sqlmodel import col, select

from bot.services.caller import Caller
from bot.services.privacy.export import as_record, read_own_data
from storage.tables import AuditEntry, Pair, Participant, Person, Programme
from tests.scenarios.matching.test_weights import fill, open_page
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.pairs import introduction, release, say_yes
from tests.scenarios.snapshots import once
from tests.wording import label, says

SARI = {"style_start": "try", "style_talk": "speak", "style_tone": "gentle"}
BUDI = {"style_start": "try", "style_tone": "direct"}
"""Like her he tries things out; his feedback is another; the second question he leaves out."""


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    """Sari and Budi signed up, each in their language, with their ways of working; HR has a draft."""
    await once(office, _signed_up, office, hr)
    return office


async def _signed_up(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    assert (await office.join(sari, "mentor", "specialist", "Marketing", **SARI)).ok
    assert (await office.join(budi, "mentee", "director", "Finance", language="id", address="bapak", **BUDI)).ok
    await hr.command("match", office.hr_channel)
    await office.settle()


async def choose(office: Office, hr: Colleague, fit: str, preset: str = "closeness") -> None:
    """HR keeps a rule, and has the draft worked out again."""
    await open_page(office, hr)
    await fill(hr, preset=preset)
    await fill(hr, style_fit=fit)
    assert (await hr.submit()).ok
    await hr.slack.close(all=True)


async def sign_up_of(office: Office, who: Colleague) -> Participant:
    async with office.balik.store.read(office.clock.now()) as work:
        theirs = select(Participant).join(Person, col(Person.id) == col(Participant.person_id))
        return (await work.session.exec(theirs.where(Person.slack_id == who.id))).one()


async def second_step(who: Colleague) -> dict[str, Any]:
    """Opens the second step of the sign-up again; the questions about working styles, by their block."""
    await who.command("join")
    assert (await who.submit()).ok
    return {one["block_id"]: one for one in who.modal.blocks if str(one.get("block_id", "")).startswith("style_")}


async def test_three_optional_taps_that_can_be_changed_and_taken_back(company: Office) -> None:
    sari, budi = company.people["sari"], company.people["budi"]
    assert (await sign_up_of(company, budi)).style == {"start": "try", "tone": "direct"}
    asked = await second_step(sari)
    assert shows(sari.modal, "signup.form.style_intro"), "who sees it"
    assert {name: one["element"]["initial_option"]["value"] for name, one in asked.items()} == SARI
    assert all(one["optional"] and one["element"]["type"] == "radio_buttons" for one in asked.values())
    assert (await sari.submit({"style_start": "plan", "style_tone": "either"})).ok
    assert (await sign_up_of(company, sari)).style == {"start": "plan", "talk": "speak"}
    await sari.slack.close(all=True)


async def test_who_answers_nothing_signs_up_all_the_same(company: Office) -> None:
    rina = company.hire("Rina Hapsari")
    assert (await company.join(rina, "mentor", "specialist", "Sales")).ok
    assert (await sign_up_of(company, rina)).style is None
    assert "style_tone" in await second_step(rina)
    assert not any("initial_option" in one["element"] for one in (await second_step(rina)).values())


@pytest.mark.parametrize("fit", ["alike", "complementary", "off"])
async def test_the_two_read_what_is_true_and_hr_reads_no_answer(company: Office, hr: Colleague, fit: str) -> None:
    sari, budi = company.people["sari"], company.people["budi"]
    await choose(company, hr, fit)
    await hr.command("match", company.hr_channel)
    await company.settle()
    styles = [label(f"labels.in_text.styles.{one}", "id") for one in ("try", "speak", "gentle", "direct", "plan")]
    posted = [texts_in(one) for one in company.posted(company.hr_channel)]
    assert not [one for one in posted if any(style in one for style in styles)]
    draft = [one for one in company.posted(company.hr_channel) if "match.release" in action_ids(one)][-1]
    await hr.click(draft, "match.pairs")
    read = texts_in(hr.modal)
    assert says(read, "matching.reasons.hr.style", "id") == (fit == "alike")
    assert says(read, "matching.reasons.hr.style_differs", "id") == (fit == "complementary")
    assert not any(style in read for style in styles), "whether they fit, not what they chose"
    await hr.slack.close(all=True)
    await say_yes(hr, draft)
    await company.run(minutes=5)
    words = {language: {one: label(f"labels.in_text.styles.{one}", language) for one in ("try", "gentle", "direct")}
             for language in ("en", "id")}  # fmt: skip
    to_sari, to_budi = texts_in(introduction(sari)), texts_in(introduction(budi))
    for read, side, language in ((to_sari, "mentor", "en"), (to_budi, "mentee", "id")):
        said = words[language]
        assert says(read, f"matching.reasons.{side}.style", language, styles=said["try"]) == (fit == "alike")
        both = {"mentor_styles": said["gentle"], "leader_styles": said["direct"]}
        assert says(read, f"matching.reasons.{side}.style_differs", language, **both) == (fit == "complementary")


async def test_hr_who_takes_part_cannot_subtract_a_partners_answers(office: Office, hr: Colleague) -> None:
    """She knows her own answers. Whatever her mentor answers, all that she reads is the same, by each rule."""
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    hers = {"style_start": "plan", "style_talk": "speak", "style_tone": "gentle"}
    assert (await office.join(hr, "mentee", "director", "HR", language="id", **hers)).ok
    read: dict[str, list[str]] = {}
    for his in ({"style_start": "plan", "style_tone": "direct"}, hers, {"style_start": "try", "style_talk": "think"}):
        assert (await office.join(sari, "mentor", "specialist", "Marketing", language="id", **his)).ok
        await hr.command("match", office.hr_channel)
        await office.run(minutes=5)
        draft = [one for one in office.posted(office.hr_channel) if "weights.open" in action_ids(one)][-1]
        for fit in ("alike", "complementary", "off"):
            assert (await hr.click(draft, "weights.open")).ok
            page = await fill(hr, preset="closeness") + await fill(hr, style_fit=fit)
            await hr.slack.close(all=True)
            await hr.click(draft, "match.pairs")
            assert not says(texts_in(hr.modal), "matching.reasons.hr.style", "id")
            shares = re.findall(r"\d+ ?%", page + texts_in(draft) + texts_in(hr.modal))
            assert len(set(shares)) > 2
            read.setdefault(fit, []).append(" ".join(dict.fromkeys(shares)))
            await hr.slack.close(all=True)
    assert {fit: len(set(texts)) for fit, texts in read.items()} == dict.fromkeys(read, 1), read
    assert {len(texts) for texts in read.values()} == {3}


async def test_hr_sees_at_once_what_its_choice_changes(company: Office, hr: Colleague) -> None:
    """Bayu differs from Budi more than Sari does: he becomes the mentor if opposites fit."""
    bayu = company.hire("Bayu Pratama")
    opposite = {"style_start": "plan", "style_talk": "speak", "style_tone": "gentle"}
    assert (await company.join(bayu, "mentor", "specialist", "Product", **opposite)).ok
    await hr.command("match", company.hr_channel)
    await company.settle()
    await open_page(company, hr)
    assert says(texts_in(hr.modal), "matching.weights.style_evidence", "id"), "what research says, and how little"
    await fill(hr, preset="own")
    await fill(hr, share_style="50")
    shown = await fill(hr, style_fit="complementary")
    assert says(shown, "matching.weights.effect.changes", "id", new=1)
    assert says(shown, "matching.weights.effect.styles", "id", before=1, after=1)
    shown = await fill(hr, style_fit="off")
    assert not says(shown, "matching.weights.effect.styles", "id")
    async with company.balik.store.read(company.clock.now()) as work:
        assert (await work.session.exec(select(Programme))).one().style_fit is None, "nothing is kept before HR says so"
    await fill(hr, style_fit="complementary")
    assert (await hr.submit()).ok
    async with company.balik.store.read(company.clock.now()) as work:
        assert (await work.session.exec(select(Programme))).one().style_fit == "complementary"
        entry = (await work.session.exec(select(AuditEntry).where(AuditEntry.what == "weights"))).one()
        assert entry.details["before"]["style_fit"] == "alike"
        assert entry.details["after"]["style_fit"] == "complementary"


async def test_something_has_to_count_besides_a_style_that_does_not(company: Office, hr: Colleague) -> None:
    await open_page(company, hr)
    parts = ("topics", "interests", "gap", "hours", "language", "format", "cadence")
    await fill(hr, preset="own")
    await fill(hr, share_style="50", **{f"share_{part}": "0" for part in parts})
    await fill(hr, style_fit="off")
    assert (await hr.submit()).errors


async def test_hr_does_not_answer_for_anybody_and_changes_no_answer(company: Office, hr: Colleague) -> None:
    sari = company.people["sari"]
    await hr.command("people", company.hr_channel)
    await hr.submit({"words": "Sari"})
    fields = {one["block_id"] for one in parts_of(hr.modal.blocks) if "block_id" in one}
    assert not [one for one in fields if one.startswith("style_")]
    assert not any(label(f"labels.styles.{one}", "id") in texts_in(hr.modal) for one in ("try", "speak", "gentle"))
    assert (await sign_up_of(company, sari)).style == {"start": "try", "talk": "speak", "tone": "gentle"}


async def test_it_is_in_ones_own_copy_and_erased(company: Office) -> None:
    sari = company.people["sari"]
    caller = Caller("T0001", sari.id, "x", company.clock.now())
    record = as_record(await read_own_data(company.balik.store, caller))
    assert record["participant"][0]["style"] == {"start": "try", "talk": "speak", "tone": "gentle"}
    part = (await sign_up_of(company, sari)).id
    await sari.command("privacy")
    await sari.click(sari.modal, "privacy.erase")
    assert (await sari.submit({"sure": ["sure"]})).ok
    await company.run(days=1)
    async with company.balik.store.read(company.clock.now()) as work:
        assert (await work.session.get_one(Participant, part)).style is None


async def test_what_a_running_pair_was_told_stays(company: Office, hr: Colleague) -> None:
    await release(company, hr)
    before = texts_in(introduction(company.people["sari"]))
    async with company.balik.store.read(company.clock.now()) as work:
        told = (await work.session.exec(select(Pair))).one().explanation
    await hr.command("setup", company.hr_channel)
    await hr.slack.close(all=True)
    await second_step(company.people["sari"])
    assert (await company.people["sari"].submit({"style_start": "plan"})).ok
    await company.run(days=1)
    async with company.balik.store.read(company.clock.now()) as work:
        assert (await work.session.exec(select(Pair))).one().explanation == told
    assert texts_in(introduction(company.people["sari"])) == before
