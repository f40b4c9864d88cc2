"""Phrases that are looked for in what people type."""

from pathlib import Path

import pytest

from prompts.catalogue import Catalogue
from prompts.phrases import PhraseList, words_of
from tests.wording import CATALOGUE

LIST = "care.distress"


@pytest.mark.parametrize(
    "typed",
    [
        "mentor saya melecehkan saya",
        "Saya DILECEHKAN!!",
        "ini pelecehan",
        "pelecehannya terjadi kemarin",
        "aku dilecehin",
        "dia mengintimidasi aku",
        "saya disiksa, disiksa terus",
        "ia menyiksaku",
        "saya merasa *tidak nyaman* dengan beliau",
        "saya merasa tidak\nnyaman",
        "gaaak nyamaaan bangeeet",
        "ingin bunuh diri",
        "Tolong saya…",
        "kena bully",
        "please help, my mentor is harassing me",
        "I was HARASSED",
        "it's harassment",
        "I cant cope",
        "I can\N{RIGHT SINGLE QUOTATION MARK}t cope",
        "she makes me uncomfortable",
        "I feel unsafe.",
        "he bullies me",
        "Abúse",
        "_abused_ <@U1>",
        "i want to die",
    ],
)
def test_what_is_recognised(typed: str) -> None:
    assert CATALOGUE.recognises(LIST, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "halo",
        "sesi pukul 10 ya",
        "tolong pindahkan jadwal",
        "terpaksa pindah jadwal",
        "boleh minta tolong lihat jadwal?",
        "saya mau matikan notifikasi",
        "topik ancaman siber",
        "jadwal saya bentrok dengan rapat rasio",
        "can you help me move a session?",
        "how do I report my hours?",
        "<https://example.com/harass|the link>",
        "a grapefruit and a skyscraper",
        "terapis datang jam 3",
        "",
        "🙂",
    ],
)
def test_what_is_not_recognised(typed: str) -> None:
    assert not CATALOGUE.recognises(LIST, typed)


def test_words_have_no_case_accents_or_marks() -> None:
    assert words_of("  Saya TIDÀK—kuat_lagi!! <@U123> &amp; :cry: toloooong") == "saya tidak kuat lagi tolong"


def test_a_prefix_may_replace_the_first_letter_of_a_single_word() -> None:
    found = PhraseList.of(["siksa", "takut sekali"], ["di", "meny/s", "men/t"], ["nya"])
    assert all(map(found.is_in, ("siksa", "disiksa", "menyiksa", "siksanya", "takut, sekali")))
    assert not any(map(found.is_in, ("menysiksa", "mensiksa", "menakut sekali", "siksaan", "takut yang sekali")))
    assert not PhraseList.of([]).is_in("x")


@pytest.mark.parametrize(
    ("phrases", "what"),
    [
        ("[]", "has no phrase"),
        ("[aku]", "4 to 60 letters"),
        ("['{{ nama }}']", "without marks"),
        ("['**gawat**']", "without marks"),
        ("[Gawat, GÁWAT]", "is the same as"),
        ("gawat", "must be a list"),
        ("[gawat]\nprefixes: [meny/ss]", "letters/letter"),
        ("[gawat]\nsuffixes: ['-nya']", "letters only"),
    ],
)
def test_the_check_says_what_is_wrong_and_ours_is_used(tmp_path: Path, phrases: str, what: str) -> None:
    file = tmp_path / "id" / "care" / "distress.md"
    file.parent.mkdir(parents=True)
    file.write_text(f"---\nphrases: {phrases}\n---\n", "utf-8")
    catalogue = Catalogue.load(tmp_path)
    assert any(what in str(problem) for problem in catalogue.own_problems()), catalogue.own_problems()
    assert catalogue.recognises(LIST, "saya dilecehkan") == ("gawat]\n" not in phrases)
