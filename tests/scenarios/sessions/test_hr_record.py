"""HR corrects a session's record: both are told once, can correct it, and figures follow."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.domain.messages.sessions import PollMentorMessage, SessionCorrectedMessage
from bot.sandbox import Message, Outcome
from bot.services.insight.summary_figures import current_summary
from storage.tables import AuditEntry, SessionChange, SessionState
from tests.scenarios.care.test_restore import end, in_language
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import MONDAY_11, agree, book, introduce, of_kind, sessions
from tests.scenarios.snapshots import once
from tests.wording import says

BOTH = ("sari", "budi")
WHEN = {"date": "2027-01-21", "time": "10:00"}


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, agreed, with a session on Thursday of the next week."""
    await once(office, _begin, office, hr)
    return office


async def _begin(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await agree(office)
    await office.run(until=MONDAY_11)
    assert (await book(office, office.people["sari"], "2027-01-21", "10:00")).ok
    await office.run(minutes=5)


async def correct(office: Office, hr: Colleague, met: str, **when: str) -> Outcome:
    """HR opens the list of people, one of the two, their pair, and its form."""
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.command("people", office.hr_channel)
    await hr.submit({"words": "sari"})
    assert (await hr.click(hr.modal, "participant.show")).ok
    assert (await hr.click(hr.modal, "risk.hr_look")).ok
    assert (await hr.click(hr.modal, "session.hr_correct")).ok
    first = (await sessions(office))[0]
    return await hr.submit({"session": str(first.id), "met": met, **when})


def told(office: Office, name: str) -> list[Message]:
    return of_kind(office.people[name], SessionCorrectedMessage)


async def held_in_summary(office: Office) -> int:
    return (await current_summary(office.balik.store, 1, office.clock.now())).sessions.held


async def test_a_session_that_nobody_answered_about_is_put_on_record(pair: Office, hr: Colleague) -> None:
    await pair.run(until=datetime(2027, 3, 3, 3, 0, tzinfo=UTC))
    row = (await sessions(pair))[0]
    assert (row.state, row.settled_at is not None) == (SessionState.MISSED, True)
    assert await held_in_summary(pair) == 0
    assert (await correct(pair, hr, "yes", **WHEN)).ok
    assert says(texts_in(hr.modal), "sessions.hr_record.done.held", "id", number=1)
    row = (await sessions(pair))[0]
    assert (row.state, row.settled_at) == (SessionState.HELD, None)
    assert row.starts_at == datetime(2027, 1, 21, 3, 0, tzinfo=UTC)
    assert await held_in_summary(pair) == 1
    await pair.run(days=2)
    for name in BOTH:
        (found,) = told(pair, name)
        assert shows(found, "sessions.hr_record.told.held", number=1)
        assert "session.correct" in action_ids(found)
    assert of_kind(pair.people["sari"], PollMentorMessage), "and they can answer the questions"
    await pair.run(days=20)
    row = (await sessions(pair))[0]
    assert (row.state, row.settled_at is not None) == (SessionState.HELD, True), "nobody denied it"


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_either_takes_it_back_while_the_questions_are_open(pair: Office, hr: Colleague, language: str) -> None:
    await in_language(pair, language)
    sari = pair.people["sari"]
    await pair.run(until=datetime(2027, 1, 21, 5, 0, tzinfo=UTC))
    (asked,) = of_kind(sari, PollMentorMessage)
    assert (await sari.click(asked, "poll.met.yes")).ok
    assert (await sessions(pair))[0].state == SessionState.HELD
    assert (await correct(pair, hr, "no")).ok
    assert says(texts_in(hr.modal), "sessions.hr_record.done.not_held", language, number=1)
    assert (await sessions(pair))[0].state == SessionState.BOOKED
    assert await held_in_summary(pair) == 0
    await pair.run(days=1)
    for name in BOTH:
        (found,) = told(pair, name)
        assert shows(found, "sessions.hr_record.told.not_held", language, number=1)
    (found,) = told(pair, "budi")
    budi = pair.people["budi"]
    assert (await budi.click(found, "session.correct")).ok
    assert (await budi.submit({"met": "yes", **WHEN})).ok
    assert (await sessions(pair))[0].state == SessionState.HELD
    assert await held_in_summary(pair) == 1
    async with pair.balik.store.read(pair.clock.now()) as work:
        changes = (await work.session.exec(select(SessionChange))).all()
        entries = (await work.session.exec(select(AuditEntry).where(AuditEntry.what == "correct_session"))).all()
    assert [(one.kind, one.side, one.reason) for one in changes][-2:] == [
        ("not_held", "", "hr"),
        ("held", "mentee", None),
    ]
    assert [one.details["held"] for one in entries] == [False]
    await hr.slack.close(all=True)
    await hr.command("log", pair.hr_channel)
    assert says(texts_in(hr.modal), "matching.log.acts.correct_session", language, number=1, held=False)


async def test_what_cannot_be_is_said_at_the_field(pair: Office, hr: Colleague) -> None:
    await pair.run(until=datetime(2027, 1, 21, 5, 0, tzinfo=UTC))
    later = await correct(pair, hr, "yes", date="2027-01-25", time="10:00")
    assert says(later.errors["date"], "sessions.held.errors.future", "id")
    earlier = await correct(pair, hr, "yes", date="2026-01-25", time="10:00")
    assert says(earlier.errors["date"], "sessions.held.errors.early", "id")
    assert "time" in (await correct(pair, hr, "yes")).errors
    assert told(pair, "sari") == []


async def test_nothing_is_told_if_it_is_on_record_already(pair: Office, hr: Colleague) -> None:
    await pair.run(until=datetime(2027, 1, 21, 5, 0, tzinfo=UTC))
    assert (await correct(pair, hr, "no")).ok
    assert says(texts_in(hr.modal), "sessions.hr_record.done.same", "id", number=1)
    await pair.run(days=1)
    assert told(pair, "sari") == []


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_record_of_a_pair_that_is_over(pair: Office, hr: Colleague, language: str) -> None:
    """HR corrects it in the same way; nothing is asked about it, and figures follow."""
    await in_language(pair, language)
    await pair.run(until=datetime(2027, 1, 22, 3, 0, tzinfo=UTC))
    await end(pair, hr)
    await pair.run(days=10)
    assert await held_in_summary(pair) == 0
    assert not (await correct(pair, hr, "yes", date="2027-01-25", time="10:00")).ok, "after the pair's end"
    assert (await correct(pair, hr, "yes", **WHEN)).ok
    assert says(texts_in(hr.modal), "sessions.hr_record.done.held", language, number=1)
    assert await held_in_summary(pair) == 1
    await pair.run(days=2)
    for name in BOTH:
        (found,) = told(pair, name)
        assert shows(found, "sessions.hr_record.told.held", language, number=1)
        assert "session.correct" not in action_ids(found)
    assert (await correct(pair, hr, "no")).ok
    row = (await sessions(pair))[0]
    assert (row.state, row.settled_at is not None) == (SessionState.MISSED, True)
    assert await held_in_summary(pair) == 0
