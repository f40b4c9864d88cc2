"""A mentor joins or leaves the mentors' circles; HR decides whether there are any."""

from bot.services.circles import membership, offering
from handlers.circles import views
from handlers.home.listeners import refresh_home
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.CIRCLE_OPEN, open_window)
    on.action(ActionId.CIRCLE_JOIN, join)
    on.action(ActionId.CIRCLE_LEAVE, leave)
    on.action(ActionId.CIRCLE_OFFER, offer)
    on.action(ActionId.CIRCLE_STOP, stop)


async def open_window(request: Request) -> None:
    state = await membership.read_circle(request.context.store, request.caller, request.subject)
    await request.open(views.window(request.texts, state))


async def join(request: Request) -> None:
    state = await membership.join_circle(request.context.store, request.caller, request.subject)
    await request.update_modal(views.window(request.texts, state))
    refresh_home(request)


async def leave(request: Request) -> None:
    state = await membership.leave_circle(request.context.store, request.caller, request.subject)
    await request.update_modal(views.window(request.texts, state))
    refresh_home(request)


async def offer(request: Request) -> None:
    await _offer(request, offered=True)


async def stop(request: Request) -> None:
    await _offer(request, offered=False)


async def _offer(request: Request, *, offered: bool) -> None:
    hr = await request.hr(request.subject)
    await offering.offer_circles(request.context.store, hr, offered=offered)
    await request.update_modal(views.offered(request.texts, offered=offered))
