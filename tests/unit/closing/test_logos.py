"""The logo on certificates: what is refused, and that the page shows it beside two signatures."""

import io
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image

from bot.pictures.certificates import LOGO_BOX, draw
from bot.pictures.logos import MOST_BYTES, fault_of
from tests.unit.closing.test_certificates import LONGEST, PLAIN


def picture(kind: str, width: int = 300, height: int = 90, mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    Image.new(mode, (width, height), "red").save(written, kind)
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (picture("png"), ""),
        (picture("png", mode="RGBA"), ""),
        (picture("png", mode="P"), ""),
        (picture("png", mode="L"), ""),
        (picture("jpeg"), ""),
        (picture("jpeg", mode="CMYK"), ""),
        (picture("gif"), "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"),
        (b"", "type"),
        (picture("png")[:60], "broken"),
        (picture("jpeg")[:40], "broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (b"\xff\xd8\xff\xe0", "broken"),
        (bomb(60_000, 60_000), "wide"),
        (bomb(3_000, 3_000), "broken"),
        (picture("png", 40, 40), "small"),
        (picture("png") + b"x" * MOST_BYTES, "large"),
    ],
)
def test_what_is_no_usable_picture_is_named(content: bytes, fault: str) -> None:
    assert fault_of(content) == fault


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_the_logo_is_between_the_signatures_and_the_page_is_the_same_each_time(kind: str) -> None:
    one = replace(PLAIN, logo=picture(kind), second="Ratna Dewi", second_as="Direktur SDM")
    drawn, page = draw(one)
    assert (drawn, page) == draw(one)
    assert page.startswith(b"%PDF")
    left, bottom, width, height = LOGO_BOX
    image = Image.open(io.BytesIO(drawn)).convert("RGB")

    def colour(x: float, y: float) -> tuple[int, ...]:
        found = image.getpixel((int(x * image.width), int((1 - y) * image.height)))
        assert isinstance(found, tuple)
        return found

    red, green, blue = colour(left + width / 2, bottom + height / 2)
    assert red > 200
    assert max(green, blue) < 60
    assert colour(left - 0.02, bottom + height / 2) == colour(0.5, 0.9), "nothing else is there"


def test_two_long_signatures_stay_within_the_frame() -> None:
    bare, _ = draw(replace(PLAIN, second="", second_as=""))
    drawn, _ = draw(replace(PLAIN, second=LONGEST, second_as=LONGEST, signer=LONGEST))
    before, after = (Image.open(io.BytesIO(one)).convert("L") for one in (bare, drawn))
    edge = int(0.06 * after.width)
    for box in ((0, 0, edge, after.height), (after.width - edge, 0, after.width, after.height)):
        assert before.crop(box).tobytes() == after.crop(box).tobytes()
