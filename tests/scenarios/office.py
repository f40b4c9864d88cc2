"""A small company on the local Slack with the real bot in it, on a clock that is moved by hand."""

from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import NO_HURRY, ManualClock
from bot.delivery.settings import DeliverySettings
from bot.domain.session_mail import Mailing
from bot.pictures import certificates, charts
from bot.rehearsal.idle import wait_idle
from bot.rehearsal.time_travel import play
from bot.sandbox import Channel, Manifest, Message, Outcome, Person, Slack, View
from bot.sandbox.ack_time import processor_time
from bot.sandbox.forms import EXTERNAL, Place, places
from bot.sandbox.secrets import Draw
from prompts.catalogue import Catalogue
from tests.databases import lay_out
from tests.wording import says, spoken

ROOT = Path(__file__).parents[2]
MONDAY = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
"""Monday 09:00 in Jakarta."""
LARGEST_FRAME = 16_000
"""Bytes of a frame from the bot, in any scenario. Slack closes the socket at 20,480."""
CALENDAR_KEY = "0123456789012345678901234567890123456789012="
"""Encrypts calendar links: the tests' own, and public."""
PROGRAMME_START = "2027-02-01"
DRAW = (certificates.draw, charts.draw)
"""Give the same bytes for the same texts and numbers."""


@dataclass
class Colleague:
    """A person at work. Every action returns once the bot has done all that it does about it."""

    office: "Office"
    slack: Person

    @property
    def id(self) -> str:
        return self.slack.id

    async def command(self, text: str, channel: Channel | None = None) -> Outcome:
        """Type `/mentoring text`."""
        return await self._done(await self.slack.command(f"/mentoring {text}", channel))

    async def click(
        self, on: Message | View | None, action_id: str, value: Any = None, *, block_id: str | None = None
    ) -> Outcome:
        if value is not None:
            blocks = (on or self.modal).blocks
            await self._search(on, [one for one in places(blocks) if one.element["action_id"] == action_id], block_id)
        return await self._done(await self.slack.click(on, action_id, block_id, value=value))

    async def submit(self, values: dict[str, Any] | None = None) -> Outcome:
        if values:
            await self._search(None, [one for one in places(self.modal.blocks) if one.block["block_id"] in values])
            values = dict(values)
            for key in self.slack.told_at_once(values):
                filled = await self._done(await self.slack.fill({key: values.pop(key)}))
                if not filled.ok:
                    return filled
        return await self._done(await self.slack.submit(values))

    async def _search(self, on: Message | View | None, menus: list[Place], block_id: str | None = None) -> None:
        """Open menus whose options the bot finds: nothing else can be chosen in them."""
        for menu in menus:
            if menu.element["type"] in EXTERNAL and block_id in (None, menu.block["block_id"]):
                await self.slack.suggest(on, menu.element["action_id"], menu.block["block_id"])

    async def open_home(self) -> View | None:
        await self.slack.open_home()
        await self.office.calm()
        return self.slack.home

    async def say(self, text: str) -> Outcome:
        """Write to the bot."""
        outcome = await self.slack.say(self.office.slack.workspace.open_dm(self.id), text)
        await self.office.calm()
        return outcome

    @property
    def modal(self) -> View:
        assert self.slack.modal is not None, "no modal is open"
        return self.slack.modal

    @property
    def inbox(self) -> list[Message]:
        """What the bot wrote to this person's DM, oldest first."""
        dm = self.slack.dm
        bot = self.office.slack.workspace.bot_user
        return [one for one in self.slack.visible(dm) if one.user == bot] if dm else []

    def whispered(self, channel: Channel) -> list[str]:
        """What only this person saw in a channel."""
        return [one.text for one in self.slack.visible(channel) if one.ephemeral_to == self.id]

    async def _done(self, outcome: Outcome) -> Outcome:
        await self.office.balik.context.wait_idle()
        return outcome


@dataclass(repr=False)  # asyncio writes down what a fixture leads to, and this would be all of it
class Office:
    """Slack, the bot and the clock."""

    slack: Slack
    balik: Balik
    clock: ManualClock
    hr_channel: Channel
    general: Channel
    people: dict[str, Colleague] = field(default_factory=dict)

    def hire(self, name: str, **details: Any) -> Colleague:
        """A new colleague, found later as `office.people[first name]`."""
        first = name.split()[0].lower()
        user = self.slack.add_user(name, **{"email": f"{first}@kantor.example", **details})
        self.slack.add_member(self.general, user)
        self.people[first] = Colleague(self, self.slack.as_person(user))
        return self.people[first]

    async def calm(self) -> None:
        """Nothing is under way between Slack and the bot any more."""
        await wait_idle(self.slack, self.balik)

    async def settle(self) -> None:
        """Everything due now is done."""
        await self.calm()
        await play(self.balik, self.clock, self.clock.now())

    async def run(self, until: datetime | None = None, **by: float) -> None:
        """Play on until a moment, or by `days=…`, `hours=…`."""
        target = until or self.clock.now() + timedelta(**by)

        async def pump(_now: datetime) -> None:
            await self.slack.pump()

        await play(self.balik, self.clock, target, pump)

    async def set_up(self, hr: Colleague, **changes: Any) -> Outcome:
        """HR sets a programme up, by the form; or changes a released one, whose form has fewer fields."""
        await hr.command("setup", self.hr_channel)
        values = {
            "name": "Tukar Ilmu 2027",
            "theme": "digital_trends",
            "starts_on": PROGRAMME_START,
            "months": "6",
            "cadence": "monthly",
            "language": spoken(),
            "announce_channel": self.general.id,
            "contact": hr.id,
        }
        fields = {block["block_id"] for block in hr.modal.blocks}
        outcome = await hr.submit({name: one for name, one in values.items() if name in fields} | changes)
        await self.settle()
        return outcome

    async def join(self, who: Colleague, role: str, level: str, department: str, **more: Any) -> Outcome:
        """Somebody signs up, by both steps of the form. `more` is filled where it belongs."""
        if role != "mentee":
            more.setdefault("offers", ["ai_tools"])
        if role != "mentor":
            more.setdefault("wishes", ["ai_tools"])
        await who.command("join")
        if who.modal.callback_id == "which.form":
            offered = [one["value"] for part in parts_of(who.modal.blocks) for one in part.get("options", [])]
            assert (await who.submit({"programme": max(offered, key=int)})).ok
        first: dict[str, Any] = {
            name: more.pop(name) for name in ("offers", "wishes", "manager", "avoids", "address") if name in more
        }
        if "manager" not in first:
            first["no_manager"] = ["none"]
        first["language"] = more.pop("language", spoken())
        outcome = await who.submit({"role": role, "level": level, "department": department, **first})
        if not outcome.ok:
            return outcome
        told: dict[str, Any] = {f"skill_{topic}": "2" for topic in first.get("wishes", [])}
        if role != "mentee":
            told["confidence"] = "4"
        outcome = await who.submit({**told, **more})
        await who.slack.close(all=True)
        await self.settle()
        return outcome

    def posted(self, channel: Channel) -> list[Message]:
        """What the bot posted for all to see."""
        return [one for one in channel.messages.values() if one.user == self.slack.workspace.bot_user]


async def _here(function: Callable[..., Any], *arguments: Any) -> Any:
    """Solve and draw in this process: starting a worker takes a second. What was drawn is not drawn anew."""
    return _drawn(function, *arguments) if function in DRAW else function(*arguments)


@cache
def _drawn(function: Callable[..., Any], what: Hashable) -> Any:
    return function(what)


@cache
def _our_manifest() -> Manifest:
    return Manifest.load(ROOT / "manifest.yml")


@cache
def _our_texts() -> Catalogue:
    """Read once for all offices."""
    return Catalogue.load()


@asynccontextmanager
async def open_office(
    database_url: str,
    start: datetime = MONDAY,
    own_texts: Path | None = None,
    *,
    in_step: bool = True,
    one_a_day: bool = False,
    draw_trigger: Draw | None = None,
    mailing: Mailing | None = None,
) -> AsyncIterator[Office]:
    """An office with HR's channel #hr-mentoring (bot invited), #umum, and nobody in it. `own_texts`: its own folder.

    `in_step`: SQLite without its driver's thread (`storage.inline_sqlite`): two thirds of the time.
    `one_a_day`: everything that is due for a person on a day is one message, as in a real workspace. Otherwise each
    message is sent by itself when it is due, so that a scenario about one feature need not wait for the next day.
    `draw_trigger`: makes Slack's trigger ids, which end up in the marks of messages; for tests that compare bytes.
    """
    clock = ManualClock(start)
    slack = Slack(_our_manifest(), clock=clock, ack_limit=processor_time, draw_trigger=draw_trigger)
    await lay_out(database_url)
    async with slack.serve():
        parts = BotConfig(
            slack.bot_token,
            database_url,
            clock,
            slack.api_url,
            prompts_dir=own_texts,
            catalogue=None if own_texts else _our_texts(),
            delivery=DeliverySettings(workers=1, one_a_day=one_a_day),
            limits=NO_HURRY,
            calendar_keys=(CALENDAR_KEY,),
            mailing=mailing,
            inline=in_step and database_url.startswith("sqlite"),
        )
        async with build(parts) as balik, balik.socket(slack.app_token):
            hr_channel = slack.add_channel("hr-mentoring", private=True, members=[])
            slack.invite_bot(hr_channel)
            general = slack.add_channel("umum", members=[])
            await wait_idle(slack, balik)
            balik.context.in_worker = balik.context.calendars.in_worker = _here
            yield Office(slack, balik, clock, hr_channel, general)
            assert slack.sockets.largest_frame < LARGEST_FRAME


def texts_in(message: Message | View) -> str:
    """Every text of a message or view, one a line, as a person reads it."""
    shown = [part["text"] for part in parts_of(message.blocks) if isinstance(part.get("text"), str)]
    return "\n".join([message.text, *shown] if isinstance(message, Message) else shown)


def shows(message: Message | View, key: str, language: str = "", /, **values: Any) -> bool:
    """Whether a message or view says this text of the catalogue (`tests.wording.says`)."""
    return says(texts_in(message), key, language, **values)


def action_ids(message: Message | View) -> list[str]:
    """The action_id of every element one can use."""
    return [part["action_id"] for part in parts_of(message.blocks) if "action_id" in part]


def parts_of(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in blocks, outermost first."""
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for inner in tree:
            yield from parts_of(inner)
