"""HR says who manages whom."""

from slack_bolt.async_app import AsyncApp

from bot.services import rosters
from bot.services.caller import Refusal
from handlers.desk import Desk
from handlers.entry import Ask, on_action, on_submission
from handlers.forms import match as forms
from handlers.payload import number
from handlers.views.match.draft import MANAGERS
from handlers.views.match.managers import MANAGERS_A_PAGE, managers_form, managers_known


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, MANAGERS, ask_managers)
    on_submission(app, desk, MANAGERS, managers_given)


async def ask_managers(ask: Ask) -> None:
    hr = await ask.hr(ask.subject)
    waiting = await rosters.without_manager(ask.desk.store, hr)
    if not waiting:
        raise Refusal("outdated")
    shown = waiting[:MANAGERS_A_PAGE]
    await ask.open(managers_form(ask.texts, hr.programme_id, shown, len(waiting)))


async def managers_given(ask: Ask) -> None:
    hr = await ask.hr(number(ask.note))
    waiting = await rosters.without_manager(ask.desk.store, hr)
    said, errors = forms.managers(ask.form, {person.id or 0: person.slack_id for person in waiting})
    if errors:
        await ask.errors({block: ask.texts.plain(f"match.manager.errors.{name}") for block, name in errors.items()})
        return
    for manager in said.values():
        if manager.slack_id:
            await ask.desk.directory.person(ask.caller.team_id, manager.slack_id, ask.caller.now)
    await rosters.fill_managers(ask.desk.store, hr, said)
    still = [person for person in waiting if person.id not in said]
    shown = still[:MANAGERS_A_PAGE]
    if said and still:
        await ask.become(managers_form(ask.texts, hr.programme_id, shown, len(still)))
    else:
        await ask.become(managers_known(ask.texts, hr.programme_id))
