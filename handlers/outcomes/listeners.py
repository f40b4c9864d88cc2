"""Outcomes of a pair: goals, the learning log, and everything in one window."""

from bot.services.agreement import goals
from bot.services.caller import InvalidInput
from bot.services.outcomes import growth, learning_log
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import View
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.outcomes import forms, views


def register(on: Listeners) -> None:
    on.action(ActionId.GROWTH_OPEN, open_hub)
    on.action(ActionId.GOAL_OPEN, open_goals)
    on.submission(CallbackId.GOAL_FORM, goals_given)
    on.action(ActionId.LOG_OPEN, open_log)
    on.action(ActionId.LOG_ADD, add_note)
    on.action(ActionId.LOG_CHANGE, change_note)
    on.action(ActionId.LOG_DELETE, delete_note)
    on.submission(CallbackId.LOG_FORM, note_given)


async def show(request: Request, view: View) -> None:
    """Replaces the button's window, so that nothing old stays below; otherwise opens a new one."""
    await (request.update_modal(view) if request.in_modal else request.open(view))


async def open_hub(request: Request) -> None:
    await show(
        request,
        views.hub(request.texts, await growth.read_outcomes(request.context.store, request.caller, request.subject)),
    )


async def open_goals(request: Request) -> None:
    await show(
        request,
        views.goals_form(
            request.texts, await goals.read_signed_agreement(request.context.store, request.caller, request.subject)
        ),
    )


async def goals_given(request: Request) -> None:
    state = request.state(forms.EntryState)
    try:
        await goals.update(
            request.context.store, request.caller, state.pair_id, state.row_id, forms.headway(request.form)
        )
    except InvalidInput as wrong:
        await request.invalid(forms.invalid_goals(wrong.faults))
        return
    await request.replace_modal(
        views.hub(request.texts, await growth.read_outcomes(request.context.store, request.caller, state.pair_id))
    )
    refresh_home(request)


async def open_log(request: Request) -> None:
    await show(
        request,
        views.listed(
            request.texts, await learning_log.read_log(request.context.store, request.caller, request.subject)
        ),
    )


async def add_note(request: Request) -> None:
    await show(
        request,
        views.note_form(
            request.texts, await learning_log.log_to_add_to(request.context.store, request.caller, request.subject)
        ),
    )


async def change_note(request: Request) -> None:
    log, entry = await learning_log.entry_to_change(request.context.store, request.caller, request.subject)
    await show(request, views.note_form(request.texts, log, entry))


async def delete_note(request: Request) -> None:
    await show(
        request,
        views.listed(request.texts, await learning_log.delete(request.context.store, request.caller, request.subject)),
    )


async def note_given(request: Request) -> None:
    state, draft = request.state(forms.EntryState), forms.draft(request.form)
    try:
        log = await learning_log.write(
            request.context.store, request.caller, state.pair_id, draft, state.row_id or None
        )
    except InvalidInput as wrong:
        await request.invalid(forms.invalid_note(wrong.faults))
        return
    await request.replace_modal(views.listed(request.texts, log))
