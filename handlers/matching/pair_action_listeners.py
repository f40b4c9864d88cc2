"""HR's acts on a pair, from its page: lock, take out, forbid, choose somebody else."""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp

from bot.domain.sessions import Side
from bot.services.caller import HrCaller, Refusal
from bot.services.matching import draft_pages as browsing
from bot.services.matching import pair_actions as deciding
from bot.services.matching import pairing
from bot.services.matching.draft_edit import Overtaken, Seen
from bot.services.matching.pair_actions import Decision
from bot.services.matching.visible_rules import Objected
from handlers.kit.blocks import notice
from handlers.kit.context import Desk
from handlers.kit.request import Ask, Handler, on_action
from handlers.matching.browse_listeners import first_card, listed, show_others
from handlers.matching.draft_message import change_below, hr_of_draft, refresh, spot_at
from handlers.matching.log_views import overtaken
from handlers.matching.modal_state import Spot
from handlers.matching.pair_views import CHOOSE, HOLD, LET_IN, act_id, objection_plain
from storage.unit_of_work import Store


def register(app: AsyncApp, desk: Desk) -> None:
    for decision in Decision:
        on_action(app, desk, act_id(decision), _decider(decision))
    on_action(app, desk, HOLD, _holder(deciding.hold))
    on_action(app, desk, LET_IN, _holder(deciding.let_in))
    for side in Side:
        on_action(app, desk, f"{CHOOSE}.{side}", _chooser(side))


def _holder(act: Callable[[Store, HrCaller, Seen, int], Awaitable[None]]) -> Handler:
    """From a pair's page, or from the list of who has no partner."""

    async def decide(ask: Ask) -> None:
        spot = spot_at(ask)
        hr = await hr_of_draft(ask, spot.draft_id)
        store = ask.desk.store
        if spot.pair_id:
            await _act(ask, hr, spot, act(store, hr, spot.seen, ask.subject), spot.pair_id)
            return
        await act(store, hr, await browsing.seen_now(store, hr, spot.draft_id), ask.subject)
        await ask.change(await listed(ask, hr, spot))
        await refresh(ask, hr, spot.draft_id)

    return decide


def _decider(decision: Decision) -> Handler:
    async def decide(ask: Ask) -> None:
        spot = spot_at(ask)
        hr = await hr_of_draft(ask, spot.draft_id)
        await _act(ask, hr, spot, deciding.decide(ask.desk.store, hr, spot.seen, ask.subject, decision), ask.subject)

    return decide


def _chooser(side: Side) -> Handler:
    async def choose(ask: Ask) -> None:
        spot = spot_at(ask)
        hr = await hr_of_draft(ask, spot.draft_id)
        chosen = pairing.choose(ask.desk.store, hr, spot.seen, spot.pair_id, side, ask.subject)
        await _act(ask, hr, spot, chosen, spot.pair_id)

    return choose


async def _act(ask: Ask, hr: HrCaller, spot: Spot, act: Awaitable[int | None], pair_id: int) -> None:
    """Do it, and show how the pair stands now; whoever came too late is told what others did."""
    alert = ""
    try:
        pair_id = await act or pair_id
        ask.desk.wake_delivery()
    except Overtaken as late:
        alert = overtaken(ask.texts, late.acts)
    except Objected as objected:
        alert = ask.texts("match.rules.stands", rules=objection_plain(ask.texts, objected.objections))
    found = shown = None
    try:
        found = await browsing.card(ask.desk.store, hr, spot.draft_id, pair_id)
    except Refusal as refusal:
        if refusal.code != "outdated" or not alert:
            raise
        await ask.change(notice(ask.texts, alert))
    else:
        shown = await ask.change(first_card(ask, found, spot, alert))
    await change_below(ask, "previous", await listed(ask, hr, spot))
    await refresh(ask, hr, spot.draft_id)
    if found:
        await show_others(ask, hr, spot, found, shown, alert)
