"""Shared by all tests: what a run may depend on, databases, and what is long left out unless asked for with -m."""

import gc
import logging
import os
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest
from hypothesis import HealthCheck, settings

from bot.server.logs import OURS
from tests import temporary

# Processes that tests start are the bot as people run it: compiled once, not anew each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# What is imported and collected stays: to look for garbage in it takes a quarter of that time. On again in
# `pytest_collection_finish`.
gc.disable()
# Before the plugins are imported.
REMOVE_FOLDER = temporary.enter()

pytest_plugins = ["tests.databases", "tests.command_line"]
LONG = ("bench", "soak", "browser")
FIRST = (
    "tests/rehearsal/",
    "tests/scenarios/test_another_programme.py",
    "tests/spreadsheets/test_hostile_files.py",
    "tests/scenarios/matching/test_who_avoids_whom.py",
    "tests/figures/test_simulation.py",
)
"""What takes longest runs first and on one worker, so that its shared fixtures are made once and no core waits at the
end. The order decides nothing else."""

# Neither the machine's speed nor what an earlier run found changes an ordinary run: the same commit, the same examples.
settings.register_profile(
    "ordinary",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    # Too slow is a matter of the machine, and async fixtures are made anew for each test that draws from them.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# `make fuzz` searches at random.
settings.register_profile("fuzz", settings.get_profile("ordinary"), derandomize=False)
settings.load_profile("ordinary")


@pytest.fixture(autouse=True)
def logging_stays_as_it_was() -> Iterator[None]:
    """Undo what `bot.server.logs.set_up` does in tests that run a command: other tests read what is logged."""
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, OURS)]
    levels, handlers = [one.level for one in loggers], list(root.handlers)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    for handler in set(root.handlers) - set(handlers):
        if type(handler) is logging.StreamHandler:  # pytest's own are of other types
            root.removeHandler(handler)


def thin_out(items: list[pytest.Item]) -> None:
    """Of a table marked `wide(n)` leave every n-th case, of one marked `in_turn(n)` one of each n cases in turn: the
    first of the first n, the second of the next. Mark the others soak: CI runs them beside `make test`."""
    seen: Counter[str] = Counter()
    for item in items:
        wide, in_turn = item.get_closest_marker("wide"), item.get_closest_marker("in_turn")
        if not (wide or in_turn):
            continue
        name = item.nodeid.partition("[")[0]
        number, seen[name] = seen[name], seen[name] + 1
        if wide and number % wide.args[0]:
            item.add_marker(pytest.mark.soak)
        if in_turn and number // in_turn.args[0] % in_turn.args[0] != number % in_turn.args[0]:
            item.add_marker(pytest.mark.soak)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
    thin_out(items)
    if config.getoption("-m"):
        return
    long = [item for item in items if any(map(item.get_closest_marker, LONG))]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_collection_finish(session: pytest.Session) -> None:
    if any(item.get_closest_marker("hypothesis") for item in session.items):
        import_all_modules()
    # Modules and tests stay until the end: the collector need not look at them again and again, which takes a sixth of
    # all the time.
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    gc.enable()


def import_all_modules() -> None:
    """Import all our modules, for property tests.

    Hypothesis tries the constants that it finds in the local modules imported so far. Which these are would depend on
    the tests that ran before in the same worker.
    """
    for package in map(import_module, ("bot", "handlers", "prompts", "storage")):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(".__main__") and ".migrations" not in module.name:
                import_module(module.name)


def pytest_unconfigure(config: pytest.Config) -> None:
    if REMOVE_FOLDER and not hasattr(config, "workerinput"):
        temporary.leave()
