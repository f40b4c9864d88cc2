"""A cell as text, the same for CSV and XLSX."""

import re
from datetime import date, datetime, time, timedelta

from bot.domain.text_cleaning import clean
from bot.spreadsheets.formulas import restored

_UNSEEN: dict[int, str | None] = {**dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad")), 0xA0: " "}
_JOINERS = "\u200c\u200d"
"""Characters that belong into emoji and words of some languages, but are meaningless at the ends of a cell."""
_PLAIN = re.compile(r"[\w.@:/ -]*", re.ASCII)


def cell_of(text: str) -> str:
    """The content of a cell: cleaned, trimmed, and without the apostrophe that prevents formulas."""
    if _PLAIN.fullmatch(text):  # most cells, for which nothing else is needed
        return text.strip()
    text = clean(text).translate(_UNSEEN).strip().strip(_JOINERS).strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:  # how Excel is told to keep leading zeros
        return text[2:-1].strip()
    return restored(text)


def text_of(value: object) -> str:
    """A value of a workbook's cell as text: whole numbers without ".0", dates as YYYY-MM-DD."""
    match value:
        case None:
            return ""
        case str():
            return cell_of(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case timedelta():
            hours, minutes = divmod(value // timedelta(minutes=1), 60)
            return f"{hours}:{minutes:02}"
        case _:
            return cell_of(str(value))
