"""Texts as people see them, for HR that edits them: `prompts show`."""

from pathlib import Path

import pytest

from bot.cli.text_preview import NoSuchText, Preview, preview
from tests.unit.test_catalogue import CATALOGUE


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_message_can_be_looked_at(language: str) -> None:
    messages = {entry.file for entry in CATALOGUE.shown(language).values()}
    home = Path(__file__).parents[2] / "prompts" / language
    for file in messages:
        key = ".".join(file.relative_to(home).with_suffix("").parts)
        shown = preview(CATALOGUE, key, Preview(language))
        assert "{{" not in shown
        assert "<" not in shown.replace("<1>", "")
        assert max(map(len, shown.splitlines())) <= 60


def test_a_message_is_shown_with_its_title_first_and_its_buttons_last() -> None:
    lines = preview(CATALOGUE, "matching.introduction.mentee", Preview("id", "ibu")).splitlines()
    assert lines[0] == "Ini mentor Ibu"
    assert lines[-1] == "[Pilih waktu] [Buka grup] [Ada yang mengganjal]"
    assert any("Sari" in line for line in lines)
    assert not any("*" in line for line in lines)


def test_a_pack_is_shown_as_it_is_sent_to_both() -> None:
    shown = preview(CATALOGUE, "sessions.packs.hands_on_4", Preview("en", form="observation"))
    pack, frame = CATALOGUE.texts("en").plain, "sessions.packs.frame"
    activity = "sessions.packs.hands_on_4.activity_observation"
    assert shown.count(pack(f"{frame}.activity", name=pack(f"{activity}.name"), minutes=25)) == 3
    assert " ".join(f"[{pack(f'{frame}.buttons.{one}')}]" for one in ("more", "move", "concern")) in shown
    part = pack(f"{frame}.part", text=pack(f"{activity}.part")).replace("**", "")
    assert part in shown.replace("\n", " ")


def test_one_text_alone_and_what_is_not_there() -> None:
    assert preview(CATALOGUE, "notice.close", Preview("en")) == "Close"
    bold = preview(CATALOGUE, "commands.unknown.body", Preview("id", colours=True))
    assert "\x1b[" in bold
    with pytest.raises(NoSuchText) as unknown:
        preview(CATALOGUE, "sessions.nuge_mentor", Preview("id"))
    assert unknown.value.near[0] == "sessions.nudge_mentor"
    with pytest.raises(NoSuchText) as folder:
        preview(CATALOGUE, "sessions", Preview("id"))
    assert all(one.startswith("sessions.") for one in folder.value.near)
    older = preview(CATALOGUE, "packs.hands_on_4", Preview("en"))
    assert older == preview(CATALOGUE, "sessions.packs.hands_on_4", Preview("en"))
    with pytest.raises(NoSuchText) as deeper:
        preview(CATALOGUE, "sessions.packs.contrat", Preview("id"))
    assert deeper.value.near[0] == "sessions.packs.contract"
