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


async def report(message: MessageContext[ReportMessage]) -> Message:
    """The message after the files; or, if Slack refuses them, one that says so."""

    async def write() -> Contents:
        report = await current_report(message.context.store, message.programme.id, message.work.now)
        name = message.texts.plain("insight.report.sent.file")
        page = report_views.page(message.texts, report, await _picture(message, report))
        sheets, table = report_table.workbook(message.texts, report), report_table.table(message.texts, report)
        return {f"{name}.html": page.encode(), f"{name}.xlsx": sheets, f"{name}.csv": table}

    sharing = await shared(message, report_views.titles(message.texts, message.programme), write)
    if sharing is not Files.SENT:
        return report_views.failed(message.texts, message.programme, forbidden=sharing is Files.FORBIDDEN)
    report = await current_report(message.context.store, message.programme.id, message.work.now)
    return report_views.sent(message.texts, report)


async def _picture(message: MessageContext[ReportMessage], report: Report) -> bytes | None:
    """The summary's chart; None if it is not available, since the page has the same figures."""
    try:
        async with message.context.limits.within(DRAWING):
            picture: bytes = await message.context.in_worker(draw, chart(message.texts, report.summary))
            return picture
    except Exception:  # whatever the error of the chart, HR gets the report
        log.exception("report sent without its chart")
        return None


RENDERERS = (renders(ReportMessage, report),)
