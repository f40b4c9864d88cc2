"""All figures of HR's summary, with a table of pairs, and the chart of the report. The short one: `weekly_views`."""

from collections.abc import Sequence

from bot.domain.care import SignalKind
from bot.domain.figures import Figure
from bot.domain.sessions import Side
from bot.pictures.charts import DemandChart, ProgressChart
from bot.services.care.attention import Attention
from bot.services.closing.completion import Ending
from bot.services.insight.summary_figures import WEEK, Measure, PairLine, Summary
from handlers.kit.blocks import Block, context, divider, mention, section
from handlers.kit.hr_people import pair_for_hr
from handlers.orientation.views import finished_lines
from handlers.outcomes import card_views, goal_date_views
from handlers.surveys.change_views import changes
from handlers.surveys.views import lines, sections
from prompts.catalogue import Texts
from prompts.reasons import topic_name
from storage.tables import ProgrammeState

MOST_LINES = 15
"""Of topics, pairs and pairs that need attention; the others are counted."""
TOP = 5
"""Topics that are named once people were matched; the others are irrelevant then."""
MOST_MONTHS = 12
MOST_TOPICS_DRAWN = 4
LONGEST_NOTE = 500
NAME = 14
"""Maximum length of a name in the table, in characters."""


def chart(texts: Texts, summary: Summary) -> ProgressChart | DemandChart:
    """The chart of the report: demand and supply before there are pairs; then sessions, people and changes."""
    if is_recruiting(summary):
        return demand_chart(texts, summary)
    months = summary.sessions.months[:MOST_MONTHS]
    names, people = texts.plain_list("insight.summary.chart.months"), summary.people
    states = (("active", people.taking_part - people.paused), ("paused", people.paused), ("left", people.left))
    return ProgressChart(
        title=texts.plain("insight.summary.headings.sessions"),
        periods=tuple(names[one.first.month - 1] for one in months),
        planned=tuple(one.planned for one in months),
        held=tuple(one.held for one in months),
        planned_label=texts.plain("insight.summary.chart.planned"),
        held_label=texts.plain("insight.summary.chart.held"),
        people_title=texts.plain("insight.summary.headings.people"),
        people=tuple((texts.plain(f"labels.participant_states.{state}"), count) for state, count in states),
        changes_title=texts.plain("insight.summary.headings.changed"),
        changes=changes(texts, summary.courses, summary.programme.theme),
        moments=(
            texts.plain("insight.summary.chart.before"),
            texts.plain("insight.summary.chart.closing"),
            texts.plain("insight.summary.chart.later"),
        ),
    )


def demand_chart(texts: Texts, summary: Summary) -> DemandChart:
    """The topics that most people want to learn."""
    topics = [(topic_name(texts, one.code), one.wanted, one.offered) for one in summary.topics]
    return DemandChart(
        topics=tuple(topics[:MOST_TOPICS_DRAWN]),
        wanted_label=texts.plain("insight.summary.table.wished"),
        offered_label=texts.plain("insight.summary.table.offered"),
    )


def is_recruiting(summary: Summary) -> bool:
    return summary.programme.state == ProgrammeState.RECRUITING


def figures(texts: Texts, summary: Summary) -> list[Block]:
    """All figures, as the window shows them."""
    parts: list[Block] = [_part(texts, "people", _people(texts, summary))]
    if summary.pairs:
        parts += [
            _part(texts, "pairs", _pairs(texts, summary)),
            _part(texts, "sessions", _sessions(texts, summary)),
            _part(texts, "useful", _useful(texts, summary)),
            *_changed(texts, summary),
            *_actions_taken(texts, summary),
            divider(),
            _part(texts, "attention", _attention(texts, summary.attention)),
        ]
    if summary.comments:
        lines = [
            texts(
                "insight.summary.comment",
                text=one.text[:LONGEST_NOTE],
                role=texts.plain(f"labels.role_names.{one.side}"),
            )
            for one in summary.comments
        ]
        # Each in a section of its own: together they may be longer than Slack takes.
        parts += [_part(texts, "comments", lines[:1]), *(section(line) for line in lines[1:])]
    if summary.topics:
        parts.append(_part(texts, "topics", _topics(texts, summary)))
    if summary.pairs:
        parts.append(section(_table(texts, summary.pairs)))
    return parts


def _part(texts: Texts, heading: str, lines: Sequence[str]) -> Block:
    return section("\n".join([f"*{texts(f'insight.summary.headings.{heading}')}*", *lines]))


def _people(texts: Texts, summary: Summary) -> list[str]:
    people = summary.people
    counted = texts(
        "insight.summary.people",
        people=people.taking_part,
        mentors=people.mentors,
        leaders=people.leaders,
        both=people.both,
    )
    # A week ago a young programme had nobody to compare with.
    young = summary.at - summary.programme.created_at < WEEK
    lines = [counted if young else f"{counted} ({_change(texts, people.taking_part - people.before)})"]
    few = {"paused": people.paused, "left": people.left}
    if summary.pairs:
        few["unmatched"] = people.unmatched
    if few := {name: count for name, count in few.items() if count}:
        lines.append(" · ".join(texts(f"insight.summary.{name}", count=count) for name, count in few.items()))
    if is_recruiting(summary) and people.no_manager:
        lines.append(texts("insight.summary.no_manager", count=people.no_manager))
    if not any(line.held for line in summary.pairs):
        lines += finished_lines(texts, summary.prepared)
    return [*lines, *(texts(f"insight.summary.support.{name}", count=count) for name, count in summary.support.items())]


def _pairs(texts: Texts, summary: Summary) -> list[str]:
    stages = [
        texts("insight.summary.stage", stage=texts.plain(f"labels.pair_stages.{stage}"), count=count)
        for stage, count in summary.stages.items()
    ]
    lines = [texts("insight.summary.pairs", pairs=summary.active_pairs), " · ".join(stages)]
    if summary.active_pairs:
        lines.append(texts("insight.summary.agreements", signed=summary.agreements, pairs=summary.active_pairs))
    return lines


def _sessions(texts: Texts, summary: Summary) -> list[str]:
    sessions = summary.sessions
    lines: list[str] = []
    if sessions.planned:
        share = texts.percent(sessions.held / sessions.planned)
        held = texts("insight.summary.sessions", held=sessions.held, planned=sessions.planned, percent=share)
        lines.append(f"{held} ({_change(texts, sessions.held - sessions.held_before)})")
    lines.append(texts("insight.summary.booked", count=sessions.booked))
    if any(sessions.moves.values()):
        moves = sessions.moves
        lines.append(texts("insight.summary.moved", mentors=moves[Side.MENTOR], leaders=moves[Side.LEADER]))
    return lines


def _useful(texts: Texts, summary: Summary) -> list[str]:
    lines = [_measure(texts, one, one.now) for one in summary.measures if one.now]
    if summary.answers and summary.answers.response is not None:
        lines.append(
            texts(
                "insight.summary.response",
                answered=summary.answers.answered,
                asked=summary.answers.asked,
                percent=texts.percent(summary.answers.response),
            )
        )
    return lines or [texts("insight.summary.hidden")]


def _changed(texts: Texts, summary: Summary) -> list[Block]:
    """Before, at the end and 90 days on, beside each other."""
    if not summary.courses:
        return []
    return [
        _part(texts, "changed", []),
        *sections(lines(texts, summary.courses, summary.programme.theme)),
        context(texts("surveys.hr.body")),
    ]


def _actions_taken(texts: Texts, summary: Summary) -> list[Block]:
    """Results of the goals and of the action cards."""
    goals = goal_date_views.for_hr(texts, summary.outcomes.goals)
    parts = [_part(texts, "goals", goals)] if goals else []
    return [
        *parts,
        *([] if summary.outcomes.is_blank else [_part(texts, "cards", card_views.for_hr(texts, summary.outcomes))]),
    ]


def _measure(texts: Texts, measure: Measure, now: Figure) -> str:
    line = texts(f"insight.summary.{measure.name}", average=texts.number(round(now.average, 1)), people=now.people)
    if not measure.before:
        return line
    return f"{line} ({_change(texts, round(now.average - measure.before.average, 1))})"


def _change(texts: Texts, change: float) -> str:
    if not change:
        return texts("insight.summary.change.same")
    way = "up" if change > 0 else "down"
    return texts(f"insight.summary.change.{way}", change=texts.number(abs(change)))


def _attention(texts: Texts, attention: Sequence[Attention]) -> list[str]:
    if not attention:
        return [texts("insight.summary.attention_none")]
    # Many pairs often lack the same thing: it is listed once for all of them.
    alike: dict[tuple[str, str], list[Attention]] = {}
    for one in attention[:MOST_LINES]:
        alike.setdefault((one.why, _step(one)), []).append(one)
    lines = []
    for (why, action), several in alike.items():
        pairs = [
            texts("insight.summary.attention_pair", **pair_for_hr(texts, one.mentor, one.leader)) for one in several
        ]
        said = {
            "why": texts.plain(f"care.at_risk.hr.why.{why}"),
            "action": texts.plain(f"insight.summary.action.{action}"),
        }
        lines += [texts("insight.summary.attention", **said), *pairs]
    return [*lines, *_rest(texts, len(attention))]


def _step(one: Attention) -> str:
    """Who acts next: never nobody."""
    if one.next:
        return one.next
    if one.settled:
        return "talked"
    return "unsigned" if one.why is SignalKind.UNSIGNED else "none"


def _topics(texts: Texts, summary: Summary) -> list[str]:
    lines: list[str] = [
        texts(
            "insight.summary.topic",
            topic=topic_name(texts, one.code),
            wished=one.wanted,
            offered=one.offered,
        )
        for one in summary.topics[: MOST_LINES if is_recruiting(summary) else TOP]
    ]
    if missing := [topic_name(texts, one.code) for one in summary.topics if one.wanted and not one.offered]:
        lines.append(texts("insight.summary.topic_missing", topics=texts.join(missing)))
    return lines


def _table(texts: Texts, pairs: Sequence[PairLine]) -> str:
    """A table in a fixed-width font, narrow enough for a phone: pairs that need attention first, by stage."""
    heads = ["", texts.plain("insight.summary.table.mentor"), texts.plain("insight.summary.table.mentee")]
    order = ["at_risk", "introduced", "booked", "running", "paused", *Ending]
    shown = sorted(pairs, key=lambda one: order.index(one.stage))[:MOST_LINES]
    rows = [[f"{one.held}/{one.planned}", _short(one.mentor.name), _short(one.leader.name)] for one in shown]
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    lines, stage = [_line(heads, widths)], ""
    for one, row in zip(shown, rows, strict=True):
        if one.stage != stage:
            stage = one.stage
            lines.append(texts.plain(f"labels.pair_stages.{stage}").upper())
        lines.append(_line(row, widths))
    # Names are shown as they are: no mark-up, and nothing that would end the fixed-width block.
    table = texts("insight.summary.table.whole", rows="\n".join(lines).replace("```", "'''"))
    return "\n".join([table, *_guests(texts, shown), *_rest(texts, len(pairs))])


def _guests(texts: Texts, pairs: Sequence[PairLine]) -> list[str]:
    """Who of the table has a guest account: there is no room for it in the columns."""
    people = {one.id: one for pair in pairs for one in (pair.mentor, pair.leader) if one.is_guest}
    if not people:
        return []
    return [texts("insight.summary.table.guests", people=texts.join(mention(one) for one in people.values()))]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _short(name: str) -> str:
    """Melati S. for Melati Situmorang: two names fit side by side on a phone."""
    if len(name) <= NAME:
        return name
    *given, last = name.split() or [name]
    short = f"{' '.join(given)} {last[0]}." if given else name
    return short if len(short) <= NAME else short[: NAME - 1] + "…"


def _rest(texts: Texts, count: int) -> list[str]:
    return [texts("insight.summary.more", count=count - MOST_LINES)] if count > MOST_LINES else []
