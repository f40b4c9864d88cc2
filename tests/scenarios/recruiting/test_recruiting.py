"""Sign-up is reminded of: twice by itself, and whenever HR asks, as long as there is something to join."""

from datetime import UTC, datetime

from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import sent_at
from tests.wording import label, says

SATURDAY = datetime(2027, 1, 9, 3, 0, tzinfo=UTC)


async def test_the_channel_is_reminded_before_the_start_and_when_hr_asks(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    (done,) = [one for one in office.posted(office.hr_channel) if "recruit.remind" in action_ids(one)]
    assert {"sponsor.open", "match.draw"} <= set(action_ids(done))
    await hr.click(done, "recruit.remind")
    await hr.click(done, "recruit.remind")
    await office.settle()
    _announcement, reminder = office.posted(office.general)
    assert shows(reminder, "recruiting.reminder.body", mentors=1, leaders=0)
    assert action_ids(reminder) == ["join.open"]
    assert says(hr.whispered(office.hr_channel)[-1], "errors.reminded_today", "id")
    await office.run(until=datetime(2027, 1, 31, 12, 0, tzinfo=UTC))
    days = [datetime.fromtimestamp(float(one.ts), UTC).date().isoformat() for one in office.posted(office.general)[2:]]
    assert days == ["2027-01-18", "2027-01-25"]


async def test_hr_sees_who_signs_up_as_it_happens(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    (first,) = [one for one in office.posted(office.hr_channel) if "recruit.remind" in action_ids(one)]
    assert shows(first, "recruiting.count.body", people=0)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    budi = office.hire("Budi Santoso")
    await office.join(budi, "mentee", "director", "Finance", wishes=["tiktok_marketing", "ai_tools"])
    updates = [call["method"] for call in office.slack.calls].count("chat.update")
    await office.run(minutes=1)
    missing = label("labels.in_text.topics.tiktok_marketing")
    counted = {"people": 2, "mentors": 1, "leaders": 1, "both": 0, "missing": missing}
    assert shows(first, "recruiting.count.body", **counted)
    assert "09:01" in texts_in(first)
    assert [call["method"] for call in office.slack.calls].count("chat.update") == updates + 1, "once for both"
    await budi.command("leave")
    await budi.submit({})
    await office.run(minutes=2)
    assert shows(first, "recruiting.count.body", people=1)
    posted = len(office.posted(office.hr_channel))
    await office.run(minutes=30)
    assert len(office.posted(office.hr_channel)) == posted, "the message itself says it; no other comes"


async def test_a_reminder_asked_for_at_the_weekend_comes_on_monday(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    (done,) = [one for one in office.posted(office.hr_channel) if "recruit.remind" in action_ids(one)]
    await office.run(until=SATURDAY)
    assert (await hr.click(done, "recruit.remind")).ok
    await office.run(days=3)
    _announcement, reminder = office.posted(office.general)
    assert sent_at(reminder).weekday() == 0


async def test_a_programme_opens_only_where_the_settings_allow(office: Office, hr: Colleague) -> None:
    elsewhere = office.slack.add_channel("diam-diam", private=True, members=[hr.id])
    office.slack.invite_bot(elsewhere)
    office.balik.context.hr_channels = frozenset({office.hr_channel.id})
    await hr.command("setup", elsewhere)
    assert says(hr.whispered(elsewhere)[-1], "errors.setup_elsewhere", "id")
    assert (await office.set_up(hr)).ok
