"""HR's forms about a draft: add a pair by hand, swap partners, write a note."""

from dataclasses import replace

from bot.domain.sessions import Side
from bot.services.caller import HrCaller, Rejected
from bot.services.matching import draft_pages, pair_actions, pairing
from bot.services.matching.draft_edit import EditConflict
from bot.services.matching.pairing_effect import add_effect, swap_effect
from bot.services.matching.visible_rules import Objected
from bot.services.participants import pickable
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.options import MOST_OPTIONS, options_for
from handlers.kit.payload import text_at
from handlers.kit.request import Request
from handlers.matching import pair_views
from handlers.matching.browse_listeners import first_card, listed, show_others
from handlers.matching.draft_message import change_below, hr_of_draft, refresh
from handlers.matching.log_views import acts_in_between
from handlers.matching.modal_state import DraftModalState

PICKED_WRONG = frozenset({"not_signed_up", "already_proposed", "asked_before", "nothing_to_swap"})
"""Refusals that concern who was chosen."""


def register(on: Listeners) -> None:
    on.action(ActionId.MATCH_ADD, open_add)
    on.submission(CallbackId.MATCH_ADD, add_given)
    for menu in (ActionId.MATCH_TRY_ADD, ActionId.MATCH_TRY_ADD_LEADER):
        on.action(menu, show_add_effect)
        on.options(menu, find_to_add)
    on.options(ActionId.MATCH_TRY_SWAP, find_to_swap)
    on.action(ActionId.MATCH_TRY_SWAP, show_swap_effect)
    on.action(ActionId.MATCH_SWAP, open_swap)
    on.submission(CallbackId.MATCH_SWAP, swap_given)
    on.action(ActionId.MATCH_NOTE, open_note)
    on.submission(CallbackId.MATCH_NOTE, note_given)


async def open_add(request: Request) -> None:
    hr = await hr_of_draft(request, request.subject)
    draft_state = request.state(DraftModalState) if request.has_state else DraftModalState(request.subject)
    seen = await draft_pages.seen_now(request.context.store, hr, request.subject)
    await request.open(pair_views.add_form(request.texts, replace(draft_state, draft_id=request.subject).at(seen), []))


async def find_to_add(request: Request) -> None:
    """Who can be mentor or leader of a pair that HR makes."""
    hr = await hr_of_draft(request, request.state(DraftModalState).draft_id)
    leader = text_at(request.body, "action_id") == ActionId.MATCH_TRY_ADD_LEADER
    side = Side.LEADER if leader else Side.MENTOR
    members = await pickable.pairable(request.context.store, hr, side, request.typed, MOST_OPTIONS)
    await request.suggest(options_for(request.texts, members))


async def find_to_swap(request: Request) -> None:
    """The leaders of the draft's other pairs."""
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    store = request.context.store
    members = await pickable.swappable(
        store, hr, draft_state.draft_id, draft_state.pair_id, request.typed, MOST_OPTIONS
    )
    await request.suggest(options_for(request.texts, members))


async def show_add_effect(request: Request) -> None:
    """HR chose a person in the form: what the pair would be, once both are chosen."""
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    mentor, leader = request.form.one("mentor"), request.form.one("mentee")
    if mentor and leader and not _is_warned(draft_state, (mentor, leader)):
        effect = await add_effect(request.context.store, hr, draft_state.draft_id, mentor, leader)
        await request.refresh_modal(pair_views.add_form(request.texts, _unwarned(draft_state), [], effect=effect))


async def show_swap_effect(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr, leader = await hr_of_draft(request, draft_state.draft_id), request.form.one("mentee")
    if _is_warned(draft_state, (leader,)):
        return
    pair_card = await draft_pages.card(request.context.store, hr, draft_state.draft_id, draft_state.pair_id)
    effect = await swap_effect(request.context.store, hr, draft_state.draft_id, draft_state.pair_id, leader)
    await request.refresh_modal(
        pair_views.swap_form(request.texts, pair_card, _unwarned(draft_state), [], effect=effect)
    )


def _is_warned(draft_state: DraftModalState, about: tuple[str, ...]) -> bool:
    """Whether the form shows a warning about these people: it stays."""
    return bool(draft_state.warned) and draft_state.about == about


def _unwarned(draft_state: DraftModalState) -> DraftModalState:
    """A warning was about other people."""
    return replace(draft_state, warned=(), about=())


async def add_given(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    about = request.form.one("mentor"), request.form.one("mentee")
    if await _unsure(request, draft_state, about):
        return
    try:
        pair_id = await pairing.add(
            request.context.store, hr, draft_state.seen, *about, _lifted(draft_state, about), request.form.one("why")
        )
    except EditConflict as late:
        seen = await draft_pages.seen_now(request.context.store, hr, draft_state.draft_id)
        await request.replace_modal(
            pair_views.add_form(request.texts, draft_state.at(seen), [], acts_in_between(request.texts, late.acts))
        )
    except Objected as objected:
        again = _warned(draft_state, about, objected)
        await request.replace_modal(pair_views.add_form(request.texts, again, objected.objections))
    except Rejected as refusal:
        await _refuse_pick(request, refusal)
    else:
        pair_card = await draft_pages.card(request.context.store, hr, draft_state.draft_id, pair_id)
        await request.replace_modal(first_card(request, pair_card, draft_state))
        await change_below(request, "previous", await listed(request, hr, draft_state))
        await refresh(request, hr, draft_state.draft_id)
        await show_others(request, hr, draft_state, pair_card, request.body["view"] | {"hash": ""})


async def open_swap(request: Request) -> None:
    hr, draft_state = await _opened(request)
    pair_card = await draft_pages.card(request.context.store, hr, draft_state.draft_id, draft_state.pair_id)
    await request.open(pair_views.swap_form(request.texts, pair_card, draft_state, []))


async def swap_given(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    about = (request.form.one("mentee"),)
    if await _unsure(request, draft_state, about):
        return
    try:
        lifted, why = _lifted(draft_state, about), request.form.one("why")
        pair_id = await pairing.swap(
            request.context.store, hr, draft_state.seen, draft_state.pair_id, *about, lifted=lifted, why=why
        )
    except EditConflict as late:
        pair_card = await draft_pages.card(request.context.store, hr, draft_state.draft_id, draft_state.pair_id)
        alert = acts_in_between(request.texts, late.acts)
        await request.replace_modal(
            pair_views.swap_form(request.texts, pair_card, draft_state.at(pair_card.seen), [], alert)
        )
    except Objected as objected:
        pair_card = await draft_pages.card(request.context.store, hr, draft_state.draft_id, draft_state.pair_id)
        again = _warned(draft_state, about, objected)
        await request.replace_modal(pair_views.swap_form(request.texts, pair_card, again, objected.objections))
    except Rejected as refusal:
        await _refuse_pick(request, refusal)
    else:
        await _back_to_card(request, hr, draft_state, pair_id)


async def open_note(request: Request) -> None:
    hr, draft_state = await _opened(request)
    pair_card = await draft_pages.card(request.context.store, hr, draft_state.draft_id, draft_state.pair_id)
    await request.open(pair_views.note_form(request.texts, pair_card, draft_state))


async def note_given(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    try:
        await pair_actions.note(
            request.context.store, hr, draft_state.seen, draft_state.pair_id, request.form.one("text")
        )
    except EditConflict as late:
        pair_card = await draft_pages.card(request.context.store, hr, draft_state.draft_id, draft_state.pair_id)
        alert = acts_in_between(request.texts, late.acts)
        await request.replace_modal(
            pair_views.note_form(request.texts, pair_card, draft_state.at(pair_card.seen), alert)
        )
    else:
        await _back_to_card(request, hr, draft_state, draft_state.pair_id)


async def _opened(request: Request) -> tuple[HrCaller, DraftModalState]:
    """The pair of the page with the clicked button. The form acts on the draft as that page shows it."""
    draft_state = replace(request.state(DraftModalState), pair_id=request.subject)
    return await hr_of_draft(request, draft_state.draft_id), draft_state


async def _back_to_card(request: Request, hr: HrCaller, draft_state: DraftModalState, pair_id: int) -> None:
    """Close the form, and update the pair's page and the list below it."""
    await request.close()
    pair_card = await draft_pages.card(request.context.store, hr, draft_state.draft_id, pair_id)
    await change_below(request, "root", await listed(request, hr, draft_state))
    shown = await change_below(request, "previous", first_card(request, pair_card, draft_state))
    await refresh(request, hr, draft_state.draft_id)
    await show_others(request, hr, draft_state, pair_card, shown)


async def _unsure(request: Request, draft_state: DraftModalState, about: tuple[str, ...]) -> bool:
    """Whether HR was warned about these two and has not confirmed; then the form shows the warning."""
    if not draft_state.warned or draft_state.about != about or pair_views.SURE in request.form.many(pair_views.SURE):
        return False
    await request.invalid(Invalid.below("matching.rules.sure", {pair_views.SURE: "error"}))
    return True


async def _refuse_pick(request: Request, refusal: Rejected) -> None:
    """Say at the field why a person cannot be chosen, so that the rest of the form is kept. Raises other refusals."""
    if refusal.code not in PICKED_WRONG:
        raise refusal
    sentence = Sentence(f"errors.{refusal.code}", {"command": request.context.command, **refusal.values})
    await request.invalid(Invalid({refusal.values.get("side", "mentee"): sentence}))


def _lifted(draft_state: DraftModalState, about: tuple[str, ...]) -> frozenset[str]:
    """The rules that HR overrides: those of the warning, for exactly these people."""
    return frozenset(draft_state.warned) if draft_state.about == about else frozenset()


def _warned(draft_state: DraftModalState, about: tuple[str, ...], objected: Objected) -> DraftModalState:
    """If HR may override the rules, it can confirm; if one of them is final, the form is closed."""
    rules = () if objected.final else tuple(sorted(objected.rules))
    return replace(draft_state, about=about, warned=rules)
