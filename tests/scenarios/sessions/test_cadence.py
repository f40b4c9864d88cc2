"""How often and in which form a pair meets: one proposes, the other answers, and what lies ahead follows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.messages.sessions import (
    BookingNudgeMessage,
    BookingReminderMessage,
    CadenceAgreedMessage,
    CadenceKeptMessage,
    CadenceProposedMessage,
    LessOftenMessage,
    PollLeaderMessage,
)
from storage.tables import SessionState
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import (
    MONDAY_11,
    agree,
    book,
    introduce,
    more_of,
    of_kind,
    release,
    sent_at,
    sessions,
    with_action,
)
from tests.scenarios.snapshots import once
from tests.wording import label, says

WEEKLY = {"cadence": label("labels.in_text.cadences.weekly"), "format": label("labels.in_text.formats.observation")}


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, agreed, on the morning when the first session is to be booked."""
    await introduce(office, hr)
    await agree(office)
    await once(office, office.run, until=MONDAY_11)
    return office


async def propose(who: Colleague, cadence: str, form: str = "hands_on") -> None:
    assert (await who.click(await more_of(who), "rhythm.open")).ok
    assert (await who.submit({"cadence": cadence, "format": form})).ok
    await who.slack.close(all=True)
    await who.office.run(minutes=1)


async def answer(who: Colleague, action: str) -> str:
    """What stands in the proposal's place afterwards."""
    message = with_action(who, action)[-1]
    assert (await who.click(message, action)).ok
    await who.office.run(minutes=1)
    return next(texts_in(one) for one in who.inbox if one.ts == message.ts)


async def test_weekly_from_now_on_and_nothing_twice(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    before = await sessions(pair)
    await propose(sari, "weekly", "observation")
    (asked,) = of_kind(budi, CadenceProposedMessage)
    assert shows(asked, "sessions.cadence.proposed.body", **WEEKLY)
    assert [one.closes_on for one in await sessions(pair)] == [one.closes_on for one in before], "nothing moved yet"
    said = await answer(budi, "rhythm.agree")
    assert says(said, "sessions.cadence.answers.agreed_by_me", cadence=WEEKLY["cadence"])
    assert len(of_kind(sari, CadenceAgreedMessage)) == 1
    rows = await sessions(pair)
    assert (rows[0].starts_at, rows[0].opens_on) == (datetime(2027, 1, 14, 3, 0, tzinfo=UTC), date(2027, 1, 11))
    assert [one.opens_on for one in rows[1:4]] == [date(2027, 1, 15), date(2027, 1, 22), date(2027, 1, 29)]
    assert rows[-1].closes_on == date(2027, 7, 11), "the programme's end stays"
    assert [rows[0].pack, rows[-1].pack] == ["contract", "harvest"]
    assert [one.number for one in rows] == list(range(1, len(rows) + 1))
    # The old plan asked for session 2 in February only; the new one asks on each Friday, once, if no poll asked before.
    await pair.run(until=datetime(2027, 1, 15, 10, 0, tzinfo=UTC))
    (poll,) = of_kind(budi, PollLeaderMessage)
    assert shows(poll, "sessions.slots.book", number=2), "before it is answered: it is the reminder, too"
    assert (await budi.click(poll, "poll.met.yes")).ok
    await pair.run(until=datetime(2027, 2, 1, 10, 0, tzinfo=UTC))
    assert of_kind(budi, BookingNudgeMessage, session=rows[1].id) == []
    (nudge,) = of_kind(budi, BookingNudgeMessage, session=rows[2].id)
    assert sent_at(nudge).date() == date(2027, 1, 22)
    assert of_kind(budi, BookingNudgeMessage, session=rows[3].id) == [], "he has not reacted to three reminders"
    assert len(of_kind(budi, BookingNudgeMessage, session=rows[0].id)) == 1
    assert of_kind(sari, BookingNudgeMessage) == [], "only who books is asked to"
    await sari.click(await more_of(sari), "rhythm.open")
    assert shows(sari.modal, "sessions.cadence.form.intro", **WEEKLY)
    assert await _twice(budi) == []


async def test_back_to_monthly_the_open_session_stays_and_the_rest_falls_away(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await propose(sari, "weekly")
    await answer(budi, "rhythm.agree")
    weekly = await sessions(pair)
    assert len(weekly) > 20
    assert weekly[0].closes_on == date(2027, 1, 18), "a week from today"
    await pair.run(days=1)
    await propose(budi, "monthly")
    await answer(sari, "rhythm.agree")
    rows = await sessions(pair)
    assert [one.number for one in rows] == [1, 2, 3, 4, 5, 6]
    assert (rows[0].opens_on, rows[0].closes_on) == (date(2027, 1, 11), date(2027, 2, 12))
    assert rows[-1].closes_on == date(2027, 7, 11)
    await pair.run(until=datetime(2027, 2, 20, 10, 0, tzinfo=UTC))
    assert len(of_kind(budi, BookingNudgeMessage, session=rows[0].id)) == 1, (
        "what was said of the open one is not said again"
    )
    assert len(of_kind(budi, BookingNudgeMessage, session=rows[1].id)) == 1, "and nothing of the weekly plan"
    assert of_kind(sari, BookingNudgeMessage) == []
    assert {one.state for one in (await sessions(pair))[1:]} == {SessionState.PLANNED}
    assert await _twice(sari) == []


async def test_keep_it_as_it_is_and_by_agreement(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    plan = [(one.opens_on, one.closes_on) for one in await sessions(pair)]
    await propose(budi, "fortnightly")
    assert says(await answer(sari, "rhythm.keep"), "sessions.cadence.answers.kept_by_me")
    assert len(of_kind(budi, CadenceKeptMessage)) == 1
    assert [(one.opens_on, one.closes_on) for one in await sessions(pair)] == plan
    # Both want the same: whoever asks second agrees.
    await propose(sari, "by_agreement", "discussion")
    first = with_action(budi, "rhythm.agree")[-1]
    await propose(budi, "by_agreement", "discussion")
    (agreed,) = of_kind(sari, CadenceAgreedMessage)
    by_agreement = label("labels.in_text.cadences.by_agreement")
    assert shows(agreed, "sessions.cadence.answers.agreed", cadence=by_agreement)
    await budi.click(first, "rhythm.keep")
    assert budi.slack.dm is not None
    assert says(budi.whispered(budi.slack.dm)[-1], "errors.rhythm_outdated")
    assert "keep" not in "".join(action_ids(budi.inbox[-1]))
    await pair.run(until=MONDAY_11 + timedelta(days=20))
    assert of_kind(sari, BookingReminderMessage) == [], "nobody is reminded of dates that are their own"


async def test_a_session_that_took_place_is_not_counted_as_one_to_come(pair: Office) -> None:
    """Its poll is open for days after it."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    await propose(sari, "monthly", "observation")
    said = await answer(budi, "rhythm.agree")
    assert says(said, "sessions.cadence.answers.agreed_by_me", ahead=len(await sessions(pair)) - 1)


async def _twice(who: Colleague) -> list[str]:
    """Headings that came more than once. What stands in place of an outdated message did not come."""
    came = [one for one in who.inbox if not shows(one, "sessions.stale.body")]
    seen: list[str] = [texts_in(one) for one in came if "rhythm" not in "".join(action_ids(one))]
    return sorted({text for text in seen if seen.count(text) > 1})


async def test_a_weekly_pair_that_does_not_book_is_asked_once_whether_less_often(office: Office, hr: Colleague) -> None:
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.set_up(hr, starts_on="2027-01-11", cadence="weekly")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentee", "director", "Finance")
    await release(office, hr)
    await office.run(days=14)
    assert of_kind(sari, LessOftenMessage) == []
    await office.run(days=35)
    (asked,) = of_kind(sari, LessOftenMessage)
    assert len(of_kind(budi, LessOftenMessage)) == 1, "they did not agree on who books"
    assert (await sari.click(asked, "rhythm.open")).ok
    assert sari.modal.submit
