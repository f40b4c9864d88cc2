"""docs/articles.md points to what is there: each row to its files and its test, and no point is missing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "scenarios" / "test_articles.py"
POINTS = Path(__file__).parent / "article_points.txt"
"""What the articles about reverse mentoring ask for, one point a line, in their order."""


def table(page: str) -> list[list[str]]:
    """The cells of the rows of the first table, without its heading."""
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


SENTENCES = 39
"""Of the articles that ask for something."""
ROWS = table((ROOT / "docs" / "articles.md").read_text("utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_row_leads_to_what_is_there(row: list[str]) -> None:
    _, _, texts, code, test = row
    for path in re.findall(r"`([^`]+)`", f"{texts} {code}"):
        assert (ROOT / path).is_file(), path
        assert (ROOT / path.replace("prompts/en/", "prompts/id/")).is_file(), path
    assert f"async def {test.strip('`')}(" in TESTS.read_text("utf-8")


def test_every_walk_has_its_row() -> None:
    walks = re.findall(r"^async def (test_\w+)\(", TESTS.read_text("utf-8"), re.MULTILINE)
    assert walks == [row[4].strip("`") for row in ROWS]


def test_each_sentence_belongs_to_a_row() -> None:
    page = (ROOT / "docs" / "articles.md").read_text("utf-8")
    leads = [line.rpartition(" → ")[2] for line in page.splitlines() if line.startswith("- ")]
    assert set(leads) == {row[0] for row in ROWS}, "no row without a sentence, no sentence without a row"
    assert len(leads) == SENTENCES


def test_every_point_of_the_articles_has_its_row() -> None:
    assert POINTS.read_text("utf-8").splitlines() == [row[0] for row in ROWS]
