"""`python -m bot programme`: lists programmes with their HR channels, and moves one to another channel."""

import argparse
import asyncio
import re
import secrets
from datetime import datetime

from sqlmodel import col, select

from bot.app import gateway_of
from bot.cli.common import CannotGoOn, WrongUse, database_away
from bot.cli.database import migrated_engine
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.services.caller import Caller, Rejected
from bot.services.programme.move import move_by_operator
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.hr_channels import HrChannels
from bot.slack.turns import Turns
from prompts import LANGUAGES
from storage.db_errors import DATABASE_AWAY
from storage.tables import Programme
from storage.unit_of_work import Store

CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")
UNFIT = {
    "public": "it is public. HR's channel has to be private",
    "shared": "it is shared outside this workspace. HR's channel must not be",
    "archived": "it is archived. Unarchive it first",
    "gone": "the bot cannot see it. Invite the bot there first: /invite @Balik",
    "empty": "nobody in it can be HR. Invite a colleague from HR first",
}
"""Why a channel cannot be HR's."""


def run(options: argparse.Namespace) -> str:
    """Run the command; what to print. Raises `WrongUse`, `CannotGoOn`."""
    if options.what == "list" and options.number is not None:
        raise WrongUse("programme list takes no NUMBER")
    if options.what == "move" and options.channel is None:
        raise WrongUse("programme move needs the NUMBER of a programme and the CHANNEL_ID of its new HR channel")
    if options.channel is not None and not CHANNEL.fullmatch(options.channel):
        raise WrongUse(f'programme move takes the id of a channel, such as C012AB3CD, not "{options.channel}"')
    settings = Settings.load()
    try:
        return asyncio.run(_run(options, settings, SystemClock()))
    except (SlackRefused, SlackUnavailable) as problem:
        raise CannotGoOn(f"{problem}. Nothing was changed.") from problem
    except DATABASE_AWAY as problem:
        raise database_away(problem, settings.database_url) from problem


async def _run(options: argparse.Namespace, settings: Settings, clock: Clock) -> str:
    async with migrated_engine(settings.database_url) as engine:
        store, gateway = Store(engine), gateway_of(settings.bot_token, settings.api_url)
        now = await store.now(clock)
        if options.what == "list":
            return await listed(store, now)
        return await move(store, gateway, settings.operator, options.number, options.channel, now)


async def listed(store: Store, now: datetime) -> str:
    """The programmes, newest first, a line each."""
    async with store.read(now) as work:
        programmes = (await work.session.exec(select(Programme).order_by(col(Programme.id).desc()))).all()
    lines = [f"{one.id}  {one.state}  HR channel {one.hr_channel}{_trouble(one)}  {one.name}" for one in programmes]
    return "\n".join(lines) or "There is no programme."


def _trouble(programme: Programme) -> str:
    return f" (cannot be used: {programme.hr_trouble})" if programme.hr_trouble else ""


async def move(store: Store, gateway: Gateway, operator: str, number: int, channel: str, now: datetime) -> str:
    """Move a programme to another HR channel; what was done. Raises `WrongUse`, `CannotGoOn`, and as the gateway."""
    async with store.read(now) as work:
        programme = await work.session.get(Programme, number)
        there = (await work.session.exec(select(Programme).order_by(col(Programme.id)))).all()
    if programme is None:
        known = ", ".join(f"{one.id} ({one.name})" for one in there) or "none"
        raise WrongUse(f"programme move: there is no programme {number}. Programmes: {known}")
    if programme.hr_channel == channel:
        raise WrongUse(f"programme move: {channel} is its HR channel already")
    turns = Turns(store)
    channels = HrChannels(store, gateway, Directory(store, gateway, LANGUAGES, turns), turns, operator)
    channel_state = await channels.look(programme.team_id, channel, now)
    if channel_state.trouble is not None:
        raise CannotGoOn(f"{channel} cannot be HR's channel: {UNFIT[channel_state.trouble]}. Nothing was changed.")
    caller = Caller(programme.team_id, operator, f"cli:{secrets.token_hex(8)}", now)
    try:
        await move_by_operator(store, caller, operator, number, channel)
    except Rejected as refusal:
        raise CannotGoOn(f"{channel} already has a programme of its own. Nothing was changed.") from refusal
    await channels.check_hr_channel(programme.team_id, channel, now)
    return f"{programme.name} is run from {channel} now. HR is notified in both channels."
