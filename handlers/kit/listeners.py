"""Which handler serves a request of Slack's: tables that every feature registers into, and one Bolt listener a type.

`handlers/<feature>/listeners.py` has `register(on)`, which says `on.command("join", open_form)`,
`on.action(OPEN, open_form)`, `on.submission(FORM, given)`. An id that is registered twice raises at the start. Bolt
itself would try one listener after the other, and build the arguments of each of them.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.services.caller import Rejected
from handlers.kit.context import AppContext
from handlers.kit.ids import ActionFamily, ActionId, AnswerId, CallbackId
from handlers.kit.payload import at, first_action, optional_text, text_at
from handlers.kit.request import FindHandler, Follow, Handler, Request, follow, serve
from handlers.kit.request_kind import Kind
from prompts.catalogue import Catalogue

log = logging.getLogger(__name__)

WORDS = "commands.words"
"""The texts that say how a subcommand may be typed in a language."""
ANYTHING = re.compile("")
ID_SHOWN = 80
"""Characters of an unknown id in the log."""
Body = dict[str, Any]
Condition = Callable[[Body], bool]
WordHandler = Callable[[Request, str], Awaitable[None]]


class RegisteredTwice(Exception):
    """Two handlers for one id: nobody could say which of them serves it."""


class Listeners:
    """The handlers of the bot, by what a request names."""

    def __init__(self) -> None:
        self.commands: dict[str, Handler] = {}
        """By subcommand: the first word after `/mentoring`."""
        self.actions: dict[str, Handler] = {}
        """By action id."""
        self.families: dict[str, Handler] = {}
        """By `ActionFamily`: what an action id begins with, where the rest of it carries data."""
        self.links: set[str] = set()
        """Action ids of buttons that open an address. Slack tells of their clicks, too."""
        self.menus: dict[str, Handler] = {}
        """By action id: menus whose options are found while a person types."""
        self.submissions: dict[str, Handler] = {}
        """By a modal's callback id."""
        self.events: dict[str, Handler] = {}
        """By type: events that a person of ours stands behind, who is looked up."""
        self.followed: dict[str, Follow] = {}
        """By type: events of which most are about a person we never met. Nobody is looked up for these."""
        self._again: dict[str, Handler] = {}
        self.action(ActionId.FORM_AGAIN, self.show_again)
        self._conditions: dict[str, Condition] = {}
        self._other_commands: WordHandler | None = None

    def command(self, word: str, handler: Handler) -> None:
        """`/mentoring WORD`. In each language the texts may say further words for it: `commands.words.<word>`."""
        _add(self.commands, word, handler)

    def other_commands(self, handler: WordHandler) -> None:
        """`/mentoring` with no word, or with one that nobody knows: `handler` gets it."""
        self._other_commands = handler

    def action(self, action_id: ActionId | AnswerId | ActionFamily, handler: Handler) -> None:
        """A button, all buttons of a family, or another element. It is acknowledged before the handler runs."""
        _add(self.families if isinstance(action_id, ActionFamily) else self.actions, action_id, handler)

    def link(self, action_id: ActionId) -> None:
        """A button that opens an address: there is nothing to do."""
        self.links.add(action_id)

    def options(self, action_id: ActionId, handler: Handler) -> None:
        """A menu whose options are ours to find. The handler answers by `suggest`; otherwise there are none."""
        _add(self.menus, action_id, handler)

    def submission(self, callback_id: CallbackId, handler: Handler) -> None:
        """A modal that was submitted. The handler answers it by `invalid` or `replace_modal`; otherwise it closes."""
        _add(self.submissions, callback_id, handler)

    def again(self, callback_id: CallbackId, handler: Handler) -> None:
        """Shows a form's large step again, from the state that its modal carries, if Slack did not get it."""
        _add(self._again, callback_id, handler)

    async def show_again(self, request: Request) -> None:
        """The button of `handlers.kit.blocks.one_moment`."""
        await self._again.get(request.value, outdated)(request)

    def event(self, name: str, handler: Handler, when: Condition | None = None) -> None:
        """An event; only if `when` says so of its body."""
        _add(self.events, name, handler)
        if when:
            self._conditions[name] = when

    def follow(self, name: str, handler: Follow) -> None:
        """An event that says something about a person or a channel."""
        _add(self.followed, name, handler)

    def command_finder(self, catalogue: Catalogue) -> FindHandler:
        """Finds the handler of a command: its word may be typed in any language."""
        words = {**_words_of_languages(self.commands, catalogue), **self.commands}

        def find(body: Body) -> Handler | None:
            word, _, _ = optional_text(body, "text").strip().partition(" ")
            if handler := words.get(word.lower()):
                return handler
            other = self._other_commands
            return (lambda request: other(request, word)) if other else None

        return find

    def handler_of_action(self, body: Body) -> Handler | None:
        """Who serves an element; None if it is only acknowledged. Raises `Malformed`."""
        element = first_action(body)
        action_id = text_at(element, "action_id")
        if handler := self.actions.get(action_id):
            return handler
        if handler := self.families.get(".".join(action_id.split(".", 2)[:2])):
            return handler
        if action_id in self.links:
            return None
        log.warning("nothing listens to the action %r", action_id[:ID_SHOWN])
        # A menu of a form says that something was chosen: nobody waits for an answer.
        return outdated if at(element, "type") == "button" else None

    def handler_of_options(self, body: Body) -> Handler | None:
        """Who finds the options of a menu; None if nobody. Raises `Malformed`."""
        action_id = text_at(body, "action_id")
        handler = self.menus.get(action_id)
        if handler is None:
            log.warning("nothing has options for the menu %r", action_id[:ID_SHOWN])
        return handler

    def handler_of_submission(self, body: Body) -> Handler | None:
        """Who serves a modal. Raises `Malformed`."""
        callback_id = text_at(body, "view", "callback_id")
        if handler := self.submissions.get(callback_id):
            return handler
        log.warning("nothing listens to the form %r", callback_id[:ID_SHOWN])
        return outdated

    def handler_of_event(self, body: Body) -> Handler | None:
        """Who serves an event that a person stands behind. Raises `Malformed`."""
        name = text_at(body, "event", "type")
        handler = self.events.get(name)
        if handler is None:
            log.warning("nothing listens to the event %r", name[:ID_SHOWN])
            return None
        wanted = self._conditions.get(name)
        return handler if wanted is None or wanted(body) else None


async def outdated(_request: Request) -> None:
    """What a person hears who uses what an older version offered."""
    raise Rejected("outdated")


def attach(app: AsyncApp, context: AppContext, on: Listeners) -> None:
    """Listen to each type of payload once, and to what is never used as well, or Slack would send it again."""
    find_command = on.command_finder(context.catalogue)

    async def action(ack: AsyncAck, body: Body) -> None:
        await serve(context, Kind.ACTION, on.handler_of_action, body, ack)

    async def event(ack: AsyncAck, body: Body) -> None:
        if handler := on.followed.get(optional_text(body, "event", "type")):
            context.spawn(follow(context, handler, body))
        else:
            await serve(context, Kind.EVENT, on.handler_of_event, body, ack)

    async def command(ack: AsyncAck, body: Body) -> None:
        await serve(context, Kind.COMMAND, find_command, body, ack)

    async def submission(ack: AsyncAck, body: Body) -> None:
        await serve(context, Kind.SUBMISSION, on.handler_of_submission, body, ack)

    async def unused(ack: AsyncAck, body: Body) -> None:
        log.warning("nothing listens to a %r", optional_text(body, "type")[:ID_SHOWN])
        await ack()

    async def suggestion(ack: AsyncAck, body: Body) -> None:
        await serve(context, Kind.SUGGESTION, on.handler_of_options, body, ack)

    app.action(ANYTHING)(action)
    app.event(ANYTHING)(event)
    app.command(context.command)(command)
    app.view_submission(ANYTHING)(submission)
    app.view_closed(ANYTHING)(unused)
    app.shortcut(ANYTHING)(unused)
    app.options(ANYTHING)(suggestion)


def _add(table: dict[str, Any], name: str, handler: Any) -> None:
    if name in table:
        raise RegisteredTwice(name)
    table[name] = handler


def _words_of_languages(commands: dict[str, Handler], catalogue: Catalogue) -> dict[str, Handler]:
    """Every word of every language. A company's own texts may lack one, or use one twice: the first one counts."""
    words: dict[str, Handler] = {}
    for word, handler in commands.items():
        for typed in words_for(word, catalogue, catalogue.languages):
            if words.setdefault(typed, handler) is not handler:
                log.warning("%r stands for two commands in the texts: it is not %s", typed, word)
    return words


def words_for(command: str, catalogue: Catalogue, languages: Iterable[str]) -> list[str]:
    """How a subcommand may be typed in `languages`, besides its own name."""
    key = f"{WORDS}.{command}"
    readers = [catalogue.texts(language) for language in languages]
    return [word.lower() for texts in readers if texts.has(key) for word in texts.plain_list(key)]
