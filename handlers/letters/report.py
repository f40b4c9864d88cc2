"""The report of a programme: a page and its numbers as files to HR's channel, and a few words after them."""

import logging

from bot.charts import draw
from bot.gateway import Message
from bot.services.insight.reports import REPORT, Report, current_report
from handlers.letters import Letter, Writer
from handlers.letters.files import Contents, shared
from handlers.views import report as views
from handlers.views import report_table
from handlers.views.summary import chart

log = logging.getLogger(__name__)

DRAWING = 7.0
"""Seconds for the chart, of those that the files have."""


async def report(letter: Letter) -> Message:
    """The message that follows the files; or, if Slack does not take them, one that says so."""

    async def write() -> Contents:
        found = await current_report(letter.desk.store, letter.programme.id or 0, letter.work.now)
        name = letter.texts.plain("report.sent.file")
        page = views.page(letter.texts, found, await _picture(letter, found))
        sheets, table = report_table.workbook(letter.texts, found), report_table.table(letter.texts, found)
        return {f"{name}.html": page.encode(), f"{name}.xlsx": sheets, f"{name}.csv": table}

    if not await shared(letter, views.titles(letter.texts, letter.programme), write):
        return views.failed(letter.texts, letter.programme)
    return views.sent(letter.texts, letter.programme)


async def _picture(letter: Letter, found: Report) -> bytes | None:
    """The summary's chart; None if it cannot be had now, for the page says the same in numbers."""
    try:
        async with letter.desk.limits.within(DRAWING):
            picture: bytes = await letter.desk.in_worker(draw, chart(letter.texts, found.summary))
            return picture
    except Exception:  # whatever keeps a chart from being drawn, HR gets the report
        log.exception("the report goes without its chart")
        return None


LETTERS: dict[str, Writer] = {REPORT: report}
