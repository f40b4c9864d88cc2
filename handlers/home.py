"""The Home tab: where one stands and what to do next."""

from slack_bolt.async_app import AsyncApp

from handlers.desk import Desk
from handlers.entry import Ask, on_event


def register(app: AsyncApp, desk: Desk) -> None:
    on_event(app, desk, "app_home_opened", refresh_home)


async def refresh_home(ask: Ask) -> None:
    """Show the caller's Home tab as things are now."""
