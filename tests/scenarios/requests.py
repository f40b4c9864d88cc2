"""Payloads as Slack would send them, of buttons and forms that the page would not offer, and what came of them."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlmodel import SQLModel

from bot.sandbox import interactions
from bot.sandbox.api.views import checked_view, put_on_top
from bot.sandbox.forms import state_values
from bot.sandbox.modals import answer_submission
from bot.sandbox.model import Message, View
from tests.scenarios.office import Office, texts_in

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Knock:
    """One thing that somebody asks of the bot.

    `what` is a word, an action_id or a callback_id; `value` what the button carries; `note` the private_metadata of
    the modal that it stands in, or that is submitted; `state` what was filled in there, by block.
    """

    kind: str
    what: str
    value: str = ""
    note: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    channel: str = ""
    """Where a command is typed; in the DM with the bot if it is empty."""


@dataclass
class Answer:
    """What the person was shown, what Slack was asked to do, and whether the bot acknowledged."""

    acked: bool
    seen: list[Message | View]
    """What only they saw: ephemeral messages, and the modal in front of them."""
    calls: list[str]

    @property
    def shown(self) -> str:
        """Every text in it."""
        return "\n".join(map(texts_in, self.seen))


def _as_it_is(_payload: dict[str, Any]) -> None:
    """The payload of a single workspace."""


async def knock(office: Office, user: str, ask: Knock, reshape: Callable[[dict[str, Any]], None] = _as_it_is) -> Answer:
    """Send it as `user`, whoever that is, and wait until the bot has done all that it does about it.

    `reshape` changes the payload into one of another workspace, such as one of a Grid.
    """
    slack = office.slack
    stack = slack.workspace.stack(user)
    stack.clear()
    here = slack.channel(ask.channel) if ask.channel else slack.workspace.open_dm(user)
    whispered = set(map(id, here.ephemerals))
    calls: list[str] = []
    forget = slack.on_call(lambda call: calls.append(call["method"]))
    try:
        failure = None
        if ask.kind == "command":
            payload = interactions.command(slack, user, here, "/mentoring", ask.what)
            reshape(payload)
            reply = await slack.send_raw("slash_commands", payload)
        elif ask.kind == "action":
            payload = _click(office, user, ask)
            reshape(payload)
            reply = await slack.send_raw("interactive", payload)
        else:
            view = _open(office, user, ask.what, ask.note, ask.state)
            payload = interactions.submission(slack, view, [])
            payload["view"]["state"] = _filled(ask)
            reshape(payload)
            reply = await slack.send_raw("interactive", payload)
            errors, failure = await answer_submission(slack, view, reply.payload)
            assert failure is None, failure
            calls += [f"error at {block}: {sentence}" for block, sentence in errors.items()]
        await office.calm()
    finally:
        forget()
    seen: list[Message | View] = [
        one for one in here.ephemerals if id(one) not in whispered and one.ephemeral_to == user
    ]
    if stack and stack[-1].callback_id != "asked":
        seen.append(stack[-1])
    return Answer(reply.acked, seen, calls)


async def submit_view(office: Office, user: str, view: View, ask: Knock) -> Answer:
    """Submit a modal that the bot opened, filled with what it shows and, where it has these blocks, with `ask.state`.

    Errors are put at the modal's own blocks, as Slack does: `failure` if it has no such block.
    """
    slack = office.slack
    calls: list[str] = []
    forget = slack.on_call(lambda call: calls.append(call["method"]))
    blocks = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    try:
        payload = interactions.submission(slack, view, [])
        filled = state_values(view.blocks, view.values)
        filled |= {block: {"x": element} for block, element in ask.state.items() if block in blocks}
        payload["view"]["state"] = {"values": filled}
        reply = await slack.send_raw("interactive", payload)
        errors, failure = await answer_submission(slack, view, reply.payload)
        assert failure is None, failure
        calls += [f"error at {block}: {sentence}" for block, sentence in errors.items()]
        await office.calm()
    finally:
        forget()
    stack = slack.workspace.stack(user)
    return Answer(reply.acked, [stack[-1]] if stack else [], calls)


def _click(office: Office, user: str, ask: Knock) -> dict[str, Any]:
    slack = office.slack
    entry = {"type": "button", "action_id": ask.what, "block_id": "b", "action_ts": "1.000000"}
    if ask.value:
        entry["value"] = ask.value
    # Every button is pressed in a modal: the one place from which each kind of answer can be shown.
    payload = interactions.view_action(slack, _open(office, user, "asked", ask.note), entry)
    payload["view"]["state"] = _filled(ask)
    return payload


def _filled(ask: Knock) -> dict[str, Any]:
    return {"values": {block: {"x": element} for block, element in ask.state.items()}}


def _open(office: Office, user: str, callback_id: str, note: str, fields: Iterable[str] = ()) -> View:
    """A modal in front of the person that says it is the bot's, with a block to show an error at for each field."""
    label = {"type": "plain_text", "text": "Asked"}
    view = {
        "type": "modal",
        "callback_id": callback_id,
        "title": label,
        "submit": label,
        "blocks": [{"type": "section", "text": label}, *map(_input, fields)],
        **({"private_metadata": note} if note else {}),
    }
    return put_on_top(office.slack, user, checked_view(office.slack, view, ("modal",)))


def _input(block_id: str) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Asked"}
    element = {"type": "plain_text_input", "action_id": "x"}
    return {"type": "input", "block_id": block_id, "optional": True, "label": label, "element": element}


def rows(database: sqlite3.Connection) -> Rows:
    """Everything the database holds, by table.

    On a connection that stays open: a new one reads the whole schema first, which takes ten times as long. Rows are in
    the order of their ids. A table that is as it was when last read is the same list.
    """
    return {name: _rows_of(database, name) for name in _tables()}


def version_of(database: sqlite3.Connection) -> int:
    """Another number whenever another connection has changed something, which takes much less than to read it all."""
    return int(database.execute("PRAGMA data_version").fetchone()[0])


def _rows_of(database: sqlite3.Connection, name: str) -> list[dict[str, Any]]:
    cursor = database.execute(f"SELECT * FROM {name}")
    values = cursor.fetchall()
    known = _last_read.get(name)
    if known and known[0] == values:
        return known[1]
    columns = [column[0] for column in cursor.description]
    found = [dict(zip(columns, row, strict=True)) for row in values]
    _last_read[name] = values, found
    return found


_last_read: dict[str, tuple[list[Any], list[dict[str, Any]]]] = {}


@cache
def _tables() -> tuple[str, ...]:
    return tuple(table.name for table in SQLModel.metadata.sorted_tables)


def changed(before: Rows, after: Rows, *, met: Iterable[str] = ()) -> Rows:
    """What is new or different, by table; that somebody of `met` is known now does not count."""
    found = {}
    for name, now in after.items():
        if now == before[name]:
            continue
        new = [row for row in now if row not in before[name] and not (name == "person" and row["slack_id"] in met)]
        if new or len(before[name]) > len(now):
            found[name] = new
    return found
