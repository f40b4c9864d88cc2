"""How many messages people get: one a day, own actions answered in place, and fewer for whoever does not react."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.domain.message_budget import LIMITS
from bot.domain.messages.care import ContactMeMessage
from bot.domain.messages.people import DailyMessage
from bot.domain.messages.sessions import (
    BookingNudgeMessage,
    BookingReminderMessage,
    LeaderPackMessage,
    MentorPackMessage,
    PollLeaderMessage,
    PollMentorMessage,
)
from bot.domain.polls import Met
from bot.rehearsal.actor import elements
from bot.sandbox import Message
from tests.scenarios.office import Colleague, Office, action_ids, open_office, shows, texts_in
from tests.scenarios.pairs import (
    AGREED,
    MONDAY_11,
    agree,
    book,
    introduce,
    introduction,
    of_kind,
    release,
    sent_at,
    sessions,
    with_action,
)
from tests.scenarios.snapshots import once
from tests.wording import says


@pytest.fixture
async def daily_office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office as in a real workspace: one message a day."""
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", one_a_day=True) as opened:
        yield opened


@pytest.fixture
async def daily_pair(daily_office: Office) -> Office:
    """Sari and Budi, introduced, on the Monday on which their first session's window opens."""
    dewi = daily_office.hire("Dewi Lestari", title="HR Business Partner")
    daily_office.slack.add_member(daily_office.hr_channel, dewi.slack.user)
    await introduce(daily_office, dewi)
    await once(daily_office, daily_office.run, until=MONDAY_11)
    return daily_office


async def book_suggested(office: Office, who: Colleague, message: Message) -> None:
    """Book the first time that a message's form suggests."""
    assert (await who.click(message, "session.book")).ok
    (suggested,) = [one for one in elements(who.modal) if one["action_id"] == "suggestion"]
    assert (await who.submit({"suggestion": suggested["options"][0]["value"]})).ok
    await who.slack.close(all=True)


async def answer_all(office: Office, who: Colleague, poll: Message, own: str) -> Message:
    """Answer a poll wholly; the message as it is then."""
    for action in (f"poll.met.{Met.YES}", "poll.useful.4", own):
        assert (await who.click(now(who, poll), action)).ok
        await office.settle()
    return now(who, poll)


def now(who: Colleague, message: Message) -> Message:
    """A message as it is now."""
    return next(one for one in who.inbox if one.ts == message.ts and one.channel == message.channel)


async def test_the_answered_poll_offers_the_next_date_to_who_books(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await office.run(until=MONDAY_11)
    sari, budi = office.people["sari"], office.people["budi"]
    await sari.click(introduction(sari), "agreement.open")
    assert (await sari.submit(AGREED | {"books": "mentor"})).ok
    await budi.click(introduction(budi), "agreement.open")
    assert (await budi.click(budi.modal, "agreement.sign")).ok
    for who in (sari, budi):
        await who.slack.close(all=True)
    assert (await book(office, sari, "2027-01-14", "10:00")).ok
    await office.run(until=datetime(2027, 1, 14, 5, 0, tzinfo=UTC))
    (asked,) = of_kind(budi, PollLeaderMessage)
    assert "session.book" not in action_ids(await answer_all(office, budi, asked, "poll.own.4"))
    (asked,) = of_kind(sari, PollMentorMessage)
    assert "session.book" not in action_ids(asked), "not before it is answered"
    answered = await answer_all(office, sari, asked, "poll.own.4")
    assert shows(answered, "sessions.slots.book", number=2)
    await book_suggested(office, sari, answered)
    (_, second, *_) = await sessions(office)
    assert second.starts_at is not None
    await office.run(until=second.starts_at)
    for kind in (BookingNudgeMessage, BookingReminderMessage):
        assert of_kind(sari, kind, session=second.id) == [], "the date was picked in the poll"
    again = now(sari, asked)
    assert "session.book" not in action_ids(again) or (await sari.click(again, "session.book")).ok


async def test_at_most_one_message_at_the_start_of_a_day(daily_pair: Office) -> None:
    """Polls and answers to one's own actions apart; the introduction is a message of its own, with the chat's."""
    sari, budi = daily_pair.people["sari"], daily_pair.people["budi"]
    await agree(daily_pair)
    assert (await book(daily_pair, sari, "2027-01-21", "10:00")).ok
    await daily_pair.run(until=datetime(2027, 3, 5, 10, 0, tzinfo=UTC))
    for who in (sari, budi):
        polls = of_kind(who, PollMentorMessage, PollLeaderMessage)
        days = Counter(sent_at(one).date() for one in who.inbox if one not in polls)
        introduced = sent_at(introduction(who)).date()
        assert all(count == 1 for day, count in days.items() if day > introduced), days


async def test_several_things_of_a_day_are_one_message_and_change_apart(daily_office: Office) -> None:
    """The leader's survey comes with the agreement that the mentor wrote on the day before."""
    office = daily_office
    dewi = office.hire("Dewi Lestari", title="HR Business Partner")
    office.slack.add_member(office.hr_channel, dewi.slack.user)
    await introduce(office, dewi)
    sari, budi = office.people["sari"], office.people["budi"]
    await sari.click(introduction(sari), "agreement.open")
    assert (await sari.submit(AGREED)).ok
    await sari.slack.close(all=True)
    await office.run(until=datetime(2027, 1, 6, 4, 0, tzinfo=UTC))  # the fifth is a holiday
    (message,) = of_kind(budi, DailyMessage)
    assert shows(message, "agreement.proposed.body")
    (action, *_) = [one for one in action_ids(message) if one.startswith("measure.give")]
    assert (await budi.click(message, action)).ok
    await office.settle()
    assert "agreement.sign" in action_ids(now(budi, message)), "the other part is as it was"
    assert (await budi.click(now(budi, message), "agreement.sign")).ok
    await office.settle()
    changed = now(budi, message)
    assert "agreement.sign" not in action_ids(changed)
    assert any(one.startswith("measure.") for one in action_ids(changed)), "and so is this one"


async def test_who_reacts_to_nothing_gets_fewer_and_fewer(daily_pair: Office) -> None:
    """Sari books and waits, month after month; Budi never answers and never comes."""
    office = daily_pair
    sari, budi = office.people["sari"], office.people["budi"]
    for month in range(1, 7):
        await office.run(until=datetime(2027, month, 12, 6, 0, tzinfo=UTC))
        for asked in reversed(with_action(sari, "session.book")):
            if any(one["action_id"] == "session.book" for one in elements(asked)):
                await book_suggested(office, sari, asked)
                break
    home = await budi.open_home()
    assert home is not None
    assert shows(home, "home.daily.rare")
    await office.run(until=datetime(2027, 8, 1, 6, 0, tzinfo=UTC))
    polls, material = of_kind(budi, PollLeaderMessage), of_kind(budi, LeaderPackMessage)
    assert 0 < len(polls) <= 4, [sent_at(one) for one in polls]
    assert 0 < len(material) <= 4, [sent_at(one) for one in material]
    assert len(budi.inbox) < LIMITS.median


async def test_remind_me_less_below_a_reminder_and_on_home(daily_pair: Office) -> None:
    office = daily_pair
    sari = office.people["sari"]
    nudge = next(one for one in reversed(sari.inbox) if "remind.less" in action_ids(one))
    assert (await sari.click(nudge, "remind.less")).ok
    home = await sari.open_home()
    assert home is not None
    assert shows(home, "home.daily.rare")
    since = office.clock.now()
    await office.run(until=datetime(2027, 3, 12, 6, 0, tzinfo=UTC))
    reminders = [one for one in sari.inbox if sent_at(one) > since and "session.book" in action_ids(one)]
    days = sorted(sent_at(one).date() for one in reminders)
    assert all(later - earlier >= timedelta(days=7) for earlier, later in pairwise(days)), days
    home = await sari.open_home()
    assert home is not None
    assert (await sari.click(home, "remind.more")).ok
    home = await sari.open_home()
    assert home is not None
    assert "remind.less" in action_ids(home)
    assert "remind.more" not in action_ids(home)


async def test_material_in_a_days_message_follows_a_moved_session(daily_office: Office) -> None:
    """The mentor's material comes with the survey; the other part stays as it is."""
    office = daily_office
    dewi = office.hire("Dewi Lestari", title="HR Business Partner")
    office.slack.add_member(office.hr_channel, dewi.slack.user)
    await introduce(office, dewi)
    sari = office.people["sari"]
    assert (await book(office, sari, "2027-01-12", "10:00")).ok
    await office.run(until=datetime(2027, 1, 7, 4, 0, tzinfo=UTC))
    message = of_kind(sari, DailyMessage)[-1]
    assert message in of_kind(sari, MentorPackMessage, session=1)
    assert "Tuesday 12 January 2027, 10:00" in texts_in(message)
    survey = [one for one in action_ids(message) if one.startswith("measure.give")]
    assert survey
    assert (await book(office, sari, "2027-01-13", "11:00", reason="busy")).ok
    await office.run(minutes=5)
    changed = now(sari, message)
    assert "Wednesday 13 January 2027, 11:00" in texts_in(changed)
    assert survey == [one for one in action_ids(changed) if one.startswith("measure.give")]


async def test_answers_on_home_also_change_their_part_of_the_days_message(daily_office: Office) -> None:
    dewi = daily_office.hire("Dewi Lestari", title="HR Business Partner")
    daily_office.slack.add_member(daily_office.hr_channel, dewi.slack.user)
    await introduce(daily_office, dewi)
    sari, budi = daily_office.people["sari"], daily_office.people["budi"]
    await sari.click(introduction(sari), "agreement.open")
    assert (await sari.submit(AGREED)).ok
    await daily_office.run(until=MONDAY_11)
    (asked,) = with_action(budi, "measure.give")
    assert "agreement.sign" in action_ids(asked), "the questions come with something else"
    await budi.open_home()
    assert (await budi.click(budi.slack.home, "measure.open")).ok
    for answer in ("skill.2", "understanding.3", "openness.3", "collaboration.4", "used.0", "practised.2"):
        assert (await budi.click(None, f"measure.give.{answer}")).ok
    shown = now(budi, asked)
    assert not any(one.startswith("measure.give") for one in action_ids(shown))
    assert says(texts_in(shown), "surveys.before.thanks")
    assert "agreement.sign" in action_ids(shown)


async def test_who_asks_for_help_in_a_days_message_about_two_pairs_gets_it(daily_office: Office) -> None:
    """The other pair's partner, who is named in the same message, is not taken for a contact."""
    dewi = daily_office.hire("Dewi Lestari", title="HR Business Partner")
    daily_office.slack.add_member(daily_office.hr_channel, dewi.slack.user)
    sari = daily_office.hire("Sari Wulandari")
    await daily_office.set_up(dewi, starts_on="2027-01-11")
    await daily_office.join(sari, "mentor", "specialist", "Marketing")
    for name, department in (("Budi Santoso", "Finance"), ("Agus Wijaya", "Sales")):
        await daily_office.join(daily_office.hire(name), "mentee", "director", department)
    await release(daily_office, dewi)
    await daily_office.run(until=datetime(2027, 1, 26, 9, 0, tzinfo=UTC))
    (asked,) = [one for one in sari.inbox if action_ids(one).count("risk.say.help") == 2]
    blocks = [
        one["block_id"]
        for one in asked.blocks
        if any(element.get("action_id") == "risk.say.help" for element in one.get("elements", ()))
    ]
    assert (await sari.click(asked, "risk.say.help", block_id=blocks[0])).ok
    await daily_office.run(hours=1)
    assert not shows(now(sari, asked), "care.at_risk.ask_mentor.title")
    assert f"<@{sari.id}>" in "".join(texts_in(one) for one in of_kind(dewi, ContactMeMessage))
