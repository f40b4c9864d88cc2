"""Who may take part in a programme: HR's limits, and which of them a person does not meet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.participants import department_key

MOST_DEPARTMENTS = 20
MOST_CHANNELS = 5


class Limit(StrEnum):
    """What HR can limit; names the texts `recruiting.eligibility.limits.…`."""

    LEVEL = "level"
    DEPARTMENT = "department"
    CHANNEL = "channel"
    LISTED = "listed"
    """Named in HR's roster."""


@dataclass(frozen=True)
class Eligibility:
    """A person has to meet each limit that is set, by one of its values. Without any, everyone may take part."""

    levels: tuple[int, ...] = ()
    departments: tuple[str, ...] = ()
    """As HR wrote them."""
    channels: tuple[str, ...] = ()
    listed: bool = False

    @property
    def is_limited(self) -> bool:
        return bool(self.levels or self.departments or self.channels or self.listed)

    def stored(self) -> dict[str, Any]:
        """As JSON; empty without limits."""
        said = {"levels": [*self.levels], "departments": [*self.departments], "channels": [*self.channels]}
        return {name: value for name, value in {**said, "listed": self.listed}.items() if value}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Eligibility":
        lists = {name: tuple(stored.get(name, ())) for name in ("levels", "departments", "channels")}
        return cls(**lists, listed=bool(stored.get("listed")))

    def unmet(
        self, *, level: int | None, department: str, listed: bool, channels: Collection[str] | None
    ) -> tuple[Limit, ...]:
        """The limits that a person does not meet. What is not known (None, "") counts as met."""
        allowed = {department_key(one) for one in self.departments}
        met = {
            Limit.LEVEL: not self.levels or not level or level in self.levels,
            Limit.DEPARTMENT: not allowed or not department or department_key(department) in allowed,
            Limit.CHANNEL: not self.channels or channels is None or bool(set(channels) & set(self.channels)),
            Limit.LISTED: listed or not self.listed,
        }
        return tuple(one for one in Limit if not met[one])
