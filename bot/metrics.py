"""The state of the bot for `/metrics` and `/health`, in numbers that name no person."""

from collections import Counter
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Histogram

ACK_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
"""Slack gives up at 3 s."""


def _acks() -> Histogram:
    registry = CollectorRegistry()  # of its own: several bots in one process must not meet
    words = "Seconds until Slack had its answer"
    return Histogram("balik_ack_seconds", words, ["kind"], buckets=ACK_SECONDS, registry=registry)


@dataclass
class Metrics:
    """What is counted where it happens. Everything else is looked up when a person asks."""

    acks: Histogram = field(default_factory=_acks)
    limited: Counter[str] = field(default_factory=Counter)
    """By Slack's method: how often Slack said 429."""
    dropped: Counter[str] = field(default_factory=Counter)
    """"minutes": for how many Slack dropped events."""
    missed: Counter[str] = field(default_factory=Counter)
    """"people": how many of their changes no event had told, found by comparing with Slack."""

    def acked(self, kind: str, seconds: float) -> None:
        """Slack had its answer to a `kind` of request."""
        self.acks.labels(kind).observe(seconds)
