"""The state of the one workspace, and how it is looked up. Knows no HTTP, no scopes and no app."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from .kit import Surface
from .model import (
    Channel,
    ChannelKind,
    Clock,
    File,
    Json,
    Message,
    ResponseUrl,
    SlackError,
    Trigger,
    Uploads,
    User,
    View,
    ViewKind,
    micros,
)
from .objects import AVATAR, GRID_NAME, file_json, user_json
from .secrets import Draw

TRIGGER_SECONDS = 3
RESPONSE_URL_MINUTES = 30
RESPONSE_URL_USES = 5
STACK = 3
DIRECT: tuple[ChannelKind, ...] = ("im", "mpim")
REPLY_USERS = 5
"""How many of those who replied a thread's parent names."""


@dataclass
class Workspace:
    """People, channels, files and views, with ids from counters so that runs repeat exactly.

    What lets its holder act is drawn: trigger ids, response URLs, the addresses of uploads.
    """

    clock: Clock
    draw: Draw
    draw_trigger: Draw
    name: str = "Kantor"
    domain: str = "kantor"
    team_id: str = "T0001"
    app_id: str = "A0001"
    bot_id: str = "B0001"
    bot_user: str = ""
    installed: bool = True
    uploads: Uploads = "all"
    """The workspace's policy for files."""
    first_id: int = 0
    """Ids are counted from here on, so that those of several workspaces differ."""
    enterprise_id: str = ""
    """The Grid that the workspace belongs to; "" for none."""
    enterprise_name: str = GRID_NAME
    enterprise_domain: str = "grup"
    org_installed: bool = False
    """Whether the whole Grid installed the app, and not this workspace alone."""
    team_in_payloads: bool = True
    """Whether payloads name the team. On a Grid Slack may send null instead."""
    event_team: str = ""
    """The outer `team_id` of events, if it is another than this workspace's, as on a Grid."""
    bad_day: Json = field(default_factory=dict)
    """What the switch "As on a bad day" has changed; empty while it is off."""
    base_url: str = "https://files.slack.com"
    counters: dict[str, int] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    _named: dict[str, Channel] = field(default_factory=dict)
    """The public and private channels."""
    _direct: dict[str, list[Channel]] = field(default_factory=dict)
    """Each person's DMs and group DMs, whose members never change: nobody looks through those of all people."""
    _places: dict[str, int] = field(default_factory=dict)
    """The order in which the channels were made."""

    def now(self) -> datetime:
        return self.clock.now()

    def count(self, kind: str) -> int:
        """The next number of its kind."""
        self.counters[kind] = self.counters.get(kind, self.first_id) + 1
        return self.counters[kind]

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{self.count(prefix):04d}"

    def new_hash(self, kind: ViewKind) -> str:
        """A view's hash: the second it was made, and a number that never repeats."""
        return f"{micros(self.now()) // 1_000_000}.{self.count(f'hash of {kind}'):06d}"

    def new_block_id(self, surface: Surface) -> str:
        """Each surface counts by itself: an app may publish a Home tab while its answer to a form is on the way, and
        which of them arrives first is chance."""
        return f"auto-{surface}-{self.count(f'block of {surface}')}"

    # People

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def user(self, user_id: str) -> User | None:
        return self.users.get(user_id)

    def by_email(self, email: str) -> User | None:
        wanted = email.strip().lower()
        found = (u for u in self.users.values() if u.email.lower() == wanted and not u.deleted)
        return next(found, None) if wanted else None

    # Channels

    def add_channel(self, kind: ChannelKind, name: str, creator: str, members: Iterable[str]) -> Channel:
        prefix = {"public": "C", "private": "C", "im": "D", "mpim": "G"}[kind]
        created = micros(self.now()) // 1_000_000
        channel = Channel(self.new_id(prefix), kind, name, creator, created, list(dict.fromkeys(members)))
        self.keep_channel(channel)
        return channel

    def keep_channel(self, channel: Channel) -> None:
        """Store a channel, so that it is found by its id and by its members."""
        self.channels[channel.id] = channel
        self._places[channel.id] = len(self._places)
        if channel.kind not in DIRECT:
            self._named[channel.id] = channel
            return
        for member in channel.members:
            self._direct.setdefault(member, []).append(channel)

    def set_channels(self, channels: Iterable[Channel]) -> None:
        """Store these channels instead of all there are."""
        for known in (self.channels, self._named, self._direct, self._places):
            known.clear()
        for channel in channels:
            self.keep_channel(channel)

    def drop_channel(self, channel: Channel) -> None:
        """Remove a channel with its messages."""
        del self.channels[channel.id]
        if self._named.pop(channel.id, None) is None:
            for member in channel.members:
                self._direct[member].remove(channel)

    def channels_of(self, user_id: str) -> list[Channel]:
        """The conversations that a person belongs to, in the order in which they were made."""
        named = (one for one in self._named.values() if user_id in one.members)
        return sorted([*self._direct.get(user_id, ()), *named], key=lambda one: self._places[one.id])

    def by_name(self, name: str) -> Channel | None:
        wanted = name.removeprefix("#")
        return next((one for one in self._named.values() if one.name == wanted), None)

    def dm(self, user_id: str) -> Channel | None:
        """The DM between that person and the bot."""
        return next((c for c in self._direct.get(user_id, ()) if c.kind == "im"), None)

    def open_dm(self, user_id: str) -> Channel:
        return self.dm(user_id) or self.add_channel("im", "directmessage", self.bot_user, [self.bot_user, user_id])

    def mpim(self, members: Iterable[str]) -> Channel | None:
        wanted = set(members)
        known = min((self._direct.get(one, []) for one in wanted), key=len, default=[])
        return next((c for c in known if c.kind == "mpim" and set(c.members) == wanted), None)

    def open_mpim(self, user_ids: Iterable[str]) -> Channel:
        members = [self.bot_user, *user_ids]
        names = "--".join(self.users[u].name for u in members)
        return self.mpim(members) or self.add_channel("mpim", f"mpdm-{names}-1", self.bot_user, members)

    def bot_sees(self, channel: Channel) -> bool:
        """Private conversations exist for the bot only while it belongs to them."""
        return channel.kind == "public" or self.bot_user in channel.members

    def person_sees(self, channel: Channel, user_id: str) -> bool:
        return channel.kind == "public" or user_id in channel.members

    def post(self, message: Message) -> Message:
        """Put a message where it belongs; its ts is already taken from the channel."""
        channel = self.channels[message.channel]
        parent = channel.messages.get(message.thread_ts or "")
        if parent and parent.thread_ts is None:
            parent.thread_ts = parent.ts
        if message.ephemeral_to:
            channel.ephemerals.append(message)
        else:
            channel.messages[message.ts] = message
        return message

    def message(self, channel: Channel, ts: str) -> Message | None:
        return channel.messages.get(ts)

    # Views

    def stack(self, user_id: str) -> list[View]:
        """The modals that person has open, the top one last."""
        return self.stacks.setdefault(user_id, [])

    def view(self, view_id: str) -> View | None:
        return next((v for v in self.all_views() if v.id == view_id), None)

    def view_by_external(self, external_id: str) -> View | None:
        return next((v for v in self.all_views() if external_id and v.external_id == external_id), None)

    def all_views(self) -> list[View]:
        return [*(view for stack in self.stacks.values() for view in stack), *self.homes.values()]

    # Rights that run out

    def issue_trigger(self, user_id: str, view_id: str | None = None) -> str:
        """A trigger_id; those long gone are forgotten, so that a long run stays small."""
        now = self.now()
        number = self.count("trigger")
        trigger_id = f"{number}.{micros(now) // 1_000_000}.{self.draw_trigger()}"
        self.triggers[trigger_id] = Trigger(trigger_id, user_id, now + timedelta(seconds=TRIGGER_SECONDS), view_id)
        if len(self.triggers) > 2_000:
            self.triggers = dict(list(self.triggers.items())[-1_000:])
        return trigger_id

    def use_trigger(self, trigger_id: object) -> Trigger:
        """Take a trigger, or refuse as Slack does. It is used up only when the caller says so."""
        trigger = self.triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.now() > trigger.expires:
            raise SlackError("expired_trigger_id")
        return trigger

    def issue_response_url(self, user_id: str, channel_id: str, message: Message | None = None) -> ResponseUrl:
        number = self.count("response_url")
        expires = self.now() + timedelta(minutes=RESPONSE_URL_MINUTES)
        url = ResponseUrl(f"/actions/{self.team_id}/{number}/{self.draw()}", user_id, channel_id, expires)
        if message:
            url.message_ts, url.ephemeral = message.ts, message.ephemeral_to is not None
        self.response_urls[url.path] = url
        if len(self.response_urls) > 4_000:
            self.response_urls = dict(list(self.response_urls.items())[-2_000:])
        return url

    def promised(self, key: str) -> File | None:
        """The file whose bytes go to the upload URL with this key."""
        return next((one for one in self.files.values() if one.upload_key == key), None) if key else None

    # How things look from outside

    def user_ref(self, user_id: str) -> Json:
        """The short form of a person in interaction payloads."""
        user = self.users[user_id]
        return {"id": user.id, "username": user.name, "name": user.name, "team_id": self.team_of(user_id)}

    def team_ref(self) -> Json | None:
        """The team in interaction payloads; None if a Grid's payloads do without."""
        if not self.team_in_payloads:
            return None
        team = {"id": self.team_id, "domain": self.domain}
        grid = (
            {"enterprise_id": self.enterprise_id, "enterprise_name": self.enterprise_name} if self.enterprise_id else {}
        )
        return {**team, **grid}

    def enterprise_ref(self) -> Json | None:
        """The Grid in interaction payloads."""
        return {"id": self.enterprise_id, "name": self.enterprise_name} if self.enterprise_id else None

    def team_of(self, user_id: str) -> str:
        """A person's workspace: ours, or that of a stranger."""
        user = self.users.get(user_id)
        return (user.team_id if user else "") or self.team_id

    def bot_profile(self) -> Json:
        return {
            "id": self.bot_id,
            "app_id": self.app_id,
            "user_id": self.bot_user,
            "name": self.users[self.bot_user].real_name,
            "deleted": not self.installed,
            "updated": 0,
            "team_id": self.team_id,
            "icons": {f"image_{size}": f"{AVATAR}/app-{size}.png" for size in (36, 48, 72)},
        }

    def message_json(self, message: Message, *, metadata: bool = True, root: bool = True) -> Json:
        """A message as history and payloads show it; with `root` a reply that is also in the channel shows its parent.

        In a channel that is shared with another company, it says whose person wrote it.
        """
        team = self.team_of(message.user)
        body: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts, "team": team}
        optional: Json = {
            "subtype": "thread_broadcast" if message.broadcast else message.subtype,
            "bot_id": message.bot_id,
            "app_id": message.app_id,
            "blocks": message.blocks,
            "attachments": message.attachments,
            "thread_ts": message.thread_ts,
        }
        body |= {key: value for key, value in optional.items() if value}
        if message.bot_id:
            body["bot_profile"] = self.bot_profile()
        else:
            body["client_msg_id"] = str(uuid5(NAMESPACE_URL, f"{message.channel}/{message.ts}"))
        channel = self.channels[message.channel]
        if channel.ext_shared:
            body |= {"user_team": team, "source_team": team}
            if team != self.team_id:
                body["user_profile"] = self._brief_profile(message.user)
        if message.edited_ts:
            body["edited"] = {"user": message.user, "ts": message.edited_ts}
        if message.metadata and metadata:
            body["metadata"] = message.metadata
        if message.files:
            body["files"] = [self.file_json(self.files[f]) for f in message.files if f in self.files]
            body |= {"upload": False, "display_as_bot": False}
        if message.reactions:
            body["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in message.reactions.items()]
        if message.ephemeral_to:
            body["is_ephemeral"] = True
        else:
            body |= self._thread_json(message, channel, root=root)
        return body

    def _brief_profile(self, user_id: str) -> Json:
        """What a message of a shared channel says of its author from another company."""
        user = self.users[user_id]
        profile = user_json(user, self.team_id, self.now(), email=False)["profile"]
        keys = ("avatar_hash", "image_72", "first_name", "real_name", "display_name", "team")
        return {**{key: profile[key] for key in keys}, "name": user.name, "is_restricted": False}

    def _thread_json(self, message: Message, channel: Channel, *, root: bool) -> Json:
        if message.thread_ts is None:
            return {}
        parent = channel.messages.get(message.thread_ts)
        if message.thread_ts != message.ts:
            body: Json = {"parent_user_id": parent.user} if parent else {}
            if message.broadcast and parent and root:
                body["root"] = self.message_json(parent, metadata=False, root=False)
            return body
        replies = [m for m in channel.thread(message.ts) if m.ts != message.ts]
        if not replies:
            return {}
        people = list(dict.fromkeys(m.user for m in replies))
        return {
            "reply_count": len(replies),
            "reply_users": people[:REPLY_USERS],
            "reply_users_count": len(people),
            "latest_reply": replies[-1].ts,
            "is_locked": False,
            "subscribed": message.user == self.bot_user,
        }

    def file_json(self, file: File) -> Json:
        return file_json(file, self.channels, self.base_url, self.domain, self.team_id)
