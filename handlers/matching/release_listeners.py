"""HR releases a draft once its checklist is complete, and undoes a release while nobody was notified."""

import logging

from bot.services.caller import Rejected
from bot.services.matching import release as releasing
from bot.services.matching import release_checklist, release_progress, undo_release
from bot.services.matching.draft_edit import DraftVersion
from bot.services.matching.release_checklist import Gate
from bot.services.orientation import orientation
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import at, optional_text, text_at
from handlers.kit.request import Request
from handlers.matching import release_views
from handlers.matching.draft_message import hr_of_draft, refresh
from handlers.matching.modal_state import ReleaseState
from handlers.programme import sponsor_listeners
from storage.rate_limits import Limits

log = logging.getLogger(__name__)


def register(on: Listeners) -> None:
    on.action(ActionId.MATCH_RELEASE, look)
    on.action(ActionId.GATE_LOOK, look_again)
    on.action(ActionFamily.GATE_FILL.of(Gate.SPONSOR), write_sponsor)
    on.action(ActionFamily.GATE_FILL.of(Gate.PREPARED), offer_preparation)
    for gate in Gate:
        on.action(ActionFamily.GATE_WAIVE.of(gate), waive)
    on.submission(CallbackId.MATCH_RELEASE_FORM, release)
    on.action(ActionId.MATCH_UNDO, undo)
    on.action(ActionId.MATCH_PROGRESS, how_far)


async def look(request: Request) -> None:
    """The preview of a release, with missing items."""
    hr = await hr_of_draft(request, request.subject)
    await request.open(
        release_views.release_form(
            request.texts, await releasing.preview_release(request.context.store, hr, request.subject)
        )
    )


async def look_again(request: Request) -> None:
    hr = await hr_of_draft(request, request.subject)
    await request.update_modal(
        release_views.release_form(
            request.texts, await releasing.preview_release(request.context.store, hr, request.subject)
        )
    )


async def write_sponsor(request: Request) -> None:
    hr = await hr_of_draft(request, request.subject)
    await sponsor_listeners.show_form(request, hr, draft=request.subject, view=text_at(request.body, "view", "id"))


async def offer_preparation(request: Request) -> None:
    """Send the orientation or the briefing to everyone who was not offered it yet."""
    hr = await hr_of_draft(request, request.subject)
    await orientation.offer_to_all(request.context.store, hr)
    await request.update_modal(
        release_views.release_form(
            request.texts, await releasing.preview_release(request.context.store, hr, request.subject)
        )
    )


async def waive(request: Request) -> None:
    hr = await hr_of_draft(request, request.subject)
    await release_checklist.waive(request.context.store, hr, request.subject, Gate(request.answer))
    await request.update_modal(
        release_views.release_form(
            request.texts, await releasing.preview_release(request.context.store, hr, request.subject)
        )
    )


async def release(request: Request) -> None:
    """HR confirms the number of pairs that the form showed."""
    wanted = request.state(ReleaseState)
    hr = await hr_of_draft(request, wanted.draft_id)
    try:
        released = await releasing.release(
            request.context.store, hr, DraftVersion(wanted.draft_id, wanted.version), wanted.pairs
        )
    except Rejected as refusal:
        if refusal.code not in ("release_changed", "gates_open"):
            raise
        # Changes in between are shown, and need another confirmation.
        await request.replace_modal(
            release_views.release_form(
                request.texts, await releasing.preview_release(request.context.store, hr, wanted.draft_id)
            )
        )
        return
    await request.replace_modal(release_views.done(request.texts, released))
    await refresh(request, hr, released.draft.id)


async def undo(request: Request) -> None:
    hr = await hr_of_draft(request, request.subject)
    try:
        undone = await undo_release.undo(request.context.store, hr, request.subject)
    except Rejected as refusal:
        if refusal.code == "undo_too_late":
            await _forget_undo(
                request, await release_progress.progress(request.context.store, hr, request.subject, Limits())
            )
        raise
    for draft_id in (undone.draft.id, *undone.replaced):
        await refresh(request, hr, draft_id)
    await _say_so(request, undone)


async def how_far(request: Request) -> None:
    """Show only to the asking person how many were notified, so that the channel is not filled with numbers."""
    hr = await hr_of_draft(request, request.subject)
    found = await release_progress.progress(request.context.store, hr, request.subject, Limits())
    await request.reply_ephemeral(release_views.how_far(request.texts, found, request.me.zone))
    await _forget_undo(request, found)


async def _forget_undo(request: Request, found: release_progress.ReleaseProgress) -> None:
    """Once a person was notified, the message about the release has no undo button. If the update fails, the button
    refuses."""
    channel, ts = request.channel, optional_text(request.body, "message", "ts")
    was = at(request.body, "message", "blocks")
    if not (found.told and channel and ts and isinstance(was, list)):
        return
    left = release_views.without_undo(was)
    if left == was:
        return
    try:
        await request.context.gateway.update(channel, ts, Message(text_at(request.body, "message", "text"), left))
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("message of a release not updated: %s", problem)


async def _say_so(request: Request, undone: undo_release.Undone) -> None:
    """Remove the buttons of HR's message about the release. If that fails, the button refuses."""
    texts = request.context.catalogue.texts(undone.programme.language)
    for channel, ts in undone.told:
        try:
            await request.context.gateway.update(channel, ts, release_views.taken_back(texts))
        except (SlackRefused, SlackUnavailable) as problem:
            log.warning("message of a release not updated: %s", problem)
