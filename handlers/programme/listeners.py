"""HR sets up a programme: `/mentoring setup` in its own private channel."""

from datetime import timedelta

from bot.domain.calendar import local
from bot.domain.programme import first_monday
from bot.services.caller import InvalidInput, Rejected
from bot.services.programme import next_cohort as cohorts
from bot.services.programme import setup
from bot.slack.gateway import Message
from handlers.care.contact_listeners import picked_contacts
from handlers.kit.blocks import View
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.posts import replace_post
from handlers.kit.request import Request
from handlers.programme import forms, hr_channel_views, views
from handlers.programme.channel_checks import check_hr_channel, unfit_for_announcement
from handlers.programme.hr_channel_listeners import programmes_to_move
from storage.tables import Programme, ProgrammeState

USUAL_LEAD = timedelta(days=21)
"""How far ahead a programme usually starts: time to recruit and to match."""


def register(on: Listeners) -> None:
    on.command("setup", open_form)
    on.submission(CallbackId.SETUP_FORM, given)
    on.action(ActionId.COHORT_NEXT, open_next)
    on.action(ActionId.PROGRAMME_NEW, open_new)


async def open_form(request: Request) -> None:
    """`/mentoring setup`. Whose programme lost its channel is offered to move it here first."""
    channel = request.channel
    await check_hr_channel(request, channel)
    if await setup.programme_here(request.context.store, request.caller, channel) is None:
        stranded = [one for one in await programmes_to_move(request, channel) if one.trouble]
        if stranded:
            await request.open(hr_channel_views.move(request.texts, stranded, channel, instead_of_new=True))
            return
    await request.open(await _form(request, channel))


async def open_new(request: Request) -> None:
    """The button of that offer: a new programme all the same."""
    await check_hr_channel(request, request.value)
    form = await _form(request, request.value)
    await (request.update_modal(form) if request.in_modal else request.open(form))


async def open_next(request: Request) -> None:
    """The button below a programme's end: open the next one from the last."""
    hr = await request.hr(request.subject)
    channel = (await setup.programme_of(request.context.store, hr)).hr_channel
    await check_hr_channel(request, channel)
    await request.open(await _form(request, channel))


async def _form(request: Request, channel: str) -> View:
    contacts = await setup.programme_here(request.context.store, request.caller, channel)
    last = None if contacts else await cohorts.predecessor(request.context.store, request.caller, channel)
    start = first_monday(local(request.caller.now, request.me.zone).date() + USUAL_LEAD)
    return views.form(request.texts, channel, contacts, last=last, start=start, me=request.me.slack_id)


async def given(request: Request) -> None:
    channel = request.state(forms.SetupState).channel
    await check_hr_channel(request, channel)
    contacts = await setup.programme_here(request.context.store, request.caller, channel)
    if contacts is None and "starts_on" not in request.form.block_ids():
        raise Rejected("programme_ended")  # the form was opened while its pairs met
    today = local(request.caller.now, request.me.zone).date()
    settings = forms.settings(
        request.form, today, request.context.catalogue.languages, contacts.programme if contacts else None
    )
    if isinstance(settings, Invalid):
        await request.invalid(settings)
        return
    picked = await picked_contacts(request)
    if isinstance(picked, Invalid):
        await request.invalid(picked)
        return
    if errors := await unfit_for_announcement(request, settings.announce_channel):
        await request.invalid(errors)
        return
    try:
        programme, new = await setup.set_up(request.context.store, request.caller, channel, settings)
    except InvalidInput as fixed:
        await request.invalid(Invalid.below("programme.setup.errors", fixed.faults))
        return
    now = await setup.programme_here(request.context.store, request.caller, channel)
    await request.replace_modal(views.stored(request.texts, programme, now.named if now else (), request.me, new=new))
    request.context.channel_noticed(programme.team_id, channel)
    if not new and programme.state == ProgrammeState.RECRUITING:
        await update_announcement(request, programme)


async def update_announcement(request: Request, programme: Programme) -> None:
    """Update the announcement while people are recruited."""
    if programme.state == ProgrammeState.RECRUITING:
        message = views.announcement(request.context.catalogue.texts(programme.language), programme)
        await replace_announcement(request, programme, message)


async def replace_announcement(request: Request, programme: Programme, message: Message) -> bool:
    """Show `message` in place of the announcement, if it was posted; False if Slack refuses. It may be deleted."""
    posted = await setup.announced(request.context.store, request.caller, programme)
    return posted is None or await replace_post(request, *posted, message)
