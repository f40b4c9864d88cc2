"""`python -m bot run` as a process of its own, against a local Slack in ours: to be watched, killed and stopped."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox import Slack

ROOT = Path(__file__).parents[1]
HANG = 300.0
"""Seconds after which something is taken to hang: nothing takes as long, however busy the machine is."""
LOOK = 0.02
"""Seconds between two looks at what another process does."""


@asynccontextmanager
async def bot_process(
    slack: Slack, database_url: str, folder: Path, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot, from when it is started; killed in the end. It writes what it has to say to `folder`/log."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "BALIK_"))}
    env = {
        **clean,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "PYTHONPATH": str(ROOT),
        **more,
    }
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=folder, env=env, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until(true: Callable[[], bool], seconds: float = HANG) -> None:
    """Wait for something that another process does."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  what another process does sets no event of ours
            await asyncio.sleep(LOOK)


def sockets(slack: Slack) -> int:
    """How many bots are connected."""
    return len(slack.sockets.open)


def posted(slack: Slack) -> int:
    """How many messages of the bot's are to be seen."""
    bot = slack.workspace.bot_user
    channels = slack.workspace.channels.values()
    return sum(1 for channel in channels for message in channel.messages.values() if message.user == bot)
