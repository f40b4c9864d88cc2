"""What HR hears of messages that went astray, and what it can do about them."""

import pytest
from sqlmodel import col, select

from bot.domain.messages.sessions import LeaderPackMessage
from bot.domain.sessions import Side
from bot.sandbox import Message
from bot.services.alerts.operator import report_failing_job, report_message
from bot.services.alerts.undelivered import report_trouble
from storage.outbox import Outgoing, outgoing
from storage.tables import Outbox, OutboxState, Person
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import book, introduced
from tests.wording import says


async def astray(office: Office, became: str, error: str, kind: str = "welcome") -> None:
    """A message to the first participant that went wrong."""
    async with office.balik.store.write(office.clock.now()) as work:
        key = f"1:{kind}:x:{became}"
        await work.send(Outgoing("T0001", key, kind, programme_id=1, person_id=2, keeps_hours=False))
        row = (await work.session.exec(select(Outbox).where(Outbox.key == key))).one()
        row.state, row.error = OutboxState(became), error
        await report_trouble(work, became, row)
        await work.commit()
    await office.run(minutes=1)


def troubles(office: Office) -> list[Message]:
    return [one for one in office.posted(office.hr_channel) if "trouble.again" in action_ids(one)]


async def test_hr_hears_once_and_sends_it_again(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await astray(office, "dead", "user_disabled")
    await astray(office, "dead", "user_disabled", kind="reminder")
    (told,) = troubles(office)
    assert f"to <@{sari.id}>, because" in texts_in(told)
    assert shows(told, "alerts.undelivered.why.account_inactive")
    assert len(sari.inbox) == 1
    await hr.click(told, "trouble.again")
    await office.run(minutes=1)
    assert len(sari.inbox) == 2
    await hr.click(told, "trouble.again")
    await office.run(minutes=1)
    assert len(sari.inbox) == 2, "it has been sent by now"


async def test_what_may_have_arrived_is_left_to_hr(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, language="id")
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await astray(office, "held", "unreadable")
    (told,) = troubles(office)
    assert says(texts_in(told), "alerts.held.body", "id")
    await hr.click(told, "trouble.forget")
    await office.run(minutes=1)
    async with office.balik.store.read(office.clock.now()) as work:
        row = await work.session.get(Outbox, int(told.blocks[-1]["elements"][0]["value"]))
    assert row
    assert row.state == OutboxState.DROPPED
    assert len(sari.inbox) == 1


async def test_what_grew_stale_is_told_in_one_message(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    for kind in ("welcome", "booking_reminder", "booking_nudge"):
        await astray(office, "expired", "expired", kind=kind)
    told = [one for one in office.posted(office.hr_channel) if shows(one, "alerts.several.expired")]
    assert len(told) == 1


async def brief_of(office: Office, slot: str) -> OutboxState:
    """What becomes of Budi's brief for his session at `slot` that could not be sent before its time was over."""
    async with office.balik.store.write(office.clock.now()) as work:
        message = LeaderPackMessage(1, slot, side=Side.LEADER)
        person_id = (await work.session.exec(select(Person.id).where(Person.name == "Budi Santoso"))).one()
        await work.send(outgoing(message, "T0001", 1, person_id=person_id, expires_at=office.clock.now()))
        await work.commit()
    await office.settle()
    async with office.balik.store.read(office.clock.now()) as work:
        (row,) = (await work.session.exec(select(Outbox).where(Outbox.kind == LeaderPackMessage.kind.name))).all()
    return row.state


async def test_material_of_a_time_that_a_session_has_no_more_is_no_trouble(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    assert (await book(office, office.people["sari"], "2027-01-27", "10:00")).ok
    assert await brief_of(office, "20270112T0300Z") is OutboxState.DROPPED
    assert not [one for one in office.posted(office.hr_channel) if shows(one, "alerts.several.expired")]


@pytest.mark.parametrize("away", [True, False])
async def test_hr_does_not_learn_that_somebody_is_away(office: Office, hr: Colleague, *, away: bool) -> None:
    await introduced(office, hr)
    assert (await book(office, office.people["sari"], "2027-01-27", "10:00")).ok
    if away:
        async with office.balik.store.write(office.clock.now()) as work:
            person = (await work.session.exec(select(Person).where(Person.name == "Budi Santoso"))).one()
            person.days_away = "2027-01-11/2027-01-12"
            await work.commit()
    assert await brief_of(office, "20270127T0300Z") is OutboxState.EXPIRED
    told = [one for one in office.posted(office.hr_channel) if shows(one, "alerts.several.expired")]
    assert len(told) == (0 if away else 1)


async def test_private_messages_are_not_told_of_in_a_channel(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    posted = len(office.posted(office.hr_channel))
    for kind in ("ask_mentor", "pair_question", "concern_receipt", "concern_undelivered"):
        await astray(office, "dead", "user_disabled", kind=kind)
    assert len(office.posted(office.hr_channel)) == posted


async def test_who_asked_to_be_contacted_hears_that_nobody_was_told(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    posted = len(office.posted(office.hr_channel))
    async with office.balik.store.write(office.clock.now()) as work:
        wish = Outgoing("T0001", "1:contact_me:x", "contact_me", 1, person_id=1, data={"person": 2})
        await work.send(wish)
        row = (await work.session.exec(select(Outbox).where(Outbox.key == wish.key))).one()
        row.state, row.error = OutboxState.DEAD, "user_disabled"
        await report_trouble(work, "dead", row)
        await work.commit()
    await office.run(minutes=1)
    assert says(texts_in(sari.inbox[-1]), "care.concern.undelivered.asked", contact=f"<@{hr.id}>")
    assert len(office.posted(office.hr_channel)) == posted


async def test_the_operator_hears_once_of_what_hr_cannot_mend(office: Office, hr: Colleague) -> None:
    adi, store = office.hire("Adi"), office.balik.store
    await office.set_up(hr)
    posted = len(office.posted(office.hr_channel))
    async with store.write(office.clock.now()) as work:
        for key, kind, programme in (("a", "export", None), ("b", "ask_mentor", 1), ("c", "welcome", 1)):
            await work.send(Outgoing("T0001", key, kind, programme, person_id=1))
        theirs = select(Outbox).where(col(Outbox.key).in_(["a", "b", "c"])).order_by(col(Outbox.key))
        rows = (await work.session.exec(theirs)).all()
        for row in rows:
            row.state, row.error = OutboxState.DEAD, "user_disabled"
            await report_message(work, adi.id, "dead", row)
            await report_message(work, "", "dead", row)
        await work.commit()
    for _ in range(2):
        await report_failing_job(store, adi.id, "sessions", office.clock.now())
    await office.run(minutes=1)
    first, second = [texts_in(one) for one in adi.inbox]
    assert "`user_disabled`" in first
    assert says(first, "alerts.operator.message", "id", number=rows[0].id)
    assert "`sessions`" in second
    assert len(office.posted(office.hr_channel)) == posted
