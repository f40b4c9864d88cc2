"""`python -m pytest -p tests.costs …`: what the tests cost, in seconds of processor time.

Their child processes are included once they have ended, PostgreSQL's are not. Unlike `--durations`, it hardly depends
on what else the machine does.
"""

import resource
import time
from collections import defaultdict
from collections.abc import Generator

import pytest

SHOWN = 40
_tests: dict[str, float] = defaultdict(float)
_files: dict[str, float] = defaultdict(float)


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _measured(item: pytest.Item) -> Generator[None, object, object]:
    before = _used()
    try:
        return (yield)
    finally:
        item.user_properties.append(("processor", _used() - before))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _measured(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _measured(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _measured(item))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Called above the workers of pytest-xdist, too. The last report of a test has what all its parts took."""
    if report.when == "teardown":
        used = sum(float(str(value)) for name, value in report.user_properties if name == "processor")
        _tests[report.nodeid] += used
        _files[report.nodeid.partition("::")[0]] += used


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for title, used in (("files", _files), ("tests", _tests)):
        terminalreporter.section(f"the dearest {title}: {sum(used.values()):.0f} s of processor time in all")
        for name, seconds in sorted(used.items(), key=lambda one: -one[1])[:SHOWN]:
            terminalreporter.write_line(f"{seconds:8.2f}  {name}")
