"""The command line: one line and exit code 2 for bad input, one line and 1 for what cannot be done."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.lock import hold_lock

ROOT = Path(__file__).parents[2]
GOOD = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def balik(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot …` in an empty folder, so that no .env of the developer's is read."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "BALIK_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("demo", "--port", "99999"),
        ("rehearse", "--people", "two"),
        ("rehearse", "--language", "fr"),
        ("rehearse", "--start", "tomorrow"),
        ("run", "--fast"),
    ],
    ids=" ".join,
)
def test_bad_input_exits_2_with_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = balik(tmp_path, *arguments)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout


def test_running_without_settings_says_what_is_missing(tmp_path: Path) -> None:
    done = balik(tmp_path, "run")
    assert done.returncode == 2
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]


def test_a_second_process_on_the_same_sqlite_is_refused(tmp_path: Path) -> None:
    with hold_lock(f"sqlite:///{tmp_path}/balik.sqlite"):
        done = balik(tmp_path, "run", **GOOD)
    assert done.returncode == 1
    assert "in use by process" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    assert balik(tmp_path, "migrate", **GOOD).returncode == 0
    engine = create_engine(f"sqlite:///{tmp_path}/balik.sqlite")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    done = balik(tmp_path, "run", **GOOD)
    assert done.returncode == 1
    assert "newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    http = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "BALIK_TRANSPORT": "http", "HOST": "127.0.0.1"}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = balik(tmp_path, "run", **http, PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_texts_are_in_order(tmp_path: Path) -> None:
    assert balik(tmp_path, "prompts", "check").returncode == 0


def test_a_wrong_text_of_ones_own_is_told_by_file_and_line(tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "en").mkdir(parents=True)
    (own / "en" / "errors.md").write_text('---\nnot_hr: "Sorry {{ colour }}"\n---\n', "utf-8")
    done = balik(tmp_path, "prompts", "check", BALIK_PROMPTS=str(own))
    assert done.returncode == 1
    assert "errors.md:2:" in done.stdout
