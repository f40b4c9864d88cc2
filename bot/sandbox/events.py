"""Events the app subscribed to: their inner payloads and the wrapper around them."""

from typing import Any

from .delivery import Deliveries, Reply
from .manifest import Manifest
from .model import Channel, Json, Message, User, micros
from .objects import user_json
from .workspace import Workspace

MESSAGE_EVENTS = {"im": "message.im", "mpim": "message.mpim", "public": "message.channels", "private": "message.groups"}
MESSAGE_SCOPES = {"im": "im:history", "mpim": "mpim:history", "public": "channels:history", "private": "groups:history"}
FAREWELLS = frozenset({"app_uninstalled", "tokens_revoked"})
"""What an app hears when it is no longer installed, or has no token any more: for nobody's authorisation."""
EVENT_SCOPES = {"team_join": {"users:read"}, "user_change": {"users:read"}}


class Events:
    """Tells the app what happened, if its manifest asks to hear of it and its scopes allow it."""

    def __init__(self, manifest: Manifest, workspace: Workspace, deliveries: Deliveries, token: str) -> None:
        """`token` is the verification token that every event carries."""
        self.manifest = manifest
        self.workspace = workspace
        self.deliveries = deliveries
        self.token = token
        self.losing = False
        """Whether events get lost, as while the app is not there for longer than Slack repeats them."""
        self.losing_kinds: frozenset[str] = frozenset()
        """Subscriptions of which every event gets lost."""
        self.missed: list[Json] = []
        """The events that were lost."""

    async def emit(self, subscription: str, inner: Json, *, needs: set[str] | None = None) -> Reply | None:
        """Send an event; None if the app did not subscribe, may not see it, or is not installed."""
        if not self.workspace.installed and subscription not in FAREWELLS:
            return None
        wanted = needs if needs is not None else EVENT_SCOPES.get(subscription, set())
        if subscription not in self.manifest.events or (wanted and not wanted & self.manifest.scopes):
            return None
        payload = self.wrap(inner)
        if self.losing or subscription in self.losing_kinds:
            self.missed.append(payload)
            return None
        return await self.deliveries.tell(payload)

    def wrap(self, inner: Json) -> Json:
        """The event in its envelope, which says where it comes from and whose installation hears of it.

        In a channel that is shared with another company, an event of theirs has their team's id outside.
        """
        space = self.workspace
        now = micros(space.now())
        number = space.count("event")
        channel = space.channels.get(str(inner.get("channel")))
        shared = bool(channel and channel.ext_shared)
        author = inner.get("user")
        theirs = space.team_of(author) if shared and isinstance(author, str) else space.team_id
        enterprise, org = space.enterprise_id or None, space.org_installed
        farewell = inner["type"] in FAREWELLS
        of_the_org = org and (farewell or inner["type"].startswith("team_access_"))
        authorization = {
            "enterprise_id": enterprise,
            "team_id": None if org else space.team_id,
            "user_id": space.bot_user,
            "is_bot": True,
            "is_enterprise_install": org,
        }
        return {
            "token": self.token,
            "team_id": None if of_the_org else space.event_team or theirs,
            "context_team_id": space.team_id,
            "context_enterprise_id": enterprise,
            **({"enterprise_id": enterprise} if enterprise else {}),
            "api_app_id": space.app_id,
            "event": {"event_ts": f"{now // 1_000_000}.{now % 1_000_000:06d}", **inner},
            "type": "event_callback",
            "event_id": f"Ev{number:08d}",
            "event_time": now // 1_000_000,
            **({} if farewell else {"authorizations": [authorization]}),
            "is_ext_shared_channel": shared,
        }

    def member(self, kind: str, channel: Channel, user: str, inviter: str | None = None) -> tuple[str, Json, set[str]]:
        """member_joined_channel or member_left_channel: subscription, payload, scopes of which one is needed."""
        inner: Json = {
            "type": kind,
            "user": user,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "public" else "G",
            "team": self.workspace.team_of(user),
        }
        if inviter:
            inner["inviter"] = inviter
        return kind, inner, {"channels:read"} if channel.kind == "public" else {"groups:read"}

    def user(self, kind: str, user: User) -> Json:
        space = self.workspace
        email = "users:read.email" in self.manifest.scopes
        body = user_json(user, space.team_id, space.now(), email=email, locale=True)
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
        for key in (
            "reply_count",
            "reply_users",
            "reply_users_count",
            "latest_reply",
            "is_locked",
            "subscribed",
            "is_ephemeral",
        ):
            inner.pop(key, None)
        kind = {"public": "channel", "private": "group"}.get(channel.kind, channel.kind)
        inner |= {"channel": channel.id, "channel_type": kind, "event_ts": message.ts}
        return MESSAGE_EVENTS[channel.kind], inner, {MESSAGE_SCOPES[channel.kind]}
