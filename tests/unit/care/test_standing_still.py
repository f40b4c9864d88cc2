"""Which pairs stand still, and which only have nothing to do at the moment."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.agreement import SignatureTimes
from bot.domain.calendar import DaysOff
from bot.domain.care import SignalKind, signals
from bot.services.care.at_risk import pair_facts
from storage.tables import MentoringSession, Pair, SessionState

INTRODUCED = datetime(2027, 1, 14, 2, 0, tzinfo=UTC)
WINDOWS = (date(2027, 2, 1), date(2027, 3, 1), date(2027, 4, 1))


def test_waiting_for_a_window_is_not_standing_still() -> None:
    sessions = [session(1, held="2027-02-02"), session(2), session(3)]
    assert not stands_still(sessions, "2027-02-27")
    assert not stands_still(sessions, "2027-03-01"), "the window has only just opened"
    assert not stands_still(sessions, "2027-03-20")
    assert stands_still(sessions, "2027-03-23"), "three weeks with a window open"


def test_who_missed_a_window_stands_still_when_the_next_one_opens() -> None:
    sessions = [session(1, held="2027-02-02"), session(2, missed=True), session(3)]
    assert stands_still(sessions, "2027-04-01")


def test_who_held_every_session_is_done() -> None:
    assert not stands_still([session(number, held=f"2027-0{number + 1}-08") for number in (1, 2, 3)], "2027-06-01")


def session(number: int, *, held: str = "", missed: bool = False) -> MentoringSession:
    opens = WINDOWS[number - 1]
    starts = datetime.fromisoformat(f"{held}T03:00+00:00") if held else None
    state = SessionState.HELD if held else SessionState.MISSED if missed else SessionState.PLANNED
    return MentoringSession(
        id=number,
        team_id="T1",
        pair_id=1,
        number=number,
        pack="contract",
        opens_on=opens,
        closes_on=opens + timedelta(days=28),
        state=state,
        starts_at=starts,
        settled_at=starts or (datetime(2027, 3, 31, tzinfo=UTC) if missed else None),
    )


def stands_still(sessions: list[MentoringSession], day: str) -> bool:
    now = datetime.fromisoformat(f"{day}T03:00+00:00")
    facts = pair_facts(
        Pair(id=1, team_id="T1", programme_id=1, mentor_id=1, leader_id=2, introduced_at=INTRODUCED),
        "Asia/Jakarta",
        DaysOff(),
        sessions,
        [],
        agreed=SignatureTimes(signed_at=INTRODUCED),
        paused=False,
        resumed_at=None,
        now=now,
    )
    return SignalKind.STALLED in [one.kind for one in signals(facts, now)]
