"""Cursors as Slack hands them out: opaque, and good only for the list they came from."""

import base64
from collections.abc import Sequence
from typing import TypeVar

from ..model import Json, SlackError

T = TypeVar("T")


def page(items: Sequence[T], key: str, cursor: str, limit: int) -> tuple[list[T], Json]:
    """One page of `items` and its response_metadata."""
    start = decode(cursor, key) if cursor else 0
    if start > len(items):
        raise SlackError("invalid_cursor")
    chosen = list(items[start : start + limit])
    more = start + limit < len(items)
    return chosen, {"response_metadata": {"next_cursor": encode(key, start + limit) if more else ""}}


def encode(key: str, value: int) -> str:
    return base64.b64encode(f"{key}:{value}".encode()).decode()


def decode(cursor: str, key: str) -> int:
    """The number inside a cursor made for `key`; anything else is invalid_cursor."""
    try:
        name, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:  # not ASCII, not base64, or not UTF-8 inside
        raise SlackError("invalid_cursor") from None
    if name != key or not (number.isascii() and number.isdigit()):
        raise SlackError("invalid_cursor")
    return int(number)
