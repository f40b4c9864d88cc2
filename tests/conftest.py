"""Shared by all tests: databases, and benchmarks and soaks left out unless they are asked for with -m."""

import pytest

pytest_plugins = ["tests.databases"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("-m"):
        return
    long = [item for item in items if item.get_closest_marker("bench") or item.get_closest_marker("soak")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
