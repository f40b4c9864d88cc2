"""Bolt listeners: acknowledge, parse, call one service, render."""

import re

from slack_bolt.async_app import AsyncApp

from handlers import commands, home, introductions, joining, matching, setup
from handlers.desk import Desk
from handlers.entry import Ask, Handler, on_action, on_event, on_submission
from handlers.letters import Writer
from handlers.letters import joining as joining_letters
from handlers.letters import matching as matching_letters

WORDS: dict[str, Handler] = {
    "setup": setup.open_form,
    "join": joining.open_form,
    "match": matching.draw,
    "help": commands.show_help,
}
"""`/mentoring WORD`"""

LETTERS: dict[str, Writer] = {**joining_letters.LETTERS, **matching_letters.LETTERS}
"""Every kind of message that the outbox knows."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Every listener of the bot."""
    commands.register(app, desk, WORDS)
    for part in (setup, joining, matching, introductions, home):
        part.register(app, desk)
    _register_the_rest(app, desk)


def _register_the_rest(app: AsyncApp, desk: Desk) -> None:
    """Last: what nobody listens to (links, menus of a form, old messages) is acknowledged, or Slack repeats it."""
    anything = re.compile(".*", re.DOTALL)
    on_action(app, desk, anything, _nothing)
    on_event(app, desk, anything, _nothing)
    on_submission(app, desk, anything, _nothing)


async def _nothing(_ask: Ask) -> None:
    """Acknowledged, and that is all."""
