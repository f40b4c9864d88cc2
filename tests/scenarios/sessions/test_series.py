"""The next sessions booked in one go: at times that suit both, each to be moved by itself, told together."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar import DaysOff
from bot.domain.messages.sessions import BookingNudgeMessage, SessionBookedMessage
from bot.rehearsal.actor import elements
from handlers.sessions.series_views import SeriesValue
from storage.tables import SessionState
from tests.scenarios.office import Colleague, Office, shows
from tests.scenarios.pairs import JAKARTA, in_chat, introduced, of_kind, sessions


async def open_series(pair: Office, who: Colleague) -> None:
    """Book the first session with one press, and open the form for the next ones."""
    (nudge,) = of_kind(who, BookingNudgeMessage, session=1)
    assert (await who.click(nudge, "session.slot.1")).ok
    assert (await who.click(nudge, "session.series")).ok


async def test_the_next_sessions_are_booked_and_each_is_movable(office: Office, hr: Colleague) -> None:
    pair = await introduced(office, hr)
    sari, budi = pair.people["sari"], pair.people["budi"]
    await open_series(pair, sari)
    (ticks,) = [one for one in elements(sari.modal) if one["action_id"] == "sessions"]
    offered = [SeriesValue.read(one["value"]) for one in ticks["options"]]
    rows = await sessions(pair)
    assert [one.session_id for one in offered] == [one.id for one in rows[1:6]]
    for one, row in zip(offered, rows[1:], strict=False):
        at = one.starts_at.astimezone(ZoneInfo(JAKARTA))
        assert row.opens_on <= at.date() < row.closes_on
        assert not DaysOff("ID").is_off(at.date())
    assert rows[0].starts_at is not None
    first = rows[0].starts_at.strftime("%a %H:%M")
    regular = [one for one in offered if one.starts_at.strftime("%a %H:%M") == first]
    assert len(regular) >= 4, "the weekday and time of the first, but for a holiday"
    assert (await sari.submit({"sessions": [str(one) for one in offered[:3]]})).ok
    assert shows(sari.modal, "sessions.series.stored")
    assert shows(sari.modal, "sessions.series.booked", number=4)
    states = [one.state for one in await sessions(pair)]
    assert states[:5] == [SessionState.BOOKED] * 4 + [SessionState.PLANNED]
    await pair.run(days=2)
    told = [one for number in (2, 3, 4) for one in of_kind(budi, SessionBookedMessage, session=rows[number - 1].id)]
    assert len(told) == 3
    moments = [float(one.ts) for one in told]
    assert max(moments) - min(moments) < 5, "at one moment: where a day has one message, in that"
    assert len([one for one in in_chat(pair) if shows(one, "sessions.booked.group")]) == 1, "only the first"
    # One of them moves; the others stay.
    await sari.slack.close(all=True)
    (message, *_) = told
    assert (await budi.click(message, "session.move")).ok
    day = offered[0].starts_at.astimezone(ZoneInfo(JAKARTA)).date() + timedelta(days=4)
    assert day > date(2027, 2, 1)
    assert (await budi.submit({"date": day.isoformat(), "time": "14:00", "reason": "busy"})).ok
    after = await sessions(pair)
    assert after[1].starts_at != offered[0].starts_at
    assert [one.starts_at for one in after[2:4]] == [one.starts_at for one in offered[1:3]]


async def test_what_is_taken_meanwhile_is_left_with_a_button(office: Office, hr: Colleague) -> None:
    pair = await introduced(office, hr)
    sari, budi = pair.people["sari"], pair.people["budi"]
    await open_series(pair, sari)
    (ticks,) = [one for one in elements(sari.modal) if one["action_id"] == "sessions"]
    chosen = [SeriesValue.read(one["value"]) for one in ticks["options"]]
    gone = chosen[0].starts_at.astimezone(ZoneInfo(JAKARTA)).date()
    await budi.click(await budi.open_home(), "working_time.open")
    await budi.click(budi.modal, "working_time.away")
    assert (await budi.submit({"first": gone.isoformat(), "last": gone.isoformat()})).ok
    assert (await sari.submit({"sessions": [str(one) for one in chosen[:2]]})).ok
    assert shows(sari.modal, "sessions.series.refused")
    states = [one.state for one in await sessions(pair)]
    assert states[1:3] == [SessionState.PLANNED, SessionState.BOOKED]
