"""Deterministic hashes, and from them identities for people in scores without ids.

The choice between equally good solutions depends on the two people's ids (see `ties`). A plain array has none, and
row numbers would make the choice depend on the order of rows. So a row's id is computed from its content.
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
class RowHashes:
    """Hashes of rows and columns: equal for those that their scores do not distinguish."""

    rows: Hashes
    columns: Hashes

    @property
    def kinds(self) -> int:
        """How many can be distinguished."""
        return len(np.unique(self.rows)) + len(np.unique(self.columns))


def look_of(blocks: Callable[[], Iterable[NDArray[np.int16]]], shape: tuple[int, int]) -> RowHashes:
    """A number for every row and every column that stays with its scores when rows or columns change places.

    First columns by their scores; then rows by scores and columns, and columns by scores and rows, again as long as
    that distinguishes more of them: nearly always once.
    """
    scattered = mix(np.arange(TOP_SCORE + 2, dtype=np.uint64))
    columns = np.zeros(shape[1], np.uint64)
    for block in blocks():
        for part in _parts(block):
            columns += scattered[part].sum(axis=0)
    look = RowHashes(np.zeros(shape[0], np.uint64), mix(columns))
    kinds = 0
    while kinds < look.kinds:
        kinds = look.kinds
        look = _looked_closer(blocks, look, scattered)
        if look.kinds == sum(shape):
            break
    return look


def _looked_closer(blocks: Callable[[], Iterable[NDArray[np.int16]]], look: RowHashes, scattered: Hashes) -> RowHashes:
    rows, columns, start = np.zeros(len(look.rows), np.uint64), np.zeros(len(look.columns), np.uint64), 0
    for block in blocks():
        for part in _parts(block):
            values = scattered[part]
            here = mix((values * look.columns).sum(axis=1))
            rows[start : start + len(part)] = here
            columns += (values * here[:, None]).sum(axis=0)
            start += len(part)
    return RowHashes(rows, mix(columns ^ look.columns))


def ids(look: Hashes, besides: Hashes) -> NDArray[np.int64]:
    """An id for everyone on a side, by their hash. People with equal hashes are distinguished by other data
    (`besides`), and only if these are equal too by position."""
    order = np.lexsort((besides, look))
    begins = np.flatnonzero(np.diff(look[order], prepend=~look[order[:1]]))
    rank = np.arange(len(look)) - np.repeat(begins, np.diff(begins, append=len(look)))
    found = np.empty(len(look), np.uint64)
    found[order] = mix(look[order] + rank.astype(np.uint64))
    return found.view(np.int64)


def _parts(block: NDArray[np.int16]) -> Iterable[NDArray[np.int16]]:
    """Slices small enough for eight bytes per score."""
    return (block[start : start + 64] for start in range(0, len(block), 64))
