"""The command `doctor`: its arguments, output and exit code."""

import argparse
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.config import Settings

DESCRIPTION = """Check network, proxy, tokens, app, scopes, Socket Mode, channels, outbox, clocks and database. Each
problem is one line: what is wrong, and who does what. Nothing is posted. Exit codes: 0 all is well, 1 something is
wrong, 2 the settings or the command line are wrong."""


def add_command(commands: Any) -> None:
    """Add the command to the parser."""
    doctor = commands.add_parser(
        "doctor", help="check the settings, Slack, the app and the database", description=DESCRIPTION
    )
    doctor.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help='also compare the app\'s manifest, saved from "App Manifest" of your Slack app',
    )
    doctor.set_defaults(command=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    settings = Settings.load()
    import asyncio

    from bot.cli.doctor.examine import examine
    from bot.server import logs

    logs.set_up("CRITICAL")

    async def tell() -> bool:
        well = True
        async for finding in examine(settings, SystemClock(), options.manifest):
            well = well and finding.well
            print(finding.line, flush=True)
        return well

    return 0 if asyncio.run(tell()) else 1
