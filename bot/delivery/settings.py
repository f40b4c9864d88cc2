"""Settings of the delivery of messages."""

from dataclasses import dataclass, field

from storage.rate_limits import Limits


@dataclass(frozen=True)
class DeliverySettings:
    """Durations are in seconds. `settle` must be longer than `lease` and than Slack may take to accept a post."""

    timeout: float = 10
    lease: float = 30
    settle: float = 60
    look_back: float = 3600
    """How long before the attempt reading back begins: longer than a clock may be wrong."""
    one_a_day: bool = True
    """One message for all that is due for a person on a day. Otherwise each by itself: for tests of one feature."""
    workers: int = 8
    """Concurrent posts; 1 keeps the order."""
    share: int | None = None
    """Mode many: how many of them may be for one workspace. None in mode one."""
    stale_at_once: int = 500
    """Outdated messages that are ended in one transaction."""
    limits: Limits = field(default_factory=Limits)


OF_MANY = DeliverySettings(workers=24, share=3, stale_at_once=50)
"""For mode many: there is room for others beside seven workspaces whose Slack begins to hang at the same moment."""
