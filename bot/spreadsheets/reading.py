"""Reading a table from the bytes of a file, CSV or XLSX."""

from collections.abc import Sequence
from pathlib import Path

from bot.domain.sheet_rows import Names, Sheet, Unreadable, table
from bot.spreadsheets.csv_file import rows_of_csv
from bot.spreadsheets.limits import MOST_BYTES
from bot.spreadsheets.xlsx_checks import is_workbook
from bot.spreadsheets.xlsx_file import rows_of_xlsx

__all__ = ("content_of", "is_workbook", "read_table")


def content_of(file: Path) -> bytes:
    """The bytes of a file, or enough of them to see that there are too many. Raises `OSError`."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def read_table(content: bytes, names: Names, needed: Sequence[str]) -> Sheet:
    """The table in a file, its columns found by their `names`; all of `needed` have to be there.

    Raises `Unreadable`: too_large, and what `rows_of_csv`, `rows_of_xlsx` and `table` raise. Takes seconds for a large
    file: for the worker process, where others wait.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", megabytes=MOST_BYTES // 1_000_000)
    if is_workbook(content):
        return table(rows_of_xlsx(content, names), names, needed, "")
    lines, separator = rows_of_csv(content, names)
    return table(lines, names, needed, separator)
