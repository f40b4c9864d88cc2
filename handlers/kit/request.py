"""The single entry point for requests from Slack: identifies the person and language, and handles rejections and
errors.

A handler of ours takes a `Request` and is registered with `handlers.kit.listeners.Listeners`. Whatever goes wrong in it
ends here: a refusal becomes a sentence for the person, a repeated or malformed request is logged and ignored, and a bug
leaves a reference that is in the log as well.
"""

import asyncio
import contextlib
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck

from bot.services.caller import Caller, HrCaller, Rejected
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from bot.slack.needs import Need, need_of
from bot.workspaces.current import in_workspace
from handlers.kit.blocks import Element, View, actions, button, notice, one_moment, section
from handlers.kit.button_value import ButtonValue
from handlers.kit.context import AppContext
from handlers.kit.day_blocks import in_place, part_of
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import ModalState
from handlers.kit.payload import (
    FormState,
    Malformed,
    answer_of,
    at,
    chosen,
    first_action,
    number,
    optional_text,
    text_at,
)
from handlers.kit.request_kind import ANSWERED, Kind, sender_of
from handlers.kit.ways_on import ways_on
from prompts.catalogue import Texts
from storage.tables import Person
from storage.unit_of_work import ACTED_AGAIN, AlreadyDone

log = logging.getLogger(__name__)

TOO_LATE = {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "not_found", "push_limit_reached"}
"""Slack's error codes if a modal can no longer, or not yet, be shown."""


LARGEST_ACK = 12_000
"""Bytes of a view that an answer may carry. Slack closes the socket for a frame of more than 20,480 bytes."""
ACK_SECONDS = 1.0
"""How long to wait until an answer is known to be on its way. Over HTTP it is not known."""

BROKEN = {False: "something_broke", True: "broke_after", None: "broke_unclear"}
"""The text for a person after a bug, by whether their change was saved."""


S = TypeVar("S", bound=ModalState)
V = TypeVar("V", bound=ButtonValue)


@dataclass
class Request:
    """One request, with its person and the texts in their language."""

    context: AppContext
    kind: Kind
    body: dict[str, Any]
    caller: Caller
    me: Person
    texts: Texts
    ack: AsyncAck
    answered: asyncio.Event
    """Set once a form or a menu was answered: until then Slack waits, 3 s at most."""

    @property
    def value(self) -> str:
        """The value of the clicked or chosen element."""
        return chosen(first_action(self.body))

    def button(self, kind: type[V]) -> V:
        """The typed value of the clicked button. Raises `Malformed`."""
        return kind.read(self.value)

    @property
    def subject(self) -> int:
        """The row's id that a button carries."""
        return number(self.value)

    @property
    def answer(self) -> str:
        """The answer of the clicked button of an `ActionFamily`: "yes" for `poll.met.yes`. Raises `Malformed`."""
        return answer_of(text_at(first_action(self.body), "action_id"))

    @property
    def channel(self) -> str:
        """The channel of the command or button; "" in modals and on the Home tab."""
        return optional_text(self.body, "channel_id") or optional_text(self.body, "channel", "id")

    @property
    def form(self) -> FormState:
        """The input of the form."""
        return FormState(at(self.body, "view"))

    @property
    def typed(self) -> str:
        """What is typed into a menu so far."""
        return optional_text(self.body, "value").strip()

    @property
    def has_state(self) -> bool:
        """Whether the button stands in a modal that carries a state."""
        return bool(optional_text(self.body, "view", "private_metadata"))

    def state(self, kind: type[S]) -> S:
        """What the modal carries. Raises `Malformed`."""
        return kind.read(optional_text(self.body, "view", "private_metadata"))

    @property
    def in_modal(self) -> bool:
        return bool(at(self.body, "view", "type") == "modal")

    @property
    def in_overview(self) -> bool:
        """Whether the button is in HR's overview of programmes. What it opens may need three windows: it takes that
        one's place."""
        return bool(at(self.body, "view", "callback_id") == CallbackId.PROGRAMMES)

    async def hr(self, programme_id: int | None = None) -> HrCaller:
        """The caller as HR. Raises `Rejected`."""
        return await self.context.directory.hr(self.caller, channel=self.channel or None, programme_id=programme_id)

    async def open(self, view: View) -> View:
        """Show a modal: on top of the button's modal, or as the first. Returns it as Slack stores it.

        Slack shows three on top of each other; instead of a fourth, the third is replaced.
        """
        trigger = text_at(self.body, "trigger_id")
        if self.kind is Kind.ACTION and self.in_modal:
            below = at(self.body, "view", "previous_view_id")
            if below and below != at(self.body, "view", "root_view_id"):
                return await self.update_modal(view)
            return await self.context.gateway.push_view(trigger, view)
        return await self.context.gateway.open_view(trigger, view)

    async def show(self, view: View) -> None:
        """Answer a submission with `view` in its place; show it as `open` does after a command or a click."""
        if self.kind is Kind.SUBMISSION:
            await self.replace_modal(view)
        else:
            await self.open(view)

    async def update_modal(self, view: View) -> View:
        """Show `view` in place of the clicked element's modal. Returns it as Slack stores it."""
        return await self.context.gateway.update_view(text_at(self.body, "view", "id"), view)

    async def refresh_modal(self, view: View) -> None:
        """As `update_modal`, unless the person closed the modal, or changed it again."""
        try:
            await self.update_modal(view)
        except SlackRefused as problem:
            log.info("the modal was not refreshed: %s", problem)

    async def replace_modal(self, view: View) -> None:
        """Answer a submission by showing `view` in the same modal.

        A large view does not fit into the frame that the answer is: then Slack shows a moment's notice, and gets the
        view by a call of its own. The notice has a button that shows the view if that call fails.
        """
        if frame_bytes(view) <= LARGEST_ACK:
            await self.ack(response_action="update", view=view)
            self.answered.set()
            return
        async with self.context.sending_ack(text_at(self.body, "trigger_id")) as sent:
            await self.ack(response_action="update", view=one_moment(self.texts, view))
            self.answered.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(sent.wait(), self.context.limits.seconds(ACK_SECONDS))
        try:
            await self.update_modal(view)
        except (SlackRefused, SlackUnavailable) as problem:
            log.warning("a form's next step was not shown, but can be asked for: %s", problem)

    async def push_modal(self, view: View) -> None:
        """Answer a submission by showing `view` on top: the form below keeps all that was typed.

        The view has to fit into the answer (`LARGEST_ACK`).
        """
        await self.ack(response_action="push", view=view)
        self.answered.set()

    async def replace_below(self, view: View) -> None:
        """Show `view` in place of the form below the submitted one, which may be closed."""
        previous = optional_text(self.body, "view", "previous_view_id")
        if previous and previous != text_at(self.body, "view", "id"):
            try:
                await self.context.gateway.update_view(previous, view)
            except (SlackRefused, SlackUnavailable) as problem:
                log.info("the form below was not refreshed: %s", problem)

    async def invalid(self, found: Invalid) -> None:
        """Answer a submission with the errors of its fields."""
        await self.ack(response_action="errors", errors=found.sentences(self.texts))
        self.answered.set()

    async def suggest(self, options: list[Element]) -> None:
        """Answer what is typed into a menu with its options."""
        await self.ack(options=options)
        self.answered.set()

    async def close(self) -> None:
        """Answer a submission by closing its modal, while the handler continues."""
        await self.ack()
        self.answered.set()

    async def replace_message(self, message: Message) -> None:
        """Show `message` in place of the clicked one; of a day's message only in place of the clicked part."""
        url = optional_text(self.body, "response_url")
        if not url:
            return
        shown, clicked = at(self.body, "message", "blocks"), optional_text(first_action(self.body), "block_id")
        if isinstance(shown, list):
            whole = Message(optional_text(self.body, "message", "text"), shown)
            message = in_place(whole, part_of(clicked), message)
        await self.context.gateway.respond(url, message, replace_original=True)

    async def replace_whole_message(self, blocks: list[dict[str, Any]]) -> None:
        """Show `blocks` in place of all those of the clicked message."""
        url = optional_text(self.body, "response_url")
        if url:
            whole = Message(optional_text(self.body, "message", "text"), blocks)
            await self.context.gateway.respond(url, whole, replace_original=True)

    async def reply_ephemeral(self, text: str, blocks: list[dict[str, Any]] | None = None) -> None:
        """Reply only to the person, at the place of the request."""
        url = optional_text(self.body, "response_url")
        if url:
            await self.context.gateway.respond(url, Message(text, blocks or []))
        elif self.kind is Kind.SUBMISSION:
            await self.replace_modal(notice(self.texts, text, blocks=blocks))
        elif self.kind is Kind.ACTION:
            await self.open(notice(self.texts, text, blocks=blocks))

    async def refuse(self, text: str, elements: list[Element]) -> None:
        """Reply only to the person, with buttons that lead on."""
        if optional_text(self.body, "response_url"):
            await self.reply_ephemeral(text, [section(text), actions(*elements)] if elements else None)
        elif self.kind is Kind.SUBMISSION:
            home = button(self.texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW)
            await self.replace_modal(notice(self.texts, text, elements or [home]))
        elif self.kind is Kind.ACTION:  # closing it leads to where the button is
            there = [one for one in elements if one["action_id"] != ActionId.HOME_SHOW]
            await self.open(notice(self.texts, text, there))


def frame_bytes(view: View) -> int:
    """The size of `view` as it is sent over a socket: as JSON in ASCII."""
    return len(json.dumps(view))


Handler = Callable[[Request], Awaitable[None]]


FindHandler = Callable[[dict[str, Any]], Handler | None]
"""Takes a body; None if there is nothing to do but to acknowledge it. Raises `Malformed`."""
Follow = Callable[[AppContext, dict[str, Any]], Awaitable[None]]


async def serve(context: AppContext, kind: Kind, find: FindHandler, body: dict[str, Any], ack: AsyncAck) -> None:
    """Let the handler that `find` names serve `body`. Returns as soon as Slack can be answered; the handler goes on."""
    began, answered = time.monotonic(), asyncio.Event()
    work = context.spawn(_serve(context, kind, find, body, ack, answered))
    if kind in ANSWERED:
        await _either(work, answered)
    elif kind is not Kind.EVENT:  # Bolt itself acknowledges events
        await ack()
    context.acked(kind.value, time.monotonic() - began)


async def follow(context: AppContext, handler: Follow, body: dict[str, Any]) -> None:
    """Let `handler` follow an event that no person of ours stands behind. What is wrong with one is logged."""
    try:
        with in_workspace(await context.team_of(body)):
            await handler(context, body)
    except AlreadyDone:
        log.info("ignored: the same event came before")
    except (Malformed, SlackRefused) as problem:
        log.warning("ignored an event that is not as Slack sends it: %s", problem)
    except SlackUnavailable as problem:
        log.warning("an event could not be followed up: %s", problem)
    except Exception:  # a bug in one listener must not stop the process
        log.exception("an event failed")


async def _serve(
    context: AppContext, kind: Kind, find: FindHandler, body: dict[str, Any], ack: AsyncAck, answered: asyncio.Event
) -> None:
    if kind in ANSWERED:
        context.forms.add(answered)
    try:
        if (handler := find(body)) is None:
            return
        with in_workspace(team_id := await context.team_of(body)):
            context.served(kind.value, team_id)
            request = await _ask(context, team_id, kind, body, ack, answered)
            await _guarded(request, handler)
            if kind is Kind.SUBMISSION and not answered.is_set():
                await request.close()
    except (Malformed, SlackRefused) as problem:
        log.warning("ignored a malformed %s: %s", kind.value, problem)
    except SlackUnavailable as problem:
        log.warning("could not identify the person of a request: %s", problem)
    except Exception:  # the database does not answer: the person's language is unknown
        log.exception("could not identify the person of a request")
    finally:
        if kind is Kind.SUGGESTION and not answered.is_set():
            await ack(options=[])
        context.forms.discard(answered)


async def _either(work: asyncio.Task[None], answered: asyncio.Event) -> None:
    """Wait until the form was answered, or the handler ended."""
    waiting = asyncio.create_task(answered.wait())
    try:
        await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


async def _guarded(request: Request, handler: Handler) -> None:
    try:
        if not request.me.active:
            # Slack lets no deactivated person in, but their last actions may arrive late.
            raise Rejected("deactivated")
        if request.me.is_stranger:
            raise Rejected("stranger")
        await handler(request)
    except Rejected as refusal:
        log.info("request rejected: %s", refusal.code)
        await _tell(request, refusal.code, **refusal.values)
    except AlreadyDone:
        log.info("ignored a repeated %s", request.kind.value)
    except Malformed as problem:
        log.warning("ignored a malformed %s: %s", request.kind.value, problem)
        await _tell(request, "outdated")
    except SlackUnavailable as problem:
        log.warning("Slack did not answer: %s", problem)
        await _tell(request, "not_shown" if await _was_saved(request) else "slack_unavailable")
    except SlackRefused as problem:
        # A modal was closed, or a click took longer than 3 s: the request may have taken effect anyway.
        log.log(logging.INFO if problem.error in TOO_LATE else logging.ERROR, "the answer was not shown: %s", problem)
        if need_of(problem.method, problem.error) is Need.SCOPE:
            code = "not_permitted_after" if await _was_saved(request) else "not_permitted"
            await _tell(request, code, scope=problem.needed or problem.method)
        else:
            await _tell(request, "not_shown")
    except Exception:  # a bug in one listener must not stop the process, and the person needs a reply
        reference = secrets.token_hex(3)
        log.exception("a %s failed, reference %s", request.kind.value, reference)
        await _tell(request, BROKEN[await _was_saved(request)], reference=reference)


async def _was_saved(request: Request) -> bool | None:
    """Whether the request is committed; None if the database does not answer."""
    try:
        return await request.context.store.is_done(request.caller.signed, request.caller.now)
    except Exception:  # the reply will say that something failed, whatever this error is
        log.exception("could not determine whether the request was saved")
        return None


async def _tell(request: Request, code: str, **values: Any) -> None:
    text = request.texts(f"errors.{code}", command=request.context.command, **values)
    try:
        elements = await ways_on(request.context, request.caller, request.texts, code)
    except Exception:  # the sentence alone is an answer, too
        log.exception("no way on found for %s", code)
        elements = []
    try:
        await request.refuse(text, elements)
    except (SlackRefused, SlackUnavailable, Malformed) as problem:
        log.warning("could not reply to the person (%s): %s", code, problem)


async def _ask(
    context: AppContext, team_id: str, kind: Kind, body: dict[str, Any], ack: AsyncAck, answered: asyncio.Event
) -> Request:
    slack_id, receipt = sender_of(kind, body)
    name = optional_text(body, "user_name") or optional_text(body, "user", "username")
    looks = kind is Kind.SUGGESTION or (kind is Kind.EVENT and at(body, "event", "type") == "app_home_opened")
    now, me = await context.identify(team_id, slack_id, name, keep=not looks)
    acted_lately = me.acted_at is not None and me.acted_at >= now - ACTED_AGAIN
    caller = Caller(team_id, slack_id, receipt, now, acted_lately=acted_lately)
    return Request(context, kind, body, caller, me, context.texts(me), ack, answered)
