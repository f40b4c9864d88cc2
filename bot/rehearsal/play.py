"""The rehearsal itself: from set-up to the end of the programme, in under a minute."""

import gc
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from bot.app import Balik, Parts, build
from bot.charts import draw
from bot.clock import ManualClock
from bot.delivery import DeliverySettings
from bot.domain.programmes import Theme
from bot.domain.sessions import add_months
from bot.rehearsal import transcript
from bot.rehearsal.actor import Actor
from bot.rehearsal.company import Member, company
from bot.rehearsal.crowd import Crowd
from bot.rehearsal.diary import Diary
from bot.rehearsal.habits import Habits
from bot.rehearsal.report import figures
from bot.rehearsal.signing_up import set_up, sign_up
from bot.rehearsal.stage import Stage, furnish
from bot.rehearsal.steering import Steering, open_draft, release, remind
from bot.timelapse import play
from handlers.views.summary import chart
from storage.tables import Programme

ZONE = "Asia/Jakarta"
OPENING = timedelta(hours=2)
"""09:00 in Jakarta, in UTC: when HR begins."""
SIGN_UP_DAYS = 5
UNTIL_START = timedelta(days=28)
AFTER_THE_END = timedelta(days=125)
"""How long after its last day a programme is still watched: polls close, certificates and thanks go out, people are
asked once more 90 days on, and HR hears three weeks later what has changed."""

PrintLine = Callable[[str], None]


class NothingToRelease(Exception):
    """The matching found no pair."""


@dataclass(frozen=True)
class Plan:
    """What is rehearsed. `start` is the day on which HR sets the programme up."""

    people: int
    months: int
    language: str
    seed: int
    start: date
    theme: Theme = Theme.DIGITAL_TRENDS

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.start, time(), UTC) + OPENING

    @property
    def starts_on(self) -> date:
        """The programme's first day."""
        return self.start + UNTIL_START

    @property
    def half_way(self) -> datetime:
        return self.begins + UNTIL_START + timedelta(weeks=2 * self.months, days=1)

    @property
    def ends(self) -> datetime:
        return datetime.combine(add_months(self.starts_on, self.months), time(), UTC) + AFTER_THE_END


class Rehearsal:
    """One programme on the local Slack, with its people."""

    def __init__(self, plan: Plan, stage: Stage, balik: Balik, clock: ManualClock, tell: PrintLine) -> None:
        self.plan, self.stage, self.balik, self.clock, self.tell = plan, stage, balik, clock, tell
        self.texts = balik.desk.catalogue.texts(plan.language)
        self.name = self._named(plan.start.year)
        self.diary = Diary(stage.slack)
        self.everybody = [
            Actor(member, stage.slack.as_person(user), balik, self.diary, plan.seed)
            for member, user in stage.members.values()
        ]
        self.hr, self.contact = [actor for actor in self.everybody if actor.member.hr]
        """Who runs the programme, and who hears concerns."""
        self.others = [actor for actor in self.everybody if not actor.member.hr]
        self.crowd = Crowd(self.others, Habits(self.others, self.texts, plan.months))
        self.steering = Steering(self.hr, stage, plan.half_way, self._named(plan.start.year + 1))
        self.report: dict[str, Any] = {}

    async def run(self) -> None:
        """Set up, sign up, match, release, and everything until the end."""
        plan = self.plan
        self._say("set_up")
        told = (plan.theme, plan.starts_on, plan.months, plan.language, self.contact.id)
        await set_up(self.hr, self.stage, self.name, *told)
        await self._until(self.clock.now())
        self._say("sign_up")
        for place, actor in enumerate(self.others):
            day = SIGN_UP_DAYS * place // len(self.others)
            await self._until(max(self.clock.now(), self._morning(plan.start + timedelta(days=day))))
            await sign_up(actor, self.stage, plan.language)
        await self._until(self._morning(plan.start + timedelta(days=SIGN_UP_DAYS - 1)))
        await remind(self.hr, self.stage)
        await self._until(self._morning(plan.start + timedelta(days=2 * SIGN_UP_DAYS)))
        self._say("match")
        await self.hr.command("/mentoring match", self.stage.hr_channel)
        await self._until(self.clock.now() + timedelta(minutes=5))
        draft = open_draft(self.hr, self.stage)
        if draft is None:
            raise NothingToRelease
        await release(self.hr, draft, self.texts)
        month = plan.start
        while self.clock.now() < plan.ends:
            month = add_months(month, 1)
            self.tell(self.texts.plain("rehearsal.progress.month", day=self.texts.day(self.clock.now().date())))
            await self._until(min(self._morning(month), plan.ends))

    def _named(self, year: int) -> str:
        return self.texts.plain("rehearsal.programme.name", year=year)

    def _say(self, stage: str) -> None:
        self.tell(self.texts.plain(f"rehearsal.progress.{stage}"))

    def _morning(self, day: date) -> datetime:
        return datetime.combine(day, time(), UTC) + OPENING

    async def _until(self, moment: datetime) -> None:
        async def step(now: datetime) -> datetime | None:
            await self.stage.slack.pump()
            wishes = [await self.steering.react(now), await self.crowd.react(now)]
            return min((wish for wish in wishes if wish), default=None)

        await play(self.balik, self.clock, moment, step)

    async def write(self, out: Path) -> None:
        """Write everything down."""
        async with self.balik.store.read(self.clock.now()) as work:
            programme = await work.session.get_one(Programme, 1)
            summary, found = await figures(work, programme, self.diary)
        characters = {actor.member.name: actor.member.character for actor in self.others}
        self.report = {**asdict(self.plan), "start": self.plan.start.isoformat(), **found, "characters": characters}
        cast = {actor.id: "hr" if actor.member.hr else actor.member.character for actor in self.everybody}
        transcript.write(out / "transcript.html", self.diary, self.texts, self.name, ZONE, cast)
        self.diary.write_calls(out / "calls.jsonl")
        (out / "summary.png").write_bytes(await self.balik.desk.in_worker(draw, chart(self.texts, summary)))
        (out / "report.json").write_text(json.dumps(self.report, indent=1, ensure_ascii=False) + "\n", "utf-8")


async def rehearse(
    plan: Plan, out: Path, print_line: PrintLine, members: Sequence[Member] = (), prompts: Path | None = None
) -> Rehearsal:
    """Play `plan` and write transcript.html, calls.jsonl, summary.png and report.json to `out`.

    `members` are played instead of the sample company, with the texts of the folder `prompts` over ours.
    Raises `NothingToRelease` if nobody of them can be paired.
    """
    began = monotonic()
    clock = ManualClock(plan.begins)
    stage = furnish(list(members) or company(plan.people, plan.seed), clock)
    with _few_collections(), tempfile.TemporaryDirectory() as folder:
        async with stage.slack.serve():
            parts = Parts(
                bot_token=stage.slack.bot_token,
                database_url=f"sqlite:///{folder}/rehearsal.sqlite",
                clock=clock,
                api_url=stage.slack.api_url,
                prompts_dir=prompts,
                fleeting=True,
                delivery=DeliverySettings(workers=1),
            )
            async with build(parts) as balik, balik.socket(stage.slack.app_token):
                rehearsal = Rehearsal(plan, stage, balik, clock, print_line)
                await rehearsal.run()
                await rehearsal.write(out)
    seconds = f"{monotonic() - began:.0f}"
    print_line(rehearsal.texts.plain("rehearsal.progress.done", folder=str(out), seconds=seconds))
    return rehearsal


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for garbage seldom: a rehearsal makes much that lasts, and ends soon."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
