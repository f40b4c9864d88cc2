"""Events the app subscribed to: their inner payloads and the wrapper around them."""

from typing import Any

from .delivery import Deliveries, Reply
from .manifest import Manifest
from .model import Channel, Json, Message, User, micros
from .workspace import Workspace

MESSAGE_EVENTS = {"im": "message.im", "mpim": "message.mpim", "public": "message.channels", "private": "message.groups"}
MESSAGE_SCOPES = {"im": "im:history", "mpim": "mpim:history", "public": "channels:history", "private": "groups:history"}
EVENT_SCOPES = {"team_join": {"users:read"}, "user_change": {"users:read"}}


class Events:
    """Tells the app what happened, if its manifest asks to hear of it and its scopes allow it."""

    def __init__(self, manifest: Manifest, workspace: Workspace, deliveries: Deliveries, token: str) -> None:
        """`token` is the verification token that every event carries."""
        self.manifest = manifest
        self.workspace = workspace
        self.deliveries = deliveries
        self.token = token

    async def emit(self, subscription: str, inner: Json, *, needs: set[str] | None = None) -> Reply | None:
        """Send an event; None if the app did not subscribe or may not see it."""
        wanted = needs if needs is not None else EVENT_SCOPES.get(subscription, set())
        if subscription not in self.manifest.events or (wanted and not wanted & self.manifest.scopes):
            return None
        return await self.deliveries.tell(self.wrap(inner))

    def wrap(self, inner: Json) -> Json:
        space = self.workspace
        now = micros(space.now())
        number = space.count("event")
        return {
            "token": self.token,
            "team_id": space.team_id,
            "api_app_id": space.app_id,
            "event": {"event_ts": f"{now // 1_000_000}.{now % 1_000_000:06d}", **inner},
            "type": "event_callback",
            "event_id": f"Ev{number:08d}",
            "event_time": now // 1_000_000,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": space.team_id,
                    "user_id": space.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }

    def member(self, kind: str, channel: Channel, user: str, inviter: str | None = None) -> tuple[str, Json, set[str]]:
        """member_joined_channel or member_left_channel: subscription, payload, scopes of which one is needed."""
        inner: Json = {
            "type": kind,
            "user": user,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "public" else "G",
            "team": self.workspace.team_id,
        }
        if inviter:
            inner["inviter"] = inviter
        return kind, inner, {"channels:read"} if channel.kind == "public" else {"groups:read"}

    def user(self, kind: str, user: User) -> Json:
        space = self.workspace
        email = "users:read.email" in self.manifest.scopes
        body: Any = user.as_json(space.team_id, space.now(), email=email, locale=True)
        return {"type": kind, "user": body, "cache_ts": user.updated}

    def message_changed(self, message: Message, before: Json) -> tuple[str, Json, set[str]]:
        """An edit, with what the message was before."""
        subscription, after, needs = self.message(message)
        return subscription, self._about(after, "message_changed", message=after, previous_message=before), needs

    def message_deleted(self, message: Message) -> tuple[str, Json, set[str]]:
        subscription, before, needs = self.message(message)
        extra = {"deleted_ts": message.ts, "previous_message": before}
        return subscription, self._about(before, "message_deleted", **extra), needs

    def _about(self, shown: Json, subtype: str, **extra: Any) -> Json:
        now = micros(self.workspace.now())
        ts = f"{now // 1_000_000}.{now % 1_000_000:06d}"
        keys = {"channel": shown["channel"], "channel_type": shown["channel_type"]}
        return {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, "event_ts": ts, **keys, **extra}

    def message(self, message: Message) -> tuple[str, Json, set[str]]:
        """A message event, as everyone in the conversation hears it."""
        channel = self.workspace.channels[message.channel]
        inner = self.workspace.message_json(message)
        for key in ("reply_count", "reply_users", "reply_users_count", "latest_reply", "is_ephemeral"):
            inner.pop(key, None)
        kind = {"public": "channel", "private": "group"}.get(channel.kind, channel.kind)
        inner |= {"channel": channel.id, "channel_type": kind, "event_ts": message.ts}
        return MESSAGE_EVENTS[channel.kind], inner, {MESSAGE_SCOPES[channel.kind]}
