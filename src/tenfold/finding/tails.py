"""What belongs to a ruled line beside its straight runs: its ends, and its ragged edges."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

_FITTED: Final = 4.0  # runs: so much of an end tells where the line goes on
_BREAK: Final = 3  # px without ink end the line
_BESIDE: Final = 1.5  # px: the line lies within its thickness and these of where it should


def with_tails(rules: Mask, mask: Mask, run: int) -> Mask:
    """The lines, and the ink that goes on with them at their ends for at most a run.

    Where a line leans a little it is a stair of runs, and the last step may be too short to
    be one.

    Args:
        rules: (h, w) bool, pixels of lines across.
        mask: (h, w) bool, True = ink.
        run: px, the shortest straight run that was looked for.

    >>> ink = np.zeros((9, 60), bool)
    >>> ink[4, :40] = ink[5, 40:] = True
    >>> long = ink.copy()
    >>> long[5] = False
    >>> bool((with_tails(long, ink, 30) == ink).all())
    True
    """
    joined = cv2.dilate(rules.view(np.uint8), np.ones((3, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    labels[~rules] = 0
    found = rules.copy()
    for label in range(1, count):
        left, top, width, height = (int(value) for value in stats[label, :4])
        y, x = np.nonzero(labels[top : top + height, left : left + width] == label)
        y, x = y + top, x + left
        thick = x.size / (np.ptp(x) + 1)
        for edge, step in ((int(x.min()), -1), (int(x.max()), 1)):
            near = abs(x - edge) <= _FITTED * run
            slope, level = np.polyfit(x[near] - edge, y[near], 1)
            beyond = edge + step * np.arange(1, run + 1)
            beyond = beyond[(beyond >= 0) & (beyond < mask.shape[1])]
            if beyond.size:
                _follow(found, mask, beyond, level + slope * (beyond - edge), thick)
    return found


def with_fringe(rules: Mask, mask: Mask) -> Mask:
    """The lines, and the single pixels of ink above and below them.

    >>> ink = np.zeros((9, 60), bool)
    >>> ink[4:6] = ink[3, ::7] = ink[1:4, 30] = True
    >>> line = np.zeros_like(ink)
    >>> line[4:6] = True
    >>> left = ink & ~with_fringe(line, ink)
    >>> np.flatnonzero(left.any(axis=0)).tolist()
    [30]
    """
    rest = mask & ~rules
    high = cv2.morphologyEx(rest.view(np.uint8), cv2.MORPH_OPEN, np.ones((2, 1), np.uint8)) > 0
    near = cv2.dilate(rules.view(np.uint8), np.ones((3, 1), np.uint8)) > 0
    found: Mask = rules | (rest & ~high & near)
    return found


def _follow(
    found: Mask, mask: Mask, x: NDArray[np.intp], y: NDArray[np.float64], thick: float
) -> None:
    """Add the ink around these points, from the first to where there is none."""
    reach = round(thick / 2 + _BESIDE)
    rows = np.round(y).astype(int)[:, None] + np.arange(-reach, reach + 1)
    inside = (rows >= 0) & (rows < mask.shape[0])
    rows = np.clip(rows, 0, mask.shape[0] - 1)
    ink = mask[rows, x[:, None]] & inside
    empty = np.convolve(~ink.any(axis=1), np.ones(_BREAK), "full")[: len(x)] >= _BREAK
    stop = int(np.argmax(empty)) if empty.any() else len(x)
    found[rows[:stop], x[:stop, None]] |= ink[:stop]
