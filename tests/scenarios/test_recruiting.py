"""Sign-up is reminded of: twice by itself, and whenever HR asks, as long as there is something to join."""

from datetime import UTC, datetime

from tests.scenarios.office import Colleague, Office, action_ids, texts_in


async def test_the_channel_is_reminded_before_the_start_and_when_hr_asks(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    (done,) = [one for one in office.posted(office.hr_channel) if "recruit.remind" in action_ids(one)]
    assert "sponsor.open" in action_ids(done)
    await hr.click(done, "recruit.remind")
    await hr.click(done, "recruit.remind")
    await office.settle()
    _announcement, reminder = office.posted(office.general)
    assert "So far 1 mentor and 0 mentees" in texts_in(reminder)
    assert action_ids(reminder) == ["join.open"]
    assert "hari ini" in hr.whispered(office.hr_channel)[-1]
    await office.run(until=datetime(2027, 1, 31, 12, 0, tzinfo=UTC))
    days = [datetime.fromtimestamp(float(one.ts), UTC).date().isoformat() for one in office.posted(office.general)[2:]]
    assert days == ["2027-01-18", "2027-01-25"]
