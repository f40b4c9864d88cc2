"""Formula injection: no piece of a text becomes a formula, at whichever separator a program splits the file.

A CSV file does not say how it is to be split: a comma separated one is split at semicolons by Excel in Indonesia, and
LibreOffice lets the reader choose. So a piece begins not only with a cell, but after everything that may part cells.
An apostrophe in front of a piece that begins like a formula makes it text; reading the file removes it again.
"""

import re

_PIECE = r"(?:^|(?<=[,;\t|\r\n\"“”]))"
"""Where a program may see a cell begin."""
_SPACE = "\\s'\u00ad\u200b-\u200f\u2060\ufeff"
"""What programs skip or may skip in front of a formula, and the apostrophes of this module."""
_FORMULA = r"(?:[=+@＝＋＠]|[-－](?!\s*\Z))"
"""A lone "-" at the end of a cell is no formula: "-" means nobody, and prices end in ",-"."""
_LIVE = re.compile(f"{_PIECE}(?=[{_SPACE}]*{_FORMULA})|^(?='*[\t\r\n])")
_MARKED = re.compile(f"{_PIECE}'(?=[{_SPACE}]*{_FORMULA})|^'(?='*[\t\r\n])")


def neutralised(text: str) -> str:
    """The text with an apostrophe in front of every piece that a spreadsheet would calculate."""
    return _LIVE.sub("'", text)


def restored(text: str) -> str:
    """What `neutralised` was given. Of other files, the apostrophe with which people keep Excel from calculating."""
    return _MARKED.sub("", text)
