"""The poll after a session: answered by buttons, changed until it closes, private."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.messages.care import ContactMeMessage
from bot.domain.messages.sessions import PollLeaderMessage, PollMentorMessage, ReminderMessage
from bot.domain.polls import Met
from bot.sandbox import Message
from bot.services.caller import Caller, Rejected
from bot.services.polls import polls as service
from storage.tables import SessionState
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import MONDAY_11, answers, book, introduce, introduced, of_kind, release, sent_at, sessions
from tests.scenarios.snapshots import once
from tests.wording import label, says


@pytest.fixture
async def asked(office: Office, hr: Colleague) -> Office:
    """Sari and Budi met on Thursday 14 January at 10:00; the questions are there."""
    await introduced(office, hr, weekly=True)
    await once(office, meet, office)
    return office


async def meet(office: Office) -> None:
    assert (await book(office, office.people["sari"], "2027-01-14", "10:00")).ok
    await office.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))


def poll_of(who: Colleague, number: int = 1) -> Message:
    (message,) = of_kind(who, PollMentorMessage, PollLeaderMessage, session=number)
    return message


async def test_three_clicks_and_it_is_done_in_the_message_itself(asked: Office) -> None:
    sari = asked.people["sari"]
    poll = poll_of(sari)
    assert action_ids(poll) == [f"poll.met.{code}" for code in Met]
    came = len(sari.inbox)
    for action in ("poll.met.yes", "poll.useful.5", "poll.own.4"):
        assert (await sari.click(poll_of(sari), action)).ok
    shown = texts_in(poll_of(sari))
    assert says(shown, "polls.answered.met", met=label("labels.met.yes"))
    assert says(shown, "polls.answered.useful", useful=label("labels.useful.s5"))
    assert says(shown, "polls.answered.honest", agree=label("labels.agree.s4"))
    assert says(shown, "polls.answered.thanks")
    assert len(sari.inbox) == came, "one message that changes, not one for each click"
    assert not [one for one in action_ids(poll_of(sari)) if one.startswith(("poll.met", "poll.useful", "poll.own"))]
    (answer,) = await answers(asked)
    assert (answer.met, answer.useful, answer.honest, answer.will_use) == ("yes", 5, 4, None)
    assert (await sessions(asked))[0].state == SessionState.HELD


async def test_an_answer_can_be_changed_until_the_poll_closes(asked: Office) -> None:
    budi = asked.people["budi"]
    for action in ("poll.met.yes", "poll.useful.2", "poll.own.3", "poll.change"):
        assert (await budi.click(poll_of(budi), action)).ok
    assert len([one for one in action_ids(poll_of(budi)) if one.startswith("poll.useful")]) == 5
    await budi.click(poll_of(budi), "poll.useful.4")
    (answer,) = await answers(asked)
    assert (answer.useful, answer.will_use) == (4, 3)
    await asked.run(until=datetime(2027, 1, 21, 9, 59, tzinfo=UTC))
    await budi.click(poll_of(budi), "poll.change")
    await budi.click(poll_of(budi), "poll.useful.5")
    assert (await answers(asked))[0].useful == 5
    await asked.run(days=1)
    (first, *_) = await sessions(asked)
    assert first.state == SessionState.HELD
    assert first.settled_at is not None
    await budi.click(poll_of(budi), "poll.comment")
    assert budi.slack.modal is None
    assert budi.slack.dm is not None
    assert says(budi.whispered(budi.slack.dm)[-1], "errors.poll_closed")
    assert action_ids(poll_of(budi)) == [], "nothing to press any more"
    assert (await answers(asked))[0].useful == 5


async def test_moved_takes_the_ratings_back_and_offers_another_time(asked: Office) -> None:
    sari = asked.people["sari"]
    await sari.click(poll_of(sari), "poll.met.yes")
    await sari.click(poll_of(sari), "poll.useful.1")
    assert (await sari.click(poll_of(sari), "poll.change")).ok
    await sari.click(poll_of(sari), "poll.met.moved_by_me")
    shown = poll_of(sari)
    assert shows(shown, "polls.answered.moved")
    assert "poll.useful.1" not in action_ids(shown)
    (first, *_) = await sessions(asked)
    assert first.state == SessionState.BOOKED
    assert (await answers(asked))[0].useful is None
    await sari.click(shown, "session.book")
    assert (await sari.submit({"date": "2027-01-19", "time": "10:00", "reason": "sick"})).ok
    await asked.run(until=datetime(2027, 1, 19, 6, 0, tzinfo=UTC))
    polls = of_kind(sari, PollMentorMessage, session=1)
    assert len(polls) == 2
    assert "poll.met.yes" in action_ids(polls[-1]), "the new time is asked about anew"
    assert await answers(asked) == []
    for who in (sari, asked.people["budi"]):
        assert len(of_kind(who, ReminderMessage, session=1)) <= 1, "material of the new time is its reminder"


async def test_a_no_show_leaves_time_for_another_try(asked: Office) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    await sari.click(poll_of(sari), "poll.met.no_show")
    assert shows(poll_of(sari), "polls.answered.no_show")
    home = await sari.open_home()
    assert home
    assert shows(home, "home.pair.next.again", number=1)
    assert "session.book" in action_ids(home)
    await asked.run(until=datetime(2027, 1, 22, 3, 0, tzinfo=UTC))
    (first, *_) = await sessions(asked)
    assert (first.state, first.starts_at, first.settled_at) == (SessionState.PLANNED, None, None)
    assert (await book(asked, budi, "2027-01-26", "10:00")).ok
    await asked.run(until=datetime(2027, 1, 27, 3, 0, tzinfo=UTC))
    assert len(of_kind(sari, PollMentorMessage, session=1)) == 2


async def test_nobodys_word_leaves_time_too_and_then_counts_as_missed(asked: Office) -> None:
    """As after "they didn't come": what follows must not tell the other one that somebody answered."""
    await asked.run(until=datetime(2027, 1, 25, 3, 0, tzinfo=UTC))
    (first, *_) = await sessions(asked)
    assert (first.state, first.starts_at, first.settled_at) == (SessionState.PLANNED, None, None)
    await asked.run(until=datetime(2027, 2, 22, 3, 0, tzinfo=UTC))
    (first, *_) = await sessions(asked)
    assert first.state == SessionState.MISSED
    assert first.settled_at is not None


async def test_comments_are_shared_only_if_ticked(asked: Office) -> None:
    budi = asked.people["budi"]
    await budi.click(poll_of(budi), "poll.met.yes")
    await budi.click(poll_of(budi), "poll.comment")
    assert (await budi.submit({"learned": "<!channel> & *dashboards*", "will_do": "Try it on Monday"})).ok
    (answer,) = await answers(asked)
    assert (answer.learned, answer.share) == ("<!channel> & *dashboards*", False)
    shown = texts_in(poll_of(budi))
    assert says(shown, "polls.answered.private")
    assert "<!channel>" not in shown
    await budi.click(poll_of(budi), "poll.comment")
    assert (await budi.submit({"share": ["share"]})).ok
    (answer,) = await answers(asked)
    assert answer.share
    assert answer.will_do == "Try it on Monday"
    assert shows(poll_of(budi), "polls.answered.shared")


async def test_a_wish_to_be_contacted_reaches_the_contact_alone_and_once(asked: Office, hr: Colleague) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    before = len(asked.posted(asked.hr_channel))
    to_budi = len(budi.inbox)
    await sari.click(poll_of(sari), "poll.met.yes")
    await sari.click(poll_of(sari), "poll.contact")
    await asked.run(minutes=5)
    assert len(of_kind(hr, ContactMeMessage)) == 1
    assert shows(poll_of(sari), "care.follow_up.promise.body", contact=f"<@{hr.id}>")
    assert "poll.contact" not in action_ids(poll_of(sari))
    await sari.click(poll_of(sari), "poll.comment")
    await sari.submit({"learned": "Much"})
    await asked.run(hours=2)
    assert len(of_kind(hr, ContactMeMessage)) == 1
    assert len(asked.posted(asked.hr_channel)) == before
    assert len(budi.inbox) == to_budi


async def test_the_contact_is_never_the_partner(office: Office, hr: Colleague) -> None:
    """Budi, the leader, is the programme's contact: then it goes to whoever set the programme up."""
    await introduce(office, hr, contact="budi")
    await office.run(until=MONDAY_11)
    sari, budi = office.people["sari"], office.people["budi"]
    await book(office, sari, "2027-01-14", "10:00")
    await office.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    await sari.click(poll_of(sari), "poll.met.yes")
    to_budi = len(budi.inbox)
    await sari.click(poll_of(sari), "poll.contact")
    await office.run(hours=1)
    assert len(budi.inbox) == to_budi
    assert len(of_kind(hr, ContactMeMessage)) == 1


async def test_the_wrong_people_answer_nothing(asked: Office, hr: Colleague) -> None:
    (first, *_) = await sessions(asked)
    tono, lia = asked.hire("Tono Wijaya"), asked.hire("Lia Kurnia")
    await asked.join(lia, "mentor", "entry", "Legal")
    rina = asked.hire("Rina Hapsari")
    await asked.join(rina, "mentee", "manager", "Sales")
    await release(asked, hr)
    await asked.balik.context.directory.person(first.team_id, tono.id, asked.clock.now())
    for who, code in ((tono, "not_participant"), (lia, "not_your_pair"), (rina, "not_your_pair")):
        caller = Caller(first.team_id, who.id, f"forged {who.id}", asked.clock.now())
        with pytest.raises(Rejected, match=code):
            await service.say_met(asked.balik.store, caller, first.id, Met.YES)
        with pytest.raises(Rejected, match=code):
            await service.ask_contact(asked.balik.store, caller, first.id)
    assert await answers(asked) == []


async def test_who_wants_to_be_contacted_is_heard_after_the_close(asked: Office, hr: Colleague) -> None:
    """By the button of the old message, and by the form that was left open."""
    sari, budi = asked.people["sari"], asked.people["budi"]
    for who, answers_of in ((sari, ("poll.met.yes", "poll.useful.4", "poll.own.1")), (budi, ("poll.met.yes",))):
        for action in answers_of:
            assert (await who.click(poll_of(who), action)).ok
    assert (await budi.click(poll_of(budi), "poll.comment")).ok
    await asked.run(until=datetime(2027, 1, 22, 9, 0, tzinfo=UTC))
    assert (await sessions(asked))[0].settled_at
    for _ in range(2):
        assert (await sari.click(poll_of(sari), "poll.contact")).ok
        assert sari.slack.dm is not None
        assert says(sari.whispered(sari.slack.dm)[-1], "polls.answered.contact", contact=f"<@{hr.id}>")
    await asked.run(hours=1)
    assert len(of_kind(hr, ContactMeMessage)) == 1, "however often"
    assert (await budi.submit({"learned": "Much", "contact": ["contact"]})).ok
    assert shows(budi.modal, "polls.answered.contact_only")
    await asked.run(hours=1)
    assert len(of_kind(hr, ContactMeMessage)) == 2


async def test_before_the_session_nothing_is_answered(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await office.run(until=MONDAY_11)
    sari = office.people["sari"]
    (row, *_) = await sessions(office)
    caller = Caller(row.team_id, sari.id, "early", office.clock.now())
    with pytest.raises(Rejected, match="poll_no_time"):
        await service.say_met(office.balik.store, caller, row.id, Met.YES)


async def test_the_poll_comes_in_working_hours_even_after_a_late_session(office: Office, hr: Colleague) -> None:
    """The last hour of a Friday: the questions come on Monday."""
    await introduce(office, hr)
    await office.run(until=MONDAY_11)
    sari = office.people["sari"]
    assert (await book(office, sari, "2027-01-15", "16:00")).ok
    await office.run(until=datetime(2027, 1, 19, 3, 0, tzinfo=UTC))
    assert sent_at(poll_of(sari)).date() == date(2027, 1, 18)


async def test_from_the_home_tab_in_a_window(asked: Office) -> None:
    sari = asked.people["sari"]
    await sari.open_home()
    await sari.click(sari.slack.home, "poll.open")
    for action in ("poll.met.yes", "poll.useful.3"):
        await sari.click(None, action)
    assert shows(sari.modal, "polls.answered.useful", useful=label("labels.useful.s3"))
    assert shows(poll_of(sari), "polls.answered.useful", useful=label("labels.useful.s3")), "the message follows"
    await sari.click(None, "poll.own.5")
    assert shows(sari.modal, "polls.answered.thanks")
    await sari.slack.close()
    assert sari.slack.home is not None
    assert "poll.open" not in action_ids(sari.slack.home)


async def test_who_sees_the_answers_is_explained_in_full_once(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    for number, day in ((1, date(2027, 1, 14)), (2, date(2027, 2, 17))):
        assert (await book(office, sari, day.isoformat(), "10:00")).ok
        await office.run(until=datetime(2027, day.month, day.day, 6, 0, tzinfo=UTC))
        (asked,) = of_kind(budi, PollLeaderMessage, session=number)
        assert shows(asked, "privacy.who_sees.hr") is (number == 1), "Budi answers neither"
        await office.run(until=datetime(2027, 2, 12, 4, 0, tzinfo=UTC))
