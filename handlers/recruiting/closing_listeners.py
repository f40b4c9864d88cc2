"""HR sets the last day of sign-up."""

from bot.services.caller import InvalidInput
from bot.services.recruiting import closing_date
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.payload import day_of
from handlers.kit.request import Request
from handlers.programme.listeners import update_announcement
from handlers.recruiting import closing_views as views


def register(on: Listeners) -> None:
    on.action(ActionId.CLOSING_DATE_OPEN, open_form)
    on.submission(CallbackId.CLOSING_DATE_FORM, given)
    on.submission(CallbackId.CLOSING_DATE_SAVE, save)


async def open_form(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(views.form(request.texts, await closing_date.read_closing(request.context.store, hr)))


async def given(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    day = request.form.picked_day("day")
    outlook = await closing_date.read_closing(request.context.store, hr, day)
    if wrong := closing_date.wrong_day(day, outlook.today):
        await request.invalid(Invalid.below(f"{views.KEY}.errors", {"day": wrong}))
        return
    await request.push_modal(views.preview(request.texts, outlook, day))


async def save(request: Request) -> None:
    state = request.state(views.ClosingState)
    hr = await request.hr(state.programme_id)
    try:
        programme = await closing_date.set_closing_date(
            request.context.store, hr, day_of(state.day) if state.day else None
        )
    except InvalidInput:  # midnight passed: the preview has no field for it, and the form below does
        outlook = await closing_date.read_closing(request.context.store, hr)
        await request.replace_modal(views.form(request.texts, outlook))
        return
    done = views.saved(request.texts, programme)
    await request.replace_modal(done)
    await update_announcement(request, programme)
    await request.replace_below(done)
