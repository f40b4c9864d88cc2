"""A company of HR's own in a rehearsal: who is played, and what is said of a file that cannot be used."""

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.domain.signup import Level, Role
from bot.rehearsal.company import Member
from bot.rehearsal.roster import WrongRoster, read_roster
from prompts.catalogue import Catalogue

ROSTER = """nama;jenjang;departemen;atasan;zona
Bambang Hartono;direktur;Direksi;-;WIB
Yohana Rumbiak;manajer;Cabang;Bambang Hartono;WIT
Sari Wulandari;spesialis;Pemasaran;Yohana Rumbiak;Asia/Jakarta
Rizky Pratama;staf;Data;Bambang Hartono;WITA
"""


def read(text: str) -> list[Member]:
    catalogue = Catalogue.load()
    return read_roster(text.encode(), catalogue, catalogue.texts("en"), seed=7).members


def test_who_is_played() -> None:
    members = {one.name: one for one in read(ROSTER)}
    assert [one.name for one in members.values() if one.hr] == ["Dewi Lestari", "Fajar Nugroho"]
    sari, yohana = members["Sari Wulandari"], members["Yohana Rumbiak"]
    assert (sari.role, sari.manager, sari.zone, len(sari.offers)) == (Role.MENTOR, "Yohana Rumbiak", "Asia/Jakarta", 4)
    assert (yohana.role, yohana.level, yohana.zone) == (Role.LEADER, Level.MANAGER, "Asia/Jayapura")
    assert yohana.wishes
    assert members["Bambang Hartono"].manager == ""
    assert read(ROSTER) == read(ROSTER)


def test_what_the_file_says_counts() -> None:
    told = ROSTER.replace("zona\n", "zona;bisa mengajarkan\n").replace(
        "Asia/Jakarta\n", "Asia/Jakarta;AI untuk kerja: 5\n"
    )
    assert next(one for one in read(told) if one.name == "Sari Wulandari").offers == {"ai_tools": 5}


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [("direktur", "raja", "2: "), ("WITA", "Mars", "5: "), (";staf;", ";;", "5: "), ("Rizky", "Sari", "")],
)
def test_a_row_that_cannot_be_used(was: str, becomes: str, said: str) -> None:
    text = ROSTER.replace(was, becomes) if said else "\n".join(ROSTER.splitlines()[:4])
    with pytest.raises(WrongRoster, match=said or "3 people would take part"):
        read(text)


def test_bad_input_is_one_line_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "people.csv"
    bad.write_text(ROSTER.replace("direktur", "raja"), "utf-8")
    out = ["--out", str(tmp_path / "out")]
    for wrong in (["--roster", str(bad)], ["--roster", str(tmp_path / "none")], ["--prompts", str(tmp_path / "none")]):
        assert main(["rehearse", *wrong, *out]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == (2 if wrong[1] == str(bad) else 1)
