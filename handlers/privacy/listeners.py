"""Everybody sees, takes along and erases what is kept about them."""

import logging

from slack_bolt.async_app import AsyncApp

from bot.services.caller import Refusal
from bot.services.home import home as homes
from bot.services.home.home import Page
from bot.services.privacy import erasure as erasing
from bot.services.privacy import export as privacy
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.home import views as home_views
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed
from handlers.kit.request import Ask, on_action, on_submission
from handlers.privacy import views
from handlers.privacy.export_sheet import areas
from storage.tables import ProgrammeState

log = logging.getLogger(__name__)


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.SHOW, show)
    on_action(app, desk, views.DETAILS, details)
    on_action(app, desk, views.EXPORT, export)
    on_action(app, desk, views.ERASE, open_erase)
    on_submission(app, desk, views.ERASE_FORM, erase_given)


async def show(ask: Ask) -> None:
    """`/mentoring privacy`, and the button on the Home tab."""
    stored = await privacy.look(ask.desk.store, ask.caller)
    page = await homes.look(ask.desk.store, ask.caller)
    months = ask.desk.retention_months
    await ask.open(views.overview(ask.texts, stored, months, taking_part=page.taking_part))


async def details(ask: Ask) -> None:
    """One part of it, unfolded."""
    stored = await privacy.look(ask.desk.store, ask.caller)
    if ask.value not in areas(stored):
        raise Malformed("area")
    await ask.open(views.details(ask.texts, stored, ask.value))


async def export(ask: Ask) -> None:
    new = await privacy.ask_for_export(ask.desk.store, ask.caller)
    ask.desk.wake_delivery()
    await ask.whisper(ask.texts("privacy.export.asked" if new else "privacy.export.coming"))


async def open_erase(ask: Ask) -> None:
    """Say what erasing does, and ask whether they are sure."""
    page = await homes.look(ask.desk.store, ask.caller)
    stored = await privacy.look(ask.desk.store, ask.caller)
    partners = [pair.partner for part in page.parts for pair in part.pairs]
    named = [
        one
        for one in stored.programmes.values()
        if one.contact_id == stored.person.id and one.state != ProgrammeState.CLOSED
    ]
    form = views.erase_form(ask.texts, partners, named)
    if ask.in_modal:
        # In its place: what it showed is gone afterwards.
        await ask.change(form)
    else:
        await ask.open(form)


async def erase_given(ask: Ask) -> None:
    if views.SURE not in ask.form.many(views.SURE):
        await ask.errors({views.SURE: ask.texts.plain("privacy.erase.errors.sure")})
        return
    await erasing.erase(ask.desk.store, ask.caller)
    ask.desk.wake_delivery()
    await ask.become(views.erased(ask.texts))
    await _newcomers_home(ask)


async def _newcomers_home(ask: Ask) -> None:
    """Show the Home tab of somebody we do not know, for the one they have tells of what is erased."""
    try:
        to_join = next(iter(await homes.open_programmes(ask.desk.store, ask.caller)), None)
        stranger = Page(ask.me, ask.caller.now, (), to_join, ())
        await ask.desk.gateway.publish_home(ask.me.slack_id, home_views.view(ask.texts, stranger))
    except (SlackRefused, SlackUnavailable, Refusal) as problem:
        log.warning("the Home tab of somebody who was erased could not be shown: %s", problem)
