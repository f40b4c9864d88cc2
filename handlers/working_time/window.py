"""The window about one's working time, with everything that belongs to it."""

from bot.services.busy_hours import busy_hours
from bot.services.working_time.working_time import Mine
from handlers.busy_hours.views import part
from handlers.kit.blocks import View
from handlers.kit.request import Request
from handlers.working_time import views


async def working_time_window(request: Request, mine: Mine) -> View:
    """Busy hours are in it where calendars can be connected, or one is."""
    calendar = await busy_hours.read_mine(request.context.store, request.caller)
    shown = request.context.calendars.enabled or calendar.calendar is not None
    return views.window(request.texts, mine, part(request.texts, calendar) if shown else ())
