"""HR chooses what counts in a match, and sees at once what that would change."""

import logging

from slack_bolt.async_app import AsyncApp

from bot.gateway import SlackRefused
from bot.services.caller import HrCaller, Refusal
from bot.services.drafts import weights
from bot.services.drafts.weights import Settings
from handlers.desk import Desk
from handlers.entry import Ask, on_action, on_submission
from handlers.forms import weights as forms
from handlers.payload import number, text_at
from handlers.views import weights as views
from handlers.views.blocks import View
from handlers.views.match.draft import WEIGHTS

log = logging.getLogger(__name__)

OVERTAKEN = {"hash_conflict", "not_found"}
"""What Slack says when HR changed the page meanwhile, or closed it: then nobody waits for the figures."""


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, WEIGHTS, open_page)
    on_action(app, desk, views.TRY, try_out)
    on_submission(app, desk, views.FORM, keep)


async def open_page(ask: Ask) -> None:
    hr = await ask.hr(ask.subject)
    now = await weights.settings(ask.desk.store, hr)
    await ask.open(_page(ask, hr, now, own=not now.preset, seen=ask.texts("match.weights.effect.none")))


async def try_out(ask: Ask) -> None:
    """Something on the page was changed: work out what it would do while HR reads on, and show it if still wanted."""
    hr = await ask.hr(number(ask.note))
    wanted = forms.settings(ask.form, await weights.settings(ask.desk.store, hr))
    own = ask.form.one("preset") == forms.OWN
    if not isinstance(wanted, Settings):
        return  # nothing would count: said at the field, once the form is sent
    # The latest change wins here; the figures, which take a while, only if the page is still as it was left then.
    shown = await _update(ask, hr, wanted, own, ask.texts("match.weights.effect.trying"))
    if not shown:
        return
    try:
        seen = views.effect(ask.texts, await weights.change(ask.desk.store, hr, ask.desk.in_worker, wanted))
    except Refusal as refusal:
        seen = ask.texts(f"errors.{refusal.code}", command=ask.desk.command, **refusal.values)
    await _update(ask, hr, wanted, own, seen, shown)


async def keep(ask: Ask) -> None:
    hr = await ask.hr(number(ask.note))
    wanted = forms.settings(ask.form, await weights.settings(ask.desk.store, hr))
    if not isinstance(wanted, Settings):
        await ask.errors({block: ask.texts.plain(f"match.weights.errors.{name}") for block, name in wanted.items()})
        return
    changed = await weights.settle(ask.desk.store, hr, wanted)
    await ask.become(views.kept(ask.texts, hr.programme_id, changed=changed))


def _page(ask: Ask, hr: HrCaller, now: Settings, *, own: bool, seen: str) -> View:
    return views.page(ask.texts, hr.programme_id, now, own=own, seen=seen)


async def _update(ask: Ask, hr: HrCaller, now: Settings, own: bool, seen: str, hash: str = "") -> str:
    """Show `seen` on the page as it is filled in, if its hash is still this; its new hash, "" if HR was quicker."""
    view = _page(ask, hr, now, own=own, seen=seen)
    try:
        found = await ask.desk.gateway.update_view(text_at(ask.body, "view", "id"), view, hash or None)
    except SlackRefused as problem:
        if problem.error not in OVERTAKEN:
            raise
        log.info("the page of weights was changed or closed meanwhile: %s", problem.error)
        return ""
    return text_at(found, "hash")
