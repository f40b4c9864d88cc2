"""The company in the workspace, as a test or the demo sets it up and changes it: people and channels."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from .hub import Hub
from .model import Channel, Json, User, micros

CHANNEL_EVENTS = {
    "archive": ("channel_archive", "group_archive"),
    "unarchive": ("channel_unarchive", "group_unarchive"),
    "rename": ("channel_rename", "group_rename"),
    "deleted": ("channel_deleted", "group_deleted"),
    "left": ("channel_left", "group_left"),
}
"""What happens to a channel: its event for public and for private ones."""


class Company(Hub):
    """Changes people and channels, and lets the app hear of it."""

    def add_user(
        self,
        real_name: str,
        *,
        email: str = "",
        title: str = "",
        tz: str = "Asia/Jakarta",
        locale: str = "en-US",
        name: str = "",
        is_admin: bool = False,
        **more: Any,
    ) -> User:
        """A person of the company, there from the start: no event. `more` are other fields of `User`."""
        ZoneInfo(tz)  # KeyError for a zone that does not exist
        space = self.workspace
        if self.installer and space.enterprise_id:
            grid = {"enterprise_id": space.enterprise_id, "enterprise_name": space.enterprise_name}
            more = {"grid_teams": [space.team_id], **grid, **more}
        handle = name or (email.split("@")[0] if email else real_name.lower().replace(" ", "."))
        user = User(space.new_id("U"), handle, real_name, email, title, tz, locale, is_admin=is_admin, **more)
        self.changed("user", user=user.id)
        return space.add_user(user)

    async def hire(self, real_name: str, **details: Any) -> User:
        """A person who joins the workspace now: team_join."""
        user = self.add_user(real_name, **details)
        await self.events.emit("team_join", self.events.user("team_join", user))
        return user

    def add_channel(
        self, name: str, *, private: bool = False, members: Iterable[str] = (), bot: bool = False, general: bool = False
    ) -> Channel:
        """A channel, there from the start: no event. `bot` puts the app's bot user into it."""
        people = [*members, *([self.workspace.bot_user] if bot else [])]
        creator = people[0] if people else self.workspace.bot_user
        channel = self.workspace.add_channel("private" if private else "public", name, creator, people)
        channel.is_general = general
        self.changed("channel", channel=channel.id)
        return channel

    def invite_bot(self, channel: Channel | str, inviter: str | None = None) -> None:
        self.add_member(channel, self.workspace.bot_user, inviter=inviter)

    def add_member(self, channel: Channel | str, user: User | str, *, inviter: str | None = None) -> bool:
        """Put a person into a channel; member_joined_channel if the bot is there. False if they were in it."""
        found, who = self.channel(channel), user_id(user)
        if who in found.members:
            return False
        found.members.append(who)
        self._member_event("member_joined_channel", found, who, inviter)
        return True

    def remove_member(self, channel: Channel | str, user: User | str) -> bool:
        """Take a person out of a channel; member_left_channel if the bot is there."""
        found, who = self.channel(channel), user_id(user)
        if who not in found.members:
            return False
        self._member_event("member_left_channel", found, who, None)
        if who == self.workspace.bot_user:
            self._channel_event(found, "left", {"actor_id": self._somebody(found)})
        found.members.remove(who)
        return True

    def _member_event(self, kind: str, channel: Channel, user: str, inviter: str | None) -> None:
        self.changed("channel", channel=channel.id, user=user)
        if self.workspace.bot_user in channel.members:
            subscription, inner, needs = self.events.member(kind, channel, user, inviter)
            self.emit_soon(subscription, inner, needs=needs)

    def archive(self, channel: Channel | str, by: str | None = None) -> None:
        """Archive a channel; channel_archive (group_archive for a private one) if the bot is there."""
        found = self.channel(channel)
        found.archived = True
        self._channel_event(found, "archive", {"user": by or self._somebody(found), "is_moved": 0})

    def unarchive(self, channel: Channel | str, by: str | None = None) -> None:
        """Take a channel out of the archive; channel_unarchive or group_unarchive if the bot is there."""
        found = self.channel(channel)
        found.archived = False
        who = by or self._somebody(found)
        self._channel_event(found, "unarchive", {"user" if found.kind == "public" else "actor_id": who})

    def rename_channel(self, channel: Channel | str, name: str) -> None:
        """Rename a channel; channel_rename or group_rename if the bot is there."""
        found = self.channel(channel)
        found.previous_names = [found.name, *found.previous_names]
        found.name = name
        shown = {"id": found.id, "name": name, "name_normalized": name, "created": found.created}
        kinds = {"is_channel": found.kind == "public", "is_mpim": False}
        self._channel_event(found, "rename", {"channel": {**shown, **kinds}})

    def delete_channel(self, channel: Channel | str, by: str | None = None) -> None:
        """Delete a channel with its messages; channel_deleted or group_deleted if the bot was there."""
        found = self.channel(channel)
        gone = {"actor_id": by or self._somebody(found), "date_deleted": micros(self.clock.now()) // 1_000_000}
        self._channel_event(found, "deleted", {} if found.kind == "public" else gone)
        self.workspace.drop_channel(found)

    def change_channel(self, channel: Channel | str, **fields: Any) -> None:
        """Change a channel's `kind`, whether it is shared, or who posts; channel_shared or channel_unshared.

        Slack tells nothing when a channel becomes public, or private.
        """
        found = self.channel(channel)
        was, company = found.ext_shared, _company(found)
        for key, value in fields.items():
            if key not in Channel.__dataclass_fields__:
                raise TypeError(f"a channel has no {key}")
            setattr(found, key, value)
        self._changed(found)
        if found.ext_shared and not was:
            inner = {"type": "channel_shared", "channel": found.id, "connected_team_id": _company(found)}
            self._tell_members(found, "channel_shared", inner)
        elif was and not found.ext_shared:
            left = {"previously_connected_team_id": company, "is_ext_shared": False}
            self._tell_members(found, "channel_unshared", {"type": "channel_unshared", "channel": found.id, **left})

    def share(self, channel: Channel | str, *guests: User | str, team: str = "T0002") -> None:
        """Share a channel with another company by Slack Connect; `guests` are people of theirs, who are in it now."""
        found = self.channel(channel)
        self.change_channel(
            found, ext_shared=True, pending_ext_shared=False, shared_team_ids=[self.workspace.team_id, team]
        )
        for one in guests:
            self.add_member(found, one)

    def _channel_event(self, channel: Channel, what: str, more: Json) -> None:
        """An event that is called differently for private channels."""
        self._changed(channel)
        public, private = CHANNEL_EVENTS[what]
        kind = public if channel.kind == "public" else private
        self._tell_members(channel, kind, {"type": kind, "channel": channel.id, **more})

    def _changed(self, channel: Channel) -> None:
        channel.updated = max(micros(self.clock.now()) // 1_000, channel.updated + 1)
        self.changed("channel", channel=channel.id)

    def _tell_members(self, channel: Channel, kind: str, inner: Json) -> None:
        """Tell the app, if its bot is in the channel."""
        if self.workspace.bot_user in channel.members:
            scope = "channels:read" if channel.kind == "public" else "groups:read"
            self.emit_soon(kind, inner, needs={scope})

    def _somebody(self, channel: Channel) -> str:
        """A member who is not the bot, if there is one: what a person does should not look like the app's doing."""
        return next((m for m in channel.members if m != self.workspace.bot_user), channel.creator)

    def channel(self, channel: Channel | str) -> Channel:
        """A channel by id or name."""
        if isinstance(channel, Channel):
            return channel
        found = self.workspace.channels.get(channel) or self.workspace.by_name(channel)
        if found is None:
            raise KeyError(f"no channel {channel!r}")
        return found

    def user(self, user_id: str) -> User:
        return self.workspace.users[user_id]

    @property
    def users(self) -> list[User]:
        """The people, without the bot."""
        return [u for u in self.workspace.users.values() if not u.is_bot]

    async def deactivate(self, user: User | str) -> None:
        await self.change_user(user, deleted=True)
        for channel in self.workspace.channels.values():
            if channel.kind in ("public", "private") and user_id(user) in channel.members:
                channel.members.remove(user_id(user))

    async def reactivate(self, user: User | str) -> None:
        await self.change_user(user, deleted=False)

    async def set_timezone(self, user: User | str, tz: str) -> None:
        await self.change_user(user, tz=tz)

    async def change_user(self, user: User | str, **fields: Any) -> None:
        """Change a profile (real_name, title, email, locale …): user_change."""
        if "tz" in fields:
            ZoneInfo(fields["tz"])  # KeyError for a zone that does not exist
        found = self.workspace.users[user_id(user)]
        for key, value in fields.items():
            if key not in User.__dataclass_fields__:
                raise TypeError(f"a user has no {key}")
            setattr(found, key, value)
        found.updated = max(int(self.clock.now().timestamp()), found.updated + 1)
        self.changed("user", user=found.id)
        await self.events.emit("user_change", self.events.user("user_change", found))

    async def uninstall(self) -> None:
        """Remove the app: it hears app_uninstalled, and its tokens end. Of an organisation's, from all workspaces."""
        if self.installer:
            self.installer.uninstall(self.workspace.team_id)
            return
        self.workspace.installed = False
        await self.events.emit("app_uninstalled", {"type": "app_uninstalled"})


def _company(channel: Channel) -> str:
    """The other company of a shared channel."""
    return channel.shared_team_ids[-1] if len(channel.shared_team_ids) > 1 else "T0002"


def user_id(user: User | str) -> str:
    """The id of a user, however they were named."""
    return user.id if isinstance(user, User) else user
