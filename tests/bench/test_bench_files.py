"""How long the files take that were made to take long, beside the largest ordinary roster, in the same process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import ROOT
from tests.spreadsheets.test_hostile_files import EVERY

pytestmark = pytest.mark.bench
ORDINARY = "ten columns of 9,000 people.xlsx"
PROMISE = 2.0
"""Seconds of processor time (docs/promises.md)."""


def test_how_long_files_take(tmp_path: Path) -> None:
    paths = {}
    for number, (name, (make, _)) in enumerate(EVERY.items()):
        path = tmp_path / f"{number}.{name.rpartition('.')[2]}"
        path.write_bytes(make())
        paths[name] = path
    done = subprocess.run(
        [sys.executable, "-m", "tests.spreadsheets.reader", *map(str, paths.values())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    took = dict(zip(paths, (json.loads(line) for line in done.stdout.splitlines()), strict=True))
    ordinary = took[ORDINARY]["seconds"]
    print(f"\n{'file':<40}{'s':>7}{'x ordinary':>12}{'MB':>6}   promise: {PROMISE} s")
    for name, one in sorted(took.items(), key=lambda item: -item[1]["seconds"])[:15]:
        print(f"{name:<40}{one['seconds']:>7.2f}{one['seconds'] / ordinary:>12.2f}{one['megabytes']:>6}")
