"""When the message of the day is sent, after the opening of a day."""

import zlib
from dataclasses import dataclass
from datetime import timedelta

PLACES = 2**32


@dataclass(frozen=True)
class DayStarts:
    """`after` the opening; with many workspaces each has its own moment in the time of `spread` from then on, always
    the same. Otherwise all of one time zone would be sent their messages at the same moment."""

    after: timedelta = timedelta()
    spread: timedelta = timedelta()

    def of(self, team_id: str) -> timedelta:
        """From the opening to the message. Whole seconds, so that what is sent together falls due together."""
        place = self.spread * (zlib.crc32(team_id.encode()) / PLACES)
        return self.after + timedelta(seconds=place // timedelta(seconds=1))
