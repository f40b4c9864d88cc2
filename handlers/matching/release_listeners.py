"""HR releases a draft once nothing is missing for it, and takes a release back while nobody knows of it."""

import logging

from slack_bolt.async_app import AsyncApp

from bot.services.caller import Refusal
from bot.services.matching import release as releasing
from bot.services.matching import release_checklist as gates
from bot.services.matching import release_progress as progress
from bot.services.matching import undo_release as undoing
from bot.services.matching.draft_edit import Seen
from bot.services.matching.release_checklist import Gate
from bot.services.orientation import orientation as preparing
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, at, first_action, number, optional_text, text_at
from handlers.kit.request import Ask, on_action, on_submission
from handlers.matching import release_views as views
from handlers.matching.draft_message import hr_of_draft, refresh
from handlers.matching.draft_views import RELEASE
from handlers.programme import sponsor_listeners as sponsor
from storage.rate_limits import Limits

log = logging.getLogger(__name__)


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, RELEASE, look)
    on_action(app, desk, views.LOOK, look_again)
    on_action(app, desk, f"{views.FILL}.{Gate.SPONSOR}", write_sponsor)
    on_action(app, desk, f"{views.FILL}.{Gate.PREPARED}", offer_preparation)
    for gate in Gate:
        on_action(app, desk, f"{views.WAIVE}.{gate}", waive)
    on_submission(app, desk, views.FORM, release)
    on_action(app, desk, views.UNDO, undo)
    on_action(app, desk, views.PROGRESS, how_far)


async def look(ask: Ask) -> None:
    """What a release would do, and what is missing for it."""
    hr = await hr_of_draft(ask, ask.subject)
    await ask.open(views.release_form(ask.texts, await releasing.prospect(ask.desk.store, hr, ask.subject)))


async def look_again(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    await ask.change(views.release_form(ask.texts, await releasing.prospect(ask.desk.store, hr, ask.subject)))


async def write_sponsor(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    await sponsor.show_form(ask, hr, draft=ask.subject, view=text_at(ask.body, "view", "id"))


async def offer_preparation(ask: Ask) -> None:
    """The orientation or the briefing goes to everybody who has not had it offered."""
    hr = await hr_of_draft(ask, ask.subject)
    await preparing.offer_to_all(ask.desk.store, hr)
    ask.desk.wake_delivery()
    await ask.change(views.release_form(ask.texts, await releasing.prospect(ask.desk.store, hr, ask.subject)))


async def waive(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    await gates.waive(ask.desk.store, hr, ask.subject, _gate(ask))
    await ask.change(views.release_form(ask.texts, await releasing.prospect(ask.desk.store, hr, ask.subject)))


async def release(ask: Ask) -> None:
    """HR says yes to the number of pairs that the form showed."""
    if ask.note.count(":") != 2:
        raise Malformed("private_metadata")
    draft, version, pairs = (number(one) for one in ask.note.split(":"))
    hr = await hr_of_draft(ask, draft)
    try:
        released = await releasing.release(ask.desk.store, hr, Seen(draft, version), pairs)
    except Refusal as refusal:
        if refusal.code not in ("release_changed", "gates_open"):
            raise
        # What has changed meanwhile is shown, and it takes another yes.
        await ask.become(views.release_form(ask.texts, await releasing.prospect(ask.desk.store, hr, draft)))
        return
    ask.desk.wake_delivery()
    await ask.become(views.done(ask.texts, released))
    await refresh(ask, hr, released.draft.id or 0)


async def undo(ask: Ask) -> None:
    hr = await hr_of_draft(ask, ask.subject)
    try:
        undone = await undoing.undo(ask.desk.store, hr, ask.subject)
    except Refusal as refusal:
        if refusal.code == "undo_too_late":
            await _forget_undo(ask, await progress.progress(ask.desk.store, hr, ask.subject, Limits()))
        raise
    ask.desk.wake_delivery()
    for draft_id in (undone.draft.id or 0, *undone.replaced):
        await refresh(ask, hr, draft_id)
    await _say_so(ask, undone)


async def how_far(ask: Ask) -> None:
    """How many know by now, for whoever asks alone: the channel is not filled with numbers."""
    hr = await hr_of_draft(ask, ask.subject)
    found = await progress.progress(ask.desk.store, hr, ask.subject, Limits())
    await ask.whisper(views.how_far(ask.texts, found, ask.me.zone))
    await _forget_undo(ask, found)


async def _forget_undo(ask: Ask, found: progress.Progress) -> None:
    """Once somebody knows, the message about the release offers no way back. If that fails, the button refuses."""
    channel, ts = ask.channel, optional_text(ask.body, "message", "ts")
    was = at(ask.body, "message", "blocks")
    if not (found.told and channel and ts and isinstance(was, list)):
        return
    left = views.without_undo(was)
    if left == was:
        return
    try:
        await ask.desk.gateway.update(channel, ts, Message(text_at(ask.body, "message", "text"), left))
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("the message about a release stays as it was: %s", problem)


async def _say_so(ask: Ask, undone: undoing.Undone) -> None:
    """HR's message about the release offers nothing any more. If that fails, its button still refuses."""
    texts = ask.desk.catalogue.texts(undone.programme.language)
    for channel, ts in undone.told:
        try:
            await ask.desk.gateway.update(channel, ts, views.taken_back(texts))
        except (SlackRefused, SlackUnavailable) as problem:
            log.warning("the message about a release stays as it was: %s", problem)


def _gate(ask: Ask) -> Gate:
    return Gate(text_at(first_action(ask.body), "action_id").rpartition(".")[2])
