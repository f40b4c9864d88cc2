"""Properties of every timeline of a session: its hours, its order, each step once."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import Hours, is_working, next_working
from bot.domain.programme import Cadence
from bot.domain.sessions import (
    PlannedSession,
    Side,
    StepKey,
    StepKind,
    due,
    plan,
    timeline,
)
from tests.unit.sessions.test_sessions import INDONESIA, JAKARTA, JAYAPURA, MARCH, TUESDAY_TEN, utc

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    start = draw(st.integers(5, 12))
    return Hours(draw(st.sampled_from(ZONES)), time(start), time(start + draw(st.integers(1, 10))))


@given(
    mentor=some_hours(),
    leader=some_hours(),
    planned=st.builds(
        lambda start, cadence, i: plan(start, 6, cadence)[i % len(plan(start, 6, cadence))],
        st.dates(date(2025, 1, 1), date(2028, 12, 31)),
        st.sampled_from(Cadence),
        st.integers(0, 25),
    ),
    into=st.one_of(st.none(), st.integers(0, 31 * 96)),
    minutes=st.sampled_from([30, 45, 60, 90]),
)
@settings(max_examples=400)
def test_every_timeline_keeps_to_working_hours_and_to_its_order(
    mentor: Hours, leader: Hours, planned: PlannedSession, into: int | None, minutes: int
) -> None:
    opens = datetime.combine(planned.opens, time(), UTC)
    start = None if into is None else opens + timedelta(minutes=15 * into)
    people = {Side.MENTOR: mentor, Side.LEADER: leader}
    steps = timeline(planned, start, minutes, mentor, leader, INDONESIA)

    assert [s.at for s in steps] == sorted(s.at for s in steps)
    assert len({s.key for s in steps}) == len(steps)
    assert all(s.at < s.expires for s in steps)
    for step in steps:
        if step.side is not None:
            assert is_working(step.at, people[step.side], INDONESIA)
    closes = [s for s in steps if s.kind is StepKind.POLL_CLOSE]
    polls = [s for s in steps if s.kind is StepKind.POLL]
    assert len(polls) == (2 * len(closes) if start is not None else 0)
    assert all(s.expires == closes[0].at for s in polls)
    if start is not None:
        for step in steps:
            if step.kind in (StepKind.MENTOR_PACK, StepKind.LEADER_PACK):
                assert step.at < start
            elif step.kind is StepKind.REMINDER:
                assert step.at <= start
            elif step.kind is StepKind.POLL:
                assert step.side is not None
                asked_from = start + timedelta(minutes=minutes + 15)
                assert step.at == next_working(asked_from, people[step.side], INDONESIA)


@given(gaps=st.lists(st.integers(1, 6 * 24), min_size=1, max_size=200), seed=st.integers(0, 20))
@settings(max_examples=150)
def test_ticks_at_any_moments_do_each_step_once(gaps: list[int], seed: int) -> None:
    """Whatever the ticks' rhythm, each step is sent or expires exactly once, and only in its reader's hours."""
    people = {Side.MENTOR: JAKARTA, Side.LEADER: JAYAPURA}
    start = TUESDAY_TEN + timedelta(hours=7 * seed)
    steps = timeline(MARCH, start, 60, JAKARTA, JAYAPURA, INDONESIA)
    now, done = utc(2026, 3, 1), list[StepKey]()
    for gap in [*gaps, 24 * 400]:
        now += timedelta(hours=gap)
        found = due(steps, done, now, people, INDONESIA)
        for step in found.send:
            assert step.at <= now < step.expires
            assert step.side is None or is_working(now, people[step.side], INDONESIA)
        done += [step.key for step in (*found.send, *found.expired)]
        assert found.next_at is None or found.next_at > now
    assert sorted(map(str, done)) == sorted(str(step.key) for step in steps)
