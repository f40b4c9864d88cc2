"""A company's own texts replace ours, also from older paths and with mistakes in them."""

from pathlib import Path

import pytest

from prompts.catalogue import Catalogue
from prompts.moved import MOVED, current_key, current_path
from tests.unit.test_catalogue import CATALOGUE, own


def test_a_company_replaces_single_texts(tmp_path: Path) -> None:
    files = {"id/commands/unknown.md": "Apa itu **{{ word }}**?\n", "id/notice.md": "---\nclose: Beres\n---\n"}
    catalogue = Catalogue.load(own(tmp_path, files))
    assert catalogue.own_problems() == []
    assert catalogue.texts("id")("commands.unknown.body", word="x") == "Apa itu *x*?"
    assert catalogue.texts("id").options("notice") | {"close": "Beres"} == catalogue.texts("id").options("notice")
    assert catalogue.texts("id").plain("notice.title") == "Info"
    assert catalogue.texts("en").plain("notice.close") == "Close"


def test_a_mistake_in_an_override_keeps_our_text(tmp_path: Path) -> None:
    files = {
        "id/commands/unknown.md": "Apa itu {{ wrod }}?\n",
        "id/notice.md": "---\nclose: Beres\nclsoe: Beres\ntitle: {{ x }}\n---\n",
        "id/signup/joined.md": "Tutup {% if programme %}\n",
    }
    catalogue = Catalogue.load(own(tmp_path, files))
    found = [(problem.file.name, problem.line, problem.what) for problem in catalogue.own_problems()]
    assert [where[:2] for where in found] == [
        ("unknown.md", 1),
        ("notice.md", 3),
        ("notice.md", 4),
        ("joined.md", 1),
    ]
    assert "unknown placeholder wrod" in found[0][2]
    assert "there is no such text" in found[1][2]
    assert "quotes" in found[2][2]
    assert "tidak mengenal" in catalogue.texts("id")("commands.unknown.body", word="Apa")
    assert catalogue.texts("id").plain("notice.close") == "Beres"


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_older_path_leads_to_texts_that_are_there(language: str) -> None:
    home = Path(__file__).parents[2] / "prompts" / language
    assert [old for old, new in MOVED.items() if not (home / new).exists()] == []
    files = [path.relative_to(home).as_posix() for path in home.rglob("*.md")]
    assert [path for path in files if current_path(path) != path] == [], "no file is at an older path"
    assert [key for key in CATALOGUE.keys(language) if current_key(key) != key] == []


@pytest.mark.parametrize(
    ("older", "current"),
    [
        ("join/form.md", "signup/form.md"),
        ("match/card.md", "matching/pair.md"),
        ("match/draft.md", "matching/draft.md"),
        ("packs/topics/ai_tools.md", "sessions/packs/topics/ai_tools.md"),
        ("roster.md", "roster/import.md"),
        ("roster/import.md", "roster/import.md"),
        ("errors.md", "errors.md"),
    ],
)
def test_an_older_path_and_its_keys_become_the_current_ones(older: str, current: str) -> None:
    assert current_path(older) == current
    key = f"{older.removesuffix('.md').replace('/', '.')}.modal.title"
    assert current_key(key) == f"{current.removesuffix('.md').replace('/', '.')}.modal.title"


def test_texts_of_a_company_at_an_older_path_keep_working_and_the_check_names_the_current_one(tmp_path: Path) -> None:
    files = {
        "id/join/joined.md": "{{ Kamu }} sudah terdaftar di **{{ programme }}**.\n",
        "id/roster.md": "---\nsubmit: Lihat {{ berkas }}\nclose: Sudah\n---\n",
        "jv/packs/contract.md": "---\nquestions: [Apa kabare?]\n---\n",
    }
    folder = own(tmp_path, files)
    catalogue = Catalogue.load(folder)
    assert catalogue.texts("id", "ibu")("signup.joined.body", programme="X") == "Ibu sudah terdaftar di *X*."
    assert catalogue.texts("id").plain("roster.import.close") == "Sudah"
    assert catalogue.texts("jv").list("sessions.packs.contract.questions", partner="x") == ["Apa kabare?"]
    assert catalogue.own["id"] == {"signup.joined.body", "roster.import.submit", "roster.import.close"}
    told = {(one.file.relative_to(folder).as_posix(), one.advice): one.what for one in catalogue.own_problems()}
    assert "id/signup/joined.md" in told["id/join/joined.md", True]
    assert "id/roster/import.md" in told["id/roster.md", True]
    assert "jv/sessions/packs/contract.md" in told["jv/packs/contract.md", True]
    assert "unknown placeholder berkas" in told["id/roster.md", False], "a mistake is told where it is"


def test_an_older_placeholder_keeps_working_and_the_check_names_the_current_one(tmp_path: Path) -> None:
    files = {
        "en/care/leave/hr.md": "{{ mentor }} and {{ mentee_name }} ({{mentee}}), mentor and mentee, are apart.\n",
        "en/insight/summary.md": "---\nmoved: '{% if mentees %}{{ mentees }} × {{ mentors }}{% endif %}'\n---\n",
    }
    catalogue = Catalogue.load(own(tmp_path, files))
    english = catalogue.texts("en")
    shown = english("care.leave.hr.body", mentor="Sari", leader="Budi")
    assert shown == "Sari and Budi (Budi), mentor and mentee, are apart."
    assert english.plain("insight.summary.moved", mentors=1, leaders=2) == "2 × 1"
    problems = catalogue.own_problems()
    assert all(problem.advice for problem in problems)
    assert [(problem.file.name, problem.what.rpartition(": ")[2]) for problem in problems] == [
        ("hr.md", "placeholder mentee is still understood, but is now called leader"),
        ("hr.md", "placeholder mentee_name is still understood, but is now called leader_name"),
        ("summary.md", "placeholder mentees is still understood, but is now called leaders"),
    ]


def test_a_text_at_the_current_path_counts_before_one_at_an_older_path(tmp_path: Path) -> None:
    files = {"id/join/joined.md": "Lama\n", "id/signup/joined.md": "Baru\n"}
    catalogue = Catalogue.load(own(tmp_path, files))
    assert catalogue.texts("id")("signup.joined.body", programme="X") == "Baru"
    assert any("signup.joined.body is also in" in one.what for one in catalogue.own_problems())
