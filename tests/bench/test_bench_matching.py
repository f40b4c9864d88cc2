"""`make bench`: our matching beside scipy's assignment, a greedy loop and PyPI mentor-match, in one table.

Seconds run from profiles to the proved pairs (the others: to the pairs); libraries are loaded before. Memory is the
peak of the whole process, profiles included. BENCH_SIZES=50,500 measures fewer sizes.
"""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

SIZES = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "50,500,2000,10000").split(","))
OURS = ("ours total", "ours fair", "ours total streaming", "ours fair streaming")
# At 2,000 mentor-match takes minutes and gigabytes (measured: more than 200 s and 6.7 GB).
MENTOR_MATCH_MOST = 500


@pytest.mark.bench
def test_matching_beside_others(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nload of this machine now: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print(
            f"{'a side':>7} {'kind':7} {'who':22} {'s':>8} {'MiB':>6} {'matched':>8} {'total':>11} {'worst tenth':>11}"
        )
        for size in SIZES:
            for kind in ("dense", "sparse"):
                for who in (*OURS, "scipy", "greedy", "mentor-match"):
                    print(f"{size:7} {kind:7} {who:22} {_line(who, size, kind)}", flush=True)
                for objective in ("total", "fair"):
                    again = _run(f"again {objective}", size, kind)
                    what = f"{again['seconds']:8.3f}  after one forbid; {again['moved']} other pairs moved"
                    print(f"{size:7} {kind:7} {'again ' + objective:22} {what}", flush=True)


def _line(who: str, size: int, kind: str) -> str:
    if who == "mentor-match":
        if importlib.util.find_spec("munkres") is None or importlib.util.find_spec("matching") is None:
            return "  not installed (pip install mentor-match into an environment of its own)"
        if kind == "dense":
            return "  knows no capacities"
        if size > MENTOR_MATCH_MOST:
            return "  not run: minutes and gigabytes"
    found = _run(who, size, kind)
    twice = f"  {found['twice']} pairs twice" if found["twice"] else ""
    numbers = f"{found['seconds']:8.3f} {found['memory']:6.0f} {found['matched']:8}"
    return f"{numbers} {found['total']:11} {found['worst']:11}{twice}"


def _run(who: str, size: int, kind: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.matching_runs", who, str(size), kind]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result
