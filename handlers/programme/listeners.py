"""HR sets a programme up: `/mentoring setup` in its own private channel."""

import logging
from datetime import timedelta

from slack_bolt.async_app import AsyncApp

from bot.domain.calendar import local
from bot.domain.programme import first_monday
from bot.services.caller import Refusal
from bot.services.programme import next_cohort as cohorts
from bot.services.programme import setup
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action, on_submission
from handlers.programme import forms, views
from handlers.programme.next_cohort_views import NEXT
from storage.tables import Programme, ProgrammeState

log = logging.getLogger(__name__)

USUAL_LEAD = timedelta(days=21)
"""How far ahead a programme usually starts: time to recruit and to match."""


def register(app: AsyncApp, desk: Desk) -> None:
    on_submission(app, desk, views.FORM, given)
    on_action(app, desk, NEXT, open_next)


async def open_form(ask: Ask) -> None:
    """`/mentoring setup`"""
    await _open(ask, ask.channel)


async def open_next(ask: Ask) -> None:
    """The button below a programme's end: the next one, from the last."""
    hr = await ask.hr(ask.subject)
    await _open(ask, (await setup.programme_of(ask.desk.store, hr)).hr_channel)


async def _open(ask: Ask, channel: str) -> None:
    await _check_channel(ask, channel)
    found = await setup.programme_here(ask.desk.store, ask.caller, channel)
    was, contact = found or (None, None)
    last = None if found else await cohorts.predecessor(ask.desk.store, ask.caller, channel)
    start = first_monday(local(ask.caller.now, ask.me.zone).date() + USUAL_LEAD)
    await ask.open(views.form(ask.texts, channel, was, contact, last=last, start=start, me=ask.me.slack_id))


async def given(ask: Ask) -> None:
    channel = ask.note
    await _check_channel(ask, channel)
    found = await setup.programme_here(ask.desk.store, ask.caller, channel)
    today = local(ask.caller.now, ask.me.zone).date()
    settings = forms.settings(ask.form, today, ask.desk.catalogue.languages, found[0] if found else None)
    if isinstance(settings, dict):
        await ask.errors({block: ask.texts.plain(f"setup.errors.{name}") for block, name in settings.items()})
        return
    await ask.desk.directory.person(ask.caller.team_id, settings.contact, ask.caller.now)
    programme, new = await setup.set_up(ask.desk.store, ask.caller, channel, settings)
    ask.desk.wake_delivery()
    await ask.become(views.stored(ask.texts, programme, new=new))
    if not new:
        await _bring_up_to_date(ask, programme)


async def _bring_up_to_date(ask: Ask, programme: Programme) -> None:
    """Make the announcement say what is true now. It may have been deleted."""
    posted = await setup.announced(ask.desk.store, ask.caller, programme)
    if posted is None or programme.state != ProgrammeState.RECRUITING:
        return
    message = views.announcement(ask.desk.catalogue.texts(programme.language), programme)
    try:
        await ask.desk.gateway.update(*posted, message)
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("the announcement of programme %s stays as it was: %s", programme.id, problem)


async def _check_channel(ask: Ask, channel: str) -> None:
    """Only a member of a private channel that the bot is in may set a programme up there.

    A channel shared with another company will not do: its people would be HR.
    """
    if not channel:
        raise Refusal("wrong_channel")
    if ask.desk.hr_channels and channel not in ask.desk.hr_channels:
        raise Refusal("setup_elsewhere")
    try:
        info = await ask.desk.gateway.channel_info(channel)
    except SlackRefused as refused:
        if not refused.final:
            raise
        raise Refusal("bot_not_in_channel") from refused
    if not info.get("is_private") or info.get("is_im") or info.get("is_mpim") or info.get("is_ext_shared"):
        raise Refusal("wrong_channel")
    ask.desk.directory.forget_members(channel)
    if not await ask.desk.directory.is_member(channel, ask.me.slack_id, ask.caller.now):
        raise Refusal("bot_not_in_channel")
