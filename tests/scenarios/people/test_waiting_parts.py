"""Parts of a day's message that wait for others, and news of a session that is in it instead of in the pair's chat."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.domain.messages.care import PauseOverMessage
from bot.domain.messages.outcomes import CardFollowMessage, CardSettledMessage
from bot.domain.messages.sessions import BookedInDayMessage, LeaderPackMessage, MentorPackMessage
from storage.outbox import outgoing
from storage.tables import ActionCard, Outbox, OutboxState, Pair, Person
from storage.unit_of_work import UnitOfWork
from tests.scenarios.office import Colleague, Office, open_office, shows
from tests.scenarios.pairs import MONDAY_11, agree, book, in_chat, introduce, of_kind, sent_at, without_chat

INSIGHT = "The report is copied by hand"


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Office]:
    """Sari and Budi, introduced, where a day has one message; Budi has signed what Sari wrote."""
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", one_a_day=True) as office:
        dewi = office.hire("Dewi Lestari", title="HR Business Partner")
        office.slack.add_member(office.hr_channel, dewi.slack.user)
        await introduce(office, dewi)
        await office.run(until=MONDAY_11)
        await agree(office)
        yield office


async def expired(office: Office) -> list[str]:
    """The kinds of the messages that were out of date before they could be sent."""
    async with office.balik.store.read(office.clock.now()) as work:
        statement = select(Outbox.kind).where(Outbox.state == OutboxState.EXPIRED)
        return list((await work.session.exec(statement)).all())


async def about_card(office: Office, reader: Colleague, *, settled: bool = False) -> None:
    """A message about a card of Budi's, due now: a question that can wait; or, once it is done, news that cannot."""
    async with office.balik.store.write(office.clock.now()) as work:
        await _send(work, office, reader, settled=settled)
        await work.commit()


async def _send(work: UnitOfWork, office: Office, reader: Colleague, *, settled: bool) -> None:
    pair = (await work.session.exec(select(Pair))).one()
    now = office.clock.now()
    card = ActionCard(
        team_id=pair.team_id, pair_id=pair.id, insight=INSIGHT, kind="sop", change="C", owner="mentee",
        due_on=date(2026, 12, 10), written_by="mentor", written_at=now,
    )  # fmt: skip
    work.session.add(card)
    await work.session.flush()
    person_id = (await work.session.exec(select(Person.id).where(Person.slack_id == reader.id))).one()
    message = CardSettledMessage(card.id, "s") if settled else CardFollowMessage(card.id, 30, card.due_on)
    await work.send(outgoing(message, pair.team_id, pair.programme_id, person_id=person_id))


async def test_a_question_that_can_wait_comes_with_the_next_message(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-20", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 13, 5, 0, tzinfo=UTC))
    await about_card(pair, budi)
    await pair.run(until=datetime(2027, 1, 19, 5, 0, tzinfo=UTC))
    async with pair.balik.store.read(pair.clock.now()) as work:
        rows = (await work.session.exec(select(Outbox).where(col(Outbox.day_id).is_not(None)))).all()
    (asked,) = [one for one in rows if one.kind == CardFollowMessage.kind.name]
    assert asked.sent_at
    assert asked.sent_at > datetime(2027, 1, 15, tzinfo=UTC), "nothing else was due the next morning"
    assert len([one for one in rows if one.day_id == asked.day_id]) > 1, "by itself it would be no part"


async def test_a_question_does_not_wait_for_ever(pair: Office) -> None:
    budi = pair.people["budi"]
    await pair.run(days=1)
    await about_card(pair, budi)
    await pair.run(days=28)
    assert len(of_kind(budi, CardFollowMessage)) == 1


@pytest.mark.parametrize("comes", [True, False])
async def test_news_of_a_session_is_in_the_day_or_in_the_chat(pair: Office, *, comes: bool) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(until=datetime(2027, 1, 13, 5, 0, tzinfo=UTC))
    if comes:  # something else for Budi tomorrow
        await about_card(pair, budi, settled=True)
    assert (await book(pair, sari, "2027-01-27", "10:00")).ok
    await pair.run(days=1, hours=1)
    in_day = of_kind(budi, BookedInDayMessage)
    said = [one for one in in_chat(pair) if shows(one, "sessions.booked.group", number=1)]
    assert (len(in_day), len(said)) == ((1, 0) if comes else (0, 1)), "once"
    assert of_kind(sari, BookedInDayMessage) == [], "who booked has the answer of the form"


async def test_without_a_chat_the_news_is_in_the_day_alone(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await without_chat(pair)
    assert (await book(pair, sari, "2027-01-27", "10:00")).ok
    await pair.run(days=2)
    assert of_kind(budi, BookedInDayMessage) == []
    assert [one for one in budi.inbox if shows(one, "sessions.booked.told", number=1)]


async def test_material_for_monday_does_not_wait_over_the_weekend(pair: Office) -> None:
    """On Friday at noon a session is booked for Monday at the opening: the next day's message would be too late."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    friday, monday = datetime(2027, 1, 15, 5, 0, tzinfo=UTC), datetime(2027, 1, 18, 2, 0, tzinfo=UTC)
    await pair.run(until=friday)
    await about_card(pair, budi, settled=True)
    await pair.run(minutes=10)
    assert (await book(pair, sari, "2027-01-18", "09:00")).ok
    await pair.run(until=monday)
    for who, kind in ((sari, MentorPackMessage), (budi, LeaderPackMessage)):
        (material,) = of_kind(who, kind, session=1)
        assert sent_at(material).date() == friday.date()
    await pair.run(days=1)
    assert await expired(pair) == []


async def test_after_a_pause_welcome_comes_before_what_waited(pair: Office) -> None:
    budi = pair.people["budi"]
    await budi.command("pause")
    assert (await budi.submit({"until": "2027-01-20"})).ok
    await budi.slack.close(all=True)
    await pair.run(days=1)
    await about_card(pair, budi)
    await pair.run(until=datetime(2027, 1, 20, 5, 0, tzinfo=UTC))
    (back,) = of_kind(budi, PauseOverMessage)
    assert of_kind(budi, CardFollowMessage) == [back], "in one message"
    texts = [str(block) for block in back.blocks]
    (welcome,) = [place for place, one in enumerate(texts) if "pause.open" in one]
    waited = [place for place, one in enumerate(texts) if INSIGHT in one]
    assert waited
    assert welcome < min(waited)
