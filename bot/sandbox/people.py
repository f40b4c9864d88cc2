"""A person in the workspace: what they see, and everything they can do."""

from collections.abc import Iterator, Reversible
from dataclasses import dataclass, field
from heapq import merge
from itertools import chain, takewhile
from typing import Any

from . import interactions, suggestions, uploads
from .api.chat import restriction
from .api.views import view_json
from .company import Company
from .delivery import Reply
from .forms import EXTERNAL, STATEFUL, FormError, Place, fill, find, places, state_values
from .modals import answer_submission, missing_fields
from .model import Channel, Json, Message, SlackError, User, View

NOT_A_COMMAND = "{0} is not a valid command. Slack reads messages that start with “/” as commands."
COMMAND_FAILED = "{0} failed with the error “{1}”"
CLICK_FAILED = "This app is not responding. Try again, or ask whoever looks after it."
OPTIONS_FAILED = "The options could not be loaded."
MODAL_FAILED = "We had some trouble connecting. Try again?"
ARCHIVED = "You cannot write here: the channel is archived."
RESTRICTED = "You cannot write here: only a few people may post in this channel."
DM_CLOSED = "Sending messages to this app has been turned off."
GENERIC = {"timeout": "operation_timeout"}

Target = Message | View | tuple[str, str]


@dataclass
class Outcome:
    """What came of an action, as the person sees it."""

    ok: bool
    ack_seconds: float = 0.0
    text: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    reply: Reply | None = None
    options: list[Json] = field(default_factory=list)
    """What the app suggested in an external select, in groups or not."""


class Person:
    """Acts as one user. Each action returns once the app acked or did not in time."""

    def __init__(self, slack: Company, user_id: str) -> None:
        if user_id not in slack.workspace.users:
            raise KeyError(f"no user {user_id!r}")
        self.slack = slack
        self.id = user_id

    # What they see

    @property
    def user(self) -> User:
        return self.slack.workspace.users[self.id]

    @property
    def modals(self) -> list[View]:
        """Open modals, the top one last."""
        return list(self.slack.workspace.stack(self.id))

    @property
    def modal(self) -> View | None:
        """The modal in front."""
        stack = self.slack.workspace.stack(self.id)
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        return self.slack.workspace.homes.get(self.id)

    @property
    def dm(self) -> Channel | None:
        """The DM with the bot, if there is one yet."""
        return self.slack.workspace.dm(self.id)

    @property
    def channels(self) -> list[Channel]:
        """Conversations this person belongs to."""
        return self.slack.workspace.channels_of(self.id)

    def visible(self, channel: Channel | str) -> list[Message]:
        """Messages and replies this person sees there, ephemerals meant for them included, oldest first."""
        found = self.slack.channel(channel)
        if not self.slack.workspace.person_sees(found, self.id):
            raise PermissionError(f"{self.id} is not in {found.id}")
        own = [m for m in found.ephemerals if m.ephemeral_to == self.id]
        # Both are in order already: a channel's ts only grow.
        return list(merge(found.messages.values(), own, key=lambda m: _order(m.ts)))

    @property
    def unread(self) -> dict[str, int]:
        """How many messages of others came since this person last read, by channel."""
        counts = {}
        for channel in self.channels:
            last = _order(channel.read.get(self.id, "0"))
            own = [m for m in channel.ephemerals if m.ephemeral_to == self.id]
            new = sum(m.user != self.id for m in chain(_after(last, channel.messages.values()), _after(last, own)))
            if new:
                counts[channel.id] = new
        return counts

    def read(self, channel: Channel | str) -> None:
        """Mark everything there as read."""
        found = self.slack.channel(channel)
        found.read[self.id] = f"{found.last_micros // 1_000_000}.{found.last_micros % 1_000_000:06d}"

    # Commands and messages

    async def command(self, line: str, channel: Channel | str | None = None) -> Outcome:
        """Type a slash command, by default in the DM with the bot."""
        self._must_be_active()
        name, _, text = line.strip().partition(" ")
        found = self._here(channel)
        known = name in self.slack.manifest.commands and "commands" in self.slack.manifest.scopes
        if not known or not self.slack.workspace.installed:
            return Outcome(False, text=NOT_A_COMMAND.format(name))
        if found.archived:
            return Outcome(False, text=ARCHIVED)
        if self._closed(found):
            return Outcome(False, text=DM_CLOSED)
        payload = interactions.command(self.slack, self.id, found, name, text.strip())
        reply = await self.slack.deliveries.ask("slash_commands", payload)
        if not reply.acked:
            error = GENERIC.get(reply.reason, "dispatch_failed")
            return Outcome(False, reply.seconds, COMMAND_FAILED.format(name, error), reply=reply)
        return self._command_answer(found, name, reply)

    def _command_answer(self, channel: Channel, name: str, reply: Reply) -> Outcome:
        """Show what the app put into its ack."""
        body = {"text": reply.payload} if isinstance(reply.payload, str) else reply.payload
        if not isinstance(body, dict) or not (body.get("text") or body.get("blocks")):
            return Outcome(True, reply.seconds, reply=reply)
        try:
            with self.slack.recorded("ack", body):
                content = self.slack.composer.compose(body, too_long="msg_too_long")
        except SlackError as error:
            return Outcome(False, reply.seconds, f"{name}: invalid_command_response ({error})", reply=reply)
        public = body.get("response_type") == "in_channel"
        self.slack.reply(self.id, channel, content.text, content.blocks, public=public)
        return Outcome(True, reply.seconds, content.text, reply=reply)

    async def say(self, channel: Channel | str, text: str, thread_ts: str | None = None) -> Outcome:
        """Write a message."""
        self._must_be_active()
        found = self.slack.channel(channel)
        if self.id not in found.members:
            raise PermissionError(f"{self.id} is not in {found.id}")
        if found.archived:
            return Outcome(False, text=ARCHIVED)
        if self._closed(found):
            return Outcome(False, text=DM_CLOSED)
        if restriction(found, in_thread=thread_ts is not None) and not self.user.is_admin:
            return Outcome(False, text=RESTRICTED)
        if thread_ts is not None and thread_ts not in found.messages:
            raise FormError(f"no message {thread_ts} to reply to in {found.id}")
        space = self.slack.workspace
        message = Message(found.next_ts(space.now()), found.id, self.id, text=text, thread_ts=thread_ts)
        self.slack.post(message)
        self.read(found)
        if space.bot_user not in found.members:
            return Outcome(True)
        if found.kind != "im" and f"<@{space.bot_user}>" in text:
            mention = self.slack.events.message(message)[1] | {"type": "app_mention"}
            await self.slack.events.emit("app_mention", mention, needs={"app_mentions:read"})
        subscription, inner, needs = self.slack.events.message(message)
        reply = await self.slack.events.emit(subscription, inner, needs=needs)
        return Outcome(True, reply.seconds if reply else 0.0, reply=reply)

    async def join(self, channel: Channel | str) -> Outcome:
        """Join a public channel."""
        found = self.slack.channel(channel)
        if found.kind != "public" or found.archived:
            raise PermissionError(f"{found.id} cannot be joined")
        self.slack.add_member(found, self.id)
        return Outcome(True)

    async def leave(self, channel: Channel | str) -> Outcome:
        self.slack.remove_member(channel, self.id)
        return Outcome(True)

    async def shortcut(self, callback_id: str) -> Outcome:
        """Use a global shortcut."""
        if callback_id not in [s.get("callback_id") for s in self.slack.manifest.shortcuts]:
            return Outcome(False, text=f"There is no shortcut {callback_id}.")
        payload = interactions.shortcut(self.slack, self.id, callback_id)
        return self._clicked(await self.slack.deliveries.ask("interactive", payload))

    # Home and messages of the app

    async def open_home(self) -> Outcome:
        """Open the app's Home tab; the app hears app_home_opened and publishes."""
        return await self._open_tab("home")

    async def open_messages(self) -> Outcome:
        """Open the app's Messages tab."""
        return await self._open_tab("messages")

    async def _open_tab(self, tab: str) -> Outcome:
        self._must_be_active()
        if tab == "home" and not self.slack.manifest.home_tab:
            return Outcome(False, text="This app has no Home tab.")
        dm = self.slack.workspace.open_dm(self.id)
        inner: Json = {"type": "app_home_opened", "user": self.id, "channel": dm.id, "tab": tab}
        if tab == "home" and self.home:
            inner["view"] = view_json(self.slack, self.home)
        reply = await self.slack.events.emit("app_home_opened", inner)
        return Outcome(True, reply.seconds if reply else 0.0, reply=reply)

    async def click(
        self, on: Target | None, action_id: str, block_id: str | None = None, *, value: Any = None
    ) -> Outcome:
        """Use an element of a message, of the modal in front (`on=None`) or of the Home tab."""
        self._must_be_active()
        target = self._target(on)
        place = find(target.blocks, action_id, block_id)
        if not self.slack.manifest.interactivity:
            return Outcome(False, text="This app is not configured to handle interactive responses.")
        chosen = self._choose(target, place, value)
        entry = interactions.action(self.slack, place, chosen)
        if isinstance(target, Message):
            channel = self.slack.channel(target.channel)
            payload = interactions.message_action(self.slack, self.id, channel, target, entry)
        else:
            payload = interactions.view_action(self.slack, target, entry)
        return self._clicked(await self.slack.deliveries.ask("interactive", payload))

    async def suggest(
        self, on: Target | None, action_id: str, block_id: str | None = None, *, typed: str = ""
    ) -> Outcome:
        """Type into an external select. What the app suggests can be chosen from then on."""
        self._must_be_active()
        target = self._target(on)
        place = find(target.blocks, action_id, block_id)
        if not self.slack.manifest.interactivity:
            return Outcome(False, text=OPTIONS_FAILED)
        reply, options = await suggestions.ask(self.slack, self.id, target, place, typed)
        if options is None:
            return Outcome(False, reply.seconds, OPTIONS_FAILED, reply=reply)
        return Outcome(True, reply.seconds, reply=reply, options=options)

    def _choose(self, target: Message | View, place: Place, value: Any) -> dict[str, Any]:
        """What a click chooses; selects and the like remember it."""
        kind = place.element["type"]
        if kind == "overflow":
            return {"selected_option": fill({**place.element, "type": "static_select"}, value)["selected_option"]}
        if kind not in STATEFUL:
            if value is not None and value != place.element.get("value"):
                raise FormError(f"this button has the value {place.element.get('value')!r}")
            return {}
        if kind == "file_input":
            value = uploads.given(self.slack.workspace, self.id, place.element, value)
        chosen = fill(suggestions.with_offered(target, place) if kind in EXTERNAL else place.element, value)
        target.values.setdefault(place.block["block_id"], {})[place.element["action_id"]] = chosen
        return chosen

    def _clicked(self, reply: Reply) -> Outcome:
        return Outcome(reply.acked, reply.seconds, None if reply.acked else CLICK_FAILED, reply=reply)

    # Modals

    async def fill(self, view: View | Json | None = None, values: Json | None = None) -> Outcome:
        """Put values into the modal in front (or `view`), by "block_id" or "block_id.action_id".

        An input with dispatch_action tells the app of it at once. Wrong values are refused at their field.
        """
        if isinstance(view, dict):
            view, values = None, view
        target = view or self.modal
        if target is None:
            raise FormError("no modal is open")
        outcome = Outcome(True)
        for key, value in (values or {}).items():
            place = _place(target, key)
            try:
                if place.block.get("dispatch_action"):
                    outcome = await self.click(target, place.element["action_id"], place.block["block_id"], value=value)
                else:
                    self._choose(target, place, value)
            except FormError as error:
                outcome.ok = False
                outcome.errors[place.block["block_id"]] = str(error)
        self.slack.changed("view", user=self.id)
        return outcome

    def told_at_once(self, values: Json | None) -> Json:
        """Those of `values` for the modal in front that the app hears of as they are chosen (dispatch_action).

        Who waits for the app's answer to each, as a person does, fills them in before `submit`.
        """
        shown = places(self.modal.blocks) if self.modal else ()
        told = {place.block["block_id"] for place in shown if place.block.get("dispatch_action")}
        return {key: value for key, value in (values or {}).items() if key.split(".")[0] in told}

    async def submit(self, values: dict[str, Any] | None = None) -> Outcome:
        """Press the modal's submit button, after filling `values`."""
        self._must_be_active()
        view = self.modal
        if view is None:
            raise FormError("no modal is open")
        filled = await self.fill(view, values)
        errors = {**missing_fields(view), **filled.errors}
        if errors:
            return Outcome(False, errors=errors)
        if view.submit is None:
            raise FormError("this modal has no submit button")
        state = state_values(view.blocks, view.values)
        urls = interactions.response_urls(self.slack, view, state)
        self.slack.deliveries.submitted.add(view.id)
        try:
            reply = await self.slack.deliveries.ask("interactive", interactions.submission(self.slack, view, urls))
            if not reply.acked:
                return Outcome(False, reply.seconds, MODAL_FAILED, reply=reply)
            errors, failure = await answer_submission(self.slack, view, reply.payload)
        finally:
            self.slack.deliveries.submitted.discard(view.id)
        text = MODAL_FAILED if failure else None
        return Outcome(not errors and not failure, reply.seconds, text, errors, reply)

    async def close(self, all: bool = False) -> Outcome:
        """Close the modal in front, or the whole stack."""
        stack = self.slack.workspace.stack(self.id)
        if not stack:
            raise FormError("no modal is open")
        everything = all or stack[-1].clear_on_close
        gone = list(reversed(stack)) if everything else [stack[-1]]
        outcome = Outcome(True)
        for view in gone:
            stack.remove(view)
            if view.notify_on_close:
                payload = interactions.closed(self.slack, view, is_cleared=everything)
                reply = await self.slack.deliveries.ask("interactive", payload)
                outcome = Outcome(reply.acked, reply.seconds, reply=reply)
        self.slack.changed("view", user=self.id)
        return outcome

    # Finding

    def _target(self, on: Target | None) -> Message | View:
        if on is None:
            if self.modal is None:
                raise FormError("no modal is open")
            return self.modal
        if isinstance(on, View):
            if on is not self.home and on not in self.modals:
                raise FormError("that view is not open for this person")
            return on
        channel, ts = (on.channel, on.ts) if isinstance(on, Message) else on
        place = self.slack.channel(channel)
        if not self.slack.workspace.person_sees(place, self.id):
            raise PermissionError(f"{self.id} is not in {place.id}")
        if ts in place.messages:
            return place.messages[ts]
        for message in place.ephemerals:
            if message.ts == ts and message.ephemeral_to == self.id:
                return message
        raise FormError(f"{self.id} sees no message {ts} in {channel}")

    def _here(self, channel: Channel | str | None) -> Channel:
        found = self.slack.workspace.open_dm(self.id) if channel is None else self.slack.channel(channel)
        if self.id not in found.members:
            raise PermissionError(f"{self.id} is not in {found.id}")
        return found

    def _closed(self, channel: Channel) -> bool:
        """Whether the app's Messages tab takes no writing."""
        manifest = self.slack.manifest
        return channel.kind == "im" and (not manifest.messages_tab or manifest.messages_read_only)

    def _must_be_active(self) -> None:
        if self.user.deleted:
            raise PermissionError(f"{self.id} is deactivated")


def _place(view: View, key: str) -> Place:
    """The element meant by "block_id" or "block_id.action_id"."""
    for block in view.blocks:
        block_id = block["block_id"]
        if key == block_id and isinstance(block.get("element"), dict):
            return Place(block, block["element"])
        if key.startswith(f"{block_id}."):
            try:
                return find([block], key.removeprefix(f"{block_id}."))
            except FormError:
                continue
    raise FormError(f"no field {key!r}; there are {[b['block_id'] for b in view.blocks]}")


def _after(last: tuple[int, str], messages: Reversible[Message]) -> Iterator[Message]:
    """The messages after `last`, newest first, of some that are in order."""
    return takewhile(lambda message: _order(message.ts) > last, reversed(messages))


def _order(ts: str) -> tuple[int, str]:
    seconds, _, fraction = ts.partition(".")
    return int(seconds), fraction
