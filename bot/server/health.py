"""Responses of `/health` and `/metrics`: the state of the bot in numbers, without personal data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from bot.balik import Balik
from bot.metrics import Metrics
from bot.slack.socket_state import why_closed
from bot.workspaces.counts import MOST_LABELS, Counts
from storage.db_errors import DATABASE_AWAY
from storage.outbox import Backlog, backlog, backlog_by_workspace

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Condition:
    """The current state of the bot. `socket` is None where Slack's requests arrive over HTTP."""

    database: bool
    socket: bool | None
    late: tuple[str, ...]
    """Jobs that should have run by now."""
    clock: bool = True
    """Whether our clock agrees with Slack's: while it does not, nothing is sent and no job runs."""
    queue: tuple[Backlog, ...] = ()
    socket_trouble: str = ""
    """Why the socket is not connected, as a code; "" if it is, or if nothing is known."""

    @property
    def ready(self) -> bool:
        """Whether the bot can work."""
        return self.database and self.clock and self.socket is not False and not self.late

    def told(self) -> dict[str, Any]:
        """The response of `/health`."""
        return {
            "ok": self.ready,
            "database": self.database,
            "clock": self.clock,
            "socket": self.socket,
            "socket_trouble": why_closed(self.socket_trouble) if self.socket_trouble else None,
            "late_ticks": list(self.late),
        }


async def condition(balik: Balik) -> Condition:
    """Check the database, the socket and the jobs."""
    handler = balik.handler
    trouble = handler.state.trouble if handler else ""
    # One that Slack closes at once is open for a moment, again and again.
    socket = None if handler is None else bool(await handler.client.is_connected()) and not trouble
    late, clock = tuple(sorted(balik.scheduler.late())), not balik.check.wrong
    try:
        async with balik.store.read(balik.clock) as work:
            return Condition(True, socket, late, clock, tuple(await backlog(work.session, work.now)), trouble)
    except DATABASE_AWAY:
        return Condition(False, socket, late, clock, socket_trouble=trouble)


async def exposition(balik: Balik) -> bytes:
    """Everything in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Collected(balik, await condition(balik)))
    registry.register(balik.metrics.acks)
    if balik.workspaces:
        registry.register(_ByWorkspace(balik.metrics, await _queues(balik)))
    return generate_latest(registry)


async def _queues(balik: Balik) -> Sequence[tuple[str, Backlog]]:
    try:
        async with balik.store.read(balik.clock) as work:
            return await backlog_by_workspace(work.session, work.now, MOST_LABELS)
    except DATABASE_AWAY:
        return ()


class _ByWorkspace:
    """In mode many, beside the totals: the counts of each workspace, for a limited number of workspaces."""

    def __init__(self, metrics: Metrics, queues: Sequence[tuple[str, Backlog]]) -> None:
        self.metrics, self.queues = metrics, queues

    def collect(self) -> list[GaugeMetricFamily | CounterMetricFamily]:
        words = "Messages in the outbox, by workspace and state, where they have been due for longest"
        depth = GaugeMetricFamily("balik_workspace_outbox_messages", words, labels=["workspace", "state"])
        words = "How long ago the oldest of them was due"
        age = GaugeMetricFamily("balik_workspace_outbox_oldest_seconds", words, labels=["workspace", "state"])
        for team_id, queued in self.queues:
            depth.add_metric([team_id, queued.state], queued.count)
            age.add_metric([team_id, queued.state], queued.age)
        metrics = self.metrics
        return [
            depth,
            age,
            _counted("balik_workspace_requests", "Requests from Slack, by kind", "kind", metrics.requests),
            _counted("balik_workspace_deliveries", "Attempts to send, by outcome", "outcome", metrics.outcomes),
            _counted("balik_workspace_slack_429", "Calls that Slack put off (429)", "method", metrics.limited),
            _counted("balik_workspace_slack_dropped", "Minutes in which Slack dropped events", "unit", metrics.dropped),
            _counted("balik_workspace_missed_changes", "Changes whose events were missed", "what", metrics.missed),
        ]


def _counted(name: str, words: str, label: str, counts: Counts) -> CounterMetricFamily:
    family = CounterMetricFamily(name, words, labels=["workspace", label])
    for (workspace, value), count in counts.by_workspace.items():
        family.add_metric([workspace, str(value)], count)
    return family


class _Collected:
    """The data of one response."""

    def __init__(self, balik: Balik, now: Condition) -> None:
        self.balik, self.now = balik, now

    def collect(self) -> list[GaugeMetricFamily | CounterMetricFamily]:
        outcomes = CounterMetricFamily("balik_deliveries", "Attempts to send, by outcome", labels=["outcome"])
        for state, count in self.balik.metrics.outcomes.total.items():
            outcomes.add_metric([str(state)], count)
        limited = CounterMetricFamily("balik_slack_429", "Calls that Slack put off (429)", labels=["method"])
        for method, count in self.balik.metrics.limited.total.items():
            limited.add_metric([method], count)
        words = "Minutes for which Slack dropped events (app_rate_limited)"
        dropped = CounterMetricFamily(
            "balik_slack_dropped_minutes", words, value=self.balik.metrics.dropped.total["minutes"]
        )
        words = "Changes whose events were missed, found by comparing with Slack"
        missed = CounterMetricFamily("balik_missed_changes", words, labels=["what"])
        missed.add_metric(["people"], self.balik.metrics.missed.total["people"])
        lag = GaugeMetricFamily("balik_tick_age_seconds", "Seconds since a tick last began", labels=["tick"])
        for name, seconds in self.balik.scheduler.ages().items():
            lag.add_metric([name], seconds)
        return [*self._queue(), outcomes, limited, dropped, missed, lag, *self._sockets(), *self._lights()]

    def _sockets(self) -> list[GaugeMetricFamily | CounterMetricFamily]:
        refused = CounterMetricFamily("balik_socket_refusals", "Refusals of Socket Mode, by code", labels=["code"])
        handler = self.balik.handler
        for code, count in handler.state.failures.items() if handler else ():
            refused.add_metric([code], count)
        return [refused]

    def _queue(self) -> list[GaugeMetricFamily | CounterMetricFamily]:
        depth = GaugeMetricFamily("balik_outbox_messages", "Messages in the outbox, by state", labels=["state"])
        age = GaugeMetricFamily(
            "balik_outbox_oldest_seconds", "How long ago the oldest of them was due", labels=["state"]
        )
        for queued in self.now.queue:
            depth.add_metric([queued.state], queued.count)
            age.add_metric([queued.state], queued.age)
        return [depth, age]

    def _lights(self) -> list[GaugeMetricFamily | CounterMetricFamily]:
        sockets = 0 if self.now.socket is None else int(self.now.socket)
        ahead = (self.balik.check.ahead or timedelta()).total_seconds()
        return [
            GaugeMetricFamily("balik_clock_right", "1 if our clock agrees with Slack's", value=int(self.now.clock)),
            GaugeMetricFamily("balik_clock_ahead_seconds", "How far it is ahead of Slack's", value=ahead),
            GaugeMetricFamily("balik_database_up", "1 if the database answers", value=int(self.now.database)),
            GaugeMetricFamily("balik_sockets", "Open connections of Socket Mode", value=sockets),
            GaugeMetricFamily("balik_ready", "1 if all is well", value=int(self.now.ready)),
        ]
