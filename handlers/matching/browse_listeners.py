"""HR browses a draft: its pairs, and the unmatched people."""

import logging
from dataclasses import replace

from bot.services.caller import HrCaller, Rejected
from bot.services.matching import alternates, draft_pages
from bot.services.matching.draft_pages import DraftPart, DraftSearch, PairCard
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.blocks import View
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed, at, chosen
from handlers.kit.request import Request
from handlers.matching.browse_views import A_PAGE, ALL, listing
from handlers.matching.draft_message import hr_of_draft
from handlers.matching.modal_state import LONGEST_WORDS, DraftModalState
from handlers.matching.pair_views import card

log = logging.getLogger(__name__)


def register(on: Listeners) -> None:
    on.action(ActionId.MATCH_PAIRS, show_pairs)
    on.action(ActionId.MATCH_LEFT, show_left_over)
    on.submission(CallbackId.MATCH_BROWSE, search)
    on.again(CallbackId.MATCH_BROWSE, list_again)
    for action_id in (ActionId.MATCH_SHOW, ActionId.MATCH_DEPARTMENT):
        on.action(action_id, look_elsewhere)
    for turn in ("previous", "next"):
        on.action(ActionFamily.MATCH_PAGE.of(turn), turn_page)
    on.action(ActionId.MATCH_OPEN, open_pair)


async def show_pairs(request: Request) -> None:
    hr = await hr_of_draft(request, request.subject)
    await request.open(await listed(request, hr, DraftModalState(request.subject)))


async def show_left_over(request: Request) -> None:
    hr = await hr_of_draft(request, request.subject)
    await request.open(await listed(request, hr, DraftModalState(request.subject, DraftSearch(DraftPart.LEFT))))


async def search(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    await request.replace_modal(await listed(request, hr, _looked(request, draft_state)))


async def list_again(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    await request.update_modal(await listed(request, hr, draft_state))


async def look_elsewhere(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    await request.update_modal(await listed(request, hr, _looked(request, draft_state)))


async def turn_page(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    await request.update_modal(
        await listed(request, hr, replace(draft_state, look=replace(draft_state.look, page=request.subject)))
    )


async def open_pair(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    try:
        pair_card = await draft_pages.card(request.context.store, hr, draft_state.draft_id, request.subject)
    except Rejected as refusal:
        if refusal.code != "outdated":
            raise
        # A colleague changed the partners of both: the list is outdated.
        await request.update_modal(await listed(request, hr, draft_state, request.texts("matching.browse.gone")))
        return
    opened = await request.open(first_card(request, pair_card, draft_state))
    await show_others(request, hr, draft_state, pair_card, opened)


def first_card(request: Request, pair_card: PairCard, draft_state: DraftModalState, alert: str = "") -> View:
    """A pair's page without alternatives that are not computed yet; see `show_others`."""
    return card(request.texts, pair_card, draft_state.look, alert, looking=not alternates.known(pair_card.pair))


async def show_others(
    request: Request,
    hr: HrCaller,
    draft_state: DraftModalState,
    pair_card: PairCard,
    shown: View | None,
    alert: str = "",
) -> None:
    """If the alternatives of a pair are not computed yet, compute them, and add them to the page that is `shown`,
    unless it shows something else by then."""
    if shown is None or alternates.known(pair_card.pair):
        return
    pair_id = pair_card.pair.id
    try:
        await alternates.find(request.context.store, hr, request.context.in_worker, draft_state.draft_id, pair_id)
        again = await draft_pages.card(request.context.store, hr, draft_state.draft_id, pair_id)
        view = card(request.texts, again, draft_state.look, alert)
        await request.context.gateway.update_view(str(shown["id"]), view, str(shown["hash"]))
    except (Rejected, SlackRefused, SlackUnavailable) as problem:
        log.info("alternative partners not shown: %s", problem)


async def listed(request: Request, hr: HrCaller, draft_state: DraftModalState, alert: str = "") -> View:
    """The current list."""
    found = await draft_pages.browse(request.context.store, hr, draft_state.draft_id, draft_state.look, A_PAGE)
    return listing(request.texts, found, alert)


def _looked(request: Request, draft_state: DraftModalState) -> DraftModalState:
    """HR's search from the fields of the list; on its first page."""
    chosen_of = {
        str(action_id): chosen(at(request.body, "view", "state", "values", "look", action_id))
        for action_id in (ActionId.MATCH_SHOW, ActionId.MATCH_DEPARTMENT)
    }
    if request.body.get("actions") and request.value:
        # The field just used, in case it is not in the state yet.
        chosen_of[str(at(request.body["actions"][0], "action_id"))] = request.value
    try:
        show = DraftPart(chosen_of[ActionId.MATCH_SHOW] or draft_state.look.show)
    except ValueError as error:
        raise Malformed("show") from error
    department = chosen_of[ActionId.MATCH_DEPARTMENT] or draft_state.look.department
    words = request.form.one("words")[:LONGEST_WORDS]
    return replace(draft_state, look=DraftSearch(show, words, "" if department == ALL else department[:150]))
