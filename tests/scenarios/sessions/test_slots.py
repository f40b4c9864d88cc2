"""Times that suit both, as buttons in messages: one press books, and what is no longer so is said."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.messages.sessions import BookingNudgeMessage, SessionCancelledMessage
from bot.domain.sessions import slot_at
from bot.rehearsal.actor import elements
from bot.sandbox import Message, View
from handlers.sessions.slot_views import SlotValue
from storage.tables import SessionState
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import (
    JAKARTA,
    JAYAPURA,
    MONDAY_11,
    agree,
    book,
    in_chat,
    introduce,
    introduced,
    of_kind,
    sessions,
)
from tests.wording import says

FIRST, SECOND = "session.slot.1", "session.slot.2"


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, introduced, on the morning when the first session is to be booked."""
    return await introduced(office, hr)


def offered(place: Message | View) -> list[SlotValue]:
    """The times of the buttons."""
    return [SlotValue.read(one["value"]) for one in elements(place) if one["action_id"].startswith("session.slot.")]


def said_in_chat(who: Colleague) -> list[str]:
    """What only this person saw in the chat of the two."""
    (chat,) = [one for one in who.slack.channels if one.kind == "mpim"]
    return who.whispered(chat)


def to_both(office: Office) -> Message:
    """The introduction in the chat of the two."""
    return next(one for one in in_chat(office) if "session.book" in action_ids(one))


async def nudge_of(office: Office, who: Colleague) -> Message:
    await office.settle()
    (nudge,) = of_kind(who, BookingNudgeMessage, session=1)
    return nudge


async def test_one_press_in_the_nudge_books_and_it_becomes_the_session(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    nudge = await nudge_of(pair, sari)
    times = offered(nudge)
    assert len(times) == 3
    for one in times:
        at = one.starts_at.astimezone(ZoneInfo(JAKARTA))
        assert date(2027, 1, 14) <= at.date(), "with time for the packs"
        assert time(9) <= at.time() <= time(16)
    assert (await sari.click(nudge, SECOND)).ok
    (first, *_) = await sessions(pair)
    assert (first.state, first.starts_at) == (SessionState.BOOKED, times[1].starts_at)
    nudge = await nudge_of(pair, sari)
    assert offered(nudge) == []
    assert {"session.move", "session.cancel", "calendar.file"} <= set(action_ids(nudge))
    await pair.run(days=1, minutes=15)
    assert shows(in_chat(pair)[-1], "sessions.booked.group", number=1), "Budi reads it"
    # Budi moves it: the message in which Sari booked shows the new time.
    assert (await book(pair, budi, "2027-01-20", "10:00", reason="busy")).ok
    await pair.run(minutes=5)
    assert shows(await nudge_of(pair, sari), "sessions.booked.now", when="Wednesday 20 January 2027, 10:00 WIB")


async def test_a_second_press_changes_nothing(pair: Office) -> None:
    sari = pair.people["sari"]
    introduced = to_both(pair)
    for _ in range(2):  # the introduction keeps its buttons
        assert (await sari.click(introduced, FIRST)).ok
        assert says(said_in_chat(sari)[-1], "sessions.booked.body", number=1)
    (first, *_) = await sessions(pair)
    assert first.starts_at == offered(introduced)[0].starts_at
    await pair.run(days=1)
    assert len([one for one in in_chat(pair) if shows(one, "sessions.booked.group", number=1)]) == 1


async def test_both_press_different_times_and_the_first_counts(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    introduced = to_both(pair)
    assert len(offered(introduced)) == 3
    assert (await budi.click(introduced, FIRST)).ok
    assert (await sari.click(introduced, SECOND)).ok
    assert says(said_in_chat(sari)[-1], "sessions.taken.partner", number=1)
    (first, *_) = await sessions(pair)
    assert first.starts_at == offered(introduced)[0].starts_at


async def test_a_time_that_passed_or_was_taken_brings_others(pair: Office, hr: Colleague) -> None:
    """The button is a week old; then another pair takes the time that is offered instead."""
    sari = pair.people["sari"]
    nudge = await nudge_of(pair, sari)
    await pair.run(until=MONDAY_11 + timedelta(days=9))
    assert (await sari.click(nudge, FIRST)).ok
    again = await nudge_of(pair, sari)
    assert shows(again, "sessions.book.errors.past")
    times = offered(again)
    assert len(times) == 3
    assert all(one.starts_at > pair.clock.now() for one in times)
    # The second session of the same people at that time: nobody is booked twice.
    rows = await sessions(pair)
    async with pair.balik.store.write(pair.clock.now()) as work:
        second = await work.session.get_one(type(rows[1]), rows[1].id)
        second.state, second.starts_at = SessionState.BOOKED, times[0].starts_at
        await work.commit()
    assert (await sari.click(again, FIRST)).ok
    once_more = await nudge_of(pair, sari)
    assert shows(once_more, "sessions.book.errors.taken_mine")
    assert times[0].starts_at.date() not in {one.starts_at.date() for one in offered(once_more)}
    (chosen, *_) = offered(once_more)
    assert (await sari.click(once_more, FIRST)).ok
    assert (await sessions(pair))[0].starts_at == chosen.starts_at


async def test_other_times_shows_more_with_both_clocks(office: Office, hr: Colleague) -> None:
    await introduce(office, hr, budi={"tz": JAYAPURA})
    await office.run(until=MONDAY_11)
    sari = office.people["sari"]
    nudge = await nudge_of(office, sari)
    labels = [one["text"]["text"] for one in elements(nudge) if one["action_id"].startswith("session.slot.")]
    assert all("WIB" in one and "WIT" in one and "Budi" in one for one in labels), labels
    assert (await sari.click(nudge, "session.book")).ok
    (radio,) = [one for one in elements(sari.modal) if one["action_id"] == "suggestion"]
    more = [datetime.fromisoformat(one["value"]) for one in radio["options"][:-1]]
    assert len(more) == 8
    for at in more:
        for zone in (JAKARTA, JAYAPURA):
            assert time(9) <= at.astimezone(ZoneInfo(zone)).time() <= time(16), at
    assert all("WIB" in one["text"]["text"] and "WIT" in one["text"]["text"] for one in radio["options"][:-1])
    in_both = [one["text"]["text"] for one in elements(to_both(office)) if one["action_id"].startswith("session.slot.")]
    assert all("WIB / " in one and "WIT" in one for one in in_both)


async def test_a_partner_who_is_away_meanwhile_is_not_booked(pair: Office) -> None:
    """Budi enters days away after the times were shown: his yes would be needed, so others are offered."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    nudge = await nudge_of(pair, sari)
    taken = offered(nudge)[0].starts_at.astimezone(ZoneInfo(JAKARTA)).date()
    await budi.click(await budi.open_home(), "working_time.open")
    await budi.click(budi.modal, "working_time.away")
    assert (await budi.submit({"first": taken.isoformat(), "last": taken.isoformat()})).ok
    await budi.slack.close(all=True)
    assert (await sari.click(nudge, FIRST)).ok
    again = await nudge_of(pair, sari)
    assert shows(again, "sessions.book.errors.day_off")
    assert taken not in {one.starts_at.astimezone(ZoneInfo(JAKARTA)).date() for one in offered(again)}
    assert (await sessions(pair))[0].starts_at is None


async def test_a_cancelled_session_offers_times_to_the_other(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    await pair.run(days=1)
    home = await budi.open_home()
    assert (await budi.click(home, "session.cancel")).ok
    await budi.slack.close(all=True)
    await pair.run(days=1)
    cancelled = of_kind(sari, SessionCancelledMessage) or [
        one for one in in_chat(pair) if shows(one, "sessions.cancelled.group", number=1)
    ]
    assert cancelled
    nudge = await nudge_of(pair, sari)
    assert shows(nudge, "sessions.taken.none", number=1), "the request to book asks again"
    (chosen, *_) = offered(nudge)
    assert (await sari.click(nudge, FIRST)).ok
    assert (await sessions(pair))[0].starts_at == chosen.starts_at


async def test_the_poll_offers_times_for_the_next_session(pair: Office) -> None:
    budi = pair.people["budi"]  # who arranges the dates, as they agreed
    await agree(pair)
    assert (await book(pair, budi, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 15, 3, 0, tzinfo=UTC))
    (poll,) = [one for one in budi.inbox if "poll.met.yes" in action_ids(one)]
    await budi.click(poll, "poll.met.yes")
    for name in ("useful", "own"):
        (poll,) = [one for one in budi.inbox if any(f"poll.{name}." in i for i in action_ids(one))]
        await budi.click(poll, f"poll.{name}.4")
    poll = next(one for one in budi.inbox if "poll.comment" in action_ids(one))
    times = offered(poll)
    assert len(times) == 3
    assert says(texts_in(poll), "sessions.slots.book", number=2)
    assert (await budi.click(poll, FIRST)).ok
    (_, second, *_) = await sessions(pair)
    assert slot_at(second.starts_at) == slot_at(times[0].starts_at)
