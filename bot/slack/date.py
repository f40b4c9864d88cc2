"""Slack's clock, from the `Date` header of its replies."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """The moment in `Date`, in UTC, to the second; None if there is no readable one."""
    told = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        return parsedate_to_datetime(str(told)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class SlackDate:
    """Slack's clock between its replies: the last `Date` and the seconds of `monotonic` since then."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic = monotonic
        self._told: datetime | None = None
        self._heard_at = 0.0

    def heard(self, headers: Mapping[str, str]) -> None:
        """Use the headers of a reply. One without a readable `Date` is ignored."""
        if told := date_of(headers):
            self._told, self._heard_at = told, self.monotonic()

    def at(self, monotonic: float) -> datetime | None:
        """Slack's time at this value of `monotonic`; None if Slack never sent one."""
        return self._told + timedelta(seconds=monotonic - self._heard_at) if self._told else None
