"""What comes of a pair: its goals, the learning log, and all of it in one window."""

from slack_bolt.async_app import AsyncApp

from bot.domain.agreement import LONGEST
from bot.services.agreement import goals
from bot.services.agreement.agreement import Unfit as UnfitGoals
from bot.services.outcomes import growth
from bot.services.outcomes import learning_log as learning
from bot.services.outcomes.learning_log import Unfit
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import View
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action, on_submission
from handlers.outcomes import forms, views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, open_hub)
    on_action(app, desk, views.GOALS, open_goals)
    on_submission(app, desk, views.GOALS_FORM, goals_given)
    on_action(app, desk, views.LOG, open_log)
    on_action(app, desk, views.ADD, add_note)
    on_action(app, desk, views.CHANGE_NOTE, change_note)
    on_action(app, desk, views.DELETE_NOTE, delete_note)
    on_submission(app, desk, views.LOG_FORM, note_given)


async def show(ask: Ask, view: View) -> None:
    """In place of the window that the button stands in, so that nothing old stays below; else as a new one."""
    await (ask.change(view) if ask.in_modal else ask.open(view))


async def open_hub(ask: Ask) -> None:
    await show(ask, views.hub(ask.texts, await growth.look(ask.desk.store, ask.caller, ask.subject)))


async def open_goals(ask: Ask) -> None:
    await show(ask, views.goals_form(ask.texts, await goals.look(ask.desk.store, ask.caller, ask.subject)))


async def goals_given(ask: Ask) -> None:
    note = forms.Note.read(ask.note)
    try:
        await goals.update(ask.desk.store, ask.caller, note.pair_id, note.subject, forms.headway(ask.form))
    except UnfitGoals as unfit:
        await ask.errors(views.errors(ask.texts, unfit.faults, LONGEST["note"]))
        return
    await ask.become(views.hub(ask.texts, await growth.look(ask.desk.store, ask.caller, note.pair_id)))
    await refresh_home(ask)


async def open_log(ask: Ask) -> None:
    await show(ask, views.listed(ask.texts, await learning.look(ask.desk.store, ask.caller, ask.subject)))


async def add_note(ask: Ask) -> None:
    await show(ask, views.note_form(ask.texts, await learning.look(ask.desk.store, ask.caller, ask.subject)))


async def change_note(ask: Ask) -> None:
    log, entry = await learning.entry_to_change(ask.desk.store, ask.caller, ask.subject)
    await show(ask, views.note_form(ask.texts, log, entry))


async def delete_note(ask: Ask) -> None:
    await show(ask, views.listed(ask.texts, await learning.delete(ask.desk.store, ask.caller, ask.subject)))


async def note_given(ask: Ask) -> None:
    note, draft = forms.Note.read(ask.note), forms.draft(ask.form)
    try:
        log = await learning.write(ask.desk.store, ask.caller, note.pair_id, draft, note.subject or None)
    except Unfit as unfit:
        await ask.errors(views.errors(ask.texts, unfit.faults, learning.LONGEST))
        return
    ask.desk.wake_delivery()
    await ask.become(views.listed(ask.texts, log))
