"""HR says who manages whom."""

from slack_bolt.async_app import AsyncApp

from bot.services.caller import Refusal
from bot.services.roster import managers as rosters
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, number
from handlers.kit.request import Ask, on_action, on_submission
from handlers.matching import managers_form as forms
from handlers.matching.draft_views import MANAGERS
from handlers.matching.managers_views import MANAGERS_PAGE, managers_form, managers_known


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, MANAGERS, ask_managers)
    for turn in ("previous", "next"):
        on_action(app, desk, f"{MANAGERS_PAGE}.{turn}", turn_page)
    on_submission(app, desk, MANAGERS, managers_given)


async def ask_managers(ask: Ask) -> None:
    hr = await ask.hr(ask.subject)
    waiting = await rosters.without_manager(ask.desk.store, hr)
    if not waiting:
        raise Refusal("outdated")
    await ask.open(managers_form(ask.texts, hr.programme_id, waiting))


async def turn_page(ask: Ask) -> None:
    """Show other people. Whoever was filled in but not saved waits on."""
    hr = await ask.hr(_place(ask)[0])
    waiting = await rosters.without_manager(ask.desk.store, hr)
    if waiting:
        await ask.change(managers_form(ask.texts, hr.programme_id, waiting, ask.subject))
    else:
        await ask.change(managers_known(ask.texts, hr.programme_id))


async def managers_given(ask: Ask) -> None:
    programme_id, page = _place(ask)
    hr = await ask.hr(programme_id)
    waiting = await rosters.without_manager(ask.desk.store, hr)
    said, errors = forms.managers(ask.form, {person.id or 0: person.slack_id for person in waiting})
    if waiting and not said and not errors:
        errors = forms.nothing_said(ask.form)
    if errors:
        await ask.errors({block: ask.texts.plain(f"match.manager.errors.{name}") for block, name in errors.items()})
        return
    for manager in said.values():
        if manager.slack_id:
            await ask.desk.directory.person(ask.caller.team_id, manager.slack_id, ask.caller.now)
    await rosters.fill_managers(ask.desk.store, hr, said)
    still = [person for person in waiting if person.id not in said]
    if said and still:
        await ask.become(managers_form(ask.texts, hr.programme_id, still, page))
    else:
        await ask.become(managers_known(ask.texts, hr.programme_id))


def _place(ask: Ask) -> tuple[int, int]:
    """The programme, and the page of its people that is shown."""
    programme_id, colon, page = ask.note.partition(":")
    if not colon:
        raise Malformed("private_metadata")
    return number(programme_id), number(page)
