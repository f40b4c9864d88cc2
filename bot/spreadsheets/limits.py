"""Limits for reading files, the same for CSV and XLSX: reading any file takes under 2 s and 200 MB.

The longest cell is `bot.domain.sheet_rows.LONGEST_CELL`.
"""

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
"""Including empty ones."""
MOST_COLUMNS = 200
MOST_CELLS = 1_000_000
"""Including empty ones."""
