"""Records what all people saw and did in a rehearsal, in order."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from bot.sandbox import Channel, Slack, View

EntryKind = Literal["message", "changed", "whisper", "modal", "home", "action", "refused"]
Json = dict[str, Any]

CALL = ("at", "method", "args", "ok", "error")
"""The recorded arguments of a call."""
POSTS: dict[str, EntryKind] = {
    "chat.postMessage": "message",
    "chat.update": "changed",
    "chat.postEphemeral": "whisper",
    "response_url": "whisper",
    "views.publish": "home",
}
"""Calls with an effect that a person sees."""


@dataclass(frozen=True)
class Activity:
    """One thing seen by the people `who` (Slack ids), or done by one of them."""

    at: datetime
    kind: EntryKind
    who: tuple[str, ...]
    channel: str = ""
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    title: str = ""
    ts: str = ""
    """Which message of its channel it is."""


class ActivityLog:
    """Listens to a local Slack, and is told what people do."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self.entries: list[Activity] = []
        self.actions = 0
        """How often a person did something."""
        self.calls: list[Json] = []
        self.acting = ""
        """The Slack id of the person who is acting now: ephemeral messages in between are for them."""
        self._homes: dict[str, Any] = {}
        slack.on_call(self._called)

    def acted(self, who: str, what: str) -> None:
        """Record an action of a person."""
        self.actions += 1
        self._add("action", (who,), text=what)

    def saw_modal(self, who: str, view: View) -> None:
        """A form opened, or changed, for a person."""
        self._add("modal", (who,), blocks=view.blocks, title=view.title["text"] if view.title else "")

    @property
    def refused(self) -> list[Json]:
        """The calls that the local Slack refused."""
        return [call for call in self.calls if not call["ok"]]

    @property
    def messages(self) -> int:
        """How many messages people got."""
        return sum(call["ok"] and call["method"] == "chat.postMessage" for call in self.calls)

    def write_calls(self, path: Path) -> None:
        """Every call, one JSON object a line. Acks come first in each moment: when one ends depends on the machine."""
        ordered = sorted(self.calls, key=lambda call: (call["at"], call["method"] != "ack"))
        told = ({name: call[name] for name in CALL} for call in ordered)
        path.write_text("".join(f"{json.dumps(call, ensure_ascii=False)}\n" for call in told), "utf-8")

    def _called(self, call: Json) -> None:
        self.calls.append(call)
        arguments = call["args"]
        if not call["ok"]:
            self._add("refused", (), text=f"{call['method']}: {call['error']}")
        elif kind := POSTS.get(call["method"]):
            if kind == "whisper" and arguments.get("replace_original"):
                kind = "changed"
            view = arguments.get("view") or {}
            blocks = view.get("blocks") if kind == "home" else arguments.get("blocks")
            channel = str(arguments.get("channel") or "")
            ts = str((call.get("message") or {}).get("ts") or "")
            if kind == "home" and not self._is_new_home(arguments["user_id"], blocks):
                return
            text = str(arguments.get("text") or "")
            self._add(kind, self._readers(kind, arguments), channel, text, blocks or [], ts=ts)

    def _is_new_home(self, who: str, blocks: Any) -> bool:
        """Home is published after most clicks; only its changes are recorded."""
        known, self._homes[who] = self._homes.get(who), blocks
        return bool(known != blocks)

    def _readers(self, kind: EntryKind, arguments: Json) -> tuple[str, ...]:
        if kind == "home":
            return (str(arguments["user_id"]),)
        if kind == "whisper" or "channel" not in arguments:
            return (str(arguments.get("user") or self.acting),)
        return tuple(self._people_in(self.slack.channel(arguments["channel"])))

    def _people_in(self, channel: Channel) -> Iterable[str]:
        bot = self.slack.workspace.bot_user
        return (one for one in channel.members if one != bot)

    def _add(
        self,
        kind: EntryKind,
        who: tuple[str, ...],
        channel: str = "",
        text: str = "",
        blocks: list[Json] | None = None,
        title: str = "",
        ts: str = "",
    ) -> None:
        self.entries.append(Activity(self.slack.clock.now(), kind, who, channel, text, blocks or [], title, ts))
