"""`python -m bot backup`, `restore` and `move`: copy the database to a file, from a file, or to another server.

All three copy every row, so a backup of PostgreSQL is a SQLite file too, and can be opened as one.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.common import PROGRAM
from bot.clock import Clock
from bot.jobs.registry import catch_up
from storage.database_copy import NotEmpty, NotUpToDate, copy, look_before_sending
from storage.engine import make_engine
from storage.freshness import hand_over
from storage.lock import hold_lock
from storage.purge import postpone_purges
from storage.unit_of_work import Store

TAKEN_AT = "balik_backup"
"""A table that only backups have: when the backup was taken."""


class CannotCopy(Exception):
    """Why nothing was written, and what to do, in one line."""


async def back_up(url: str, file: Path, clock: Clock) -> int:
    """Copy the database into a new file; the bot may keep running. The number of rows. Raises `CannotCopy`."""
    part = _beside(file)
    async with _engines(url, f"sqlite:///{part}") as (source, target):
        taken_at = await Store(source).now(clock)
        count = await _copied(source, target)
        async with target.begin() as writing:
            await writing.execute(text(f"CREATE TABLE {TAKEN_AT} (at VARCHAR NOT NULL)"))
            await writing.execute(text(f"INSERT INTO {TAKEN_AT} VALUES (:at)"), {"at": taken_at.isoformat()})
    os.rename(part, file)
    return count


def _there(file: Path) -> Path:
    if not file.is_file():
        raise CannotCopy(f"There is no file {file}.")
    return file


def _beside(file: Path) -> Path:
    """The temporary name of a file until it is complete."""
    if file.exists():
        raise CannotCopy(f"{file} already exists: choose another name.")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    return part


@dataclass(frozen=True)
class Restored:
    """How many rows were restored, and how many possibly sent messages are looked up first, or held."""

    rows: int
    looked_up: int
    held: int


async def restore(file: Path, url: str, clock: Clock) -> Restored:
    """Copy a backup into an empty database.

    Work that became due since the backup may have been done before the database was lost, so it is planned here and
    marked as unsure. Raises `CannotCopy`.
    """
    async with _engines(f"sqlite:///{_there(file)}", url) as (source, target):
        taken_at = await _taken_at(source, file)
        with hold_lock(url):
            count = await _copied(source, target)
            now = await Store(target).now(clock)
            await catch_up(Store(target), now)
            async with Store(target).write(now) as work:
                await postpone_purges(work.session, now)
                await work.commit()
            return Restored(count, *await look_before_sending(target, now, taken_at))


async def move(url: str, to: str) -> int:
    """Copy the database to an empty one, while no bot runs on either; the number of rows. Raises `CannotCopy`."""
    with hold_lock(url), hold_lock(to):
        async with _engines(url, to) as (source, target):
            count = await _copied(source, target)
            await hand_over(source, target)
            return count


async def _copied(source: AsyncEngine, target: AsyncEngine) -> int:
    try:
        return await copy(source, target)
    except NotUpToDate as problem:
        raise CannotCopy(f"The source database is not up to date: run {PROGRAM} migrate first.") from problem
    except NotEmpty as problem:
        name = target.url.render_as_string(hide_password=True)
        raise CannotCopy(f"{name} is not empty: nothing was written. Choose an empty database.") from problem


async def _taken_at(source: AsyncEngine, file: Path) -> datetime:
    async with source.connect() as reading:
        there = text("SELECT 1 FROM sqlite_master WHERE name = :name")
        if not (await reading.execute(there, {"name": TAKEN_AT})).first():
            raise CannotCopy(f"{file} was not made by python -m bot backup.")
        at = (await reading.execute(text(f"SELECT at FROM {TAKEN_AT}"))).scalar_one()
    return datetime.fromisoformat(at).astimezone(UTC)


@asynccontextmanager
async def _engines(source: str, target: str) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine]]:
    """Two engines, closed afterwards."""
    engines = make_engine(source), make_engine(target)
    try:
        yield engines
    finally:
        for engine in engines:
            await engine.dispose()
