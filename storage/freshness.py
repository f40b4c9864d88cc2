"""Detects whether the database is the one that sent last, or an older copy that lacks what was sent since.

SQLite: a serial number is incremented with every claim, in its transaction, and written into a small file beside the
database after the commit and before the post. A crash leaves a file that is behind the database. A database that is
behind its file, or has none, is a copy, or has lost its `-wal`. The file needs no fsync: after a power cut it is behind
or unreadable, and then everything is looked up once more than needed.

PostgreSQL: the server, its timeline, and the table's own number. They differ after a point-in-time recovery, after a
standby took over, and in a database that was restored from a dump.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.execute_many import insert_for
from storage.tables import DatabaseMark, Outbox, OutboxState, Person

SUFFIX = ".claims"
"""Suffix of the file beside a SQLite database."""
ONLY = 1
"""The id of the one row of `DatabaseMark`."""
LOOKED_UP = "database_changed"
"""The reason stored with a message that is looked up before it is sent."""
FAR_BACK = timedelta(days=90)
"""How far back to look if the database does not say how old it is."""

SERVER = text(
    "SELECT (SELECT system_identifier FROM pg_control_system())::text"
    " || ':' || (SELECT timeline_id FROM pg_control_checkpoint())::text"
    " || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())::text"
    " || ':' || 'outbox'::regclass::oid::text"
)
COUNT: Any = (
    update(DatabaseMark)
    .where(col(DatabaseMark.id) == ONLY)
    .values(serial=col(DatabaseMark.serial) + 1)
    .returning(col(DatabaseMark.identity), col(DatabaseMark.serial))
)


@dataclass(frozen=True)
class Noted:
    """Content of the file beside the database."""

    identity: str
    serial: int


class Mirror:
    """The file beside a SQLite database; on PostgreSQL and in memory there is none, and the methods do nothing."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    @classmethod
    def beside(cls, engine: AsyncEngine) -> "Mirror":
        name = engine.url.database
        is_file = engine.dialect.name == "sqlite" and name and name != ":memory:"
        return cls(Path(f"{name}{SUFFIX}") if is_file else None)

    def read(self) -> Noted | None:
        """None if there is no such file, or it is unreadable."""
        try:
            words = self.path.read_text("ascii").split() if self.path else []
            return Noted(words[0], int(words[1]))
        except (OSError, ValueError, IndexError):
            return None

    def write(self, noted: Noted) -> None:
        """Raises OSError."""
        if self.path is None:
            return
        # The same length each time, in place: after a crash of the process it has the old or the new content.
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(handle, f"{noted.identity} {noted.serial:020d}\n".encode(), 0)
        finally:
            os.close(handle)

    async def count(self, session: AsyncSession) -> Noted | None:
        """Count a claim, in its transaction. `write` it after the commit."""
        if self.path is None:
            return None
        row = (await session.exec(COUNT)).first()
        return Noted(*row) if row else None


async def mark_of(session: AsyncSession) -> DatabaseMark | None:
    """The mark; None before the first start."""
    return await session.get(DatabaseMark, ONLY)


async def is_current(session: AsyncSession, mirror: Mirror) -> bool:
    """Whether this is proven to be the database that sent last. A database that never sent anything is."""
    mark, noted = await mark_of(session), mirror.read()
    if mark is None:
        return noted is None
    if mirror.path is None:
        return mark.server == await server_of(session)
    return noted is not None and noted.identity == mark.identity and noted.serial <= mark.serial


async def server_of(session: AsyncSession) -> str:
    """Identifies this PostgreSQL database against copies of it; "" on SQLite, and where the server does not say."""
    if session.get_bind().dialect.name != "postgresql":
        return ""
    try:
        async with session.begin_nested():
            return str((await session.exec(SERVER)).scalar_one())  # type: ignore[call-overload]  # plain SQL
    except DBAPIError:
        return ""


async def mark_current(session: AsyncSession, mirror: Mirror) -> Noted:
    """Mark this database as the one that sends. Commit, then `write` the returned value."""
    before, noted = await mark_of(session), mirror.read()
    serial = 1 + max(before.serial if before else 0, noted.serial if noted else 0)
    new = Noted(secrets.token_hex(8), serial)
    found = {"identity": new.identity, "serial": new.serial, "server": await server_of(session)}
    insert = insert_for(session)
    statement = insert(DatabaseMark).values(id=ONLY, **found)
    await session.exec(statement.on_conflict_do_update(index_elements=["id"], set_=found))
    return new


async def last_activity(session: AsyncSession, now: datetime) -> datetime:
    """When this database was last used to send something, as far as it knows."""
    moments = [col(Outbox.created_at), col(Outbox.started_at), col(Outbox.sent_at)]
    latest = [(await session.exec(select(func.max(moment)).where(moment <= now))).one_or_none() for moment in moments]
    return max((moment for moment in latest if moment is not None), default=now - FAR_BACK)


async def look_first(session: AsyncSession, now: datetime, since: datetime) -> int:
    """Mark messages that may have been sent after `since` to be looked up in Slack before sending; their number.

    Reading back holds those that cannot be looked up, and reports them like every held message.
    """
    maybe_sent = or_(
        col(Outbox.state) == OutboxState.SENDING,
        (col(Outbox.state) == OutboxState.PENDING) & (col(Outbox.due_at) <= now),
        col(Outbox.state) == OutboxState.UNKNOWN,
    )
    known = select(Person.dm_channel).where(col(Person.id) == col(Outbox.person_id)).scalar_subquery()
    earlier = func.least if session.get_bind().dialect.name == "postgresql" else func.min
    statement = (
        update(Outbox)
        .where(maybe_sent)
        .values(
            state=OutboxState.UNKNOWN,
            channel=func.coalesce(col(Outbox.channel), known),
            started_at=earlier(func.coalesce(col(Outbox.started_at), since), since),
            due_at=now,
            lease_until=None,
            read_until=None,
            read_cursor=None,
            read_restarted=False,
            error=LOOKED_UP,
        )
        .execution_options(synchronize_session=False)
    )
    return int((await session.exec(statement)).rowcount)


async def hand_over(source: AsyncEngine, target: AsyncEngine) -> None:
    """Mark the target, a copy of the source, as the database that sends, if the source was that."""
    async with AsyncSession(source) as session:
        current = await is_current(session, Mirror.beside(source))
    async with AsyncSession(target) as session:
        mark, mirror = await mark_of(session), Mirror.beside(target)
        if mark is None or not current:
            return
        mark.server = await server_of(session)
        noted = Noted(mark.identity, mark.serial)
        session.add(mark)
        await session.commit()
    mirror.write(noted)
