"""HR sees who takes part and acts for a person: `/mentoring people`."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from bot.domain.messages.participants import (
    ParticipantsFileMessage,
    SignedUpByHrMessage,
    SignUpChangedByHrMessage,
    TakenOutMessage,
)
from bot.domain.messages.signup import PairEndedMessage
from storage.tables import Participant, Person, RosterEntry
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduce, more_of, of_kind
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.snapshots import once
from tests.wording import label, says

SIGN_UP = {
    "role": "mentor",
    "level": "specialist",
    "department": "Penjualan",
    "offers": ["ai_tools"],
    "no_manager": ["none"],
    "language": "id",
    "mentor_capacity": "1",
}


async def part_of(office: Office, who: Colleague) -> Participant:
    async with office.balik.store.read(office.clock.now()) as work:
        statement = select(Participant).join(Person).where(Person.slack_id == who.id)
        return (await work.session.exec(statement)).one()


async def open_list(office: Office, hr: Colleague, language: str = "en") -> None:
    await speak(office, hr, language)
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.command("people", office.hr_channel)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_sees_everybody_with_stage_role_and_partner(office: Office, hr: Colleague, language: str) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    tono = office.hire("Tono Baru")
    await office.join(tono, "mentor", "specialist", "Gudang")
    await open_list(office, hr, language)
    shown = texts_in(hr.modal)
    for one in (sari, budi, tono):
        assert f"<@{one.id}>" in shown
    assert label("participants.stages.unmatched", language) in shown
    assert says(shown, "participants.partner.leader", language, partner=f"<@{budi.id}>", held=0, planned=6)
    await hr.click(hr.modal, "participants.stage", "unmatched")
    shown = texts_in(hr.modal)
    assert f"<@{tono.id}>" in shown
    assert f"<@{sari.id}>" not in shown
    await hr.click(hr.modal, "participants.stage", "-")
    await hr.submit({"words": "sari"})
    shown = texts_in(hr.modal)
    assert f"<@{sari.id}>" in shown
    assert f"<@{tono.id}>" not in shown
    await hr.submit({"words": "nobody at all"})
    assert shows(hr.modal, "participants.list.none", language)


async def test_a_long_list_has_pages(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    people = [office.hire(f"Orang {number:02}") for number in range(23)]
    for one in people:
        await office.join(one, "mentor", "specialist", "Gudang")
    await open_list(office, hr)
    assert [f"<@{one.id}>" in texts_in(hr.modal) for one in people] == [True] * 10 + [False] * 13
    await hr.click(hr.modal, "participants.page.next")
    await hr.click(hr.modal, "participants.page.next")
    assert [f"<@{one.id}>" in texts_in(hr.modal) for one in people] == [False] * 20 + [True] * 3
    assert "participants.page.next" not in action_ids(hr.modal)
    await hr.click(hr.modal, "participants.page.previous")
    assert f"<@{people[10].id}>" in texts_in(hr.modal)


async def test_hr_signs_a_colleague_up_who_is_told_and_can_leave(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    tono = office.hire("Tono Baru")
    await open_list(office, hr)
    await hr.click(hr.modal, "participant.add")
    outcome = await hr.submit({"person": tono.id, **SIGN_UP})
    assert outcome.ok, outcome
    assert shows(hr.modal, "participants.saved.new", person=f"<@{tono.id}>", programme="Tukar Ilmu 2027")
    part = await part_of(office, tono)
    assert part.offers == [{"topic": "ai_tools", "level": 3}]
    assert part.confidence is None
    await office.run(days=4)
    (told,) = of_kind(tono, SignedUpByHrMessage)
    assert {"join.open", "leave.open"} <= set(action_ids(told))
    await open_list(office, hr)
    await hr.click(hr.modal, "participant.add")
    outcome = await hr.submit({"person": tono.id, **SIGN_UP})
    assert set(outcome.errors) == {"person"}, "they take part already"
    await tono.click(told, "leave.open")
    assert (await tono.submit({})).ok
    assert (await part_of(office, tono)).state == "left"


async def test_hr_changes_a_sign_up_and_nothing_that_is_the_persons_own(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    before = await part_of(office, sari)
    await office.run(days=4)
    await open_list(office, hr)
    await hr.click(hr.modal, "participant.show", str(before.id))
    await hr.click(hr.modal, "participant.change")
    boss = office.hire("Bos Baru")
    outcome = await hr.submit({"department": "Keuangan", "manager": boss.id, "no_manager": []})
    assert outcome.ok, outcome
    after = await part_of(office, sari)
    assert after.department == "Keuangan"
    assert (after.offers, after.confidence, after.motivation) == (before.offers, before.confidence, before.motivation)
    async with office.balik.store.read(office.clock.now()) as work:
        entry = (await work.session.exec(select(RosterEntry).where(RosterEntry.person_id == after.person_id))).one()
    assert entry.manager_known
    assert entry.manager_id
    await office.run(days=4)
    (told,) = of_kind(sari, SignUpChangedByHrMessage)
    assert "Keuangan" in texts_in(told)
    await open_list(office, hr)
    await hr.click(hr.modal, "participant.show", str(before.id))
    await hr.click(hr.modal, "participant.change")
    assert (await hr.submit({})).ok
    assert shows(hr.modal, "participants.saved.nothing", person=f"<@{sari.id}>")
    await office.run(days=4)
    assert len(of_kind(sari, SignUpChangedByHrMessage)) == 1, "nothing was different, so there is nothing to tell"


async def test_hr_chooses_the_language_only_of_who_takes_part_in_nothing_else(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, tono = office.hire("Sari Wulandari"), office.hire("Tono Baru")
    await office.join(sari, "mentor", "specialist", "Marketing")
    heru, lain = office.hire("Heru Dua"), office.slack.add_channel("hr-lain", private=True, members=[])
    office.slack.add_member(lain, heru.slack.user)
    office.slack.invite_bot(lain)
    await office.calm()
    office.hr_channel = lain
    await office.set_up(heru)
    for who in (sari, tono):
        await heru.command("people", lain)
        await heru.click(heru.modal, "participant.add")
        assert (await heru.submit({"person": who.id, **SIGN_UP, "language": "id"})).ok
        await heru.slack.close(all=True)
    async with office.balik.store.read(office.clock.now()) as work:
        found = (await work.session.exec(select(Person).where(col(Person.slack_id).in_([sari.id, tono.id])))).all()
    assert {one.slack_id: one.language for one in found} == {sari.id: "en", tono.id: "id"}


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_takes_a_person_out_and_the_reason_stays_with_hr(office: Office, hr: Colleague, language: str) -> None:
    await introduce(office, hr, weekly=True)
    sari, budi = office.people["sari"], office.people["budi"]
    part = await part_of(office, sari)
    await open_list(office, hr)
    await hr.submit({"words": "sari"})
    await hr.click(hr.modal, "participant.show", str(part.id))
    await hr.click(hr.modal, "participant.take_out")
    assert f"<@{budi.id}>" in texts_in(hr.modal), "the consequence is named before"
    assert (await hr.submit({"reason": "Rahasia sekali"})).ok
    await hr.slack.close()
    assert label("participants.stages.left") in texts_in(hr.modal), "the window below shows it, too"
    assert "participant.take_out" not in action_ids(hr.modal)
    await office.run(days=4)
    (told,) = of_kind(sari, TakenOutMessage)
    assert len(of_kind(budi, PairEndedMessage)) == 1
    everything = [texts_in(one) for who in (sari, budi) for one in who.inbox]
    everything += [texts_in(one) for one in office.posted(office.hr_channel)]
    assert not any("Rahasia sekali" in one for one in everything)
    assert "privacy.show" in action_ids(told)
    await open_list(office, hr)
    await hr.submit({"words": "sari"})
    await hr.click(hr.modal, "participant.show", str(part.id))
    assert "Rahasia sekali" in texts_in(hr.modal)
    assert "participant.change" not in action_ids(hr.modal)


async def test_the_file_has_everybody_and_no_private_answer(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await open_list(office, hr)
    await hr.click(hr.modal, "participants.file")
    await office.run(minutes=5)
    (sent,) = of_kind(hr, ParticipantsFileMessage)
    assert shows(sent, "participants.file.sent", programme="Tukar Ilmu 2027")
    shared = [one for message in hr.inbox for one in message.files]
    (file,) = [office.slack.file(one) for one in shared]
    book = load_workbook(BytesIO(file.content or b""))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows[0][:3] == [label(f"participants.file.columns.{one}") for one in ("name", "email", "account")]
    names = {row[0] for row in rows[1:]}
    assert {"Sari Wulandari", "Budi Santoso"} <= names
    assert len(rows[0]) == 19


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_holds_anybody_back_and_lets_them_in(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    await office.join(office.hire("Budi Santoso"), "mentee", "director", "Finance")
    for name, with_draft in (("sari", False), ("budi", False), ("sari", True), ("budi", True)):
        who = office.people[name]
        if with_draft:
            await hr.slack.close(all=True)
            await hr.command("match", office.hr_channel)
            await office.settle()
        await open_list(office, hr, language)
        await hr.submit({"words": name})
        await hr.click(hr.modal, "participant.show")
        await hr.click(hr.modal, "participant.hold")
        assert label("participants.stages.held", language) in texts_in(hr.modal)
        assert (await part_of(office, who)).held_at is not None
        await hr.click(hr.modal, "participant.let_in")
        assert label("participants.stages.unmatched", language) in texts_in(hr.modal)
        assert (await part_of(office, who)).held_at is None


NOTED = "Keduanya bersahabat"


async def hr_takes_sari_out(office: Office, hr: Colleague) -> None:
    await open_list(office, hr)
    await hr.submit({"words": "sari"})
    await hr.click(hr.modal, "participant.show")
    await hr.click(hr.modal, "participant.take_out")
    assert (await hr.submit({"reason": "Rahasia sekali"})).ok


async def hr_ends_it(office: Office, hr: Colleague) -> None:
    await open_list(office, hr)
    await hr.submit({"words": "sari"})
    assert (await hr.click(hr.modal, "risk.hr_end")).ok
    assert (await hr.submit({"reason": NOTED})).ok


async def sari_ends_it(office: Office, _: Colleague) -> None:
    await office.people["sari"].click(await more_of(office.people["sari"]), "part.open")
    assert (await office.people["sari"].submit({"then": "none", "why": "Rahasia sekali"})).ok


async def sari_is_erased(office: Office, _: Colleague) -> None:
    await office.people["sari"].command("privacy")
    await office.people["sari"].click(None, "privacy.erase")
    assert (await office.people["sari"].submit({"sure": ["sure"]})).ok


async def sari_leaves_the_company(office: Office, _: Colleague) -> None:
    await office.slack.deactivate(office.people["sari"].id)
    await office.settle()


ENDS = {
    "taken_out": hr_takes_sari_out,
    "hr": hr_ends_it,
    "ended": sari_ends_it,
    "erased": sari_is_erased,
    "account": sari_leaves_the_company,
}


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ENDS)
async def test_hr_sees_when_and_how_a_pair_ended(office: Office, hr: Colleague, how: str, language: str) -> None:
    """Never who of the two asked for it, nor what they wrote."""
    await once(office, introduce, office, hr)
    await ENDS[how](office, hr)
    day = office.balik.context.catalogue.texts(language).day(office.clock.now().date())
    await open_list(office, hr, language)
    await hr.submit({"words": "budi"})
    await hr.click(hr.modal, "participant.show")
    assert says(texts_in(hr.modal), f"participants.over.{how}", language, day=day), texts_in(hr.modal)
    await hr.click(hr.modal, "risk.hr_look")
    seen = texts_in(hr.modal)
    assert says(seen, f"participants.over.{how}", language, day=day)
    assert "Rahasia" not in seen
    assert (NOTED in seen) == (how == "hr"), "HR's own reason"
    assert NOTED not in "".join(texts_in(one) for who in ("sari", "budi") for one in office.people[who].inbox)
    await open_list(office, hr, language)
    await hr.click(hr.modal, "participants.file")
    await office.run(minutes=5)
    (file,) = [office.slack.file(one) for message in hr.inbox for one in message.files]
    rows = [
        [cell.value for cell in row] for row in load_workbook(BytesIO(file.content or b"")).worksheets[1].iter_rows()
    ]
    assert says(str(rows[1][3]), f"participants.over.{how}", language, day=day)
    assert not any(word in str(cell) for row in rows for cell in row for word in ("Rahasia", NOTED))
