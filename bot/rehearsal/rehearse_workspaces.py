"""`balik rehearse --workspaces N`: companies that installed Balik by OAuth run programmes side by side on one bot."""

import json
import socket
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bot.clock import NO_HURRY, ManualClock
from bot.delivery.settings import DeliverySettings
from bot.rehearsal.browser import Browser
from bot.rehearsal.company import Member, company
from bot.rehearsal.demo_workspace import DemoWorkspace, seed_company
from bot.rehearsal.demo_workspaces import COMPANIES
from bot.rehearsal.many_bot import address, serving_bot
from bot.rehearsal.rehearsal import ACK_SECONDS, PrintLine, Rehearsal
from bot.rehearsal.rehearsal_plan import RehearsalPlan
from bot.rehearsal.separation import Company, Mixed, Played, look_back, mixed_up
from bot.rehearsal.side_by_side import run_side_by_side
from bot.rehearsal.time_travel import few_collections
from bot.sandbox import Manifest, Workspaces
from bot.workspaces.app_manifest import manifest_for
from bot.workspaces.oauth_paths import EVENTS_PATH, INSTALL_PATH
from bot.workspaces.settings import ManySettings
from prompts.catalogue import Catalogue
from storage.tables import OutboxState, SessionState

LOST = {OutboxState.DEAD, OutboxState.HELD, OutboxState.UNKNOWN}


class NotInstalled(Exception):
    """The installation page did not end with an installation."""


def plans_of(plan: RehearsalPlan, count: int, catalogue: Catalogue) -> list[RehearsalPlan]:
    """A plan for each workspace: names of their own, and the languages in turn, beginning with that of `plan`."""
    languages = [plan.language, *(code for code in catalogue.languages if code != plan.language)]
    plans = []
    for number, name in enumerate(COMPANIES[:count]):
        language = languages[number % len(languages)]
        year = str(plan.set_up_on.year)
        title = plan.name or catalogue.texts(language).plain("rehearsal.programme.name", year=year)
        plans.append(replace(plan, name=f"{title} {name.split()[-1]}", language=language, seed=plan.seed + number))
    return plans


async def rehearse_workspaces(
    plans: Sequence[RehearsalPlan], out: Path, print_line: PrintLine, catalogue: Catalogue | None = None
) -> tuple[dict[str, Any], list[Mixed]]:
    """Play the plans, each in a workspace of its own, and write `workspaces.json` and each workspace's calls to `out`.

    The report, and what of one workspace showed in another. Raises as `rehearse`, and `NotInstalled`.
    """
    with tempfile.TemporaryDirectory() as folder:
        played = await play_in_workspaces(plans, f"sqlite:///{folder}/rehearsal.sqlite", print_line, catalogue)
    mixed = mixed_up(played)
    report = {
        "workspaces": [_figures(played, each) for each in played.companies],
        "calls_read": sum(len(each.calls) for each in played.companies),
        "rows_read": sum(map(len, played.rows.values())),
        "mixed_up": [vars(each) for each in mixed],
    }
    for each in played.companies:
        each.rehearsal.activity_log.write_calls(out / f"calls-{each.key}.jsonl")
    (out / "workspaces.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return report, mixed


async def play_in_workspaces(
    plans: Sequence[RehearsalPlan], database_url: str, print_line: PrintLine, catalogue: Catalogue | None = None
) -> Played:
    """Install the app in a workspace for each plan, run the programmes side by side, and look back."""
    clock = ManualClock(min(plan.begins for plan in plans))
    url = address(port := _free_port())
    slacks = Workspaces(
        Manifest.parse(manifest_for(url)),
        clock=clock,
        request_url=f"{url}{EVENTS_PATH}",
        ack_seconds=NO_HURRY.seconds(ACK_SECONDS),
    )
    stages = [
        seed_company(slacks.add_workspace(name), _of_company(company(plan.people, plan.seed), name), plan.language)
        for plan, name in zip(plans, COMPANIES, strict=False)
    ]
    with few_collections():
        async with slacks.serve():
            many = ManySettings(slacks.client.id, slacks.client.secret, url, (Fernet.generate_key().decode(),))
            options = {
                "catalogue": catalogue,
                "inline": True,
                "keep_connections": True,
                "limits": NO_HURRY,
                "delivery": DeliverySettings(workers=1),
            }
            async with serving_bot(slacks, database_url, clock, port, many, **options) as balik:
                rehearsals = []
                for plan, stage in zip(plans, stages, strict=True):
                    await _install(stage, f"{url}{INSTALL_PATH}?lang={plan.language}")
                    stage.slack.invite_bot(stage.hr_channel)
                    tell = partial(_tell, print_line, stage.slack.workspace.name)
                    rehearsals.append(Rehearsal(plan, stage, balik, clock, tell))
                await slacks.wait_idle()
                await balik.context.wait_idle()
                await run_side_by_side(rehearsals, balik, clock)
                return await look_back(rehearsals, balik.store)


def _tell(print_line: PrintLine, name: str, line: str) -> None:
    print_line(f"{name}: {line}")


async def _install(stage: DemoWorkspace, page: str) -> None:
    """As someone of HR does it. Raises `NotInstalled`, `NoButton`."""
    space = stage.slack.workspace
    user = next(user for member, user in stage.members.values() if member.hr)
    browser = Browser()
    try:
        back = await browser.press((await browser.get(page)).link, "allow", space.team_id, user.id)
        last = await browser.get(back)
    finally:
        await browser.http.close()
    if last.status != 200:
        raise NotInstalled(last.text)


def _of_company(members: list[Member], name: str) -> list[Member]:
    """The people of the sample company, all with the company's name as their surname: it shows where it does not
    belong."""
    return [
        replace(member, name=f"{member.name} {name}", manager=f"{member.manager} {name}" if member.manager else "")
        for member in members
    ]


def _figures(played: Played, company: Company) -> dict[str, Any]:
    rehearsal = company.rehearsal
    states = [row["state"] for row in played.rows_of(company, "outbox")]
    return {
        "workspace": company.key,
        "name": rehearsal.stage.slack.workspace.name,
        "programme": rehearsal.plan.name,
        "language": rehearsal.plan.language,
        "pairs": len(played.rows_of(company, "pair")),
        "sessions_held": sum(row["state"] == SessionState.HELD for row in played.rows_of(company, "session")),
        "messages_sent": states.count(OutboxState.SENT),
        "not_delivered": sum(state in LOST for state in states),
        "calls": len(company.calls),
    }


def _free_port() -> int:
    """A port of this machine on which nothing listens: Slack's addresses in the manifest name it beforehand."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
