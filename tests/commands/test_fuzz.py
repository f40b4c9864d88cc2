"""`make fuzz` and `make repeat` tell of what fails, and how to see it again."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOTTERY = ("tests/commands/lottery.py", "-n", "0")
ALONE = "--noconftest"
"""Without the fixtures of the other tests, which take longer to import than all that is tested here."""


def tool(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", f"tests.{name}", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_find_is_told_with_its_seed() -> None:
    done = tool("fuzz", "--minutes", "0", "--seed", "7", *LOTTERY)
    assert done.returncode == 1
    assert done.stdout.startswith("seed 7 ... 0 passed, 3 failed")
    assert "number=10," in done.stdout
    assert "FOUND by seed 7: tests.commands.lottery::test_seeds_are_small[14]" in done.stdout
    assert done.stdout.endswith("The same again: make fuzz SEED=7 MINUTES=0\n")


def test_the_first_run_that_fails_ends_it_with_its_log() -> None:
    done = tool("repeat", "--runs", "2", "--busy", "1", *LOTTERY, ALONE)
    assert done.returncode == 1
    assert "short test summary info" in done.stdout
    assert done.stdout.count("failed: tests.commands.lottery::test_numbers_are_small") == 1
    assert done.stdout.endswith("0 of 2 runs passed, beside 1 busy loops\n")
