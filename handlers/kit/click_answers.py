"""Questions that are answered by clicks: shown at the clicked place, and kept in sync with their own message."""

import logging
from collections.abc import Callable
from typing import Any

from bot.services.caller import Rejected
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import Block, Element, View
from handlers.kit.day_blocks import with_part
from handlers.kit.payload import at, first_action, optional_text
from handlers.kit.request import Handler, Request
from storage.queries import Posted

log = logging.getLogger(__name__)


def until_closed(handler: Handler, code: str, closed: Callable[[Request, Rejected], Message]) -> Handler:
    """Once it is too late (rejected with `code`) the message also loses its buttons."""

    async def listen(request: Request) -> None:
        try:
            await handler(request)
        except Rejected as refusal:
            url = optional_text(request.body, "response_url")
            if refusal.code == code and url and at(request.body, "container", "is_ephemeral") is not True:
                await request.replace_message(closed(request, refusal))
            raise

    return listen


def until_useless(handler: Handler, *codes: str) -> Handler:
    """Once what a button offers is over (rejected with one of `codes`) its message also loses the button."""

    async def listen(request: Request) -> None:
        try:
            await handler(request)
        except Rejected as refusal:
            shown = at(request.body, "message", "blocks")
            if refusal.code in codes and isinstance(shown, list) and not at(request.body, "container", "is_ephemeral"):
                await request.replace_whole_message(_without_button(shown, first_action(request.body)))
            raise

    return listen


async def replace_block(request: Request, blocks: list[Block]) -> None:
    """Show `blocks` in place of the block that was clicked; the rest of the message stays."""
    shown, clicked = at(request.body, "message", "blocks"), first_action(request.body).get("block_id")
    if isinstance(shown, list):
        new = [blocks if one.get("block_id") == clicked else [one] for one in shown]
        await request.replace_whole_message([block for run in new for block in run])


def _without_button(blocks: list[Block], pressed: dict[str, Any]) -> list[Block]:
    """The blocks of a message without the button that was pressed."""

    def is_it(element: Element) -> bool:
        return all(element.get(name) == pressed.get(name) for name in ("action_id", "value"))

    found = []
    for block in blocks:
        elements = block.get("elements")
        if block.get("type") == "actions" and elements:
            block = {**block, "elements": [one for one in elements if not is_it(one)]}
            if not block["elements"]:
                continue
        found.append(block)
    return found


async def show(
    request: Request,
    window: Callable[[], View],
    pressed: Callable[[], Message],
    message: Callable[[], Message],
    posted: Posted | None,
) -> None:
    """Show the current questions where the button was: in the `window`, or the message that was `pressed`.

    `message` replaces the `posted` one after an answer in the window. Only what is shown is rendered.
    """
    if request.in_modal:
        await request.update_modal(window())
        await update_posted(request, message(), posted)
    else:
        await request.replace_message(pressed())
    refresh_home(request)


async def update_posted(request: Request, message: Message, posted: Posted | None) -> None:
    """Update the questions' own message, or their part of the message of a day. It may be deleted: the answer is stored
    anyway."""
    if posted is None:
        return
    gateway, whole = request.context.gateway, message
    try:
        if posted.part is not None:
            shown = await gateway.shown(posted.channel, posted.ts)
            found = with_part(shown, posted.part, message) if shown else None
            if found is None:
                return
            whole = found
        await gateway.update(posted.channel, posted.ts, whole)
    except (SlackRefused, SlackUnavailable) as problem:
        log.info("message with the questions not updated: %s", problem)
