"""People see, copy and erase their stored data."""

import logging

from bot.services.caller import Rejected
from bot.services.care.contacts import named_ids
from bot.services.home import home as homes
from bot.services.home.home import Page
from bot.services.privacy import erasure as erasing
from bot.services.privacy import export as privacy
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.home import views as home_views
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed
from handlers.kit.request import Request
from handlers.privacy import forms, views
from handlers.privacy.export_sheet import areas
from storage.tables import ProgrammeState

log = logging.getLogger(__name__)


def register(on: Listeners) -> None:
    on.command("privacy", show)
    on.action(ActionId.PRIVACY_SHOW, show)
    on.action(ActionId.PRIVACY_DETAILS, details)
    on.action(ActionId.PRIVACY_EXPORT, export)
    on.action(ActionId.PRIVACY_ERASE, open_erase)
    on.submission(CallbackId.PRIVACY_ERASE_FORM, erase_given)


async def show(request: Request) -> None:
    """`/mentoring privacy`, and the button on the Home tab."""
    stored = await privacy.read_own_data(request.context.store, request.caller)
    page = await homes.read_home(request.context.store, request.caller)
    months = request.context.retention_months
    await request.open(views.overview(request.texts, stored, months, taking_part=page.taking_part))


async def details(request: Request) -> None:
    """One part of it, expanded."""
    stored = await privacy.read_own_data(request.context.store, request.caller)
    if request.value not in areas(stored):
        raise Malformed("area")
    await request.open(views.details(request.texts, stored, request.value))


async def export(request: Request) -> None:
    new = await privacy.ask_for_export(request.context.store, request.caller)
    await request.reply_ephemeral(request.texts("privacy.export.asked" if new else "privacy.export.coming"))


async def open_erase(request: Request) -> None:
    """Explain what erasing does, and ask for confirmation."""
    page = await homes.read_home(request.context.store, request.caller)
    stored = await privacy.read_own_data(request.context.store, request.caller)
    partners = [pair.partner for part in page.parts for pair in part.pairs]
    named = [
        one
        for one in stored.programmes.values()
        if stored.person.id in named_ids(one) and one.state != ProgrammeState.CLOSED
    ]
    form = views.erase_form(request.texts, partners, named)
    if request.in_modal:
        # In its place: its content is erased afterwards.
        await request.update_modal(form)
    else:
        await request.open(form)


async def erase_given(request: Request) -> None:
    sure = forms.erasure(request.form)
    if isinstance(sure, Invalid):
        await request.invalid(sure)
        return
    await erasing.erase(request.context.store, request.caller)
    await request.replace_modal(views.erased(request.texts))
    await _newcomers_home(request)


async def _newcomers_home(request: Request) -> None:
    """Publish the Home tab of an unknown person, because the old one shows erased data."""
    try:
        to_join = tuple(await homes.open_programmes(request.context.store, request.caller))
        stranger = Page(request.me, request.caller.now, (), to_join, ())
        await request.context.gateway.publish_home(request.me.slack_id, home_views.view(request.texts, stranger))
    except (SlackRefused, SlackUnavailable, Rejected) as problem:
        log.warning("Home tab of an erased person not shown: %s", problem)
