"""The command line: `python -m bot COMMAND` in a checkout, `balik COMMAND` once installed.

Parses, calls, and converts errors to one line and an exit code.

Exit codes: 0 done, 1 failed, 2 the command line or the settings are wrong, 3 a strict rehearsal has findings.
"""

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import __version__
from bot.cli.common import (
    ASK_THE_DOCTOR,
    LEVELS_HELP,
    PROGRAM,
    CannotGoOn,
    Parser,
    WrongUse,
    between,
    database_away,
    port,
    port_in_use,
)
from bot.cli.doctor.command import add_command as add_doctor
from bot.cli.match.arguments import MATCH, add_match_arguments
from bot.cli.operations import add_commands as add_upkeep
from bot.cli.prompts import add_prompts_arguments
from bot.clock import SystemClock
from bot.config import Settings, WrongSettings, database_url
from bot.rehearsal.arguments import REHEARSE, add_rehearse_arguments
from prompts import LANGUAGES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name may hold bytes that are no text
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options) or 0)
    except WrongSettings as wrong:
        for problem in wrong.problems:
            print(problem, file=sys.stderr)
        return 2
    except WrongUse as problem:
        print(f"{PROGRAM} {problem}. Try: {PROGRAM} --help", file=sys.stderr)
        return 2
    except CannotGoOn as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output, such as `head`, has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> Parser:
    parser = Parser(prog=PROGRAM, description="Balik: reverse mentoring in Slack.")
    parser.add_argument("--version", action="version", version=f"Balik {__version__}")
    commands = parser.add_subparsers(dest="name", metavar="COMMAND", required=True, parser_class=Parser)

    run = commands.add_parser("run", help="run the bot on your workspace, with the settings of .env")
    run.set_defaults(command=_run)

    demo = commands.add_parser("demo", help="run the bot on a local Slack with a sample company")
    demo.add_argument("--port", type=port, default=8300, help="port of the local Slack (8300)")
    demo.add_argument("--folder", type=Path, default=Path(".demo"), help="folder of the demo's data (.demo)")
    demo.add_argument("--reset", action="store_true", help="delete the demo's data first")
    demo.add_argument("--language", choices=("id", "en"), default="id", help="language of a new demo's messages (id)")
    demo.add_argument("--transcript", type=Path, metavar="DIR", help="show a rehearsal from this folder instead")
    demo.add_argument(
        "--workspaces",
        type=between(2, 4),
        metavar="N",
        help="instead: N workspaces in which you install Balik yourself; nothing is kept",
    )
    demo.set_defaults(command=_demo)

    rehearse = commands.add_parser(
        "rehearse", help="simulate a whole programme and record what each person sees", description=REHEARSE
    )
    add_rehearse_arguments(rehearse)
    rehearse.set_defaults(command=_rehearse)

    migrate = commands.add_parser("migrate", help="migrate the database to this version")
    migrate.set_defaults(command=_migrate)

    add_doctor(commands)

    match = commands.add_parser("match", help="match people from a spreadsheet, without Slack", description=MATCH)
    add_match_arguments(match, between(0, 100))
    match.set_defaults(command=_match)

    add_upkeep(commands)

    roster = commands.add_parser("roster", help="import who reports to whom from a file, or write a template")
    roster.add_argument("what", choices=("import", "template"), help="import the file, or write a template to it")
    roster.add_argument("file", type=Path, metavar="people.csv", help="a CSV or XLSX file")
    roster.add_argument("--levels", type=Path, metavar="FILE", help=LEVELS_HELP)
    roster.add_argument("--programme", type=between(1, 2**31 - 1), help="number of the programme, if several are open")
    roster.add_argument("--yes", action="store_true", help="store without confirmation")
    roster.add_argument("--skip-bad-rows", action="store_true", help="store the valid rows")
    roster.add_argument("--language", choices=LANGUAGES, default="en", help="language of the output (en)")
    roster.set_defaults(command=_roster)

    prompts = commands.add_parser("prompts", help="check all texts, or preview one")
    add_prompts_arguments(prompts, Parser)
    return parser


def _run(_options: argparse.Namespace) -> None:
    settings = Settings.load()  # first, so that invalid settings are reported immediately
    gc.disable()  # scanning while modules are imported takes as long as a tenth of importing them
    import asyncio

    from bot.server import logs
    from bot.server.http import PortTaken
    from bot.server.run import run
    from bot.slack.gateway import SlackRefused, SlackUnavailable
    from bot.slack.socket_state import cure_of, why_closed
    from storage.db_errors import DATABASE_AWAY
    from storage.lock import DatabaseInUse
    from storage.migrate import DatabaseNewer

    gc.freeze()  # what was imported is never garbage
    gc.enable()
    logs.set_up(settings.log_level, form=settings.log_format, many=settings.many is not None)
    try:
        asyncio.run(run(settings, SystemClock()))
    except (DatabaseInUse, DatabaseNewer) as problem:
        raise CannotGoOn(str(problem)) from problem
    except SlackRefused as problem:
        if problem.method == "apps.connections.open":
            what = f"Slack refuses SLACK_APP_TOKEN: {why_closed(problem.error)}. To do: {cure_of(problem.error)}."
            raise CannotGoOn(f"{what} {ASK_THE_DOCTOR}") from None
        what = f"Slack refuses SLACK_BOT_TOKEN ({problem.error}): copy it into .env again. {ASK_THE_DOCTOR}"
        raise CannotGoOn(what) from None
    except SlackUnavailable as problem:
        away = f"{settings.api_url} does not answer ({problem.why}): check the network, a proxy, SLACK_API_URL."
        raise CannotGoOn(away) from None
    except PortTaken as taken:
        what = f"Port {taken.port} on {taken.host} is in use: stop the other program, or choose another port in .env."
        raise CannotGoOn(what) from taken
    except DATABASE_AWAY as problem:
        raise database_away(problem, settings.database_url) from problem


def _demo(options: argparse.Namespace) -> None:
    import asyncio

    from bot.server import logs

    if options.transcript:
        from bot.rehearsal.command import show
        from prompts.catalogue import Catalogue

        logs.set_up("ERROR")
        catalogue = Catalogue.load()
        show(options.transcript, options.port, catalogue, catalogue.texts("en"))
        return
    if options.workspaces:
        import functools

        from bot.rehearsal.demo_workspaces import run_demo_workspaces
        from bot.server.http import PortTaken

        logs.set_up("WARNING")
        tell = functools.partial(print, flush=True)
        try:
            with port_in_use(options.port):
                asyncio.run(run_demo_workspaces(options.workspaces, options.port, options.language, tell))
        except PortTaken as taken:
            raise CannotGoOn(f"Port {taken.port} is in use, too: choose another port (--port).") from taken
        return
    from bot.rehearsal.demo import run_demo
    from storage.lock import DatabaseInUse

    logs.set_up("WARNING")
    try:
        with port_in_use(options.port):
            asyncio.run(run_demo(options.folder, options.port, reset=options.reset, language=options.language))
    except DatabaseInUse as problem:
        raise CannotGoOn(str(problem)) from problem


def _rehearse(options: argparse.Namespace) -> int:
    from bot.rehearsal.command import run

    return run(options)


def _migrate(_options: argparse.Namespace) -> None:
    import asyncio

    from storage.db_errors import DATABASE_AWAY
    from storage.engine import make_engine
    from storage.migrate import DatabaseNewer, upgrade

    url = database_url()

    async def bring_up_to_date() -> None:
        engine = make_engine(url)
        try:
            await upgrade(engine)
        finally:
            await engine.dispose()

    try:
        asyncio.run(bring_up_to_date())
    except DatabaseNewer as problem:
        raise CannotGoOn(str(problem)) from problem
    except DATABASE_AWAY as problem:
        raise database_away(problem, url) from problem
    print("The database is up to date.")


def _roster(options: argparse.Namespace) -> int:
    from bot.cli.roster import run
    from bot.server import logs
    from storage.db_errors import DATABASE_AWAY

    logs.set_up("ERROR")
    try:
        return run(options, SystemClock())
    except DATABASE_AWAY as problem:
        raise database_away(problem, Settings.load().database_url) from problem


def _match(options: argparse.Namespace) -> int:
    from bot.worker_process import use_one_processor

    use_one_processor()
    from bot.cli.match.command import run

    return run(options)


if __name__ == "__main__":
    sys.exit(main())
