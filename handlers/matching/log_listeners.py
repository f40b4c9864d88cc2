"""HR reads who did what to a match, and takes it along: `/mentoring log`."""

from slack_bolt.async_app import AsyncApp

from bot.services.caller import HrCaller
from bot.services.matching import audit_log as auditing
from handlers.kit.blocks import View
from handlers.kit.context import Desk
from handlers.kit.payload import number
from handlers.kit.request import Ask, on_action
from handlers.matching.log_views import A_PAGE, LOG, LOG_FILE, LOG_PAGE, log_page


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, LOG, show_from_button)
    for turn in ("newer", "older"):
        on_action(app, desk, f"{LOG_PAGE}.{turn}", turn_page)
    on_action(app, desk, LOG_FILE, send_file)


async def show(ask: Ask) -> None:
    """`/mentoring log`"""
    await ask.open(await _page(ask, await ask.hr(), 0))


async def show_from_button(ask: Ask) -> None:
    await ask.open(await _page(ask, await ask.hr(ask.subject), 0))


async def turn_page(ask: Ask) -> None:
    await ask.change(await _page(ask, await ask.hr(number(ask.note)), ask.subject))


async def send_file(ask: Ask) -> None:
    hr = await ask.hr(ask.subject)
    new = await auditing.ask_for_log(ask.desk.store, hr)
    ask.desk.wake_delivery()
    await ask.whisper(ask.texts("match.log.asked" if new else "match.log.coming"))


async def _page(ask: Ask, hr: HrCaller, page: int) -> View:
    return log_page(ask.texts, await auditing.log_of(ask.desk.store, hr, page * A_PAGE, A_PAGE), page)
