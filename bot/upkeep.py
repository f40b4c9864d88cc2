"""The commands of whoever keeps the bot alive: outbox, backup, restore and move."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.cli import CannotGoOn, WrongUse, between, database_away
from bot.clock import SystemClock
from bot.config import Settings

T = TypeVar("T")


def add_commands(commands: Any) -> None:
    """To the parser of the command line."""
    outbox = commands.add_parser("outbox", help="messages that did not arrive: list them, retry or drop some")
    outbox.add_argument("what", choices=("list", "retry", "drop"), nargs="?", default="list")
    outbox.add_argument("ids", metavar="ID", nargs="*", type=between(1, 2**63 - 1), help="which, for retry and drop")
    outbox.add_argument("--state", choices=("held", "dead", "expired"), help="list only these")
    outbox.set_defaults(command=_outbox)

    backup = commands.add_parser("backup", help="copy the whole database into a file, while the bot goes on")
    backup.add_argument("file", type=Path)
    backup.set_defaults(command=_backup)

    restore = commands.add_parser("restore", help="fill an empty database from such a file")
    restore.add_argument("file", type=Path)
    restore.set_defaults(command=_restore)

    move = commands.add_parser("move", help="copy the database to another, empty one: from SQLite to PostgreSQL, say")
    move.add_argument("to", metavar="DATABASE_URL", type=_database)
    move.set_defaults(command=_move)


def _outbox(options: argparse.Namespace) -> int:
    if (options.what == "list") == bool(options.ids):
        raise WrongUse("outbox list takes no ID" if options.ids else f"outbox {options.what} needs the ID of a message")
    settings = Settings.load()
    return _run(_settle(options, settings.database_url), settings.database_url)


async def _settle(options: argparse.Namespace, url: str) -> int:
    from bot import outbox
    from storage.engine import make_engine
    from storage.migrate import check
    from storage.outbox import TROUBLED
    from storage.tables import OutboxState
    from storage.unit_of_work import Store

    engine = make_engine(url)
    store = Store(engine)
    try:
        if not await check(engine):
            raise CannotGoOn("The database is not up to date: run python -m bot migrate, or start the bot.")
        now = await store.now(SystemClock())
        if options.what == "list":
            states = (OutboxState(options.state),) if options.state else TROUBLED
            rows = await outbox.in_trouble(store, now, states)
            print(outbox.table(rows) if rows else "Nothing is in trouble.")
            return 0
        settled = await outbox.settle(store, now, options.ids, again=options.what == "retry")
    finally:
        await engine.dispose()
    for outbox_id in settled.unknown:
        print(f"{outbox_id} is not held, dead or expired: nothing was done about it.", file=sys.stderr)
    print(f"{len(settled.done)} {'will be sent' if options.what == 'retry' else 'dropped'}.")
    return 1 if settled.unknown else 0


def _backup(options: argparse.Namespace) -> None:
    from bot.backup import back_up

    url = Settings.load().database_url
    count = _run(back_up(url, options.file, SystemClock()), url)
    print(f"{count:,} rows are in {options.file}. It holds what people said in confidence: keep it as safe.")


def _restore(options: argparse.Namespace) -> None:
    from bot.backup import restore

    url = Settings.load().database_url
    done = _run(restore(options.file, url, SystemClock()), url)
    print(f"{done.rows:,} rows are back.")
    if done.looked_up:
        print(f"{done.looked_up} messages fell due since the backup: each is looked for in Slack before it is sent.")
    if done.held:
        print(f"{done.held} cannot be looked up and are held: python -m bot outbox")


def _move(options: argparse.Namespace) -> None:
    from bot.backup import move

    url = Settings.load().database_url
    count = _run(move(url, options.to), url, options.to)
    print(f"{count:,} rows were copied. Set DATABASE_URL to the new database, and start the bot.")


def _run(work: Coroutine[Any, Any, T], *urls: str) -> T:
    from bot.backup import CannotCopy
    from storage.away import DATABASE_AWAY
    from storage.lock import DatabaseInUse
    from storage.migrate import DatabaseNewer

    try:
        return asyncio.run(work)
    except (CannotCopy, DatabaseInUse, DatabaseNewer) as problem:
        raise CannotGoOn(str(problem)) from problem
    except DATABASE_AWAY as problem:
        raise database_away(problem, *urls) from problem


def _database(text: str) -> str:
    try:
        if make_url(text).get_backend_name() in ("sqlite", "postgresql"):
            return text
    except ArgumentError:
        pass
    raise argparse.ArgumentTypeError(f'"{text}" is no address like postgresql://user:password@host/balik')
