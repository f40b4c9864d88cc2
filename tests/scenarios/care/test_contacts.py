"""HR names two contacts; each is told what that means and confirms or declines. HR is asked until there is one."""

from typing import Any

import pytest
from sqlmodel import select

from bot.sandbox import Message
from bot.services.care.contact_posts import tick_contacts
from storage.tables import Programme
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.pairs import receiving
from tests.wording import says

LANGUAGES = ("id", "en")


async def contacts(office: Office) -> list[int | None]:
    async with office.balik.store.read(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
    return [programme.contact_id, programme.second_contact_id]


async def both(office: Office, hr: Colleague, **more: Any) -> tuple[Colleague, Colleague]:
    rina, agus = office.hire("Rina Marlina"), office.hire("Agus Salim")
    assert (await office.set_up(hr, contact=rina.id, second_contact=agus.id, **more)).ok
    await hr.slack.close(all=True)
    return rina, agus


def in_hr_channel(office: Office, key: str, language: str = "en", **values: Any) -> list[Message]:
    return [one for one in office.posted(office.hr_channel) if says(texts_in(one), key, language, **values)]


async def home_of(hr: Colleague) -> str:
    page = await hr.open_home()
    assert page is not None
    return texts_in(page)


async def test_two_contacts_are_told_what_it_means_and_agree(office: Office, hr: Colleague) -> None:
    rina, agus = await both(office, hr)
    for who in (rina, agus):
        (asked,) = receiving(who, "care.contacts.asked.body", "id", programme="Tukar Ilmu 2027")
        assert {"contact.confirm", "contact.decline"} <= set(action_ids(asked))
    assert says(await home_of(hr), "care.contacts.states.asked", "id", contact=f"<@{rina.id}>")
    (asked,) = receiving(rina, "care.contacts.asked.body", "id")
    await rina.click(asked, "contact.confirm")
    assert receiving(rina, "care.contacts.asked.confirmed", "id")
    page = await home_of(hr)
    assert says(page, "care.contacts.states.confirmed", "id", contact=f"<@{rina.id}>")
    assert says(page, "care.contacts.states.asked", "id", contact=f"<@{agus.id}>")
    await office.set_up(hr, contact=rina.id, second_contact=agus.id)
    assert len(receiving(agus, "care.contacts.asked.body", "id")) == 1, "nobody is asked twice"


async def test_who_names_themselves_has_agreed(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    assert not receiving(hr, "care.contacts.asked.body", "id")
    assert says(texts_in(hr.modal), "care.contacts.stored.oneself", "id")
    assert says(await home_of(hr), "care.contacts.states.confirmed", "id", contact=f"<@{hr.id}>")


async def test_the_second_contact_is_another_colleague(office: Office, hr: Colleague) -> None:
    assert set((await office.set_up(hr, second_contact=hr.id)).errors) == {"second_contact"}
    bot = office.slack.add_user("Ola Outside", is_bot=True)
    assert set((await office.set_up(hr, second_contact=bot.id)).errors) == {"second_contact"}


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_hears_of_a_decline_and_names_another(office: Office, hr: Colleague, language: str) -> None:
    rina, agus = await both(office, hr, language=language)
    (asked,) = receiving(rina, "care.contacts.asked.body", "id")
    await rina.click(asked, "contact.decline")
    assert receiving(rina, "care.contacts.asked.declined", "id")
    await office.run(minutes=2)
    (told,) = in_hr_channel(office, "care.contacts.gone.declined", language, contact=f"<@{rina.id}>")
    assert says(texts_in(told), "care.contacts.gone.left", language, contact=f"<@{agus.id}>")
    await hr.click(told, "contacts.open")
    tono = office.hire("Tono Wijaya")
    assert (await hr.submit({"contact": agus.id, "second_contact": tono.id})).ok
    await office.run(minutes=2)
    assert len(receiving(tono, "care.contacts.asked.body", "id")) == 1
    assert len(receiving(agus, "care.contacts.asked.body", "id")) == 1


async def test_without_a_contact_hr_is_asked_until_there_is_one(office: Office, hr: Colleague) -> None:
    rina, agus = await both(office, hr)
    for gone in (rina, agus):
        await office.slack.deactivate(gone.id)
    await office.run(minutes=2)
    assert len(in_hr_channel(office, "care.contacts.gone.gone")) == 2
    assert await contacts(office) == [None, None]
    page = await home_of(hr)
    assert says(page, "insight.weekly.todo.contact", "id")
    assert hr.slack.home is not None
    assert "contacts.open" in action_ids(hr.slack.home)
    await office.run(days=15)
    assert len(in_hr_channel(office, "care.contacts.gone.missing")) == 2, "once a week"
    await hr.click(in_hr_channel(office, "care.contacts.gone.missing")[-1], "contacts.open")
    assert (await hr.submit({"contact": hr.id})).ok
    await office.run(days=15)
    assert len(in_hr_channel(office, "care.contacts.gone.missing")) == 2
    assert not says(await home_of(hr), "insight.weekly.todo.contact", "id")


async def test_a_contact_of_whose_end_nobody_told_us_is_found(office: Office, hr: Colleague) -> None:
    """Their profile is read for another reason. The job looks at every tick; this clock needs something to be due."""
    rina, _ = await both(office, hr)
    office.slack.user(rina.id).deleted = True
    await office.balik.context.directory.person_now("T0001", rina.id, office.clock.now())
    await tick_contacts(office.balik.store, office.clock.now())
    await office.run(minutes=2)
    assert len(in_hr_channel(office, "care.contacts.gone.gone", contact=f"<@{rina.id}>")) == 1


async def test_pairs_are_not_released_silently_without_a_contact_who_agreed(office: Office, hr: Colleague) -> None:
    rina, _ = await both(office, hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentee", "director", "Finance", address="bapak")
    await hr.command("match", office.hr_channel)
    await office.settle()
    draft = office.posted(office.hr_channel)[-1]
    await hr.click(draft, "match.release")
    assert "gate.waive.contact" in action_ids(hr.modal)
    await rina.click(receiving(rina, "care.contacts.asked.body", "id")[0], "contact.confirm")
    await hr.click(hr.modal, "gate.look")
    assert "gate.waive.contact" not in action_ids(hr.modal)
