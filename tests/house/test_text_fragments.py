"""Behaviour tests name texts by their keys, never by a part of a sentence."""

from pathlib import Path

from tests.house.text_fragments import fragments, text_with
from tests.wording import CATALOGUE

ROOT = Path(__file__).parents[2]


def test_no_test_expects_a_part_of_a_sentence() -> None:
    found = fragments(ROOT)
    assert not found, "name the text by its key (tests/wording.py):\n" + "\n".join(found)


def test_a_part_of_a_sentence_is_found() -> None:
    text = CATALOGUE.texts("en").plain("errors.pair_ended")
    assert text_with(text)
    assert text_with(" ".join(text.split()[:3]))
    assert not text_with("Sari Wulandari")
    assert not text_with("poll.met.yes")
