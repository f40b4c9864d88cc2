"""HR sets up a programme: `/mentoring setup` in its own private channel."""

import logging
from datetime import timedelta

from bot.domain.calendar import local
from bot.domain.programme import first_monday
from bot.services.caller import Rejected
from bot.services.programme import next_cohort as cohorts
from bot.services.programme import setup
from bot.slack.directory import is_private_here
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.picked import unfit_at
from handlers.kit.request import Request
from handlers.programme import forms, views
from storage.tables import Programme, ProgrammeState

log = logging.getLogger(__name__)

USUAL_LEAD = timedelta(days=21)
"""How far ahead a programme usually starts: time to recruit and to match."""


def register(on: Listeners) -> None:
    on.command("setup", open_form)
    on.submission(CallbackId.SETUP_FORM, given)
    on.action(ActionId.COHORT_NEXT, open_next)


async def open_form(request: Request) -> None:
    """`/mentoring setup`"""
    await _open(request, request.channel)


async def open_next(request: Request) -> None:
    """The button below a programme's end: open the next one from the last."""
    hr = await request.hr(request.subject)
    await _open(request, (await setup.programme_of(request.context.store, hr)).hr_channel)


async def _open(request: Request, channel: str) -> None:
    await _check_channel(request, channel)
    found = await setup.programme_here(request.context.store, request.caller, channel)
    was, contact = found or (None, None)
    last = None if found else await cohorts.predecessor(request.context.store, request.caller, channel)
    start = first_monday(local(request.caller.now, request.me.zone).date() + USUAL_LEAD)
    await request.open(views.form(request.texts, channel, was, contact, last=last, start=start, me=request.me.slack_id))


async def given(request: Request) -> None:
    channel = request.state(forms.SetupState).channel
    await _check_channel(request, channel)
    found = await setup.programme_here(request.context.store, request.caller, channel)
    today = local(request.caller.now, request.me.zone).date()
    settings = forms.settings(request.form, today, request.context.catalogue.languages, found[0] if found else None)
    if isinstance(settings, Invalid):
        await request.invalid(settings)
        return
    if errors := await unfit_at(request, {"contact": [settings.contact]}, guests=False):
        await request.invalid(errors)
        return
    programme, new = await setup.set_up(request.context.store, request.caller, channel, settings)
    await request.replace_modal(views.stored(request.texts, programme, new=new))
    if not new:
        await _bring_up_to_date(request, programme)


async def _bring_up_to_date(request: Request, programme: Programme) -> None:
    """Update the announcement. It may have been deleted."""
    posted = await setup.announced(request.context.store, request.caller, programme)
    if posted is None or programme.state != ProgrammeState.RECRUITING:
        return
    message = views.announcement(request.context.catalogue.texts(programme.language), programme)
    try:
        await request.context.gateway.update(*posted, message)
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("announcement of programme %s not updated: %s", programme.id, problem)


async def _check_channel(request: Request, channel: str) -> None:
    """Only a member of a private channel of the bot may set up a programme there.

    A channel shared with another company is refused: its people would be HR.
    """
    if not channel:
        raise Rejected("wrong_channel")
    if request.context.hr_channels and channel not in request.context.hr_channels:
        raise Rejected("setup_elsewhere")
    try:
        info = await request.context.gateway.channel_info(channel)
    except SlackRefused as refused:
        if not refused.final:
            raise
        raise Rejected("bot_not_in_channel") from refused
    if not is_private_here(info):
        raise Rejected("wrong_channel")
    request.context.directory.forget_members(channel)
    if not await request.context.directory.is_member(channel, request.me.slack_id, request.caller.now):
        raise Rejected("bot_not_in_channel")
