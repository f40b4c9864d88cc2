"""HR sees all of its programmes at a glance: `/mentoring programmes`."""

from bot.services.caller import Rejected
from bot.services.programme.overview import read_overview
from handlers.kit.blocks import View
from handlers.kit.ids import ActionFamily, ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.programme import overview_views as views


def register(on: Listeners) -> None:
    on.command("programmes", show)
    on.action(ActionId.PROGRAMMES_OPEN, show)
    for turn in ("previous", "next"):
        on.action(ActionFamily.PROGRAMMES_PAGE.of(turn), turn_page)


async def show(request: Request) -> None:
    """`/mentoring programmes`, and the button on Home."""
    await request.open(await _page(request, 0))


async def turn_page(request: Request) -> None:
    await request.update_modal(await _page(request, request.subject))


async def _page(request: Request, page: int) -> View:
    """Raises `Rejected`: not_hr."""
    programmes = await request.context.directory.programmes_of_hr(request.caller)
    if not programmes:
        raise Rejected("not_hr")
    overview = await read_overview(request.context.store, request.caller, programmes, page, views.A_PAGE)
    return views.overview(request.texts, overview)
