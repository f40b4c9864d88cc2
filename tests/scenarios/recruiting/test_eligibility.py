"""HR says who may take part: what it does is shown first, nobody is taken out by it, and others read whom to ask."""

from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.messages.invitations import InvitationMessage
from bot.domain.messages.recruiting import EligibilityChannelMessage
from bot.sandbox import View
from bot.sandbox.faults import Fault
from storage.tables import Participant, Person, Programme
from tests.scenarios.invitations.test_invitations import invite
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.participants.test_participants import SIGN_UP, open_list
from tests.scenarios.people.test_missed_events import start
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.wording import label, says

NAME = "Tukar Ilmu 2027"
KEY = "recruiting.eligibility"
LEADERS = {"levels": ["manager", "director"]}
AS_SPECIALIST = {
    "role": "mentor",
    "level": "specialist",
    "department": "IT",
    "offers": ["ai_tools"],
    "no_manager": ["none"],
}


async def limit(office: Office, hr: Colleague, **values: Any) -> None:
    """HR sets the limits in three steps, from Home."""
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.click(await hr.open_home(), "eligibility.open")
    assert (await hr.submit(values)).ok
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)
    await office.settle()


async def names(office: Office) -> set[str]:
    async with office.balik.store.read(office.clock.now()) as work:
        statement = select(Person.name).join(Participant).where(Participant.state != "left").order_by(col(Person.id))
        return set((await work.session.exec(statement)).all())


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_others_read_who_may_take_part_and_whom_to_ask(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr, language=language)
    await limit(office, hr, **LEADERS, others="Keuangan, Penjualan")
    (announced,) = office.posted(office.general)
    assert "Keuangan" in texts_in(announced)
    assert label("labels.levels.director", language) in texts_in(announced)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await speak(office, sari, language)
    await sari.command("join")
    outcome = await sari.submit(AS_SPECIALIST)
    assert set(outcome.errors) == {"level", "department"}, "what was typed stays, and can be put right"
    values = {"hr": hr.slack.user.real_name}
    assert says(outcome.errors["department"], f"{KEY}.errors.department", language, **values)
    assert says(outcome.errors["level"], f"{KEY}.errors.level", language, **values)
    await office.join(budi, "mentee", "director", " keuangan ")
    assert await names(office) == {"Budi Santoso"}


async def test_the_limits_are_checked_again_when_the_form_is_sent(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await speak(office, sari, "id")
    await sari.command("join")
    assert (await sari.submit(AS_SPECIALIST | {"language": "id"})).ok
    await limit(office, hr, **LEADERS)
    await sari.submit({"confidence": "4"})
    assert shows(sari.modal, "errors.not_eligible", "id", programme=NAME, hr=hr.slack.user.real_name)
    assert await names(office) == set()


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_sees_whom_its_limits_do_not_fit_and_decides(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr)
    sari, budi, tono = office.hire("Sari Wulandari"), office.hire("Budi Santoso"), office.hire("Tono Baru")
    await office.join(sari, "mentor", "specialist", "IT")
    await office.join(tono, "mentor", "specialist", "IT")
    await office.join(budi, "mentee", "director", "IT")
    await speak(office, hr, language)
    await hr.click(await hr.open_home(), "eligibility.open")
    assert shows(hr.modal, f"{KEY}.now.everyone", language, programme=NAME)
    assert (await hr.submit(LEADERS)).ok
    shown = texts_in(hr.modal)
    assert says(shown, f"{KEY}.unfit", language, count=2, people=3)
    assert f"<@{sari.id}>" in shown
    assert f"<@{budi.id}>" not in shown
    assert (await hr.submit({})).ok
    assert await names(office) == {"Sari Wulandari", "Budi Santoso", "Tono Baru"}, "nobody was taken out"
    await hr.click(hr.modal, "participants.unfit")
    assert f"<@{sari.id}>" in texts_in(hr.modal)
    assert f"<@{budi.id}>" not in texts_in(hr.modal)
    await hr.submit({"words": "sari"})
    await hr.click(hr.modal, "participant.show")
    await hr.click(hr.modal, "participant.admit")
    assert shows(hr.modal, "participants.person.admitted", language)
    assert "participant.admit" not in action_ids(hr.modal)
    await hr.slack.close(all=True)
    home = await hr.open_home()
    assert home
    assert "participants.unfit" in action_ids(home), "Tono is still undecided"
    await sari.command("join")
    assert sari.modal.callback_id == "join.about", "who takes part can change the sign-up"
    await open_list(office, hr, language)
    await hr.submit({"words": "tono"})
    await hr.click(hr.modal, "participant.show")
    await hr.click(hr.modal, "participant.change")
    assert (await hr.submit({"level": "manager"})).ok
    home = await hr.open_home()
    assert home
    assert "participants.unfit" not in action_ids(home), "HR's correction counts"


async def test_invited_people_and_those_whom_hr_signs_up_take_part_in_any_case(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await limit(office, hr, **LEADERS, listed=["listed"])
    await budi.command("join", office.general)
    assert says(budi.whispered(office.general)[-1], "errors.not_eligible", "id", programme=NAME)
    home = await budi.open_home()
    assert home
    assert "join.open" not in action_ids(home), "nothing is offered that would be refused"
    await invite(office, hr, sari)
    await office.run(days=2)
    await sari.click(of_kind(sari, InvitationMessage)[0], "invitation.join")
    assert (await sari.submit(AS_SPECIALIST)).ok
    assert (await sari.submit({"confidence": "4"})).ok
    await open_list(office, hr)
    await hr.click(hr.modal, "participant.add")
    assert (await hr.submit({"person": budi.id, **SIGN_UP})).ok
    assert await names(office) == {"Sari Wulandari", "Budi Santoso"}
    home = await hr.open_home()
    assert home
    assert "participants.unfit" not in action_ids(home)
    await open_list(office, hr)
    await hr.submit({"words": "sari"})
    await hr.click(hr.modal, "participant.show")
    await hr.click(hr.modal, "participant.take_out")
    assert (await hr.submit({"reason": ""})).ok
    await sari.slack.close(all=True)
    await sari.command("join")
    assert sari.slack.modal is None, "HR took the invitation back with that"


async def test_members_of_a_channel_may_take_part(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    club = office.slack.add_channel("klub-digital", private=True, members=[sari.id, hr.id])
    await hr.click(await hr.open_home(), "eligibility.open")
    outcome = await hr.submit({"channels": [club.id]})
    assert says(outcome.errors["channels"], f"{KEY}.errors.unseen", "id")
    office.slack.invite_bot(club)
    await office.calm()
    await office.run(minutes=1)
    assert (await hr.submit({"channels": [club.id]})).ok
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)
    calls = len(office.slack.calls)
    await budi.command("join")
    assert budi.slack.modal is None
    await office.join(sari, "mentor", "specialist", "IT")
    assert await names(office) == {"Sari Wulandari"}
    asked = sum(one["method"] == "conversations.members" for one in list(office.slack.calls)[calls:])
    assert asked <= 2, "the answer of the last minutes counts"
    office.slack.add_member(club, budi.slack.user)
    await office.run(minutes=1)
    await office.join(budi, "mentee", "director", "IT")
    assert await names(office) == {"Sari Wulandari", "Budi Santoso"}


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_leaves_the_channel_is_among_what_hr_has_to_do(office: Office, hr: Colleague, language: str) -> None:
    """By an event, or, if it was missed, by the daily comparison; and no more once they are back."""
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    club = office.slack.add_channel("klub-digital", private=True, members=[sari.id, budi.id, hr.id])
    office.slack.invite_bot(club)
    await office.run(minutes=1)
    await limit(office, hr, channels=[club.id])
    for who, role, level in ((sari, "mentor", "specialist"), (budi, "mentee", "director")):
        assert (await office.join(who, role, level, "IT")).ok
    await speak(office, hr, language)
    assert not shows(await home_of(hr), "insight.weekly.todo.unfit", language)
    office.slack.remove_member(club, sari.slack.user)
    await office.run(minutes=1)
    home = await home_of(hr)
    assert shows(home, "insight.weekly.todo.unfit", language, count=1), texts_in(home)
    await hr.click(home, "participants.unfit")
    assert f"<@{sari.id}>" in texts_in(hr.modal)
    assert label(f"{KEY}.limits.channel", language) in texts_in(hr.modal)
    await hr.slack.close(all=True)
    office.slack.add_member(club, sari.slack.user)
    await office.run(minutes=1)
    assert "participants.unfit" not in action_ids(await home_of(hr))
    with office.slack.missing_events():
        office.slack.remove_member(club, budi.slack.user)
        await office.run(minutes=1)
    await office.run(minutes=15)
    await start(office)
    await office.run(minutes=1)
    assert "participants.unfit" in action_ids(await home_of(hr))
    await limit(office, hr, channels=[office.general.id])
    assert "participants.unfit" not in action_ids(await home_of(hr)), "they are in the other one"


async def home_of(hr: Colleague) -> View:
    home = await hr.open_home()
    assert home
    return home


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_reads_that_a_channel_cannot_be_read(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr, language=language)
    sari = office.hire("Sari Wulandari")
    await speak(office, sari, language)
    await limit(office, hr, channels=[office.general.id])
    await office.run(minutes=11)
    office.slack.faults.add(Fault("refused", "conversations.members", error="missing_scope", times=2))
    await sari.command("join")
    office.slack.faults.clear()
    await office.settle()
    told = [one for one in office.posted(office.hr_channel) if "eligibility.open" in action_ids(one)]
    assert says(texts_in(told[-1]), f"{KEY}.unreadable.why.scope", language)
    assert len([one for one in told if says(texts_in(one), f"{KEY}.unreadable.why.scope", language)]) == 1
    assert EligibilityChannelMessage.kind.name == "eligibility_channel"
    await office.run(minutes=1)
    await office.join(sari, "mentor", "specialist", "IT")
    assert await names(office) == {"Sari Wulandari"}


async def test_the_next_programme_keeps_the_limits_and_an_older_one_has_none(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    async with office.balik.store.read(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
    assert programme.eligibility == {}
    await limit(office, hr, **LEADERS)
    await limit(office, hr, levels=[])
    async with office.balik.store.read(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
    assert programme.eligibility == {}, "everyone again"


async def test_the_form_opens_with_more_typed_departments_than_its_field_takes(office: Office, hr: Colleague) -> None:
    """They were chosen from a roster that named them, which was replaced."""
    await office.set_up(hr)
    async with office.balik.store.write(office.clock.now()) as work:
        programme = await work.session.get_one(Programme, 1)
        programme.eligibility = {"departments": [f"{number:02} {'Bagian ' * 11}".strip() for number in range(20)]}
        await work.commit()
    await hr.click(await hr.open_home(), "eligibility.open")
    (field,) = [one["element"] for one in parts_of(hr.modal.blocks) if one.get("block_id") == "others"]
    assert len(field["initial_value"]) <= field["max_length"]
    assert (await hr.submit({})).ok
    assert (await hr.submit({})).ok
    async with office.balik.store.read(office.clock.now()) as work:
        assert len((await work.session.get_one(Programme, 1)).eligibility["departments"]) == 20
