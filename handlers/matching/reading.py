"""HR reads a draft: its pairs, and the people without one."""

from slack_bolt.async_app import AsyncApp

from bot.services import reviewing
from bot.services.caller import HrCaller
from handlers.desk import Desk
from handlers.entry import Ask, on_action
from handlers.matching.message import hr_of_draft, place
from handlers.views.blocks import View
from handlers.views.match.draft import LEFT, PAIRS
from handlers.views.match.left import LEFT_PAGE, left_page
from handlers.views.match.pairs import PAIRS_A_PAGE, PAIRS_PAGE, pairs_page


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, PAIRS, show_pairs)
    on_action(app, desk, LEFT, show_left_over)
    for turn in ("previous", "next"):
        on_action(app, desk, f"{PAIRS_PAGE}.{turn}", turn_pairs)
        on_action(app, desk, f"{LEFT_PAGE}.{turn}", turn_left_over)


async def show_pairs(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    await ask.open(await list_of_pairs(ask, hr, ask.subject, 0))


async def turn_pairs(ask: Ask) -> None:
    draft_id, _ = place(ask)
    hr = await hr_of_draft(ask, draft_id)
    await ask.change(await list_of_pairs(ask, hr, draft_id, ask.subject))


async def show_left_over(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    left = await reviewing.left_over(ask.desk.store, hr, ask.subject)
    await ask.open(left_page(ask.texts, ask.subject, 0, left))


async def turn_left_over(ask: Ask) -> None:
    draft_id, _ = place(ask)
    hr = await hr_of_draft(ask, draft_id)
    left = await reviewing.left_over(ask.desk.store, hr, draft_id)
    await ask.change(left_page(ask.texts, draft_id, ask.subject, left))


async def list_of_pairs(ask: Ask, hr: HrCaller, draft_id: int, page: int) -> View:
    start = page * PAIRS_A_PAGE
    shown, count = await reviewing.suggestions(ask.desk.store, hr, draft_id, start, PAIRS_A_PAGE)
    return pairs_page(ask.texts, draft_id, page, shown, count)
