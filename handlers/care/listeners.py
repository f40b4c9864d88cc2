"""Pausing, resuming, leaving."""

from collections.abc import Collection, Sequence

from bot.domain.calendar import local
from bot.services.caller import Rejected
from bot.services.care import pauses
from bot.services.home import home as homes
from bot.services.home.home import Enrolment
from bot.services.signup import join as joining
from bot.services.signup.which_programme import Step
from handlers.care import forms, views
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import mention, section
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.kit.which_programme import choose, name_line, names
from storage.tables import ParticipantState, ProgrammeState


def register(on: Listeners) -> None:
    on.command("pause", open_pause)
    on.command("resume", resume)
    on.command("leave", open_leave)
    on.action(ActionId.PAUSE_OPEN, open_pause)
    on.submission(CallbackId.PAUSE_FORM, pause_given)
    on.action(ActionId.RESUME_NOW, resume)
    on.action(ActionId.LEAVE_OPEN, open_leave)
    on.submission(CallbackId.LEAVE_FORM, leave_given)


async def open_pause(request: Request) -> None:
    """`/mentoring pause`"""
    chosen = await choose(request, Step.PAUSE)
    if chosen is not None:
        await show_pause_form(request, chosen)


async def show_pause_form(request: Request, programme_ids: tuple[int, ...]) -> None:
    parts = await _parts(request, programme_ids)
    named = await names(request, programme_ids)
    if parts[0].state == ParticipantState.PAUSED:
        await _reply(request, request.texts("care.pause.already.body"), named)
        return
    if any(part.state == ParticipantState.WAITING for part in parts):
        raise Rejected("sign_up_waits")
    sign_ups = [part.participant.id for part in parts]
    await pauses.check_sessions_left(request.context.store, sign_ups, request.caller.now)
    partners = {pair.partner.id: pair.partner for part in parts for pair in part.pairs}
    ids = [part.programme.id for part in parts]
    await request.show(views.pause_form(request.texts, ids, [*partners.values()], named))


async def pause_given(request: Request) -> None:
    today = local(request.caller.now, request.me.zone).date()
    given = forms.pause(request.form, request.texts, request.me, today)
    if isinstance(given, Invalid):
        await request.invalid(given)
        return
    wanted = request.state(forms.PauseState).programme_ids if request.has_state else ()
    done = await pauses.pause(request.context.store, request.caller, given.until, wanted or (None,))
    named = await names(request, [one.id for one in done.programmes])
    await request.replace_modal(views.paused(request.texts, request.me, given.until, done, request.caller.now, named))
    refresh_home(request)


async def resume(request: Request) -> None:
    """`/mentoring resume`"""
    chosen = await choose(request, Step.RESUME)
    if chosen is not None:
        await resume_in(request, chosen)


async def resume_in(request: Request, programme_ids: tuple[int, ...]) -> None:
    was_paused = await pauses.resume(request.context.store, request.caller, programme_ids or (None,))
    named = await names(request, programme_ids)
    if was_paused:
        parts = await _parts(request, programme_ids)
        partners = {pair.partner.id: pair.partner for part in parts for pair in part.pairs}
        partner = request.texts.join([mention(one) for one in partners.values()]) if partners else ""
        await _reply(request, request.texts("care.resume.done.body", partner=partner), named)
    else:
        await _reply(request, request.texts("care.resume.already.body"), named)
    refresh_home(request)


async def open_leave(request: Request) -> None:
    """`/mentoring leave`"""
    chosen = await choose(request, Step.LEAVE)
    if chosen is not None:
        await show_leave_form(request, chosen)


async def show_leave_form(request: Request, programme_ids: tuple[int, ...]) -> None:
    part = (await _parts(request, programme_ids))[0]
    await request.show(views.leave_form(request.texts, part.programme, [pair.partner for pair in part.pairs]))


async def leave_given(request: Request) -> None:
    state = request.state(forms.LeaveState) if request.has_state else forms.LeaveState()
    reason = forms.leave_reason(request.form)
    programme, off = await joining.leave(
        request.context.store, request.caller, reason, counted=state.counted, programme_id=state.programme_id or None
    )
    await request.replace_modal(views.left(request.texts, programme, request.me, off))
    refresh_home(request)


async def _parts(request: Request, programme_ids: Collection[int]) -> list[Enrolment]:
    """The caller's enrolments in these programmes, at least one. Raises `Rejected`: not_participant, left_programme."""
    page = await homes.read_home(request.context.store, request.caller)
    going_on = [part for part in page.parts if part.programme.state != ProgrammeState.CLOSED]
    wanted = [one for one in going_on if one.programme.id in programme_ids and one.state != ParticipantState.LEFT]
    if not wanted:
        raise Rejected("left_programme" if going_on else "not_participant")
    return wanted


async def _reply(request: Request, text: str, named: Sequence[str]) -> None:
    """Answer only the person, with the programmes if they are in more than one."""
    await request.reply_ephemeral(text, [section(text), *name_line(request.texts, named)] if named else None)
