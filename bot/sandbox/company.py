"""The company in the workspace, as a test or the demo sets it up and changes it: people and channels."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from .hub import Hub
from .model import Channel, User


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
        handle = name or (email.split("@")[0] if email else real_name.lower().replace(" ", "."))
        user = User(self.workspace.new_id("U"), handle, real_name, email, title, tz, locale, is_admin=is_admin, **more)
        self.changed("user", user=user.id)
        return self.workspace.add_user(user)

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
        """Put somebody into a channel; member_joined_channel if the bot is there. False if they were in it."""
        found, who = self.channel(channel), user_id(user)
        if who in found.members:
            return False
        found.members.append(who)
        self._member_event("member_joined_channel", found, who, inviter)
        return True

    def remove_member(self, channel: Channel | str, user: User | str) -> bool:
        """Take somebody out of a channel; member_left_channel if the bot is there."""
        found, who = self.channel(channel), user_id(user)
        if who not in found.members:
            return False
        self._member_event("member_left_channel", found, who, None)
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
        self.changed("channel", channel=found.id)
        if self.workspace.bot_user in found.members:
            kind = "channel_archive" if found.kind == "public" else "group_archive"
            scope = "channels:read" if found.kind == "public" else "groups:read"
            inner = {"type": kind, "channel": found.id, "user": by or self._somebody(found), "is_moved": 0}
            self.emit_soon(kind, inner, needs={scope})

    def change_channel(self, channel: Channel | str, **fields: Any) -> None:
        """Change a channel's `kind`, whether it is shared, or who posts; channel_shared or channel_unshared."""
        found = self.channel(channel)
        was = found.ext_shared
        for key, value in fields.items():
            if key not in Channel.__dataclass_fields__:
                raise TypeError(f"a channel has no {key}")
            setattr(found, key, value)
        self.changed("channel", channel=found.id)
        if found.ext_shared != was and self.workspace.bot_user in found.members:
            kind = "channel_shared" if found.ext_shared else "channel_unshared"
            inner = {"type": kind, "channel": found.id, "connected_team_id": "T0002"}
            self.emit_soon(kind, inner, needs={"channels:read" if found.kind == "public" else "groups:read"})

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
        """Remove the app: it hears app_uninstalled, and its tokens end."""
        self.workspace.installed = False
        await self.events.emit("app_uninstalled", {"type": "app_uninstalled"})


def user_id(user: User | str) -> str:
    """The id of a user, however they were named."""
    return user.id if isinstance(user, User) else user
