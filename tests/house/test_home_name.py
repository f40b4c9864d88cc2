"""The tab that Slack calls Home has one name: on the local Slack's page and in what people read."""

import json
from pathlib import Path

import pytest

from tests.wording import CATALOGUE

WORDS = Path(__file__).parents[2] / "bot" / "sandbox" / "page" / "words"


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_calls_the_tab_as_the_texts_do(language: str) -> None:
    """Slack's own Indonesian is not known here, so both keep the word that Slack's documentation uses."""
    page = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    assert page["place.home"] == "Home"
    assert page["place.home"] in CATALOGUE.texts(language).plain("commands.typed.buttons.home")
    assert "Beranda" not in "".join(page.values())
