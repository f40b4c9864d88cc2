"""A pytest plugin: the command line, in this process or in one of its own."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.processes import HANG

ROOT = Path(__file__).parents[1]


def balik(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot …` in an empty folder, so that no .env of the developer's is read."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "BALIK_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Done]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """`balik`, but in this process: starting Python takes longer than most commands.

    Beside a running office, in a thread: `await asyncio.to_thread(here, …)`.
    """
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("SLACK_", "BALIK_", "DATABASE_")):
            monkeypatch.delenv(name)

    def run(*arguments: str, **env: str) -> Done:
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            try:
                code = main(arguments)
            except SystemExit as end:  # argparse's way out
                code = int(end.code or 0)
        return Done(code, *capsys.readouterr())

    yield run
    gc.enable()  # a bot that starts turns it off until it runs
