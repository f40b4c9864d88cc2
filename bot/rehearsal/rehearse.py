"""A whole rehearsal: simulated from set-up to the end of the programme, then written to files."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic

from bot.app import build
from bot.balik import BotConfig
from bot.clock import NO_HURRY, Clock, ManualClock
from bot.delivery.settings import DeliverySettings
from bot.domain.busy_hours import HostRules
from bot.rehearsal.calendars import KEY, CalendarServer
from bot.rehearsal.company import company
from bot.rehearsal.demo_workspace import seed_workspace
from bot.rehearsal.difficulties import with_coarse_zones
from bot.rehearsal.output_files import write_down
from bot.rehearsal.rehearsal import ACK_SECONDS, PrintLine, Rehearsal
from bot.rehearsal.rehearsal_plan import RehearsalPlan, Workspace
from bot.rehearsal.roster import Roster
from bot.rehearsal.time_travel import few_collections
from bot.sandbox.secrets import seeded
from prompts.catalogue import Catalogue


async def rehearse(
    plan: RehearsalPlan,
    out: Path,
    print_line: PrintLine,
    roster: Roster | None = None,
    catalogue: Catalogue | None = None,
    *,
    time_left: bool = False,
) -> Rehearsal:
    """Play `plan` and write down in `out` what came of it (`bot.rehearsal.output_files`).

    `roster` replaces the sample company, `catalogue` Balik's own texts. With `time_left` the lines
    that are printed say how long the rest takes.
    Raises `NothingToRelease` if nobody can be paired, `Refused` if a form refuses a setting.
    """
    began = monotonic()
    clock = ManualClock(plan.begins)
    members = roster.members if roster else []
    played_by = members or company(plan.people, plan.seed)
    difficult = plan.workspace is Workspace.DIFFICULT
    played_by = with_coarse_zones(played_by) if difficult else played_by
    limit = NO_HURRY.seconds(ACK_SECONDS)
    stage = seed_workspace(played_by, clock, ack_seconds=limit, draw_trigger=seeded(plan.seed))
    plan = replace(plan, people=roster.taking_part) if roster and members else plan
    with few_collections(), tempfile.TemporaryDirectory() as folder:
        async with stage.slack.serve(), _calendars(plan, clock) as calendars:
            parts = BotConfig(
                bot_token=stage.slack.bot_token,
                database_url=f"sqlite:///{folder}/rehearsal.sqlite",
                clock=clock,
                api_url=stage.slack.api_url,
                catalogue=catalogue,
                inline=True,
                keep_connections=True,
                delivery=DeliverySettings(workers=1),
                limits=NO_HURRY,
                calendar_keys=(KEY,),
                calendar_hosts=HostRules(private=frozenset({calendars.origin} if calendars else ())),
            )
            async with build(parts) as balik, balik.socket(stage.slack.app_token):
                notes = roster.notes if roster else ()
                rehearsal = Rehearsal(plan, stage, balik, clock, print_line, notes, time_left=time_left)
                rehearsal.calendars = calendars
                await rehearsal.run()
                rehearsal.report, rehearsal.findings = await write_down(rehearsal, out)
    seconds = f"{monotonic() - began:.0f}"
    print_line(rehearsal.texts.plain("rehearsal.progress.done", folder=str(out), seconds=seconds))
    return rehearsal


@asynccontextmanager
async def _calendars(plan: RehearsalPlan, clock: Clock) -> AsyncIterator[CalendarServer | None]:
    """People's calendars, if they connect any."""
    if not plan.calendars:
        yield None
        return
    async with CalendarServer.of(plan, clock).serving() as server:
        yield server
