"""Read and change one's own working time."""

from collections.abc import Awaitable

from bot.domain.working_time import InvalidTime
from bot.services.working_time import working_time
from bot.services.working_time.working_time import Mine
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import View
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed, day_of
from handlers.kit.request import Request
from handlers.working_time import forms, views
from handlers.working_time.window import working_time_window


def register(on: Listeners) -> None:
    on.action(ActionId.WORKING_TIME_OPEN, open_window)
    on.action(ActionFamily.WORKING_TIME_USUAL, choose_usual)
    on.action(ActionId.WORKING_TIME_HOURS, open_hours)
    on.action(ActionId.WORKING_TIME_WEEK, open_week)
    on.action(ActionId.WORKING_TIME_AWAY, open_away)
    on.action(ActionId.WORKING_TIME_THERE, cancel_away)
    on.submission(CallbackId.WORKING_TIME_HOURS_FORM, hours_given)
    on.submission(CallbackId.WORKING_TIME_WEEK_FORM, week_given)
    on.submission(CallbackId.WORKING_TIME_AWAY_FORM, away_given)


async def open_window(request: Request) -> None:
    await _show(request, await working_time_window(request, await _mine(request)))


async def choose_usual(request: Request) -> None:
    mine = await working_time.choose_preset(request.context.store, request.caller, request.answer)
    await _show(request, await working_time_window(request, mine))
    refresh_home(request)


async def open_hours(request: Request) -> None:
    await _show(request, views.hours_form(request.texts, await _mine(request)))


async def open_week(request: Request) -> None:
    await _show(request, views.week_form(request.texts, await _mine(request)))


async def open_away(request: Request) -> None:
    await _show(request, views.away_form(request.texts))


async def hours_given(request: Request) -> None:
    said = forms.hours(request.form, await _mine(request))
    if isinstance(said, Invalid):
        await request.invalid(said)
        return
    store, caller = request.context.store, request.caller
    saved = working_time.set_hours(store, caller, said.week, said.breaks, said.country, said.usual)
    fields = {"daily": "break_end", "friday": "friday_end", **{f"end_{day}": "end" for day in range(7)}}
    await _stored(request, saved, fields)


async def week_given(request: Request) -> None:
    said = forms.week(request.form)
    if isinstance(said, Invalid):
        await request.invalid(said)
        return
    await _stored(request, working_time.set_week(request.context.store, request.caller, said), {"days": "start_0"})


async def away_given(request: Request) -> None:
    said = forms.away(request.form)
    if isinstance(said, Invalid):
        await request.invalid(said)
        return
    await _stored(request, working_time.be_away(request.context.store, request.caller, *said), {})


async def cancel_away(request: Request) -> None:
    first, _, last = request.value.partition("/")
    if not last:
        raise Malformed("value")
    away = day_of(first), day_of(last)
    await _show(
        request,
        await working_time_window(request, await working_time.cancel_away(request.context.store, request.caller, away)),
    )
    refresh_home(request)


async def _stored(request: Request, saving: Awaitable[Mine], fields: dict[str, str]) -> None:
    """The window with what is stored now, or what is wrong at its field."""
    try:
        mine = await saving
    except InvalidTime as found:
        await request.invalid(forms.wrong_at(found, fields))
        return
    await request.replace_modal(await working_time_window(request, mine))
    refresh_home(request)


async def _mine(request: Request) -> Mine:
    return await working_time.read_mine(request.context.store, request.caller)


async def _show(request: Request, view: View) -> None:
    if request.in_modal:
        await request.update_modal(view)
    else:
        await request.open(view)
