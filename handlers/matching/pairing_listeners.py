"""HR's forms about a draft: add a pair by hand, swap partners, write a note."""

from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.services.caller import HrCaller
from bot.services.matching import draft_pages as browsing
from bot.services.matching import pair_actions as deciding
from bot.services.matching import pairing
from bot.services.matching.draft_edit import Overtaken
from bot.services.matching.visible_rules import Objected
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action, on_submission
from handlers.matching import pair_views as views
from handlers.matching.browse_listeners import first_card, listed, show_others
from handlers.matching.draft_message import change_below, hr_of_draft, refresh, spot_at
from handlers.matching.draft_views import ADD
from handlers.matching.log_views import overtaken
from handlers.matching.modal_state import Spot


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, ADD, open_add)
    on_submission(app, desk, ADD, add_given)
    on_action(app, desk, views.SWAP, open_swap)
    on_submission(app, desk, views.SWAP, swap_given)
    on_action(app, desk, views.NOTE, open_note)
    on_submission(app, desk, views.NOTE, note_given)


async def open_add(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    spot = spot_at(ask) if ask.in_modal and ask.note else Spot(ask.subject)
    seen = await browsing.seen_now(ask.desk.store, hr, ask.subject)
    await ask.open(views.add_form(ask.texts, replace(spot, draft_id=ask.subject).at(seen), []))


async def add_given(ask: Ask) -> None:
    spot = spot_at(ask)
    hr = await hr_of_draft(ask, spot.draft_id)
    about = ask.form.one("mentor"), ask.form.one("mentee")
    if await _unsure(ask, spot, about):
        return
    try:
        pair_id = await pairing.add(ask.desk.store, hr, spot.seen, *about, _lifted(spot, about), ask.form.one("why"))
    except Overtaken as late:
        seen = await browsing.seen_now(ask.desk.store, hr, spot.draft_id)
        await ask.become(views.add_form(ask.texts, spot.at(seen), [], overtaken(ask.texts, late.acts)))
    except Objected as objected:
        again = _warned(spot, about, objected)
        await ask.become(views.add_form(ask.texts, again, objected.objections))
    else:
        ask.desk.wake_delivery()
        found = await browsing.card(ask.desk.store, hr, spot.draft_id, pair_id)
        await ask.become(first_card(ask, found, spot))
        await change_below(ask, "previous", await listed(ask, hr, spot))
        await refresh(ask, hr, spot.draft_id)
        await show_others(ask, hr, spot, found, ask.body["view"] | {"hash": ""})


async def open_swap(ask: Ask) -> None:
    hr, spot = await _opened(ask)
    found = await browsing.card(ask.desk.store, hr, spot.draft_id, spot.pair_id)
    await ask.open(views.swap_form(ask.texts, found, spot, []))


async def swap_given(ask: Ask) -> None:
    spot = spot_at(ask)
    hr = await hr_of_draft(ask, spot.draft_id)
    about = (ask.form.one("mentee"),)
    if await _unsure(ask, spot, about):
        return
    try:
        lifted, why = _lifted(spot, about), ask.form.one("why")
        pair_id = await pairing.swap(ask.desk.store, hr, spot.seen, spot.pair_id, *about, lifted=lifted, why=why)
    except Overtaken as late:
        found = await browsing.card(ask.desk.store, hr, spot.draft_id, spot.pair_id)
        alert = overtaken(ask.texts, late.acts)
        await ask.become(views.swap_form(ask.texts, found, spot.at(found.seen), [], alert))
    except Objected as objected:
        found = await browsing.card(ask.desk.store, hr, spot.draft_id, spot.pair_id)
        again = _warned(spot, about, objected)
        await ask.become(views.swap_form(ask.texts, found, again, objected.objections))
    else:
        await _back_to_card(ask, hr, spot, pair_id)


async def open_note(ask: Ask) -> None:
    hr, spot = await _opened(ask)
    found = await browsing.card(ask.desk.store, hr, spot.draft_id, spot.pair_id)
    await ask.open(views.note_form(ask.texts, found, spot))


async def note_given(ask: Ask) -> None:
    spot = spot_at(ask)
    hr = await hr_of_draft(ask, spot.draft_id)
    try:
        await deciding.note(ask.desk.store, hr, spot.seen, spot.pair_id, ask.form.one("text"))
    except Overtaken as late:
        found = await browsing.card(ask.desk.store, hr, spot.draft_id, spot.pair_id)
        alert = overtaken(ask.texts, late.acts)
        await ask.become(views.note_form(ask.texts, found, spot.at(found.seen), alert))
    else:
        await _back_to_card(ask, hr, spot, spot.pair_id)


async def _opened(ask: Ask) -> tuple[HrCaller, Spot]:
    """Whose pair's page the pressed button stands on. The form acts on the draft as that page shows it."""
    spot = replace(spot_at(ask), pair_id=ask.subject)
    return await hr_of_draft(ask, spot.draft_id), spot


async def _back_to_card(ask: Ask, hr: HrCaller, spot: Spot, pair_id: int) -> None:
    """Close the form; the pair's page and the list below it say what is true now."""
    await ask.close()
    ask.desk.wake_delivery()
    found = await browsing.card(ask.desk.store, hr, spot.draft_id, pair_id)
    await change_below(ask, "root", await listed(ask, hr, spot))
    shown = await change_below(ask, "previous", first_card(ask, found, spot))
    await refresh(ask, hr, spot.draft_id)
    await show_others(ask, hr, spot, found, shown)


async def _unsure(ask: Ask, spot: Spot, about: tuple[str, ...]) -> bool:
    """Whether HR was warned about these two and has not said that it means it; then the form says so."""
    if not spot.warned or spot.about != about or views.SURE in ask.form.many(views.SURE):
        return False
    await ask.errors({views.SURE: ask.texts.plain("match.rules.sure.error")})
    return True


def _lifted(spot: Spot, about: tuple[str, ...]) -> frozenset[str]:
    """The rules HR puts aside: those it was warned of, for exactly these people."""
    return frozenset(spot.warned) if spot.about == about else frozenset()


def _warned(spot: Spot, about: tuple[str, ...], objected: Objected) -> Spot:
    """Told of rules that it may put aside, HR may say that it means it; one that it may not ends the matter."""
    rules = () if objected.final else tuple(sorted(objected.rules))
    return replace(spot, about=about, warned=rules)
