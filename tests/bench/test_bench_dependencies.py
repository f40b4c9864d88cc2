"""`make bench`: what each dependency of the running bot costs: on disk, in memory, and at the start."""

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from tests.processes import ROOT

pytestmark = pytest.mark.bench
IMPORTED_AS = {
    "slack-bolt": "slack_bolt.async_app",
    "slack-sdk": "slack_sdk.web.async_client",
    "apscheduler": "apscheduler.schedulers.asyncio",
    "sqlalchemy": "sqlalchemy.ext.asyncio",
    "alembic": "alembic.command",
    "python-dotenv": "dotenv",
    "jinja2": "jinja2.sandbox",
    "babel": "babel.dates",
    "pyyaml": "yaml",
    "ortools": "ortools.graph.python.min_cost_flow",
    "matplotlib": "matplotlib.figure",
    "font-source-serif-pro": "font_source_serif_pro",
    "prometheus-client": "prometheus_client",
    "cryptography": "cryptography.fernet",
    "recurring-ical-events": "recurring_ical_events",
}
"""What the bot imports of a package, if it is not the package's name."""
COST = """
import sys, time
def memory():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
before, began = memory(), time.process_time()
__import__(sys.argv[1])
print(memory() - before, (time.process_time() - began) * 1000)
"""
WAITING = "import sys, bot.__main__, bot.server.run; print(*sys.modules)"


def packages() -> list[str]:
    """The names of the dependencies, as pyproject.toml has them, those of the extra last."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["large"]]
    return [re.split(r"[\[<>=]", line)[0] for line in lines]


def needs(package: str) -> set[str]:
    """The package and all that it needs, by canonical name."""
    every, waiting = set[str](), [package]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in every:
            continue
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        every.add(name)
        waiting += [re.split(r"[\s\[<>=!~;(]", line)[0] for line in requirements if "extra ==" not in line]
    return every


def megabytes(names: set[str]) -> float:
    """The size of the files of these packages, without what Python compiles."""
    files = [file for name in names for file in metadata.files(name) or [] if file.suffix != ".pyc"]
    paths = [Path(str(file.locate())) for file in files]
    return sum(path.stat().st_size for path in paths if path.exists()) / 1e6


def output(code: str, *arguments: str) -> str:
    """What a Python of its own prints."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


def test_what_each_dependency_costs() -> None:
    waiting = set(output(WAITING).split())
    every = packages()
    print(f"\n| {'package':24} | MB on disk | of it only for this | MB of memory | processor ms | a waiting bot |")
    print("|---|---|---|---|---|---|")
    for package in every:
        others = set[str]().union(*(needs(other) for other in every if other != package))
        module = IMPORTED_AS.get(package, package)
        try:
            output(COST, module)  # what is compiled is compiled now
            memory, milliseconds = map(float, output(COST, module).split())
        except subprocess.CalledProcessError:
            memory, milliseconds = float("nan"), float("nan")
        held = "has it" if module in waiting else ""
        print(
            f"| {package:24} | {megabytes(needs(package)):10.1f} | {megabytes(needs(package) - others):10.1f} | "
            f"{memory:10.1f} | {milliseconds:10.0f} | {held} |",
            flush=True,
        )
    assert waiting.isdisjoint({"numpy", "matplotlib", "ortools", "pandas", "openpyxl", "xlsxwriter", "alembic"})
