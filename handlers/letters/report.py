"""The report of a programme: a page and a table to HR's channel, and a few words after them."""

import asyncio
import logging

from bot.gateway import Message, SlackRefused, SlackUnavailable
from bot.services.insight.reports import REPORT, read_report
from handlers.letters import Letter, Writer
from handlers.letters.files import PATIENCE, Contents, share_once
from handlers.views import report as views

log = logging.getLogger(__name__)


async def report(letter: Letter) -> Message:
    """The message that follows the files; or, if Slack does not take them, one that says so."""

    async def write() -> Contents:
        found = await read_report(letter.work, letter.programme)
        name = letter.texts.plain("report.sent.file")
        page, table = views.page(letter.texts, found), views.table(letter.texts, found)
        return {f"{name}.html": page.encode(), f"{name}.csv": table.encode()}

    try:
        async with asyncio.timeout(PATIENCE):
            await share_once(letter, views.titles(letter.texts, letter.programme), write)
    except (SlackRefused, SlackUnavailable, TimeoutError) as problem:
        log.warning("a report could not be sent: %s", problem or "it took too long")
        return views.failed(letter.texts, letter.programme)
    return views.sent(letter.texts, letter.programme)


LETTERS: dict[str, Writer] = {REPORT: report}
