"""A third language is a folder of texts: a copy of `prompts/en` in a temporary folder, and no line of code."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain.calendar import named_holidays
from bot.domain.sheet_rows import plain_name
from bot.slack.user_objects import language_for
from bot.spreadsheets.match_people import Vocabulary
from prompts import LANGUAGES
from prompts.catalogue import Catalogue
from prompts.reasons import in_text
from tests.scenarios.office import Colleague, open_office, texts_in
from tests.scenarios.pairs import telling

ROOT = Path(__file__).parents[2]
CODE = "fr"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The texts of a language that Balik does not come with: English, but for a few words."""
    folder = tmp_path / "own" / CODE
    shutil.copytree(ROOT / "prompts" / "en", folder)
    changed = {
        "language.md": (("name: English", "name: Français"), ("locale: en_GB", "locale: fr_FR")),
        "signup/welcome.md": (("Welcome to", "Bienvenue à"),),
        "signup/joined.md": (("**{{ programme }}**", "**{{ programme }}** (inscription)"),),
    }
    for name, pairs in changed.items():
        text = (folder / name).read_text("utf-8")
        for was, now in pairs:
            assert was in text
            text = text.replace(was, now)
        (folder / name).write_text(text, "utf-8")
    return folder.parent


async def test_somebody_signs_up_in_it(own: Path, tmp_path: Path) -> None:
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", own_texts=own) as office:
        dewi = office.hire("Dewi Lestari")
        office.slack.add_member(office.hr_channel, dewi.slack.user)
        await office.set_up(dewi, language=CODE)
        sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Hartono")
        await sari.command("join")
        first = {"role": "mentor", "level": "specialist", "department": "Marketing", "offers": ["ai_tools"]}
        every = Catalogue.load().names() | {CODE: "Français"}
        assert options(sari, "language") == every
        assert (await sari.submit({**first, "no_manager": ["none"], "language": CODE})).ok
        assert options(sari, "languages") == every
        outcome = await sari.submit({"languages": [CODE, "id"], "confidence": "4"})
        assert outcome.ok, outcome
        assert "(inscription)" in texts_in(sari.modal)
        await office.settle()
        assert len(telling(sari, "Bienvenue à")) == 1
        await sari.command("privacy")
        await sari.slack.click(sari.modal, "privacy.details", "participant")
        await office.balik.context.wait_idle()
        assert "Français" in texts_in(sari.modal)

        await budi.command("join")
        refused = await budi.submit({**first, "no_manager": ["none"], "language": "xx"})
        assert not refused.ok
        assert (await budi.submit({**first, "no_manager": ["none"]})).ok
        refused = await budi.submit({"languages": ["xx"], "confidence": "4"})
        assert not refused.ok


def test_what_follows_from_the_list_of_languages(own: Path) -> None:
    catalogue = Catalogue.load(own)
    texts, english, indonesian = (catalogue.texts(one) for one in (CODE, "en", "id"))
    assert set(catalogue.languages) == {*Catalogue.load().languages, CODE}
    assert (texts.number(1234.5), english.number(1234.5)) == ("1\u202f234,5", "1,234.5")
    assert texts.day(date(2027, 1, 5)) == "mardi 5 janvier 2027"
    assert (texts.csv_separator, english.csv_separator, indonesian.csv_separator) == (";", ",", ";")
    assert in_text(indonesian, "languages", ["id", CODE]) == "bahasa Indonesia dan Français"
    assert Vocabulary.of(catalogue).languages[plain_name("Français")] == CODE
    assert language_for("Asia/Jakarta", "fr-FR", catalogue.languages) == CODE
    names = named_holidays("FR", date(2027, 5, 1), date(2027, 7, 31), CODE).values()
    assert "Fête nationale" in names


def test_the_languages_are_the_folders_that_are_there() -> None:
    assert Catalogue.load().languages == LANGUAGES


def options(who: Colleague, block_id: str) -> dict[str, str]:
    """The values and labels of a menu in the modal that somebody sees."""
    assert who.modal is not None
    found: list[dict[str, Any]] = [one for one in who.modal.blocks if one.get("block_id") == block_id]
    return {one["value"]: one["text"]["text"] for one in found[0]["element"]["options"]}
