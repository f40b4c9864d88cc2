"""CSV files as Excel and people write them, and as no spreadsheet calculates them."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.roster_managers import circles
from bot.domain.sheet_rows import LONGEST_CELL, UNSEEN, Problem, Unreadable, deduplicated, plain_name
from bot.spreadsheets import MOST_BYTES, LocalNumber, read_table, write_csv
from bot.spreadsheets.cells import cell_of
from bot.spreadsheets.formulas import neutralised, restored

NAMES = {"surel": "person", "e mail": "person", "employee id": "person", "atasan": "manager", "level": "level"}


@pytest.mark.parametrize(
    "content",
    [
        "E-mail,Atasan\nsasa@x.id,Andrée".encode(),
        "\ufeffSurel;Atasan\r\nsasa@x.id;Andrée\r\n".encode(),
        "Surel;Atasan\r\nsasa@x.id;Andrée\r\n".encode("cp1252"),
        "sep=;\r\nSurel;Atasan\r\nsasa@x.id;Andrée".encode(),
        "surel\tATASAN\nsasa@x.id\tAndrée".encode("utf-16"),
        "Karyawan 2027,,\n,,\nsurel , atasan,Catatan\n sasa@x.id\u00a0,Andrée,\n,,\n".encode(),
        '"E.mail"|"Atasan"\r"sasa@x.id"|"Andrée"\r'.encode(),
        'Employee ID,Surel,Atasan\n="007",sasa@x.id,Andrée'.encode(),
        "Surel,Atasan\nsa\0sa@x.id,And\u202er\x1bée\n".encode(),
        "Surel,Atasan\nsasa@x.id,Andr\ud800ée\n".encode("utf-8", "surrogatepass"),
    ],
    ids=[
        "plain",
        "bom, semicolons",
        "windows-1252",
        "sep=",
        "utf-16, tabs",
        "title",
        "bars, old mac",
        "two ids",
        "controls",
        "half a surrogate pair",
    ],
)
def test_whatever_excel_made_of_it_is_read(content: bytes) -> None:
    (row,) = read_table(content, NAMES, ["person"]).rows
    assert (row["person"], row["manager"], row["level"]) == ("sasa@x.id", "Andrée", "")


def test_a_row_is_named_by_the_line_it_begins_on() -> None:
    sheet = read_table(b'surel,atasan\n\na,"two\nlines"\nb,c,d\ne,f,\n', NAMES, ["person"])
    assert [row.line for row in sheet.rows] == [3, 6]
    assert [(one.line, one.code) for one in sheet.problems] == [(5, "too_many_cells")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n;;\r\n", "empty"),
        (b"PK\x03\x04 a workbook", "workbook_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "workbook_old"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "workbook_locked"),
        (b"\x00\x01\x02surel", "encoding"),
        (b"one,two\n1,2", "no_header"),
        (b"atasan\nx", "column_missing"),
        (b"surel,Surel\na,b", "column_twice"),
        (b'surel,atasan\n"a,b\nc,d', "quotes"),
        (b"surel,atasan\n" + b'"' + b"x" * 200_000, "quotes"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_no_table_is_told_by_its_cause(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as told:
        read_table(content, NAMES, ["person"])
    assert told.value.code == code


def test_a_cell_that_is_too_long_is_a_problem_of_its_row() -> None:
    sheet = read_table(b"surel,atasan\n" + b"x" * (LONGEST_CELL + 1) + b",a\nb,c\n", NAMES, ["person"])
    assert [row["person"] for row in sheet.rows] == ["b"]
    assert [(one.line, one.code) for one in sheet.problems] == [(2, "cell_long")]


SEPARATORS = ",;\t|"
LIVE = re.compile(r"[\s\u200b\ufeff]*[=+@＝＋＠\-－]")
NOBODY = re.compile(r"\s*[-－]\s*")


def pieces(written: bytes, separator: str) -> list[str]:
    """The cells of a file in a program that splits it at `separator`, with and without a mind for quotation marks."""
    text = written.decode("utf-8-sig")
    read = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
    return [*read, *re.split(f'[{re.escape(separator)}\r\n"]', text)]


FORMULAS = (
    "=1+1",
    "+62811",
    "-3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =cmd|' /C calc'!A0",
    "＝1",
    "－1",
    "Budi;=cmd|'/C calc'!A0;x",
    "Budi,=1",
    "Budi\t=1",
    "Budi|=1",
    "Budi\n=1",
    "Budi\r\n+1",
    'Budi"=1',
    'Budi";=1',
    "Budi; \u200b=1",
    "Budi;'=1",
    "x;;;-2+3",
    "-;=1",
)


@pytest.mark.parametrize("cell", FORMULAS)
@pytest.mark.parametrize("written_with", [",", ";"])
def test_no_piece_of_a_cell_is_taken_for_a_formula(cell: str, written_with: str) -> None:
    written = write_csv([["surel", "atasan"], [cell, cell], ["a", f"b{cell}"]], written_with)
    assert written.startswith(b"\xef\xbb\xbf")
    for separator in SEPARATORS:
        live = [one for one in pieces(written, separator) if LIVE.match(one) and not NOBODY.fullmatch(one)]
        assert live == [], separator
    first, _ = read_table(written, NAMES, ["person"]).rows
    assert first["person"].translate(UNSEEN).split() == cell.translate(UNSEEN).split(), "and we read it as it was"


@given(st.text(st.sampled_from("ab1=+-@＝－,;|\t\r\n\"' \u200b")))
@example("'\r")
@example("-\n-")
@example("'-;'=")
def test_what_keeps_a_text_from_being_calculated_can_be_removed(text: str) -> None:
    assert restored(neutralised(text)) == text


@pytest.mark.parametrize(
    "cell",
    ["O'Neil; Budi", "Sales - Jakarta", "-", "Rp 5.000,-", "Tim A|B", "a@x.id, b@x.id", "x.id/?a=b", "1-2"],
)
def test_honest_text_is_written_as_it_is(cell: str) -> None:
    ((written,),) = csv.reader(io.StringIO(write_csv([[cell]]).decode("utf-8-sig"), newline=""))
    assert written == cell


def test_numbers_stay_numbers() -> None:
    rows: list[list[str | int | float | None]] = [[-3, -0.5, LocalNumber("-0,4"), LocalNumber("-12 %"), None]]
    assert write_csv(rows, ";").decode("utf-8-sig") == "-3;-0.5;-0,4;-12 %;\r\n"
    assert write_csv([[LocalNumber("-1+cmd")]]).decode("utf-8-sig") == "'-1+cmd\r\n", "only where it is one"


def test_what_is_wrong_with_a_column_is_said_once() -> None:
    days = [Problem(line, "start_unknown", {"value": f"day {line}"}) for line in range(2, 4_300)]
    unknown = [Problem(line, "person_unknown", {"value": f"p{line}@x.id"}) for line in range(5_000, 5_020)]
    few = [Problem(line, "level_unknown", {"value": "boss"}) for line in (7, 9)]
    told = deduplicated([*unknown, *days, *few], most=10)
    assert [(one.line, one.code, one.others, len(one.cells), one.more_cells) for one in told.kept] == [
        (2, "start_unknown", 4_297, 5, 4_293),
        (7, "level_unknown", 1, 0, 0),
        (5_000, "person_unknown", 19, 20, 0),
    ]
    assert (told.more, told.rows) == (0, 4_298 + 20)
    titles = [Problem(line, "level_unknown", {"value": ("Boss", "boss ", "Clerk")[line % 3]}) for line in range(6)]
    (one,) = deduplicated(titles).kept
    assert one.cells == (("Boss", 4), ("Clerk", 2))
    assert len(deduplicated(unknown[:5]).kept) == 5, "few unknown people each have their line"
    assert deduplicated([*unknown[:5], *few], most=3).more == 3, "two rows of one level are one entry"
    assert deduplicated([Problem(2, "level_unknown", {"value": "x" * 5_000})]).kept[0].values["value"] == "x" * 80 + "…"


def test_circles_in_the_reporting_line() -> None:
    assert circles({"a": "b", "b": "c", "c": None, "d": "c"}) == []
    found = circles({"x": "a", "a": "b", "b": "c", "c": "a", "me": "me"})
    assert [set(one) for one in found] == [{"a", "b", "c"}, {"me"}]


@pytest.mark.parametrize(
    "names",
    [
        ("C", "C#", "C++"),
        ("कि", "कु", "क"),  # vowel signs, which are marks beside or above a letter
        ("กิ", "กี", "กู"),
        ("Ani", "Ana", "Anna"),
    ],
)
def test_different_names_stay_different(names: tuple[str, ...]) -> None:
    assert len(set(map(plain_name, names))) == len(names)


@pytest.mark.parametrize(
    "same", [("E-mail", "e_mail", "É mail"), ("# People", "people"), ("R+D", "r d"), ("No. #", "no")]
)
def test_the_same_name_written_differently_is_one(same: tuple[str, ...]) -> None:
    assert len(set(map(plain_name, same))) == 1


@pytest.mark.parametrize("text", ["👨‍👩‍👧", "👍🏽", "🇮🇩", "می‌خواهم", "محمد\u200f (Ali)", "דוד\u200e 3"])
def test_what_joins_and_orders_letters_stays_in_a_cell(text: str) -> None:
    assert cell_of(f"\ufeff{text}\u200d ") == text
