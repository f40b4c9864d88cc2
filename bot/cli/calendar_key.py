"""`python -m bot calendar-key`: make and renew the key that encrypts people's calendar links."""

import asyncio
import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlmodel import col, select

from bot.calendars.link_keys import LinkKeys, new_key
from bot.cli.common import PROGRAM, CannotGoOn, database_away
from bot.config import calendar_keys, database_url
from bot.domain.busy_hours import LinkRefused
from storage.db_errors import DATABASE_AWAY
from storage.engine import make_engine
from storage.lock import DatabaseInUse, hold_lock
from storage.migrate import check
from storage.tables import BusyCalendar

NAME = "BALIK_CALENDAR_KEY"
ENV_FILE = Path(".env")


def add_key() -> str:
    """Write a key into .env, unless there is one; what was done. Raises `CannotGoOn`, `WrongSettings`."""
    if calendar_keys(ENV_FILE):
        return f"{NAME} is set already: nothing was changed."
    _write([new_key()])
    return f"A new {NAME} is in {ENV_FILE}. Keep a copy where you keep your other secrets, and not with the backups."


def rotate() -> str:
    """Replace the key in .env, and encrypt every link with the new one. Raises as `add_key`.

    Both keys are in .env until all links are encrypted again: after a crash at any moment every link can be opened.
    """
    known = calendar_keys(ENV_FILE)
    if os.environ.get(NAME):
        raise CannotGoOn(
            f"{NAME} comes from the environment: put a key of `{PROGRAM} calendar-key print` before the old one there, "
            f"restart the bot, run `{PROGRAM} calendar-key reencrypt`, and remove the old one"
        )
    if not known:
        raise CannotGoOn(f"There is no {NAME} yet: run {PROGRAM} calendar-key add")
    url = database_url(ENV_FILE)
    try:
        with hold_lock(url):
            new = new_key()
            _write([new, *known])
            done, lost = _run(url, [new, *known])
            _write([new])
    except DatabaseInUse as problem:
        raise CannotGoOn(str(problem)) from problem
    return f"{_counted(done, lost)} Start the bot again, each replica with the same .env."


def reencrypt() -> str:
    """Encrypt every link with the first key. The bot may run, if it knows that key. Raises as `add_key`."""
    keys = calendar_keys(ENV_FILE)
    if not keys:
        raise CannotGoOn(f"There is no {NAME} yet: run {PROGRAM} calendar-key add")
    return _counted(*_run(database_url(ENV_FILE), keys))


def _counted(done: int, lost: int) -> str:
    said = f"{done} calendar link{'' if done == 1 else 's'} encrypted with the new key."
    return f"{said} {lost} could not be opened: their owners are asked for them again." if lost else said


def _run(url: str, keys: Sequence[str]) -> tuple[int, int]:
    try:
        return asyncio.run(reencrypt_links(url, LinkKeys(keys)))
    except DATABASE_AWAY as problem:
        raise database_away(problem, url) from problem


async def reencrypt_links(url: str, keys: LinkKeys) -> tuple[int, int]:
    """How many links were encrypted again, and how many cannot be opened. Raises `CannotGoOn`."""
    from sqlmodel.ext.asyncio.session import AsyncSession

    engine = make_engine(url)
    done = lost = 0
    try:
        if not await check(engine):
            raise CannotGoOn(f"The database is not up to date: run {PROGRAM} migrate, or start the bot.")
        async with AsyncSession(engine) as session:
            statement = select(BusyCalendar).order_by(col(BusyCalendar.id)).with_for_update()
            for calendar in (await session.exec(statement)).all():
                try:
                    calendar.link = keys.rotate(calendar.link)
                    done += 1
                except LinkRefused:
                    lost += 1
            await session.commit()
    finally:
        await engine.dispose()
    return done, lost


def _write(keys: Sequence[str]) -> None:
    """Set the keys in .env: completely or not at all, and readable by the same people as before."""
    if not ENV_FILE.is_file():
        raise CannotGoOn(f"There is no {ENV_FILE} here: copy .env.example to it first")
    line = f"{NAME}={','.join(keys)}"
    text = ENV_FILE.read_text("utf-8")
    changed, count = re.subn(rf"(?m)^[ \t]*(?:export[ \t]+)?{NAME}[ \t]*=.*$", line, text)
    part = ENV_FILE.with_name(f"{ENV_FILE.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(changed if count else f"{text.rstrip()}\n\n{line}\n" if text.strip() else f"{line}\n")
        known = ENV_FILE.stat()
        os.fchmod(file.fileno(), stat.S_IMODE(known.st_mode))
        with suppress(PermissionError):  # only root can give a file to its owner
            os.fchown(file.fileno(), known.st_uid, known.st_gid)
    os.replace(part, ENV_FILE)
