"""A programme's report as one page to read and share, and the messages around it. Its figures: `report_table`."""

import html
from base64 import b64encode
from collections.abc import Mapping, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.services.insight.report import Report
from bot.services.pair_context import PairContext
from bot.services.programme.end import period
from bot.slack.gateway import Message
from handlers.improvements import report_views as improvement_views
from handlers.insight.report_table import MOST_LINES, Table, numbers, tables
from handlers.kit.blocks import actions, section
from handlers.kit.buttons import report_button
from handlers.own_questions.report_views import own_lines, own_texts_of
from handlers.surveys.views import awaited_lines
from handlers.surveys.views import lines as courses
from prompts.catalogue import Texts
from prompts.reasons import topic_name
from storage.tables import ActionCard, Programme, Story

_environment = Environment(
    loader=PackageLoader("handlers.insight", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def titles(texts: Texts, programme: Programme) -> list[str]:
    """The text above the files."""
    return [
        texts.plain(f"insight.report.sent.{kind}", programme=programme.name) for kind in ("page", "workbook", "table")
    ]


def sent(texts: Texts, report: Report) -> Message:
    """The main counts, as in the files, and what the report still waits for."""
    people, sessions = report.summary.people, report.summary.sessions
    text = texts("insight.report.sent.body", programme=report.programme.name)
    counts = texts(
        "insight.report.sent.counts",
        signed_up=people.taking_part + people.left,
        left=people.left,
        pairs=len(report.summary.pairs),
        completed=report.completed,
        held=sessions.held,
        hours=texts.number(round(report.parts.minutes / 60, 1)),
    )
    waits = [section("\n".join(awaited_lines(texts, report.awaited)))] if report.awaited else []
    own = own_lines(texts, report.programme, report.own)
    shared = improvement_views.line(texts, report.improvements)
    more = [section("\n".join(lines)) for lines in (own, shared) if lines]
    return Message(text, [section(text), section(counts), *more, *waits])


def failed(texts: Texts, programme: Programme, *, forbidden: bool) -> Message:
    """In place of the files: `forbidden` until a person changes a setting, or only now."""
    text = texts(f"insight.report.sent.{'forbidden' if forbidden else 'failed'}", programme=programme.name)
    return Message(text, [section(text), actions(report_button(texts, programme))])


def page(texts: Texts, report: Report, picture: bytes | None) -> str:
    """A self-contained HTML file, with the summary's chart if there is one."""
    programme = report.programme
    today = local(report.summary.at, programme.zone).date()
    first, last = period(programme, today)
    actions_shown = [_action(texts, one) for one in report.actions[:MOST_LINES]]
    return html_page(
        texts,
        title=texts.plain("insight.report.page.title", programme=programme.name),
        intro=texts.plain(
            "insight.report.page.intro",
            theme=texts.plain(f"labels.themes.{programme.theme}"),
            first=texts.day(first),
            last=texts.day(last),
            day=texts.day(today),
        ),
        picture=b64encode(picture).decode() if picture else "",
        alt=texts.plain("insight.report.page.chart"),
        numbers=_by_heading(texts, report),
        tables=[_table(texts, one) for one in tables(texts, report)],
        changed=(texts.plain("insight.summary.headings.changed"), _courses(texts, report)),
        about_changes=_about_changes(texts, report),
        lists=[
            (texts.plain("insight.report.page.actions"), actions_shown),
            (texts.plain("insight.summary.headings.comments"), _comments(texts, report)),
            (texts.plain("own_questions.report.texts"), _own_texts(texts, report)),
            (texts.plain("improvements.report.title"), improvement_views.lines(texts, report.improvements)),
        ],
        stories=(texts.plain("insight.report.page.stories"), [_story(*one) for one in report.stories]),
        labels={name: texts.plain(f"closing.story.card.{name}") for name in ("tried", "changed")},
        footer=texts.plain("insight.report.page.footer"),
    )


def html_page(
    texts: Texts,
    *,
    title: str,
    intro: str,
    footer: str,
    numbers: Mapping[str, Sequence[tuple[str, str]]],
    lists: Sequence[tuple[str, Sequence[str]]],
    **more: object,
) -> str:
    """The page of a report: `numbers` and `lists` by heading, and what else `report_page.html.j2` shows."""
    nothing = {"picture": "", "alt": "", "tables": (), "changed": ("", ()), "about_changes": (), "stories": ("", ())}
    shown = {"title": title, "intro": intro, "footer": footer, "numbers": numbers, "lists": lists}
    template = _environment.get_template("report_page.html.j2")
    return template.render(language=texts.language, **nothing | more | shown)


def _by_heading(texts: Texts, report: Report) -> dict[str, list[tuple[str, str]]]:
    key = "insight.report.numbers"
    parts: dict[str, list[tuple[str, str]]] = {}
    for line in numbers(texts, report):
        value = texts.number(round(line.value, 1))
        if line.people is not None:
            value = texts.plain(f"{key}.average", average=value, most=line.out_of, people=line.people)
        parts.setdefault(line.heading, []).append((line.name, value))
    if report.summary.topics:
        parts[texts.plain("insight.summary.headings.topics")] = [
            (
                topic_name(texts, one.code),
                texts.plain(f"{key}.topic", wanted=one.wanted, offered=one.offered),
            )
            for one in report.summary.topics[:MOST_LINES]
        ]
    return parts


def _table(texts: Texts, table: Table) -> dict[str, object]:
    """A table whose missing figures are a dash, which its note explains."""
    rows = [
        [name, *["–" if one is None else texts.number(round(one, 1)) for one in values]] for name, values in table.rows
    ]
    return {"heading": table.heading, "note": table.note, "heads": table.heads, "rows": rows}


def _about_changes(texts: Texts, report: Report) -> list[str]:
    """What the results of the surveys wait for, and what they can show; nothing before there are pairs."""
    if not report.summary.pairs:
        return []
    waits = [html.unescape(line.replace("*", "")) for line in awaited_lines(texts, report.awaited)]
    return [*waits, texts.plain("insight.report.parts.honest")]


def _courses(texts: Texts, report: Report) -> list[str]:
    # The lines are Slack mrkdwn; the page needs neither its bold nor its escapes.
    return [
        html.unescape(line.replace("*", "")) for line in courses(texts, report.summary.courses, report.programme.theme)
    ]


def _action(texts: Texts, card: ActionCard) -> str:
    return texts.plain(
        "insight.report.actions.line", change=card.change, state=texts.plain(f"insight.report.actions.{card.state}")
    )


def _story(story: Story, couple: PairContext) -> dict[str, str]:
    return {
        "who": f"{couple.mentor.name} → {couple.leader.name}",
        "tried": story.tried,
        "changed": story.changed,
        "quote": story.quote,
        "said_by": couple.person(Side(story.said_by)).name,
    }


def _comments(texts: Texts, report: Report) -> list[str]:
    return [
        texts.plain("insight.summary.comment", text=one.text, role=texts.plain(f"labels.role_names.{one.side}"))
        for one in report.summary.comments
    ]


def _own_texts(texts: Texts, report: Report) -> list[str]:
    """What people wrote to HR's own questions, as far as they share it."""
    return [
        texts.plain("own_questions.report.text", ask=ask, text=text, role=role)
        for ask, text, role in own_texts_of(texts, report.programme, report.own)
    ]
