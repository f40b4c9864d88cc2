"""HR's message about a draft, and whose it is."""

import logging

from bot.gateway import SlackRefused, SlackUnavailable
from bot.services import drafts, reviewing
from bot.services.caller import HrCaller
from handlers.entry import Ask
from handlers.payload import Malformed, number
from handlers.views.match import draft as view

log = logging.getLogger(__name__)


async def hr_of_draft(ask: Ask, draft_id: int) -> HrCaller:
    return await ask.hr(await drafts.programme_of(ask.desk.store, ask.caller, draft_id))


def place(ask: Ask) -> tuple[int, int]:
    """The draft and the page that an open list of pairs or people shows. Raises `Malformed`."""
    draft_id, colon, page = ask.note.partition(":")
    if not colon:
        raise Malformed("private_metadata")
    return number(draft_id), number(page)


async def refresh(ask: Ask, hr: HrCaller, draft_id: int) -> None:
    """Make HR's message say what is true now. If that fails, its buttons still refuse what is over."""
    found = await reviewing.overview(ask.desk.store, hr, draft_id)
    if not found.posted:
        return
    message = view.draft(ask.desk.catalogue.texts(found.programme.language), found)
    try:
        await ask.desk.gateway.update(*found.posted, message)
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("the message about draft %s stays as it was: %s", draft_id, problem)
