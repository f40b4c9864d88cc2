"""Checks of the picture that HR uploads as the company's logo. Called in the worker process only."""

import io
from collections.abc import Iterator

MOST_BYTES = 1_000_000
LARGEST, SMALLEST = 4_000, 80
"""Pixels: of the longer side at most, and of it at least, so that it is not blurred in print."""
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG's markers of a frame, which has the size."""


def format_of(content: bytes) -> str:
    """png or jpeg; "" for anything else, whatever its name says."""
    if content.startswith(PNG):
        return "png"
    return "jpeg" if content.startswith(JPEG) else ""


def fault_of(content: bytes) -> str:
    """What is wrong with a logo, as the name of a sentence; "" if nothing is."""
    if len(content) > MOST_BYTES:
        return "large"
    if not format_of(content):
        return "type"
    size = next(_sizes(content), None)
    if size is None:
        return "broken"
    if max(size) > LARGEST:  # before it is decoded: a small file may hold a picture that fills the memory
        return "wide"
    if max(size) < SMALLEST:
        return "small"
    return "" if _opens(content) else "broken"


def _opens(content: bytes) -> bool:
    from matplotlib.image import imread

    try:
        return bool(imread(io.BytesIO(content), format=format_of(content)).size)
    except (OSError, ValueError, SyntaxError):  # what its decoders raise for broken files
        return False


def _sizes(content: bytes) -> Iterator[tuple[int, int]]:
    """Width and height, as the file's header says."""
    if content.startswith(PNG):
        if len(content) >= 24:
            yield int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
        return
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker in _SIZES:
            height, width = (int.from_bytes(content[place + at : place + at + 2], "big") for at in (5, 7))
            yield width, height
            return
        place += 2 + length
