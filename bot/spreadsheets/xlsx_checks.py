"""Checks whether a workbook may be opened: its parts are counted before openpyxl reads the file.

A few kilobytes can hold a million cells, strings, styles or merged ranges, and openpyxl makes an object of each. So
every part is read once by an XML parser that only counts, and that refuses what declares entities.
"""

import io
import re
import zlib
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bot.domain.sheet_rows import Unreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An old Excel file, or a new one with a password inside an old one's wrapping."""
ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PARTS = "[Content_Types].xml"
MOST_PARTS = 1_000
MOST_XML = 40_000_000
"""Bytes of all parts, unpacked."""
DEEPEST = 64
LONGEST_ROW = 16_384
"""Cells. Excel has no more columns."""
MOST_WORK = 1_100_000
"""The sum of all work: about as many microseconds of counting, reading and cleaning on a busy machine."""
_WORK = {"c": 6.0, "v": 1.0, "f": 2.5, "row": 3.0, "si": 6.0, "t": 0.5, "is": 9.0}
_OTHER_WORK = 20.0
"""What openpyxl needs for an element, in microseconds on a slow machine."""
_ATTRIBUTE_WORK = 1.2
_STYLE_WORK = 4.0
"""Of a cell with a style and no type: its value may be a date, which takes longest."""
_APOSTROPHE_WORK = 1.0
"""Each may stand before a formula and is then removed."""
_BYTE_WORK = 0.03
_MARKUP_WORK = 1.0
"""Of a comment, an instruction or a CDATA section."""
CHUNK = 65_536
LONGEST_TOKEN = 131_072
"""Bytes from one "<" to the next. The longest text of a cell has 98,301 in UTF-8."""
_LONG_TOKEN = re.compile(rb"[^<]{%d}" % LONGEST_TOKEN)
MOST_COMMENTS = 100_000
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ENCODING = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml(?![^>]*encoding)|<\?xml[^>]*encoding=["'](?i:utf-?8|us-ascii)["']|<[^?])"""
)
"""The encoding of parts that Excel and all others write: UTF-8."""


def is_workbook(content: bytes) -> bool:
    """Whether the file is a workbook of any kind, or an archive of something else."""
    return content.startswith((OLE[:4], ZIP[:4]))


def check_workbook(content: bytes) -> None:
    """Raise `Unreadable` (workbook_…) unless this is an XLSX file of a size that can be read."""
    if content.startswith(OLE[:4]):
        raise Unreadable("workbook_locked" if _ENCRYPTED in content else "workbook_old")
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
    except (BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, ValueError, NotImplementedError) as problem:
        raise Unreadable("workbook_damaged") from problem


def _check_parts(archive: ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("workbook_locked")
    if _PARTS not in names or "xl/workbook.bin" in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable("workbook_other")
    if len(names) != len(parts) or any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise Unreadable("workbook_damaged")
    if len(parts) > MOST_PARTS:
        raise Unreadable("workbook_large")
    xml = [part for part in parts if _is_xml(archive, part)]
    if sum(part.file_size for part in xml) > MOST_XML:
        raise Unreadable("workbook_large")
    counter = _Counter()
    for part in xml:
        content = archive.read(part)
        _check_tokens(content)
        counter.count(content)


def _is_xml(archive: ZipFile, part: ZipInfo) -> bool:
    """By its beginning: pictures and macros are never opened, and an XML parser would refuse them."""
    with archive.open(part) as file:
        return file.read(CHUNK).lstrip().startswith((b"<", *_MARKS))


def _check_tokens(content: bytes) -> None:
    """An XML parser that is fed piece by piece reads a long tag or comment again with each piece."""
    if content.startswith(_MARKS[1:]) or b"\0" in content[:4] or not _ENCODING.match(content):
        raise Unreadable("workbook_other")
    if _LONG_TOKEN.search(content) or content.count(b"<!--") > MOST_COMMENTS:
        raise Unreadable("workbook_large")
    begin = 0
    while (begin := content.find(b"<!--", begin)) >= 0:
        end = content.find(b"-->", begin, begin + LONGEST_TOKEN)
        if end < 0:
            raise Unreadable("workbook_large")
        begin = end


class _Counter:
    """Adds up the work of all parts."""

    def __init__(self) -> None:
        self._work = 0.0
        self._depth = self._cells = 0

    def count(self, content: bytes) -> None:
        self._depth = 0
        self._add(_BYTE_WORK * len(content) + _APOSTROPHE_WORK * content.count(b"'"))
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CommentHandler = parser.StartCdataSectionHandler = parser.ProcessingInstructionHandler = self._markup
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self._refuse
        for begin in range(0, len(content), CHUNK):
            parser.Parse(content[begin : begin + CHUNK], False)
        parser.Parse(b"", True)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._add(_WORK.get(name, _OTHER_WORK) + _ATTRIBUTE_WORK * len(attributes))
        self._depth += 1
        if name == "c":
            self._cells += 1
            if "s" in attributes and "t" not in attributes:
                self._add(_STYLE_WORK)
        elif name == "row":
            self._cells = 0
        if self._depth > DEEPEST or self._cells > LONGEST_ROW:
            raise Unreadable("workbook_large")

    def _markup(self, *_what: str) -> None:
        self._add(_MARKUP_WORK)

    def _add(self, work: float) -> None:
        self._work += work
        if self._work > MOST_WORK:
            raise Unreadable("workbook_large")

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _refuse(self, *_declared: object) -> None:
        raise Unreadable("workbook_damaged")
