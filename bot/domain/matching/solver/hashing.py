"""Numbers that look random and are the same every time, and with them: who is who in scores that come without names.

The choice between equally good solutions hangs on the two people's ids (see `ties`). A plain array has none, and its
row numbers would make the choice hang on the order of rows. So a row's id is drawn from what it holds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.signup import TOP_SCORE

Hashes = NDArray[np.uint64]


def mix(values: Hashes) -> Hashes:
    """Each number scattered over 64 bits (splitmix64)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class Look:
    """What rows and columns look like: equal numbers for those that their scores do not tell apart."""

    rows: Hashes
    columns: Hashes

    @property
    def kinds(self) -> int:
        """How many can be told apart."""
        return len(np.unique(self.rows)) + len(np.unique(self.columns))


def look_of(blocks: Callable[[], Iterable[NDArray[np.int16]]], shape: tuple[int, int]) -> Look:
    """A number for every row and every column that stays with its scores when rows or columns change places.

    First columns by the scores they hold; then rows by scores and columns, and columns by scores and rows, again as
    long as that tells more of them apart: nearly always once.
    """
    scattered = mix(np.arange(TOP_SCORE + 2, dtype=np.uint64))
    columns = np.zeros(shape[1], np.uint64)
    for block in blocks():
        for part in _parts(block):
            columns += scattered[part].sum(axis=0)
    look = Look(np.zeros(shape[0], np.uint64), mix(columns))
    kinds = 0
    while kinds < look.kinds:
        kinds = look.kinds
        look = _looked_closer(blocks, look, scattered)
        if look.kinds == sum(shape):
            break
    return look


def _looked_closer(blocks: Callable[[], Iterable[NDArray[np.int16]]], look: Look, scattered: Hashes) -> Look:
    rows, columns, start = np.zeros(len(look.rows), np.uint64), np.zeros(len(look.columns), np.uint64), 0
    for block in blocks():
        for part in _parts(block):
            values = scattered[part]
            here = mix((values * look.columns).sum(axis=1))
            rows[start : start + len(part)] = here
            columns += (values * here[:, None]).sum(axis=0)
            start += len(part)
    return Look(rows, mix(columns ^ look.columns))


def ids(look: Hashes, besides: Hashes) -> NDArray[np.int64]:
    """An id for everybody on a side, by their look. Who looks alike is told apart by what else is known of them
    (`besides`), and only who is alike in that too by place."""
    order = np.lexsort((besides, look))
    begins = np.flatnonzero(np.diff(look[order], prepend=~look[order[:1]]))
    rank = np.arange(len(look)) - np.repeat(begins, np.diff(begins, append=len(look)))
    found = np.empty(len(look), np.uint64)
    found[order] = mix(look[order] + rank.astype(np.uint64))
    return found.view(np.int64)


def _parts(block: NDArray[np.int16]) -> Iterable[NDArray[np.int16]]:
    """Pieces small enough that eight bytes for each score are no burden."""
    return (block[start : start + 64] for start in range(0, len(block), 64))
