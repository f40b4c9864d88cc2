"""Numbers that look random and are the same every time, and with them: who is who in scores that come without names.

The choice between equally good solutions hangs on the two people's ids (see `ties`). A plain array has none, and its
row numbers would make the choice hang on the order of rows. So a row's id is drawn from what it holds.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from bot.domain.profiles import TOP_SCORE

Hashes = NDArray[np.uint64]


def mix(values: Hashes) -> Hashes:
    """Each number scattered over 64 bits (splitmix64)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def ids_from_scores(
    blocks: Callable[[], Iterable[NDArray[np.int16]]], shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """An id for every row and every column that stays with its scores when rows or columns change places.

    Two passes: columns by the scores they hold, then rows by scores and columns, and columns by scores and rows. Only
    who is alike in all of this is told apart by place.
    """
    scattered = mix(np.arange(TOP_SCORE + 2, dtype=np.uint64))
    columns, rows = np.zeros(shape[1], np.uint64), np.zeros(shape[0], np.uint64)
    for block in blocks():
        for part in _parts(block):
            columns += scattered[part].sum(axis=0)
    columns, finer, start = mix(columns), np.zeros(shape[1], np.uint64), 0
    for block in blocks():
        for part in _parts(block):
            values = scattered[part]
            here = mix((values * columns).sum(axis=1))
            rows[start : start + len(part)] = here
            finer += (values * here[:, None]).sum(axis=0)
            start += len(part)
    return _unique(rows), _unique(mix(finer ^ columns))


def _parts(block: NDArray[np.int16]) -> Iterable[NDArray[np.int16]]:
    """Pieces small enough that eight bytes for each score are no burden."""
    return (block[start : start + 64] for start in range(0, len(block), 64))


def _unique(hashes: Hashes) -> NDArray[np.int64]:
    """The hashes, with equal ones told apart by place."""
    order = np.argsort(hashes, kind="stable")
    begins = np.flatnonzero(np.diff(hashes[order], prepend=~hashes[order[:1]]))
    rank = np.arange(len(hashes)) - np.repeat(begins, np.diff(begins, append=len(hashes)))
    ids = np.empty(len(hashes), np.uint64)
    ids[order] = mix(hashes[order] + rank.astype(np.uint64))
    return ids.view(np.int64)
