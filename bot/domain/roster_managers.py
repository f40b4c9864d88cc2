"""Reporting lines of a roster."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Who = TypeVar("Who", bound=Hashable)


def circles(managers: Mapping[Who, Who | None]) -> list[tuple[Who, ...]]:
    """Every cycle of the reporting line: its people, each reporting to the next."""
    found: list[tuple[Who, ...]] = []
    seen: set[Who] = set()
    for start in managers:
        way: dict[Who, int] = {}
        one: Who | None = start
        while one is not None and one not in seen and one not in way:
            way[one] = len(way)
            one = managers.get(one)
        if one is not None and one in way:
            found.append(tuple(way)[way[one] :])
        seen.update(way)
    return found
