"""`balik demo --workspaces 2`: several companies on a local Slack, in which you install Balik yourself.

Nothing is kept. Nobody is simulated: you act as everyone. The clock is that of all workspaces.
"""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from cryptography.fernet import Fernet

from bot.balik import Balik
from bot.clock import OffsetClock
from bot.rehearsal.company import company
from bot.rehearsal.demo_workspace import DemoWorkspace, seed_company
from bot.rehearsal.many_bot import address, serving_bot
from bot.rehearsal.rehearsal import PrintLine
from bot.rehearsal.time_travel import few_collections, play
from bot.sandbox import Manifest, Workspaces
from bot.workspaces.app_manifest import manifest_for
from bot.workspaces.oauth_paths import EVENTS_PATH, INSTALL_PATH
from bot.workspaces.settings import ManySettings
from prompts.catalogue import DEFAULT_LANGUAGE

COMPANIES = ("PT Angin Timur", "PT Bukit Raya", "PT Cahaya Laut", "PT Danau Biru")
PEOPLE, SEED = 8, 7
ABROAD = "Asia/Kolkata"
"""Where the people are unless they read Indonesian. Slack itself is not in Indonesian, so Balik takes people in
Indonesian time zones, whatever Slack's language is, for readers of Indonesian until they choose."""
SOON = timedelta(seconds=1)
"""Until then Balik has stored the installation."""

HELLO = """
A local Slack with {count} workspaces is running: {slack}  (Ctrl-C ends it; nothing is kept)
Balik is in none of them yet.
  1. Install it: open {install}, press "Add to Slack", choose a workspace, and allow it.
  2. Go back to {slack}, choose that workspace at the top, and be Dewi Lestari (HR).
     In #hr-mentoring, to which Balik is invited, type /mentoring setup.
  3. Install it in the other workspace, too: nothing of one shows in the other.
"""


class _SeenEnough(Exception):
    """The user asked to stop the moving clock."""


async def run_demo_workspaces(count: int, port: int, language: str, print_line: PrintLine) -> None:
    """Serve `count` workspaces at `port`, and Balik of mode many at the next port, until Ctrl-C.

    Raises OSError or `http.PortTaken` if a port is in use.
    """
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with serving_workspaces(count, port, language) as (slacks, balik), balik.working():
        address = f"{slacks.client.redirect_urls[0].rpartition('/slack/')[0]}{INSTALL_PATH}?lang={language}"
        print_line(HELLO.format(count=count, slack=slacks.url, install=address))
        await stopped.wait()


@asynccontextmanager
async def serving_workspaces(count: int, port: int, language: str) -> AsyncIterator[tuple[Workspaces, Balik]]:
    """The local Slack at `port`, and the bot of mode many at the next one."""
    clock = OffsetClock(timedelta())
    url = address(port + 1)
    slacks = Workspaces(Manifest.parse(manifest_for(url)), clock=clock, request_url=f"{url}{EVENTS_PATH}")
    members = [one if language == DEFAULT_LANGUAGE else replace(one, zone=ABROAD) for one in company(PEOPLE, SEED)]
    for name in COMPANIES[:count]:
        _invite_when_installed(seed_company(slacks.add_workspace(name), members, language))
    many = ManySettings(slacks.client.id, slacks.client.secret, url, (Fernet.generate_key().decode(),))
    with tempfile.TemporaryDirectory() as folder:
        async with slacks.serve(port):
            database_url = f"sqlite:///{folder}/balik.sqlite"
            async with serving_bot(slacks, database_url, clock, port + 1, many, inline=True) as balik:
                for slack in slacks.slacks.values():
                    slack.on_advance = partial(_advance, slacks, balik, clock)
                yield slacks, balik


def _invite_when_installed(stage: DemoWorkspace) -> None:
    """HR invites Balik into its channel, `SOON` after it was installed: nobody at the page can."""
    slack, channel = stage.slack, stage.hr_channel
    planned = False

    async def invite() -> None:
        nonlocal planned
        planned = False
        if slack.workspace.installed:
            slack.invite_bot(channel)

    def look(_change: object) -> None:
        nonlocal planned
        if not planned and slack.workspace.installed and slack.workspace.bot_user not in channel.members:
            planned = True
            slack.later(SOON, invite)

    slack.on_change(look)


async def _advance(slacks: Workspaces, balik: Balik, clock: OffsetClock, target: datetime) -> None:
    """Move the clock of all workspaces until `target`, or until a user of the page has seen enough."""

    async def step(_now: datetime) -> None:
        if any(slack.clock_move and slack.clock_move.stopped for slack in slacks.slacks.values()):
            raise _SeenEnough
        await slacks.pump()

    async with balik.resting():
        with suppress(_SeenEnough), few_collections():
            await play(balik, clock, target, step)
