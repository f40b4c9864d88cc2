"""What a method's handler is given, and the questions every handler asks."""

import json
from dataclasses import dataclass
from typing import Any

from ..args import structure
from ..company import Company
from ..model import Channel, Json, SlackError
from ..workspace import Workspace

KIND_WORD = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


@dataclass
class Call:
    """One accepted call: who serves it and with which arguments."""

    slack: Company
    method: str
    args: Json
    token: str = ""

    @property
    def space(self) -> Workspace:
        return self.slack.workspace

    def need(self, *scopes: str) -> None:
        """Refuse unless the app has one of `scopes`."""
        self.slack.need_scope(*scopes)

    def need_for(self, channel: Channel, suffix: str, *others: str) -> None:
        """Refuse unless the app has, say, groups:read for a private channel."""
        self.need(f"{KIND_WORD[channel.kind]}:{suffix}", *others)

    def channel(self, key: str = "channel") -> Channel:
        """The channel named by an argument, if the bot can know of it."""
        channel = self.space.channels.get(str(self.args.get(key, "")))
        if channel is None or not self.space.bot_sees(channel):
            raise SlackError("channel_not_found")
        return channel

    def structure(self, key: str, error: str) -> Any:
        """An argument that is JSON; what is not JSON is refused with `error`."""
        try:
            return structure(self.args, key)
        except json.JSONDecodeError:
            raise SlackError(error, f"invalid JSON [json-pointer:/{key}]") from None

    def limit(self, default: int, *, error: str | None = "invalid_limit") -> int:
        """How many to return: at most 1000, as Slack."""
        limit = self.args.get("limit", default)
        if not 1 <= limit <= 1_000:
            if error:
                raise SlackError(error)
            limit = min(max(limit, 1), 1_000)
        return int(limit)
