"""Counts for `/metrics`, in total and by workspace, with a bound on how many workspaces have series of their own."""

from collections import Counter
from dataclasses import dataclass, field

MOST_LABELS = 100
"""Workspaces with series of their own, per process. A monitoring system stores every series that it ever saw."""
OTHERS = "other"
"""The label that all other workspaces share."""


@dataclass
class WorkspaceLabels:
    """Which workspaces have series of their own: the first `most` for which anything was counted.

    They keep them until the process ends: a series that changed its workspace would look like one that was reset.
    """

    most: int = MOST_LABELS
    _known: set[str] = field(default_factory=set)

    def label(self, team_id: str) -> str:
        """The value of the label `workspace`: the workspace's key, or `OTHERS`."""
        if team_id in self._known or len(self._known) < self.most:
            self._known.add(team_id)
            return team_id
        return OTHERS


@dataclass
class Counts:
    """One metric's counts by name, such as the method of a call."""

    labels: WorkspaceLabels = field(default_factory=WorkspaceLabels)
    total: Counter[str] = field(default_factory=Counter)
    by_workspace: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By label and name."""

    def add(self, name: str, team_id: str | None, count: int = 1) -> None:
        """Count for a workspace; None: for none, in the total only."""
        if not count:
            return
        self.total[name] += count
        if team_id is not None:
            self.by_workspace[self.labels.label(team_id), name] += count
