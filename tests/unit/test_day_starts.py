"""The moments after the opening at which workspaces get the messages of a day."""

from collections import Counter
from datetime import timedelta

from bot.domain.day_starts import DayStarts

MINUTE, SPREAD = timedelta(minutes=1), timedelta(minutes=30)


def test_workspaces_are_spread_evenly() -> None:
    moments = [DayStarts(MINUTE, SPREAD).of(f"T{number:04}") for number in range(1000)]
    assert min(moments) >= MINUTE
    assert max(moments) < MINUTE + SPREAD
    fullest = Counter(moment // MINUTE for moment in moments).most_common(1)[0][1]
    assert fullest < 2 * 1000 / 30, "no minute has twice its share"


def test_a_workspace_always_has_the_same_moment_in_every_process() -> None:
    assert DayStarts(MINUTE, SPREAD).of("T0001") == timedelta(minutes=10, seconds=32)


def test_without_a_spread_all_are_sent_at_the_same_moment() -> None:
    assert {DayStarts(MINUTE).of(f"T{number}") for number in range(9)} == {MINUTE}
