"""The two lock files agree with each other and with pyproject.toml."""

import re
import tomllib

from tests.command_line import ROOT

RUN, TOOLS = "requirements.lock", "requirements-dev.lock"


def locked(name: str) -> dict[str, str]:
    """By package: its version, conditions and hashes, as one text."""
    parts = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip())
    return {part.partition("==")[0]: part for part in parts}


def test_the_bot_runs_with_the_versions_that_are_tested() -> None:
    assert locked(RUN).items() <= locked(TOOLS).items()


def test_each_dependency_is_locked_where_it_belongs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {re.split(r"[\[<>=]", one)[0] for one in project["project"]["dependencies"]}
    tools = {re.split(r"[\[<>=]", one)[0] for one in project["dependency-groups"]["dev"]}
    assert needed <= locked(RUN).keys()
    assert tools <= locked(TOOLS).keys()
    assert not tools & locked(RUN).keys(), "tools that the bot would install"
