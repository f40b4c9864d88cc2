"""A pair's sessions: the plan, every step around one session, and what is due of them."""

from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import DaysOff, Hours, local
from bot.domain.programme import Cadence, Theme, topics_for
from bot.domain.sessions import (
    NEVER,
    PACKS,
    UNBOOKED,
    Pack,
    PlannedSession,
    Side,
    Step,
    StepKey,
    StepKind,
    add_months,
    due,
    packs_for,
    plan,
    read_step_keys,
    steps_after_booking,
    timeline,
)
from bot.services.pair_context import window_days
from bot.services.sessions.resumption import ToBook
from handlers.sessions.views import dates_missing
from prompts.catalogue import Catalogue
from storage.tables import MentoringSession
from tests.unit.sessions.test_pack_messages import meeting

INDONESIA = DaysOff()
JAKARTA = Hours("Asia/Jakarta")
MAKASSAR = Hours("Asia/Makassar")
JAYAPURA = Hours("Asia/Jayapura")

MARCH = PlannedSession(1, Pack.CONTRACT, date(2026, 3, 2), date(2026, 4, 2))
WEEK = PlannedSession(1, Pack.CONTRACT, date(2026, 4, 20), date(2026, 4, 27))
TUESDAY_TEN = datetime(2026, 3, 10, 3, tzinfo=UTC)
"""10 o'clock in Jakarta, 11 in Makassar, 12 in Jayapura."""


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def booked(start: datetime = TUESDAY_TEN, mentor: Hours = JAKARTA, leader: Hours = MAKASSAR) -> list[Step]:
    return timeline(MARCH, start, 60, mentor, leader, INDONESIA)


def unbooked(planned: PlannedSession = MARCH) -> list[Step]:
    return timeline(planned, None, 60, JAKARTA, MAKASSAR, INDONESIA)


def only(steps: list[Step], kind: StepKind, side: Side | None = None) -> Step:
    (step,) = [step for step in steps if step.kind is kind and step.side is side]
    return step


class TestPlan:
    def test_six_months_monthly_are_the_six_packs_in_order(self) -> None:
        sessions = plan(date(2026, 3, 2), 6, Cadence.MONTHLY)
        assert [s.number for s in sessions] == [1, 2, 3, 4, 5, 6]
        assert [s.pack for s in sessions] == list(Pack)[1:]
        assert sessions[0].opens == date(2026, 3, 2)
        assert sessions[-1].closes == date(2026, 9, 2)

    def test_months_of_different_length(self) -> None:
        edges = [s.opens for s in plan(date(2026, 1, 31), 4, Cadence.MONTHLY)]
        assert edges == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
        assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)

    @pytest.mark.parametrize(
        ("months", "cadence", "count"),
        [
            (1, Cadence.WEEKLY, 4),
            (6, Cadence.WEEKLY, 26),
            (6, Cadence.FORTNIGHTLY, 13),
            (3, Cadence.FORTNIGHTLY, 6),
            (1, Cadence.MONTHLY, 1),
        ],
    )
    def test_whole_periods_only(self, months: int, cadence: Cadence, count: int) -> None:
        assert len(plan(date(2026, 3, 2), months, cadence)) == count

    @pytest.mark.parametrize(
        ("count", "packs"),
        [
            (1, [Pack.CONTRACT]),
            (2, [Pack.CONTRACT, Pack.HARVEST]),
            (3, [Pack.CONTRACT, Pack.HANDS_ON, Pack.HARVEST]),
            (4, [Pack.CONTRACT, Pack.HANDS_ON, Pack.INSIGHT, Pack.HARVEST]),
            (5, [Pack.CONTRACT, Pack.WORKING_DAY, Pack.HANDS_ON, Pack.INSIGHT, Pack.HARVEST]),
        ],
    )
    def test_short_programmes_keep_what_holds_them_together(self, count: int, packs: list[Pack]) -> None:
        assert packs_for(count) == packs

    def test_nothing_planned_has_no_packs(self) -> None:
        assert packs_for(0) == []

    def test_long_programmes_repeat_the_middle_and_say_for_which_time(self) -> None:
        sessions = plan(date(2026, 3, 2), 8, Cadence.MONTHLY)
        assert [s.pack for s in sessions[5:]] == [Pack.WORKING_DAY, Pack.HANDS_ON, Pack.HARVEST]
        assert [s.round for s in sessions] == [0, 0, 0, 0, 0, 1, 1, 0]

    @pytest.mark.parametrize(
        ("start", "windows"),
        [
            (date(2027, 1, 8), 6),  # a week late: all
            (date(2027, 1, 20), 6),  # the sixth is shorter, by less than half
            (date(2027, 2, 1), 5),
            (date(2027, 6, 20), 1),  # less than a month is left
            (date(2027, 7, 7), 1),
            (date(2027, 7, 8), 0),
        ],
    )
    def test_a_pair_that_begins_late_has_as_many_as_there_is_time_for(self, start: date, windows: int) -> None:
        until = date(2027, 7, 8)
        found = plan(start, 6, Cadence.MONTHLY, until)
        assert len(found) == windows
        assert [one.pack for one in found] == packs_for(windows)
        assert all(one.closes <= until for one in found)

    def test_less_than_a_month_is_refused(self) -> None:
        with pytest.raises(ValueError, match="month"):
            plan(date(2026, 3, 2), 0, Cadence.WEEKLY)

    @given(
        start=st.dates(date(2024, 1, 1), date(2032, 1, 1)), months=st.integers(1, 24), cadence=st.sampled_from(Cadence)
    )
    @settings(max_examples=300)
    def test_windows_touch_and_stay_inside_the_programme(self, start: date, months: int, cadence: Cadence) -> None:
        sessions = plan(start, months, cadence)
        assert sessions[0].opens == start
        assert sessions[0].pack is Pack.CONTRACT
        assert sessions[-1].closes <= add_months(start, months)
        assert all(a.closes == b.opens for a, b in pairwise(sessions))
        assert all(s.opens < s.closes for s in sessions)
        assert len({(s.pack, s.round) for s in sessions}) == len(sessions)
        assert all((s.pack is Pack.HARVEST) == (s is sessions[-1]) for s in sessions[1:])


class TestNotBooked:
    def test_both_are_nudged_at_the_windows_opening_in_their_own_morning(self) -> None:
        steps = unbooked()
        assert only(steps, StepKind.BOOKING_NUDGE, Side.MENTOR).at == utc(2026, 3, 2, 2)
        assert only(steps, StepKind.BOOKING_NUDGE, Side.LEADER).at == utc(2026, 3, 2, 1)

    def test_a_window_that_opens_at_the_weekend_nudges_on_monday(self) -> None:
        weekend = PlannedSession(1, Pack.CONTRACT, date(2026, 2, 28), date(2026, 3, 28))
        assert only(unbooked(weekend), StepKind.BOOKING_NUDGE, Side.MENTOR).at == utc(2026, 3, 2, 2)

    def test_a_reminder_five_working_days_later(self) -> None:
        assert only(unbooked(), StepKind.BOOKING_REMINDER, Side.MENTOR).at == utc(2026, 3, 9, 2)

    def test_in_a_week_the_reminder_comes_half_way(self) -> None:
        assert only(unbooked(WEEK), StepKind.BOOKING_REMINDER, Side.MENTOR).at == utc(2026, 4, 22, 2)

    def test_nobody_is_asked_about_a_session_without_a_time_and_it_is_closed_all_the_same(self) -> None:
        steps = unbooked()
        assert not any(step.kind is StepKind.POLL for step in steps)
        assert only(steps, StepKind.POLL_CLOSE).at == utc(2026, 4, 9, 10), "Good Friday is between"

    def test_who_catches_up_is_told_once(self) -> None:
        late = due(unbooked(), [], utc(2026, 3, 11, 3))
        assert [step.kind for step in late.send] == [StepKind.BOOKING_REMINDER] * 2
        assert [step.kind for step in late.expired] == [StepKind.BOOKING_NUDGE] * 2

    def test_a_window_without_a_working_day_has_no_steps(self) -> None:
        leave = DaysOff(added=frozenset(WEEK.opens + timedelta(days=i) for i in range(7)))
        assert timeline(WEEK, None, 60, JAKARTA, MAKASSAR, leave) == []

    def test_one_working_day_nudges_once(self) -> None:
        leave = DaysOff(added=frozenset(WEEK.opens + timedelta(days=i) for i in range(4)))
        steps = timeline(WEEK, None, 60, JAKARTA, JAKARTA, leave)
        assert [s.kind for s in steps if s.side is Side.MENTOR] == [StepKind.BOOKING_NUDGE]


class TestBooked:
    def test_packs_reminder_and_poll_each_in_its_own_morning(self) -> None:
        steps = booked()
        assert only(steps, StepKind.MENTOR_PACK, Side.MENTOR).at == utc(2026, 3, 5, 2)
        assert only(steps, StepKind.LEADER_PACK, Side.LEADER).at == utc(2026, 3, 9, 1)
        assert only(steps, StepKind.REMINDER, Side.MENTOR).at == utc(2026, 3, 10, 2)
        assert only(steps, StepKind.REMINDER, Side.LEADER).at == utc(2026, 3, 10, 1)
        assert only(steps, StepKind.POLL, Side.MENTOR).at == utc(2026, 3, 10, 4, 15)
        assert only(steps, StepKind.POLL, Side.LEADER).at == utc(2026, 3, 10, 4, 15)
        assert only(steps, StepKind.POLL_CLOSE).at == utc(2026, 3, 17, 10)
        assert len(steps) == 7

    def test_nobody_is_nudged_to_book_what_is_booked(self) -> None:
        kinds = {step.kind for step in booked()}
        assert not kinds & {StepKind.BOOKING_NUDGE, StepKind.BOOKING_REMINDER}

    def test_holidays_push_the_packs_forward(self) -> None:
        after_eid = booked(utc(2026, 3, 25, 3))
        assert only(after_eid, StepKind.MENTOR_PACK, Side.MENTOR).at == utc(2026, 3, 13, 2)
        assert only(after_eid, StepKind.LEADER_PACK, Side.LEADER).at == utc(2026, 3, 17, 1)

    def test_a_session_at_opening_is_reminded_of_at_opening(self) -> None:
        at_nine = utc(2026, 3, 10, 2)
        remind = only(booked(at_nine), StepKind.REMINDER, Side.MENTOR)
        assert remind.at == at_nine
        assert remind in due(booked(at_nine), [], at_nine).send

    def test_a_session_before_opening_or_on_a_day_off_is_reminded_of_the_last_hour_before(self) -> None:
        at_eight = booked(utc(2026, 3, 10, 1), mentor=JAKARTA)
        assert only(at_eight, StepKind.REMINDER, Side.MENTOR).at == utc(2026, 3, 9, 9)
        saturday = booked(utc(2026, 3, 14, 3))
        assert only(saturday, StepKind.REMINDER, Side.MENTOR).at == utc(2026, 3, 13, 9)

    def test_a_late_session_is_asked_about_the_next_morning(self) -> None:
        half_past_four_on_friday = booked(utc(2026, 3, 13, 9, 30))
        assert only(half_past_four_on_friday, StepKind.POLL, Side.MENTOR).at == utc(2026, 3, 16, 2)

    def test_a_moved_session_has_all_its_steps_again(self) -> None:
        before = {step.key for step in booked()}
        after = {step.key for step in booked(TUESDAY_TEN + timedelta(days=1))}
        assert not before & after

    def test_material_that_an_earlier_version_sent_is_not_sent_again(self) -> None:
        done = [StepKey(StepKind.MENTOR_PACK, Side.MENTOR)]
        assert [step.kind for step in due(booked(), done, utc(2026, 3, 5, 3)).send] == []

    def test_a_move_to_another_day_brings_the_material_again_and_one_within_the_day_does_not(self) -> None:
        people = {Side.MENTOR: JAKARTA, Side.LEADER: JAKARTA}
        sent = [str(step.key) for step in booked() if step.kind is StepKind.MENTOR_PACK] + ["leader_pack:mentee"]
        later, next_day = TUESDAY_TEN + timedelta(hours=3), TUESDAY_TEN + timedelta(days=1)
        same = read_step_keys(steps_after_booking(sent, TUESDAY_TEN, later, people))
        assert {step.key for step in booked(later) if step.kind in PACKS} <= set(same)
        moved = read_step_keys(steps_after_booking(sent, TUESDAY_TEN, next_day, people))
        assert not {step.key for step in booked(next_day) if step.kind in PACKS} & set(moved)
        assert StepKey(StepKind.LEADER_PACK, Side.LEADER) not in moved, "as an earlier version stored it"

    def test_a_session_that_is_reported_afterwards_is_asked_about_from_then_on(self) -> None:
        told = utc(2026, 3, 24, 3)
        steps = timeline(MARCH, TUESDAY_TEN, 60, JAKARTA, JAKARTA, INDONESIA, told)
        asked = only(steps, StepKind.POLL, Side.MENTOR)
        assert asked.at >= told
        assert only(steps, StepKind.POLL_CLOSE).at > asked.at + timedelta(days=4)

    def test_another_zone_changes_moments_but_no_keys(self) -> None:
        here, there = booked(mentor=JAKARTA), booked(mentor=JAYAPURA)
        assert {s.key for s in here} == {s.key for s in there}
        assert only(there, StepKind.MENTOR_PACK, Side.MENTOR).at == utc(2026, 3, 5, 0)

    def test_a_reminder_at_the_start_itself_may_be_a_quarter_late(self) -> None:
        at_nine = utc(2026, 3, 10, 2)
        remind = only(booked(at_nine), StepKind.REMINDER, Side.MENTOR)
        assert remind.expires == at_nine + timedelta(minutes=15)
        assert only(booked(), StepKind.REMINDER, Side.MENTOR).expires == TUESDAY_TEN


class TestDue:
    def test_nothing_before_its_time(self) -> None:
        first = utc(2026, 3, 5, 2)
        assert due(booked(), [], first - timedelta(seconds=1)) == ([], [], first)
        assert [step.kind for step in due(booked(), [], first).send] == [StepKind.MENTOR_PACK]

    def test_what_is_done_is_not_due(self) -> None:
        steps = booked()
        assert due(steps, {step.key for step in steps}, NEVER) == ([], [], None)

    def test_a_pack_is_due_until_the_session_starts(self) -> None:
        steps = booked()
        just_before = due(steps, [], TUESDAY_TEN - timedelta(seconds=1))
        assert {step.kind for step in just_before.send} == {
            StepKind.MENTOR_PACK,
            StepKind.LEADER_PACK,
            StepKind.REMINDER,
        }
        started = due(steps, [], TUESDAY_TEN)
        assert started.send == []
        assert len(started.expired) == 4

    def test_a_poll_is_due_until_its_close_which_happens_however_late(self) -> None:
        late = due(booked(), [], utc(2027, 1, 1))
        assert [step.kind for step in late.send] == [StepKind.POLL_CLOSE]
        assert len(late.expired) == 6
        assert late.next_at is None

    def test_a_late_pack_waits_for_its_readers_morning(self) -> None:
        people = {Side.MENTOR: JAKARTA, Side.LEADER: MAKASSAR}
        evening = utc(2026, 3, 9, 13)
        found = due(booked(), [], evening, people, INDONESIA)
        assert found.send == []
        assert found.next_at == utc(2026, 3, 10, 1)
        at_nine = due(booked(), [], utc(2026, 3, 10, 2), people, INDONESIA)
        assert {step.kind for step in at_nine.send} == {StepKind.MENTOR_PACK, StepKind.LEADER_PACK, StepKind.REMINDER}


def test_each_side_has_another() -> None:
    assert Side.MENTOR.other is Side.LEADER
    assert Side.LEADER.other is Side.MENTOR


def test_a_day_of_one_hour_has_no_room_to_nudge() -> None:
    hour = Hours("Asia/Jakarta", time(9), time(10))
    monday = PlannedSession(1, Pack.CONTRACT, date(2026, 4, 20), date(2026, 4, 21))
    steps = timeline(monday, None, 60, hour, hour, INDONESIA)
    assert {s.kind for s in steps} == {StepKind.POLL_CLOSE}


def test_a_theme_puts_its_own_topics_first_and_loses_none() -> None:
    for theme in Theme:
        assert sorted(topics_for(theme)) == sorted(set(topics_for(theme)))
        assert len(topics_for(theme)) == 13
    assert topics_for(Theme.INCLUSION)[0] == "inclusion"


def test_local_days_decide_not_utc_days() -> None:
    """08:00 in Auckland is still the day before in UTC; the packs count from Auckland's date."""
    auckland = Hours("Pacific/Auckland", time(7), time(16))
    start = utc(2026, 3, 9, 19)
    assert local(start, "Pacific/Auckland").date() == date(2026, 3, 10)
    steps = timeline(MARCH, start, 60, auckland, auckland, DaysOff(""))
    pack = only(steps, StepKind.LEADER_PACK, Side.LEADER)
    assert local(pack.at, "Pacific/Auckland").date() == date(2026, 3, 9)


def test_a_window_is_told_by_working_days() -> None:
    window = MentoringSession(
        team_id="T", pair_id=1, number=2, pack="hands_on", opens_on=date(2027, 1, 30), closes_on=date(2027, 3, 1)
    )
    assert window_days(window, DaysOff("ID")) == (date(2027, 2, 1), date(2027, 2, 26)), "not Saturday, not Sunday"
    short = window.model_copy(update={"opens_on": date(2027, 1, 30), "closes_on": date(2027, 2, 1)})
    assert window_days(short, DaysOff("ID")) == (date(2027, 1, 30), date(2027, 1, 31)), "none in it: as it is"
    holidays = window.model_copy(update={"opens_on": date(2027, 3, 4), "closes_on": date(2027, 3, 11)})
    assert window_days(holidays, DaysOff("ID")) == (date(2027, 3, 4), date(2027, 3, 16)), "two days are no choice"


@pytest.mark.parametrize(
    ("stored", "key"),
    [
        ("booking_nudge:mentee", StepKey(StepKind.BOOKING_NUDGE, Side.LEADER)),
        ("reminder:mentor:20260310T030000Z", StepKey(StepKind.REMINDER, Side.MENTOR, "20260310T030000Z")),
        ("poll:mentee:unbooked", StepKey(StepKind.POLL, Side.LEADER, UNBOOKED)),
        ("poll_close:unbooked", StepKey(StepKind.POLL_CLOSE, None, UNBOOKED)),
    ],
)
def test_a_step_is_stored_as_it_always_was(stored: str, key: StepKey) -> None:
    assert str(key) == stored
    assert read_step_keys([stored, "of_a_newer_version:mentor"]) == [key]


@pytest.mark.parametrize("language", ["id", "en"])
def test_whoever_returns_from_a_pause_reads_no_day_that_is_past(language: str) -> None:
    texts, found = Catalogue.load().texts(language), meeting()
    about = ToBook(**{each.name: getattr(found, each.name) for each in fields(found)}, left_out=(3, 4))
    last = texts.day(date(2027, 1, 29))
    before, _ = dates_missing(texts, [about], 1, datetime(2027, 1, 20, 3, 0, tzinfo=UTC))
    after, buttons = dates_missing(texts, [about], 1, datetime(2027, 2, 3, 3, 0, tzinfo=UTC))
    assert last in before
    assert last not in after
    assert buttons, "a time can be chosen all the same"
    assert texts.join(["3", "4"]) in after, "what is left out is said"
