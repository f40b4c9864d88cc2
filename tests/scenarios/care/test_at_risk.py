"""Pairs that need attention: in which order who hears what, and what nobody hears."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from bot.domain.care import Signal, SignalKind
from bot.domain.messages.closing import ClosingMessage
from bot.sandbox import Message
from bot.services.care.at_risk import signals_of
from bot.services.pair_context import couple
from storage.queries import person_by_slack
from storage.tables import ActionCard, Programme
from tests.scenarios.care.test_concerns import received, rows
from tests.scenarios.care.test_restore import in_language
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import (
    agree,
    answers,
    book,
    introduce,
    of_kind,
    on_monday,
    pairs,
    receiving,
    sessions,
    telling,
    with_action,
)
from tests.scenarios.programme.test_hr_channel import LANGUAGES
from tests.scenarios.summaries import summaries, whole
from tests.wording import CATALOGUE, label, says


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
    assert await received(pair, sari, "pair_nudge") == []
    await pair.run(until=datetime(2027, 1, 21, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        (nudge,) = await received(pair, who, "pair_nudge")
        assert action_ids(nudge) == ["session.book", "pause.open"]
        assert await received(pair, who, "risk_ask") == []
    await pair.run(until=datetime(2027, 1, 26, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert len(await received(pair, who, "risk_ask")) == 1
    assert hr_heard(pair) == []
    await pair.run(until=datetime(2027, 2, 1, 9, 0, tzinfo=UTC))
    (told,) = hr_heard(pair)
    assert says(told, "care.at_risk.hr.why.unbooked")
    home = await hr.open_home()
    assert home
    assert says(texts_in(home), "insight.weekly.todo.stuck", "id"), "what HR has to do"
    assert await received(pair, sari, "rematch_offer") == []
    await pair.run(until=datetime(2027, 2, 9, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert len(await received(pair, who, "rematch_offer")) == 1
        assert len(await received(pair, who, "pair_nudge")) == 1, "no step is taken twice"


async def test_paperwork_alone_is_only_a_reminder(office: Office, hr: Colleague) -> None:
    """A pair that meets and has not signed: no question how it is going, nothing to HR, no other partner."""
    await introduce(office, hr)
    await on_monday(office)
    sari = office.people["sari"]
    assert (await book(office, sari, "2027-01-14", "10:00")).ok
    await office.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    await sari.click((await received(office, sari, "poll_mentor"))[-1], "poll.met.yes")
    await office.run(until=datetime(2027, 2, 4, 6, 0, tzinfo=UTC))
    assert len(await received(office, sari, "pair_nudge")) == 1
    assert await rows(office, "risk_ask", "risk_hr", "rematch_offer") == []
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    found = summaries(office)[-1]
    assert shows(found, "insight.weekly.todo.unsigned", count=1), "the next step is HR's"
    assert (await hr.click(found, "broadcast.open.unsigned")).ok
    await hr.slack.close(all=True)
    assert says(await whole(hr, office), "insight.summary.action.unsigned", "id")


async def test_a_session_missed_after_hr_talked_to_both_is_hrs_again(office: Office, hr: Colleague) -> None:
    """The agreement is not signed either: the gravest cause leads, and the newest brings the pair back to HR's list."""
    await introduce(office, hr)
    await on_monday(office)
    sari, budi = office.people["sari"], office.people["budi"]
    pair = {"mentor": f"<@{sari.id}>", "leader": f"<@{budi.id}>"}
    assert (await book(office, sari, "2027-01-14", "10:00")).ok
    await office.run(until=datetime(2027, 2, 9, 6, 0, tzinfo=UTC))
    assert shows(await asked_for(office, hr), "insight.weekly.todo.stuck", why=label("care.at_risk.hr.why.no_show"))
    await hr.click(summaries(office)[-1], "risk.hr_look")
    assert (await hr.click(hr.modal, "risk.hr_talked")).ok
    await hr.slack.close(all=True)
    assert not shows(await asked_for(office, hr), "insight.weekly.todo.stuck")
    assert says(await whole(hr, office), "insight.summary.action.talked", "id")
    await hr.slack.close(all=True)

    assert (await book(office, sari, "2027-02-11", "10:00")).ok
    await office.run(until=datetime(2027, 2, 16, 6, 0, tzinfo=UTC))
    found = await asked_for(office, hr)
    assert shows(found, "insight.weekly.todo.stuck", why=label("care.at_risk.hr.why.no_show"), **pair)
    assert "risk.hr_look" in action_ids(found)
    assert says(await whole(hr, office), "insight.summary.action.none", "id"), "never to wait"


async def asked_for(office: Office, hr: Colleague) -> Message:
    """The summary that HR asks for."""
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    return summaries(office)[-1]


async def test_nobody_is_offered_another_partner_before_a_booked_session(pair: Office) -> None:
    sari = pair.people["sari"]
    await pair.run(until=datetime(2027, 2, 3, 3, 0, tzinfo=UTC))
    assert len(hr_heard(pair)) == 1
    for number in (1, 2):
        moved = {"reason": "busy"} if number > 1 else {}
        assert (await book(pair, sari, f"2027-02-1{number}", "10:00", **moved)).ok
    await pair.run(until=datetime(2027, 2, 12, 2, 0, tzinfo=UTC))
    assert await rows(pair, "rematch_offer") == []


async def test_stay_together_is_heard_for_a_time(pair: Office) -> None:
    sari = pair.people["sari"]
    await pair.run(until=datetime(2027, 2, 9, 9, 0, tzinfo=UTC))
    (offer,) = await received(pair, sari, "rematch_offer")
    await sari.click(offer, "risk.say.stay")
    for day in ("10", "11", "12"):  # moved twice, which is graver: the ladder begins again
        reason = {} if day == "10" else {"reason": "busy"}
        assert (await book(pair, sari, f"2027-02-{day}", "15:00", **reason)).ok
    await pair.run(minutes=2)
    home = await sari.open_home()
    assert home
    await sari.click(home, "session.cancel")
    await pair.run(until=datetime(2027, 3, 10, 9, 0, tzinfo=UTC))
    assert len(await received(pair, sari, "rematch_offer")) == 1


async def test_a_booked_pair_is_left_in_peace(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-02-09", "10:00")).ok
    await pair.run(until=datetime(2027, 2, 9, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert with_action(who, "risk.") == []
        assert receiving(who, "care.at_risk.nudge.body") == []
    assert hr_heard(pair) == []


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_leader_who_keeps_moving_is_noticed_without_being_blamed(pair: Office, language: str) -> None:
    await in_language(pair, language)
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    for day in ("25", "28"):
        await pair.run(minutes=2)
        assert (await book(pair, budi, f"2027-01-{day}", "10:00", reason="busy")).ok
    await pair.run(days=2)
    for who in (sari, budi):
        (nudge,) = await received(pair, who, "pair_nudge")
        assert says(texts_in(nudge), "care.at_risk.nudge.why.moves", language)
        assert CATALOGUE.texts(language).day(date(2027, 1, 28)) in texts_in(nudge)
        assert "Budi" not in texts_in(nudge).replace("Pak Budi", "")
    await pair.run(until=datetime(2027, 1, 27, 9, 0, tzinfo=UTC))
    (told,) = hr_heard(pair)
    assert says(told, "care.at_risk.hr.why.mentee_moves", language)


async def test_nobody_is_asked_to_keep_a_time_that_is_over(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    await sari.click((await received(pair, sari, "poll_mentor"))[-1], "poll.met.no_show")
    await pair.run(hours=6)
    assert await received(pair, budi, "pair_nudge") == [], "on the next working day"
    await pair.run(hours=18)
    assert await received(pair, sari, "pair_nudge") == [], "she has said so already"
    (nudge,) = await received(pair, budi, "pair_nudge")
    assert says(texts_in(nudge), "care.at_risk.nudge.why.no_show")
    assert action_ids(nudge) == ["session.held", "session.book", "pause.open"]


async def test_low_honesty_is_the_mentors_own_until_they_ask_for_somebody(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    (poll,) = telling(sari, "session 1?")
    for action in ("poll.met.yes", "poll.useful.4", "poll.own.1"):
        await sari.click(telling(sari, "session 1?")[0], action)
    posted, to_budi = len(beside_summaries(pair)), len(budi.inbox)
    await pair.run(hours=6)
    assert await received(pair, sari, "ask_mentor") == [], "on the next working day"
    await pair.run(hours=18)
    (asked,) = await received(pair, sari, "ask_mentor")
    assert f"<@{hr.id}>" in texts_in(asked)
    assert action_ids(asked) == ["risk.say.fine", "risk.say.help", "part.open", "pause.open"], (
        "what says that only she was asked"
    )
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


async def test_nobody_but_the_person_whom_the_question_named_is_told(pair: Office, hr: Colleague) -> None:
    """HR names another contact after the mentor was asked: she sees who it would be, and decides again."""
    sari, rina = pair.people["sari"], pair.hire("Rina Hapsari")
    await rina.command("help")
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    for action in ("poll.met.yes", "poll.useful.4", "poll.own.1"):
        await sari.click(telling(sari, "session 1?")[0], action)
    await pair.run(hours=24)
    (asked,) = await received(pair, sari, "ask_mentor")
    async with pair.balik.store.write(pair.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
        person = await person_by_slack(work.session, programme.team_id, rina.id)
        assert person
        programme.contact_id = person.id
        await work.commit()
    await sari.click(asked, "risk.say.help")
    await pair.run(hours=1)
    (asked,) = await received(pair, sari, "ask_mentor")
    assert f"<@{rina.id}>" in texts_in(asked)
    assert [telling(one, f"<@{sari.id}>") for one in (hr, rina)] == [[], []]
    await sari.click(asked, "risk.say.help")
    await pair.run(hours=1)
    assert [len(telling(one, f"<@{sari.id}>")) for one in (hr, rina)] == [0, 1]


async def test_private_answers_stay_private(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(until=datetime(2027, 1, 26, 9, 0, tzinfo=UTC))
    (to_sari,), (to_budi,) = with_action(sari, "risk.say"), with_action(budi, "risk.say")
    posted = len(beside_summaries(pair))
    await budi.click(to_budi, "risk.say.easier")
    (to_budi,) = await received(pair, budi, "risk_ask")
    assert says(texts_in(to_budi), "care.at_risk.ask.thanks.easier")
    assert action_ids(to_budi) == ["session.book"]
    await sari.click(to_sari, "risk.say.help")
    await pair.run(minutes=5)
    assert len(telling(hr, f"<@{sari.id}>")) == 1
    assert len(beside_summaries(pair)) == posted


@pytest.mark.parametrize("answer", ["fine", "easier"])
async def test_who_has_a_date_is_not_asked_to_pick_one(pair: Office, answer: str) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(until=datetime(2027, 1, 26, 9, 0, tzinfo=UTC))
    (asked,) = with_action(budi, "risk.say")
    assert (await book(pair, sari, "2027-02-01", "10:00")).ok
    await budi.click(asked, f"risk.say.{answer}")
    (asked,) = await received(pair, budi, "risk_ask")
    assert says(texts_in(asked), f"care.at_risk.ask.thanks.{answer}_booked")
    assert action_ids(asked) == ["session.move"]


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


async def test_hr_acts_from_the_message_and_only_hr(pair: Office, hr: Colleague) -> None:
    sari = pair.people["sari"]
    await pair.run(until=datetime(2027, 2, 1, 9, 0, tzinfo=UTC))
    (message,) = alarms(pair)
    await pair.run(days=1)
    nudged = len(await received(pair, sari, "pair_nudge"))
    assert (await hr.click(message, "risk.hr_nudge")).ok
    await pair.run(hours=1)
    assert len(await received(pair, sari, "pair_nudge")) == nudged + 1
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
        assert receiving(who, "care.at_risk.ask.body") == []
        assert with_action(who, "risk.") == []
    assert hr_heard(pair) == []


async def test_the_end_thanks_both_and_one_thanks_the_other(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    await sari.click(telling(sari, "session 1?")[0], "poll.met.yes")
    await pair.run(until=datetime(2027, 8, 2, 9, 0, tzinfo=UTC))
    (bye,) = of_kind(sari, ClosingMessage)
    assert shows(bye, "closing.person.some", held=1)
    (told,) = [one for one in pair.posted(pair.hr_channel) if shows(one, "closing.hr.title")]
    assert shows(told, "closing.hr.body", completed=0, pairs=1, held=1), "one of six sessions is too few"
    await sari.click(bye, "closing.thanks")
    assert (await sari.submit({"text": "You asked real questions.\n<!channel>"})).ok
    await pair.run(hours=1)
    (thanks,) = telling(budi, "You asked real questions.")
    assert "<!channel>" not in texts_in(thanks)
    await sari.slack.close(all=True)
    await pair.run(days=60)
    assert len(of_kind(budi, ClosingMessage)) == 1
    assert len(await sessions(pair)) == 6
    assert len(await answers(pair)) == 1
    # Nothing of it can be booked any more.
    await sari.click(with_action(sari, "session.book")[-1], "session.book")
    assert sari.slack.dm is not None
    assert says(sari.whispered(sari.slack.dm)[-1], "errors.pair_ended")
