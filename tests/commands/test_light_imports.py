"""What a command imports: a wrong argument is answered soon, and an idle bot holds only what it works with."""

import subprocess
import sys

import pytest

from tests.processes import ROOT

SELDOM = {
    "alembic",
    "aiosmtplib",
    "bot.sandbox",
    "bot.rehearsal.rehearse",
    "cryptography",
    "holidays",
    "icalendar",
    "matplotlib",
    "numpy",
    "openpyxl",
    "ortools",
    "recurring_ical_events",
    "xlsxwriter",
}
"""Imported where it is needed for the first time."""
IMPORTED = {
    "bot.__main__": SELDOM
    | {"aiohttp", "babel", "jinja2", "pydantic", "slack_bolt", "slack_sdk", "sqlalchemy", "yaml"},
    "bot.server.run": SELDOM,
}


@pytest.mark.parametrize("module", IMPORTED)
def test_a_module_imports_nothing_that_it_seldom_needs(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert module in told.split()
    assert not IMPORTED[module] & {*told.split()}
