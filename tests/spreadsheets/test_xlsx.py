"""Workbooks as Excel writes them are read as the same table saved as CSV would be; what we write is only text."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart

from bot.domain.sheet_rows import Unreadable
from bot.spreadsheets import Page, Share, read_table, write_xlsx
from tests.spreadsheets.test_csv import FORMULAS, NAMES

WANTED = {**NAMES, "mulai": "start"}


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(rows: list[list[Any]]) -> Any:
    book: Any = Workbook()
    for row in rows:
        book.active.append(row)
    return book


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.fromisoformat("2024-08-01"), "2024-08-01"),
        (date(2024, 8, 1), "2024-08-01"),
        (datetime.fromisoformat("2024-08-01T09:30"), "2024-08-01T09:30:00"),
        (time(9, 30), "09:30"),
        (timedelta(hours=30), "30:00"),
        (5, "5"),
        (5.0, "5"),
        (0.25, "0.25"),
        (12345678901234, "12345678901234"),
        (True, "TRUE"),
        ("  1/8/2024\u00a0", "1/8/2024"),
        ("=1+1", ""),
        ("a\nb", "a\nb"),
        ("Bu\u202edi", "Budi"),
        (None, ""),
    ],
)
def test_a_cell_says_what_people_see(value: Any, text: str) -> None:
    book = filled([["Surel", "Mulai"], ["a@x.id", value]])
    (row,) = read_table(saved(book), WANTED, ["person"]).rows
    assert (row.line, row["person"], row["start"]) == (2, "a@x.id", text)


def test_the_first_sheet_with_headings_is_read_hidden_rows_included() -> None:
    book = filled([["Petunjuk"], ["Isi lembar berikutnya"]])
    book.create_chartsheet("Grafik").add_chart(BarChart())
    sheet = book.create_sheet("Data")
    for row in ([], ["Karyawan 2027"], [], ["Surel", "Atasan", "Catatan"], ["a@x.id", "-"], ["b@x.id", "a@x.id"]):
        sheet.append(row)
    sheet.row_dimensions[5].hidden = True
    sheet.auto_filter.ref = "A4:C6"
    sheet.merge_cells("A2:C2")
    sheet["A6"].hyperlink = "https://x.id"
    book.create_sheet("Surel").append(["Surel"])
    found = read_table(saved(book), WANTED, ["person"])
    assert [(row.line, row["person"], row["manager"]) for row in found.rows] == [
        (5, "a@x.id", "-"),
        (6, "b@x.id", "a@x.id"),
    ]
    assert (found.unknown, found.separator) == (("Catatan",), "")


def test_the_sheet_with_headings_is_found_behind_a_hundred_others() -> None:
    book = Workbook()
    for number in range(100):
        book.create_sheet(f"Team {number}")
    book.create_sheet("=1").append(["surel"])
    book.worksheets[-1].append(["a@x.id"])
    assert [row["person"] for row in read_table(saved(book), NAMES, ["person"]).rows] == ["a@x.id"]


def test_the_value_that_a_formula_had_is_read() -> None:
    content = saved(filled([["Surel", "Atasan"], ["a@x.id", '=LOWER("B@X.ID")']]))
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):  # as Excel saves it: with what it calculated
                part = part.replace(b"<v></v>", b"<v>b@x.id</v>").replace(b"<v />", b"<v>b@x.id</v>")
                part = part.replace(b'r="B2"', b'r="B2" t="str"')
            new.writestr(name, part)
    (row,) = read_table(out.getvalue(), WANTED, ["person"]).rows
    assert row["manager"] == "b@x.id"


def test_a_workbook_without_headings_or_rows_is_told_by_its_cause() -> None:
    for rows, code in (
        ([], "empty"),
        ([["one", "two"]], "no_header"),
        ([["Atasan"]], "column_missing"),
        ([["Surel", "surel"]], "column_twice"),
        ([["Surel", *["x"] * 250]], "too_many_columns"),
    ):
        with pytest.raises(Unreadable) as told:
            read_table(saved(filled(rows)), WANTED, ["person"])
        assert told.value.code == code


def test_what_is_written_is_text_and_numbers_and_nothing_else() -> None:
    honest = ["https://x.id", "mailto:a@x.id", "O'Neil; Budi", "x" * 40_000, "a\0b\ud800"]
    rows: list[list[Any]] = [[text, -3, -0.5, Share(0.25), None] for text in (*FORMULAS, *honest)]
    written = write_xlsx([Page("a[b]:c*?/\\'", ["text", "n", "m", "share", ""], rows), Page("empty", ["x"], [])], "=1")
    parts = ZipFile(io.BytesIO(written))
    sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert not [name for name in parts.namelist() if "rels" in name and "sheet" in name]
    book: Any = load_workbook(io.BytesIO(written))
    assert len(book.sheetnames) == 1
    read = list(book.active.iter_rows(min_row=2, values_only=True))
    assert [row[1:4] for row in read] == [(-3, -0.5, 0.25)] * len(rows)
    assert {row[0].data_type for row in book.active.iter_rows(min_row=2)} == {"s"}
    assert read[3][0] == "@SUM(A1)", "as it is: the cell says that it is text"
    assert write_xlsx([Page("a", ["b"], [["c"]])]) == write_xlsx([Page("a", ["b"], [["c"]])])
