"""Lines of many widths as batches of few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import BLANK, STRIP_HEIGHT, STRIP_STRIDE, SYMBOLS

WIDTHS: Final = (32, 64, 96, 128, 160, 192, 256, 384, 512, 768, 1024, 1536)
"""Columns of a batch. Each is whole steps of the net: what an odd width would move by one."""

_TEXT_STEP: Final = 8  # symbols; few lengths, so that few graphs are traced

Strip = NDArray[np.uint8]


class LineBatch(NamedTuple):
    """Lines brought to one width.

    Attributes:
        strips: (n, 32, w) uint8, paper to the right of each.
        targets: (n, 2 + l) int32: steps of the net that are the line's own, how
            many symbols it has, and their classes, filled up with `BLANK`.
    """

    strips: NDArray[np.uint8]
    targets: NDArray[np.int32]


def line_batches(
    strips: Sequence[Strip],
    texts: Sequence[str],
    size: int,
    rng: np.random.Generator | None = None,
) -> list[LineBatch]:
    """Every line in one batch, lines of like width together.

    Args:
        strips: (32, w) uint8 each.
        texts: their symbols.
        size: lines of a batch, at most.
        rng: mixes lines of a width, and the batches; without it they keep their order.
    """
    order = np.arange(len(strips)) if rng is None else rng.permutation(len(strips))
    groups: dict[int, list[int]] = {}
    for index in order:
        groups.setdefault(width_of(strips[index].shape[1]), []).append(int(index))
    parts = [
        (width, rows[start : start + size])
        for width, rows in sorted(groups.items())
        for start in range(0, len(rows), size)
    ]
    if rng is not None:
        parts = [parts[k] for k in rng.permutation(len(parts))]
    return [
        LineBatch(padded([strips[i] for i in rows], width), targets_of(strips, texts, rows))
        for width, rows in parts
    ]


def width_of(columns: int) -> int:
    """The width that a strip of so many columns is brought to.

    >>> width_of(97)
    128
    """
    return next((width for width in WIDTHS if width >= columns), -(-columns // 256) * 256)


def padded(strips: Sequence[Strip], width: int) -> NDArray[np.uint8]:
    """(n, 32, width): the strips with paper to their right."""
    batch = np.zeros((len(strips), STRIP_HEIGHT, width), np.uint8)
    for place, strip in zip(batch, strips, strict=True):
        place[:, : strip.shape[1]] = strip
    return batch


def targets_of(
    strips: Sequence[Strip], texts: Sequence[str], rows: Sequence[int]
) -> NDArray[np.int32]:
    """What `LineBatch.targets` says of these lines."""
    longest = max(len(texts[i]) for i in rows)
    room = max(-(-longest // _TEXT_STEP), 1) * _TEXT_STEP
    targets = np.full((len(rows), 2 + room), BLANK, np.int32)
    for target, i in zip(targets, rows, strict=True):
        target[:2] = steps_of(strips[i]), len(texts[i])
        target[2 : 2 + len(texts[i])] = [SYMBOLS.index(symbol) for symbol in texts[i]]
    return targets


def steps_of(strip: Strip) -> int:
    """Rows of the net's answer that belong to a strip."""
    return -(-int(strip.shape[1]) // STRIP_STRIDE)


def steps_needed(text: str) -> int:
    """Steps without which a text cannot be said: one a symbol, one between equal ones.

    >>> steps_needed("1002")
    5
    """
    return len(text) + sum(a == b for a, b in pairwise(text))


def sayable(strips: Sequence[Strip], texts: Sequence[str]) -> Iterator[int]:
    """The indices of the lines that have steps enough for their text; others have no loss."""
    return (
        i
        for i, (strip, text) in enumerate(zip(strips, texts, strict=True))
        if steps_needed(text) <= steps_of(strip)
    )
