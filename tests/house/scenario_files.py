"""Short names of scenario files, in tables that name tests."""

from pathlib import Path

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def scenario_file(name: str) -> Path:
    """`care/concerns` → tests/scenarios/care/test_concerns.py; `polls` → polls/test_polls.py, where there is a folder
    of that name, otherwise `articles` → test_articles.py."""
    path = SCENARIOS / name
    return path / f"test_{path.name}.py" if path.is_dir() else path.with_name(f"test_{path.name}.py")
