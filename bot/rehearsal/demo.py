"""`make demo`: the bot on a local Slack with a sample company, in one process, on a clock that can be moved forward.

The state is stored in a folder (the bot's database, the local Slack's state, the clock's offset), so that the next
start continues where the last one ended.
"""

import asyncio
import json
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import OffsetClock
from bot.domain.busy_hours import HostRules
from bot.domain.calendar import local
from bot.domain.programme import Theme, first_monday
from bot.domain.signup import Role
from bot.rehearsal.activity_log import ActivityLog
from bot.rehearsal.actor import Actor
from bot.rehearsal.calendars import KEY, CalendarServer
from bot.rehearsal.company import company
from bot.rehearsal.demo_samples import prepare_more
from bot.rehearsal.demo_workspace import DemoWorkspace, recognise, seed_workspace, trial_channel
from bot.rehearsal.guided_path import GuidedPath
from bot.rehearsal.inviting import decline, invite, nominate
from bot.rehearsal.page_extension import RehearsalPage
from bot.rehearsal.signing_up import set_up, sign_up
from bot.rehearsal.simulated_users import ProgrammeOutline, SimulatedUsers
from bot.rehearsal.time_travel import few_collections, play
from bot.rehearsal.upcoming import UpcomingEvents
from bot.sandbox import Manifest, Slack
from bot.slack.manifest_file import MANIFEST
from storage.lock import hold_lock

PEOPLE = 24
SEED = 7
MENTOR, LEADER = "Sari Wulandari", "Rudi Kurniawan"
LEFT_TO_YOU = (MENTOR, LEADER, "Kevin Wijaya")
"""Two mentors and a leader who have not signed up yet: a user of the demo can act as them.

One mentor more than leaders is missing, so that all find a partner whichever of them join."""
JOINS_WHEN_INVITED = "Bayu Anggara"
"""A mentor who joins by HR's invitation."""
SAVE_EVERY = 2.0
"""Seconds between two checks whether something has to be saved."""
SAVING_SHARE = 0.02
"""Maximum share of the time for saving: the more there is to write, the less often it is written."""

HELLO = """
Balik's demo is running: http://127.0.0.1:{port}  (Ctrl-C ends it and keeps everything)
The page asks whom you want to be: HR, an employee or a leader. Its guide leads through everything. Or by yourself:
  1. Be Sari Wulandari: read #umum, press the join button, fill in the form.
  2. Be Dewi Lestari (HR): in #hr-mentoring type /mentoring match, look at the pairs, release them.
     The window first asks for a word from leadership; "Lanjut tanpa ini" goes on without it.
  3. Press "Next thing" at the top until Sari is introduced (working hours are kept); be Sari, book the first session.
  4. Move on by weeks; as Sari read the material, answer the questions after the session. As Dewi: /mentoring summary.
  5. Try the first set-up as Dewi in #hr-coba-dari-awal: /mentoring setup, then /mentoring roster.
  6. Connect a calendar as Sari (Home, My working time): {calendars}/sari.ics is two thirds full.
  7. The guide's list "more to try" has circles, buddies, nominations, a kick-off, the playbook and others.
  8. Type /mentoring help as anyone. `make demo RESET=1` starts afresh, with DEMO_LANGUAGE=en in English.
"""


async def run_demo(folder: Path, port: int, *, reset: bool = False, language: str = "id") -> None:
    """Serve the demo until Ctrl-C; a new one begins in `language`: the programme, and what people chose.

    Raises `storage.lock.DatabaseInUse`, or OSError if the port is in use.
    """
    database = f"sqlite:///{folder}/balik.sqlite"
    with hold_lock(database):
        if reset:
            _forget(folder)
        clock = OffsetClock(_saved_offset(folder))
        stage, new = _stage(folder, clock, language)
        async with stage.slack.serve(port), _calendar(clock).serving(port + 1) as calendars:
            # Surviving a crash of the process is enough for a demo: waiting for the disk would halve its speed.
            parts = BotConfig(
                stage.slack.bot_token,
                database,
                clock,
                stage.slack.api_url,
                inline=True,
                calendar_keys=(KEY,),
                calendar_hosts=HostRules(private=frozenset({calendars.origin})),
            )
            async with build(parts) as balik, balik.socket(stage.slack.app_token):
                hello = HELLO.format(port=port, calendars=calendars.origin)
                link = f"{calendars.origin}/sari.ics"
                await _live(folder, hello, stage, balik, clock, link, new=new, language=language)


def _calendar(clock: OffsetClock) -> CalendarServer:
    """The calendar that you can connect in the demo."""
    today = clock.now().date()
    server = CalendarServer(clock, SEED, first_monday(today) - timedelta(weeks=1), today + timedelta(weeks=60))
    server.add("sari", next(member for member in company(PEOPLE, SEED) if member.name == MENTOR))
    return server


async def _live(
    folder: Path,
    hello: str,
    stage: DemoWorkspace,
    balik: Balik,
    clock: OffsetClock,
    calendar: str,
    *,
    new: bool,
    language: str,
) -> None:
    """`calendar`: the link of the calendar that you can connect."""
    if new:
        await _recruit(stage, balik, language)
    trial = trial_channel(stage)
    activity_log = ActivityLog(stage.slack)
    actors = _actors(stage, balik, activity_log)
    others = SimulatedUsers(stage, balik, activity_log, actors, await ProgrammeOutline.read(balik))
    stage.slack.on_advance = lambda target: _advance(stage.slack, others, balik, clock, target)
    stage.slack.find_upcoming = UpcomingEvents(balik, others).find
    guide = GuidedPath(stage, balik, MENTOR, LEADER, trial, calendar)
    RehearsalPage(stage.slack, simulation=others, guide=guide).attach()
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with balik.working(), others.living(), _kept(folder, stage.slack, clock):
        print(hello, flush=True)
        await stopped.wait()


async def _recruit(stage: DemoWorkspace, balik: Balik, language: str) -> None:
    """HR has set the programme up, and most people have signed up."""
    actors = _actors(stage, balik, ActivityLog(stage.slack))
    hr = next(actor for actor in actors if actor.member.hr)
    start = first_monday(local(balik.clock.now(), hr.member.zone).date() + timedelta(days=21))
    await set_up(hr, stage, "Tukar Ilmu", Theme.DIGITAL_TRENDS, start, 6, language, (hr.id,))
    reason = balik.context.catalogue.texts(language).plain("rehearsal.people.invited")
    contact = next(actor for actor in actors if actor.member.hr and actor is not hr)
    await balik.settle()
    # In working hours these arrive at once; one joins, one says "Not this time", one has not answered.
    invited = [actor for actor in actors if actor.member.name in (LEFT_TO_YOU[-1], JOINS_WHEN_INVITED)]
    await invite(hr, stage, [*invited, contact], Role.MENTOR, reason)
    await balik.settle()
    await decline(contact)
    praise = balik.context.catalogue.texts(language).plain("rehearsal.people.nominated")
    # The first of whom you can be has a nomination to read, and has not answered it.
    await nominate(contact, next(one for one in actors if one.member.name == MENTOR), "ai_tools", praise, named=False)
    for actor in actors:
        if actor.member.name not in LEFT_TO_YOU:
            await sign_up(actor, stage, language)
    await balik.settle()
    mentors = [one for one in actors if one.member.role is Role.MENTOR and one.member.name not in LEFT_TO_YOU]
    place = balik.context.catalogue.texts(language).plain("rehearsal.people.usual_place")
    await prepare_more(hr, mentors, place)
    await balik.settle()


def _actors(stage: DemoWorkspace, balik: Balik, activity_log: ActivityLog) -> list[Actor]:
    return [Actor(one, stage.slack.as_person(user), balik, activity_log, SEED) for one, user in stage.members.values()]


class _SeenEnough(Exception):
    """The user asked to stop the moving clock."""


async def _advance(slack: Slack, others: SimulatedUsers, balik: Balik, clock: OffsetClock, target: datetime) -> None:
    async def step(now: datetime) -> datetime | None:
        if slack.clock_move and slack.clock_move.stopped:
            raise _SeenEnough
        await slack.pump()
        return await others.react(now)

    async with balik.resting():
        with suppress(_SeenEnough), few_collections():
            await play(balik, clock, target, step)


def _stage(folder: Path, clock: OffsetClock, language: str) -> tuple[DemoWorkspace, bool]:
    members = company(PEOPLE, SEED)
    saved = folder / "slack.json"
    if saved.exists() and (folder / "balik.sqlite").exists():
        return recognise(Slack.load(saved, Manifest.load(MANIFEST), clock=clock), members), False
    _forget(folder)
    return seed_workspace(members, clock, language=language), True


def _forget(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif not path.name.endswith(".lock.pid"):
            path.unlink()


def _saved_offset(folder: Path) -> timedelta:
    saved = folder / "clock.json"
    return timedelta(seconds=json.loads(saved.read_text("utf-8"))["ahead"]) if saved.exists() else timedelta()


@asynccontextmanager
async def _kept(folder: Path, slack: Slack, clock: OffsetClock) -> AsyncIterator[None]:
    """Saves everything regularly inside the context, and at its end."""
    changed = asyncio.Event()
    changed.set()
    slack.on_change(lambda _what: changed.set())

    def save() -> float:
        """Save everything; how many seconds it took."""
        began = monotonic()
        changed.clear()
        slack.save(folder / "slack.json")
        (folder / "clock.json").write_text(json.dumps({"ahead": clock.offset.total_seconds()}), "utf-8")
        return monotonic() - began

    async def now_and_then() -> None:
        while True:
            await changed.wait()
            await asyncio.sleep(max(SAVE_EVERY, save() / SAVING_SHARE))

    saving = asyncio.create_task(now_and_then())
    try:
        yield
    finally:
        saving.cancel()
        save()
