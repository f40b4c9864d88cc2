"""The command line: one line and exit code 2 for bad input, one line and 1 for what cannot be done.

Most is run in this process: starting Python takes longer than what is tested. Each kind of end has one test with
`python -m bot` as people type it, and so has whatever takes a lock or a signal.
"""

import asyncio
import socket
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.sandbox import Manifest, Slack
from storage.lock import hold_lock
from tests.command_line import ROOT, Command, balik
from tests.processes import HANG

GOOD = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("demo", "--port", "99999"),
        ("rehearse", "--people", "two"),
        ("rehearse", "--language", "fr"),
        ("rehearse", "--start", "tomorrow"),
        ("run", "--fast"),
        ("prompts", "preview", "notice.close", "--language", "fr"),
    ],
    ids=" ".join,
)
def test_bad_input_exits_2_with_one_line(here: Command, arguments: tuple[str, ...]) -> None:
    done = here(*arguments)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout


def test_a_word_that_is_no_command_is_told_to_whoever_typed_it(tmp_path: Path) -> None:
    done = balik(tmp_path, "nonsense")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_running_without_settings_says_what_is_missing(here: Command) -> None:
    done = here("run")
    assert done.returncode == 2
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]


def test_a_second_process_on_the_same_sqlite_is_refused(tmp_path: Path) -> None:
    with hold_lock(f"sqlite:///{tmp_path}/balik.sqlite"):
        done = balik(tmp_path, "run", **GOOD)
    assert done.returncode == 1
    assert "in use by process" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_newer_database_is_refused(tmp_path: Path, here: Command) -> None:
    assert here("migrate", **GOOD).returncode == 0
    engine = create_engine(f"sqlite:///{tmp_path}/balik.sqlite")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    done = here("run", **GOOD)
    assert done.returncode == 1
    assert "newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_told(here: Command) -> None:
    http = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "BALIK_TRANSPORT": "http", "HOST": "127.0.0.1"}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = here("run", **http, PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_a_wrong_token_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    slack = Slack(Manifest.load(ROOT / "manifest.yml"), ack_seconds=HANG)
    tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token} | {name: GOOD[name]}
    async with slack.serve():
        done = await asyncio.to_thread(balik, tmp_path, "run", **tokens, SLACK_API_URL=slack.api_url)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Slack refuses {name}")
    assert "(invalid_auth)" in line


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"BALIK_TRANSPORT": "http", "SLACK_SIGNING_SECRET": "s", "HOST": "127.0.0.1", "PORT": "8497"},
    ],
    ids=["socket", "http"],
)
def test_a_slack_that_cannot_be_reached_is_told_in_one_line(here: Command, more: dict[str, str]) -> None:
    done = here("run", **GOOD, **more, SLACK_API_URL="http://127.0.0.1:9/api/")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("http://127.0.0.1:9/api/ does not answer")


@pytest.mark.parametrize("command", ["run", "migrate"])
@pytest.mark.parametrize("what", ["no database", "away"])
def test_a_database_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, here: Command, command: str, what: str
) -> None:
    (tmp_path / "balik.sqlite").write_text("this is a letter, not a database" * 100)
    url = {"away": "postgresql://balik:hunter2@127.0.0.1:9/balik", "no database": "sqlite:///balik.sqlite"}[what]
    done = here(command, **GOOD, DATABASE_URL=url)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "cannot be used" in line
    assert "hunter2" not in line


def test_the_texts_are_in_order(here: Command) -> None:
    assert here("prompts", "check").returncode == 0


def test_a_wrong_text_of_ones_own_is_told_by_file_and_line_and_a_good_one_shown(tmp_path: Path, here: Command) -> None:
    """The folder is named in .env, and nothing else of it is needed to look at texts."""
    own = tmp_path / "own"
    (own / "en").mkdir(parents=True)
    (own / "en" / "errors.md").write_text('---\nnot_hr: "Sorry {{ colour }}"\n---\n', "utf-8")
    (own / "en" / "notice.md").write_text("---\nclose: Keep it\n---\n", "utf-8")
    (tmp_path / ".env").write_text("BALIK_PROMPTS=own\n", "utf-8")
    (own / "en" / "match").mkdir()
    (own / "en" / "match" / "card.md").write_text("---\nbad: Weak match\n---\n", "utf-8")
    checked = here("prompts", "check")
    assert checked.returncode == 1
    assert "own/en/match/card.md:1: is still read, but its place is now en/matching/pair.md" in checked.stdout
    assert checked.stdout.splitlines()[0].startswith("own/en/errors.md:2: errors.not_hr: unknown placeholder colour")
    shown = balik(tmp_path, "prompts", "preview", "notice.close", "--language", "en")
    assert (shown.returncode, shown.stdout) == (0, "Keep it\n")


def test_a_text_that_is_not_there_is_told_with_what_is_near(here: Command) -> None:
    done = here("prompts", "preview", "sessions.nuge_mentor")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "sessions.nudge_mentor" in line
