"""HR creates a draft."""

import asyncio

from bot.services.caller import HrCaller, Rejected
from bot.services.matching import create_draft
from bot.services.matching.create_draft import CreatedDraft
from bot.services.signup.which_programme import HrStep
from handlers.kit.blocks import channel_link, notice
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.kit.request_kind import Kind
from handlers.kit.which_programme import choose_as_hr
from handlers.matching.draft_message import refresh
from prompts.catalogue import Mrkdwn

PATIENCE = 1.5
"""Seconds after which the person reads that it takes a while. A modal may be opened for 3 s after the click."""


def register(on: Listeners) -> None:
    on.command("match", open_draft)
    on.action(ActionId.MATCH_DRAW, draw_from_button)


async def open_draft(request: Request) -> None:
    """`/mentoring match`"""
    if hr := await choose_as_hr(request, HrStep.MATCH):
        await create(request, hr)


async def draw_from_button(request: Request) -> None:
    await create(request, await request.hr(request.subject))


async def create(request: Request, hr: HrCaller) -> None:
    """Create a draft. It is sent to HR's channel; if it was requested elsewhere, the person is told so."""
    drawing = asyncio.ensure_future(create_draft.create(request.context.store, hr, request.context.in_worker))
    if request.kind is Kind.SUBMISSION:
        await _create_after_form(request, hr, drawing)
        return
    slow = False
    if request.in_modal:
        await request.update_modal(notice(request.texts, request.texts("matching.solving.body")))
    elif slow := not await request.context.limits.is_done(drawing, PATIENCE):
        await request.reply_ephemeral(request.texts("matching.solving.body"))
    drawn = await drawing
    for draft_id in drawn.replaced:
        await refresh(request, hr, draft_id)
    if not (request.in_modal or slow or request.channel == drawn.programme.hr_channel):
        await request.reply_ephemeral(_there(request, drawn))


async def _create_after_form(request: Request, hr: HrCaller, drawing: asyncio.Future[CreatedDraft]) -> None:
    """The same after the form that asked for the programme, which Slack wants answered within 3 s."""
    slow = not await request.context.limits.is_done(drawing, PATIENCE)
    if slow:
        await request.replace_modal(notice(request.texts, request.texts("matching.solving.body")))
    try:
        drawn = await drawing
    except Rejected as refusal:
        if not slow:
            raise
        # The form was answered, so an error would be invisible.
        text = request.texts(f"errors.{refusal.code}", command=request.context.command, **refusal.values)
        await request.update_modal(notice(request.texts, text))
        return
    for draft_id in drawn.replaced:
        await refresh(request, hr, draft_id)
    shown = notice(request.texts, _there(request, drawn))
    await (request.update_modal(shown) if slow else request.replace_modal(shown))


def _there(request: Request, drawn: CreatedDraft) -> Mrkdwn:
    return request.texts("matching.solving.there", channel=channel_link(drawn.programme.hr_channel))
