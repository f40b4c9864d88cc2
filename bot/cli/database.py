"""The database of a command that neither migrates it nor runs the bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.common import PROGRAM, CannotGoOn
from storage.engine import make_engine
from storage.migrate import check


@asynccontextmanager
async def migrated_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a database of this version. Raises `CannotGoOn`."""
    engine = make_engine(url)
    try:
        if not await check(engine):
            raise CannotGoOn(f"The database is not up to date: run {PROGRAM} migrate, or start the bot.")
        yield engine
    finally:
        await engine.dispose()
