"""`python -m bot match`, as somebody without Slack uses it."""

import contextlib
import csv
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.command_line import ROOT, Command, balik
from tests.processes import HANG

PEOPLE = """Surel;Nama;Peran;Jenjang;Departemen;Atasan;Bisa mengajarkan;Ingin belajar
sari@x.id;Sari;mentor;staf;Marketing;-;AI untuk kerja: 5;
andi@x.id;Andi;mentor;2;Teknologi;BUDI@x.id;Merawat kopi (5);
lina@x.id;=Lina;mentor;staf;Legal;;Media sosial;
budi@x.id;Budi;mentee;direktur;Finance;tidak ada;;AI untuk kerja: 3, Media sosial
rina@x.id;Rina;mentee;Direksi;Direksi;-;;Merawat Kopi: 3
"""
OUT = ("--out", "pairs.csv")


def table(path: Path) -> list[dict[str, str]]:
    text = path.read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.splitlines()[0] else ","))


def test_a_company_is_paired_and_told_why(tmp_path: Path, here: Command) -> None:
    (tmp_path / "people.csv").write_bytes(PEOPLE.encode("cp1252"))
    done = here("match", "people.csv", *OUT, "--explain", "--left", "left.csv", "--preset", "learning")
    assert done.returncode == 0, done.stderr
    pairs = table(tmp_path / "pairs.csv")
    assert {(one["Mentor"], one["Leader"]) for one in pairs} == {("sari@x.id", "budi@x.id"), ("andi@x.id", "rina@x.id")}
    coffee = next(one for one in pairs if one["Mentor"] == "andi@x.id")
    assert "Andi knows a lot about Merawat kopi" in coffee["Why, for the mentee"]
    assert "Score" not in coffee, "a percentage and a word"
    assert "different reporting lines" in coffee["Checked"]
    assert "2 pairs for 4 people. In the file: 5 people" in done.stdout
    assert "█" in done.stdout
    assert "Unmatched: 1" in done.stdout
    assert "direct manager" in done.stdout
    assert table(tmp_path / "left.csv")[0]["Person"] == "lina@x.id"
    assert "people.csv:4: lina@x.id has no manager and" in done.stderr
    assert "\r" not in done.stderr, "no bar where nobody looks"
    assert (tmp_path / "pairs.csv").stat().st_mode & 0o777 == 0o644

    # Its own result forbids or locks, and the order of the rows does not matter.
    lines = PEOPLE.splitlines()
    (tmp_path / "again.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]))
    (tmp_path / "no.csv").write_text("Mentor,Mentee\nandi@x.id,RINA@x.id\n")
    again = here("match", "again.csv", "--out", "2.csv", "--forbidden", "no.csv", "--language", "id")
    assert again.returncode == 0
    rows = table(tmp_path / "2.csv")
    assert rows
    # The column of who learns has each language's own name.
    assert [one["Mentee"] for one in rows] == ["budi@x.id"] or len(rows) == 2
    assert ("andi@x.id", "rina@x.id") not in {(one["Mentor"], one["Mentee"]) for one in rows}
    (tmp_path / "lock.csv").write_text("mentee;mentor\nbudi@x.id;andi@x.id\n")
    locked = here("match", "people.csv", "--out", "3.csv", "--locked", "lock.csv")
    assert locked.returncode == 2
    assert locked.stderr.splitlines()[-1].endswith("they are in the same reporting or appraisal line.")
    assert not (tmp_path / "3.csv").exists()


def test_a_file_name_that_is_no_text_is_printed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    done = balik(tmp_path, "match", "people.csv", "--out", os.fsdecode(b"pairs\xff.csv"))
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert "Written to pairs" in done.stdout


SHIFTS = """Person,Level,Manager,Role,Can teach,Wants to learn,Working hours,Time zone
sari@x.id,staff,-,mentor,AI tools: 5,,09:00-17:00,WIB
budi@x.id,director,-,mentee,,AI tools: 2,{hours},{zone}
"""


@pytest.mark.parametrize(
    ("hours", "zone", "few"),
    [
        ("13:00-21:00", "WIB", False),  # four hours a day
        ("16:00-23:00", "WIB", False),  # one hour a day is five a week
        ("16:30-23:00", "WIB", True),
        ("09:00-17:00", "America/New_York", True),
        ("09:00-17:00", "WIT", False),
    ],
)
def test_a_pair_with_few_shared_hours_is_told(tmp_path: Path, here: Command, hours: str, zone: str, few: bool) -> None:
    (tmp_path / "people.csv").write_text(SHIFTS.format(hours=hours, zone=zone))
    done = here("match", "people.csv", *OUT)
    assert done.returncode == 0, done.stderr
    (pair,) = table(tmp_path / "pairs.csv")
    assert ("share few working hours" in pair["Checked"]) is few
    assert ("fewer than 5 working hours a week: 1" in done.stdout) is few


BAD = """Person,Level,Manager,Role,Can teach,Wants to learn,Working hours
a@x.id,staff,-,mentor,AI tools: 9,,
b@x.id,boss of all,-,mentor,AI tools,,
A@X.ID,staff,-,mentor,AI tools,,
,staff,-,mentor,AI tools,,
c@x.id,staff,d@x.id,mentor,AI tools,,
d@x.id,staff,c@x.id,mentor,AI tools,,
e@x.id,7,-,chief,,AI tools,
f@x.id,7,-,mentee,,AI tools,9 to late
g@x.id,7,-,mentee,,AI tools,,,more
h@x.id,7,h@x.id,mentee,,AI tools,
i@x.id,7,-,,,,
"""


def said(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """Exit code and the lines on stderr, without the second that a process of its own takes."""
    with contextlib.chdir(folder):
        try:
            code: object = main(["match", *arguments])
        except SystemExit as end:
            code = end.code
    out, err = capsys.readouterr()
    assert not out
    return int(str(code)), err.splitlines()


def test_bad_rows_are_told_by_line_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "people.csv").write_text(BAD)
    (tmp_path / "pairs.csv").write_text("as it was")
    code, lines = said(tmp_path, capsys, "people.csv", *OUT)
    assert code == 2
    told = {line.split(":")[1]: line for line in lines if line.startswith("people.csv:")}
    assert list(told) == ["2", "3", "4", "5", "6", "8", "9", "10", "11", "12"]
    assert "1 to 5" in told["2"]
    assert "already on line 2" in told["4"]
    assert "c@x.id → d@x.id → c@x.id" in told["6"]
    assert "10 rows to fix" in lines[-2]
    assert "--levels" in lines[-1], "the level that nobody knows may be a job title"
    assert (tmp_path / "pairs.csv").read_text() == "as it was"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["pairs.csv", "people.csv"]


def test_numbers_of_thousands_of_digits_are_told_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = "1" * 4_900
    head = "Person,Level,Manager,Can teach,Places as mentor,Working hours"
    rows = (f"a@x.id,staff,-,AI,{many},", f"b@x.id,staff,-,AI {many},1,", f"c@x.id,staff,-,AI,1,{many}-17")
    (tmp_path / "people.csv").write_text("\n".join([head, *rows]))
    code, lines = said(tmp_path, capsys, "people.csv", *OUT)
    assert code == 2
    assert [line.split(":")[1] for line in lines if line.startswith("people.csv:")] == ["2", "3", "4"]


def test_a_lock_in_ones_own_line_is_refused_where_the_file_has_no_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "Person,Level,Manager,Can teach,Wants to learn"
    rows = ("a@x.id,staff,b@x.id,AI,", "b@x.id,director,-,,AI", "c@x.id,staff,-,AI,")
    (tmp_path / "people.csv").write_text("\n".join([head, *rows]))
    (tmp_path / "lock.csv").write_text("Mentor,Mentee\na@x.id,b@x.id\n")
    code, lines = said(tmp_path, capsys, "people.csv", *OUT, "--locked", "lock.csv")
    assert code == 2
    assert lines[-1].startswith("lock.csv: a@x.id and b@x.id can't be locked together")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("people.csv",),
        ("nobody.csv", *OUT),
        ("people.csv", "--out", "people.csv"),
        ("people.csv", "--out", "no/such/folder.csv"),
        ("people.csv", *OUT, "--preset", "luck"),
        ("people.csv", *OUT, "--floor", "101"),
        ("people.csv", *OUT, "--locked", "empty.csv"),
        ("empty.csv", *OUT),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE.replace(";;Media", ";-;Media").replace("BUDI@x.id", "-"))
    (tmp_path / "empty.csv").touch()
    code, lines = said(tmp_path, capsys, *arguments)
    assert code == 2
    assert len(lines) == 1, lines


def test_the_template_can_be_matched_as_it_is_and_a_terminal_sees_a_bar(tmp_path: Path, here: Command) -> None:
    assert here("match", "--template", "--out", "t.csv", "--language", "id").returncode == 0
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfOrang;Nama;")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "match", "t.csv", *OUT]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=theirs, timeout=HANG, check=False
    )
    os.close(theirs)
    assert done.returncode == 0
    assert "…" in os.read(ours, 100_000).decode()
    os.close(ours)
    assert len(table(tmp_path / "pairs.csv")) == 1
