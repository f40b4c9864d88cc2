"""Names of people as spreadsheets write them: "Santoso, Budi" and "Budi Santoso" are one person."""

import re

from bot.domain.sheet_rows import plain_name

_APART = re.compile(r"\s*[,;]\s*")
_WITH_DOTS = re.compile(r"\.\w|\w{2,}\.$")
"""A degree such as "S.E." or "Ak."; an initial such as "K." is none."""
_DEGREES = re.compile(
    "se|st|sh|mm|mba|mt|msi|msc|bsc|phd|cpa|ca|ak|skom|mkom|spd|mpd|ssi|amd|ssos|sip|ma|ba|spsi|apt|jr|sr|ii|iii|iv"
)


def first_name_first(text: str) -> str:
    """The name with the family name last; a name that is followed by degrees ("Budi Santoso, S.E.") stays as it is."""
    parts = [part for part in _APART.split(text.strip()) if part]
    if len(parts) != 2 or "@" in text or any(map(str.isdigit, text)) or _is_degree(parts[1]):
        return " ".join(text.split())
    return " ".join(f"{parts[1]} {parts[0]}".split())


def known_as(text: str) -> tuple[str, ...]:
    """The normalised names by which a person may be called, the most exact first: the last without initials."""
    exact = plain_name(text)
    ordered = plain_name(first_name_first(text))
    short = " ".join(part for part in ordered.split() if len(part) > 1)
    return tuple(dict.fromkeys(name for name in (exact, ordered, short) if name))


def _is_degree(text: str) -> bool:
    words = text.split()
    return any(_WITH_DOTS.search(word) for word in words) or all(_DEGREES.fullmatch(plain_name(word)) for word in words)
