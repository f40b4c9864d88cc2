"""Slack's clock, as the `Date` header of its answers tells it."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """The moment in `Date`, in UTC, to the second; None if there is none that can be read."""
    told = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        return parsedate_to_datetime(str(told)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class SlackDate:
    """Slack's clock between its answers: the last `Date` and the seconds of `monotonic` since then."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic = monotonic
        self._told: datetime | None = None
        self._heard_at = 0.0

    def heard(self, headers: Mapping[str, str]) -> None:
        """An answer came with these headers. One without a readable `Date` tells nothing."""
        if told := date_of(headers):
            self._told, self._heard_at = told, self.monotonic()

    def at(self, monotonic: float) -> datetime | None:
        """Slack's clock when ours of `monotonic` stood so; None if Slack never told it."""
        return self._told + timedelta(seconds=monotonic - self._heard_at) if self._told else None
