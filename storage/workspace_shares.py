"""Shares concurrent posts out between workspaces: one with much to send, or whose Slack hangs, delays no other."""

from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, zip_longest
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")


@dataclass
class Shares:
    """What one worker sends at the same time, by workspace: at most `most` messages of each."""

    most: int
    under_way: Counter[str] = field(default_factory=Counter)
    """Attempts that have not ended."""
    slow: set[str] = field(default_factory=set)
    """Workspaces whose last attempt ended without an answer of Slack's: they have one message under way."""
    served: set[str] = field(default_factory=set)
    """Workspaces that had their turn while more was due than a claim looks at."""
    served_programmes: set[str] = field(default_factory=set)
    """The same for bulk messages, by the id of the programme; by workspace for those of no programme."""
    spreading: set[tuple[str, bool]] = field(default_factory=set)
    """By workspace, and whether they are bulk messages: whose backlog is being spread."""
    spread_until: dict[tuple[str, bool], datetime] = field(default_factory=dict)
    """By workspace, and whether they are bulk messages: until when its backlog was spread."""

    def room(self, team_id: str) -> int:
        """How many more messages of a workspace may be sent now."""
        return max(0, (1 if team_id in self.slow else self.most) - self.under_way[team_id])

    def busy(self) -> set[str]:
        """The workspaces that have no room."""
        return {team_id for team_id in self.under_way if not self.room(team_id)}

    def spread_now(self, *, bulk: bool) -> set[str]:
        """The workspaces whose backlog is being spread: until it is, nothing more of it is sent."""
        return {team_id for team_id, is_bulk in self.spreading if is_bulk == bulk}

    def backlogged(self, now: datetime) -> set[str]:
        """The workspaces whose backlog is being worked off."""
        self.spread_until = {key: until for key, until in self.spread_until.items() if until > now}
        return {team_id for team_id, _ in self.spread_until}

    def begin(self, team_id: str) -> None:
        self.under_way[team_id] += 1

    def end(self, team_id: str) -> None:
        self.under_way[team_id] -= 1
        if not self.under_way[team_id]:
            del self.under_way[team_id]

    def answered(self, team_id: str, *, yes: bool) -> None:
        """Whether Slack answered an attempt."""
        (self.slow.discard if yes else self.slow.add)(team_id)


async def in_turn(
    read: Callable[[set[K]], Awaitable[tuple[Sequence[R], bool]]],
    served: set[K],
    key_of: Callable[[R], K],
    room: int,
    enough: Callable[[Sequence[R]], bool],
) -> list[R]:
    """The candidates that `read` finds, one of each key after the other.

    `read` returns some of the first of those whose key is not in the given set, and whether there may be more. They may
    be the backlog of a few keys: then those of other keys are read, too, until there are `enough`. `served` remembers
    the keys that had their turn, of which there are at most `room` each time, until all have had it.
    """
    by_key: dict[K, list[R]] = {}
    while True:
        found, more = await read(served | by_key.keys())
        for candidate in found:
            by_key.setdefault(key_of(candidate), []).append(candidate)
        chosen = [one for one in chain.from_iterable(zip_longest(*by_key.values())) if one is not None]
        if more:
            if enough(chosen):
                served |= {key_of(candidate) for candidate in chosen[:room]}
                return chosen
            if not found:
                return chosen  # another worker has them
            continue
        waited = served - by_key.keys()
        served.clear()
        if not waited or enough(chosen):
            return chosen
