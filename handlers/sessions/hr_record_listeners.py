"""HR corrects the record of a session, from the window of its pair."""

from bot.services.caller import HrCaller, InvalidInput
from bot.services.care import at_risk
from bot.services.sessions import hr_records
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.sessions import forms, hr_record_views


def register(on: Listeners) -> None:
    on.action(ActionId.SESSION_HR_CORRECT, open_form)
    on.submission(CallbackId.SESSION_HR_FORM, corrected)


async def open_form(request: Request) -> None:
    correctable = await hr_records.read_correctable(
        request.context.store, await _as_hr(request, request.subject), request.subject
    )
    await request.open(hr_record_views.form(request.texts, correctable, request.caller.now))


async def corrected(request: Request) -> None:
    state = request.state(hr_record_views.CorrectionState)
    store, hr = request.context.store, await _as_hr(request, state.pair_id)
    correctable = await hr_records.read_correctable(store, hr, state.pair_id)
    chosen = request.form.one("session")
    row = next((one for one in correctable.sessions if str(one.id) == chosen), None)
    if row is None:
        await request.invalid(Invalid.below("sessions.hr_record.errors", {"session": "session"}))
        return
    when = forms.held_by_hr(request.form, correctable.couple.programme.zone)
    if isinstance(when, Invalid):
        await request.invalid(when)
        return
    try:
        if when is None:
            done = await hr_records.correct_not_held(store, hr, row.id, state.seen)
        else:
            done = await hr_records.correct_held(store, hr, row.id, when, state.seen)
    except InvalidInput as wrong:
        await request.invalid(Invalid.below("sessions.held.errors", wrong.faults))
        return
    await request.replace_modal(hr_record_views.done(request.texts, done))


async def _as_hr(request: Request, pair_id: int) -> HrCaller:
    return await request.hr(await at_risk.programme_of_pair(request.context.store, request.caller, pair_id))
