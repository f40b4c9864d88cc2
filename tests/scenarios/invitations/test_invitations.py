"""HR invites people by name: each gets one invitation, answers it or not, and HR sees the state."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from bot.domain.messages.invitations import InvitationMessage, InvitationReminderMessage
from bot.domain.messages.participants import ParticipantsFileMessage
from bot.services.privacy.retention import tick_retention
from storage.tables import Invitation, Participant, Person, Programme, ProgrammeState
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.roster.test_roster import hand_in
from tests.wording import label, says

WHY = "You show us every week what AI can do."
SAID = {"role": "mentor", "reason": WHY}


async def open_form(office: Office, hr: Colleague, language: str = "en") -> None:
    await speak(office, hr, language)
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.command("people", office.hr_channel)
    await hr.click(hr.modal, "invite.open")


async def invite(office: Office, hr: Colleague, *people: Colleague, **said: Any) -> None:
    """HR invites people by name, in three steps."""
    await open_form(office, hr)
    assert (await hr.submit({"people": [one.id for one in people], **SAID, **said})).ok
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)


async def rows(office: Office) -> list[Invitation]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(Invitation).order_by(col(Invitation.id)))).all())


async def stage_of(office: Office, hr: Colleague, who: Colleague, stage: str) -> bool:
    """Whether HR finds a person at a stage."""
    await hr.command("people", office.hr_channel)
    await hr.click(hr.modal, "participants.stage", stage)
    found = f"<@{who.id}>" in texts_in(hr.modal)
    await hr.slack.close(all=True)
    return found


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_invited_person_gets_one_message_and_can_join_in_the_role(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await speak(office, sari, language)
    await open_form(office, hr, language)
    assert (await hr.submit({"people": [sari.id, budi.id], **SAID})).ok
    assert shows(hr.modal, "invitations.preview.count", language, count=2, days=5)
    assert WHY in texts_in(hr.modal), "HR reads the message before it is sent"
    assert shows(hr.modal, "invitations.preview.text", language, person=f"<@{budi.id}>")
    assert "Budi" in texts_in(hr.modal)
    assert "Dewi" not in texts_in(hr.modal), "as the first of them reads it"
    assert (await hr.submit({})).ok
    assert shows(hr.modal, "invitations.preview.sent.body", language, count=2)
    await hr.slack.close()
    await hr.slack.close()
    assert "invitation.withdraw_all" in action_ids(hr.modal), "the list below shows it, too"
    await hr.slack.close(all=True)
    await office.settle()
    (asked,) = of_kind(sari, InvitationMessage)
    assert len(of_kind(budi, InvitationMessage)) == 1
    assert WHY in texts_in(asked)
    assert says(texts_in(asked), "invitations.invited.reason", language)
    await sari.click(asked, "invitation.join")
    (role,) = [one for one in parts_of(sari.modal.blocks) if one.get("action_id") == "role"]
    assert role["initial_option"]["value"] == "mentor"


async def test_not_this_time_is_final(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await invite(office, hr, sari)
    await office.settle()
    (asked,) = of_kind(sari, InvitationMessage)
    await sari.click(asked, "invitation.no")
    (asked,) = of_kind(sari, InvitationMessage)
    assert shows(asked, "invitations.answered.declined", _language(sari, asked), programme="Tukar Ilmu 2027")
    assert "invitation.no" not in action_ids(asked)
    await office.run(days=20)
    assert not of_kind(sari, InvitationReminderMessage)
    assert await stage_of(office, hr, sari, "not_this_time")
    assert not await stage_of(office, hr, sari, "invited")
    await open_form(office, hr)
    assert (await hr.submit({"people": [sari.id], **SAID})).ok
    assert shows(hr.modal, "invitations.preview.nobody")
    assert shows(hr.modal, "invitations.preview.left_out.said_no", people=f"<@{sari.id}>")
    await office.run(days=60)
    await hr.slack.close(all=True)
    await hr.command("people", office.hr_channel)
    await hr.click(hr.modal, "invitation.show", str((await rows(office))[0].id))
    assert shows(hr.modal, "invitations.person.final")
    assert "invitation.again" not in action_ids(hr.modal)


def _language(who: Colleague, message: Any) -> str:
    """The language that the bot guessed for a person."""
    key = "invitations.answered.declined"
    return next(one for one in LANGUAGES if shows(message, key, one, programme="Tukar Ilmu 2027"))


async def test_one_reminder_after_five_working_days_and_none_after_that(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = office.hire("Sari Wulandari"), office.hire("Budi Santoso"), office.hire("Tono Baru")
    await invite(office, hr, sari, budi, tono)
    await office.run(days=3)
    await budi.click(of_kind(budi, InvitationMessage)[0], "invitation.no")
    await office.join(tono, "mentor", "specialist", "Gudang")
    assert not of_kind(sari, InvitationReminderMessage)
    await office.run(days=5)
    (reminder,) = of_kind(sari, InvitationReminderMessage)
    assert {"invitation.join", "invitation.no"} <= set(action_ids(reminder))
    await office.run(days=40)
    assert len(of_kind(sari, InvitationReminderMessage)) == 1
    assert len(of_kind(sari, InvitationMessage)) == 1
    assert not of_kind(budi, InvitationReminderMessage)
    assert not of_kind(tono, InvitationReminderMessage)


async def test_old_buttons_say_what_is_true(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await invite(office, hr, sari, budi)
    await office.settle()
    await office.join(sari, "mentor", "specialist", "Marketing")
    await sari.click(of_kind(sari, InvitationMessage)[0], "invitation.no")
    assert shows(of_kind(sari, InvitationMessage)[0], "errors.invitation_joined", programme="Tukar Ilmu 2027")
    async with office.balik.store.read(office.clock.now()) as work:
        part = (await work.session.exec(select(Participant))).one()
    assert part.state == "active"
    (his,) = of_kind(budi, InvitationMessage)
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.get_one(Programme, 1)).state = ProgrammeState.CLOSED
        await work.commit()
    await budi.click(his, "invitation.join")
    assert "invitation.join" not in action_ids(of_kind(budi, InvitationMessage)[0])
    assert not budi.slack.modal or budi.modal.callback_id == "notice"


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_unclear_lines_are_named_and_nothing_typed_is_lost(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    office.hire("Andi Wijaya")
    office.hire("Andi Wijaya", email="andi2@kantor.example")
    await open_form(office, hr, language)
    pasted = "1. Sari Wulandari\nNobody Atall\n\nSantoso, Budi\nWAHYU\nAndi Wijaya"
    outcome = await hr.submit({"pasted": pasted, **SAID})
    assert set(outcome.errors) == {"pasted"}
    expected = {"unknown": "2 (Nobody Atall), 5 (WAHYU)", "several": "6 (Andi Wijaya)"}
    assert says(outcome.errors["pasted"], "invitations.form.errors.lines", language, **expected)
    mixed = f"- @Sari Wulandari\nBudi <{'budi@kantor.example'}>\nandi2@kantor.example\n<@{sari.id}>"
    assert (await hr.submit({"pasted": mixed})).ok
    assert shows(hr.modal, "invitations.preview.count", language, count=3, days=5)
    for who in (sari, budi):
        assert f"<@{who.id}>" in texts_in(hr.modal)
    await hr.slack.close()
    assert (await hr.submit({"pasted": "Sari Wulandari"})).ok, (
        "the form is still there, with the rest of what was typed"
    )
    assert WHY in texts_in(hr.modal)


async def test_empty_forms_and_long_reasons_are_refused_at_their_fields(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await open_form(office, hr)
    outcome = await hr.submit({**SAID})
    assert set(outcome.errors) == {"people"}
    outcome = await hr.submit({"pasted": "\n".join(f"orang{number}@kantor.example" for number in range(101))})
    assert set(outcome.errors) == {"pasted"}


async def test_who_cannot_be_invited_is_left_out_and_named(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = office.hire("Sari Wulandari"), office.hire("Budi Santoso"), office.hire("Tono Baru")
    guest, gone = office.hire("Gina Tamu", is_restricted=True), office.hire("Galih Pergi")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentor", "specialist", "Marketing")
    await budi.command("leave")
    assert (await budi.submit({})).ok
    await gone.command("help")
    await office.slack.deactivate(gone.id)
    await office.settle()
    await open_form(office, hr)
    everybody = [one.id for one in (sari, budi, tono, guest, gone)]
    assert (await hr.submit({"people": everybody, **SAID})).ok
    assert shows(hr.modal, "invitations.preview.count", count=1, days=5)
    for key, who in (("takes_part", sari), ("has_left", budi), ("guest", guest), ("gone", gone)):
        line = next(line for line in texts_in(hr.modal).splitlines() if f"<@{who.id}>" in line)
        assert says(line, f"invitations.preview.left_out.{key}", people=line.partition(": ")[2].replace("* ", ""))
    assert (await hr.submit({})).ok
    await office.run(minutes=5)
    assert len(of_kind(tono, InvitationMessage)) == 1
    assert not any(of_kind(one, InvitationMessage) for one in (sari, budi, guest))


async def test_hr_invites_by_level_and_department_of_the_roster(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = office.hire("Sari Wulandari"), office.hire("Budi Santoso"), office.hire("Tono Baru")
    lines = ["email,manager,department,level"]
    lines += ["sari@kantor.example,-,Marketing,specialist", "budi@kantor.example,-,Marketing,director"]
    lines += ["tono@kantor.example,-,Gudang,specialist"]
    await hand_in(hr, "\n".join(lines).encode())
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)
    await open_form(office, hr)
    assert (await hr.submit({"levels": ["2"], "departments": ["marketing"], **SAID})).ok
    assert shows(hr.modal, "invitations.preview.count", count=1, days=5)
    assert f"<@{sari.id}>" in texts_in(hr.modal)
    assert (await hr.submit({})).ok
    await office.settle()
    assert [len(of_kind(one, InvitationMessage)) for one in (sari, budi, tono)] == [1, 0, 0]


async def test_the_preview_is_shown_again_if_it_is_not_true_any_more(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await open_form(office, hr)
    assert (await hr.submit({"people": [sari.id, budi.id], **SAID})).ok
    await office.join(sari, "mentor", "specialist", "Marketing")
    assert (await hr.submit({})).ok
    assert shows(hr.modal, "invitations.preview.changed")
    assert shows(hr.modal, "invitations.preview.count", count=1, days=5)
    assert not await rows(office)
    assert (await hr.submit({})).ok
    assert len(await rows(office)) == 1


async def test_hr_withdraws_what_was_not_sent(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.run(hours=12)  # it is evening
    await invite(office, hr, sari, budi)
    await hr.command("people", office.hr_channel)
    await hr.submit({"words": "sari"})
    await hr.click(hr.modal, "invitation.show")
    await hr.click(hr.modal, "invitation.withdraw")
    assert shows(hr.modal, "invitations.person.withdrawn", person=f"<@{sari.id}>")
    await office.run(days=2)
    assert not of_kind(sari, InvitationMessage)
    assert len(of_kind(budi, InvitationMessage)) == 1
    await hr.slack.close(all=True)
    await invite(office, hr, sari)
    await office.run(days=2)
    assert len(of_kind(sari, InvitationMessage)) == 1, "who never read of it can be invited"


async def test_hr_withdraws_all_at_once(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    people = [office.hire(f"Orang {number}") for number in range(3)]
    await office.run(hours=12)
    await invite(office, hr, *people)
    await hr.command("people", office.hr_channel)
    await hr.click(hr.modal, "invitation.withdraw_all")
    assert "invitation.withdraw_all" not in action_ids(hr.modal)
    await office.run(days=10)
    assert not any(of_kind(one, InvitationMessage) for one in people)


async def test_hr_invites_again_only_after_a_month(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, starts_on="2027-06-07")
    sari = office.hire("Sari Wulandari")
    await invite(office, hr, sari)
    await office.run(days=28)
    await open_form(office, hr)
    assert (await hr.submit({"people": [sari.id], **SAID})).ok
    assert shows(hr.modal, "invitations.preview.left_out.invited", days=30, people=f"<@{sari.id}>")
    await hr.slack.close(all=True)
    await office.run(days=3)
    await hr.command("people", office.hr_channel)
    await hr.click(hr.modal, "invitation.show", str((await rows(office))[0].id))
    await hr.click(hr.modal, "invitation.again")
    assert (await hr.submit({})).ok
    assert (await hr.submit({})).ok
    await office.settle()
    assert len(of_kind(sari, InvitationMessage)) == 2
    await office.run(days=20)
    assert len(of_kind(sari, InvitationReminderMessage)) == 2


async def test_the_file_has_the_state_of_each_invitation(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = office.hire("Sari Wulandari"), office.hire("Budi Santoso"), office.hire("Tono Baru")
    await invite(office, hr, sari, budi, tono)
    await office.settle()
    await budi.click(of_kind(budi, InvitationMessage)[0], "invitation.no")
    await office.join(tono, "mentor", "specialist", "Gudang")
    await office.run(days=9)
    await hr.command("people", office.hr_channel)
    await hr.click(hr.modal, "participants.file")
    await office.run(minutes=5)
    (sent,) = of_kind(hr, ParticipantsFileMessage)
    assert shows(sent, "participants.file.sent", programme="Tukar Ilmu 2027")
    (file,) = [office.slack.file(one) for message in hr.inbox for one in message.files]
    sheet = load_workbook(BytesIO(file.content or b"")).worksheets[0]
    found = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows()}
    asked, reminded, state = (found["Sari Wulandari"][at] for at in (-3, -2, -1))
    assert (asked, reminded) == ("2027-01-04", "2027-01-12"), "the 5th is a holiday"
    assert state == label("invitations.person.states.sent")
    assert found["Budi Santoso"][-1] == label("invitations.person.states.declined")
    assert found["Tono Baru"][-1] == label("invitations.person.states.joined")
    assert found["Tono Baru"][3] == label("participants.stages.unmatched")


async def test_erasing_forgets_the_invitation(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await invite(office, hr, sari)
    await office.settle()
    await sari.command("privacy")
    assert label("privacy.areas.invitation.title", "id") in texts_in(sari.modal) or label(
        "privacy.areas.invitation.title"
    ) in texts_in(sari.modal)
    await sari.click(sari.modal, "privacy.erase")
    assert (await sari.submit({"sure": ["sure"]})).ok
    await office.run(until=office.clock.now() + timedelta(days=20))
    assert not await rows(office)
    assert not of_kind(sari, InvitationReminderMessage)
    async with office.balik.store.read(office.clock.now()) as work:
        erased = (await work.session.exec(select(Person).where(col(Person.erased_at).is_not(None)))).all()
    assert len(erased) == 1


async def test_who_was_only_invited_is_erased_with_the_programme(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, tono = office.hire("Sari Wulandari"), office.hire("Tono Baru")
    await invite(office, hr, sari, tono)
    await office.settle()
    store, later = office.balik.store, office.clock.now() + timedelta(days=400)
    async with store.write(office.clock.now()) as work:
        programme = await work.session.get_one(Programme, 1)
        other = Programme(**programme.model_dump(exclude={"id"}) | {"hr_channel": "COTHER", "starts_on": later.date()})
        work.session.add(other)
        await work.session.flush()
        his = (await work.session.exec(select(Invitation).order_by(col(Invitation.id).desc()).limit(1))).one()
        again = his.model_dump(exclude={"id"}) | {"programme_id": other.id, "remind_at": None}
        work.session.add(Invitation(**again))
        await work.commit()
    while await tick_retention(store, later, months=1):
        pass
    async with store.read(later) as work:
        people = {one.slack_id: one for one in (await work.session.exec(select(Person))).all()}
    assert sari.id not in people, "nobody else knows her"
    assert tono.id in people, "another programme invited him"
    assert [one.programme_id for one in await rows(office)] == [other.id]
