"""Mentors as buddies: offered to all, introduced to each other, and ended without a word too many."""

from typing import Any

import pytest
from sqlmodel import select, update

from bot.domain.messages.buddies import BuddyGoneMessage, BuddyIntroducedMessage
from storage.tables import BuddyPair, Programme, ProgrammeState
from tests.scenarios.closing.test_closing import end, hold
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.orientation.test_orientation import read_on
from tests.scenarios.pairs import introduce, of_kind
from tests.scenarios.privacy.test_privacy import _erase, unfold
from tests.scenarios.summaries import whole


async def mentors(office: Office, hr: Colleague, *names: str, **details: Any) -> list[Colleague]:
    """A programme with these mentors."""
    await office.set_up(hr)
    found = [office.hire(f"{name} Wati") for name in names]
    for who in found:
        await office.join(who, "mentor", "specialist", "Marketing", **details)
    return found


async def choose(who: Colleague, *boxes: str) -> None:
    """From Home, with these boxes ticked."""
    home = await who.open_home()
    assert home
    await who.click(home, "buddy.open")
    names = [one["block_id"] for one in who.modal.blocks if one["type"] == "input"]
    assert (await who.submit({name: [name] if name in boxes else [] for name in names})).ok


async def introductions(office: Office) -> list[BuddyPair]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(BuddyPair).order_by(BuddyPair.id))).all())  # type: ignore[arg-type]  # a column


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["en", "id"])
async def test_who_asks_is_introduced_to_a_mentor_who_is_willing(office: Office, hr: Colleague, language: str) -> None:
    ani, bayu, citra = await mentors(office, hr, "Ani", "Bayu", "Citra", language=language)
    for who in (ani, bayu, citra):
        home = await who.open_home()
        assert home
        assert shows(home, "buddies.home.line", language), "the same for every mentor"
    await choose(ani, "ask")
    assert shows(ani.modal, "buddies.home.waits", language), "nobody is willing yet"
    await ani.slack.close(all=True)
    await choose(bayu, "offer")
    assert f"<@{ani.id}>" in texts_in(bayu.modal)
    await bayu.slack.close(all=True)
    await office.run(minutes=5)
    (to_ani,), (to_bayu,) = of_kind(ani, BuddyIntroducedMessage), of_kind(bayu, BuddyIntroducedMessage)
    programme = "Tukar Ilmu 2027"
    asked = {"other": f"<@{bayu.id}>", "programme": programme, "earlier": False}
    assert shows(to_ani, "buddies.introduced.asked", language, **asked)
    assert shows(to_bayu, "buddies.introduced.offered", language, other=f"<@{ani.id}>", programme=programme)
    assert shows(to_ani, "buddies.introduced.private", language)
    home = await ani.open_home()
    assert home
    assert shows(home, "buddies.home.has", language, people=f"<@{bayu.id}>")
    assert of_kind(citra, BuddyIntroducedMessage) == [], "nobody is messaged without need"
    await choose(ani, "ask")
    assert len(await introductions(office)) == 1, "asked again, and introduced once"


async def test_two_who_ask_are_each_others_buddies_and_both_read_that_they_asked(office: Office, hr: Colleague) -> None:
    ani, bayu = await mentors(office, hr, "Ani", "Bayu")
    for who in (ani, bayu):
        await choose(who, "ask")
        await who.slack.close(all=True)
    await office.run(minutes=5)
    for who in (ani, bayu):
        (told,) = of_kind(who, BuddyIntroducedMessage)
        assert shows(told, "buddies.introduced.asked")


async def test_it_is_offered_at_the_end_of_the_orientation_to_mentors_of_every_confidence(
    office: Office, hr: Colleague
) -> None:
    await office.set_up(hr)
    for name, confidence in (("Ani Wati", "1"), ("Bayu Wati", "5")):
        who = office.hire(name)
        await office.join(who, "mentor", "specialist", "Marketing", confidence=confidence)
        await who.command("orientation")
        await read_on(who)
        assert "buddy.open" in action_ids(who.modal)
    leader = office.hire("Budi Santoso")
    await office.join(leader, "mentee", "director", "Finance")
    home = await leader.open_home()
    assert home
    assert "buddy.open" not in action_ids(home)


async def test_hr_reads_how_many_from_five_on_and_a_name_only_if_the_mentor_wishes_help(
    office: Office, hr: Colleague
) -> None:
    people = await mentors(office, hr, "Ani", "Bayu", "Citra", "Dian", "Eka")
    for who in people[:4]:
        await choose(who, "ask")
        await who.slack.close(all=True)
    posted = len(office.posted(office.hr_channel))
    await hr.command("summary", office.hr_channel)
    await office.settle()
    assert "buddy" not in (await whole(hr, office)).lower(), "four: who asks last would show it"
    await hr.slack.close(all=True)
    assert not [one for one in office.posted(office.hr_channel)[posted:] if shows(one, "buddies.help.body")]
    await choose(people[4], "ask", "help")
    await people[4].slack.close(all=True)
    await office.settle()
    (told,) = [one for one in office.posted(office.hr_channel) if f"<@{people[4].id}>" in texts_in(one)]
    assert shows(told, "buddies.help.body", person=f"<@{people[4].id}>", programme="Tukar Ilmu 2027")
    await choose(people[4], "ask", "help")
    await people[4].slack.close(all=True)
    await office.settle()
    assert len([one for one in office.posted(office.hr_channel) if f"<@{people[4].id}>" in texts_in(one)]) == 1
    await hr.command("summary", office.hr_channel)
    await office.settle()
    shown = await whole(hr, office)
    assert "5 mentor" in shown
    assert all(one.id not in shown for one in people)


async def test_a_buddy_who_goes_is_replaced_and_only_who_asked_is_told(office: Office, hr: Colleague) -> None:
    ani, bayu, citra = await mentors(office, hr, "Ani", "Bayu", "Citra")
    await choose(bayu, "offer")
    await bayu.slack.close(all=True)
    await choose(ani, "ask")
    await ani.slack.close(all=True)
    await office.run(minutes=5)
    await bayu.command("leave")
    assert (await bayu.submit({})).ok
    await office.run(minutes=5)
    (told,) = of_kind(ani, BuddyGoneMessage)
    assert shows(told, "buddies.introduced.gone")
    await choose(citra, "offer")
    await citra.slack.close(all=True)
    await office.run(minutes=5)
    assert len(of_kind(ani, BuddyIntroducedMessage)) == 2
    said = len(citra.inbox)
    await ani.command("leave")
    assert (await ani.submit({})).ok
    await office.run(days=3)
    assert len(citra.inbox) == said, "who only offered need not know"
    home = await citra.open_home()
    assert home
    assert shows(home, "buddies.home.offers")


async def test_neither_who_pauses_nor_who_avoids_the_other_nor_the_own_manager_is_introduced(
    office: Office, hr: Colleague
) -> None:
    await office.set_up(hr)
    ani, bayu, citra, dian = (office.hire(f"{name} Wati") for name in ("Ani", "Bayu", "Citra", "Dian"))
    await office.join(ani, "mentor", "specialist", "Marketing", avoids=[bayu.id], manager=citra.id)
    for who in (bayu, citra, dian):
        await office.join(who, "mentor", "specialist", "Marketing")
    await dian.command("pause")
    assert (await dian.submit({"until": "2027-02-01"})).ok
    for who in (bayu, citra, dian):
        await choose(who, "offer")
        await who.slack.close(all=True)
    await choose(ani, "ask")
    await ani.slack.close(all=True)
    assert await introductions(office) == []
    await dian.command("resume")
    await office.run(minutes=5)
    assert len(of_kind(ani, BuddyIntroducedMessage)) == len(of_kind(dian, BuddyIntroducedMessage)) == 1


async def test_of_who_is_deactivated_or_erased_nothing_is_left_and_the_other_gets_another_buddy(
    office: Office, hr: Colleague
) -> None:
    ani, bayu, citra = await mentors(office, hr, "Ani", "Bayu", "Citra")
    for who in (bayu, citra):
        await choose(who, "offer")
        await who.slack.close(all=True)
    await choose(ani, "ask")
    await ani.slack.close(all=True)
    await ani.command("privacy")
    assert await unfold(ani, ani.modal, "buddychoice")
    assert await unfold(ani, ani.modal, "buddypair")
    await ani.slack.close(all=True)
    await office.run(minutes=5)
    await office.slack.deactivate(bayu.id)
    await office.run(minutes=5)
    assert len(of_kind(ani, BuddyIntroducedMessage)) == 2, "introduced to the next one"
    assert of_kind(ani, BuddyGoneMessage) == []
    await _erase(citra, office)
    await office.run(minutes=5)
    assert len(of_kind(ani, BuddyGoneMessage)) == 1
    left = await introductions(office)
    assert len(left) == 1, "that with the erased person is deleted"
    assert left[0].ended_at is not None


async def test_a_mentor_of_an_earlier_programme_can_offer_and_is_introduced_first(
    office: Office, hr: Colleague
) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await hold(office, "contract", "harvest")
    await end(office)
    for who, offered in ((sari, True), (budi, False)):
        home = await who.open_home()
        assert home
        assert ("buddy.open" in action_ids(home)) == offered, "a mentor, and no leader"
    await choose(sari, "offer")
    assert [one["block_id"] for one in sari.modal.blocks if one["type"] == "input"] == []
    await sari.slack.close(all=True)
    over = next(one for one in office.posted(office.hr_channel) if shows(one, "closing.hr.title"))
    await hr.click(over, "cohort.next")
    assert (await hr.submit({"name": "Tukar Ilmu 2028", "starts_on": "2027-02-01"})).ok
    await hr.slack.close(all=True)
    await office.run(days=1)
    ani, bayu = office.hire("Ani Wati"), office.hire("Bayu Wati")
    for who in (ani, bayu):
        await office.join(who, "mentor", "specialist", "Marketing")
    await choose(bayu, "offer")
    await bayu.slack.close(all=True)
    await choose(ani, "ask")
    await ani.slack.close(all=True)
    await office.run(days=1)
    (told,) = of_kind(ani, BuddyIntroducedMessage)
    assert shows(told, "buddies.introduced.asked", other=f"<@{sari.id}>", programme="Tukar Ilmu 2028", earlier=True)
    assert len(of_kind(sari, BuddyIntroducedMessage)) == 1, "though she takes no part in it"
    async with office.balik.store.write(office.clock.now()) as work:
        later = update(Programme).where(Programme.id == 2)  # type: ignore[arg-type]  # a column
        await work.session.exec(later.values(state=ProgrammeState.CLOSED))
        await work.commit()
    home = await sari.open_home()
    assert home
    assert shows(home, "buddies.home.offers"), "over with that programme"
