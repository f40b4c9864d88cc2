"""Shared by all tests: databases, and what is long left out unless they are asked for with -m."""

import os

import pytest

# Processes that tests start are the bot as people run it: compiled once, not anew each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

pytest_plugins = ["tests.databases"]
LONG = ("bench", "soak", "browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("-m"):
        return
    long = [item for item in items if any(map(item.get_closest_marker, LONG))]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
