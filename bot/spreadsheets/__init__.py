"""Reading and writing CSV and XLSX. No other package does either."""

from bot.spreadsheets.limits import MOST_BYTES
from bot.spreadsheets.reading import content_of, is_workbook, read_table
from bot.spreadsheets.writing import Cell, LocalNumber, Page, Share, write_csv, write_xlsx

__all__ = (
    "MOST_BYTES",
    "Cell",
    "LocalNumber",
    "Page",
    "Share",
    "content_of",
    "is_workbook",
    "read_table",
    "write_csv",
    "write_xlsx",
)
