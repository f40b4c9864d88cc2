"""Certificates: when one is due, and that whatever somebody is called stands on it whole."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from bot.domain.closing import Attended, completed
from bot.domain.sessions import Pack
from bot.pictures.certificates import Certificate, draw, drawable

PLAIN = Certificate(
    programme="Tukar Ilmu 2027",
    title="Sertifikat Penghargaan",
    given_to="diberikan kepada",
    name="Sari Wulandari",
    sentence="yang telah menuntaskan Tukar Ilmu 2027 sebagai mentor dalam program reverse mentoring tren digital",
    period="1 Februari 2027 – 31 Juli 2027",
    issued="4 Agustus 2027",
    signer="Dewi Lestari",
    signs_as="untuk Tukar Ilmu 2027",
)
LONGEST = (
    "Raden Ajeng Siti Nurhaliza Kusumaningtyas Hadiningrat-Prawirodirjo binti Haji Muhammad Abdurrahman, S.Kom., M.M."
)
FRAME = 0.06
"""Of the page's width: where the frame and its inner margin end."""


def sessions(held: int, of: int, *, harvest: bool = False) -> list[Attended]:
    middle = [Attended(Pack.HANDS_ON, number < held) for number in range(of - 1)]
    return [*middle, Attended(Pack.HARVEST, harvest)]


@pytest.mark.parametrize(
    ("pairs", "due"),
    [
        ([], False),
        ([sessions(0, 6)], False),
        ([sessions(3, 6)], False),
        ([sessions(4, 6)], True),
        ([sessions(1, 6, harvest=True)], True),
        ([sessions(2, 6), sessions(2, 6)], True),
        ([sessions(1, 6), sessions(2, 6)], False),
    ],
)
def test_a_harvest_or_two_thirds_of_the_sessions_complete_a_part(pairs: list[list[Attended]], due: bool) -> None:
    assert completed(pairs) is due


def test_it_is_a_picture_and_a_page_and_the_same_each_time() -> None:
    picture, page = draw(PLAIN)
    assert picture.startswith(b"\x89PNG")
    assert page.startswith(b"%PDF")
    assert draw(PLAIN) == (picture, page)


@pytest.mark.parametrize("name", [LONGEST, "Nyi" * 30, "$x$ D'Arcy & <b>"])
def test_whatever_one_is_called_fits_within_the_frame(name: str) -> None:
    page = replace(PLAIN, name=name, signer=name[:60], practised=f"Topik: {name}. Keterampilan yang dilatih: {name}.")
    picture = Image.open(io.BytesIO(draw(page)[0])).convert("L")
    edge = int(picture.width * FRAME)
    paper = picture.getpixel((edge, picture.height // 2))
    for left in (edge, picture.width - edge):
        column = picture.crop((left, picture.height // 10, left + 1, picture.height * 9 // 10))
        assert column.getextrema() == (paper, paper), "nothing is written over the margin"


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Ni'mah O’Brien", "Ni'mah O’Brien"),
        ("Đặng Владимир", "Đặng Владимир"),
        ("Budi 🚀 Santoso 👩‍💻", "Budi Santoso"),
        ("ꦱꦫꦶ Wulandari", "sri Wulandari"),
    ],
)
def test_letters_are_drawn_as_they_are_or_spelled_out(name: str, drawn: str) -> None:
    assert drawable(name)[0] == drawn
