"""A file of 10 MB or less, whatever is in it, is read or refused within 2 s of processor time and 200 MB of memory.

Measured in a process of its own. The bound on time is five times the promise: it finds what grows without bound and
depends on no machine (`make bench` has the figures). Before there were caps, the first of these files took 37 s and
2.8 GB.
"""

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.spreadsheets import MOST_BYTES
from prompts.catalogue import Catalogue
from tests.command_line import ROOT
from tests.spreadsheets.workbooks import SHEET, cells, workbook

SECONDS, MEGABYTES = 10.0, 200
PARTS = 8
HEAD = b"email,manager,level\n"
VALUE, INLINE = "<c><v>1</v></c>", '<c t="inlineStr"><is><t>a</t></is></c>'
USUAL = '<c r="AB123" s="0" t="s"><v>0</v></c>'
DAYS = '<xf/><xf numFmtId="14" applyNumberFormat="1"/>'
DAY, NO_DAY, RENDERERS = (
    '<c s="1"><v>45000.123</v></c>',
    '<c s="1"><v>1e300</v></c>',
    '<c t="d"><v>2024-01-01T10:00:00</v></c>',
)
TEXT = f'<c t="str"><v>{"=é;" * 20}</v></c>'
MADE_TEXT = TEXT.replace("=é", "'=é")
MERGED = '<mergeCell ref="A1:XFD1048576"/>'
MERGES = "<mergeCells>{}</mergeCells>"
RULE = '<cfRule type="expression" priority="1"><formula>1</formula></cfRule>'
DEFINED = '<definedName name="n">A</definedName>'
LINK = '<hyperlink ref="A1"/>'
ATTRIBUTES = " ".join(f'a{number}="1"' for number in range(300_000))

CSV: dict[str, tuple[Callable[[], bytes], str]] = {
    "a and line breaks": (lambda: b"a\n" * 4_500_000, "too_many_rows"),
    "rows below a heading": (lambda: b"email\n" + b"a\n" * 4_500_000, "too_many_rows"),
    "one line": (lambda: b"x" * MOST_BYTES, "line_long"),
    "commas": (lambda: b"," * MOST_BYTES, "line_long"),
    "quotes": (lambda: b'"' * MOST_BYTES, "line_long"),
    "line breaks": (lambda: b"\n" * MOST_BYTES, "too_many_rows"),
    "carriage returns": (lambda: b"\r" * MOST_BYTES, "too_many_rows"),
    "NULs": (lambda: b"\0" * MOST_BYTES, "encoding"),
    "one NUL in each row": (lambda: HEAD + b"a\0@x.id,-,2\n" * 40_000, "1 lines, 0 bad"),
    "5,000 columns": (lambda: (b",".join(b"c%d" % n for n in range(5_000)) + b"\n") * 300, "too_many_columns"),
    "5,000 empty columns": (lambda: HEAD + (b"," * 4_999 + b"\n") * 1_990, "too_many_cells_in_all"),
    "an unclosed quote": (lambda: HEAD + b'a,"b,c\n' + b"d,e,f\n" * 1_600_000, "quotes"),
    "an unclosed quote with separators": (lambda: HEAD + b'"' + b'","\n' * 2_400_000, "too_many_rows"),
    "binary": (lambda: random.Random(1).randbytes(MOST_BYTES), "encoding"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + random.Random(2).randbytes(9_000_000), "encoding"),
    "nobody named": (lambda: HEAD + b",,9\n" * 49_000, "0 lines, 49000 bad, 2 kept"),
    "wrong levels": (lambda: HEAD + b"".join(b"p%d@x.id,-,x%d\n" % (n, n) for n in range(49_000)), "1 kept"),
    "the same person": (lambda: HEAD + b"a@x.id,-,2\na@x.id,-,3\n" * 24_500, "1 lines, "),
    "as many cells as may be": (
        lambda: HEAD + b"".join(b",".join([b"p%d@x.id" % n] * 20) + b"\n" for n in range(34_000)),
        "34000 bad",
    ),
    "long cells": (
        lambda: HEAD + "".join(f"a{n}@x.id,-,{'é' * 2_400}\n" for n in range(2_050)).encode(),
        "2050 bad, 1 kept",
    ),
    "long headings": (lambda: ("é" * 2_400 + ",").encode() * 25 + b"\n", "no_header"),
    "emoji": (lambda: HEAD + ("😀" * 100 + "," + "😀" * 90 + ",x\n").encode() * 13_000, "person_column_wrong"),
    "emoji of people": (
        lambda: HEAD + "".join(f"{n}@x.id,{'😀' * 180},x\n" for n in range(13_000)).encode(),
        "13000 bad",
    ),
    "UTF-16": (lambda: ("email\n" + "😀\t" * 40 + "\n").encode("utf-16") * 25_000, ""),
    "apostrophes": (lambda: HEAD + (b"'" * 4_900 + b",a,b\n") * 2_030, "person_column_wrong"),
    "tabs and apostrophes": (lambda: HEAD + (b"a" + b"\t'" * 60_000 + b"x,b,c\n") * 80, "80 bad, 1 kept"),
    "tabs before formulas": (lambda: HEAD + (b"a" + b"\t" * 120_000 + b"=1,b,c\n") * 80, "80 bad, 1 kept"),
    "formulas": (lambda: HEAD + b"=1;=2;=3;=4;'''''''''=5,=1;'='=3;=,=\n" * 49_000, ""),
    "too large": (lambda: b"x" * (MOST_BYTES + 1), "too_large"),
}
XLSX: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty cells": (lambda: workbook(cells(170_000, "<c/>")), "0 lines, 0 bad"),
    "more empty cells": (lambda: workbook(cells(900_000, "<c/>")), "workbook_large"),
    "numbers": (lambda: workbook(cells(140_000, VALUE)), "0 lines, 1400 bad, 1 kept"),
    "more numbers": (lambda: workbook(cells(220_000, VALUE)), "workbook_large"),
    "dates": (lambda: workbook(cells(80_000, DAY), formats=DAYS), "0 lines, 800 bad, 1 kept"),
    "dates that are none": (lambda: workbook(cells(80_000, NO_DAY), formats=DAYS), "0 lines, 800 bad, 1 kept"),
    "more dates": (lambda: workbook(cells(120_000, DAY), formats=DAYS), "workbook_large"),
    "dates in letters": (lambda: workbook(cells(110_000, RENDERERS)), "0 lines, 1100 bad, 1 kept"),
    "texts to be cleaned": (lambda: workbook(cells(95_000, TEXT)), "0 lines, 950 bad, 1 kept"),
    "formulas made texts": (lambda: workbook(cells(30_000, MADE_TEXT)), "0 lines, 300 bad, 1 kept"),
    "more formulas made texts": (lambda: workbook(cells(80_000, MADE_TEXT)), "workbook_large"),
    "more texts to be cleaned": (lambda: workbook(cells(250_000, TEXT)), "workbook_large"),
    "inline texts": (lambda: workbook(cells(60_000, INLINE)), "0 lines, 600 bad, 1 kept"),
    "ten columns of 9,000 people": (lambda: workbook(cells(90_000, USUAL, 10)), "0 lines, 9000 bad, 1 kept"),
    "one row": (lambda: workbook(cells(900_000, VALUE, 900_000)), "workbook_large"),
    "a million rows": (lambda: workbook("<row/>" * 1_048_576), "workbook_large"),
    "rows": (lambda: workbook("<row/>" * 300_000), "too_many_rows"),
    "a row far below": (lambda: workbook(f'<row r="1048576">{VALUE}</row>'), "too_many_rows"),
    "a row below the last": (lambda: workbook(f'<row r="999999999">{VALUE}</row>'), "too_many_rows"),
    "a column far to the right": (
        lambda: workbook("".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 4_000))),
        "too_many_columns",
    ),
    "formats far to the right": (
        lambda: workbook("".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(2, 4_000))),
        "too_many_cells_in_all",
    ),
    "a column that is none": (lambda: workbook('<row r="2"><c r="ZZZZZZ2"><v>1</v></c></row>'), "workbook_damaged"),
    "a claimed dimension": (lambda: workbook(before='<dimension ref="A1:XFD1048576"/>'), "0 lines"),
    "a merged sheet": (lambda: workbook(after=MERGES.format(MERGED)), "0 lines"),
    "a million merged": (lambda: workbook(after=MERGES.format(MERGED * 1_000_000)), "workbook_large"),
    "shared strings": (lambda: workbook(strings="<si><t>a</t></si>" * 150_000), "0 lines"),
    "millions of shared strings": (lambda: workbook(strings="<si><t>a</t></si>" * 2_200_000), "workbook_large"),
    "a long string": (lambda: workbook(strings=f"<si><t>{'a' * 30_000_000}</t></si>"), "workbook_large"),
    "styles": (lambda: workbook(formats='<xf numFmtId="14"/>' * 40_000), "0 lines"),
    "millions of styles": (lambda: workbook(formats='<xf numFmtId="14"/>' * 1_900_000), "workbook_large"),
    "names": (
        lambda: workbook(book=DEFINED * 500_000),
        "workbook_large",
    ),
    "conditions": (
        lambda: workbook(after=f'<conditionalFormatting sqref="A1">{RULE}</conditionalFormatting>' * 15_000),
        "0 lines",
    ),
    "links": (lambda: workbook(after="<hyperlinks>" + LINK * 40_000 + "</hyperlinks>"), "0 lines"),
    "a zip bomb": (lambda: workbook(more={"xl/x.xml": b"<a>" + b" " * 100_000_000}), "workbook_large"),
    "a bomb that is not XML": (lambda: workbook(more={"xl/x.bin": b"\1" * 100_000_000}), "0 lines"),
    "an entity bomb": (
        lambda: workbook(prologue='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'),
        "workbook_damaged",
    ),
    "an external entity": (
        lambda: workbook(prologue='<!DOCTYPE x SYSTEM "file:///etc/passwd">'),
        "workbook_damaged",
    ),
    "depth": (lambda: workbook(after="<a>" * 100_000), "workbook_large"),
    "a long attribute": (lambda: workbook('<row><c x="' + "a" * 30_000_000 + '"/></row>'), "workbook_large"),
    "many attributes": (
        lambda: workbook(after=f"<a {ATTRIBUTES}/>"),
        "workbook_large",
    ),
    "a long comment": (lambda: workbook(after=f"<!--{'<' * 30_000_000}-->"), "workbook_large"),
    "many comments": (lambda: workbook(after="<!--x-->" * 4_000_000), "workbook_large"),
    "many instructions": (lambda: workbook(after="<?x y?>" * 4_000_000), "workbook_large"),
    "many CDATA sections": (
        lambda: workbook("<row><c><v>" + "<![CDATA[1]]>" * 2_500_000 + "</v></c></row>"),
        "workbook_large",
    ),
    "UTF-16": (lambda: workbook(more={SHEET: ("<a>" * 99).encode("utf-16")}), ""),
    "too many parts": (lambda: workbook(more={f"xl/{n}.xml": b"<a/>" for n in range(2_000)}), "workbook_large"),
    "damaged": (lambda: workbook(VALUE)[:-40], "workbook_damaged"),
    "an archive of something else": (lambda: _archive({"mimetype": b"application/vnd.oasis"}), "workbook_other"),
    "a binary workbook": (lambda: workbook(more={"xl/workbook.bin": b"\1"}), "workbook_other"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 9_000_000, "workbook_old"),
}
EVERY = {**{f"{name}.csv": one for name, one in CSV.items()}, **{f"{name}.xlsx": one for name, one in XLSX.items()}}


def _archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.wide(PARTS)
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_in_a_file_it_is_read_or_refused_at_once(part: int, tmp_path: Path) -> None:
    """Every eighth file of both kinds: `make test` tries one of these parts, since each file takes seconds to make."""
    files = {}
    for number, (name, (make, expected)) in enumerate(EVERY.items()):
        kind = name.rpartition(".")[2]
        if number % PARTS == part:
            files[tmp_path / f"{number}.{kind}"] = name, expected
            (tmp_path / f"{number}.{kind}").write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-m", "tests.spreadsheets.reader", *map(str, files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    came = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(came) == len(files)
    for (name, expected), one in zip(files.values(), came, strict=True):
        assert expected in one["came"], f"{name}: {one}"
        assert one["seconds"] < SECONDS, f"{name}: {one}"
        assert one["megabytes"] < MEGABYTES, f"{name}: {one}"


def test_every_refusal_is_one_sentence_in_both_languages() -> None:
    catalogue = Catalogue.load()
    codes = {expected for _, expected in EVERY.values() if expected and " " not in expected} | {"workbook_locked"}
    values = {"line": 1, "rows": 1, "columns": 1, "cells": 1, "megabytes": 10, "count": 1, "value": "x"}
    for language in ("id", "en"):
        for code in codes:
            said = catalogue.texts(language).plain(f"spreadsheets.errors.{code}", **values)
            assert "\n" not in said
            assert said.endswith(".")
