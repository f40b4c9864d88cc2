"""No text without use: what nobody renders is translated, reviewed and kept for nothing."""

from pathlib import Path

from prompts.catalogue import Catalogue
from tests.house.unused_texts import OTHERWISE, unused

ROOT = Path(__file__).parents[2]
KEYS = Catalogue.load().keys()


def test_every_text_is_rendered_somewhere() -> None:
    assert unused(ROOT, KEYS) == []


def test_what_is_named_otherwise_is_there() -> None:
    assert [begin for begin in OTHERWISE if not any(key.startswith(f"{begin}.") for key in KEYS)] == []


def test_a_text_without_use_is_found() -> None:
    added = ["signup.nobody_shows_this", "care.pause.form.nobody_shows_this", "labels.met.yes", "care.pause.done.body"]
    assert unused(ROOT, added) == ["care.pause.form.nobody_shows_this", "signup.nobody_shows_this"]
