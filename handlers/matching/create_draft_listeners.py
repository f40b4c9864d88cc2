"""HR has pairs drawn up."""

import asyncio

from slack_bolt.async_app import AsyncApp

from bot.services.caller import HrCaller
from bot.services.matching import create_draft as drafting
from handlers.kit.blocks import channel_link, notice
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action
from handlers.matching.draft_message import refresh
from handlers.matching.draft_views import DRAW

PATIENCE = 1.5
"""Seconds after which somebody is told that it takes a while. A modal may be opened for 3 s after the click."""


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, DRAW, draw_from_button)


async def draw(ask: Ask) -> None:
    """`/mentoring match`"""
    await _draw(ask, await ask.hr())


async def draw_from_button(ask: Ask) -> None:
    await _draw(ask, await ask.hr(ask.subject))


async def _draw(ask: Ask, hr: HrCaller) -> None:
    """Draw pairs up. The draft comes to HR's channel by itself; who asked from elsewhere is told so."""
    slow = False
    drawing = asyncio.ensure_future(drafting.draw_up(ask.desk.store, hr, ask.desk.in_worker))
    if ask.in_modal:
        await ask.change(notice(ask.texts, ask.texts("match.solving.body")))
    elif slow := not await ask.desk.limits.is_done(drawing, PATIENCE):
        await ask.whisper(ask.texts("match.solving.body"))
    drawn = await drawing
    ask.desk.wake_delivery()
    for draft_id in drawn.replaced:
        await refresh(ask, hr, draft_id)
    if not (ask.in_modal or slow or ask.channel == drawn.programme.hr_channel):
        await ask.whisper(ask.texts("match.solving.there", channel=channel_link(drawn.programme.hr_channel)))
