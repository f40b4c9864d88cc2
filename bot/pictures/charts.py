"""HR's charts as PNG pictures. Called in the worker process only: matplotlib is large and slow to load.

Drawn to be read on a phone: few, large labels, every bar with its number, and colours that people who see red and
green alike can tell apart (Okabe and Ito's), with light against dark besides.
"""

import io
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

DARK, LIGHT, WARM, GREY = "#0072B2", "#BFD9EA", "#E69F00", "#8A8A8A"
INK = "#1D1C1D"
WIDTH_INCHES = 6.4
WIDE_INCHES = 3.6
"""The height of a wide picture."""
READABLE = 16
"""Points of the letters in a wide picture: at least 12 pixels where Slack shows it 360 pixels wide."""
DPI = 150
FEWEST_PERIODS = 4
"""Minimum width of the axis, so that a single month is a bar and not a wall."""
LONGEST_LABEL = 28
LABEL_WIDTH = 16
"""Characters in a line of a topic's name in a wide picture."""
QUESTION_WIDTH = 52
"""Characters of a question in a line; the longest need two."""


@dataclass(frozen=True)
class Change:
    """Survey results from 1 to 5: the average before, and the values at the end and 90 days on."""

    label: str
    before: float | None
    closing: float | None
    later: float | None


@dataclass(frozen=True)
class ProgressChart:
    """Sessions held against planned, participants, and changes. All labels are in the reader's language."""

    title: str
    periods: tuple[str, ...]
    planned: tuple[int, ...]
    held: tuple[int, ...]
    planned_label: str
    held_label: str
    people_title: str
    people: tuple[tuple[str, int], ...]
    changes_title: str = ""
    changes: tuple[Change, ...] = ()
    moments: tuple[str, str, str] = ("", "", "")
    """What before, closing and later are called."""


@dataclass(frozen=True)
class MonthsChart:
    """Sessions held against planned, by month: one message, for the summary. Labels are in the reader's language."""

    periods: tuple[str, ...]
    planned: tuple[int, ...]
    held: tuple[int, ...]
    planned_label: str
    held_label: str


@dataclass(frozen=True)
class DemandChart:
    """Topics: demand and supply of each."""

    topics: tuple[tuple[str, int, int], ...]
    wanted_label: str
    offered_label: str


Chart = ProgressChart | MonthsChart | DemandChart


@lru_cache(maxsize=32)
def draw(chart: Chart) -> bytes:
    """The chart as a PNG; the same bytes for the same chart, drawn once: quiet weeks look alike."""
    figure = figure_of(chart)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def figure_of(chart: Chart) -> Any:
    """The matplotlib figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_INCHES, _height(chart)), dpi=DPI, layout="constrained", facecolor="white")
    if isinstance(chart, ProgressChart):
        heights = [3.0, 1 + 0.35 * len(chart.people), *([_room(chart)] if chart.changes else [])]
        parts = figure.subplots(len(heights), 1, height_ratios=heights)
        for drawn, axes in zip((_sessions, _people, _changes), parts, strict=False):
            drawn(axes, chart)
    elif isinstance(chart, MonthsChart):
        _months(figure.subplots(), chart)
    else:
        _topics(figure.subplots(), chart)
    FigureCanvasAgg(figure)
    return figure


def _height(chart: Chart) -> float:
    if isinstance(chart, ProgressChart):
        return 4.6 + 0.35 * len(chart.people) + (1.25 * _room(chart) if chart.changes else 0)
    return WIDE_INCHES


def _months(axes: Any, chart: MonthsChart) -> None:
    """As in `_sessions`, in letters that can be read on a phone."""
    held = _bars(axes, chart, width=0.8, letters=READABLE, room=1.2)
    # A number that would not fit into its bar, or is the same as the one above it, is left out.
    least = max([*chart.planned, 1]) * 0.2
    inside = [str(n) if n >= least and n != all_ else "" for n, all_ in zip(chart.held, chart.planned, strict=True)]
    axes.bar_label(held, inside, label_type="center", fontsize=READABLE, color="white")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=2, frameon=False, fontsize=READABLE)
    _plain(axes, "", numbers="y")


def _room(chart: ProgressChart) -> float:
    return 0.5 + 0.62 * len(chart.changes)


def _sessions(axes: Any, chart: ProgressChart) -> None:
    """A wide light bar for what was planned, a narrow dark one for what took place, for each period."""
    held = _bars(axes, chart, width=0.45, letters=11, room=1.3)
    axes.bar_label(held, [str(n) if n else "" for n in chart.held], label_type="center", fontsize=11, color="white")
    axes.legend(loc="upper left", ncols=2, frameon=False, fontsize=11)
    _plain(axes, chart.title, numbers="y")


def _bars(axes: Any, chart: ProgressChart | MonthsChart, *, width: float, letters: int, room: float) -> Any:
    """The bars of each period on their axes; those of what took place, `width` wide, are still without numbers.

    `room`: the height of the axis, as a multiple of the highest bar.
    """
    places = range(len(chart.periods))
    planned = axes.bar(places, chart.planned, width=0.8, color=LIGHT, label=chart.planned_label)
    held = axes.bar(places, chart.held, width=width, color=DARK, label=chart.held_label)
    axes.bar_label(planned, padding=2, fontsize=letters, color=INK)
    axes.set_xticks(list(places), chart.periods, fontsize=letters)
    axes.set_xlim(-0.6, max(len(chart.periods), FEWEST_PERIODS) - 0.4)
    axes.set_ylim(0, max([*chart.planned, *chart.held, 1]) * room)
    return held


def _people(axes: Any, chart: ProgressChart) -> None:
    places = range(len(chart.people))
    colours = [DARK, WARM, GREY, LIGHT]
    counts = [count for _, count in chart.people]
    bars = axes.barh(places, counts, color=[colours[i % len(colours)] for i in places], height=0.65)
    axes.bar_label(bars, padding=4, fontsize=11, color=INK)
    axes.set_yticks(list(places), [_cut(label) for label, _ in chart.people], fontsize=11)
    axes.set_xlim(0, max([*counts, 1]) * 1.15)
    axes.invert_yaxis()
    _plain(axes, chart.people_title, numbers="x")


def _changes(axes: Any, chart: ProgressChart) -> None:
    """For each question a line from the initial to the current value; the words are above it, to have space."""
    marks = (("o", LIGHT, 70), ("o", DARK, 70), ("D", WARM, 42))
    rows = [(one.before, one.closing, one.later) for one in chart.changes]
    for row, values in enumerate(rows):
        known = [value for value in values if value is not None]
        axes.plot([min(known), max(known)], [row, row], color=LIGHT, linewidth=5, zorder=1, solid_capstyle="round")
        words = textwrap.fill(chart.changes[row].label, QUESTION_WIDTH)
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.text(1, row - 0.22, words, fontsize=10, color=INK, va="bottom", linespacing=1.1, bbox=behind)
    for moment, (name, (shape, colour, size)) in enumerate(zip(chart.moments, marks, strict=True)):
        found = [(values[moment], row) for row, values in enumerate(rows) if values[moment] is not None]
        if found:
            places, heights = zip(*found, strict=True)
            look = {"marker": shape, "s": size, "color": colour, "edgecolors": INK, "linewidths": 0.6}
            axes.scatter(places, heights, zorder=2, label=name, **look)
    axes.set_xlim(0.85, 5.15)
    axes.set_ylim(len(rows) - 0.6, -0.95)
    axes.set_xticks(range(1, 6), [str(value) for value in range(1, 6)], fontsize=10, color=INK)
    axes.grid(axis="x", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.4 / _room(chart)), ncols=3, frameon=False, fontsize=11)
    _plain(axes, chart.changes_title, numbers="y")


def _topics(axes: Any, chart: DemandChart) -> None:
    places = range(len(chart.topics))
    wanted = [count for _, count, _ in chart.topics]
    offered = [count for _, _, count in chart.topics]
    above = axes.barh([i - 0.2 for i in places], wanted, height=0.38, color=WARM, label=chart.wanted_label)
    below = axes.barh([i + 0.2 for i in places], offered, height=0.38, color=DARK, label=chart.offered_label)
    for bars in (above, below):
        axes.bar_label(bars, padding=4, fontsize=READABLE, color=INK)
    names = [textwrap.shorten(label, LONGEST_LABEL, placeholder="…") for label, _, _ in chart.topics]
    axes.set_yticks(list(places), [textwrap.fill(name, LABEL_WIDTH) for name in names], fontsize=READABLE)
    axes.set_ylim(-0.5, max(len(chart.topics), 2) - 0.5)
    axes.set_xlim(0, max([*wanted, *offered, 1]) * 1.15)
    axes.invert_yaxis()
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=READABLE)
    _plain(axes, "", numbers="x")


def _plain(axes: Any, title: str, *, numbers: str) -> None:
    """Title on the left, no frame, no scale: the bars carry their numbers."""
    axes.set_title(title, loc="left", fontsize=13, fontweight="bold", color=INK, pad=10)
    for side in ("top", "right", "left" if numbers == "y" else "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis=numbers, left=False, bottom=False, labelleft=numbers != "y", labelbottom=numbers != "x")
    axes.tick_params(axis="x" if numbers == "y" else "y", length=0, colors=INK)


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
