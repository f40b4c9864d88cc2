"""HR's calendar: a day off added, a holiday on which people work, and what was due then."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.domain.messages.programme import SessionDayOffMessage
from bot.domain.messages.sessions import (
    BookingNudgeMessage,
    LeaderPackMessage,
    MentorPackMessage,
    PollLeaderMessage,
    PollMentorMessage,
)
from storage.outbox import Outgoing
from storage.tables import Outbox, OutboxState
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.pairs import agree, book, introduce, of_kind, sent_at
from tests.scenarios.programme.test_hr_channel import speak


async def days_off(hr: Colleague, values: dict[str, object]) -> dict[str, str]:
    """HR opens the form from the set-up form and saves; the errors at its fields."""
    await hr.command("setup", hr.office.hr_channel)
    assert (await hr.click(hr.modal, "days.open")).ok
    errors = (await hr.submit(values)).errors
    await hr.slack.close(all=True)
    await hr.office.run(minutes=1)
    return errors


async def test_a_day_added_moves_what_was_due_and_asks_who_meets_then(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await agree(office)
    sari, budi = office.people["sari"], office.people["budi"]
    # The programme begins on Monday 11 January: HR makes it and the next day off.
    assert await days_off(hr, {"first": "2027-01-11", "last": "2027-01-12"}) == {}
    await office.run(until=datetime(2027, 1, 12, 10, 0, tzinfo=UTC))
    assert of_kind(budi, BookingNudgeMessage, session=1) == []
    await office.run(until=datetime(2027, 1, 13, 3, 0, tzinfo=UTC))
    (nudge,) = of_kind(budi, BookingNudgeMessage, session=1)
    assert sent_at(nudge) == datetime(2027, 1, 13, 2, 0, tzinfo=UTC)
    outcome = await book(office, sari, "2027-01-21", "10:00")
    assert outcome.ok
    assert await days_off(hr, {"first": "2027-01-21"}) == {}
    for who in (sari, budi):
        (told,) = of_kind(who, SessionDayOffMessage)
        assert shows(told, "programme.days_off.told.body", when="Thursday 21 January 2027, 10:00 WIB")
        assert action_ids(told) == ["session.move"]
    # Saving the same again, or taking it back, tells nobody anything more.
    assert await days_off(hr, {"first": "2027-01-21"}) == {}
    await office.run(until=datetime(2027, 1, 22, 10, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert len(of_kind(who, SessionDayOffMessage)) == 1
        (material,) = of_kind(who, MentorPackMessage, LeaderPackMessage, session=1)
        assert sent_at(material) < datetime(2027, 1, 21, tzinfo=UTC), "not on the day off"
        (poll,) = of_kind(who, PollMentorMessage, PollLeaderMessage, session=1)
        assert sent_at(poll).date().isoformat() == "2027-01-22"


async def test_a_holiday_on_which_people_work(office: Office, hr: Colleague) -> None:
    await introduce(office, hr, starts_on="2027-01-05")
    await agree(office)
    assert set(await days_off(hr, {})) == {"first"}
    assert set(await days_off(hr, {"last": "2027-02-08"})) == {"first"}
    assert set(await days_off(hr, {"first": "2026-12-01"})) == {"first"}
    assert set(await days_off(hr, {"first": "2027-02-08", "last": "2027-02-01"})) == {"last"}
    await hr.command("setup", office.hr_channel)
    await hr.click(hr.modal, "days.open")
    assert "Isra" in texts_in(hr.modal)
    menu = next(part for part in parts_of(hr.modal.blocks) if part.get("type") == "multi_static_select")
    assert "2027-01-05" in [one["value"] for one in menu["options"]]
    assert (await hr.submit({"worked": ["2027-01-05"]})).ok
    await hr.slack.close(all=True)
    await office.run(until=datetime(2027, 1, 5, 10, 0, tzinfo=UTC))
    (nudge,) = of_kind(office.people["budi"], BookingNudgeMessage, session=1)
    assert sent_at(nudge) == datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    assert await days_off(hr, {"first": "2027-02-09"}) == {}, "and a day added can be taken back"
    assert await days_off(hr, {"worked": ["2027-02-09"]}) == {}
    assert (await book(office, office.people["sari"], "2027-02-09", "10:00")).ok


async def test_what_is_planned_for_a_later_day_stays_so(office: Office, hr: Colleague) -> None:
    """Delivery looks again at what waits for working hours, and at nothing that has its own day."""
    await introduce(office, hr)
    now, later = office.clock.now(), office.clock.now() + timedelta(days=9)
    async with office.balik.store.write(now) as work:
        for key, due_at in (("planned", later), ("waits", now)):
            await work.send(Outgoing("T0001", key, "welcome", 1, person_id=2, due_at=due_at))
        waits = (await work.session.exec(select(Outbox).where(Outbox.key == "waits"))).one()
        waits.due_at = now + timedelta(days=2)
        await work.commit()
    assert await days_off(hr, {"first": "2027-02-09"}) == {}
    async with office.balik.store.read(office.clock.now()) as work:
        rows = {row.key: row for row in (await work.session.exec(select(Outbox))).all()}
    assert rows["planned"].due_at == later
    assert rows["waits"].state is OutboxState.SENT


@pytest.mark.parametrize(("language", "holiday"), [("id", "Cuti Bersama"), ("en", "Joint Holiday")])
async def test_hr_sees_joint_leave_by_name_from_the_start(
    office: Office, hr: Colleague, language: str, holiday: str
) -> None:
    await office.set_up(hr, language=language)
    await office.run(minutes=1)
    (message,) = [one for one in office.posted(office.hr_channel) if "days.open" in action_ids(one)]
    dates = [line for line in texts_in(message).splitlines() if line.startswith("• ")]
    assert len(dates) == 5, "the next steps below are found"
    assert any(holiday in line for line in dates)
    assert shows(message, "programme.days_off.form.more", language)
    await speak(office, hr, language)
    assert (await hr.click(message, "days.open")).ok
    shown = [line for line in texts_in(hr.modal).splitlines() if line.startswith("• ") and holiday in line]
    assert len(shown) == 7, shown
    menu = next(part for part in parts_of(hr.modal.blocks) if part.get("type") == "multi_static_select")
    assert "2027-03-12" in [one["value"] for one in menu["options"]]


async def test_nobody_is_messaged_on_joint_leave(office: Office, hr: Colleague) -> None:
    await introduce(office, hr, starts_on="2027-02-05")
    await agree(office)
    await office.run(until=datetime(2027, 2, 5, 12, 0, tzinfo=UTC))
    eve = datetime(2027, 2, 4, 17, 0, tzinfo=UTC)
    for name in ("sari", "budi"):
        assert [one.text for one in office.people[name].inbox if sent_at(one) >= eve] == []
    await office.run(until=datetime(2027, 2, 9, 12, 0, tzinfo=UTC))
    assert [one for one in office.people["budi"].inbox if sent_at(one) >= eve], "it comes on the next working day"
