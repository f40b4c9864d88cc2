"""The simulated users of the demo: while they are switched on, each acts by their behaviour."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.balik import Balik
from bot.rehearsal.activity_log import ActivityLog
from bot.rehearsal.actor import Actor
from bot.rehearsal.behaviours import Behaviours
from bot.rehearsal.contact_actions import ContactActions
from bot.rehearsal.demo_workspace import DemoWorkspace
from bot.rehearsal.hr_actions import HrActions, open_draft, release
from bot.rehearsal.message_readers import MessageReaders
from bot.rehearsal.signing_up import Refused, sign_up
from bot.sandbox import FormError
from storage.tables import Programme, ProgrammeState

log = logging.getLogger(__name__)

LIVE_PACE = 1 / 240
"""While the clock is not moved, 20 minutes of reading time are 5 seconds."""
DRAFTS_BEFORE = timedelta(days=14)
"""HR drafts this long before the start, or earlier, as soon as all people have signed up."""
HR_WAITS = timedelta(hours=1)
LOOKS_BACK = timedelta(days=14)
"""Older messages are not answered when the simulation is switched on."""
TOLD = 8
"""How many of the last actions are shown."""

Json = dict[str, Any]


@dataclass(frozen=True)
class ProgrammeOutline:
    """How long the programme is, when it starts, and in which language people write."""

    starts_on: date
    months: int
    language: str

    @classmethod
    async def read(cls, balik: Balik) -> "ProgrammeOutline":
        """That of the first programme."""
        async with balik.store.read(balik.clock.now()) as work:
            programme = await work.session.get_one(Programme, 1)
            return cls(programme.starts_on, programme.months, programme.language)


class SimulatedUsers:
    """Implements `bot.rehearsal.page_extension.UserSimulation`. Nobody acts for those of `stage.slack.played`."""

    def __init__(
        self,
        stage: DemoWorkspace,
        balik: Balik,
        activity_log: ActivityLog,
        actors: list[Actor],
        course: ProgrammeOutline,
    ) -> None:
        self.stage, self.balik, self.activity_log, self.actors, self.course = stage, balik, activity_log, actors, course
        self.texts = balik.context.catalogue.texts(course.language)
        self.on = False
        self.next_at: datetime | None = None
        """When the next person acts."""
        self.actions = 0
        self._acting = asyncio.Lock()
        self._awake = asyncio.Event()
        self._began = False
        self._asked: set[str] = set()
        self._drafted = self._running = False
        self._hr_ready_at: datetime | None = None
        self.others = [actor for actor in actors if not actor.member.hr]
        self.hr = next(actor for actor in actors if actor.member.hr)
        behaviours = Behaviours(self.others, self.texts, course.months)
        self.message_readers = MessageReaders(stage.slack, self.others, behaviours, self._spared)
        start = datetime.combine(course.starts_on, time(3), UTC)
        self.drafts_at = start - DRAFTS_BEFORE
        self.contact_actions = ContactActions((self.hr,))
        self.hr_actions = HrActions(
            self.hr, stage, start + timedelta(weeks=2 * course.months), language=course.language
        )

    def view(self) -> Json:
        """What the page shows of it."""
        done = [one for one in self.activity_log.entries[-200:] if one.kind == "action"][-TOLD:]
        names = {actor.id: actor.member.name for actor in self.actors}
        recent = [{"at": one.at.isoformat(), "who": names.get(one.who[0], ""), "what": one.text} for one in done]
        return {
            "on": self.on,
            "actions": self.actions,
            "recent": recent,
            "next": self.next_at.isoformat() if self.on and self.next_at else None,
        }

    def switch(self, on: bool) -> None:
        """Switch the simulation on or off."""
        if on and not self._began:
            self._began = True
            self._overlook_the_old()
        self.on = on
        self._awake.set()
        self.stage.slack.changed("extension")

    async def react(self, now: datetime) -> datetime | None:
        """Let people act up to now, at the pace of the moved clock; when the next person acts."""
        return await self._react(now, 1.0)

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """In this context people also act while the clock is not moved: faster than in real life."""
        end = self.stage.slack.on_change(self._wake)
        living = asyncio.create_task(self._live())
        try:
            yield
        finally:
            end()
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living

    def _wake(self, change: Json) -> None:
        if change["kind"] != "extension":
            self._awake.set()

    async def _live(self) -> None:
        while True:
            wait = 60.0
            if self.on and self.next_at:
                wait = max(0.2, (self.next_at - self.balik.clock.now()).total_seconds())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), min(wait, 60.0))
            self._awake.clear()
            if not self.stage.slack.advancing:
                await self._react(self.balik.clock.now(), LIVE_PACE)

    async def _react(self, now: datetime, pace: float) -> datetime | None:
        if not self.on:
            return None
        async with self._acting:
            before = self.activity_log.actions
            self.message_readers.pace = pace
            wishes = []
            for part in (self._join, self._run, self.message_readers.react):
                try:
                    wishes.append(await part(now))
                except (FormError, PermissionError, Refused, LookupError) as error:
                    # A user of the page may have been quicker: then the button is gone.
                    log.info("a simulated user could not act: %s", error)
                    wishes.append(now + timedelta(seconds=1))
            self.next_at = min((wish for wish in wishes if wish), default=None)
            done = self.activity_log.actions - before
        if done:
            self.actions += done
            self.stage.slack.changed("extension")
        return self.next_at

    def _spared(self, actor: Actor) -> bool:
        return actor.id in self.stage.slack.played

    def _overlook_the_old(self) -> None:
        since = str((self.balik.clock.now() - LOOKS_BACK).timestamp())
        for actor in self.actors:
            for channel in actor.person.channels:
                old = [m for m in actor.person.visible(channel) if m.bot_id and not m.ephemeral_to and m.ts < since]
                actor.read_up_to[channel.id] = len(old)

    # Before there are pairs

    def _waiting(self) -> list[Actor]:
        """Participants who have not signed up: the bot never wrote to them."""
        return [actor for actor in self.others if actor.member.role and not actor.was_written_to]

    async def _join(self, now: datetime) -> datetime | None:
        for actor in self._waiting():
            if not self._spared(actor) and actor.id not in self._asked:
                self._asked.add(actor.id)  # once, whatever the result
                await sign_up(actor, self.stage, self.course.language)
        return None

    async def _run(self, now: datetime) -> datetime | None:
        """HR's part, while no user acts as HR: draft, release, and look after the pairs."""
        if self._spared(self.hr):
            return None
        if not await self._recruiting(now):
            wishes = [await self.hr_actions.react(now), await self.contact_actions.react(now)]
            return min((wish for wish in wishes if wish), default=None)
        draft = open_draft(self.hr, self.stage)
        if draft and draft.ts not in self._asked:
            self._asked.add(draft.ts)
            await release(self.hr, draft, self.texts.plain("rehearsal.programme.sponsor"))
            return None
        if self._hr_ready_at is None and not self._waiting():
            self._hr_ready_at = now + HR_WAITS * self.message_readers.pace
        due = min(self.drafts_at, self._hr_ready_at or self.drafts_at)
        if now < due:
            return due
        if not self._drafted:
            self._drafted = True
            await self.hr.command("/mentoring match", self.stage.hr_channel)
        return None

    async def _recruiting(self, now: datetime) -> bool:
        if not self._running:
            async with self.balik.store.read(now) as work:
                programme = await work.session.get_one(Programme, 1)
                self._running = programme.state != ProgrammeState.RECRUITING
        return not self._running
