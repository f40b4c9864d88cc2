"""HR reads and downloads the audit log of a matching: `/mentoring log`."""

from bot.services.caller import HrCaller
from bot.services.matching import audit_log
from handlers.kit.blocks import View
from handlers.kit.ids import ActionFamily, ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request
from handlers.matching.log_views import A_PAGE, log_page


def register(on: Listeners) -> None:
    on.command("log", show)
    on.action(ActionId.MATCH_LOG, show_from_button)
    for turn in ("newer", "older"):
        on.action(ActionFamily.MATCH_LOG_PAGE.of(turn), turn_page)
    on.action(ActionId.MATCH_LOG_FILE, send_file)


async def show(request: Request) -> None:
    """`/mentoring log`"""
    await request.open(await _page(request, await request.hr(), 0))


async def show_from_button(request: Request) -> None:
    await request.open(await _page(request, await request.hr(request.subject), 0))


async def turn_page(request: Request) -> None:
    await request.update_modal(
        await _page(request, await request.hr(request.state(OfProgramme).programme_id), request.subject)
    )


async def send_file(request: Request) -> None:
    hr = await request.hr(request.subject)
    new = await audit_log.ask_for_log(request.context.store, hr)
    await request.reply_ephemeral(request.texts("matching.log.asked" if new else "matching.log.coming"))


async def _page(request: Request, hr: HrCaller, page: int) -> View:
    return log_page(request.texts, await audit_log.log_of(request.context.store, hr, page * A_PAGE, A_PAGE), page)
