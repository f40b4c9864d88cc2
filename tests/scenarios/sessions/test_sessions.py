"""A pair's sessions: asked for, booked, moved, cancelled, prepared, and never at the wrong hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import DaysOff
from bot.domain.messages.care import PairNudgeMessage
from bot.domain.messages.closing import ClosingMessage
from bot.domain.messages.sessions import (
    BookingNudgeMessage,
    LeaderPackMessage,
    MentorPackMessage,
    PollLeaderMessage,
    PollMentorMessage,
    ReminderMessage,
    SessionBookedByMeMessage,
    SessionBookedMessage,
)
from storage.tables import SessionState
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import (
    AGREED,
    JAKARTA,
    JAYAPURA,
    MONDAY_11,
    agree,
    book,
    in_chat,
    introduce,
    introduced,
    kinds,
    of_kind,
    sent_at,
    sessions,
    with_action,
)
from tests.wording import label, says

POLLS = (PollMentorMessage, PollLeaderMessage)


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, introduced, on the morning when the first session is to be booked."""
    return await introduced(office, hr)


def in_hours(who: Colleague, zone: str, since: datetime) -> None:
    """Everything the person got came on a working day between nine and five on their clock."""
    off = DaysOff("ID")
    for message in who.inbox:
        if sent_at(message) < since:
            continue
        at = sent_at(message).astimezone(ZoneInfo(zone))
        assert not off.is_off(at.date()), f"{at}: {texts_in(message)}"
        assert time(9) <= at.time() < time(17), f"{at}: {texts_in(message)}"


async def test_from_the_nudge_to_the_poll_all_in_order_and_in_working_hours(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await agree(pair)
    (nudge,) = of_kind(sari, BookingNudgeMessage, session=1)
    assert sent_at(nudge) == MONDAY_11
    assert of_kind(budi, BookingNudgeMessage, session=1) == [], "only who books is asked to"
    # Thursday 21 January, 10:00.
    assert (await book(pair, sari, "2027-01-21", "10:00")).ok
    await pair.run(until=MONDAY_11 + timedelta(days=1, minutes=15))
    news = in_chat(pair)[-1]
    assert shows(news, "sessions.booked.group", number=1, when="Thursday 21 January 2027, 10:00 WIB")
    assert {"session.move", "calendar.file"} <= set(action_ids(news))
    came = {name: len(pair.people[name].inbox) for name in ("sari", "budi")}
    await pair.run(until=datetime(2027, 1, 22, 10, 0, tzinfo=UTC))
    for_sari, for_budi = sari.inbox[came["sari"] :], budi.inbox[came["budi"] :]
    assert [sent_at(one).date() for one in for_sari] == [date(2027, 1, day) for day in (18, 19, 21, 22)]
    assert [sent_at(one).date() for one in for_budi] == [date(2027, 1, day) for day in (19, 20, 21, 22)]
    pack, to_read, poll, unanswered = for_sari
    assert "prepare.open" in "".join(action_ids(to_read)), "the orientation, not read yet"
    assert pack in of_kind(sari, MentorPackMessage, session=1)
    assert of_kind(sari, ReminderMessage, session=1) == [], "the material was the reminder"
    assert sent_at(poll) >= datetime(2027, 1, 21, 4, 15, tzinfo=UTC)
    assert "poll.met.yes" in action_ids(poll)
    assert of_kind(sari, PairNudgeMessage) == [unanswered], "nobody said whether they met"
    assert of_kind(budi, PairNudgeMessage) == [for_budi[-1]]
    assert shows(unanswered, "care.at_risk.nudge.why.no_show")
    assert for_budi[1] in of_kind(budi, LeaderPackMessage, session=1)
    assert len(texts_in(for_budi[1])) < len(texts_in(pack)), "the leader's pack is the shorter one"
    in_hours(sari, JAKARTA, MONDAY_11)
    in_hours(budi, JAKARTA, MONDAY_11)


async def test_the_nudge_says_whose_turn_it_is_by_the_agreement(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert shows(of_kind(sari, BookingNudgeMessage, session=1)[0], "sessions.nudge_mentor.who.open")
    await sari.click(with_action(sari, "agreement.open")[0], "agreement.open")
    assert (await sari.submit(AGREED | {"books": "in_turn"})).ok
    await budi.click(with_action(budi, "agreement.open")[0], "agreement.open")
    assert (await budi.click(budi.modal, "agreement.sign")).ok
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 2, 11, 3, 0, tzinfo=UTC))
    assert shows(of_kind(budi, BookingNudgeMessage, session=2)[0], "sessions.nudge_mentee.who.turn_yours")
    assert shows(
        of_kind(budi, BookingNudgeMessage, session=2)[0], "sessions.nudge_mentee.body", closes="Friday 5 March 2027"
    )
    assert of_kind(sari, BookingNudgeMessage, session=2) == [], "it is not her turn"


async def test_the_pack_unfolds(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await book(pair, budi, "2027-01-14", "10:00")
    await pair.run(days=2)
    (pack,) = of_kind(sari, MentorPackMessage, session=1)
    assert len(texts_in(pack)) < 2500
    await sari.click(pack, "pack.open")
    shown = texts_in(sari.modal)
    for heading in ("purpose", "opener", "teach_back", "please_dont_of", "close"):
        assert says(shown, f"sessions.packs.frame.{heading}"), heading
    await sari.slack.close()
    (short,) = of_kind(budi, LeaderPackMessage, session=1)
    await budi.click(short, "pack.open")
    assert shows(budi.modal, "sessions.packs.frame.part")
    assert shows(budi.modal, "sessions.packs.frame.teach_back")


async def test_suggested_times_suit_both_and_one_click_books(pair: Office) -> None:
    sari = pair.people["sari"]
    (nudge,) = of_kind(sari, BookingNudgeMessage, session=1)
    await sari.click(nudge, "session.book")
    (radio,) = [block["element"] for block in sari.modal.blocks if block.get("block_id") == "suggestion"]
    slots = [option["value"] for option in radio["options"]]
    assert len(slots) == 9
    assert slots[-1] == "other"
    for slot in slots[:-1]:
        at = datetime.fromisoformat(slot).astimezone(ZoneInfo(JAKARTA))
        assert at.date() >= date(2027, 1, 14), "with time for the packs"
        assert time(9) <= at.time() <= time(16)
    outcome = await sari.submit({"suggestion": slots[1], "date": "2027-01-15"})
    assert set(outcome.errors) == {"suggestion"}, "either one or the other"
    await sari.slack.close()
    await sari.click(nudge, "session.book")
    assert (await sari.submit({"suggestion": slots[1]})).ok
    (first, *_) = await sessions(pair)
    assert first.starts_at == datetime.fromisoformat(slots[1])
    assert first.state == SessionState.BOOKED


@pytest.mark.parametrize(
    ("day", "at", "block", "says_what", "values"),
    [
        ("2027-01-08", "10:00", "date", "past", {}),
        ("2028-01-14", "10:00", "date", "far", {}),
        (None, "10:00", "date", "date", {}),
        ("2027-01-14", None, "time", "time", {}),
    ],
)
async def test_a_time_that_does_not_work_is_refused_at_its_field(
    pair: Office, day: str | None, at: str | None, block: str, says_what: str, values: dict[str, str]
) -> None:
    sari = pair.people["sari"]
    (nudge,) = of_kind(sari, BookingNudgeMessage, session=1)
    await sari.click(nudge, "session.book")
    picked = {"date": day, "time": at, "minutes": "60"}
    outcome = await sari.submit({name: value for name, value in picked.items() if value})
    assert set(outcome.errors) == {block}
    assert says(outcome.errors[block], f"sessions.book.errors.{says_what}", **values)
    assert (await sessions(pair))[0].starts_at is None
    assert of_kind(pair.people["budi"], SessionBookedMessage) == []


async def test_holidays_are_not_for_meeting(pair: Office) -> None:
    holiday = next(
        day for n in range(60) if DaysOff("ID").is_off(day := date(2027, 1, 18) + timedelta(n)) and day.weekday() < 5
    )
    (nudge,) = of_kind(pair.people["sari"], BookingNudgeMessage, session=1)
    await pair.people["sari"].click(nudge, "session.book")
    assert (await pair.people["sari"].submit({"date": holiday.isoformat(), "time": "10:00", "minutes": "60"})).ok
    assert shows(pair.people["sari"].modal, "sessions.book.errors.day_off")
    assert (await sessions(pair))[0].starts_at is None


async def test_outside_the_window_is_fine_but_said(pair: Office) -> None:
    sari = pair.people["sari"]
    (nudge,) = of_kind(sari, BookingNudgeMessage, session=1)
    await sari.click(nudge, "session.book")
    assert (await sari.submit({"date": "2027-02-16", "time": "10:00", "minutes": "30"})).ok
    assert shows(sari.modal, "sessions.book.outside")
    assert (await sessions(pair))[0].minutes == 30


async def test_moved_three_times_there_is_one_reminder_for_the_right_time(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.settle()
    for day, who in (("15", budi), ("19", sari), ("20", budi)):
        assert (await book(pair, who, f"2027-01-{day}", "14:00", reason="busy")).ok
        await pair.run(minutes=1)
    await pair.run(until=datetime(2027, 1, 21, 9, 0, tzinfo=UTC))
    (told,) = [one for one in in_chat(pair) if shows(one, "sessions.moved.group", number=1)]
    assert says(texts_in(told), "sessions.moved.group", reason=label("labels.move_reasons.busy")), "only the last"
    for who in (sari, budi):
        assert len(of_kind(who, *POLLS, session=1)) == 1
    (material,) = of_kind(sari, MentorPackMessage, session=1)
    assert sent_at(material).date() == date(2027, 1, 11), "she has it since the first time"
    (reminder,) = of_kind(sari, ReminderMessage, session=1)
    assert sent_at(reminder).date() == date(2027, 1, 20)
    assert of_kind(budi, ReminderMessage, session=1) == [], "his material came on the day before"
    assert len(of_kind(budi, LeaderPackMessage, session=1)) == 1


async def test_moving_needs_another_time_and_a_reason(pair: Office) -> None:
    sari = pair.people["sari"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.settle()
    assert of_kind(sari, SessionBookedByMeMessage) == [], "the form has the answer"
    await sari.click(await sari.open_home(), "session.move")
    outcome = await sari.submit({"date": "2027-01-15", "time": "10:00"})
    assert set(outcome.errors) == {"reason"}
    outcome = await sari.submit({"date": "2027-01-14", "time": "10:00", "reason": "busy"})
    assert says(outcome.errors["time"], "sessions.move.errors.same")


async def test_a_cancelled_session_is_quiet_and_can_be_booked_again(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await book(pair, sari, "2027-01-14", "10:00")
    await pair.settle()
    home = await budi.open_home()
    assert (await budi.click(home, "session.cancel")).ok
    assert shows(budi.modal, "sessions.cancelled.self", number=1)
    await budi.slack.close(all=True)
    await pair.run(days=1)
    assert shows(in_chat(pair)[-1], "sessions.cancelled.group", number=1)
    assert "session.book" in action_ids(in_chat(pair)[-1])
    assert [one for one in in_chat(pair) if shows(one, "sessions.booked.group")] == [], "it was over before it was told"
    await pair.run(until=datetime(2027, 1, 16, 0, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert of_kind(who, ReminderMessage, session=1) == []
        assert of_kind(who, *POLLS, session=1) == []
    assert (await book(pair, sari, "2027-01-20", "10:00")).ok
    await pair.run(days=6)
    assert len(of_kind(budi, LeaderPackMessage, session=1)) == 1


async def test_the_wrong_people_change_nothing(pair: Office, hr: Colleague) -> None:
    """A stranger, somebody of another pair and an ex-participant press Sari's button, with their own payloads."""
    from bot.services.caller import Caller, Rejected
    from bot.services.sessions import bookings as service
    from bot.services.sessions import records

    sari, budi = pair.people["sari"], pair.people["budi"]
    (row, *_) = await sessions(pair)
    stranger, lia = pair.hire("Tono Wijaya"), pair.hire("Lia Kurnia")
    await pair.join(lia, "mentor", "entry", "Legal")
    choice = service.Choice(date(2027, 1, 14), time(10), JAKARTA, 60)

    async def refusal(who: Colleague) -> str:
        caller = Caller(row.team_id, who.id, f"forged {who.id} {pair.clock.now()}", pair.clock.now())
        with pytest.raises(Rejected) as refused:
            await service.book(pair.balik.store, caller, row.id, choice)
        with pytest.raises(Rejected):
            await service.cancel(pair.balik.store, caller, row.id)
        with pytest.raises(Rejected):
            await records.record_held(
                pair.balik.store, caller, row.id, records.HeldAt(date(2027, 1, 11), time(9), JAKARTA, "unbooked")
            )
        return refused.value.code

    await pair.balik.context.directory.person(row.team_id, stranger.id, pair.clock.now())
    assert await refusal(stranger) == "not_participant"
    assert await refusal(lia) == "not_your_pair"
    await lia.command("leave")
    await lia.submit({})
    await pair.settle()
    assert await refusal(lia) == "left_programme"
    await budi.command("leave")
    await budi.submit({})
    await pair.settle()
    assert await refusal(budi) == "left_programme"
    assert await refusal(sari) == "pair_ended"
    assert (await sessions(pair))[0].starts_at is None


async def test_a_pause_stops_the_nudges_to_both(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await book(pair, sari, "2027-01-21", "10:00")
    await pair.settle()
    await budi.command("pause")
    await budi.submit({})
    await pair.run(until=datetime(2027, 1, 20, 3, 0, tzinfo=UTC))
    assert of_kind(sari, MentorPackMessage, session=1) == []
    (nudge, *_) = of_kind(sari, BookingNudgeMessage, session=1)
    await sari.click(nudge, "session.book")
    assert sari.slack.dm is not None
    assert says(sari.whispered(sari.slack.dm)[-1], "errors.partner_paused")


async def test_each_in_their_own_zone(office: Office, hr: Colleague) -> None:
    """Sari in Jakarta, Budi in Jayapura, two hours ahead."""
    await introduce(office, hr, budi={"tz": JAYAPURA})
    await office.run(until=MONDAY_11)
    sari, budi = office.people["sari"], office.people["budi"]
    (to_sari,) = of_kind(sari, BookingNudgeMessage, session=1)
    assert sent_at(to_sari) == MONDAY_11
    await budi.click(with_action(budi, "session.book")[0], "session.book")
    assert "WIT" in texts_in(budi.modal)
    assert (await budi.submit({"date": "2027-01-21", "time": "09:30", "minutes": "60"})).ok
    assert "09:00–17:00 WIB" in texts_in(budi.modal), "it is half past seven for Sari"
    assert (await budi.click(budi.modal, "session.book")).ok, "another time"
    assert (await budi.submit({"date": "2027-01-21", "time": "13:00"})).ok
    await office.run(days=1)
    assert "11:00 WIB / 13:00 WIT" in texts_in(in_chat(office)[-1])
    await office.run(until=datetime(2027, 1, 23, 0, 0, tzinfo=UTC))
    for who, zone, at in ((sari, JAKARTA, "11:00 WIB"), (budi, JAYAPURA, "13:00 WIT")):
        in_hours(who, zone, MONDAY_11 - timedelta(hours=2))
        (pack,) = of_kind(who, MentorPackMessage, LeaderPackMessage, session=1)
        assert at in texts_in(pack)
        assert len(of_kind(who, *POLLS, session=1)) == 1


async def test_a_move_to_another_zone_moves_what_is_sent(pair: Office) -> None:
    from bot.services.people import people

    sari = pair.people["sari"]
    await book(pair, sari, "2027-01-21", "15:00")
    (row, *_) = await sessions(pair)
    profile = people.Profile(row.team_id, sari.id, zone=JAYAPURA)
    await people.follow(pair.balik.store, profile, pair.clock.now())
    await pair.run(until=datetime(2027, 1, 21, 12, 0, tzinfo=UTC))
    (pack,) = of_kind(sari, MentorPackMessage, session=1)
    assert sent_at(pack) == datetime(2027, 1, 18, 0, 0, tzinfo=UTC), "09:00 in Jayapura"
    assert (await sessions(pair))[0].starts_at == row.starts_at, "the meeting itself stays when it was agreed"


async def test_the_whole_programme_is_never_at_the_wrong_hour(pair: Office) -> None:
    """Nobody books anything for six months: nudges, all in working hours, none twice."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(until=datetime(2027, 8, 1, 0, 0, tzinfo=UTC))
    for who in (sari, budi):
        in_hours(who, JAKARTA, MONDAY_11)
        counts = [len(of_kind(who, BookingNudgeMessage, session=number)) for number in range(1, 7)]
        assert max(counts) <= 1, kinds(who.inbox)
        assert counts[-1] == 0, "what nobody reacts to becomes rarer, and stops"
        assert of_kind(who, *POLLS) == [], "nobody is asked about a session that had no time"
    assert {one.state for one in await sessions(pair)} == {SessionState.MISSED}
    assert len(of_kind(sari, ClosingMessage)) == 1
    assert len([one for one in pair.posted(pair.hr_channel) if shows(one, "closing.hr.title")]) == 1


async def test_everything_also_from_the_home_tab(pair: Office) -> None:
    sari = pair.people["sari"]
    await sari.open_home()
    await sari.click(sari.slack.home, "session.book")
    assert (await sari.submit({"date": "2027-01-14", "time": "10:00", "minutes": "60"})).ok
    await sari.slack.close(all=True)
    assert sari.slack.home is not None
    assert "session.cancel" in action_ids(sari.slack.home), "the tab follows at once"
    await sari.click(sari.slack.home, "pack.open")
    assert shows(sari.modal, "sessions.packs.frame.purpose")
    await sari.slack.close()
    await sari.click(sari.slack.home, "session.cancel")
    assert shows(sari.modal, "sessions.cancelled.self", number=1)
    await pair.run(days=1)
    assert shows(in_chat(pair)[-1], "sessions.cancelled.group", number=1)


async def test_cancel_stands_in_the_form_for_moving_too(pair: Office) -> None:
    sari = pair.people["sari"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    (nudge,) = of_kind(sari, BookingNudgeMessage, session=1)
    await sari.click(nudge, "session.book")
    assert "session.cancel" in action_ids(sari.modal)
    await sari.click(None, "session.cancel")
    assert shows(sari.modal, "sessions.cancelled.self", number=1)
    assert (await sessions(pair))[0].state == SessionState.PLANNED
