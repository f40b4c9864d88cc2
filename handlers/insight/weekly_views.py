"""HR's short summary (how it goes, what changed, what HR has to do, what Balik does), and the window with the rest."""

from collections.abc import Sequence

from bot.domain.calendar import local
from bot.pictures.charts import DemandChart, MonthsChart
from bot.services.insight.summary_figures import Measure
from bot.services.insight.weekly import Changes, Weekly
from bot.services.programme.next_actions import Todo
from bot.slack.gateway import Message
from handlers.insight.next_action_views import by_balik, first_todos, todo_block
from handlers.insight.views import MOST_MONTHS, demand_chart, figures, is_recruiting
from handlers.kit.blocks import Block, Element, View, actions, button, context, header, image, mention, modal, section
from handlers.kit.buttons import participants_button, report_button, topics_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.own_questions.report_views import own_lines
from handlers.surveys.views import sections
from prompts.catalogue import Texts

KEY = "insight.weekly"
MOST_LETTERS = 900
"""Of everything that is read in the message, buttons included."""
MOST_TODOS = 5
MOST_TODOS_IN_WINDOW = 40


def short(texts: Texts, weekly: Weekly, picture: str | None, *, on_monday: bool) -> Message:
    """The message. `picture` is the uploaded chart; without one the text says so, unless nothing is drawn."""
    kept = first_todos(weekly.next.of_hr, MOST_TODOS)
    message = _with(texts, weekly, picture, kept, on_monday=on_monday)
    while kept and letters(message, weekly) > MOST_LETTERS:
        kept = first_todos(weekly.next.of_hr, len(kept) - 1)
        message = _with(texts, weekly, picture, kept, on_monday=on_monday)
    return message


def letters(message: Message, weekly: Weekly) -> int:
    """How many characters a reader sees: a mention counts as the person's name."""
    names = {str(mention(one)): one.name for todo in weekly.next.of_hr for one in todo.pair or ()}
    text = "".join(read for block in message.blocks for read in _read(block))
    for mentioned, name in names.items():
        text = text.replace(mentioned, name)
    return len(text)


def _read(block: Block) -> list[str]:
    shown = [block, *block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]
    return [one["text"] if isinstance(one["text"], str) else one["text"]["text"] for one in shown if one.get("text")]


def _with(texts: Texts, weekly: Weekly, picture: str | None, kept: Sequence[Todo], *, on_monday: bool) -> Message:
    programme = weekly.summary.programme
    values = {"programme": programme.name}
    today = local(weekly.summary.at, programme.zone).date()
    day = texts.day(today)
    blocks = [
        header(texts.plain("insight.summary.title", **values)),
        context(texts("insight.summary.weekly", day=day) if on_monday else day),
        section(_state(texts, weekly)),
        *_chart(texts, weekly, picture, on_monday=on_monday),
        section(texts(f"{KEY}.{'todos' if weekly.next.of_hr else 'no_todos'}")),
        *[todo_block(texts, programme, one, today) for one in kept],
    ]
    if more := len(weekly.next.of_hr) - len(kept):
        blocks.append(context(texts(f"{KEY}.more", count=more)))
    if by_itself := _by_itself(texts, weekly):
        blocks.append(context(by_itself))
    return Message(texts("insight.summary.title", **values), [*blocks, actions(*_buttons(texts, weekly))])


def _by_itself(texts: Texts, weekly: Weekly) -> str:
    """What Balik does, and when the next summary comes."""
    programme = weekly.summary.programme
    lines = [by_balik(texts, weekly.next)]
    if programme.next_summary_at and not weekly.next.closes_by:  # it may be closed by then
        day = local(programme.next_summary_at, programme.zone).date()
        lines.append(texts(f"{KEY}.balik.next", day=texts.short_day(day)))
    return " ".join(line for line in lines if line)


def window(texts: Texts, weekly: Weekly) -> View:
    """Everything else: all that HR has to do, and all figures, with what has not changed."""
    programme, todos = weekly.summary.programme, weekly.next.of_hr
    today = local(weekly.summary.at, programme.zone).date()
    listed = [todo_block(texts, programme, one, today) for one in todos[:MOST_TODOS_IN_WINDOW]]
    if more := len(todos) - len(listed):
        listed.append(context(texts("insight.summary.more", count=more)))
    blocks = [
        section(_state(texts, weekly)),
        section(texts(f"{KEY}.{'todos' if todos else 'no_todos'}")),
        *listed,
        *figures(texts, weekly.summary),
        *_own(texts, weekly),
        context(texts("insight.summary.footer")),
    ]
    title, close = texts.plain(f"{KEY}.window"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=close)


def _own(texts: Texts, weekly: Weekly) -> list[Block]:
    """Answers to HR's own questions; what people wrote to them is in the report."""
    return sections(own_lines(texts, weekly.summary.programme, weekly.own))


def chart(texts: Texts, weekly: Weekly) -> MonthsChart | DemandChart:
    """The picture of the message: demand and supply before there are pairs, sessions by month after."""
    if is_recruiting(weekly.summary):
        return demand_chart(texts, weekly.summary)
    months = weekly.summary.sessions.months[:MOST_MONTHS]
    names = texts.plain_list("insight.summary.chart.months")
    return MonthsChart(
        periods=tuple(names[one.first.month - 1] for one in months),
        planned=tuple(one.planned for one in months),
        held=tuple(one.held for one in months),
        planned_label=texts.plain("insight.summary.chart.planned"),
        held_label=texts.plain("insight.summary.chart.held"),
    )


def draws(weekly: Weekly, *, on_monday: bool) -> bool:
    """Whether the message has a picture: not if it would be empty, or the same one as on the last Monday."""
    drawn = weekly.summary.topics if is_recruiting(weekly.summary) else weekly.summary.sessions.months
    return bool(weekly.summary.people.taking_part and drawn) and not (on_monday and weekly.changes.none)


def _chart(texts: Texts, weekly: Weekly, picture: str | None, *, on_monday: bool) -> list[Block]:
    if not draws(weekly, on_monday=on_monday):
        return []
    if picture is None:
        return [context(texts(f"{KEY}.chart.missing"))]
    return [image(picture, _alt(texts, weekly))]


def _alt(texts: Texts, weekly: Weekly) -> str:
    """What the picture shows, number by number."""
    drawn = chart(texts, weekly)
    if isinstance(drawn, DemandChart):
        rows = [
            texts.plain(f"{KEY}.chart.topic", topic=topic, wished=wished, offered=offered)
            for topic, wished, offered in drawn.topics
        ]
        return texts.plain(f"{KEY}.chart.topics", rows="; ".join(rows))
    rows = [
        texts.plain(f"{KEY}.chart.month", month=month, held=held, planned=planned)
        for month, held, planned in zip(drawn.periods, drawn.held, drawn.planned, strict=True)
    ]
    return texts.plain(f"{KEY}.chart.months", rows="; ".join(rows))


def _state(texts: Texts, weekly: Weekly) -> str:
    """How it goes, and what changed."""
    people = weekly.summary.people
    if not (people.taking_part or people.left):
        return texts("insight.summary.no_data")
    return "\n".join([_how(texts, weekly), _changed(texts, weekly)])


def _how(texts: Texts, weekly: Weekly) -> str:
    people, sessions = weekly.summary.people, weekly.summary.sessions
    counted = texts(f"{KEY}.people", people=people.taking_part, mentors=people.mentors, leaders=people.leaders)
    lines = [counted]
    if weekly.summary.pairs:
        lines = [texts(f"{KEY}.pairs", pairs=weekly.summary.active_pairs, people=people.taking_part)]
        if sessions.planned:
            share = texts.percent(sessions.held / sessions.planned)
            held = texts(f"{KEY}.sessions", held=sessions.held, planned=sessions.planned, percent=share)
            lines.insert(0, held)
        if sessions.booked:
            lines.append(texts(f"{KEY}.booked", booked=sessions.booked))
    return texts(f"{KEY}.how", lines=" ".join(lines))


def _changed(texts: Texts, weekly: Weekly) -> str:
    changes = weekly.changes
    day = texts.short_day(local(changes.since, weekly.summary.programme.zone).date())
    if changes.none:
        return texts(f"{KEY}.unchanged", day=day)
    counts = [texts(f"{KEY}.change.{name}", count=count) for name, count in changes.counts.items()]
    said = [*counts, *_measures(texts, changes)]
    lines = [texts(f"{KEY}.changed", day=day, changes=texts.join(said))] if said else []
    if changes.news:
        news = texts.join([texts(f"{KEY}.news.{name}") for name in changes.news])
        lines.append(texts(f"{KEY}.new", day=day, news=news))
    return " ".join(lines)


def _measures(texts: Texts, changes: Changes) -> list[str]:
    return [_measure(texts, one) for one in changes.measures]


def _measure(texts: Texts, measure: Measure) -> str:
    now, before = (texts.number(round(it.average, 1)) if it else "" for it in (measure.now, measure.before))
    return texts(f"{KEY}.measure.{measure.name}", now=now, before=before)


def _buttons(texts: Texts, weekly: Weekly) -> list[Element]:
    """The ways on, whatever there is to do."""
    programme = weekly.summary.programme
    whole = button(texts.plain("insight.summary.buttons.whole"), ActionId.SUMMARY_WHOLE, programme.id)
    again = button(texts.plain("insight.summary.buttons.again"), ActionId.SUMMARY_AGAIN, programme.id)
    people = participants_button(texts, programme.id)
    if is_recruiting(weekly.summary):
        return [whole, people, topics_button(texts, programme.id), again]
    return [whole, people, report_button(texts, programme), again]
