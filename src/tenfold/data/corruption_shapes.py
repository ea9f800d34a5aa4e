"""Corruptions of MNIST-C that move the digit or draw over it.

Every function takes (n, 28, 28) floats in [0, 1], ink high, and gives the same,
perhaps a little outside the range. `corruptions` holds their names.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rng = np.random.Generator

_SIDE: Final = 28
_MIDDLE: Final = 13.5
_SHEAR: Final = 0.4
_TURN: Final = 0.4  # radians
_SHRINK: Final = 0.7
_SHIFT_PX: Final = 3.0
_STRIPE: Final = 7  # columns at each side
_LINE_REACH_PX: Final = 2.3
_DOT_PX: Final = 2
_CANNY_SIGMA_PX, _CANNY_LOW, _CANNY_HIGH = 1.0, 0.1, 0.2


def shear(x: Floats, rng: Rng) -> Floats:
    """Slanted to one side or the other; also a little flattened, as scikit-image did in 2019."""
    angle = _SHEAR * _signs(rng, len(x))
    one, zero = np.ones(len(x)), np.zeros(len(x))
    return warped(x, np.stack([one, -np.sin(angle), zero, np.cos(angle)], axis=1))


def rotate(x: Floats, rng: Rng) -> Floats:
    """Turned by 23 degrees, either way."""
    angle = _TURN * _signs(rng, len(x))
    cos, sin = np.cos(angle), np.sin(angle)
    return warped(x, np.stack([cos, -sin, sin, cos], axis=1))


def scale(x: Floats, rng: Rng) -> Floats:
    """Shrunk to 70 %."""
    return warped(x, np.tile([1 / _SHRINK, 0, 0, 1 / _SHRINK], (len(x), 1)))


def translate(x: Floats, rng: Rng) -> Floats:
    """Moved by 3 px across and down, either way."""
    shift = _SHIFT_PX * np.stack([_signs(rng, len(x)), _signs(rng, len(x))], axis=1)
    return warped(x, np.tile([1.0, 0, 0, 1], (len(x), 1)), shift)


def stripe(x: Floats, rng: Rng) -> Floats:
    """Negative in a stripe at the left and at the right."""
    striped = x.copy()
    for columns in (np.s_[:_STRIPE], np.s_[_SIDE - _STRIPE :]):
        striped[:, :, columns] = 1 - striped[:, :, columns]
    return striped


def dotted_line(x: Floats, rng: Rng) -> Floats:
    """A dotted line across, from edge to edge."""
    ends = rng.integers(0, _SIDE - 1, (len(x), 2)).tolist()
    return np.clip(x + np.stack([_dots(first, last) for first, last in ends]), 0, 1)


def zigzag(x: Floats, rng: Rng) -> Floats:
    """A zigzag across."""
    first, rise = rng.integers(0, _SIDE - 1, len(x)).tolist(), rng.integers(-5, 5, len(x)).tolist()
    lines = [_zigzag(row, row + up) for row, up in zip(first, rise, strict=True)]
    return np.clip(x + np.stack(lines), 0, 1)


def canny_edges(x: Floats, rng: Rng) -> Floats:
    """Only the edges: Canny (1986) as scikit-image has it, sigma 1, thresholds 0.1 and 0.2."""
    return np.stack([_edges(one) for one in x])


def warped(x: Floats, matrix: Floats, shift: Floats | None = None) -> Floats:
    """Pictures seen through an affine map about their middle; outside, there is no ink.

    Args:
        x: (n, 28, 28).
        matrix: (n, 4), row by row: where in the old picture a point (x, y) of the
            new one comes from, both measured from the middle.
        shift: (n, 2) px, added to that.
    """
    row, column = (grid - _MIDDLE for grid in np.indices((_SIDE, _SIDE)))
    a, b, c, d = (part[:, None, None] for part in matrix.T)
    to_x, to_y = (0.0, 0.0) if shift is None else (part[:, None, None] for part in shift.T)
    from_x = a * column + b * row + _MIDDLE + to_x
    from_y = c * column + d * row + _MIDDLE + to_y
    left, top = np.floor(from_x).astype(int), np.floor(from_y).astype(int)
    in_x, in_y = from_x - left, from_y - top
    framed = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    every = np.arange(len(x))[:, None, None]

    def ink(down: int, right: int) -> Floats:
        i, j = (np.clip(at + 1, 0, _SIDE + 1) for at in (top + down, left + right))
        value: Floats = framed[every, i, j]
        return value

    above = (1 - in_x) * ink(0, 0) + in_x * ink(0, 1)
    below = (1 - in_x) * ink(1, 0) + in_x * ink(1, 1)
    result: Floats = (1 - in_y) * above + in_y * below
    return result


def line(column: float, row: float, to_column: float, to_row: float) -> Floats:
    """A straight line as (28, 28) ink in [0, 1], fading over 2.3 px above and below it."""
    if column == to_column:
        return np.zeros((_SIDE, _SIDE))
    rows, columns = np.arange(_SIDE)[:, None], np.arange(_SIDE)[None]
    slope = (to_row - row) / (to_column - column)
    away = np.clip(np.abs(rows - slope * (columns - column) - row), 0, _LINE_REACH_PX - 1e-10)
    ink: Floats = np.clip(1 + np.log(1 - away / _LINE_REACH_PX), 0, 1)
    ink[:, : int(np.floor(column))] = 0
    ink[:, int(np.ceil(to_column)) :] = 0
    return ink


@cache
def _dots(first: int, last: int) -> Floats:
    ink = line(0, first, _SIDE - 1, last)
    ink[:, np.arange(_SIDE) % (2 * _DOT_PX) < _DOT_PX] = 0
    return ink


@cache
def _zigzag(first: int, last: int) -> Floats:
    """Strokes of 2 px to both sides of a straight line from column 2 to column 25."""
    start, stop, reach = 2.0, 25.0, 2.0
    angle = np.arctan((last - first) / (stop - start))
    length = (stop - start) / np.cos(angle)
    n_turns = int((length - reach) // (2 * reach)) + 1
    corners = [(0.0, 0.0)]
    corners += [((2 * i + 1) * reach, (-1) ** i * reach) for i in range(n_turns)]
    left_over = length - 2 * reach * (length // (2 * reach))
    if left_over:
        corners.append((length, corners[-1][1] / (2 * left_over)))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    columns, rows = turn @ np.array(corners).T + np.array([[start], [first]])
    strokes = [
        line(columns[i - 1], rows[i - 1], columns[i], rows[i]) for i in range(1, len(columns))
    ]
    ink: Floats = np.sum(strokes, axis=0)
    return ink


def _signs(rng: Rng, n: int) -> Floats:
    return rng.choice(np.array([-1.0, 1.0]), n)


def _edges(x: Floats) -> Floats:
    side = 2 * int(4 * _CANNY_SIGMA_PX + 0.5) + 1
    smooth, whole = (
        cv2.GaussianBlur(of, (side, side), _CANNY_SIGMA_PX, borderType=cv2.BORDER_CONSTANT)
        for of in (x, np.ones_like(x))
    )
    smooth = smooth / (whole + np.finfo(float).eps)  # what fell off the edge is given back
    down, across = (
        cv2.Sobel(smooth, cv2.CV_64F, *way, ksize=3, borderType=cv2.BORDER_REFLECT).astype(float)
        for way in ((0, 1), (1, 0))
    )
    strength = np.hypot(down, across)
    ridge = _ridges(down, across, strength)
    _, labels = cv2.connectedComponents((ridge & (strength >= _CANNY_LOW)).astype(np.uint8))
    strong = np.unique(labels[ridge & (strength >= _CANNY_HIGH)])
    return np.isin(labels, strong[strong > 0]).astype(np.float64)


def _ridges(down: Floats, across: Floats, strength: Floats) -> NDArray[np.bool_]:
    """Where the strength is the greatest along the gradient, between the pixels around."""
    framed = np.pad(strength, 1)

    def at(rows: int, columns: int) -> Floats:
        return framed[1 + rows : 1 + rows + _SIDE, 1 + columns : 1 + columns + _SIDE]

    steep, flat = np.abs(down), np.abs(across)
    same = ((down >= 0) & (across >= 0)) | ((down <= 0) & (across <= 0))
    other = ((down <= 0) & (across >= 0)) | ((down >= 0) & (across <= 0))
    ridge = np.zeros(strength.shape, bool)
    inside = np.zeros_like(ridge)
    inside[1:-1, 1:-1] = strength[1:-1, 1:-1] > 0
    # Where both are 0 there is no ridge; where one is, its sector is not looked at.
    upright, level = (one / np.maximum(of, 1e-300) for one, of in ((flat, steep), (steep, flat)))
    upright, level = np.minimum(upright, 1), np.minimum(level, 1)
    # Four sectors of direction: the neighbour straight on, the one askew, the share between.
    for where, near, askew, share in (
        (same & (steep >= flat), (1, 0), (1, 1), upright),
        (same & (steep <= flat), (0, 1), (1, 1), level),
        (other & (steep <= flat), (0, 1), (-1, 1), level),
        (other & (steep >= flat), (-1, 0), (-1, 1), upright),
    ):
        here = where & inside
        ahead = at(*askew) * share + at(*near) * (1 - share) <= strength
        behind = at(-askew[0], -askew[1]) * share + at(-near[0], -near[1]) * (1 - share) <= strength
        ridge[here] = (ahead & behind)[here]
    return ridge
