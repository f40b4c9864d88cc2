"""HR's acts on the pairs of a draft."""

from slack_bolt.async_app import AsyncApp

from bot.services import deciding
from handlers.desk import Desk
from handlers.entry import Ask, on_action
from handlers.matching.message import hr_of_draft, place, refresh
from handlers.matching.reading import list_of_pairs
from handlers.views.match.pairs import PUT_BACK, TAKE_OUT


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, TAKE_OUT, take_out)
    on_action(app, desk, PUT_BACK, put_back)


async def take_out(ask: Ask) -> None:
    await _set_excluded(ask, excluded=True)


async def put_back(ask: Ask) -> None:
    await _set_excluded(ask, excluded=False)


async def _set_excluded(ask: Ask, *, excluded: bool) -> None:
    draft_id, page = place(ask)
    hr = await hr_of_draft(ask, draft_id)
    draft = await deciding.set_excluded(ask.desk.store, hr, ask.subject, excluded=excluded)
    await ask.change(await list_of_pairs(ask, hr, draft.id or 0, page))
    await refresh(ask, hr, draft.id or 0)
