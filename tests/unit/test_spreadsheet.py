"""Files as Excel and people write them."""

import pytest

from bot.domain.reporting import circles
from bot.domain.spreadsheet import MOST_BYTES, Unreadable, read_sheet, write_sheet

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
    ],
    ids=["plain", "bom, semicolons", "windows-1252", "sep=", "utf-16, tabs", "title", "bars, old mac", "two ids"],
)
def test_whatever_excel_made_of_it_is_read(content: bytes) -> None:
    (row,) = read_sheet(content, NAMES, ["person"]).rows
    assert (row["person"], row["manager"], row["level"]) == ("sasa@x.id", "Andrée", "")


def test_a_row_is_named_by_the_line_it_begins_on() -> None:
    sheet = read_sheet(b'surel,atasan\n\na,"two\nlines"\nb,c,d\ne,f,\n', NAMES, ["person"])
    assert [row.line for row in sheet.rows] == [3, 6]
    assert [(one.line, one.code) for one in sheet.problems] == [(5, "too_many_cells")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n;;\r\n", "empty"),
        (b"PK\x03\x04 a workbook", "workbook"),
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
        read_sheet(content, NAMES, ["person"])
    assert told.value.code == code


@pytest.mark.parametrize("cell", ["=1+1", "+62811", "-3", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "＝1"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    written = write_sheet([["surel"], [cell]], ";")
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")
    (row,) = read_sheet(written, NAMES, ["person"]).rows
    assert row["person"] == cell, "and we read it as it was"


def test_circles_in_the_reporting_line() -> None:
    assert circles({"a": "b", "b": "c", "c": None, "d": "c"}) == []
    found = circles({"x": "a", "a": "b", "b": "c", "c": "a", "me": "me"})
    assert [set(one) for one in found] == [{"a", "b", "c"}, {"me"}]
