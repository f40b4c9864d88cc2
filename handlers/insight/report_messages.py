"""The report of a programme: a page and its figures as files to HR's channel, and a message after them."""

import logging

from bot.domain.messages.insight import ReportMessage
from bot.pictures.charts import draw
from bot.services.insight.report import Report, current_report
from bot.slack.gateway import Message
from handlers.insight import report_table, report_views
from handlers.insight.views import chart
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, renders

log = logging.getLogger(__name__)

DRAWING = 7.0
"""Time limit for the chart, in seconds, within that of the files."""


async def report(letter: MessageContext[ReportMessage]) -> Message:
    """The message after the files; or, if Slack refuses them, one that says so."""

    async def write() -> Contents:
        found = await current_report(letter.context.store, letter.programme.id, letter.work.now)
        name = letter.texts.plain("insight.report.sent.file")
        page = report_views.page(letter.texts, found, await _picture(letter, found))
        sheets, table = report_table.workbook(letter.texts, found), report_table.table(letter.texts, found)
        return {f"{name}.html": page.encode(), f"{name}.xlsx": sheets, f"{name}.csv": table}

    sharing = await shared(letter, report_views.titles(letter.texts, letter.programme), write)
    if sharing is not Files.SENT:
        return report_views.failed(letter.texts, letter.programme, forbidden=sharing is Files.FORBIDDEN)
    return report_views.sent(letter.texts, letter.programme)


async def _picture(letter: MessageContext[ReportMessage], found: Report) -> bytes | None:
    """The summary's chart; None if it is not available, since the page has the same figures."""
    try:
        async with letter.context.limits.within(DRAWING):
            picture: bytes = await letter.context.in_worker(draw, chart(letter.texts, found.summary))
            return picture
    except Exception:  # whatever the error of the chart, HR gets the report
        log.exception("report sent without its chart")
        return None


RENDERERS = (renders(ReportMessage, report),)
