"""What a run of the benchmark of many workspaces came to."""

import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storage.tables import Outbox

CORES = os.cpu_count() or 1
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class Played:
    """What a month came to. Seconds, and processor time in seconds."""

    messages: int
    lost: int
    twice: int
    waits: list[float]
    acks: list[float]
    unacked: int
    peak: float
    """Messages per second in the fullest minute."""
    cpu: float
    database_cpu: float
    statements: int
    idle_cpu: float
    """Per minute, of all replicas."""
    idle_statements: float
    seconds: float
    days: float
    """That were played, in simulated time."""
    error_count: int
    errors: list[str]
    lost_replies: int
    limited: int
    slowest: list[str]
    kinds: Counter[str]
    calls: Counter[str]

    @property
    def rate(self) -> float:
        """Messages per second that all processors would send, had they nothing else to do than these processes."""
        return CORES / self.whole_cost

    @property
    def cpu_of_message(self) -> float:
        return self.cpu / self.messages

    @property
    def database_of_message(self) -> float:
        return self.database_cpu / self.messages

    @property
    def whole_cost(self) -> float:
        return self.cpu_of_message + self.database_of_message

    def waited(self, part: float) -> float:
        return self.waits[int(len(self.waits) * part)]

    def acked(self, part: float) -> float:
        return self.acks[int(len(self.acks) * part)] if self.acks else 0


@dataclass(frozen=True)
class Rested:
    """What both replicas and the database do a minute with nothing due, and more a day for each idle workspace.
    Processor time in seconds."""

    statements: float
    cpu: float
    database_cpu: float
    daily_statements: float
    daily_cpu: float
    daily_database_cpu: float


def waits_of(rows: list[Outbox]) -> list[float]:
    """Seconds from due to sent, in order, of messages that were posted: a day's parts count once, as its message."""
    posted = [row for row in rows if row.sent_at and row.day_id in (None, row.id)]
    return sorted(max(0.0, (row.sent_at - row.due_at).total_seconds()) for row in posted if row.sent_at)


def slowest_of(rows: list[Outbox]) -> list[str]:
    """The messages that waited longest from due to sent, one line each."""
    posted = [(row.sent_at - row.due_at, row) for row in rows if row.sent_at and row.day_id in (None, row.id)]
    return [
        f"{wait.total_seconds():.0f} s: {row.kind} of {row.team_id}, planned {row.planned_at}, attempt {row.attempt}"
        for wait, row in sorted(posted, key=lambda one: one[0], reverse=True)[:: max(1, len(posted) // 100)][:8]
    ]


def peak_of(rows: list[Outbox]) -> float:
    posted = [row.sent_at for row in rows if row.sent_at and row.day_id in (None, row.id)]
    minutes = Counter(moment.replace(second=0, microsecond=0) for moment in posted)
    return max(minutes.values()) / 60


def server_cpu(backend: int) -> float:
    """Seconds of processor time of a PostgreSQL server on this machine, one of whose processes is `backend`."""
    server = int(_stat(backend)[1])
    ticks = sum(map(int, _stat(server)[11:15]))  # of itself, and of its processes that ended
    for path in Path("/proc").iterdir():
        with suppress(OSError):  # it ended meanwhile
            if path.name.isdigit() and int((fields := _stat(path.name))[1]) == server:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_A_SECOND


def _stat(pid: int | str) -> list[str]:
    """From the state on: the parent is the second, then come times of the user and of the system."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
