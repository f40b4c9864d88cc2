"""One simulated person, acting on the local Slack through what is on their screen."""

from collections.abc import Iterator
from random import Random
from typing import Any

from bot.balik import Balik
from bot.rehearsal.activity_log import ActivityLog
from bot.rehearsal.company import Member
from bot.rehearsal.idle import wait_idle
from bot.sandbox import Channel, Message, Outcome, Person, View

Json = dict[str, Any]
INVITED = "invitation.join"
"""The button of an invitation by name."""


class Actor:
    """Each action returns once the bot has processed it. The same seed gives the same choices."""

    def __init__(self, member: Member, person: Person, balik: Balik, activity_log: ActivityLog, seed: int) -> None:
        self.member = member
        self.person = person
        self.balik = balik
        self.activity_log = activity_log
        self.random = Random(f"{seed} {member.name}")
        self.read_up_to: dict[str, int] = {}
        self.looked_at: dict[str, int] = {}
        """The last message of each conversation when they last read it."""
        self.presses = 0
        """How many buttons they pressed and forms they submitted."""
        self.did = ""
        """What they last tried to do: a button's label or a command."""
        self.refused: dict[str, str] = {}
        """The errors of the form that they last submitted, by field; empty if it was accepted."""

    @property
    def id(self) -> str:
        return self.person.id

    async def command(self, line: str, channel: Channel | None = None) -> Outcome:
        """Type a slash command, by default in the DM with the bot."""
        self._begin(line)
        return await self._end(await self.person.command(line, channel))

    async def say(self, text: str) -> Outcome:
        """Write to the bot."""
        self._begin(text)
        outcome = await self.person.say(self.activity_log.slack.workspace.open_dm(self.id), text)
        await wait_idle(self.activity_log.slack, self.balik)
        return await self._end(outcome)

    async def press(
        self, on: Message | View | None, action_id: str, value: Any = None, block_id: str | None = None
    ) -> Outcome:
        """Use an element of a message, a Home tab, or (None) of the top form; the first of several equal ones, unless
        `block_id` says which."""
        shown = on or self.person.modal
        self._begin(label_of(shown, action_id))
        return await self._end(
            await self.person.click(on, action_id, block_id or block_of(shown, action_id), value=value)
        )

    async def fill(self, values: Json) -> None:
        """Fill in one field after the other of a form that reacts to each."""
        for name, value in values.items():
            await self.person.fill(None, {name: value})
            await self.balik.context.wait_idle()

    async def submit(self, values: Json | None = None) -> Outcome:
        """Fill in the top form and submit it."""
        modal = self.person.modal
        first = self.person.told_at_once(values)
        await self.fill(first)
        self._begin(modal.submit["text"] if modal and modal.submit else "")
        left = {key: value for key, value in (values or {}).items() if key not in first}
        outcome = await self._end(await self.person.submit(left))
        self.refused = outcome.errors
        return outcome

    async def close(self) -> None:
        """Close every form."""
        if self.person.modal:
            await self.person.close(all=True)

    async def look_home(self) -> None:
        """Open the bot's Home tab."""
        self._begin("")
        await self.person.open_home()
        await wait_idle(self.activity_log.slack, self.balik)

    def news(self, kinds: tuple[str, ...] = ("im", "mpim")) -> Iterator[tuple[Channel, Message]]:
        """The bot's messages to this person since they last read, oldest first; `kinds` are those of channels."""
        for channel in self.person.channels:
            if channel.kind not in kinds:
                continue
            if channel.last_micros == self.looked_at.get(channel.id):
                continue
            self.looked_at[channel.id] = channel.last_micros
            messages = [one for one in self.person.visible(channel) if one.bot_id and not one.ephemeral_to]
            seen = self.read_up_to.get(channel.id, 0)
            self.read_up_to[channel.id] = len(messages)
            for message in messages[seen:]:
                yield channel, message

    @property
    def was_written_to(self) -> bool:
        """Whether the bot ever wrote to them more than HR's invitation."""
        dm = self.person.dm
        return dm is not None and any(
            message.bot_id and not offers(message, INVITED) for message in dm.messages.values()
        )

    def _begin(self, what: str) -> None:
        self.activity_log.acting = self.id
        self.did = what or self.did
        if what:
            self.presses += 1
            self.activity_log.acted(self.id, what)

    async def _end(self, outcome: Outcome) -> Outcome:
        await self.balik.context.wait_idle()
        modal = self.person.modal
        if modal:
            self.activity_log.saw_modal(self.id, modal)
        return outcome


def elements(on: Message | View | None) -> Iterator[Json]:
    """All elements of a message or view."""
    for block in on.blocks if on else []:
        if block["type"] == "actions":
            yield from block["elements"]
        for name in ("element", "accessory"):
            if name in block:
                yield block[name]


def block_of(on: Message | View | None, action_id: str) -> str | None:
    """The first block with an element: people with two partners have most buttons twice."""
    for block in on.blocks if on else []:
        inside = [*block.get("elements", []), block.get("element"), block.get("accessory")]
        if any(one and one.get("action_id") == action_id for one in inside):
            return str(block["block_id"])
    return None


def offers(on: Message | View | None, action_id: str) -> bool:
    """Whether an element is there."""
    return any(element.get("action_id") == action_id for element in elements(on))


def value_of(on: Message | View | None, action_id: str) -> str:
    """The value of a button; "" if there is none."""
    return next((str(one.get("value", "")) for one in elements(on) if one.get("action_id") == action_id), "")


def label_of(on: Message | View | None, action_id: str) -> str:
    """The label of a button."""
    for element in elements(on):
        if element.get("action_id") == action_id:
            return str((element.get("text") or element.get("placeholder") or {}).get("text", action_id))
    return action_id
