"""The rehearsal as it is by default: 24 people, 6 months."""

from pathlib import Path

import pytest

from tests.rehearsal import promises
from tests.rehearsal.conftest import Played, play


@pytest.mark.soak
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("seed", [7, 11])
def test_the_whole_programme(tmp_path: Path, language: str, seed: int) -> None:
    played = play(tmp_path / "whole", people=24, months=6, language=language, seed=seed)
    for promise in promises.ALL:
        promise(played)
    assert played.report["sessions"]["planned"] > 50
    assert played.report["messages_by_kind"]["chat_cancelled"] >= 1, "the busy leader had time enough to cancel"


@pytest.mark.soak
def test_another_seed_is_another_story(another: Played, tmp_path: Path) -> None:
    plan = another.rehearsal.plan
    yet_another = play(tmp_path / "out", people=plan.people, months=1, language=plan.language, seed=plan.seed + 1)
    pages = [(one.out / "transcript.html").read_text("utf-8") for one in (another, yet_another)]
    assert pages[0] != pages[1]
