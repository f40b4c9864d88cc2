"""Each action that only HR has is in docs/hr-actions.md, with its way back or the text that says that there is none."""

import re
from pathlib import Path

import pytest

from tests.scenarios.test_who_may_act import HR, NOT_HR, TABLE
from tests.wording import CATALOGUE

DOCUMENT = Path(__file__).parents[2] / "docs" / "hr-actions.md"
CODE = re.compile(r"`([^`]+)`")


def _rows() -> list[tuple[str, str]]:
    """The ids and the way back of each action."""
    lines = DOCUMENT.read_text("utf-8").split("|---|---|---|\n")[1].strip().split("\n")
    return [(ids, way) for _, _, ids, way, _ in (line.split("|") for line in lines)]


ROWS = _rows()
FINAL = [way for _, way in ROWS if way.strip().startswith("none")]


def test_every_action_of_hr_has_a_row() -> None:
    listed = [one for ids, _ in ROWS for one in CODE.findall(ids)]
    of_hr = {row.ask.what for row in TABLE if set(NOT_HR) <= set(row.refusals)}
    # Whoever is in the channel of a set-up becomes HR by it; a contact person answers for themselves.
    of_hr |= {row.ask.what for row in TABLE if row.right == HR and not row.ask.what.startswith("contact.")}
    assert set(listed) == of_hr
    assert len(listed) == len(set(listed)), "one row each"


def test_every_row_names_a_way_back() -> None:
    assert all(way.strip() for _, way in ROWS)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("way", FINAL)
def test_what_has_none_says_so_beforehand(way: str, language: str) -> None:
    """In a text that exists in both languages and that code shows; the words are read in the recordings."""
    key = CODE.findall(way)[0]
    assert CATALOGUE.texts(language).has(key)
    assert FINAL
