"""HR says until when the orientation and the briefing have to be finished."""

from bot.domain.orientation import FinishBy
from bot.services.caller import HrCaller
from bot.services.orientation import finish_by
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request
from handlers.orientation import rule_views as views


def register(on: Listeners) -> None:
    on.action(ActionId.ORIENTATION_RULE, open_form)
    on.submission(CallbackId.ORIENTATION_RULE_FORM, given)


async def open_form(request: Request) -> None:
    await show_form(request, await request.hr(request.subject))


async def show_form(request: Request, hr: HrCaller) -> None:
    await request.open(views.form(request.texts, await finish_by.read_rule(request.context.store, hr)))


async def given(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    chosen = request.form.one("finish_by")
    if chosen not in list(FinishBy):
        await request.invalid(Invalid.below(f"{views.KEY}.errors", {"finish_by": "choose"}))
        return
    programme = await finish_by.set_rule(request.context.store, hr, FinishBy(chosen))
    await request.replace_modal(views.saved(request.texts, programme))
