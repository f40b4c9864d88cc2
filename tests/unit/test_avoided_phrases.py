"""Phrases that texts avoid: `prompts check` reports file, line and what to write instead."""

from pathlib import Path

import pytest

from prompts.avoided import LISTS
from prompts.catalogue import Catalogue
from tests.wording import CATALOGUE

LIST = "---\navoid: ['draw up → create', 'draw → pull', \"can't go → stays\"]\nalso: []\n---\n"


def catalogue(tmp_path: Path, files: dict[str, str]) -> Catalogue:
    """Texts of one language; `phrases_to_avoid.md` is `LIST` unless it is among `files`."""
    for name, content in {"id/phrases_to_avoid.md": LIST, **files}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return Catalogue.load(folder=tmp_path)


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_shipped_texts_avoid_the_phrases_of_their_language(language: str) -> None:
    assert CATALOGUE.texts(language).plain_list(LISTS[0])
    found = [one for one in CATALOGUE.problems() if one.advice and language in one.file.parts]
    assert found == [], "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("text", "line", "instead"),
    [
        ("We draw up a list.", 1, "create"),
        ("One.\n\nPlease Draw\nup a list.", 3, "create"),
        ("Draw a card.", 1, "pull"),
        ("She can\N{RIGHT SINGLE QUOTATION MARK}t go.", 1, "stays"),
        ("---\ntitle: A\nmore: |\n  First\n  draw up\n---\n", 5, "create"),
        ("---\nsteps: [Begin, 'Draw up {{ what }}']\n---\n", 2, "create"),
    ],
)
def test_each_place_is_advice_with_its_line_and_the_replacement(
    tmp_path: Path, text: str, line: int, instead: str
) -> None:
    (problem,) = catalogue(tmp_path, {"id/a.md": text}).problems()
    assert (problem.file, problem.line, problem.advice) == (tmp_path / "id/a.md", line, True)
    assert problem.what.endswith(f"write {instead}")


@pytest.mark.parametrize("text", ["A drawing, an update.", "We withdraw upwards.", "draw_up", "redraw"])
def test_other_words_are_not_reported(tmp_path: Path, text: str) -> None:
    assert catalogue(tmp_path, {"id/a.md": text}).problems() == []


def test_words_that_are_recognised_are_not_prose(tmp_path: Path) -> None:
    files = {
        "id/a.md": "---\nphrases: [draw up]\nprefixes: []\nsuffixes: []\n---\n",
        "id/commands/words.md": "---\nmatch: [draw up]\n---\n",
    }
    assert catalogue(tmp_path, files).problems() == []


@pytest.mark.parametrize(
    ("also", "what"),
    [("draw up", "and what to write instead"), ("→ create", "write the phrase"), ("a b → c', 'A  B → d", "twice")],
)
def test_a_line_without_replacement_or_listed_twice_is_a_mistake(tmp_path: Path, also: str, what: str) -> None:
    files = {"id/phrases_to_avoid.md": f"---\navoid: ['x y → z']\nalso: ['{also}']\n---\n"}
    (problem,) = catalogue(tmp_path, files).problems()
    assert what in problem.what
    assert not problem.advice


def test_a_company_adds_its_phrases_and_its_texts_are_used_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "phrases_to_avoid.md").write_text("---\nalso: ['HR desk → People team']\n---\n", encoding="utf-8")
    (folder / "notice.md").write_text("---\ntitle: Ask the HR desk\n---\n", encoding="utf-8")
    own = Catalogue.load(tmp_path)
    (problem,) = own.own_problems()
    assert (problem.file, problem.line, problem.advice) == (folder / "notice.md", 2, True)
    assert "“hr desk”: write People team" in problem.what
    assert own.texts("en").plain("notice.title") == "Ask the HR desk"
    assert own.texts("en").plain_list(LISTS[0]) == CATALOGUE.texts("en").plain_list(LISTS[0])
