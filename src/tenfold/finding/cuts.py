"""Where a wide piece of ink might be two digits: cuts along the writing's slant."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.results import Box

from .pieces import Piece

MAX_CUTS: Final = 10
"""Per piece; a piece that would need more is a line of a drawing, not a number."""

_WIDE: Final = 1.0  # of the writing's height: wider pieces may hold two digits
_APART: Final = 0.2  # of the writing's height: cuts no closer than this
_SHEARS: Final = np.linspace(-0.9, 0.9, 19)
_UPRIGHT: Final = 1 - 0.15 * np.abs(_SHEARS)  # of two that fit as well, the smaller one


def writing_slant(pieces: list[Piece], height: float) -> float:
    """How far the writing leans: px to the right per px upwards.

    The shear under which the columns' ink is most uneven (Bozinovic and
    Srihari, 1989, by search): upright strokes pile up in few columns.

    >>> bar = np.eye(40, dtype=bool)[::-1]      # leans one to one
    >>> 0.8 < writing_slant([Piece(Box(0, 0, 40, 40), bar, 40)], 40) <= 1.0
    True
    """
    tall = [p for p in pieces if p.box.height >= 0.5 * height]
    if not tall:
        return 0.0
    points = [(np.nonzero(p.mask), p.box) for p in tall]
    y = np.concatenate([rows + box.y for (rows, _), box in points]).astype(np.float32)
    x = np.concatenate([columns + box.x for (_, columns), box in points]).astype(np.float32)
    step = max(1, len(x) // 20000)
    x, y = x[::step], y[::step] - y.mean()
    columns = (x + _SHEARS[:, None] * y).astype(np.int64)
    columns -= columns.min()
    width = int(columns.max()) + 1
    columns += width * np.arange(len(_SHEARS))[:, None]  # all shears in one histogram
    histograms = np.bincount(columns.ravel(), minlength=width * len(_SHEARS))
    uneven = (histograms.reshape(len(_SHEARS), width).astype(np.float64) ** 2).sum(axis=1)
    return float(_SHEARS[int(np.argmax(uneven * _UPRIGHT))])


def is_wide(piece: Piece, height: float) -> bool:
    """Whether a piece may hold two digits of this height; no other is ever cut."""
    return piece.box.width >= _WIDE * height


def cut(piece: Piece, height: float, slant: float, pen_px: float) -> list[Piece]:
    """The piece, cut at every place where one digit might end and the next begin.

    Candidates are the valleys of the ink's profile along the slant; which of
    them are real is decided later, by what the classifier says of the parts.

    Args:
        piece: connected ink.
        height: of the writing, in px.
        slant: px to the right per px upwards.
        pen_px: width of the strokes.

    Returns:
        The parts from left to right; the piece alone where it is narrow.
    """
    if not is_wide(piece, height):
        return [piece]
    rows, columns = np.nonzero(piece.mask)
    along = columns + slant * (rows - piece.box.height / 2)
    start = float(along.min())
    place = (along - start).astype(np.int64)
    if place.max() < _WIDE * height:
        return [piece]
    valleys = _valleys(np.bincount(place).astype(np.float64), height, pen_px)
    if not valleys:
        return [piece]
    part = np.searchsorted(np.array(valleys), place, side="right")
    return [
        made
        for index in range(len(valleys) + 1)
        if (made := _part(piece, rows[part == index], columns[part == index])) is not None
    ]


def _valleys(profile: NDArray[np.float64], height: float, pen_px: float) -> list[int]:
    """Columns to cut at: the lowest first, none too near another or to an end."""
    apart = max(3, round(_APART * height))
    window = max(1, round(0.5 * pen_px)) | 1
    smooth = np.convolve(profile, np.ones(window) / window, mode="same")
    inner = np.arange(apart, len(profile) - apart)
    chosen: list[int] = []
    for column in inner[np.argsort(smooth[inner], kind="stable")]:
        if len(chosen) == MAX_CUTS or smooth[column] > max(3.2 * pen_px, 0.45 * height):
            break
        if all(abs(int(column) - other) >= apart for other in chosen):
            chosen.append(int(column))
    return sorted(chosen)


def _part(piece: Piece, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Piece | None:
    if rows.size == 0:
        return None
    top, left = int(rows.min()), int(columns.min())
    mask = np.zeros((int(rows.max()) - top + 1, int(columns.max()) - left + 1), bool)
    mask[rows - top, columns - left] = True
    box = Box(piece.box.x + left, piece.box.y + top, mask.shape[1], mask.shape[0])
    return Piece(box, mask, int(rows.size))
