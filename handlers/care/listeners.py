"""Take a break, come back, leave, say what is wrong."""

from slack_bolt.async_app import AsyncApp

from bot.domain.calendar import local
from bot.services.caller import Refusal
from bot.services.care import concerns, pauses
from bot.services.home import home as homes
from bot.services.home.home import Part
from bot.services.signup import join as joining
from handlers.care import forms, views
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import mention
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action, on_submission
from storage.tables import ParticipantState, ProgrammeState


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.PAUSE, open_pause)
    on_submission(app, desk, views.PAUSE_FORM, pause_given)
    on_action(app, desk, views.RESUME, resume)
    on_action(app, desk, views.LEAVE, open_leave)
    on_submission(app, desk, views.LEAVE_FORM, leave_given)
    on_action(app, desk, views.CONCERN, open_concern)
    on_submission(app, desk, views.CONCERN_FORM, concern_given)


async def open_pause(ask: Ask) -> None:
    """`/mentoring pause`"""
    if (await _part(ask)).state == ParticipantState.PAUSED:
        await ask.whisper(ask.texts("pause.already.body"))
    else:
        await ask.open(views.pause_form(ask.texts))


async def pause_given(ask: Ask) -> None:
    given = forms.pause(ask.form, ask.me, local(ask.caller.now, ask.me.zone).date())
    if isinstance(given, dict):
        await ask.errors(_sentences(ask, "pause", given))
        return
    await pauses.pause(ask.desk.store, ask.caller, given.until)
    ask.desk.wake_delivery()
    await ask.become(views.paused(ask.texts, ask.me, given.until))
    await refresh_home(ask)


async def resume(ask: Ask) -> None:
    """`/mentoring resume`"""
    was_paused = await pauses.resume(ask.desk.store, ask.caller)
    ask.desk.wake_delivery()
    if was_paused:
        partners = [pair.partner for pair in (await _part(ask)).pairs]
        partner = ask.texts.join([mention(one) for one in partners]) if partners else ""
        await ask.whisper(ask.texts("resume.done.body", partner=partner))
    else:
        await ask.whisper(ask.texts("resume.already.body"))
    await refresh_home(ask)


async def open_leave(ask: Ask) -> None:
    """`/mentoring leave`"""
    part = await _part(ask)
    await ask.open(views.leave_form(ask.texts, part.programme, [pair.partner for pair in part.pairs]))


async def leave_given(ask: Ask) -> None:
    programme = await joining.leave(ask.desk.store, ask.caller, forms.leave_reason(ask.form))
    ask.desk.wake_delivery()
    await ask.become(views.left(ask.texts, programme))
    await refresh_home(ask)


async def open_concern(ask: Ask) -> None:
    """`/mentoring concern`"""
    contact = await concerns.contact_for(ask.desk.store, ask.caller)
    await ask.open(views.concern_form(ask.texts, contact))


async def concern_given(ask: Ask) -> None:
    text = forms.concern(ask.form)
    if isinstance(text, dict):
        await ask.errors(_sentences(ask, "concern", text))
        return
    contact = await concerns.raise_concern(ask.desk.store, ask.caller, text)
    ask.desk.wake_delivery()
    await ask.become(views.concern_sent(ask.texts, contact, ask.me, ask.caller.now))


async def _part(ask: Ask) -> Part:
    """What the caller takes part in now. Raises `Refusal`: not_participant, left_programme."""
    page = await homes.look(ask.desk.store, ask.caller)
    going_on = [part for part in page.parts if part.programme.state != ProgrammeState.CLOSED]
    for part in going_on:
        if part.state != ParticipantState.LEFT:
            return part
    raise Refusal("left_programme" if going_on else "not_participant")


def _sentences(ask: Ask, area: str, errors: forms.Errors) -> dict[str, str]:
    return {
        block: ask.texts.plain(f"{area}.form.errors.{name}", **forms.VALUES.get(name, {}))
        for block, name in errors.items()
    }
