"""The words that are recognised in HR's files."""

import pytest

from bot.domain.sheet_rows import plain_name
from bot.spreadsheets import vocabulary
from prompts.catalogue import Catalogue

CATALOGUE = Catalogue.load()


@pytest.mark.parametrize("written", ["AI untuk kerja", "AI untuk kerja (ChatGPT, Notion AI)", "AI at work", "ai_tools"])
def test_a_topic_is_recognised_also_by_an_earlier_label(written: str) -> None:
    assert vocabulary.topics(CATALOGUE)[plain_name(written)] == "ai_tools"


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_no_label_of_a_topic_lists_products(language: str) -> None:
    """They are in `sessions/packs/tools.md`, where HR can change them."""
    assert [one for one in CATALOGUE.texts(language).options("labels.topics").values() if "(" in one] == []
