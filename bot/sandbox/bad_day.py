"""The switch "As on a bad day": what a real workspace may have that a friendly one has not, all at once.

While it is on there are two guests and a person of another company, a channel that is shared with it, a channel in
which only admins may post, and histories of 15 messages, one call a minute. What changes about people and channels is
not told to the app, as while it is down for longer than Slack repeats events.
"""

from dataclasses import dataclass
from typing import Any

from .company import Company
from .limits import TIGHT_PAGE
from .model import Channel, Json

CHANGES = ("archive", "deleted", "rename", "shared", "unarchive", "unshared")
UNHEARD = frozenset({"user_change", *(f"{kind}_{what}" for kind in ("channel", "group") for what in CHANGES)})
"""The events that get lost: an app that only listens never learns what they tell."""
COMPANY = "T0002"
SHARED = "proyek-bersama"
PEOPLE: dict[str, tuple[str, Json]] = {
    "guest": ("Gilang Saputra", {"is_restricted": True, "title": "Konsultan"}),
    "single": ("Tania Maharani", {"is_restricted": True, "is_ultra_restricted": True, "title": "Magang"}),
    "stranger": ("Tono Hartono", {"is_stranger": True, "team_id": COMPANY, "title": "PT Mitra Usaha"}),
}
"""Who comes: their names, and what makes them special."""


@dataclass
class BadDay:
    """The switch of one workspace. What it changed is in `Workspace.bad_day`, so that it survives a restart."""

    slack: Company

    @property
    def on(self) -> bool:
        return bool(self.slack.workspace.bad_day)

    async def switch(self, on: bool) -> None:
        """Make it a bad day, or an ordinary one again. People who came are deactivated afterwards."""
        if on == self.on:
            return
        if on:
            await self._begin()
        else:
            await self._end()
        self.resume()
        self.slack.changed("user")

    def resume(self) -> None:
        """What is not saved with the workspace: the limits of histories, and the events that get lost."""
        self.slack.limits.tight = self.on
        self.slack.events.losing_kinds = UNHEARD if self.on else frozenset()

    async def _begin(self) -> None:
        hall = self._hall()
        people = {what: await self._arrive(name, more, hall) for what, (name, more) in PEOPLE.items()}
        shared = self._shared(hall)
        self.slack.workspace.bad_day = {
            "people": people,
            "shared": shared.id,
            "restricted": {hall.id: hall.posting} if hall else {},
        }
        self.slack.share(shared, people["stranger"], people["guest"], team=COMPANY)
        if hall:
            self.slack.change_channel(hall, posting="admins")

    async def _end(self) -> None:
        was = self.slack.workspace.bad_day
        self.slack.workspace.bad_day = {}
        self.resume()
        for channel, posting in was["restricted"].items():
            self.slack.change_channel(channel, posting=posting)
        self.slack.change_channel(was["shared"], ext_shared=False, shared_team_ids=[])
        self.slack.archive(was["shared"])
        for one in was["people"].values():
            await self.slack.deactivate(one)

    def _hall(self) -> Channel | None:
        """The channel of all: the public one with the most members."""
        public = [one for one in self.slack.workspace.channels.values() if one.kind == "public" and not one.archived]
        return max(public, key=lambda one: len(one.members), default=None)

    async def _arrive(self, name: str, more: dict[str, Any], hall: Channel | None) -> str:
        """A person comes, again if they were here before; a guest is in the channel of all."""
        known = next((one for one in self.slack.users if one.real_name == name), None)
        if known:
            await self.slack.reactivate(known)
        else:
            known = await self.slack.hire(name, locale="id-ID", **more)
        if hall and not known.is_stranger:
            self.slack.add_member(hall, known)
        return known.id

    def _shared(self, hall: Channel | None) -> Channel:
        channel = self.slack.workspace.by_name(SHARED)
        if channel is None:
            return self.slack.add_channel(SHARED, members=(hall.members[:1] if hall else []))
        if channel.archived:
            self.slack.unarchive(channel)
        return channel

    def view(self) -> Json:
        """Whether it is on, and what that means here: names for the page."""
        space, was = self.slack.workspace, self.slack.workspace.bad_day
        people: dict[str, str] = was.get("people", {})
        there = [
            space.channels[one] for one in (was.get("shared"), *was.get("restricted", {})) if one in space.channels
        ]
        named = {kind: space.users[one].real_name for kind, one in people.items()}
        return {
            "on": self.on,
            "guests": [name for kind, name in named.items() if kind != "stranger"],
            "strangers": [name for kind, name in named.items() if kind == "stranger"],
            "shared": [one.name for one in there if one.ext_shared],
            "restricted": [one.name for one in there if one.posting != "everyone"],
            "unheard": self.on,
            "history": {"messages": TIGHT_PAGE, "calls_a_minute": 1} if self.on else None,
        }
