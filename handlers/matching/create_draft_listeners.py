"""HR creates a draft."""

import asyncio

from bot.services.caller import HrCaller
from bot.services.matching import create_draft
from handlers.kit.blocks import channel_link, notice
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.matching.draft_message import refresh

PATIENCE = 1.5
"""Seconds after which the person reads that it takes a while. A modal may be opened for 3 s after the click."""


def register(on: Listeners) -> None:
    on.command("match", draw)
    on.action(ActionId.MATCH_DRAW, draw_from_button)


async def draw(request: Request) -> None:
    """`/mentoring match`"""
    await _draw(request, await request.hr())


async def draw_from_button(request: Request) -> None:
    await _draw(request, await request.hr(request.subject))


async def _draw(request: Request, hr: HrCaller) -> None:
    """Create a draft. It is sent to HR's channel; if it was requested elsewhere, the person is told so."""
    slow = False
    drawing = asyncio.ensure_future(create_draft.create(request.context.store, hr, request.context.in_worker))
    if request.in_modal:
        await request.update_modal(notice(request.texts, request.texts("matching.solving.body")))
    elif slow := not await request.context.limits.is_done(drawing, PATIENCE):
        await request.reply_ephemeral(request.texts("matching.solving.body"))
    drawn = await drawing
    for draft_id in drawn.replaced:
        await refresh(request, hr, draft_id)
    if not (request.in_modal or slow or request.channel == drawn.programme.hr_channel):
        await request.reply_ephemeral(
            request.texts("matching.solving.there", channel=channel_link(drawn.programme.hr_channel))
        )
