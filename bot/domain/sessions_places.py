"""Where a session takes place: a place in words, or a link to a video call."""

import re

from bot.domain.material import LONGEST_URL, checked_url
from bot.domain.text_cleaning import clean_line

LONGEST_PLACE = 100
SCHEME = "https://"
_ADDRESS = re.compile(r"://|^www\.|^[\w-]+(\.[\w-]+)+/", re.IGNORECASE)
"""What is meant as a link."""


class PlaceError(ValueError):
    """Nothing to store. `code`: link (not a complete https address), long, or both (words and a link)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked_place(typed: str) -> str:
    """The place to store, in one line; "" for none. Raises `PlaceError`."""
    place = " ".join(clean_line(typed).split())
    if not _ADDRESS.search(place):
        if len(place) > LONGEST_PLACE:
            raise PlaceError("long")
        return place
    if " " in place:
        raise PlaceError("both")
    try:
        url = checked_url(place)
    except ValueError as error:
        raise PlaceError("link") from error
    if len(url) > LONGEST_URL:
        raise PlaceError("long")
    return url


def is_link(place: str) -> bool:
    """Whether a stored place is a link."""
    return place.startswith(SCHEME)
