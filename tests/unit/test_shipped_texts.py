"""The texts of the product in every language: no problems, the same keys, each rendered."""

import re
from pathlib import Path

import pytest

from bot.domain.care_check_ins import CheckIns
from bot.domain.matching.unmatched_causes import HELPS
from bot.domain.programme import INTERESTS, TOPICS, Cadence, Theme
from bot.domain.sessions import MIDDLE, Pack
from bot.domain.sessions_packs import ROUNDS
from bot.domain.signup import FORMATS, Level, Role
from bot.services.matching.draft_review import CAME_SINCE, CHANGED, TAKEN_OUT
from prompts.catalogue import Catalogue
from prompts.checks import fallback
from tests.unit.test_catalogue import CATALOGUE, INJECTIONS, own, texts


def test_shipped_texts_have_no_problems() -> None:
    assert {"en", "id"} <= set(CATALOGUE.languages)
    assert CATALOGUE.problems() == []


def test_languages_have_the_same_keys() -> None:
    different = set(CATALOGUE.keys("id")) ^ set(CATALOGUE.keys("en"))
    assert sorted(key for key in different if fallback(key) is None) == []


def test_what_a_leader_reads_beforehand_may_be_written_for_one_activity(tmp_path: Path) -> None:
    """In one language only, or by a company; else the pack's own text is shown, never one of another language."""
    key = "sessions.packs.insight.activity_observation"
    assert fallback(f"{key}.prepare") == "sessions.packs.insight.leader.prepare"
    assert fallback(f"{key}.part") is None, "each activity has one"
    pack = "---\nactivity_observation:\n  prepare: Siapkan {{ topic }}\n  summary: Ringkas {{ nama }}\n"
    pack += "activity_observasi:\n  prepare: Siapkan\n---\n"
    company = Catalogue.load(own(tmp_path, {"id/sessions/packs/insight.md": pack}))
    unknown, misspelt = (one.what for one in company.own_problems())
    assert "unknown placeholder nama" in unknown
    assert "no such text" in misspelt
    for language, shown in (("id", f"{key}.prepare"), ("en", "sessions.packs.insight.leader.prepare")):
        found = company.texts(language).first_of(f"{key}.prepare", "sessions.packs.insight.leader.prepare")
        assert found == shown
    assert company.texts("id")(f"{key}.prepare", topic="AI") == "Siapkan AI"


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_text_renders(language: str) -> None:
    reader = texts(language, "ibu", "Rina Wati")
    for key in CATALOGUE.keys(language):
        if key.startswith("language."):
            continue
        values = dict.fromkeys(CATALOGUE.placeholders(key, language), "7")
        for text in [*reader.list(key, **values), *reader.plain_list(key, **values)]:
            assert text
            assert "{{" not in text


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_no_value_can_inject_anywhere(language: str) -> None:
    """The very values that are dangerous, in every placeholder of every text."""
    reader = texts(language, "bapak", "<!channel> Budi")
    for key in CATALOGUE.keys(language):
        if key.startswith("language."):
            continue
        for injection in INJECTIONS:
            values = dict.fromkeys(CATALOGUE.placeholders(key, language), injection)
            for text in reader.list(key, **values):
                assert injection not in text
                assert not re.search(r"<[!@#]", text), key


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_code_has_its_label(language: str) -> None:
    reader = texts(language)
    groups: dict[str, tuple[str, ...]] = {
        "topics": TOPICS,
        "interests": INTERESTS,
        "formats": FORMATS,
        "cadences": tuple(Cadence),
        "check_ins": tuple(CheckIns),
        "themes": tuple(Theme),
        "roles": tuple(Role),
        "levels": tuple(level.name.lower() for level in Level),
        "packs": tuple(Pack),
        "skills": tuple(f"s{n}" for n in range(1, 6)),
        "priorities": ("s3", "s2", "s1"),
    }
    for group, codes in groups.items():
        assert set(reader.options(f"labels.{group}")) == set(codes), group
    for group in ("topics", "interests", "formats", "cadences"):
        assert set(reader.options(f"labels.in_text.{group}")) == set(groups[group]), group
    rounds = {f"{pack}{again}" for pack in MIDDLE for again in ("", *(f"_{n}" for n in range(2, ROUNDS + 1)))}
    lines = rounds - {"hands_on"} | {f"hands_on_{form}" for form in FORMATS}
    for topic in TOPICS:
        assert set(reader.options(f"sessions.packs.topics.{topic}", partner="x", topic="x", tools="x")) == lines, topic
    assert set(reader.options("sessions.packs.tools")) == {*TOPICS, "other"}
    causes, helps = map(set, zip(TAKEN_OUT, CHANGED, CAME_SINCE, strict=True))
    assert set(reader.options("matching.unmatched_causes.cause", topics="x")) == set(HELPS) | causes
    assert set(reader.options("matching.unmatched_causes.help")) == set(HELPS.values()) | helps


@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize("pack", [*Pack, *(f"{pack}_{n + 1}" for pack in MIDDLE for n in range(1, ROUNDS))])
def test_every_pack_is_whole(language: str, pack: str) -> None:
    reader = texts(language)
    for part in (
        "purpose",
        "opener",
        "teach_back",
        "please_dont",
        "close",
        "leader.summary",
        "leader.part",
        "leader.prepare",
    ):
        assert reader(f"sessions.packs.{pack}.{part}", partner="Pak Budi")
    assert 3 <= len(reader.list(f"sessions.packs.{pack}.questions", partner="Pak Budi")) <= 5
    middle = any(pack.startswith(one) for one in MIDDLE)
    if middle:
        assert "topic" in CATALOGUE.placeholders(f"sessions.packs.{pack}.topic", language), "for a topic of HR's own"
    for activity in [f"activity_{form}" for form in FORMATS] if middle else ["activity"]:
        assert 3 <= len(reader.list(f"sessions.packs.{pack}.{activity}.steps", partner="Pak Budi")) <= 5
        for addition in ("short", "remote", *(("part",) if middle else ())) if pack != Pack.PREPARE else ():
            assert reader(f"sessions.packs.{pack}.{activity}.{addition}", partner="Pak Budi", topic="x", tools="x")


def test_buttons_are_short_enough_for_a_phone() -> None:
    for language in CATALOGUE.languages:
        for key in CATALOGUE.keys(language):
            if ".buttons." in key:
                label = texts(language).plain(key, **dict.fromkeys(CATALOGUE.placeholders(key, language), "Dewi"))
                assert len(label.split()) <= 4, f"{language}: {key}: {label}"
