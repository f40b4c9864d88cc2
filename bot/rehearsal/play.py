"""The rehearsal itself: from set-up to the end of the programme, in under a minute."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from bot.app import Balik, Parts, build
from bot.charts import draw
from bot.clock import ManualClock
from bot.delivery import DeliverySettings
from bot.domain.sessions import add_months
from bot.rehearsal import transcript
from bot.rehearsal.actor import Actor, offers
from bot.rehearsal.company import company
from bot.rehearsal.crowd import Crowd
from bot.rehearsal.diary import Diary
from bot.rehearsal.signing_up import set_up, sign_up
from bot.rehearsal.stage import Stage, furnish
from bot.sandbox import Message
from bot.services.numbers import Summary, read_summary
from bot.timelapse import play
from handlers.views.summary import chart
from prompts.catalogue import Texts
from storage.tables import Programme

ZONE = "Asia/Jakarta"
OPENING = timedelta(hours=2)
"""09:00 in Jakarta, in UTC: when HR begins."""
SIGN_UP_DAYS = 5
UNTIL_START = timedelta(days=28)
AFTER_THE_END = timedelta(days=21)
"""How long after its last day a programme is still watched: polls close, certificates and thanks go out."""
RELEASE = "match.release"

PrintLine = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What is rehearsed. `start` is the day on which HR sets the programme up."""

    people: int
    months: int
    language: str
    seed: int
    start: date


class Rehearsal:
    """One programme on the local Slack, with its people."""

    def __init__(self, plan: Plan, stage: Stage, balik: Balik, clock: ManualClock, tell: PrintLine) -> None:
        self.plan, self.stage, self.balik, self.clock, self.tell = plan, stage, balik, clock, tell
        self.texts = balik.desk.catalogue.texts(plan.language)
        self.name = self.texts.plain("rehearsal.programme.name", year=plan.start.year)
        self.diary = Diary(stage.slack)
        actors = [
            Actor(member, stage.slack.as_person(user), balik, self.diary, plan.seed)
            for member, user in stage.members.values()
        ]
        self.hr = next(actor for actor in actors if actor.member.hr)
        self.others = [actor for actor in actors if not actor.member.hr]
        self.crowd = Crowd(self.others, stage, self.texts)

    @property
    def starts_on(self) -> date:
        return self.plan.start + UNTIL_START

    @property
    def ends(self) -> datetime:
        last = add_months(self.starts_on, self.plan.months)
        return datetime(last.year, last.month, last.day, tzinfo=UTC) + AFTER_THE_END

    async def run(self) -> None:
        """Set up, sign up, match, release, and everything until the end."""
        self._say("set_up")
        await set_up(self.hr, self.stage, self.name, self.starts_on, self.plan.months, self.plan.language, self.hr.id)
        await self._until(self.clock.now())
        self._say("sign_up")
        for place, actor in enumerate(self.others):
            day = SIGN_UP_DAYS * place // len(self.others)
            await self._until(max(self.clock.now(), self._morning(self.plan.start + timedelta(days=day))))
            await sign_up(actor, self.stage, self.plan.language)
        await self._until(self._morning(self.plan.start + timedelta(days=2 * SIGN_UP_DAYS)))
        self._say("match")
        await self.hr.command("/mentoring match", self.stage.hr_channel)
        await self._until(self.clock.now() + timedelta(minutes=5))
        await self.hr.press(self._draft(), RELEASE)
        month = self.plan.start
        while self.clock.now() < self.ends:
            month = add_months(month, 1)
            self.tell(self.texts.plain("rehearsal.progress.month", day=self.texts.day(self.clock.now().date())))
            await self._until(min(self._morning(month), self.ends))

    def _say(self, stage: str) -> None:
        self.tell(self.texts.plain(f"rehearsal.progress.{stage}"))

    def _morning(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + OPENING

    def _draft(self) -> Message:
        return next(one for one in reversed(self.hr.person.visible(self.stage.hr_channel)) if offers(one, RELEASE))

    async def _until(self, moment: datetime) -> None:
        async def step(now: datetime) -> None:
            await self.stage.slack.pump()
            await self.crowd.react(now)

        await play(self.balik, self.clock, moment, step)

    async def summary(self) -> Summary:
        """HR's numbers at the end."""
        async with self.balik.store.read(self.clock.now()) as work:
            programme = await work.session.get_one(Programme, 1)
            return await read_summary(work, programme)


async def rehearse(plan: Plan, out: Path, print_line: PrintLine) -> dict[str, Any]:
    """Play `plan` and write transcript.html, calls.jsonl, summary.png and report.json to `out`; the report."""
    began = monotonic()
    out.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  # once, before anything waits
    clock = ManualClock(datetime(plan.start.year, plan.start.month, plan.start.day, tzinfo=UTC) + OPENING)
    stage = furnish(company(plan.people, plan.seed), clock)
    with tempfile.TemporaryDirectory() as folder:
        async with stage.slack.serve():
            parts = Parts(
                bot_token=stage.slack.bot_token,
                database_url=f"sqlite:///{folder}/rehearsal.sqlite",
                clock=clock,
                api_url=stage.slack.api_url,
                fleeting=True,
                delivery=DeliverySettings(workers=1),
            )
            async with build(parts) as balik, balik.socket(stage.slack.app_token):
                rehearsal = Rehearsal(plan, stage, balik, clock, print_line)
                await rehearsal.run()
                summary = await rehearsal.summary()
    report = _report(plan, rehearsal.diary, summary)
    _write(out, rehearsal, summary, report)
    seconds = f"{monotonic() - began:.0f}"
    print_line(rehearsal.texts.plain("rehearsal.progress.done", folder=str(out), seconds=seconds))
    return report


def _report(plan: Plan, diary: Diary, summary: Summary) -> dict[str, Any]:
    return {
        "people": plan.people,
        "months": plan.months,
        "language": plan.language,
        "seed": plan.seed,
        "messages": diary.messages,
        "refused": diary.refused,
        "calls": dict(sorted(Counter(call["method"] for call in diary.calls).items())),
        "pairs": dict(sorted(summary.stages.items())),
        "sessions": {"held": summary.sessions.held, "planned": summary.sessions.planned},
    }


def _write(out: Path, rehearsal: Rehearsal, summary: Summary, report: dict[str, Any]) -> None:
    texts: Texts = rehearsal.texts
    transcript.write(out / "transcript.html", rehearsal.diary, texts, rehearsal.name, ZONE)
    rehearsal.diary.write_calls(out / "calls.jsonl")
    (out / "summary.png").write_bytes(draw(chart(texts, summary)))
    (out / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
