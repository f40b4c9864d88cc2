"""People nominate colleagues as mentors: one invitation each, in the nominators' words, and HR reads all of it."""

import asyncio
import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from bot.domain.messages.invitations import InvitationMessage, InvitationReminderMessage
from bot.domain.messages.signup import WelcomeMessage
from bot.sandbox.forms import places
from storage.tables import Invitation, Nomination, Participant
from tests.scenarios.invitations.test_invitations import invite
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.participants.test_participants import open_list
from tests.scenarios.privacy.test_privacy import _erase, _files, unfold
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.recruiting.test_eligibility import limit
from tests.scenarios.signup.test_approval import sign_up, with_approval
from tests.wording import label, says

NAME = "Tukar Ilmu 2027"
WHY = "She showed us what AI can do <!channel>."
SHOWN = "She showed us what AI can do &lt;!channel&gt;."


async def nominate(who: Colleague, whom: Colleague, **said: Any) -> Any:
    """The form's outcome; the window that follows stays open."""
    if who.slack.modal:
        await who.slack.close(all=True)
    await who.command("nominate")
    return await who.submit({"person": whom.id, "topic": "ai_tools", "reason": WHY} | said)


async def take_back(who: Colleague, nomination: Nomination) -> None:
    buttons = [at for at in places(who.modal.blocks) if at.element["action_id"] == "nomination.take_back"]
    (place,) = [at for at in buttons if at.element["value"] == str(nomination.id)]
    await who.click(who.modal, "nomination.take_back", block_id=place.block["block_id"])


async def rows(office: Office) -> list[Nomination]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(Nomination).order_by(col(Nomination.id)))).all())


async def people(office: Office, *names: str) -> list[Colleague]:
    return [office.hire(one) for one in names]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_nominee_reads_the_words_and_the_name_only_if_agreed(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    sari, budi, tono = await people(office, "Sari Wulandari", "Budi Santoso", "Tono Baru")
    await speak(office, sari, language)
    await speak(office, budi, language)
    (announced,) = office.posted(office.general)
    await budi.click(announced, "nominate.open")
    assert (await budi.submit({"person": sari.id, "topic": "ai_tools", "reason": WHY, "explains": ["explains"]})).ok
    values = {"person": f"<@{sari.id}>", "programme": NAME}
    assert shows(budi.modal, "nominations.done.body", language, **values, named=False)
    await speak(office, tono, "en")
    assert (await nominate(tono, sari, reason="He said so.", named=["named"])).ok
    await office.settle()
    (asked,) = of_kind(sari, InvitationMessage)
    assert SHOWN in texts_in(asked) or WHY in texts_in(asked)
    topic = label("labels.topics.ai_tools", language)
    quote = {"topic": topic, "hr": False}
    assert shows(asked, "nominations.quote.body", language, who="", explains=True, named=False, **quote)
    assert budi.id not in texts_in(asked)
    assert "Budi" not in texts_in(asked)
    await sari.click(asked, "invitation.join")
    assert sari.modal.callback_id == "join.about"


async def test_many_nominators_one_invitation_and_the_reminder_has_all_words(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = await people(office, "Sari Wulandari", "Budi Santoso", "Tono Baru")
    assert (await nominate(budi, sari)).ok
    await office.settle()
    assert (await nominate(tono, sari, reason="Patient with beginners.", named=["named"])).ok
    same = {"person": f"<@{sari.id}>", "programme": NAME}
    assert shows(tono.modal, "nominations.done.body", "id", **same, named=True), "the same, invited or not"
    await office.run(days=8)
    assert len(of_kind(sari, InvitationMessage)) == 1
    (reminder,) = of_kind(sari, InvitationReminderMessage)
    assert "Patient with beginners." in texts_in(reminder)
    assert f"<@{tono.id}>" in texts_in(reminder)
    await sari.click(reminder, "invitation.no")
    ani = office.hire("Ani Lestari")
    assert (await nominate(ani, sari)).ok
    assert shows(ani.modal, "nominations.done.body", "id", **same, named=False), "nobody learns that she said no"
    await office.run(days=20)
    assert len(of_kind(sari, InvitationMessage)) == 1
    assert not any(sari.id in texts_in(one) for who in (budi, tono, ani) for one in who.inbox)


async def test_who_cannot_be_nominated_is_said_at_the_field(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = await people(office, "Sari Wulandari", "Budi Santoso")
    await speak(office, budi, "en")
    guest, gone = office.hire("Gina Tamu", is_restricted=True), office.hire("Galih Pergi")
    stranger, bot = office.hire("Asing Orang", is_stranger=True), office.hire("Robot", is_bot=True)
    await office.slack.deactivate(gone.id)
    await office.settle()
    cases = ((budi, "oneself"), (guest, "guest"), (stranger, "stranger"), (bot, "bot"), (gone, "gone"))
    for whom, code in cases:
        errors = (await nominate(budi, whom)).errors
        key = "nominations.form.errors.oneself" if code == "oneself" else f"errors.pick_{code}"
        assert says(errors["person"], key), code
    assert set((await nominate(budi, sari, reason=" ")).errors) == {"reason"}
    assert (await nominate(budi, sari)).ok
    assert says((await nominate(budi, sari)).errors["person"], "nominations.form.errors.twice")
    assert len(await rows(office)) == 1
    assert says((await _as_guest(guest)), "errors.guest", "id")


async def _as_guest(guest: Colleague) -> str:
    await guest.command("nominate", guest.office.general)
    return guest.whispered(guest.office.general)[-1]


async def test_three_at_most_and_nothing_after_the_closing_date(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    budi, *others = await people(office, "Budi Santoso", "Sari Satu", "Tono Dua", "Ani Tiga", "Eko Empat")
    await speak(office, budi, "en")
    for whom in others[:3]:
        assert (await nominate(budi, whom)).ok
    assert "nominate.open" not in action_ids(budi.modal), "nothing is offered that would be refused"
    await budi.slack.close(all=True)
    await budi.command("usulkan", office.general)
    assert shows(budi.modal, "nominations.form.used", "en", programme=NAME, most=3)
    assert not budi.modal.submit
    assert [one.person_id for one in await rows(office)] == sorted({one.person_id for one in await rows(office)})
    await hr.click(await hr.open_home(), "closing_date.open")
    await hr.submit({"day": "2027-01-05"})
    await hr.submit({})
    await others[3].command("nominate", office.general)
    await others[3].slack.close(all=True)
    await office.run(days=3)
    await others[3].command("nominate", office.general)
    assert says(others[3].whispered(office.general)[-1], "errors.nominations_over", "id", programme=NAME)
    assert len(await rows(office)) == 3
    # Who nominated can still take it back.
    await budi.command("nominate", office.general)
    assert shows(budi.modal, "nominations.form.closed", "en", programme=NAME, days=30)
    assert not budi.modal.submit
    await take_back(budi, (await rows(office))[0])
    assert len(await rows(office)) == 2
    await office.run(days=33)
    assert not await rows(office), "erased 30 days after sign-up has closed"


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_nomination_is_taken_back_before_the_invitation_is_sent(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    sari, budi, tono = await people(office, "Sari Wulandari", "Budi Santoso", "Tono Baru")
    await speak(office, budi, language)
    office.clock.move_to(office.clock.now().replace(hour=14))  # 21:00 in Jakarta: nothing is sent before the morning
    assert (await nominate(budi, sari)).ok
    (own,) = await rows(office)
    assert shows(budi.modal, "nominations.form.one_before", language, person=f"<@{sari.id}>")
    await take_back(budi, own)
    assert not await rows(office)
    assert budi.modal.submit, "the form, for another colleague"
    assert not shows(budi.modal, "nominations.form.one_before", language, person=f"<@{sari.id}>")
    await office.run(days=2)
    assert not of_kind(sari, InvitationMessage)
    assert (await nominate(tono, sari, reason="Patient with beginners.")).ok
    await office.run(days=2)
    (asked,) = of_kind(sari, InvitationMessage)
    assert SHOWN not in texts_in(asked)
    assert "Patient with beginners." in texts_in(asked)


async def test_a_nomination_taken_back_later_is_read_by_hr_no_more_and_makes_room(
    office: Office, hr: Colleague
) -> None:
    await office.set_up(hr)
    budi, sari, *others = await people(office, "Budi Santoso", "Sari Satu", "Tono Dua", "Ani Tiga", "Eko Empat")
    for whom in (sari, *others[:2]):
        assert (await nominate(budi, whom)).ok
    await office.settle()
    (asked,) = of_kind(sari, InvitationMessage)
    first, *_ = await rows(office)
    await budi.command("nominate")
    await take_back(budi, first)
    await budi.submit({"person": others[2].id, "topic": "ai_tools", "reason": WHY})
    assert len(await rows(office)) == 3
    await hr.click(await hr.open_home(), "nominations.open")
    assert f"<@{sari.id}>" not in texts_in(hr.modal)
    assert f"<@{others[2].id}>" in texts_in(hr.modal)
    await office.run(days=8)
    assert not of_kind(sari, InvitationReminderMessage), "nobody nominates her any more"
    await sari.click(asked, "invitation.join")
    assert sari.modal.callback_id == "join.about", "what she has can still be accepted"


async def test_two_nominators_at_the_same_time(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = await people(office, "Sari Wulandari", "Budi Santoso", "Tono Baru")
    for who in (budi, tono):
        await who.command("nominate")
    said = {"person": sari.id, "topic": "ai_tools", "reason": WHY}
    await asyncio.gather(*(who.submit(said) for who in (budi, tono)))
    await office.settle()
    assert len(await rows(office)) == 2
    assert len(of_kind(sari, InvitationMessage)) == 1


async def test_hr_limits_and_approval_hold_for_nominees(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = await people(office, "Sari Wulandari", "Budi Santoso", "Tono Baru")
    await speak(office, budi, "en")
    secret = office.slack.add_channel("lain", members=[budi.id, tono.id])
    office.slack.invite_bot(secret)
    await limit(office, hr, channels=[secret.id])
    errors = (await nominate(budi, sari)).errors
    assert says(errors["person"], "nominations.form.errors.not_eligible"), "she is in another channel"
    assert (await nominate(budi, tono)).ok
    await with_approval(office, hr)
    await office.settle()
    (asked,) = of_kind(tono, InvitationMessage)
    await sign_up(office, tono, "mentor", "specialist", "IT")
    async with office.balik.store.read(office.clock.now()) as work:
        part = (await work.session.exec(select(Participant))).one()
    assert part.state == "waiting", "colleagues do not approve in HR's place"
    assert "invitation.join" in action_ids(asked)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_reads_nominations_with_reasons_before_matching(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr)
    sari, budi, tono = await people(office, "Sari Wulandari", "Budi Santoso", "Tono Baru")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentee", "director", "Finance")
    (welcome,) = of_kind(budi, WelcomeMessage)
    await budi.click(welcome, "nominate.open")
    said = {"person": sari.id, "topic": "ai_tools", "reason": WHY, "explains": ["explains"]}
    assert (await budi.submit(said)).ok
    assert (await nominate(budi, tono)).ok
    await office.settle()
    assert not of_kind(sari, InvitationMessage), "she takes part"
    await speak(office, hr, language)
    await hr.click(await hr.open_home(), "nominations.open")
    shown = texts_in(hr.modal)
    assert says(shown, "nominations.list.body", language, programme=NAME, count=2)
    assert {f"<@{one.id}>" in shown for one in (sari, budi, tono)} == {True}
    assert says(shown, "nominations.quote.body", language, **_quote(budi, language, explains=True))
    assert label("invitations.person.states.joined", language) in shown
    await open_list(office, hr, language)
    await hr.submit({"words": "sari"})
    await hr.click(hr.modal, "participant.show")
    assert WHY in texts_in(hr.modal)
    await hr.slack.close(all=True)
    await open_list(office, hr, language)
    await hr.click(hr.modal, "invitation.show", str((await _invitation(office)).id))
    assert WHY in texts_in(hr.modal)
    await hr.slack.close(all=True)
    await open_list(office, hr, language)
    await hr.click(hr.modal, "participants.file")
    await office.run(minutes=5)
    (file,) = [office.slack.file(one) for message in hr.inbox for one in message.files]
    sheet = load_workbook(BytesIO(file.content or b"")).worksheets[1]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)][-2:] == ["Sari Wulandari", "Tono Baru"]
    await hr.slack.close(all=True)
    await hr.command("match", office.hr_channel)
    await office.settle()
    message = office.posted(office.hr_channel)[-1]
    await hr.click(message, "match.pairs")
    await hr.click(hr.modal, "match.open")
    assert WHY in texts_in(hr.modal), "on the pair of the draft"


def _quote(who: Colleague, language: str, **values: Any) -> dict[str, Any]:
    topic = label("labels.topics.ai_tools", language)
    return {"who": f"<@{who.id}>", "topic": topic, "hr": True, "named": False, **values}


async def _invitation(office: Office) -> Invitation:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(Invitation))).one()


async def test_hr_withdraws_and_later_nominations_send_nothing(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = await people(office, "Sari Wulandari", "Budi Santoso", "Tono Baru")
    await office.run(hours=12)  # it is evening
    assert (await nominate(budi, sari)).ok
    await hr.command("people", office.hr_channel)
    await hr.click(hr.modal, "invitation.show")
    await hr.click(hr.modal, "invitation.withdraw")
    await hr.slack.close(all=True)
    assert (await nominate(tono, sari)).ok
    await office.run(days=2)
    assert not of_kind(sari, InvitationMessage)
    await invite(office, hr, sari)
    await office.run(days=1)
    (asked,) = of_kind(sari, InvitationMessage)
    assert WHY not in texts_in(asked), "HR's own invitation has HR's words"


async def test_both_sides_have_it_in_their_copy_and_erase_it(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = await people(office, "Sari Wulandari", "Budi Santoso", "Tono Baru")
    for who in (sari, budi):
        await speak(office, who, "en")
    assert (await nominate(budi, sari)).ok
    assert (await nominate(tono, sari, named=["named"])).ok
    assert (await nominate(tono, budi)).ok
    await office.settle()
    await sari.command("privacy")
    shown = await unfold(sari, sari.modal, "nomination")
    assert "Tono Baru" in shown
    assert "Budi" not in shown
    assert label("privacy.fields.no") in shown, "that one did not tell the name"
    await sari.click(sari.modal, "privacy.export")
    await office.run(minutes=1)
    record = json.loads(_files(sari, office)["balik-data.json"])
    assert [one["nominator"] for one in record["nomination"]] == [None, "Tono Baru"]
    assert all(one["explains"] is None for one in record["nomination"]), "not ticked says nothing"
    assert "Budi" not in json.dumps(record)
    await budi.slack.close(all=True)
    await budi.command("privacy")
    shown = await unfold(budi, budi.modal, "nomination")
    assert "Sari Wulandari" in shown
    await budi.slack.close(all=True)
    await _erase(budi, office)
    assert [one.nominator_id for one in await rows(office)] == [one.nominator_id for one in await rows(office)][:1]
    await sari.slack.close(all=True)
    await _erase(sari, office)
    assert not await rows(office)


async def test_nobody_who_nominated_is_left_nothing_is_sent(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = await people(office, "Sari Wulandari", "Budi Santoso")
    await office.run(hours=12)
    assert (await nominate(budi, sari)).ok
    await budi.slack.close(all=True)
    await _erase(budi, office)
    await office.run(days=2)
    assert not of_kind(sari, InvitationMessage)
    assert not await rows(office)
    assert office.clock.now() - timedelta(days=3) < (await _invitation(office)).asked_at
