"""People read the orientation or the briefing, stop at any step, and continue there."""

from bot.domain.orientation import EXERCISES, OPEN, is_at
from bot.domain.sessions import Side
from bot.services.caller import Rejected
from bot.services.orientation import finish_by, orientation
from bot.services.signup.which_programme import Step
from handlers.home.listeners import refresh_home
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed
from handlers.kit.request import Request
from handlers.kit.which_programme import choose, names
from handlers.orientation import forms, views


def register(on: Listeners) -> None:
    on.command("orientation", open_orientation)
    on.command("briefing", open_briefing)
    for side in Side:
        on.action(ActionFamily.PREPARE_OPEN.of(side), open_from_button)
    on.action(ActionId.PREPARE_BACK, back)
    on.submission(CallbackId.PREPARE_FORM, go_on)


async def open_orientation(request: Request) -> None:
    """`/mentoring orientation`"""
    chosen = await choose(request, Step.ORIENTATION)
    if chosen is not None:
        await show_orientation(request, chosen)


async def open_briefing(request: Request) -> None:
    """`/mentoring briefing`"""
    chosen = await choose(request, Step.BRIEFING)
    if chosen is not None:
        await show_briefing(request, chosen)


async def show_orientation(request: Request, programme_ids: tuple[int, ...]) -> None:
    await _open(request, Side.MENTOR, programme_ids[0] if programme_ids else None)


async def show_briefing(request: Request, programme_ids: tuple[int, ...]) -> None:
    await _open(request, Side.LEADER, programme_ids[0] if programme_ids else None)


async def open_from_button(request: Request) -> None:
    side = request.answer
    await _open(request, Side(side), request.subject)


async def _open(request: Request, side: Side, programme_id: int | None = None) -> None:
    """At the step where they stopped; people who have finished begin again."""
    progress = await orientation.where(request.context.store, request.caller, side, programme_id)
    named = await names(request, [progress.programme_id])
    await request.show(views.step(request.texts, progress, 1 if progress.finished else progress.read + 1, named))


async def back(request: Request) -> None:
    state = request.state(views.StepState)
    progress = await orientation.where(request.context.store, request.caller, state.side, state.programme_id)
    named = await names(request, [progress.programme_id])
    if not 1 <= request.subject <= progress.total:
        raise Malformed("step")
    await request.update_modal(views.step(request.texts, progress, request.subject, named))


async def go_on(request: Request) -> None:
    state = request.state(views.StepState)
    store, caller, step = request.context.store, request.caller, state.step
    progress = await orientation.where(store, caller, state.side, state.programme_id)
    if not step >= 1:
        raise Malformed("step")
    if progress.side is not state.side:
        raise Rejected("outdated")
    if not is_at(progress.steps, step, state.name):
        step = progress.read  # opened before the steps changed: it continues at the first one that is not read
    elif state.name in EXERCISES and not state.compared:
        # What they wrote goes back to their screen, and nowhere else.
        await request.replace_modal(views.compare(request.texts, progress, step, request.form.typed("answer")))
        return
    else:
        said = forms.openness(request.form) if state.name == OPEN and state.side is Side.LEADER else None
        if isinstance(said, Invalid):
            await request.invalid(said)
            return
        progress = await orientation.went_on(store, caller, state.programme_id, state.side, step, said)
    if step < progress.total:
        named = await names(request, [progress.programme_id])
        await request.replace_modal(views.step(request.texts, progress, step + 1, named))
    else:
        to_book = await finish_by.session_to_book(store, caller, progress)
        await request.replace_modal(views.finished(request.texts, progress, to_book))
    refresh_home(request)
