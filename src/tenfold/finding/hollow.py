"""Digits of which only the outline is drawn: filled, so that they have strokes again."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.canon import stroke_width

from .pieces import Mask

_THIN: Final = 0.095  # of the ink's longer side: a line as fine is an outline, or a fine pen
_WIDEST: Final = 0.33  # of that side: no stroke is wider, a filled loop is
_WIDE: Final = 0.18  # of it, on the average; a cell's frame is wider inside
_SLENDER: Final = 3.6  # squares of its greatest width in a digit's area; the two loops of an 8: 2.6
_TALL: Final = 0.3  # of the longer side: as high as a digit among several
_ALONG: Final = 0.85  # of all lines bound what is filled; the tail of a 6 or a 9 does not
_GAPS: Final = (0.0, 1.0, 1.8, 2.6)  # line widths that may be missing in an outline
_REACH: Final = 1.5  # line widths: from one side of a line to the other


def filled(mask: Mask) -> Mask:
    """The ink and the insides of its outlined strokes; the argument itself where it has none.

    Paper is told by the even-odd rule: behind one line is the inside of a
    stroke, behind two is paper again. It is no outline where some lines bound no
    stroke, or where a stroke would be wider than any pen, or hardly longer than wide: the loops of
    a 0, 6, 8 and 9 stay open.

    Args:
        mask: (h, w) bool, True = ink, cut to the ink's box.
    """
    side = max(mask.shape)
    line = stroke_width(mask.view(np.uint8) * np.uint8(255))
    if not 0 < line < _THIN * side:
        return mask
    edge = 2 + round(_GAPS[-1] * line / 2)  # room for the widest closing, and a rim of paper
    ink = _padded(mask, edge)
    for gap in _GAPS:
        closed = cv2.morphologyEx(ink.view(np.uint8), cv2.MORPH_CLOSE, _disc(gap * line / 2))
        inside = _behind_odd_lines(np.asarray(closed, np.uint8), line)
        if _are_strokes(inside, ink, line, side):
            return (inside | ink)[edge:-edge, edge:-edge]
    return mask


def _are_strokes(inside: Mask, ink: Mask, line: float, side: int) -> bool:
    if not inside.any():
        return False
    widest = 2.0 * float(cv2.distanceTransform(inside.view(np.uint8), cv2.DIST_L2, 3).max())
    if widest > _WIDEST * side or stroke_width(inside * np.uint8(255)) > _WIDE * side:
        return False
    _, _, stats, _ = cv2.connectedComponentsWithStats((inside | ink).view(np.uint8))
    n_digits = max(1, int(np.count_nonzero(stats[1:, cv2.CC_STAT_HEIGHT] >= _TALL * side)))
    if np.count_nonzero(inside) < _SLENDER * n_digits * widest**2:
        return False
    near = cv2.dilate(inside.view(np.uint8), _disc(_REACH * line)).view(np.bool_)
    return bool(np.count_nonzero(near & ink) >= _ALONG * np.count_nonzero(ink))


def _padded(mask: Mask, edge: int) -> Mask:
    """The mask with paper around it; np.pad does the same in ten times the time."""
    around = cv2.copyMakeBorder(mask.view(np.uint8), *(edge,) * 4, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(around, np.uint8).view(np.bool_)


def _disc(radius: float) -> Any:
    across = 2 * round(radius) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))


def _behind_odd_lines(ink: NDArray[np.uint8], line: float) -> Mask:
    """Paper that is reached from the outside over an odd number of lines."""
    n, labels = cv2.connectedComponents(1 - ink, connectivity=4)
    inside, left = np.zeros(n, bool), np.ones(n, bool)
    front = np.zeros(n, bool)
    front[labels[0, 0]] = True
    left[[0, labels[0, 0]]] = False
    reach, is_odd = _disc(_REACH * line + 1), True
    while left.any() and front.any():
        near = cv2.dilate(front.view(np.uint8)[labels], reach).view(np.bool_)
        met = np.zeros(n, bool)
        met[labels[near]] = True
        front = met & left
        left &= ~front
        if is_odd:
            inside |= front
        is_odd = not is_odd
    found: Mask = inside[labels]
    return found
