"""The state of the bot for `/metrics` and `/health`, in numbers that name no person."""

from prometheus_client import CollectorRegistry, Histogram

from bot.workspaces.counts import Counts, WorkspaceLabels

ACK_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
"""Slack gives up at 3 s."""


def _acks() -> Histogram:
    registry = CollectorRegistry()  # of its own: several bots in one process must not meet
    words = "Seconds until Slack had its answer"
    return Histogram("balik_ack_seconds", words, ["kind"], buckets=ACK_SECONDS, registry=registry)


class Metrics:
    """What is counted where it happens. Everything else is looked up when `/metrics` is read."""

    def __init__(self) -> None:
        self.acks = _acks()
        self.labels = WorkspaceLabels()
        self.requests = Counts(self.labels)
        """By kind."""
        self.limited = Counts(self.labels)
        """By Slack's method: how often Slack said 429."""
        self.dropped = Counts(self.labels)
        """"minutes": for how many Slack dropped events."""
        self.missed = Counts(self.labels)
        """"people": how many of their changes no event had told, found by comparing with Slack."""
        self.outcomes = Counts(self.labels)
        """How many attempts to send ended in which state."""

    def acked(self, kind: str, seconds: float) -> None:
        """Slack had its answer to a `kind` of request."""
        self.acks.labels(kind).observe(seconds)
