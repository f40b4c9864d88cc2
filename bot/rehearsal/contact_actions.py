"""What the contacts of a rehearsal do about concerns.

The first one is never reported as talked about, so that the other contact and the writer are asked; the next one only
after the reminder; the third at once; and so on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.rehearsal.actor import Actor, offers, value_of
from bot.sandbox import Message

TALKED = "concern.talked"
CALLS_AFTER = timedelta(hours=3)
"""How long after a message, or its reminder, a contact has talked to the writer."""
WAYS = ("never", "reminded", "at_once")
"""What is done about the first three concerns, and about the next three."""


class ContactActions:
    """The contacts are nobody's mentor or leader, so `Behaviours` does not act for them."""

    def __init__(self, contacts: Sequence[Actor]) -> None:
        self.contacts = contacts
        self._known: list[str] = []
        """The concerns that arrived, by the value of their button."""
        self._to_call: list[tuple[datetime, Actor, Message]] = []

    async def react(self, now: datetime) -> datetime | None:
        """Act on new messages, and report the talks that have taken place; when the next one will have."""
        for actor in self.contacts:
            if not actor.person.user.deleted:
                self._notice(actor, now)
        due = [one for one in self._to_call if one[0] <= now]
        self._to_call = [one for one in self._to_call if one[0] > now]
        for _, actor, message in due:
            if not actor.person.user.deleted:
                await actor.press(message, TALKED)
        return min((at for at, _, _ in self._to_call), default=None)

    def _notice(self, actor: Actor, now: datetime) -> None:
        for _, message in list(actor.news(("im",))):
            if not offers(message, TALKED):
                continue
            concern = value_of(message, TALKED)
            is_reminder = concern in self._known
            if not is_reminder:
                self._known.append(concern)
            way = WAYS[self._known.index(concern) % len(WAYS)]
            if way == "at_once" or (way == "reminded" and is_reminder):
                self._to_call.append((now + CALLS_AFTER, actor, message))
