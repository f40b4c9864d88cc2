"""HR names managers."""

from bot.services.caller import Rejected
from bot.services.roster import managers
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.picked import unfit_at
from handlers.kit.request import Request
from handlers.matching import managers_form as forms
from handlers.matching.managers_views import managers_form, managers_known
from handlers.matching.modal_state import ManagersState


def register(on: Listeners) -> None:
    on.action(ActionId.MATCH_MANAGERS, ask_managers)
    for turn in ("previous", "next"):
        on.action(ActionFamily.MATCH_MANAGERS_PAGE.of(turn), turn_page)
    on.submission(CallbackId.MATCH_MANAGERS, managers_given)
    on.again(CallbackId.MATCH_MANAGERS, managers_again)


async def ask_managers(request: Request) -> None:
    hr = await request.hr(request.subject)
    waiting = await managers.without_manager(request.context.store, hr)
    if not waiting:
        raise Rejected("outdated")
    await request.open(managers_form(request.texts, hr.programme_id, waiting))


async def turn_page(request: Request) -> None:
    """Show other people. Answers that were not saved are not kept."""
    await _show_page(request, request.subject)


async def _show_page(request: Request, page: int) -> None:
    hr = await request.hr(request.state(ManagersState).programme_id)
    waiting = await managers.without_manager(request.context.store, hr)
    if waiting:
        await request.update_modal(managers_form(request.texts, hr.programme_id, waiting, page))
    else:
        await request.update_modal(managers_known(request.texts, hr.programme_id))


async def managers_again(request: Request) -> None:
    await _show_page(request, request.state(ManagersState).page)


async def managers_given(request: Request) -> None:
    state = request.state(ManagersState)
    hr = await request.hr(state.programme_id)
    waiting = await managers.without_manager(request.context.store, hr)
    said = forms.managers(request.form, {one.person.id: one.person.slack_id for one in waiting})
    if isinstance(said, Invalid):
        await request.invalid(said)
        return
    picked = {forms.MANAGER + str(who): [one.slack_id] for who, one in said.items() if one.slack_id}
    if unfit := await unfit_at(request, picked, guests=True):
        await request.invalid(unfit)
        return
    await managers.fill_managers(request.context.store, hr, said)
    still = [one for one in waiting if one.person.id not in said]
    if said and still:
        await request.replace_modal(managers_form(request.texts, hr.programme_id, still, state.page))
    else:
        await request.replace_modal(managers_known(request.texts, hr.programme_id))
