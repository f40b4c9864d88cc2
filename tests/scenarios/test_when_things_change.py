"""Somebody moves, pauses, leaves the company; a session moves again and again: right messages, each once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot.domain.messages.care import PartnerBackMessage, PartnerPausedMessage, PauseOverMessage
from bot.domain.messages.matching import StillLookingMessage
from bot.domain.messages.sessions import (
    LeaderPackMessage,
    MentorPackMessage,
    PollLeaderMessage,
    PollMentorMessage,
    ReminderMessage,
    SessionCancelledMessage,
)
from bot.domain.messages.signup import PairEndedMessage
from bot.jobs.registry import LOOKED_AT_BY, UNPLANNED, WAITING
from bot.services.caller import Caller, HrCaller
from bot.services.care.parting import end_pair_by_hr
from bot.services.care.rests import pause_pair
from bot.services.privacy.erasure import erase
from storage.tables import SessionChange, SessionState
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import (
    JAYAPURA,
    agree,
    book,
    in_chat,
    introduced,
    more_of,
    of_kind,
    pairs,
    sent_at,
    sessions,
)

ABOUT_THE_TIME = (ReminderMessage, MentorPackMessage, LeaderPackMessage, PollMentorMessage, PollLeaderMessage)


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, agreed, on the morning when the first session is to be booked."""
    await introduced(office, hr)
    await agree(office)
    return office


def twice(who: Colleague) -> list[str]:
    """What somebody was told more than once."""
    return [text for text, count in Counter(texts_in(one) for one in who.inbox).items() if count > 1]


async def test_three_moves_and_another_zone_in_between(pair: Office) -> None:
    """Sari moves to Jayapura, two hours ahead, between the second and the third move, and then still further east."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-19", "10:00")).ok
    for day, who in (("20", budi), ("21", sari)):
        await pair.run(minutes=2)
        assert (await book(pair, who, f"2027-01-{day}", "14:00", reason="busy")).ok
    await pair.run(minutes=2)
    await pair.slack.change_user(pair.slack.user(sari.id), tz=JAYAPURA)
    await pair.run(minutes=2)
    assert (await sessions(pair))[0].starts_at == datetime(2027, 1, 21, 7, 0, tzinfo=UTC), "what was agreed stays"
    assert (await book(pair, sari, "2027-01-22", "14:00", reason="travel")).ok
    await pair.run(until=datetime(2027, 1, 21, 14, 0, tzinfo=UTC))
    assert "12:00 WIB" in texts_in(in_chat(pair)[-1]), "14:00 in Jayapura is noon in Jakarta"
    await pair.slack.change_user(pair.slack.user(sari.id), tz="Pacific/Auckland")
    await pair.run(until=datetime(2027, 1, 25, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert of_kind(who, ReminderMessage, session=1) == [], "the material was the reminder"
        assert len(of_kind(who, PollMentorMessage, PollLeaderMessage, session=1)) == 1
    assert sent_at(of_kind(sari, MentorPackMessage, session=1)[-1]) < datetime(2027, 1, 21, tzinfo=UTC)
    (material,) = of_kind(budi, LeaderPackMessage, session=1)
    assert sent_at(material) == datetime(2027, 1, 21, 2, tzinfo=UTC), "09:00 where he is"


async def test_the_chat_of_two_zones_has_both_clocks(pair: Office) -> None:
    """When it is booked and moved, in the old message that is replaced, and when it is cancelled."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.slack.change_user(pair.slack.user(budi.id), tz=JAYAPURA)
    await pair.run(minutes=2)
    assert (await book(pair, sari, "2027-01-26", "10:00")).ok
    await pair.run(days=2)
    assert (await book(pair, sari, "2027-01-27", "11:00", reason="busy")).ok
    await pair.run(days=2)
    moved = in_chat(pair)[-1]
    await sari.click(moved, "session.move")
    await sari.click(sari.modal, "session.cancel")
    await sari.slack.close(all=True)
    await pair.run(days=4)
    told = [texts_in(one) for one in in_chat(pair) if "10:00 WIB" in texts_in(one) or "11:00 WIB" in texts_in(one)]
    assert len(told) >= 3
    for one in told:
        assert one.count(" WIB") == one.count(" WIT"), one


async def test_suggested_times_suit_both_wherever_they_are(pair: Office) -> None:
    """Budi works in Berlin: from Jakarta the late afternoon suits both; from Jayapura only hours they are awake."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.slack.change_user(pair.slack.user(budi.id), tz="Europe/Berlin")
    await pair.run(minutes=1)
    for zone, name, hours in (("Asia/Jakarta", "WIB", (15, 16)), (JAYAPURA, "WIT", (15, 20))):
        await pair.slack.change_user(pair.slack.user(sari.id), tz=zone)
        await pair.run(minutes=1)
        await sari.click(await sari.open_home(), "session.book")
        (radio,) = [block["element"] for block in sari.modal.blocks if block.get("block_id") == "suggestion"]
        slots = {one["value"]: one["text"]["text"] for one in radio["options"] if one["value"] != "other"}
        assert len(slots) == 8
        for slot, label in slots.items():
            assert hours[0] <= datetime.fromisoformat(slot).astimezone(ZoneInfo(zone)).hour <= hours[1]
            assert 7 <= datetime.fromisoformat(slot).astimezone(ZoneInfo("Europe/Berlin")).hour <= 16
            assert name in label
        await sari.slack.close(all=True)


async def test_a_pause_across_a_session(pair: Office) -> None:
    """Budi pauses over the day they had agreed on: the session is off, both know, and afterwards they book again."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    await pair.run(days=1, hours=1)  # the chat has the news once the next day has begun
    await budi.command("pause")
    assert (await budi.submit({"until": "2027-01-27"})).ok
    assert shows(budi.modal, "sessions.called_off.line", number=1, when="Thursday 21 January 2027, 10:00")
    assert "calendar.file" in action_ids(budi.modal)
    await budi.slack.close(all=True)
    await pair.run(hours=2)
    (told,) = of_kind(sari, PartnerPausedMessage)
    assert shows(told, "sessions.called_off.line", number=1), "in the message about the break, and in no other"
    assert of_kind(sari, SessionCancelledMessage) == []
    for who in (sari, budi):
        assert all("calendar.google" not in action_ids(one) for one in who.inbox), "no link to the old time"
    await sari.click(told, "calendar.file")
    await pair.run(minutes=5)
    assert [b"METHOD:CANCEL" in one for one in files_of(sari)] == [True]
    came = {who.id: len(who.inbox) for who in (sari, budi)}
    await pair.run(until=datetime(2027, 1, 26, 10, 0, tzinfo=UTC))
    for who in (sari, budi):
        since = "\n".join(texts_in(one) for one in who.inbox[came[who.id] :])
        assert "session 1" not in since.lower(), "what is Sari's own, such as her orientation, may still come"
    assert len(budi.inbox) == came[budi.id]
    await pair.run(until=datetime(2027, 1, 27, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert of_kind(who, *ABOUT_THE_TIME, session=1) == []
    (back,) = of_kind(budi, PauseOverMessage)
    assert "session.book" in action_ids(back)
    assert "session.book" in action_ids(of_kind(sari, PartnerBackMessage)[0])
    assert (await book(pair, budi, "2027-02-02", "10:00")).ok
    await pair.run(until=datetime(2027, 2, 2, 9, 0, tzinfo=UTC))
    for who, material in ((sari, MentorPackMessage), (budi, LeaderPackMessage)):
        assert len(of_kind(who, material, session=1)) == 1
    async with pair.balik.store.read(pair.clock.now()) as work:
        changes = (await work.session.exec(select(SessionChange).order_by(col(SessionChange.id)))).all()
    assert [(one.kind, one.side, one.reason) for one in changes] == [
        ("booked", "mentor", None),
        ("called_off", "", "pause"),
        ("booked", "mentee", None),
    ]


async def test_a_pause_until_before_the_session_leaves_it(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    await budi.command("pause")
    assert (await budi.submit({"until": "2027-01-19"})).ok
    await pair.run(hours=1)
    assert not shows(of_kind(sari, PartnerPausedMessage)[0], "sessions.called_off.line")
    assert (await sessions(pair))[0].state == SessionState.BOOKED


@pytest.mark.parametrize("way", ["part", "leave", "erase", "deactivated", "rest", "ended by HR"])
async def test_whatever_ends_or_stops_a_pair_takes_its_booked_session_along(
    pair: Office, hr: Colleague, way: str
) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    await pair.run(minutes=5)
    before, (couple,) = len(sari.inbox), await pairs(pair)
    by_hr = HrCaller(couple.team_id, hr.id, way, pair.clock.now(), couple.programme_id)
    match way:
        case "part":
            await budi.click(await more_of(budi), "part.open")
            assert (await budi.submit({"then": "another"})).ok
            assert shows(budi.modal, "sessions.called_off.line", number=1)
        case "leave":
            await budi.command("leave")
            assert (await budi.submit({})).ok
            assert shows(budi.modal, "sessions.called_off.line", number=1)
            assert "calendar.file" not in action_ids(budi.modal), "nothing more is sent to them"
        case "erase":
            caller = Caller(couple.team_id, budi.id, way, pair.clock.now())
            assert await erase(pair.balik.store, caller)
        case "deactivated":
            await pair.slack.deactivate(pair.slack.user(budi.id))
        case "rest":
            await pause_pair(pair.balik.store, by_hr, couple.id, pair.clock.now() + timedelta(days=40))
        case _:
            await end_pair_by_hr(pair.balik.store, by_hr, couple.id)
    await pair.run(hours=3)
    news = sari.inbox[before:]
    telling_it = [one for one in news if shows(one, "sessions.called_off.line", number=1)]
    assert len(telling_it) == 1, [texts_in(one) for one in news]
    assert (await sessions(pair))[0].starts_at is None
    # The entry in Sari's calendar goes, even of a pair that is over.
    await sari.click(telling_it[0], "calendar.file")
    await pair.run(minutes=5)
    assert [b"METHOD:CANCEL" in one for one in files_of(sari)] == [True]
    await pair.run(until=datetime(2027, 1, 25, 9, 0, tzinfo=UTC))
    assert of_kind(sari, *ABOUT_THE_TIME, session=1) == []


def files_of(who: Colleague) -> list[bytes]:
    """The files that the bot sent to somebody."""
    files = who.office.slack.workspace.files
    return [files[file_id].content or b"" for message in who.inbox for file_id in message.files]


async def test_one_of_the_pair_is_deactivated_in_slack(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    await pair.run(minutes=5)
    came = len(budi.inbox)
    await pair.slack.deactivate(pair.slack.user(budi.id))
    await pair.run(hours=3)
    assert len(of_kind(sari, PairEndedMessage)) == 1
    assert len([one for one in pair.posted(pair.hr_channel) if shows(one, "care.leave.hr.body")]) == 1
    heard = len(sari.inbox)
    await pair.run(until=datetime(2027, 2, 20, 9, 0, tzinfo=UTC))
    assert len(sari.inbox) == heard + 1, "no pack, no reminder, no poll, no nudge of a pair that is no more"
    assert len(of_kind(sari, StillLookingMessage)) == 1
    assert len(budi.inbox) == came
    assert [one.next_check_at for one in await pairs(pair)] == [None]
    assert {one.state for one in await sessions(pair)} <= {SessionState.PLANNED, SessionState.BOOKED}
    # Coming back does not join again by itself.
    await pair.slack.change_user(pair.slack.user(budi.id), deleted=False)
    await pair.run(days=2)
    assert len(budi.inbox) == came
    assert twice(sari) == []


async def test_a_clock_moved_by_hand_wakes_every_tick(office: Office) -> None:
    """What only the running bot would look at, no scenario, rehearsal or demo would ever see."""
    assert {kind for kind, _ in WAITING} == set(LOOKED_AT_BY)
    woken = {name for names in LOOKED_AT_BY.values() for name in names}
    assert woken | set(UNPLANNED) == set(office.balik.scheduler.ticks)
