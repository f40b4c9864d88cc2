"""HR looks through a draft: its pairs, and the people without one."""

import logging
from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.services.caller import HrCaller, Refusal
from bot.services.matching import alternates
from bot.services.matching import draft_pages as browsing
from bot.services.matching.draft_pages import Card, Look, Show
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.blocks import View
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, at, chosen
from handlers.kit.request import Ask, on_action, on_submission
from handlers.matching.browse_views import A_PAGE, ALL, BROWSE, DEPARTMENT, OPEN, PAGE, SHOW, listing
from handlers.matching.draft_message import hr_of_draft, spot_at
from handlers.matching.draft_views import LEFT, PAIRS
from handlers.matching.modal_state import LONGEST_WORDS, Spot
from handlers.matching.pair_views import card

log = logging.getLogger(__name__)


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, PAIRS, show_pairs)
    on_action(app, desk, LEFT, show_left_over)
    on_submission(app, desk, BROWSE, search)
    for action_id in (SHOW, DEPARTMENT):
        on_action(app, desk, action_id, look_elsewhere)
    for turn in ("previous", "next"):
        on_action(app, desk, f"{PAGE}.{turn}", turn_page)
    on_action(app, desk, OPEN, open_pair)


async def show_pairs(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    await ask.open(await listed(ask, hr, Spot(ask.subject)))


async def show_left_over(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    await ask.open(await listed(ask, hr, Spot(ask.subject, Look(Show.LEFT))))


async def search(ask: Ask) -> None:
    spot = spot_at(ask)
    hr = await hr_of_draft(ask, spot.draft_id)
    await ask.become(await listed(ask, hr, _looked(ask, spot)))


async def look_elsewhere(ask: Ask) -> None:
    spot = spot_at(ask)
    hr = await hr_of_draft(ask, spot.draft_id)
    await ask.change(await listed(ask, hr, _looked(ask, spot)))


async def turn_page(ask: Ask) -> None:
    spot = spot_at(ask)
    hr = await hr_of_draft(ask, spot.draft_id)
    await ask.change(await listed(ask, hr, replace(spot, look=replace(spot.look, page=ask.subject))))


async def open_pair(ask: Ask) -> None:
    spot = spot_at(ask)
    hr = await hr_of_draft(ask, spot.draft_id)
    try:
        found = await browsing.card(ask.desk.store, hr, spot.draft_id, ask.subject)
    except Refusal as refusal:
        if refusal.code != "outdated":
            raise
        # A colleague gave the two other partners: the list is not true any more.
        await ask.change(await listed(ask, hr, spot, ask.texts("match.browse.gone")))
        return
    opened = await ask.open(first_card(ask, found, spot))
    await show_others(ask, hr, spot, found, opened)


def first_card(ask: Ask, found: Card, spot: Spot, alert: str = "") -> View:
    """A pair's page as far as it is known; see `show_others`."""
    return card(ask.texts, found, spot.look, alert, looking=not alternates.known(found.pair))


async def show_others(ask: Ask, hr: HrCaller, spot: Spot, found: Card, shown: View | None, alert: str = "") -> None:
    """Where nobody worked out yet who else would do for a pair: do so, and put it onto the page that is `shown`,
    unless that shows something else by then."""
    if shown is None or alternates.known(found.pair):
        return
    pair_id = found.pair.id or 0
    try:
        await alternates.find(ask.desk.store, hr, ask.desk.in_worker, spot.draft_id, pair_id)
        again = await browsing.card(ask.desk.store, hr, spot.draft_id, pair_id)
        view = card(ask.texts, again, spot.look, alert)
        await ask.desk.gateway.update_view(str(shown["id"]), view, str(shown["hash"]))
    except (Refusal, SlackRefused, SlackUnavailable) as problem:
        log.info("who else would do for a pair is not shown any more: %s", problem)


async def listed(ask: Ask, hr: HrCaller, spot: Spot, alert: str = "") -> View:
    """The list as it is now."""
    found = await browsing.browse(ask.desk.store, hr, spot.draft_id, spot.look, A_PAGE)
    return listing(ask.texts, found, alert)


def _looked(ask: Ask, spot: Spot) -> Spot:
    """What HR wants to look at, as the fields of the list say; from its first page."""
    chosen_of = {
        action_id: chosen(at(ask.body, "view", "state", "values", "look", action_id))
        for action_id in (SHOW, DEPARTMENT)
    }
    if ask.body.get("actions") and ask.value:
        # The one just used, in case it is not in the state yet.
        chosen_of[str(at(ask.body["actions"][0], "action_id"))] = ask.value
    try:
        show = Show(chosen_of[SHOW] or spot.look.show)
    except ValueError as error:
        raise Malformed("show") from error
    department = chosen_of[DEPARTMENT] or spot.look.department
    words = ask.form.one("words")[:LONGEST_WORDS]
    return replace(spot, look=Look(show, words, "" if department == ALL else department[:150]))
