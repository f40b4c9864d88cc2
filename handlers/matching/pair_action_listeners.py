"""HR's actions on a pair, from its page: lock, exclude, forbid, choose another partner."""

from collections.abc import Awaitable, Callable

from bot.domain.sessions import Side
from bot.services.caller import HrCaller, Rejected
from bot.services.matching import draft_pages, pair_actions, pairing
from bot.services.matching.draft_edit import DraftVersion, EditConflict
from bot.services.matching.pair_actions import Decision
from bot.services.matching.visible_rules import Objected
from handlers.kit.blocks import notice
from handlers.kit.ids import ActionFamily, ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Handler, Request
from handlers.matching.browse_listeners import first_card, listed, show_others
from handlers.matching.draft_message import change_below, hr_of_draft, refresh
from handlers.matching.log_views import acts_in_between
from handlers.matching.modal_state import DraftModalState
from handlers.matching.pair_views import act_id, objection_plain
from storage.unit_of_work import Store


def register(on: Listeners) -> None:
    for decision in Decision:
        on.action(act_id(decision), _decider(decision))
    for held_back in (ActionId.MATCH_HOLD, ActionId.MATCH_HOLD_LEADER):
        on.action(held_back, _holder(pair_actions.hold))
    for let_in in (ActionId.MATCH_LET_IN, ActionId.MATCH_LET_IN_LEADER):
        on.action(let_in, _holder(pair_actions.let_in))
    for side in Side:
        on.action(ActionFamily.MATCH_CHOOSE.of(side), _chooser(side))


def _holder(act: Callable[[Store, HrCaller, DraftVersion, int], Awaitable[None]]) -> Handler:
    """From a pair's page, or from the list of unmatched people."""

    async def decide(request: Request) -> None:
        draft_state = request.state(DraftModalState)
        hr = await hr_of_draft(request, draft_state.draft_id)
        store = request.context.store
        if draft_state.pair_id:
            await _act(request, hr, draft_state, act(store, hr, draft_state.seen, request.subject), draft_state.pair_id)
            return
        await act(store, hr, await draft_pages.seen_now(store, hr, draft_state.draft_id), request.subject)
        await request.update_modal(await listed(request, hr, draft_state))
        await refresh(request, hr, draft_state.draft_id)

    return decide


def _decider(decision: Decision) -> Handler:
    async def decide(request: Request) -> None:
        draft_state = request.state(DraftModalState)
        hr = await hr_of_draft(request, draft_state.draft_id)
        await _act(
            request,
            hr,
            draft_state,
            pair_actions.decide(request.context.store, hr, draft_state.seen, request.subject, decision),
            request.subject,
        )

    return decide


def _chooser(side: Side) -> Handler:
    async def choose(request: Request) -> None:
        draft_state = request.state(DraftModalState)
        hr = await hr_of_draft(request, draft_state.draft_id)
        chosen = pairing.choose(request.context.store, hr, draft_state.seen, draft_state.pair_id, side, request.subject)
        await _act(request, hr, draft_state, chosen, draft_state.pair_id)

    return choose


async def _act(
    request: Request, hr: HrCaller, draft_state: DraftModalState, act: Awaitable[int | None], pair_id: int
) -> None:
    """Execute it, and show the pair's new state; after a conflict, what others did."""
    alert = ""
    try:
        pair_id = await act or pair_id
    except EditConflict as late:
        alert = acts_in_between(request.texts, late.acts)
    except Objected as objected:
        alert = request.texts("matching.rules.stands", rules=objection_plain(request.texts, objected.objections))
    found = shown = None
    try:
        found = await draft_pages.card(request.context.store, hr, draft_state.draft_id, pair_id)
    except Rejected as refusal:
        if refusal.code != "outdated" or not alert:
            raise
        await request.update_modal(notice(request.texts, alert))
    else:
        shown = await request.update_modal(first_card(request, found, draft_state, alert))
    await change_below(request, "previous", await listed(request, hr, draft_state))
    await refresh(request, hr, draft_state.draft_id)
    if found:
        await show_others(request, hr, draft_state, found, shown, alert)
