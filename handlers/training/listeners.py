"""HR holds live kick-off sessions: `/mentoring training`. Invited people take the calendar file."""

from bot.domain.training import LONGEST_PLACE, For
from bot.services.caller import HrCaller, InvalidInput
from bot.services.signup.which_programme import HrStep
from bot.services.training import kickoffs
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.kit.which_programme import choose_as_hr
from handlers.training import forms, views
from handlers.training.forms import KEY, GuestsState, KickoffFormState, KickoffOf, KickoffPlanState


def register(on: Listeners) -> None:
    on.command("training", open_training)
    on.action(ActionId.TRAINING_OPEN, open_from_button)
    on.action(ActionId.KICKOFF_NEW, open_form)
    on.action(ActionId.KICKOFF_CHANGE, open_form_to_change)
    on.action(ActionId.KICKOFF_CANCEL, cancel)
    on.action(ActionId.KICKOFF_SLIDES, send_slides)
    on.action(ActionId.KICKOFF_GUESTS, open_guests)
    on.action(ActionId.KICKOFF_FOLLOW_UP, follow_up)
    on.action(ActionFamily.KICKOFF_ATTENDED, attended)
    on.action(ActionFamily.KICKOFF_PAGE, turn_page)
    on.action(ActionId.KICKOFF_FILE, send_file)
    on.submission(CallbackId.KICKOFF_FORM, given)
    on.submission(CallbackId.KICKOFF_SAVE, save)


async def open_training(request: Request) -> None:
    """`/mentoring training`"""
    if hr := await choose_as_hr(request, HrStep.TRAINING):
        await show_training(request, hr)


async def open_from_button(request: Request) -> None:
    await show_training(request, await request.hr(request.subject))


async def show_training(request: Request, hr: HrCaller) -> None:
    found = await kickoffs.list_kickoffs(request.context.store, hr)
    await request.show(views.overview(request.texts, *found, request.caller.now))


async def open_form(request: Request) -> None:
    hr = await request.hr(request.subject)
    programme, _ = await kickoffs.list_kickoffs(request.context.store, hr)
    await request.update_modal(views.form(request.texts, programme, request.caller.now))


async def open_form_to_change(request: Request) -> None:
    hr, kickoff_id = await _clicked(request)
    programme, rows = await kickoffs.list_kickoffs(request.context.store, hr)
    row = next((one.row for one in rows if one.row.id == kickoff_id), None)
    await request.update_modal(views.form(request.texts, programme, request.caller.now, row))


async def given(request: Request) -> None:
    state = request.state(KickoffFormState)
    hr = await request.hr(state.programme_id)
    _, rows = await kickoffs.list_kickoffs(request.context.store, hr)
    row = next((one.row for one in rows if one.row.id == state.kickoff_id), None)
    plan = forms.plan_of(request.form, For(row.audience) if row else None)
    if isinstance(plan, Invalid):
        await request.invalid(plan)
        return
    try:
        outlook = await kickoffs.outlook(request.context.store, hr, plan, state.kickoff_id)
    except InvalidInput as wrong:
        await request.invalid(
            Invalid.too_long(f"{KEY}.errors", wrong.faults, dict.fromkeys(wrong.faults, LONGEST_PLACE))
        )
        return
    await request.push_modal(views.preview(request.texts, outlook, plan))


async def save(request: Request) -> None:
    state = request.state(KickoffPlanState)
    hr, store = await request.hr(state.programme_id), request.context.store
    try:
        if state.kickoff_id:
            row = await kickoffs.change(store, hr, state.kickoff_id, state.plan)
        else:
            row = await kickoffs.schedule(store, hr, state.plan)
    except InvalidInput:  # its time came while HR read the preview: the form has the field for another one
        programme, _ = await kickoffs.list_kickoffs(store, hr)
        await request.replace_modal(views.form(request.texts, programme, request.caller.now))
        return
    done = views.saved(request.texts, row, (await kickoffs.list_kickoffs(store, hr))[0])
    await request.replace_modal(done)
    await request.replace_below(done)


async def cancel(request: Request) -> None:
    hr, kickoff_id = await _clicked(request)
    await kickoffs.cancel(request.context.store, hr, kickoff_id)
    await _show_again(request, hr)


async def follow_up(request: Request) -> None:
    hr, kickoff_id = await _clicked(request)
    await kickoffs.follow_up(request.context.store, hr, kickoff_id)
    await _show_again(request, hr)


async def send_slides(request: Request) -> None:
    hr, kickoff_id = await _clicked(request)
    await kickoffs.ask_for_slides(request.context.store, hr, kickoff_id)
    await _show_again(request, hr, request.texts("training.slides.coming"))


async def open_guests(request: Request) -> None:
    hr, kickoff_id = await _clicked(request)
    page = await kickoffs.guest_page(request.context.store, hr, kickoff_id, 0, views.A_PAGE)
    await request.open(views.guests(request.texts, page))


async def attended(request: Request) -> None:
    state = request.state(GuestsState)
    hr = await request.hr(state.programme_id)
    await kickoffs.note_attendance(request.context.store, hr, request.subject, attended=request.answer == "yes")
    await _show_guests(request, hr, state.kickoff_id, state.page)


async def turn_page(request: Request) -> None:
    state = request.state(GuestsState)
    await _show_guests(request, await request.hr(state.programme_id), state.kickoff_id, request.subject)


async def send_file(request: Request) -> None:
    await kickoffs.ask_for_file(request.context.store, request.caller, request.subject)
    await request.reply_ephemeral(request.texts("training.file.coming"))


async def _clicked(request: Request) -> tuple[HrCaller, int]:
    value = request.button(KickoffOf)
    return await request.hr(value.programme_id), value.kickoff_id


async def _show_again(request: Request, hr: HrCaller, said: str = "") -> None:
    found = await kickoffs.list_kickoffs(request.context.store, hr)
    await request.update_modal(views.overview(request.texts, *found, request.caller.now, said))


async def _show_guests(request: Request, hr: HrCaller, kickoff_id: int, page: int) -> None:
    found = await kickoffs.guest_page(request.context.store, hr, kickoff_id, page, views.A_PAGE)
    await request.update_modal(views.guests(request.texts, found))
