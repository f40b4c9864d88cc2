"""What is stored is never computed from a process's own clock (`storage.shared_time` has the shared one)."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
OWN_CLOCK = {
    "bot/clock.py": "where it is read",
    "bot/rehearsal/demo.py": "one process, on a clock of its own",
    "bot/cli/doctor/examine.py": "compares it with Slack's",
    "bot/server/http.py": "compares it with the age of a request",
    "bot/rehearsal": "one process, on a clock that is moved by hand",
    "bot/sandbox": "Slack's clock",
    "bot/jobs/scheduler.py": "when APScheduler wakes, by its own wall clock",
    "bot/rehearsal/time_travel.py": "moves a clock by hand",
    "bot/slack/clock_check.py": "corrects the clock that it wraps",
    "storage/shared_time.py": "the shared clock itself",
}
"""Where a process's own clock may be read, and why."""


def reads_of(source: str) -> list[int]:
    """The lines on which a clock is asked for the time of its process."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today")
        and any(name in ast.unparse(node.func.value).lower() for name in ("clock", "datetime", "date", "when"))
        and not ast.unparse(node.func.value).endswith((".date", "store"))
        and not (node.func.attr == "now" and node.args and "clock" in ast.unparse(node.args[0]))
    ]


def test_nothing_else_reads_the_clock_of_its_process() -> None:
    found = [
        f"{name}:{line}"
        for folder in ("bot", "handlers", "storage")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not any((name := str(path.relative_to(ROOT))).startswith(allowed) for allowed in OWN_CLOCK)
        for line in reads_of(path.read_text("utf-8"))
    ]
    assert found == []


def test_what_it_would_find() -> None:
    assert reads_of("now = self.clock.now()\nlater = datetime.now(UTC)\nnow = SystemClock().now()") == [1, 2, 3]
    assert reads_of("now = await self.store.now(self.clock)\nnow = await desk.now()") == []
