"""Somebody talks to the writer of a concern by the promised day, or the writer learns whom else to turn to."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

from bot.sandbox import Message
from storage.tables import Concern, Outbox, OutboxState, Person, Programme
from tests.scenarios.care.test_concerns import LANGUAGES, TEXT, received, rows, with_contacts, write
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.pairs import introduce
from tests.scenarios.snapshots import once
from tests.wording import says

FRIDAY = datetime(2027, 1, 15, 10, 15, tzinfo=UTC)
"""17:15 in Jakarta, after hours."""
MONDAY = date(2027, 1, 18)


async def concerns(office: Office) -> list[Concern]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(Concern).order_by(col(Concern.id)))).all())


async def written(office: Office, hr: Colleague, language: str = "en") -> tuple[Colleague, Colleague, Message]:
    """Sari wrote on Friday evening: both contacts, and Rina's message."""
    await once(office, _written, office, hr, language=language)
    rina, agus = office.people["rina"], office.people["agus"]
    (told,) = await received(office, rina, "concern_contact")
    return rina, agus, told


async def _written(office: Office, hr: Colleague, *, language: str) -> None:
    await with_contacts(office, hr, language=language)
    await once(office, office.run, until=FRIDAY)
    await write(office.people["sari"])
    await office.run(minutes=1)


def day(language: str = "en") -> str:
    return {"en": "Monday 18 January 2027", "id": "Senin, 18 Januari 2027"}[language]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_form_and_the_receipt_say_by_when_and_what_to_do_in_an_emergency(
    office: Office, hr: Colleague, language: str
) -> None:
    rina, _ = await with_contacts(office, hr, language=language)
    sari = office.people["sari"]
    await office.run(until=FRIDAY)
    await sari.command("concern")
    for key in ("body", "emergency"):
        said = {"contact": f"<@{rina.id}>", "by": day(language)} if key == "body" else {}
        assert says(texts_in(sari.modal), f"care.follow_up.promise.{key}", language, **said)
    await sari.submit({"text": TEXT})
    assert says(texts_in(sari.modal), "care.follow_up.promise.body", language, by=day(language))
    await office.run(minutes=1)
    (receipt,) = await received(office, sari, "concern_receipt")
    assert says(texts_in(receipt), "care.follow_up.promise.body", language, by=day(language))
    assert [one.call_by for one in await concerns(office)] == [MONDAY]


async def test_the_contact_who_talked_is_not_reminded_and_the_writer_is_asked_a_week_later(
    office: Office, hr: Colleague
) -> None:
    rina, _, told = await written(office, hr)
    sari = office.people["sari"]
    assert says(texts_in(told), "care.follow_up.contact.by", "id", by=day("id"))
    await office.run(until=datetime(2027, 1, 18, 3, 0, tzinfo=UTC))
    assert (await rina.click(told, "concern.talked")).ok
    (told,) = await received(office, rina, "concern_contact")
    assert "concern.talked" not in action_ids(told)
    assert TEXT in texts_in(told)
    await office.run(until=datetime(2027, 1, 25, 2, 0, tzinfo=UTC))
    assert not await received(office, sari, "concern_after")
    await office.run(hours=2)
    (after,) = await received(office, sari, "concern_after")
    assert says(texts_in(after), "care.follow_up.after.body", contact=f"<@{rina.id}>")
    await sari.click(after, "concern.now.better")
    (after,) = await received(office, sari, "concern_after")
    assert says(texts_in(after), "care.follow_up.after.answered.better")
    await office.run(days=10)
    assert not await rows(office, "concern_due", "concern_waits", "concern_offer")
    assert len(await rows(office, "concern_after")) == 1


async def test_a_contact_who_does_not_call_is_reminded_then_others_then_the_writer_is_told(
    office: Office, hr: Colleague
) -> None:
    rina, agus, _ = await written(office, hr)
    sari = office.people["sari"]
    await office.run(until=datetime(2027, 1, 19, 2, 30, tzinfo=UTC))
    (reminder,) = await received(office, rina, "concern_due")
    assert "concern.talked" in action_ids(reminder)
    assert not await rows(office, "concern_waits", "concern_offer")
    await office.run(until=datetime(2027, 1, 20, 2, 30, tzinfo=UTC))
    (waits,) = await received(office, agus, "concern_waits")
    assert not await received(office, hr, "concern_waits")
    assert not await rows(office, "concern_offer")
    await office.run(until=datetime(2027, 1, 21, 2, 30, tzinfo=UTC))
    for one in [waits, *await received(office, hr, "concern_waits")]:
        assert says(texts_in(one), "care.follow_up.waits.body", "id", contact=f"<@{rina.id}>")
        assert TEXT not in texts_in(one)
        assert sari.id not in texts_in(one), "never whose it is"
    assert len(await received(office, hr, "concern_waits")) == 1
    (offer,) = await received(office, sari, "concern_offer")
    assert says(texts_in(offer), "care.follow_up.offer.overdue", contact=f"<@{rina.id}>")
    assert not await received(office, agus, "concern_contact"), "only the writer decides"
    (turn,) = [one for one in action_ids(offer) if one.startswith("concern.turn.")]
    await sari.click(offer, turn)
    await office.run(minutes=1)
    (told,) = await received(office, agus, "concern_contact")
    assert TEXT in texts_in(told)
    (offer,) = await received(office, sari, "concern_offer")
    assert says(texts_in(offer), "care.concern.undelivered.chosen", contact=f"<@{agus.id}>")
    assert [one.call_by for one in await concerns(office)] == [date(2027, 1, 22)]
    assert not [one for one in office.posted(office.hr_channel) if rina.id in texts_in(one)]


async def test_not_solved_opens_the_way_to_the_second_contact(office: Office, hr: Colleague) -> None:
    rina, agus, told = await written(office, hr)
    sari = office.people["sari"]
    await rina.click(told, "concern.talked")
    await office.run(days=11)
    (after,) = await received(office, sari, "concern_after")
    await sari.click(after, "concern.now.unsolved")
    (offer,) = await received(office, sari, "concern_after")
    assert says(texts_in(offer), "care.follow_up.offer.other", other=f"<@{agus.id}>")
    (turn,) = [one for one in action_ids(offer) if one.startswith("concern.turn.")]
    await sari.click(offer, turn)
    await office.run(minutes=1)
    assert len(await received(office, agus, "concern_contact")) == 1


async def _left(office: Office) -> None:
    await office.people["sari"].command("leave")
    await office.people["sari"].submit({})


async def _erased(office: Office) -> None:
    await office.people["sari"].command("privacy")
    await office.people["sari"].click(office.people["sari"].modal, "privacy.erase")
    await office.people["sari"].submit({"sure": ["sure"]})


async def _declined(office: Office) -> None:
    (receipt,) = await received(office, office.people["sari"], "concern_receipt")
    await office.people["sari"].click(receipt, "concern.ask_not")


@pytest.mark.parametrize("then", [_left, _declined])
async def test_who_left_or_declined_is_not_asked(office: Office, hr: Colleague, then: object) -> None:
    rina, _, told = await written(office, hr)
    await then(office)  # type: ignore[operator]  # one of the functions above
    await rina.click(told, "concern.talked")
    await office.run(days=10)
    assert not await rows(office, "concern_after")


async def test_nothing_follows_once_the_writer_is_erased(office: Office, hr: Colleague) -> None:
    rina, _, told = await written(office, hr)
    await _erased(office)
    await rina.click(told, "concern.talked")
    await office.run(days=10)
    assert not await rows(office, "concern_after", "concern_due", "concern_waits", "concern_offer")


@pytest.mark.parametrize("agrees", [True, False])
async def test_a_replaced_contact_keeps_what_they_have_unless_the_writer_turns_to_the_new_one(
    office: Office, hr: Colleague, agrees: bool
) -> None:
    rina, agus, told = await written(office, hr)
    sari, tono = office.people["sari"], office.hire("Tono Wijaya")
    await hr.open_home()
    assert hr.slack.home
    await hr.click(hr.slack.home, "contacts.open")
    assert (await hr.submit({"contact": tono.id, "second_contact": agus.id})).ok
    await office.run(days=3)
    (replaced,) = await received(office, rina, "contact_replaced")
    assert says(texts_in(replaced), "care.contacts.replaced.body", "id", programme="Tukar Ilmu 2027")
    (offer,) = [
        one
        for one in await received(office, sari, "concern_offer")
        if says(texts_in(one), "care.follow_up.offer.replaced")
    ]
    assert not await received(office, tono, "concern_contact")
    if agrees:
        (turn,) = [one for one in action_ids(offer) if one.startswith("concern.turn.")]
        await sari.click(offer, turn)
        await office.run(minutes=1)
        assert [one.contact_id for one in await concerns(office)] != [1]
    else:
        assert (await rina.click(told, "concern.talked")).ok
        assert all(one.talked_at for one in await concerns(office))


async def test_the_wish_to_be_contacted_is_followed_up_like_a_concern(office: Office, hr: Colleague) -> None:
    rina, _ = await with_contacts(office, hr)
    sari = office.people["sari"]
    await office.run(until=datetime(2027, 1, 26, 4, 0, tzinfo=UTC))
    (question,) = await received(office, sari, "risk_ask")
    await sari.click(question, "risk.say.help")
    await office.run(minutes=1)
    (question,) = await received(office, sari, "risk_ask")
    assert says(texts_in(question), "care.follow_up.promise.body", contact=f"<@{rina.id}>")
    (wish,) = await received(office, rina, "contact_me")
    assert "concern.talked" in action_ids(wish)
    assert (await rina.click(wish, "concern.talked")).ok
    (stored,) = await concerns(office)
    assert stored.talked_at
    assert not stored.text


@pytest.mark.parametrize("state", [OutboxState.DEAD, OutboxState.HELD, OutboxState.EXPIRED, OutboxState.DROPPED])
async def test_a_wish_whose_delivery_failed_unnoticed_is_caught_up(
    office: Office, hr: Colleague, state: OutboxState
) -> None:
    rina, agus = await with_contacts(office, hr)
    sari = office.people["sari"]
    await office.run(until=datetime(2027, 1, 26, 4, 0, tzinfo=UTC))
    (question,) = await received(office, sari, "risk_ask")
    await sari.click(question, "risk.say.help")
    async with office.balik.store.write(office.clock.now()) as work:
        row = (await work.session.exec(select(Outbox).where(Outbox.kind == "contact_me"))).one()
        row.state = state
        await work.commit()
    await office.run(hours=2)
    assert not await received(office, rina, "contact_me")
    assert len(await received(office, agus, "contact_me")) == 1
    assert len(await received(office, sari, "concern_passed_on")) == 1


async def test_it_goes_on_after_the_programme_ended(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    rina = office.hire("Rina Marlina")
    await office.set_up(hr, contact=rina.id)
    sari = office.people["sari"]
    await office.run(until=datetime(2027, 9, 20, 4, 0, tzinfo=UTC))
    async with office.balik.store.read(office.clock.now()) as work:
        assert (await work.session.get_one(Programme, 1)).state == "closed"
        assert (await work.session.exec(select(Person).where(Person.slack_id == rina.id))).one()
    await write(sari)
    await office.run(days=1)
    (told,) = await received(office, rina, "concern_contact")
    assert (await rina.click(told, "concern.talked")).ok
    await office.run(days=8)
    assert len(await received(office, sari, "concern_after")) == 1


async def test_help_is_heard_after_the_pair_ended(office: Office, hr: Colleague) -> None:
    rina, _ = await with_contacts(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await office.run(until=datetime(2027, 1, 26, 4, 0, tzinfo=UTC))
    (question,) = await received(office, sari, "risk_ask")
    await budi.command("leave")
    await budi.submit({})
    await office.run(minutes=5)
    await sari.click(question, "risk.say.help")
    await office.run(minutes=1)
    assert len(await received(office, rina, "contact_me")) == 1
