"""All simulated people except HR: each reads new messages after a while, and acts on them or not."""

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.rehearsal.actor import Actor
from bot.rehearsal.behaviours import Behaviours
from bot.rehearsal.persona import Persona
from bot.sandbox import FormError, Message, Slack

READ_AFTER = {
    Persona.KEEN: timedelta(minutes=20),
    Persona.CALM: timedelta(hours=2),
    Persona.BUSY: timedelta(hours=4),
    Persona.SILENT: timedelta(hours=8),
    Persona.WORRIED: timedelta(hours=1),
    Persona.LEAVER: timedelta(hours=1),
}
"""How long a message waits to be read. Few different values: the clock stops at each."""
READERS_A_MINUTE = 20
"""Of all who would act at the same moment: Slack takes about a hundred calls of a method a minute."""
MINUTE = timedelta(minutes=1)
HOME_NOW_AND_THEN = 0.1


@dataclass(frozen=True)
class FailedAction:
    """A simulated person could not do what a message invites to: a button is gone, or a form refuses its values."""

    who: str
    did: str
    """The label of the button, or the command."""
    why: str


@dataclass(order=True)
class _Unread:
    """A message that a person will read."""

    at: datetime
    reader: int
    number: int
    message: Message = field(compare=False)


class MessageReaders:
    """The people of a rehearsal. Same seed, same choices, in the same order.

    `pace` shortens how long a message waits to be read. Nobody acts for the people in `spared`.
    """

    def __init__(
        self,
        slack: Slack,
        actors: Sequence[Actor],
        behaviours: Behaviours,
        spared: Callable[[Actor], bool] = lambda _: False,
    ) -> None:
        self.actors = actors
        self.behaviours = behaviours
        self.spared = spared
        self.pace = 1.0
        self.stumbles: list[FailedAction] = []
        self._unread: list[_Unread] = []
        self._count = 0
        self._minute, self._read = datetime.min.replace(tzinfo=UTC), 0
        """When the minute began in which so many read something."""
        self._slack = slack
        self._places = {actor.id: place for place, actor in enumerate(actors)}
        self._to_look = set(self._places.values())
        """Those who may have got a message. Looking at everyone at each step would take the square of their number."""
        slack.on_change(self._may_have_news)

    async def react(self, now: datetime) -> datetime | None:
        """Let people act on messages that are due; returns when the next one is due."""
        self._notice(now)
        if now >= self._minute + MINUTE:
            self._minute, self._read = now, 0
        while self._unread and self._unread[0].at <= now and self._read < READERS_A_MINUTE:
            self._read += 1
            unread = self._unread.pop(0)
            actor = self.actors[unread.reader]
            if not self.behaviours.has_left(actor) and not self.spared(actor):
                if actor.random.random() < HOME_NOW_AND_THEN:
                    await actor.look_home()
                await self._answer(actor, unread.message, now)
        self._notice(now)
        if not self._unread:
            return None
        return self._unread[0].at if self._read < READERS_A_MINUTE else max(self._unread[0].at, self._minute + MINUTE)

    async def _answer(self, actor: Actor, message: Message, now: datetime) -> None:
        actor.refused = {}
        try:
            await self.behaviours.answer(actor, message, now)
        except FormError as error:
            # A click on a missing button must not end the simulation of all others.
            self.stumbles.append(FailedAction(actor.member.name, actor.did, str(error)))
            await actor.close()
        if actor.refused:
            self.stumbles.append(FailedAction(actor.member.name, actor.did, " ".join(actor.refused.values())))

    def _may_have_news(self, change: dict[str, Any]) -> None:
        channel = self._slack.workspace.channels.get(change.get("channel", ""))
        if change["kind"] == "message" and channel:
            self._to_look.update(self._places[one] for one in channel.members if one in self._places)

    def _notice(self, now: datetime) -> None:
        for place in sorted(self._to_look):
            actor = self.actors[place]
            if self.spared(actor):
                continue
            self._to_look.discard(place)
            wait = READ_AFTER[actor.member.persona] * self.pace
            for _, message in actor.news():
                self._count += 1
                insort(self._unread, _Unread(now + wait, place, self._count, message))
