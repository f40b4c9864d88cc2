"""The wording of every text, as people read it: one file per language and feature in `tests/recorded_wording/`.

A change of wording fails here and nowhere else. Read the difference, then record it: `make wording`.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from bot.cli.text_preview import Preview, preview
from prompts.catalogue import Catalogue
from tests.recorded import compare_with_recorded

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests" / "recorded_wording"
CATALOGUE = Catalogue.load()


def rendered(language: str) -> dict[str, str]:
    """Every message of a language filled with samples, its buttons in brackets, by feature."""
    home = ROOT / "prompts" / language
    shown: dict[str, list[str]] = defaultdict(list)
    for path in sorted(home.rglob("*.md")):
        names = path.relative_to(home).with_suffix("").parts
        key = ".".join(names)
        shown[names[0]].append(f"== {key}\n\n{preview(CATALOGUE, key, Preview(language)).strip()}\n")
    return {feature: "\n".join(messages) for feature, messages in shown.items()}


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_the_wording_is_as_recorded(language: str) -> None:
    compare_with_recorded(RECORDED / language, rendered(language))
