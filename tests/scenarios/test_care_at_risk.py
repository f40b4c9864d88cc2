"""Pairs that need attention: in which order who hears what, and what nobody hears."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.care import Signal, SignalKind
from bot.sandbox import Message
from bot.services.care.at_risk import signals_of
from bot.services.pair_context import couple
from storage.tables import ActionCard
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.pairs import (
    agree,
    answers,
    book,
    introduce,
    on_monday,
    pairs,
    sessions,
    telling,
    with_action,
)


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, with their agreement signed: nothing else is missing yet."""
    await introduce(office, hr)
    await agree(office)
    await on_monday(office)
    return office


def hr_heard(office: Office) -> list[str]:
    """What HR was told of pairs at risk, beside its weekly summaries."""
    return [texts_in(one) for one in alarms(office)]


def alarms(office: Office) -> list[Message]:
    return [one for one in office.posted(office.hr_channel) if "risk.hr_nudge" in action_ids(one)]


def beside_summaries(office: Office) -> list[Message]:
    return [one for one in office.posted(office.hr_channel) if "summary" not in texts_in(one)]


async def test_step_by_step_nudge_question_hr_offer(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(until=datetime(2027, 1, 20, 9, 0, tzinfo=UTC))
    assert telling(sari, "first session has no date yet") == []
    await pair.run(until=datetime(2027, 1, 21, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        (nudge,) = telling(who, "Your first session has no date yet")
        assert action_ids(nudge) == ["session.book"]
        assert telling(who, "what would help most") == []
    await pair.run(until=datetime(2027, 1, 26, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert len(telling(who, "May I ask what would help most")) == 1
    assert hr_heard(pair) == []
    await pair.run(until=datetime(2027, 2, 1, 9, 0, tzinfo=UTC))
    (told,) = hr_heard(pair)
    assert "their first session has no date" in told
    home = await hr.open_home()
    assert home
    assert "1 pasangan belum terbantu" in texts_in(home), "HR's next step"
    assert telling(sari, "not every pair works out") == []
    await pair.run(until=datetime(2027, 2, 9, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert len(telling(who, "not every pair works out")) == 1
        assert len(telling(who, "Your first session has no date yet")) == 1, "no step is taken twice"


async def test_a_booked_pair_is_left_in_peace(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-02-09", "10:00")).ok
    await pair.run(until=datetime(2027, 2, 9, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert with_action(who, "risk.") == []
        assert telling(who, "even thirty minutes") == []
    assert hr_heard(pair) == []


async def test_a_leader_who_keeps_moving_is_noticed_without_being_blamed(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    for day in ("25", "28"):
        await pair.run(minutes=2)
        assert (await book(pair, budi, f"2027-01-{day}", "10:00", reason="busy")).ok
    await pair.run(days=2)
    for who in (sari, budi):
        (nudge,) = telling(who, "has moved a few times")
        assert "keep the time you have" in texts_in(nudge)
        assert "Thursday 28 January" in texts_in(nudge)
        assert "Budi" not in texts_in(nudge).replace("Pak Budi", "")
    await pair.run(until=datetime(2027, 1, 27, 9, 0, tzinfo=UTC))
    (told,) = hr_heard(pair)
    assert "the mentee's side moved the session twice" in told


async def test_nobody_is_asked_to_keep_a_time_that_is_over(pair: Office) -> None:
    sari = pair.people["sari"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    await sari.click(telling(sari, "session 1?")[0], "poll.met.no_show")
    await pair.run(days=1)
    (nudge,) = telling(sari, "The last session didn't happen")
    assert "14 January" not in texts_in(nudge)
    assert action_ids(nudge) == ["session.book"]


async def test_low_honesty_is_the_mentors_own_until_they_ask_for_somebody(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    (poll,) = telling(sari, "session 1?")
    for action in ("poll.met.yes", "poll.useful.4", "poll.own.1"):
        await sari.click(telling(sari, "session 1?")[0], action)
    posted, to_budi = len(beside_summaries(pair)), len(budi.inbox)
    await pair.run(minutes=20)
    assert telling(sari, "isn't always easy") == [], "a slip of the finger can be put right first"
    await pair.run(hours=1)
    (asked,) = telling(sari, "isn't always easy")
    assert f"Would you like <@{hr.id}> to contact you" in texts_in(asked)
    assert action_ids(asked) == ["risk.say.fine", "risk.say.help", "part.open"], "what says that only she was asked"
    await pair.run(until=datetime(2027, 1, 28, 9, 0, tzinfo=UTC))
    assert telling(hr, f"<@{sari.id}>") == [], "nobody is told, not even the contact, unless she says so"
    assert len(beside_summaries(pair)) == posted
    assert not [one for one in budi.inbox[to_budi:] if "risk" in "".join(action_ids(one))]
    assert poll.ts
    await sari.click(asked, "risk.say.help")
    await pair.run(hours=1)
    assert len(telling(hr, f"<@{sari.id}>")) == 1, "the contact is told, by DM"
    assert len(beside_summaries(pair)) == posted
    (row,) = await pairs(pair)
    assert row.next_check_at is None or row.next_check_at > pair.clock.now()


async def test_private_answers_stay_private(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(until=datetime(2027, 1, 26, 9, 0, tzinfo=UTC))
    (to_sari,), (to_budi,) = with_action(sari, "risk.say"), with_action(budi, "risk.say")
    posted = len(beside_summaries(pair))
    await budi.click(to_budi, "risk.say.easier")
    (to_budi,) = telling(budi, "it may be shorter")
    assert action_ids(to_budi) == ["session.book"]
    await sari.click(to_sari, "risk.say.help")
    await pair.run(minutes=5)
    assert len(telling(hr, f"<@{sari.id}>")) == 1
    assert len(beside_summaries(pair)) == posted
    assert len(telling(budi, "contact you")) == 0


async def test_hr_cannot_tell_that_a_pair_wrote_an_action_card(pair: Office) -> None:
    store, now = pair.balik.store, datetime(2027, 2, 5, 9, 0, tzinfo=UTC)
    ((row,), before) = await pairs(pair), await seen_by_hr(pair, now)
    assert SignalKind.STALLED in [one.kind for one in before]
    card = ActionCard(
        team_id=row.team_id,
        pair_id=row.id,
        insight="The weekly report is copied by hand",
        kind="habit",
        change="Fill it in once",
        owner="mentee",
        due_on=now.date(),
        written_by="mentor",
        written_at=now - timedelta(days=3),
    )
    async with store.write(now) as work:
        work.session.add(card)
        await work.commit()
    assert await seen_by_hr(pair, now) == before


async def seen_by_hr(office: Office, now: datetime) -> list[Signal]:
    (row,) = await pairs(office)
    async with office.balik.store.read(now) as work:
        one = await couple(work.session, row.id)
        return await signals_of(work, one) if one else []


async def test_asking_for_another_partner_names_nobody(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(until=datetime(2027, 1, 26, 4, 0, tzinfo=UTC))
    for who in (sari, budi):
        (question,) = with_action(who, "risk.say")
        await who.click(question, "risk.say.rematch")
    await pair.run(minutes=5)
    told = [texts_in(one) for one in pair.posted(pair.hr_channel) if "other partners" in texts_in(one)]
    assert len(told) == 1, "once, whether one or both asked"
    assert f"<@{sari.id}> and <@{budi.id}>" in told[0]


async def test_hr_acts_from_the_message_and_only_hr(pair: Office, hr: Colleague) -> None:
    sari = pair.people["sari"]
    await pair.run(until=datetime(2027, 2, 1, 9, 0, tzinfo=UTC))
    (message,) = alarms(pair)
    await pair.run(days=1)
    nudged = len(telling(sari, "What helps most"))
    assert (await hr.click(message, "risk.hr_nudge")).ok
    await pair.run(hours=1)
    assert len(telling(sari, "What helps most")) == nudged + 1
    # Somebody who was let into the channel's history, but is no member of it.
    tono = pair.hire("Tono Wijaya")
    pair.slack.add_member(pair.hr_channel, tono.slack.user)
    await pair.run(minutes=5)
    pair.slack.remove_member(pair.hr_channel, tono.id)
    with pytest.raises(PermissionError):
        await tono.click(message, "risk.hr_nudge")


async def test_a_pause_is_no_trouble(pair: Office) -> None:
    sari = pair.people["sari"]
    await sari.command("pause")
    await sari.submit({})
    await pair.run(until=datetime(2027, 2, 8, 3, 0, tzinfo=UTC))
    await sari.command("resume")
    await pair.run(days=3)
    for who in (sari, pair.people["budi"]):
        assert telling(who, "has no date yet. What helps") == []
        assert with_action(who, "risk.") == []
    assert hr_heard(pair) == []


async def test_the_end_thanks_both_and_one_thanks_the_other(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    await sari.click(telling(sari, "session 1?")[0], "poll.met.yes")
    await pair.run(until=datetime(2027, 8, 2, 9, 0, tzinfo=UTC))
    (bye,) = telling(sari, "ends here")
    assert "in 1 session" in texts_in(bye)
    (told,) = [texts_in(one) for one in pair.posted(pair.hr_channel) if "has ended" in texts_in(one)]
    assert "1 of 1" in told
    await sari.click(bye, "closing.thanks")
    assert (await sari.submit({"text": "You asked real questions.\n<!channel>"})).ok
    await pair.run(hours=1)
    (thanks,) = telling(budi, "You asked real questions.")
    assert "<!channel>" not in texts_in(thanks)
    await sari.slack.close(all=True)
    await pair.run(days=60)
    assert len(telling(budi, "ends here")) == 1
    assert len(await sessions(pair)) == 6
    assert len(await answers(pair)) == 1
    # Nothing of it can be booked any more.
    await sari.click(with_action(sari, "session.book")[-1], "session.book")
    assert sari.slack.dm is not None
    assert "has ended" in sari.whispered(sari.slack.dm)[-1]
