"""One process on one SQLite database."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engine import make_engine
from storage.lock import DatabaseInUse, hold_lock

HOLD = """
import sys
from storage.lock import hold_lock
with hold_lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_and_told_which_is_the_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'balik.sqlite'}"
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        with (
            pytest.raises(DatabaseInUse, match=f"balik.sqlite is in use by process {first.pid}") as refused,
            hold_lock(url),
        ):
            pass
        assert refused.value.pid == first.pid
        first.send_signal(signal.SIGKILL)
        first.wait()
    with hold_lock(url), pytest.raises(DatabaseInUse, match=str(os.getpid())), hold_lock(url):
        pass
    with hold_lock(url):
        pass


def modes(folder: Path) -> dict[str, int]:
    """Who may do what with each file."""
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def test_only_its_owner_can_read_any_of_its_files(tmp_path: Path) -> None:
    url, usual = f"sqlite:///{tmp_path}/balik.sqlite", os.umask(0)
    try:
        with hold_lock(url):
            engine = make_engine(url)
            async with engine.begin() as connection:
                await connection.execute(text("CREATE TABLE t (x)"))
            files = modes(tmp_path)
            await engine.dispose()
    finally:
        os.umask(usual)
    assert {"balik.sqlite", "balik.sqlite-wal", "balik.sqlite-shm"} < files.keys()
    assert set(files.values()) == {0o600}


def test_postgresql_needs_none() -> None:
    with hold_lock("postgresql://h/d"), hold_lock("postgresql://h/d"):
        pass
