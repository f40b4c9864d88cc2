"""What comes of a pair: goals that move, a log that stays one's own, and insights that become changes at work."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.messages.outcomes import (
    CardFollowMessage,
    CardSettledMessage,
    CardShareMessage,
    CardWrittenMessage,
    LogSharedMessage,
)
from bot.domain.surveys import FIRST_SET
from bot.sandbox import Message
from bot.services.outcomes.figures import Outcomes, outcomes, shared_notes
from storage.tables import (
    ActionCard,
    LogEntry,
    MentoringSession,
    Participant,
    ParticipantState,
    Programme,
    SessionState,
)
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import AGREED, agree, end, introduced, of_kind, receiving, sent_at, with_action
from tests.scenarios.snapshots import once
from tests.wording import label, says

GOAL = AGREED["goal1"]
CARD = {
    "insight": "The weekly report is copied by hand",
    "change": "It comes from the dashboard",
    "kind": "sop",
    "owner": "mentee",
    "due_on": "2027-02-01",
}


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, who have both signed their agreement."""
    await introduced(office, hr)
    await once(office, agree, office)
    return office


async def open_hub(who: Colleague) -> None:
    await who.open_home()
    assert (await who.click(who.slack.home, "growth.open")).ok


async def write_card(who: Colleague, **changes: Any) -> None:
    await open_hub(who)
    assert (await who.click(None, "card.new")).ok
    assert (await who.submit(CARD | changes)).ok
    await who.office.run(minutes=5)


async def cards(office: Office) -> list[ActionCard]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(ActionCard).order_by(col(ActionCard.id)))).all())


async def entries(office: Office) -> list[LogEntry]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(LogEntry))).all())


async def seen_by_hr(office: Office) -> Outcomes:
    async with office.balik.store.read(office.clock.now()) as work:
        return await outcomes(work.session, 1)


def follow_ups(who: Colleague) -> list[Message]:
    """What asks what came of a card."""
    return with_action(who, "card.renew")


async def test_either_says_how_far_a_goal_is_and_both_see_it(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await open_hub(sari)
    assert shows(sari.modal, "outcomes.goals.not_started", goal=GOAL)
    assert (await sari.click(None, "goal.open")).ok
    assert (await sari.submit({"progress1": "under_way", "note1": "Twice <!channel>"})).ok
    assert shows(sari.modal, "outcomes.goals.under_way", goal=GOAL, note="Twice &lt;!channel&gt;")
    await sari.slack.close(all=True)
    for who in (sari, budi):
        assert shows(await who.open_home() or sari.modal, "outcomes.goals.under_way", goal=GOAL)
    await budi.click(budi.slack.home, "agreement.open")
    under_way = {"progress": label("labels.progress.under_way"), "note": "Twice &lt;!channel&gt;"}
    assert shows(budi.modal, "agreement.text.progress", **under_way)

    # Whoever changes the agreement keeps what a goal that stays has reached; until both sign, nothing moves.
    await budi.click(None, "agreement.change")
    assert (await budi.submit({"off_limits": "Colleagues"})).ok
    await budi.slack.close(all=True)
    await budi.open_home()
    await budi.click(budi.slack.home, "growth.open")
    assert "goal.open" not in action_ids(budi.modal)
    await budi.slack.close(all=True)
    await sari.open_home()
    await sari.click(sari.slack.home, "agreement.open")
    await sari.click(None, "agreement.sign")
    await sari.slack.close(all=True)
    assert shows(await sari.open_home() or budi.modal, "outcomes.goals.under_way", goal=GOAL)


async def test_a_note_is_for_its_writer_unless_they_share_it(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await open_hub(sari)
    await sari.click(None, "log.add")
    outcome = await sari.submit({})
    assert "learned" in outcome.errors, "one of the two has to be filled in"
    assert (await sari.submit({"learned": "He listens <!here>", "taught": "Filters"})).ok
    shown = texts_in(sari.modal)
    assert says(shown, "outcomes.log.learned", text="He listens &lt;!here&gt;")
    assert says(shown, "outcomes.log.taught", text="Filters")
    assert says(shown, "outcomes.log.reads.private")
    await pair.run(hours=1)
    assert of_kind(budi, LogSharedMessage) == []
    await open_hub(budi)
    assert "log.open" not in action_ids(budi.modal)
    assert "He listens" not in texts_in(budi.modal)
    await budi.slack.close(all=True)

    await sari.click(None, "log.change")
    assert (await sari.submit({"taught": "Filters and sums", "share": ["partner", "hr"]})).ok
    await sari.click(None, "log.change")
    assert (await sari.submit({"learned": "He listens"})).ok
    await pair.run(hours=1)
    (told,) = of_kind(budi, LogSharedMessage)
    assert "Filters and sums" in texts_in(told), "as it is when it is sent"
    await budi.click(told, "log.open")
    assert shows(budi.modal, "outcomes.log.theirs")
    async with pair.balik.store.read(pair.clock.now()) as work:
        assert [one.text for one in await shared_notes(work.session, 1, 5)] == ["He listens", "Filters and sums"]
    await sari.click(None, "log.delete")
    assert await entries(pair) == []
    await budi.slack.close(all=True)
    await budi.click(told, "log.open")
    assert "Filters" not in texts_in(budi.modal)


async def test_a_card_reaches_the_other_and_hr_only_if_both_agree(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await open_hub(sari)
    await sari.click(None, "card.new")
    wrong = await sari.submit(CARD | {"due_on": "2027-01-01"})
    assert set(wrong.errors) == {"due_on"}
    assert (await sari.submit(CARD | {"share": ["hr"]})).ok
    await pair.run(minutes=5)
    (told,) = of_kind(budi, CardWrittenMessage)
    assert shows(told, "outcomes.cards.written.yours")
    assert not (await seen_by_hr(pair)).shared
    assert (await budi.click(told, "card.share")).ok
    (shared,) = (await seen_by_hr(pair)).shared
    assert (shared.change, shared.owner.name) == (CARD["change"], "Budi Santoso")
    assert (await seen_by_hr(pair)).cards.is_blank, "the cards of two people are not counted for all to see"

    # Other words are shown to HR only once both have agreed to these.
    await sari.click(None, "card.edit")
    assert (await sari.submit({"change": "It comes by itself"})).ok
    await pair.run(minutes=5)
    assert not (await seen_by_hr(pair)).shared
    (asked,) = of_kind(budi, CardShareMessage)
    assert "It comes by itself" in texts_in(asked)
    assert (await budi.click(asked, "card.keep")).ok
    assert not (await seen_by_hr(pair)).shared
    await sari.slack.close(all=True)
    await open_hub(sari)
    await sari.click(None, "card.list")
    assert "card.share" not in action_ids(sari.modal), "nobody is asked twice"
    assert shows(sari.modal, "outcomes.cards.sharing.kept")
    await sari.click(None, "card.drop")
    assert (await sari.submit({"why": "The system was replaced"})).ok
    await pair.run(minutes=5)
    (news,) = of_kind(budi, CardSettledMessage)
    assert "The system was replaced" in texts_in(news)
    assert (await cards(pair))[0].next_follow_at is None
    await pair.run(days=60)
    assert not follow_ups(budi)


async def test_the_owner_is_asked_30_and_90_days_after_the_date_also_when_all_is_over(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write_card(sari)
    await end(pair)
    await pair.run(until=datetime(2027, 3, 5, tzinfo=UTC))
    (asked,) = follow_ups(budi)
    assert not follow_ups(sari), "only the owner"
    # 30 days after 1 February is 3 March.
    assert sent_at(asked) == datetime(2027, 3, 3, 3, 0, tzinfo=UTC)
    assert of_kind(budi, CardFollowMessage, days=30) == [asked]
    assert (await budi.click(asked, "card.renew")).ok
    wrong = await budi.submit({"due_on": "2027-03-01"})
    assert "due_on" in wrong.errors
    assert (await budi.submit({"due_on": "2027-03-31"})).ok
    await budi.slack.close(all=True)
    # 30 days after 31 March is a Friday; 90 days after, a Tuesday.
    await pair.run(until=datetime(2027, 7, 3, tzinfo=UTC))
    assert [sent_at(one).date() for one in follow_ups(budi)] == [
        date(2027, 3, 3),
        date(2027, 4, 30),
        date(2027, 6, 29),
    ]
    last = follow_ups(budi)[-1]
    assert of_kind(budi, CardFollowMessage, days=90) == [last]
    assert (await budi.click(last, "card.done")).ok
    assert receiving(budi, "outcomes.cards.answered.done")
    await pair.run(days=3)
    assert receiving(sari, "outcomes.cards.settled.done")
    (card,) = await cards(pair)
    assert (card.state, card.next_follow_at) == ("done", None)
    await budi.open_home()
    assert budi.slack.home
    assert "growth.open" in action_ids(budi.slack.home)
    await budi.click(budi.slack.home, "growth.open")
    assert "card.new" in action_ids(budi.modal), "also once the programme is over"


async def test_of_what_is_done_its_owner_is_asked_once_whether_it_lasted(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write_card(sari)
    await pair.run(until=datetime(2027, 3, 5, tzinfo=UTC))
    assert (await budi.click(follow_ups(budi)[0], "card.done")).ok
    # 90 days after 1 February is 2 May, a Sunday.
    await pair.run(until=datetime(2027, 5, 4, tzinfo=UTC))
    (asked,) = with_action(budi, "card.lasts")
    assert sent_at(asked).date() == date(2027, 5, 3)
    assert not with_action(sari, "card.lasts"), "only the owner"
    assert (await budi.click(asked, "card.faded")).ok
    assert receiving(budi, "outcomes.cards.answered.faded")
    assert [one.lasted for one in await cards(pair)] == [False]
    assert (await seen_by_hr(pair)).cards.faded is None, "one pair"
    await open_hub(sari)
    await sari.click(None, "card.list")
    assert shows(sari.modal, "outcomes.cards.text.faded"), "the partner sees it on the card"
    assert (await sari.click(None, "card.renew")).ok
    assert (await sari.submit({"due_on": "2027-06-01"})).ok
    assert [(one.state, one.lasted) for one in await cards(pair)] == [("open", None)]


async def test_where_people_were_told_otherwise_what_is_done_is_not_asked_about_again(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    async with pair.balik.store.write(pair.clock.now()) as work:
        (await work.session.get_one(Programme, 1)).survey_set = FIRST_SET
        await work.commit()
    await write_card(sari)
    await pair.run(until=datetime(2027, 3, 5, tzinfo=UTC))
    assert (await budi.click(follow_ups(budi)[0], "card.done")).ok
    await pair.run(until=datetime(2027, 5, 20, tzinfo=UTC))
    assert not with_action(budi, "card.lasts")


async def test_nobody_who_left_or_was_erased_is_asked(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write_card(sari)
    await write_card(sari, owner="mentor", insight="Meetings start late")
    await end(pair)
    async with pair.balik.store.write(pair.clock.now()) as work:
        part = (await work.session.exec(select(Participant).where(Participant.role == "mentee"))).one()
        part.state = ParticipantState.LEFT
        await work.commit()
    await pair.run(until=datetime(2027, 3, 5, tzinfo=UTC))
    (asked,) = follow_ups(sari)
    assert "Meetings start late" in texts_in(asked)
    assert not follow_ups(budi)
    await sari.slack.close(all=True)
    await sari.command("privacy")
    await sari.click(None, "privacy.erase")
    assert (await sari.submit({"sure": ["sure"]})).ok
    assert [(one.insight, one.state) for one in await cards(pair)] == [("", "open")] * 2, "counted, and no more"
    await pair.run(days=90)
    assert not follow_ups(sari), "and what was written to her is gone"
    assert not follow_ups(budi)


async def test_pack_five_and_its_poll_lead_to_the_card(pair: Office) -> None:
    """And the poll's own notes are in the log."""
    sari = pair.people["sari"]
    async with pair.balik.store.write(pair.clock.now()) as work:
        first = (await work.session.exec(select(MentoringSession).where(MentoringSession.number == 1))).one()
        first.pack, first.state = "insight", SessionState.BOOKED
        first.starts_at = pair.clock.now() + timedelta(days=1)
        first.next_at = pair.clock.now()
        await work.commit()
    await pair.run(days=2)
    assert with_action(sari, "pack.open")
    assert any("card.new" in action_ids(one) for one in with_action(sari, "pack.open"))
    (poll,) = with_action(sari, "poll.met.yes")
    await sari.click(poll, "poll.met.yes")
    poll = with_action(sari, "poll.comment")[-1]
    assert {"card.new", "growth.open"} <= set(action_ids(poll))
    await sari.click(poll, "poll.comment")
    assert (await sari.submit({"learned": "Less is more"})).ok
    await sari.click(poll, "growth.open")
    assert "Less is more" in texts_in(sari.modal)
    await sari.click(None, "log.open")
    assert shows(sari.modal, "outcomes.log.session", number=1)
