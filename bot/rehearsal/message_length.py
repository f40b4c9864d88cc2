"""Estimates the length of a message on a phone, for the findings."""

import re
from collections.abc import Iterable
from math import ceil
from typing import Any

Json = dict[str, Any]

COLUMNS, LINES = 42, 28
"""What one screen of a phone shows of Slack: characters per line, and lines."""
PICTURE, BUTTON, GAP = 9, 2, 0.5
"""Lines that a picture, a row of buttons, and the space below a block take."""
EDGES = 4
"""What a button takes beside its label, in characters: its border and the space to the next one."""
NAME = 14
"""Characters of a person's name."""
_LABELLED = re.compile(r"<[^<>|]+\|([^<>]*)>")
_MENTION = re.compile(r"<[@#!][^<>]*>")


def screens(blocks: Iterable[Json], text: str = "") -> float:
    """The number of screens of a message."""
    shown = [_lines(block) + GAP for block in blocks]
    return sum(shown or [_of_text(text)]) / LINES


def _lines(block: Json) -> float:
    match block["type"]:
        case "header":
            return _of_text(block["text"]["text"]) * 1.3
        case "section":
            fields = sum(_of_text(cell["text"]) for cell in block.get("fields", []))
            accessory = BUTTON if "accessory" in block else 0
            return fields + accessory + _of_text((block.get("text") or {}).get("text", ""))
        case "context":
            return sum(_of_text(part.get("text", "")) for part in block["elements"])
        case "actions":
            return BUTTON * _rows(block["elements"])
        case "image":
            return PICTURE
        case "table":
            return len(block.get("rows", [])) * 1.5
        case "divider":
            return 1
        case _:
            return BUTTON


def _rows(elements: Iterable[Json]) -> int:
    """The rows of buttons side by side: numbers from 1 to 5 share one, two long labels do not."""
    rows, left = 0, 0
    for one in elements:
        width = min(COLUMNS, len((one.get("text") or one.get("placeholder") or {}).get("text", "")) + EDGES)
        if width > left:
            rows, left = rows + 1, COLUMNS
        left -= width
    return rows


def _of_text(text: str) -> int:
    bare = _MENTION.sub("x" * NAME, _LABELLED.sub(r"\1", text))
    return sum(max(1, ceil(len(line) / COLUMNS)) for line in bare.split("\n")) if bare else 0
