"""Slack refuses for a while, or a channel or a person for good: who learns of it, and that nothing is lost."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select

from bot.app import _report
from bot.sandbox import Fault, Message
from bot.services.alerts.undelivered import report_trouble
from bot.services.caller import Caller
from bot.services.privacy.erasure import erase
from storage.outbox import Outgoing
from storage.tables import Outbox, OutboxState, Person
from tests.scenarios.office import Colleague, Office, texts_in
from tests.scenarios.pairs import introduce, receiving


def refuse(office: Office, error: str, method: str = "chat.postMessage", **details: Any) -> Fault:
    return office.slack.faults.add(Fault("refused", method, error=error, **details))


async def rows(office: Office, *kinds: str) -> list[Outbox]:
    async with office.balik.store.read(office.clock.now()) as work:
        wanted = select(Outbox).order_by(col(Outbox.id))
        found = (await work.session.exec(wanted)).all()
    return [row for row in found if not kinds or row.kind in kinds]


async def with_operator(office: Office) -> Colleague:
    """Somebody who runs the bot, as BALIK_OPERATOR names them."""
    adi = office.hire("Adi Operator")
    office.balik.delivery.on_trouble = partial(_report, adi.id)
    office.balik.context.channels.operator = adi.id
    return adi


def alerts(who: Colleague) -> list[Message]:
    return [one for one in who.inbox if "python -m bot" in texts_in(one)]


@pytest.mark.parametrize("error", ["ekm_access_denied", "missing_scope", "org_login_required", "invalid_auth"])
async def test_ten_minutes_of_refusals_lose_nothing_and_the_operator_hears_after(
    office: Office, hr: Colleague, error: str
) -> None:
    """The finding: everything that was due died, and the notice about it with it."""
    adi = await with_operator(office)
    await office.set_up(hr)
    refuse(office, error)
    for number in range(8):
        await office.join(office.hire(f"Orang{number} Kantor"), "mentor", "specialist", "Marketing")
    await office.run(minutes=10)
    assert {row.state for row in await rows(office, "welcome", "operator_alert")} == {OutboxState.PENDING}
    assert alerts(adi) == []
    office.slack.faults.clear()
    await office.run(minutes=15)
    assert {row.state for row in await rows(office, "welcome", "operator_alert")} == {OutboxState.SENT}
    assert all(len(office.people[f"orang{number}"].inbox) == 1 for number in range(8))
    (told,) = alerts(adi)
    assert f"`{error}`" in texts_in(told)


async def test_without_an_operator_hr_hears_of_it_after(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    posted = len(office.posted(office.hr_channel))
    refuse(office, "accesslimited")
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    await office.run(minutes=10)
    office.slack.faults.clear()
    await office.run(minutes=15)
    told = [one for one in office.posted(office.hr_channel)[posted:] if "accesslimited" in texts_in(one)]
    assert len(told) == 1


async def test_a_notice_whose_channel_is_gone_finds_the_operator(office: Office, hr: Colleague) -> None:
    adi = await with_operator(office)
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    office.slack.archive(office.hr_channel)
    refuse(office, "user_disabled", times=1)
    async with office.balik.store.write(office.clock.now()) as work:
        reader = (await work.session.exec(select(Person).where(Person.slack_id == sari.id))).one()
        await work.send(Outgoing("T0001", "1:welcome:x:", "welcome", 1, person_id=reader.id, keeps_hours=False))
        await work.commit()
    await office.run(minutes=5)
    (dead,) = [row for row in await rows(office, "welcome") if row.state == OutboxState.DEAD]
    told = [texts_in(one) for one in alerts(adi)]
    assert any(f" {dead.id} " in text and "user_disabled" in text for text in told), told


async def test_a_message_to_hrs_channel_that_is_gone_reaches_the_operator(office: Office, hr: Colleague) -> None:
    adi = await with_operator(office)
    await office.set_up(hr)
    office.slack.archive(office.hr_channel)
    async with office.balik.store.write(office.clock.now()) as work:
        key = "1:summary:9:"
        channel = office.hr_channel.id
        await work.send(Outgoing("T0001", key, "summary", 1, channel=channel, keeps_hours=False))
        await work.commit()
    await office.run(minutes=5)
    assert [row.state for row in await rows(office, "summary")] == [OutboxState.PENDING], "it waits for the channel"
    assert receiving(adi, "programme.hr_channel.trouble.what.archived", "id")


FINAL = ["user_disabled", "cannot_dm_bot", "is_archived", "restricted_action", "invalid_blocks", "msg_too_long"]


@pytest.mark.parametrize("error", [*FINAL, "a_code_of_next_year", "access_denied"])
async def test_a_concern_that_cannot_be_delivered_is_told_to_its_writer(
    office: Office, hr: Colleague, error: str
) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    await raise_concern(office, sari, hr, error)
    await office.run(hours=1)
    (concern,) = await rows(office, "concern_contact")
    assert concern.state == OutboxState.DEAD
    assert [row.state for row in await rows(office, "concern_undelivered")] == [OutboxState.SENT]
    assert not any("concern" in texts_in(one).lower() for one in office.posted(office.hr_channel)[-1:])


async def test_a_concern_waits_for_a_workspace_that_refuses_everything(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await raise_concern(office, office.people["sari"], hr, "ekm_access_denied")
    await office.run(minutes=10)
    assert [row.state for row in await rows(office, "concern_contact")] == [OutboxState.PENDING]
    office.slack.faults.clear()
    await office.run(minutes=15)
    assert [row.state for row in await rows(office, "concern_contact")] == [OutboxState.SENT]
    assert await rows(office, "concern_undelivered") == []


async def test_a_concern_that_waits_for_a_permission_is_told_to_its_writer(office: Office, hr: Colleague) -> None:
    """Without im:write the contact's DM cannot be opened: nobody knows when somebody puts that right."""
    await introduce(office, hr)
    sari = office.people["sari"]
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.exec(select(Person).where(Person.slack_id == hr.id))).one().dm_channel = None
        await work.commit()
    refuse(office, "missing_scope", "conversations.open")
    await sari.command("concern")
    await sari.submit({"text": "Saya tidak nyaman."})
    await office.run(hours=1)
    office.clock.advance(timedelta(hours=23))  # each of its many tries in between is like the others
    await office.run(hours=1)
    assert [row.state for row in await rows(office, "concern_contact")] == [OutboxState.PENDING]
    assert await rows(office, "concern_undelivered") == []
    office.clock.advance(timedelta(hours=70))
    await office.run(hours=2)
    assert [row.state for row in await rows(office, "concern_contact")] == [OutboxState.EXPIRED]
    assert [row.state for row in await rows(office, "concern_undelivered")] == [OutboxState.SENT]


async def test_a_concern_to_a_contact_who_is_gone_is_told_to_its_writer(office: Office, hr: Colleague) -> None:
    """They were deactivated after it was written and before it was sent."""
    await introduce(office, hr)
    sari = office.people["sari"]
    refuse(office, "ekm_access_denied")
    await raise_concern(office, sari, hr, "ekm_access_denied")
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.exec(select(Person).where(Person.slack_id == hr.id))).one().active = False
        await work.commit()
    office.slack.faults.clear()
    await office.run(minutes=30)
    assert [row.state for row in await rows(office, "concern_contact")] == [OutboxState.DROPPED]
    assert [row.state for row in await rows(office, "concern_undelivered")] == [OutboxState.SENT]


async def raise_concern(office: Office, writer: Colleague, contact: Colleague, error: str) -> None:
    """Written down, and about to be sent to the contact, of whom Slack says `error`."""
    await office.run(minutes=5)
    await writer.command("concern")
    await writer.submit({"text": "Saya tidak nyaman."})
    post = office.balik.gateway.post
    dm = office.slack.workspace.open_dm(contact.id)

    async def to_the_contact_only(channel: str, *arguments: Any) -> Any:
        office.slack.faults.clear()
        if channel == dm.id:
            refuse(office, error, times=1)
        return await post(channel, *arguments)

    if error == "ekm_access_denied":
        refuse(office, error)
    else:
        office.balik.gateway.post = to_the_contact_only  # type: ignore[method-assign,assignment]  # one DM is refused


async def test_files_that_may_not_be_shared_do_not_hold_back_the_message(office: Office, hr: Colleague) -> None:
    """A missing files:write: what comes with the files says so, and everything else goes on."""
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    fault = refuse(office, "missing_scope", "files.getUploadURLExternal")
    await ask_for_export(office, sari)
    await office.run(minutes=5)
    assert fault.struck == 1
    assert [row.state for row in await rows(office, "export")] == [OutboxState.SENT]


async def test_files_wait_for_what_passes(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    refuse(office, "internal_error", "files.getUploadURLExternal", times=2)
    await ask_for_export(office, sari)
    await office.run(minutes=10)
    assert [row.state for row in await rows(office, "export")] == [OutboxState.SENT]
    assert sum(call["method"] == "files.completeUploadExternal" for call in office.slack.calls) == 1


async def ask_for_export(office: Office, who: Colleague) -> None:
    async with office.balik.store.write(office.clock.now()) as work:
        reader = (await work.session.exec(select(Person).where(Person.slack_id == who.id))).one()
        await work.send(Outgoing("T0001", "0:export:1:", "export", person_id=reader.id, keeps_hours=False))
        await work.commit()


async def test_what_was_written_to_an_erased_person_is_deleted_once_slack_lets_us(
    office: Office, hr: Colleague
) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    assert sari.inbox
    refuse(office, "ekm_access_denied", "chat.delete")
    async with office.balik.store.write(office.clock.now()) as work:
        person = (await work.session.exec(select(Person).where(Person.slack_id == sari.id))).one()
        person.erased_at = person.clean_at = office.clock.now()
        await work.commit()
    await office.run(minutes=12)
    assert sari.inbox
    office.slack.faults.clear()
    await office.run(minutes=15)
    assert not sari.inbox


async def test_a_concern_that_the_operator_drops_is_told_to_its_writer(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await raise_concern(office, office.people["sari"], hr, "ekm_access_denied")
    await office.run(minutes=1)
    (concern,) = await rows(office, "concern_contact")
    async with office.balik.store.write(office.clock.now()) as work:
        row = await work.session.get_one(Outbox, concern.id)
        row.state = OutboxState.DROPPED
        await report_trouble(work, "dropped", row)
        await work.commit()
    office.slack.faults.clear()
    await office.run(until=office.clock.now() + timedelta(minutes=15))
    assert [row.state for row in await rows(office, "concern_undelivered")] == [OutboxState.SENT]


async def test_a_concern_to_a_contact_who_erases_themselves_is_told_to_its_writer(
    office: Office, hr: Colleague
) -> None:
    await introduce(office, hr)
    await raise_concern(office, office.people["sari"], hr, "ekm_access_denied")
    caller = Caller("T0001", hr.id, "erase-1", office.clock.now())
    assert await erase(office.balik.store, caller)
    office.slack.faults.clear()
    await office.run(minutes=30)
    assert [row.state for row in await rows(office, "concern_contact")] == [OutboxState.DROPPED]
    assert [row.state for row in await rows(office, "concern_undelivered")] == [OutboxState.SENT]
