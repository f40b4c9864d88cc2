"""What is told at once, because the message of the reader's next day would be too late."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.calendar import DaysOff, Hours
from bot.services.working_hours import cannot_wait

JAKARTA = "Asia/Jakarta"
OFF = DaysOff("ID")


def at(day: int, hour: int, month: int = 1) -> datetime:
    """Of 2027, as clocks in Jakarta show it."""
    return datetime(2027, month, day, hour - 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "moment", "expected"),
    [
        pytest.param(at(12, 14), at(13, 10), True, id="tomorrow"),
        pytest.param(at(12, 14), at(15, 10), False, id="in three days"),
        pytest.param(at(15, 14), at(18, 10), True, id="on Monday, told on Friday"),
        pytest.param(at(15, 14), at(19, 10), False, id="on Tuesday, told on Friday"),
        pytest.param(at(16, 14), at(18, 10), True, id="on Monday, told on Saturday"),
        pytest.param(at(24, 16, 3), at(29, 10, 3), True, id="after Easter's public holiday and joint leave"),
        pytest.param(at(24, 16, 3), at(30, 10, 3), False, id="the day after that"),
    ],
)
def test_news_of_the_next_working_day_does_not_wait(now: datetime, moment: datetime, *, expected: bool) -> None:
    assert cannot_wait(moment, now, Hours(JAKARTA), OFF) is expected


def test_days_away_are_no_working_days() -> None:
    away = Hours(JAKARTA, away=((date(2027, 1, 13), date(2027, 1, 19)),))
    assert cannot_wait(at(20, 10), at(12, 14), away, OFF)
    assert not cannot_wait(at(21, 10), at(12, 14), away, OFF)
