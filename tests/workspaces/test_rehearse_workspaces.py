"""`rehearse --workspaces`: what it plays, and what it refuses. `test_two_companies` plays it."""

from pathlib import Path

import pytest

from bot.rehearsal.rehearsal_plan import RehearsalPlan
from bot.rehearsal.rehearse_workspaces import plans_of
from prompts.catalogue import Catalogue
from tests.command_line import Command


def test_each_workspace_has_a_programme_of_its_own() -> None:
    plans = plans_of(RehearsalPlan(language="en"), 3, Catalogue.load())
    assert [plan.language for plan in plans] == ["en", "id", "en"]
    assert len({plan.name for plan in plans}) == 3
    assert len({plan.seed for plan in plans}) == 3


@pytest.mark.parametrize("more", [["--serve"], ["--roster", "people.csv"], ["--workspace", "difficult"]])
def test_what_does_not_fit_is_refused_in_one_line(here: Command, tmp_path: Path, more: list[str]) -> None:
    done = here("rehearse", "--workspaces", "2", "--out", str(tmp_path), *more)
    assert done.returncode == 2
    assert more[0] in done.stderr
    assert done.stderr.count("\n") == 1
