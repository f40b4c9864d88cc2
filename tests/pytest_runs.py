"""Runs of pytest in processes of their own: what came of each, and how long it took."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Run:
    """One run. `seconds` are of real time, `processor` of processor time, of all its processes."""

    passed: int
    failed: tuple[str, ...]
    skipped: int
    seconds: float
    processor: float
    code: int
    output: str

    @property
    def is_well(self) -> bool:
        return self.code == 0


def run(arguments: Sequence[str], **environment: str) -> Run:
    """Run pytest with `arguments`, and with `environment` over ours."""
    began, used = time.monotonic(), _processor_time()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        line = [sys.executable, "-m", "pytest", f"--junitxml={results}", *arguments]
        done = subprocess.run(
            line, cwd=ROOT, env=os.environ | environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False,
        )  # fmt: skip
        cases = list(ElementTree.parse(results).iter("testcase")) if results.exists() else []
    failed = tuple(_name(case) for case in cases if _has(case, "failure") or _has(case, "error"))
    skipped = sum(_has(case, "skipped") for case in cases)
    spent = time.monotonic() - began, _processor_time() - used
    return Run(len(cases) - len(failed) - skipped, failed, skipped, *spent, done.returncode, done.stdout)


def _has(case: ElementTree.Element, what: str) -> bool:
    return case.find(what) is not None


def _name(case: ElementTree.Element) -> str:
    return f"{case.get('classname')}::{case.get('name')}"


def _processor_time() -> float:
    """Of the processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
