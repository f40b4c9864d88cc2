"""Prevents formula injection: no part of a text becomes a formula, at whichever separator a program splits the file.

A CSV file does not say how it is to be split: a comma separated one is split at semicolons by Excel in Indonesia, and
LibreOffice lets the reader choose. So a piece begins not only with a cell, but after everything that may part cells.
An apostrophe in front of a piece that begins like a formula makes it text; reading the file removes it again.
"""

import re

_SEPARATORS = frozenset(',;\t|\r\n"“”')
"""After each of them, and at the start, a program may see a cell begin."""
_SPACE = "\\s'\u00ad\u200b-\u200f\u2060\ufeff"
"""What programs skip or may skip in front of a formula, and the apostrophes of this module."""
_FORMULA = r"(?:[=+@＝＋＠]|[-－](?!\s*\Z))"
"""A lone "-" at the end of a cell is not a formula: "-" means nobody, and prices end in ",-"."""
_RUN = re.compile(f"(?<![{_SPACE}])[{_SPACE}]*+(?={_FORMULA})")
"""All that is skipped in front of one formula. Tabs and line breaks in it are separators too. Each character is looked
at once: a cell may hold 100,000 of them."""
_BREAK_FIRST = re.compile("'*[\t\r\n]")


def neutralised(text: str) -> str:
    """The text with an apostrophe before every part that a spreadsheet would evaluate."""
    marked = _RUN.sub(_marked, text)
    return f"'{marked}" if _BREAK_FIRST.match(text) and not _RUN.match(text) else marked


def restored(text: str) -> str:
    """The inverse of `neutralised`. In other files, the apostrophe with which people prevent formulas is removed."""
    if text.startswith("'") and _BREAK_FIRST.match(text) and not _RUN.match(text):
        text = text[1:]
    if "'" not in text:  # nothing to remove, as in most texts; looking for every formula takes long
        return text
    return _RUN.sub(_unmarked, text)


def _marked(run: re.Match[str]) -> str:
    first = "'" if _begins_piece(run) else ""
    return first + "".join(f"{one}'" if one in _SEPARATORS else one for one in run[0])


def _unmarked(run: re.Match[str]) -> str:
    skipped = run[0]
    if "'" not in skipped:
        return skipped
    kept = []
    begins = _begins_piece(run)
    for one in skipped:
        if not (begins and one == "'"):
            kept.append(one)
        begins = one in _SEPARATORS
    return "".join(kept)


def _begins_piece(run: re.Match[str]) -> bool:
    return run.start() == 0 or run.string[run.start() - 1] in _SEPARATORS
