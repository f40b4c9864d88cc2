"""Commands for operators: outbox, programme, backup, restore and move."""

import argparse
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from bot.cli.common import PROGRAM, CannotGoOn, WrongUse, between, database_away
from bot.clock import SystemClock
from bot.config import database_url

T = TypeVar("T")


def add_commands(commands: Any) -> None:
    """Add the commands to the parser."""
    outbox = commands.add_parser("outbox", help="list, retry or drop messages that are stuck")
    actions = ("list", "retry", "drop", "paused", "release")
    outbox.add_argument("what", choices=actions, nargs="?", default="list", help="what to do (list)")
    outbox.add_argument(
        "ids", metavar="ID", nargs="*", help="messages, for retry and drop; a NAME that `paused` lists, for release"
    )
    states = ("held", "dead", "expired", "unknown", "sending", "pending")
    outbox.add_argument("--state", choices=states, help="list all messages in this state")
    outbox.add_argument(
        "--force", action="store_true", help="retry without looking it up in Slack first; it may arrive twice"
    )
    outbox.set_defaults(command=_outbox)

    programme = commands.add_parser("programme", help="list programmes, or move one to another HR channel")
    programme.add_argument("what", choices=("list", "move"), nargs="?", default="list", help="what to do (list)")
    number = between(1, 2**31 - 1)
    programme.add_argument("number", metavar="NUMBER", nargs="?", type=number, help="the programme, as `list` shows it")
    programme.add_argument("channel", metavar="CHANNEL_ID", nargs="?", help="the new HR channel, such as C012AB3CD")
    programme.set_defaults(command=_programme)

    key = commands.add_parser("calendar-key", help="make or renew the key that encrypts people's calendar links")
    key.set_defaults(command=_calendar_key)
    of_tokens = commands.add_parser(
        "installation-key", help="make or renew the key that encrypts workspaces' tokens (BALIK_MODE=many)"
    )
    of_tokens.set_defaults(command=_installation_key)
    for each in (key, of_tokens):
        each.add_argument(
            "what",
            choices=("add", "rotate", "print", "reencrypt"),
            nargs="?",
            default="add",
            help="add one to .env if there is none (add); rotate: replace it, while the bot is stopped; print a new "
            "one; reencrypt everything with the first key",
        )

    manifest = commands.add_parser("manifest", help="print the Slack app's manifest for BALIK_MODE=many")
    manifest.add_argument("public_url", metavar="URL", help="BALIK_PUBLIC_URL, such as https://balik.example.com")
    manifest.set_defaults(command=_manifest)

    workspaces = commands.add_parser("workspaces", help="list the workspaces of BALIK_MODE=many, or delete one's data")
    workspaces.add_argument("what", choices=("list", "purge"), nargs="?", default="list", help="what to do (list)")
    workspaces.add_argument("id", metavar="ID", nargs="?", help="for purge: the workspace, as `list` shows it")
    workspaces.set_defaults(command=_workspaces)

    backup = commands.add_parser("backup", help="copy the database into a file; the bot may keep running")
    backup.add_argument("file", type=Path, help="the new file")
    backup.set_defaults(command=_backup)

    restore = commands.add_parser("restore", help="restore a backup into an empty database")
    restore.add_argument("file", type=Path, help="a file that `backup` wrote")
    restore.set_defaults(command=_restore)

    move = commands.add_parser("move", help="copy the database to an empty one, such as from SQLite to PostgreSQL")
    move.add_argument("to", metavar="DATABASE_URL", type=_database, help="address of the empty database")
    move.set_defaults(command=_move)


def _outbox(options: argparse.Namespace) -> int:
    what, names = options.what, options.ids
    if what in ("list", "paused") and names:
        raise WrongUse(f"outbox {what} takes no ID")
    if what not in ("list", "paused") and not names:
        raise WrongUse(
            f"outbox {what} needs the {'NAME of what is paused' if what == 'release' else 'ID of a message'}"
        )
    if options.state and what != "list":
        raise WrongUse(f"outbox {what} takes no --state")
    if options.force and what not in ("retry", "drop"):
        raise WrongUse(f"outbox {what} takes no --force")
    ids = [_message_id(what, name) for name in names] if what in ("retry", "drop") else []
    url = database_url()
    return _run(_settle(options, ids, url), url)


def _message_id(what: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) < 2**63):
        raise WrongUse(f'outbox {what} takes IDs of messages, which are numbers that `outbox` lists, not "{text}"')
    return int(text)


async def _settle(options: argparse.Namespace, ids: list[int], url: str) -> int:
    from bot.cli import outbox
    from bot.cli.database import migrated_engine
    from storage.tables import OutboxState
    from storage.unit_of_work import Store

    async with migrated_engine(url) as engine:
        store = Store(engine)
        now = await store.now(SystemClock())
        if options.what == "list":
            rows = await outbox.in_trouble(store, now, (OutboxState(options.state),) if options.state else ())
            print(outbox.table(rows, now) if rows else "No message is stuck.")
            return 0
        if options.what == "paused":
            buckets = await outbox.paused(store, now)
            print(outbox.paused_table(buckets) if buckets else "Nothing is paused.")
            return 0
        if options.what == "release":
            unknown = await outbox.release_paused(store, now, options.ids)
            for name in unknown:
                print(f"{name} is not paused: nothing was changed.", file=sys.stderr)
            print(f"{len(dict.fromkeys(options.ids)) - len(unknown)} released.")
            return 1 if unknown else 0
        settled = await outbox.settle(store, now, ids, again=options.what == "retry", force=options.force)
    for outbox_id, freed in settled:
        if not freed.done:
            print(f"{outbox_id}: {outbox.BECAME[freed]}. Nothing was changed.", file=sys.stderr)
    for kind in dict.fromkeys(freed for _, freed in settled if freed.done):
        print(f"{sum(freed is kind for _, freed in settled)} {outbox.BECAME[kind]}.")
    return 0 if all(freed.done for _, freed in settled) else 1


def _programme(options: argparse.Namespace) -> None:
    from bot.cli.programme import run

    print(run(options))


def _calendar_key(options: argparse.Namespace) -> None:
    from bot.cli import calendar_key

    print(calendar_key.KEY.run(options.what))


def _installation_key(options: argparse.Namespace) -> None:
    from bot.cli import installation_key

    print(installation_key.KEY.run(options.what))


def _manifest(options: argparse.Namespace) -> None:
    from bot.cli.manifest import run

    print(run(options.public_url), end="")


def _workspaces(options: argparse.Namespace) -> None:
    if (options.what == "purge") != bool(options.id):
        raise WrongUse("workspaces purge needs the ID of a workspace, and list takes none")
    from bot.cli.workspaces import run

    url = database_url()
    print(_run(run(url, options.id), url))


def _backup(options: argparse.Namespace) -> None:
    from bot.cli.backup import back_up

    url = database_url()
    count = _run(back_up(url, options.file, SystemClock()), url)
    print(f"{count:,} rows were copied to {options.file}. They include confidential answers: keep the file safe.")


def _restore(options: argparse.Namespace) -> None:
    from bot.cli.backup import restore

    url = database_url()
    done = _run(restore(options.file, url, SystemClock()), url)
    print(f"{done.rows:,} rows were restored.")
    if done.looked_up:
        print(f"{done.looked_up} messages became due since the backup: each is looked up in Slack before it is sent.")
    if done.held:
        print(f"{done.held} cannot be looked up and are held: {PROGRAM} outbox")


def _move(options: argparse.Namespace) -> None:
    from bot.cli.backup import move

    url = database_url()
    count = _run(move(url, options.to), url, options.to)
    print(f"{count:,} rows were copied. Set DATABASE_URL to the new database, and start the bot.")


def _run(work: Coroutine[Any, Any, T], *urls: str) -> T:
    import asyncio

    from bot.cli.backup import CannotCopy
    from storage.db_errors import DATABASE_AWAY
    from storage.lock import DatabaseInUse
    from storage.migrate import DatabaseNewer

    try:
        return asyncio.run(work)
    except (CannotCopy, DatabaseInUse, DatabaseNewer) as problem:
        raise CannotGoOn(str(problem)) from problem
    except DATABASE_AWAY as problem:
        raise database_away(problem, *urls) from problem


def _database(text: str) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        if make_url(text).get_backend_name() in ("sqlite", "postgresql"):
            return text
    except ArgumentError:
        pass
    raise argparse.ArgumentTypeError(
        f'"{text}" is not a database address such as postgresql://user:password@host/balik'
    )
