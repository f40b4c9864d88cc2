"""Connect, replace and disconnect one's own calendar."""

import asyncio

from bot.domain.busy_hours import LinkProblem, LinkRefused
from bot.services.busy_hours import busy_hours
from bot.services.busy_hours.busy_hours import MyCalendar
from bot.services.working_time import working_time
from handlers.busy_hours import forms, views
from handlers.kit.blocks import View
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.working_time.window import working_time_window

PATIENCE = 1.5
"""Seconds for which the form waits for the calendar. Slack waits for three; then it shows that it is being read."""


def register(on: Listeners) -> None:
    on.action(ActionId.BUSY_HOURS_OPEN, open_form)
    on.action(ActionId.BUSY_HOURS_REMOVE, remove)
    on.submission(CallbackId.BUSY_HOURS_FORM, link_given)


async def open_form(request: Request) -> None:
    await busy_hours.read_mine(request.context.store, request.caller)
    await _show(request, views.link_form(request.texts))


async def remove(request: Request) -> None:
    await busy_hours.disconnect(request.context.store, request.caller)
    await _show(request, await _window(request))


async def link_given(request: Request) -> None:
    pasted = forms.link(request.form)
    if isinstance(pasted, Invalid):
        await request.invalid(pasted)
        return
    working = asyncio.ensure_future(_connect(request, pasted))
    if await request.context.limits.is_done(working, PATIENCE):
        connected = await working
        if isinstance(connected, LinkProblem):
            await request.invalid(forms.wrong(connected))
        else:
            await request.replace_modal(await _window(request))
        return
    await request.replace_modal(views.reading(request.texts))
    connected = await working
    if isinstance(connected, LinkProblem):
        await request.update_modal(views.link_form(request.texts, connected))
    else:
        await request.update_modal(await _window(request))


async def _connect(request: Request, pasted: str) -> MyCalendar | LinkProblem:
    """What is stored now, or why nothing changed."""
    context, caller = request.context, request.caller
    mine = await busy_hours.read_mine(context.store, caller)
    try:
        new = await context.calendars.read_new(pasted, mine.person.zone, caller.now)
    except LinkRefused as refused:
        return refused.problem
    return await busy_hours.connect(context.store, caller, new)


async def _window(request: Request) -> View:
    return await working_time_window(request, await working_time.read_mine(request.context.store, request.caller))


async def _show(request: Request, view: View) -> None:
    if request.in_modal:
        await request.update_modal(view)
    else:
        await request.open(view)
