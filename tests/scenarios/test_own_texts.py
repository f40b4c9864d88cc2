"""A company's own folder of texts, a language of its own, and what a theme changes, as people see it."""

from pathlib import Path
from typing import Any

from bot.domain.programme import THEME_TOPICS, Theme
from tests.scenarios.office import Colleague, Office, open_office, parts_of, texts_in
from tests.wording import says

OWN = {
    "en/recruiting/announcement.md": "---\nfooter: Questions? The HR desk is on the third floor.\n---\n",
    "id/errors.md": "---\nnot_hr: Ini {{ wrong }}.\n---\n",
    "jv/language.md": "---\nname: Basa Jawa\nlocale: jv\naddress:\n  kamu: {you: sampeyan, your: ' sampeyan'}\n---\n",
    "jv/signup/joined.md": "{{ Kamu }} wis melu **{{ programme }}**. Matur nuwun!\n",
}


async def test_single_texts_and_a_third_language_come_from_the_companys_folder(tmp_path: Path) -> None:
    for name, text in OWN.items():
        path = tmp_path / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", own_texts=tmp_path / "own") as office:
        dewi = office.hire("Dewi Lestari")
        office.slack.add_member(office.hr_channel, dewi.slack.user)
        await office.set_up(dewi)
        (announcement,) = office.posted(office.general)
        assert "third floor" in texts_in(announcement)
        assert "mentor" in texts_in(announcement)

        sari = office.hire("Sari Wulandari")
        await sari.command("join")
        names = [one["text"]["text"] for one in options(sari, "language")]
        assert names == ["Bahasa Indonesia", "English", "Basa Jawa"]
        await sari.submit(
            {
                "role": "mentor",
                "level": "specialist",
                "department": "Marketing",
                "offers": ["ai_tools"],
                "no_manager": ["none"],
                "language": "jv",
            }
        )
        outcome = await sari.submit({"confidence": "4"})
        assert outcome.ok, outcome
        assert "Sampeyan wis melu *Tukar Ilmu 2027*" in texts_in(sari.modal)
        await office.settle()
        (welcome,) = sari.inbox
        assert "mentor" in texts_in(welcome)  # not translated yet: in Indonesian, and not silent
        await sari.command("summary", office.general)
        assert says(sari.whispered(office.general)[-1], "errors.not_hr", "id"), "ours: the company's has a mistake"


async def test_each_theme_changes_the_announcement_and_puts_its_own_topics_first(office: Office, hr: Colleague) -> None:
    seen = set()
    for theme in Theme:
        await office.set_up(hr, theme=theme)
        seen.add(texts_in(office.posted(office.general)[0]))
        newcomer = office.hire(f"{theme.title().replace('_', '')} Baru")
        await newcomer.command("join")
        offered = [one["value"] for one in options(newcomer, "offers")]
        assert tuple(offered[: len(THEME_TOPICS[theme])]) == THEME_TOPICS[theme]
        assert len(offered) >= 12
    assert len(seen) == len(Theme)


def options(who: Colleague, action_id: str) -> list[Any]:
    (menu,) = [part for part in parts_of(who.modal.blocks) if part.get("action_id") == action_id]
    found: list[Any] = menu["options"]
    return found
