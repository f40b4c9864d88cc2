"""Pausing, resuming, leaving."""

from bot.domain.calendar import local
from bot.services.caller import Rejected
from bot.services.care import pauses
from bot.services.home import home as homes
from bot.services.home.home import Enrolment
from bot.services.signup import join as joining
from handlers.care import forms, views
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import mention
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
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
    if (await _part(request)).state == ParticipantState.PAUSED:
        await request.reply_ephemeral(request.texts("care.pause.already.body"))
    else:
        await pauses.read_pausing(request.context.store, request.caller)
        await request.open(views.pause_form(request.texts))


async def pause_given(request: Request) -> None:
    today = local(request.caller.now, request.me.zone).date()
    given = forms.pause(request.form, request.texts, request.me, today)
    if isinstance(given, Invalid):
        await request.invalid(given)
        return
    off = await pauses.pause(request.context.store, request.caller, given.until)
    await request.replace_modal(views.paused(request.texts, request.me, given.until, off))
    refresh_home(request)


async def resume(request: Request) -> None:
    """`/mentoring resume`"""
    was_paused = await pauses.resume(request.context.store, request.caller)
    if was_paused:
        partners = [pair.partner for pair in (await _part(request)).pairs]
        partner = request.texts.join([mention(one) for one in partners]) if partners else ""
        await request.reply_ephemeral(request.texts("care.resume.done.body", partner=partner))
    else:
        await request.reply_ephemeral(request.texts("care.resume.already.body"))
    refresh_home(request)


async def open_leave(request: Request) -> None:
    """`/mentoring leave`"""
    part = await _part(request)
    await request.open(views.leave_form(request.texts, part.programme, [pair.partner for pair in part.pairs]))


async def leave_given(request: Request) -> None:
    state = request.state(forms.LeaveState) if request.has_state else forms.LeaveState()
    reason = forms.leave_reason(request.form)
    programme, off = await joining.leave(request.context.store, request.caller, reason, counted=state.counted)
    await request.replace_modal(views.left(request.texts, programme, request.me, off))
    refresh_home(request)


async def _part(request: Request) -> Enrolment:
    """The caller's current enrolment. Raises `Rejected`: not_participant, left_programme."""
    page = await homes.read_home(request.context.store, request.caller)
    going_on = [part for part in page.parts if part.programme.state != ProgrammeState.CLOSED]
    for part in going_on:
        if part.state != ParticipantState.LEFT:
            return part
    raise Rejected("left_programme" if going_on else "not_participant")
