"""HR reads and downloads the audit log of a matching: `/mentoring log`."""

from bot.services.caller import HrCaller
from bot.services.matching import audit_log
from bot.services.signup.which_programme import HrStep
from handlers.kit.blocks import View
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request
from handlers.kit.which_programme import choose_as_hr
from handlers.matching.log_views import A_PAGE, log_page


def register(on: Listeners) -> None:
    on.command("log", show)
    on.action(ActionId.MATCH_LOG, show_from_button)
    on.again(CallbackId.MATCH_LOG, log_again)
    for turn in ("newer", "older"):
        on.action(ActionFamily.MATCH_LOG_PAGE.of(turn), turn_page)
    on.action(ActionId.MATCH_LOG_FILE, send_file)


async def show(request: Request) -> None:
    """`/mentoring log`"""
    if hr := await choose_as_hr(request, HrStep.LOG):
        await show_log(request, hr)


async def show_from_button(request: Request) -> None:
    await show_log(request, await request.hr(request.subject))


async def show_log(request: Request, hr: HrCaller) -> None:
    await request.show(await _page(request, hr, 0))


async def log_again(request: Request) -> None:
    await request.update_modal(await _page(request, await request.hr(request.state(OfProgramme).programme_id), 0))


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
