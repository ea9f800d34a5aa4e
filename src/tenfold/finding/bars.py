"""The bars of boxes that stand on a ruled line: sides of a form's boxes, and no 1s.

Boxes of equal width with a line above and one below are a grid (`tenfold.grids`). Here
are those that are open above, of uneven width, or one or two alone.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .pieces import Piece, find_pieces, writing_height

Mask = NDArray[np.bool_]

_RUN: Final = 0.3  # of the writing's height: straight runs of a bar that leans
_SHORTEST: Final = 8  # px
_TOUCH: Final = 4  # px from the line: what ends there stands on it
_TALLER: Final = 1.12  # times the writing: a box is higher than what is written into it
_AS_THICK: Final = 1.8  # times the line's thickness, more or less
_SIDE: Final = 0.8  # of the longest: shorter ones are strokes that touch the line
_EQUAL: Final = 0.1  # of their length: so nearly as long as each other are a box's sides
_WIDE: Final = 0.35  # of their length: what stands nearer is a 1 beside a 1
_STRAIGHT: Final = 0.7  # of a bar's columns: its ink at one height of it
_FEWEST: Final = 2
_ALONE: Final = 0.8  # of its piece of ink: a bar, and no digit's stroke


def bars_on(mask: Mask, rules: Mask) -> Mask:
    """Pixels of the bars that stand on these lines, or hang from them; none where none do.

    A bar is as thick as its line, upright, taller than the writing, and there are at
    least two of one length, a box apart.

    Args:
        mask: (h, w) bool, True = ink.
        rules: (h, w) bool, the lines across.

    >>> form = np.zeros((60, 140), bool)
    >>> form[50:53] = True
    >>> for x in (10, 60, 110):
    ...     form[5:53, x : x + 3] = True    # bars
    ...     form[15:45, x + 15 : x + 19] = True    # 1s
    >>> rules = np.zeros_like(form)
    >>> rules[50:53] = True
    >>> bars = bars_on(form, rules)
    >>> bool(bars[20, 11]), bool(bars[20, 26])
    (True, False)
    """
    none = np.zeros_like(mask)
    rest = mask & ~rules
    pieces = find_pieces(rest)
    if len(pieces) <= _FEWEST:  # two bars and what they hold
        return none
    upright = _upright(rest, max(_SHORTEST, round(_RUN * writing_height(pieces))))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        upright.view(np.uint8), connectivity=8
    )
    left, width, height, n_px = (stats[1:, k] for k in (0, 2, 3, 4))
    thick = n_px / np.maximum(height, 1)
    line = rules.sum() / max(int((rules[1:] & ~rules[:-1]).sum()), 1)
    near = cv2.dilate(rules.view(np.uint8), np.ones((2 * _TOUCH + 1, 3), np.uint8)) > 0
    on_line = np.zeros(count, bool)
    on_line[np.unique(labels[near])] = True
    fits = on_line[1:] & (thick <= _AS_THICK * line) & (line <= _AS_THICK * thick)
    fits &= width <= thick / _STRAIGHT + _RUN * height
    if np.count_nonzero(fits) < _FEWEST:
        return none
    fits &= height >= _SIDE * height[fits].max()
    usual = float(np.median(height[fits]))
    fits &= np.abs(height - usual) <= _EQUAL * usual
    places = np.sort(left[fits] + width[fits] / 2)
    apart = places.size >= _FEWEST and float(np.diff(places).min()) >= _WIDE * usual
    bars = np.isin(labels, 1 + np.flatnonzero(fits))
    written = [p for p in pieces if p.box.height >= _RUN * usual and not _is_bar(p, bars)]
    if not apart or not written or usual < _TALLER * writing_height(written):
        return none
    return bars


def _is_bar(piece: Piece, bars: Mask) -> bool:
    """Whether a piece is a bar and hardly anything else: the stem of a 9 has a head."""
    box = piece.box
    there = bars[box.y : box.bottom, box.x : box.right]
    return bool(np.count_nonzero(there & piece.mask) >= _ALONE * piece.area)


def _upright(mask: Mask, run: int) -> Mask:
    """Pixels of straight runs downwards, with the stairs of those that lean joined."""
    opened = cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, np.ones((run, 1), np.uint8))
    joined = cv2.dilate(opened, np.ones((5, 3), np.uint8))
    return (joined > 0) & mask
