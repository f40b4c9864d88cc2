"""Slack's rate limits: so many calls of a method in any minute, and about one message a second a channel."""

from collections import defaultdict, deque
from datetime import datetime
from math import ceil

from .methods import Tier
from .model import micros

PER_MINUTE: dict[Tier, int] = {"t1": 1, "t2": 20, "t3": 50, "t4": 100, "t5": 600}
POSTS_PER_MINUTE = 400  # "several hundred" a workspace
CHANNEL_BURST = 5  # "short bursts"
MINUTE = 60.0
TIGHT = ("conversations.history", "conversations.replies")
"""Methods that apps outside the Marketplace may call once a minute, for `TIGHT_PAGE` messages."""
TIGHT_PAGE = 15


class RateLimits:
    """Counts calls by the injected clock, so that a moved clock frees what waiting would free."""

    def __init__(self, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self.tight = False
        """Whether histories are read as by an app that is sold outside Slack's Marketplace: see `TIGHT`."""
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._channels: dict[str, tuple[float, float]] = {}

    def check(self, method: str, tier: Tier, now: datetime) -> int:
        """Seconds to wait before calling `method`, 0 if it may go now (and is then counted)."""
        if self.tight and method in TIGHT:
            return self._count(method, 1, micros(now) / 1e6)
        allowed = POSTS_PER_MINUTE if method == "chat.postMessage" else PER_MINUTE[tier]
        return self._count(method, allowed, micros(now) / 1e6) if self.enabled else 0

    def check_channel(self, channel: str, now: datetime) -> int:
        """The same for one more message in `channel`: a bucket that refills once a second."""
        if not self.enabled:
            return 0
        at = micros(now) / 1e6
        tokens, last = self._channels.get(channel, (float(CHANNEL_BURST), at))
        tokens = min(float(CHANNEL_BURST), tokens + max(0.0, at - last))
        if tokens < 1:
            self._channels[channel] = (tokens, at)
            return max(1, ceil(1 - tokens))
        self._channels[channel] = (tokens - 1, at)
        return 0

    def _count(self, key: str, allowed: int, at: float) -> int:
        calls = self._calls[key]
        while calls and calls[0] <= at - MINUTE:
            calls.popleft()
        if len(calls) >= allowed:
            return max(1, ceil(calls[0] + MINUTE - at))
        calls.append(at)
        return 0
