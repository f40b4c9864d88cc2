"""HR adds days off, or makes holidays working days."""

from bot.domain.calendar import local
from bot.services.programme import days_off as days
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request
from handlers.programme import days_off_forms as forms
from handlers.programme import days_off_views as views


def register(on: Listeners) -> None:
    on.action(ActionId.DAYS_OPEN, open_form)
    on.submission(CallbackId.DAYS_FORM, given)


async def open_form(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(
        views.form(request.texts, await days.calendar_of(request.context.store, hr, request.texts.language))
    )


async def given(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    programme = (await days.calendar_of(request.context.store, hr, request.texts.language)).programme
    found = forms.days(request.form, local(hr.now, programme.zone).date(), programme.country)
    if isinstance(found, Invalid):
        await request.invalid(found)
        return
    await days.change(request.context.store, hr, found.added, found.worked, found.country)
    await request.replace_modal(views.stored(request.texts))
