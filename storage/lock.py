"""Lock file that allows one process per SQLite database: two processes would send twice as fast and block each other's
writes. PostgreSQL needs no lock: any number of processes may share it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url


class DatabaseInUse(Exception):
    """Another process holds the database; `pid` if it could be read."""

    def __init__(self, path: Path, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"{path} is in use by {who}. Stop that one first, or move to PostgreSQL to run several.")
        self.path, self.pid = path, pid


def lock_path(url: str) -> Path | None:
    """The lock file of a database; None if it needs none."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(f"{parsed.database}.lock.pid")


@contextmanager
def hold_lock(url: str) -> Iterator[None]:
    """Hold the database of `url` for this process; raises `DatabaseInUse`.

    The system frees the lock when the process ends in any way; the file itself remains and means nothing.
    """
    path = lock_path(url)
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DatabaseInUse(path.with_name(path.name.removesuffix(".lock.pid")), _pid(handle)) from error
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _pid(handle: int) -> int | None:
    text = os.read(handle, 32).decode().strip()
    return int(text) if text.isdigit() else None
