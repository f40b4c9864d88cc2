"""A programme's report: one page to read and share, and its numbers for a spreadsheet."""

import csv
import html
import io
from collections.abc import Iterator

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.domain.calendar import local
from bot.domain.sessions import Side, add_months
from bot.gateway import Message
from bot.services.insight.reports import Report
from bot.services.sessions.meetings import Couple
from handlers.views.blocks import Element, button, section
from handlers.views.measures import lines as courses
from prompts.catalogue import Texts
from storage.tables import ActionCard, Programme, Story

GET = "report.get"
"""With the programme's id."""
MOST_LINES = 40
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with, or a spreadsheet takes it for a formula."""

_environment = Environment(
    loader=PackageLoader("handlers.views", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
Number = tuple[str, str, str]
"""Heading, name, value."""


def get_button(texts: Texts, programme: Programme) -> Element:
    return button(texts.plain("report.sent.button"), GET, programme.id or 0)


def titles(texts: Texts, programme: Programme) -> list[str]:
    """What stands above the two files."""
    return [texts.plain(f"report.sent.{kind}", programme=programme.name) for kind in ("page", "table")]


def sent(texts: Texts, programme: Programme) -> Message:
    text = texts("report.sent.body", programme=programme.name)
    return Message(text, [section(text)])


def failed(texts: Texts, programme: Programme) -> Message:
    text = texts("report.sent.failed", programme=programme.name)
    return Message(text, [section(text)])


def page(texts: Texts, found: Report) -> str:
    """One HTML file that needs nothing else."""
    programme = found.programme
    last = add_months(programme.starts_on, programme.months)
    return _environment.get_template("report_page.html.j2").render(
        language=texts.language,
        title=texts.plain("report.page.title", programme=programme.name),
        intro=texts.plain(
            "report.page.intro",
            theme=texts.plain(f"labels.themes.{programme.theme}"),
            first=texts.day(programme.starts_on),
            last=texts.day(last),
            day=texts.day(local(found.summary.at, programme.zone).date()),
        ),
        numbers=_by_heading(texts, found),
        changed=(texts.plain("summary.report.headings.changed"), _courses(texts, found)),
        actions=(texts.plain("report.page.actions"), [_action(texts, one) for one in found.actions[:MOST_LINES]]),
        stories=(texts.plain("report.page.stories"), [_story(*one) for one in found.stories]),
        labels={name: texts.plain(f"story.card.{name}") for name in ("tried", "changed")},
        comments=(texts.plain("summary.report.headings.comments"), _comments(texts, found)),
        footer=texts.plain("report.page.footer"),
    )


def table(texts: Texts, found: Report) -> str:
    """The numbers as CSV, so that spreadsheets of any language show them as they are."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";")
    rows.writerow([texts.plain(f"report.table.{name}") for name in ("heading", "name", "value")])
    for row in _numbers(texts, found):
        rows.writerow([f"'{cell}" if cell.startswith(RISKY) else cell for cell in row])
    # The mark tells Excel that it is UTF-8.
    return "\ufeff" + written.getvalue()


def _by_heading(texts: Texts, found: Report) -> dict[str, list[tuple[str, str]]]:
    parts: dict[str, list[tuple[str, str]]] = {}
    for heading, name, value in _numbers(texts, found):
        parts.setdefault(heading, []).append((name, value))
    return parts


def _numbers(texts: Texts, found: Report) -> Iterator[Number]:
    summary, key = found.summary, "report.numbers"

    def number(heading: str, name: str, value: int | str) -> Number:
        title = texts.plain(f"summary.report.headings.{heading}")
        return title, texts.plain(f"{key}.{name}"), str(value)

    yield number("people", "people", summary.people.taking_part)
    yield number("people", "mentors", summary.people.mentors + summary.people.both)
    yield number("people", "mentees", summary.people.mentees + summary.people.both)
    yield number("people", "certificates", found.certificates)
    yield number("people", "thanks", found.thanks)
    yield number("pairs", "pairs", len(summary.pairs))
    yield number("pairs", "completed", found.completed)
    yield number("sessions", "planned", summary.sessions.planned)
    yield number("sessions", "held", summary.sessions.held)
    for one in summary.measures:
        if one.now:
            average = texts.plain(f"{key}.average", average=texts.number(one.now.average), people=one.now.people)
            yield number("useful", one.name, average)
    for state, count in sorted(found.actions_by_state.items()):
        heading, name = texts.plain("report.page.actions"), texts.plain(f"report.actions.{state}")
        yield heading, name, str(count)
    topics = texts.plain("summary.report.headings.topics")
    for topic in summary.topics[:MOST_LINES]:
        value = texts.plain(f"{key}.topic", wanted=topic.wanted, offered=topic.offered)
        yield topics, texts.plain(f"labels.topics.{topic.code}"), value


def _courses(texts: Texts, found: Report) -> list[str]:
    # The lines are Slack's; on the page neither its bold nor its escapes are wanted.
    return [
        html.unescape(line.replace("*", "")) for line in courses(texts, found.summary.courses, found.programme.theme)
    ]


def _action(texts: Texts, card: ActionCard) -> str:
    return texts.plain("report.actions.line", change=card.change, state=texts.plain(f"report.actions.{card.state}"))


def _story(story: Story, couple: Couple) -> dict[str, str]:
    return {
        "who": f"{couple.mentor.name} → {couple.mentee.name}",
        "tried": story.tried,
        "changed": story.changed,
        "quote": story.quote,
        "said_by": couple.person(Side(story.said_by)).name,
    }


def _comments(texts: Texts, found: Report) -> list[str]:
    return [
        texts.plain("summary.report.comment", text=one.text, role=texts.plain(f"labels.role_names.{one.side}"))
        for one in found.summary.comments
    ]
