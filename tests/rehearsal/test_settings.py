"""HR's own settings for a rehearsal: as a file in plain words, or said on the command line."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.domain.care_check_ins import CheckIns
from bot.domain.programme import Cadence, Theme
from bot.domain.signup import StyleFit
from bot.rehearsal.rehearsal_plan import RehearsalPlan
from bot.rehearsal.settings_file import NAMES, SettingsReader, WrongSetting
from prompts.catalogue import Catalogue

READER = SettingsReader(Catalogue.load())

INDONESIAN = """
# Program kami
Nama: Belajar Bareng 2027
tema: Inklusi lintas generasi
tanggal mulai: 2027-03-01
lama: 3
seberapa sering: Setiap dua minggu
bahasa: Bahasa Indonesia
sambutan: Ratna Dewi, Direktur Utama
libur: [2027-03-15 - 2027-03-17, 2027-04-02]
tetap masuk: 2027-05-06
yang diutamakan: Kedekatan
jarak jenjang: 2
satu departemen: ya
batas lemah: 25 %
gaya kerja: Saling melengkapi
"""
ENGLISH = """
name: Belajar Bareng 2027
theme: inclusion
start: 2027-03-01
months: 3
cadence: fortnightly
language: id
sponsor: Ratna Dewi, Direktur Utama
days_off: 2027-03-15 - 2027-03-17, 2027-04-02
working_days: [2027-05-06]
preset: closeness
least_gap: 2
same_department: yes
floor: 25
style: complementary
"""


def test_every_setting_can_be_written_in_either_language() -> None:
    plan = RehearsalPlan(**READER.read_file(INDONESIAN))
    assert plan == RehearsalPlan(**READER.read_file(ENGLISH))
    assert len(READER.read_file(ENGLISH)) == len(NAMES)
    assert (plan.theme, plan.cadence, plan.months) == (Theme.INCLUSION, Cadence.FORTNIGHTLY, 3)
    assert plan.days_off == (date(2027, 3, 15), date(2027, 3, 16), date(2027, 3, 17), date(2027, 4, 2))
    assert plan.style is StyleFit.COMPLEMENTARY
    assert plan.matches_its_own_way
    assert RehearsalPlan(style=StyleFit.OFF).matches_its_own_way


def test_without_settings_nothing_is_changed() -> None:
    assert READER.read_file("language: en") == {"language": "en"}
    assert not RehearsalPlan().matches_its_own_way


MANY = "- &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"- &{one} [{', '.join(['*' + before] * 10)}]\n" for before, one in pairwise("abcdefghij")
)
"""A few lines of YAML that stand for ten thousand million texts."""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour: red", 'no setting "colour"'),
        ("theme: knitting", "theme: .*inclusion"),
        ("start: tomorrow", "start: .*2027-02-01"),
        ("months: 7", "months: .*9, 12"),
        ("days_off: 2027-03-17 - 2027-03-15", "after the first"),
        ("days_off: [Lebaran]", "no day like"),
        ("name: [a, b]", "one value"),
        ("just words", "name: value"),
        ('name: "open', "line"),
        ("style: opposite", "style: .*complementary"),
        ("floor: 30", "0, 25, 35, 45, 55"),
        ("months:\n" + MANY, "one value"),
        ("days_off:\n" + MANY, "one value"),
        ("floor:\n" + MANY, "one value"),
        ("days_off: " + "[" * 5_000, "too many brackets"),
        ("{" * 5_000, "too many brackets"),
        ("days_off: &a [*a]", "name: value"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_line(text: str, said: str) -> None:
    with pytest.raises(WrongSetting, match=said) as told:
        READER.read_file(text)
    assert "\n" not in str(told.value)


def test_a_mistake_exits_2_before_anything_is_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("months: 7\n", "utf-8")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: Café\n".encode("latin-1"))
    for wrong in (
        ["--settings", str(settings)],
        ["--settings", str(latin)],
        ["--settings", str(tmp_path / "none.yaml")],
        ["--cadence", "daily"],
        ["--working-days", "sometimes"],
    ):
        assert main(["rehearse", "--out", str(tmp_path / "out"), *wrong]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_hr_asks_how_it_is_going_more_often_in_two_themes() -> None:
    asked = {theme: RehearsalPlan(theme=theme).check_ins for theme in Theme}
    assert asked[Theme.INCLUSION] is CheckIns.MONTHLY
    assert asked[Theme.SUSTAINABILITY] is CheckIns.EVERY_SECOND
    assert asked[Theme.DIGITAL_TRENDS] is asked[Theme.YOUNG_GENERATIONS] is CheckIns.HALF_WAY
