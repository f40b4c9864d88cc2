"""Certificates as a picture to show and a page to print. Called in the worker process only.

A4 landscape with wide margins: one name in large letters, few words, no score. Every name fits: long names shrink,
then break; letters that the fonts lack are taken from the machine's own fonts, or else transliterated.
"""

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.pictures.logos import format_of

PAPER, INK, SOFT, BLUE, GOLD = "#FCFAF5", "#22262B", "#5C6166", "#1F4E79", "#B98A2F"
WIDTH, HEIGHT = 11.69, 8.27
"""A4 landscape, in inches."""
DPI = 150
SERIF, ITALIC, ROUND = "Source Serif Pro", "italic", "DejaVu Sans"
NOT_LETTERS = {"So", "Sk", "Cc", "Co", "Cs", "Cn"}
"""Unicode's categories of emoji and of characters that cannot be drawn."""
MEASURED_AT = 40
LOGO_BOX = (0.39, 0.115, 0.22, 0.1)
"""Left, bottom, width and height of the logo: about 6.5 × 2.1 cm."""
NAME_WIDTH, TEXT_WIDTH, SIGN_WIDTH = 0.78, 0.66, 0.26
"""Of the page's width."""


@dataclass(frozen=True)
class Certificate:
    """The texts of the certificate, in the reader's language."""

    programme: str
    title: str
    given_to: str
    name: str
    sentence: str
    period: str
    issued: str
    signer: str
    """The signer; "" if unknown."""
    signs_as: str
    logo: bytes = b""
    """PNG or JPEG, in place of the two rings."""
    second: str = ""
    """Who else signs, on the left; then the day is in the middle."""
    second_as: str = ""
    practised: str = ""
    """Topics and skills; "" if none are known."""


def draw(certificate: Certificate) -> tuple[bytes, bytes]:
    """The certificate as a PNG and as a PDF; the same bytes for the same certificate."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    page = _Page(figure)
    _frame(figure, rings=not certificate.logo)
    if certificate.logo:
        _logo(figure, certificate.logo)
    _words(page, certificate)
    files = []
    for kind, about in (("png", {"Software": None}), ("pdf", {"CreationDate": None, "Producer": None})):
        written = io.BytesIO()
        figure.savefig(written, format=kind, metadata=about, facecolor=PAPER)
        files.append(written.getvalue())
    return files[0], files[1]


def _words(page: "_Page", certificate: Certificate) -> None:
    page.write(
        0.845, _spaced(certificate.programme), 12, smallest=7, most=1, width=NAME_WIDTH, color=GOLD, weight="bold"
    )
    page.write(0.755, certificate.title, 38, most=1, width=NAME_WIDTH, color=BLUE)
    page.write(0.655, certificate.given_to, 15, most=1, color=SOFT, style=ITALIC)
    full = bool(certificate.practised)
    smallest = 16 if full else 24
    low = page.write(
        0.575 if full else 0.565, certificate.name, 40, smallest=smallest, most=2, width=NAME_WIDTH, weight="bold"
    )
    page.line(0.33, 0.67, low - (0.045 if full else 0.05), GOLD)
    low = page.write(
        low - (0.092 if full else 0.105), certificate.sentence, 17, smallest=12, most=3 if full else 4, color=INK
    )
    low = page.write(low - 0.05, certificate.period, 14, most=1, color=SOFT, style=ITALIC)
    if full:
        page.write(low - 0.045, certificate.practised, 11, smallest=8, most=2, width=NAME_WIDTH, color=INK)
    if certificate.second:
        _signature(page, 0.235, certificate.second, certificate.second_as)
        page.write(0.087, certificate.issued, 11, smallest=8, most=1, color=SOFT)
    else:
        page.write(0.155, certificate.issued, 12, most=2, width=SIGN_WIDTH, color=SOFT, at=0.235)
    if certificate.signer:
        _signature(page, 0.765, certificate.signer, certificate.signs_as)


def _signature(page: "_Page", at: float, name: str, title: str) -> None:
    page.line(at - SIGN_WIDTH / 2, at + SIGN_WIDTH / 2, 0.182, SOFT)
    page.write(0.155, name, 14, smallest=9, most=1, width=SIGN_WIDTH, at=at, weight="bold")
    if title:
        page.write(0.12, title, 11, smallest=8, most=1, width=SIGN_WIDTH, color=SOFT, at=at)


def _logo(figure: Any, content: bytes) -> None:
    """The company's logo, as large as fits between the two signatures."""
    from matplotlib.image import imread

    left, bottom, width, height = LOGO_BOX
    axes = figure.add_axes((left, bottom, width, height))
    axes.imshow(imread(io.BytesIO(content), format=format_of(content)), interpolation="lanczos")
    axes.axis("off")


def _frame(figure: Any, *, rings: bool) -> None:
    """A double frame, and two overlapping rings for the two people."""
    from matplotlib.patches import Circle, Rectangle

    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, HEIGHT)
    axes.axis("off")
    for inset, width, colour in ((0.35, 2.4, BLUE), (0.45, 0.8, GOLD)):
        size = (WIDTH - 2 * inset, HEIGHT - 2 * inset)
        axes.add_patch(Rectangle((inset, inset), *size, fill=False, linewidth=width, edgecolor=colour))
    for shift, colour in ((-0.16, BLUE), (0.16, GOLD)) if rings else ():
        centre = (WIDTH / 2 + shift, 1.3)
        axes.add_patch(Circle(centre, 0.3, fill=True, facecolor=colour, alpha=0.12, linewidth=0))
        axes.add_patch(Circle(centre, 0.3, fill=False, edgecolor=colour, linewidth=2))


class _Page:
    """Writes centred lines that fit."""

    def __init__(self, figure: Any) -> None:
        self.figure = figure
        self.renderer = figure.canvas.get_renderer()
        self.measured: dict[tuple[Any, ...], float] = {}

    def write(
        self,
        top: float,
        text: str,
        size: float,
        *,
        most: int,
        smallest: float = 9,
        width: float = TEXT_WIDTH,
        at: float = 0.5,
        **look: Any,
    ) -> float:
        """Write `text` around the height `top`, in up to `most` lines as large as fit; the height of the last line.

        Only a word that would not fit by itself goes below the `smallest` size. Heights and widths are shares of the
        page.
        """
        text, families = drawable(text)
        look = {"color": INK, "fontfamily": families, **look}
        lines = self._lines(text, size, width, look)
        while size > 1 and (self._widest(lines, size, look) > width or (size > smallest and len(lines) > most)):
            size -= 1
            lines = self._lines(text, size, width, look)
        step = size * 1.38 / 72 / HEIGHT
        for number, line in enumerate(lines):
            self._put(at, top - number * step, line, size, look)
        return top - (len(lines) - 1) * step

    def line(self, left: float, right: float, height: float, colour: str) -> None:
        self.figure.add_artist(_line(left, right, height, colour))

    def _put(self, x: float, y: float, text: str, size: float, look: dict[str, Any]) -> Any:
        # Without `parse_math=False` a name with two dollar signs would be read as a formula.
        return self.figure.text(x, y, text, fontsize=size, ha="center", va="center", parse_math=False, **look)

    def _lines(self, text: str, size: float, width: float, look: dict[str, Any]) -> list[str]:
        """Break at spaces, as few times as the width allows; the lines are then made about equally long."""
        fewest = self._broken(text, size, width, look)
        low, high = 0.0, width
        for _ in range(len(fewest) > 1 and 6):  # the narrowest width that needs no more lines
            middle = (low + high) / 2
            if len(self._broken(text, size, middle, look)) > len(fewest):
                low = middle
            else:
                high = middle
        return self._broken(text, size, high, look)

    def _broken(self, text: str, size: float, width: float, look: dict[str, Any]) -> list[str]:
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._widest([longer], size, look) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _widest(self, lines: Sequence[str], size: float, look: dict[str, Any]) -> float:
        return max((self._width(line, size, look) for line in lines), default=0)

    def _width(self, line: str, size: float, look: dict[str, Any]) -> float:
        words = line.split(" ")
        gaps = self._measured("n n", look) - 2 * self._measured("n", look)
        return (sum(self._measured(word, look) for word in words) + gaps * (len(words) - 1)) * size / MEASURED_AT

    def _measured(self, word: str, look: dict[str, Any]) -> float:
        """How wide a word is in letters of a certain size. Each is measured once: that is what takes time."""
        key = (word, look.get("weight"), look.get("style"), *look["fontfamily"])
        if key not in self.measured:
            artist = self._put(0.5, 0.5, word, MEASURED_AT, look)
            self.measured[key] = artist.get_window_extent(self.renderer).width / (WIDTH * DPI)
            artist.remove()
        return self.measured[key]


def _line(left: float, right: float, height: float, colour: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D((left, right), (height, height), color=colour, linewidth=1)


def _spaced(text: str) -> str:
    """Small capitals with letter spacing, as at the head of printed certificates."""
    return "\u2003".join("\u2009".join(word) for word in text.upper().split())


def drawable(text: str) -> tuple[str, list[str]]:
    """`text` without emoji, and the fonts that draw it; letters that none of them has are transliterated to Latin."""
    from anyascii import anyascii

    families = [SERIF, ROUND]
    wanted = "".join(one for one in unicodedata.normalize("NFC", text) if _is_letter(one))
    missing = {one for one in wanted if not any(_has(path, one) for path in _ours())}
    if missing:
        name = _system_font(frozenset(missing))
        if name:
            families.append(name)
        else:
            wanted = " ".join(anyascii(word) if missing & set(word) else word for word in wanted.split(" "))
    return re.sub(" +", " ", wanted).strip(), families


def _is_letter(one: str) -> bool:
    return unicodedata.category(one) not in NOT_LETTERS and not 0xFE00 <= ord(one) <= 0xFE0F and one != "\u200d"


@cache
def _ours() -> tuple[str, ...]:
    """The files of our own fonts, once matplotlib knows them."""
    import font_source_serif_pro
    from matplotlib import font_manager

    folder = Path(font_source_serif_pro.__file__).parent / "files"
    for weight in ("Regular", "It", "Bold"):
        font_manager.fontManager.addfont(folder / f"SourceSerifPro-{weight}.ttf")
    return str(folder / "SourceSerifPro-Regular.ttf"), font_manager.findfont(ROUND)


@cache
def _has(path: str, message: str) -> bool:
    return message.isspace() or ord(message) in _charmap(path)


@cache
def _charmap(path: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(path).get_charmap())


@cache
def _system_font(letters: frozenset[str]) -> str | None:
    """The name of a font of this machine that has all of `letters`; the same one each time."""
    return next((name for name, path in _installed() if all(_has(path, one) for one in letters)), None)


def _installed() -> Iterator[tuple[str, str]]:
    from matplotlib import font_manager

    fonts = {(one.name, one.fname) for one in font_manager.fontManager.ttflist if "LastResort" not in one.fname}
    return iter(sorted(fonts))
