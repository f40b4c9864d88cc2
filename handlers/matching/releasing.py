"""HR releases a draft."""

from slack_bolt.async_app import AsyncApp

from bot.services import releasing
from handlers.desk import Desk
from handlers.entry import Ask, on_action
from handlers.matching.message import hr_of_draft, refresh
from handlers.views.match.draft import RELEASE


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, RELEASE, release)


async def release(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    released = await releasing.release(ask.desk.store, hr, ask.subject)
    ask.desk.wake_delivery()
    await refresh(ask, hr, released.draft.id or 0)
