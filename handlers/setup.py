"""HR sets a programme up: `/mentoring setup` in its own private channel."""

from datetime import timedelta

from slack_bolt.async_app import AsyncApp

from bot.domain.calendar import local
from bot.domain.programmes import first_monday
from bot.gateway import SlackRefused
from bot.services import setup
from bot.services.caller import Refusal
from handlers.desk import Desk
from handlers.entry import Ask, on_submission
from handlers.forms import setup as forms
from handlers.views import setup as views

USUAL_LEAD = timedelta(days=21)
"""How far ahead a programme usually starts: time to recruit and to match."""


def register(app: AsyncApp, desk: Desk) -> None:
    on_submission(app, desk, views.FORM, given)


async def open_form(ask: Ask) -> None:
    """`/mentoring setup`"""
    await _check_channel(ask, ask.channel)
    found = await setup.programme_here(ask.desk.store, ask.caller, ask.channel)
    was, contact = found or (None, None)
    start = first_monday(local(ask.caller.now, ask.me.zone).date() + USUAL_LEAD)
    await ask.open(views.form(ask.texts, ask.channel, was, contact, start=start, me=ask.me.slack_id))


async def given(ask: Ask) -> None:
    channel = ask.note
    await _check_channel(ask, channel)
    found = await setup.programme_here(ask.desk.store, ask.caller, channel)
    today = local(ask.caller.now, ask.me.zone).date()
    settings = forms.settings(ask.form, today, found[0] if found else None)
    if isinstance(settings, dict):
        await ask.errors({block: ask.texts.plain(f"setup.errors.{name}") for block, name in settings.items()})
        return
    await ask.desk.directory.person(ask.caller.team_id, settings.contact, ask.caller.now)
    programme, new = await setup.set_up(ask.desk.store, ask.caller, channel, settings)
    ask.desk.wake_delivery()
    await ask.become(views.stored(ask.texts, programme, new=new))


async def _check_channel(ask: Ask, channel: str) -> None:
    """Only a member of a private channel that the bot is in may set a programme up there.

    A channel shared with another company will not do: its people would be HR.
    """
    if not channel:
        raise Refusal("wrong_channel")
    try:
        info = await ask.desk.gateway.channel_info(channel)
    except SlackRefused as refused:
        raise Refusal("bot_not_in_channel") from refused
    if not info.get("is_private") or info.get("is_im") or info.get("is_mpim") or info.get("is_ext_shared"):
        raise Refusal("wrong_channel")
    ask.desk.directory.forget_members(channel)
    if not await ask.desk.directory.is_member(channel, ask.me.slack_id, ask.caller.now):
        raise Refusal("bot_not_in_channel")
