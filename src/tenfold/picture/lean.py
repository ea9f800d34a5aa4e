"""How far the lines of a page lean: by what is ruled on it, or by its rows of writing.

The slant of writing is no lean: only long rules count, and rows of things, by
the places of their middles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Levels, Mask, as_levels, inked
from .lean_rows import MOST_LEAN, Floats, rows_of

Counts = NDArray[np.intp]

_SIDE: Final = 800  # of the copy on which rules are looked for
_LEAST_INK: Final = 200  # px: with less there is nothing long
_MOST_INK: Final = 0.3  # of the page: more is a texture
_RULE: Final = 0.3  # of the shorter side of the ink: a line of a ruled page
_SPAN: Final = 0.5  # of the longer side: what strokes of a few digits side by side do not reach
_HEIGHTS: Final = 6.0  # times the height of the writing: no stroke of a pen
_THICK_PX: Final = 9.0  # of the copy: a rule is thinner, a marker's stroke or a word is not
_BIN_PX: Final = 1.5  # of the copy, across the lines
_AT_ONCE: Final = 8192  # points times leans: as much as stays in the processor's cache
_FILLED: Final = 0.8  # px of ink to a px of a rule's length
_ENOUGH: Final = 1000  # points: half a degree is told by so many of a rule's

_FEW: Final = 6  # with fewer things on it, it is a number and no page
_MANY_RULES: Final = 5  # lines of a page on which no writing stands clear of them


@dataclass(frozen=True, slots=True)
class Lean:
    """Which way a page leans.

    Attributes:
        degrees: by which its lines sink to the right, in [-21, 21]; 0 where
            there is too little to tell.
        n_things: things of the writing's height: digits, letters, words.
        n_rows: rows of four of them and more that were found.
    """

    degrees: float
    n_things: int
    n_rows: int


def page_lean(mask: Mask) -> Lean:
    """The lean of a page's lines.

    Args:
        mask: (h, w) bool, True = ink.

    >>> page = np.zeros((400, 400), np.uint8)
    >>> for y in (90, 170, 250, 330):
    ...     _ = cv2.line(page, (10, y), (390, y + 34), 1, 2)
    ...     page[y - 22 : y - 10, 60:66] = page[y - 22 : y - 10, 90:96] = 1
    >>> round(page_lean(page > 0).degrees)
    5
    """
    there = inked(mask)
    share = float(mask[there].mean()) if mask.any() else 0.0
    if np.count_nonzero(mask) < _LEAST_INK or share > _MOST_INK:
        return Lean(0.0, 0, 0)
    small = _shrunk(mask[there])
    things, height = _things(small)
    if len(things) < _FEW:  # all writing may hang on the rules; many of them make a page
        least = _SPAN * max(small.shape)
        return Lean(_by_rules(small, least, height, _MANY_RULES) or 0.0, len(things), 0)
    ruled = _by_rules(small, max(_RULE * min(small.shape), 40.0), height)
    level, aside = rows_of(things, height), rows_of(things[:, ::-1] * [1, -1], height)
    better = level if level.sharpness >= aside.sharpness else aside
    degrees = ruled if ruled is not None else better.degrees
    return Lean(degrees, len(things), better.n_rows)


def _shrunk(mask: Mask) -> Levels:
    scale = min(1.0, _SIDE / max(mask.shape))
    size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
    gray = cv2.resize(mask.astype(np.uint8) * np.uint8(255), size, interpolation=cv2.INTER_AREA)
    return (as_levels(gray) > 70).astype(np.uint8)


def _things(small: Levels) -> tuple[Floats, float]:
    """Middles, (n, 2), of all things of the writing's height, and that height in px.

    Long thin things, rules, are no writing; what hangs on them is lost, which
    leaves enough where a page is written on.
    """
    _, _, stats, middles = cv2.connectedComponentsWithStats(small, connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    middles = stats[1:, :2] + stats[1:, 2:4] / 2
    side = max(small.shape)
    fits = (height >= 5) & (np.maximum(width, height) <= 0.2 * side) & (width <= 5 * height)
    if not fits.any():
        return np.zeros((0, 2)), 0.0
    heights = np.sort(height[fits])
    weights = np.cumsum(heights.astype(float) ** 2)
    usual = float(heights[int(np.searchsorted(weights, weights[-1] / 2))])
    fits &= (height >= 0.5 * usual) & (height <= 2 * usual)
    return np.asarray(middles[fits], np.float64), usual


def _by_rules(small: Levels, least: float, writing_px: float, fewest: int = 2) -> float | None:
    """The lean of thin lines that are long and agree; one alone may be an underline."""
    least = max(least, _HEIGHTS * writing_px)
    points = _of_long_pieces(small, least)
    if len(points) < 2 * least:
        return None
    coarse = np.arange(-MOST_LEAN, MOST_LEAN + 0.1, 0.5)
    some = np.ascontiguousarray(points.T[:, :: -(-len(points) // _ENOUGH)]).T
    best = coarse[int(_ruled(some, coarse).argmax())]
    fine = best + np.arange(-0.5, 0.55, 0.1)
    best = fine[int(_ruled(points, fine).argmax())]
    x, y = points.T
    profiles = [_profiles(*ways, [best])[0] for ways in ((x, y), (y, -x))]
    apart = max(0.5 * writing_px, 12.0)
    best = round(float(best), 1) + 0.0  # no minus nought
    return best if any(_n_lines(p, least, apart) >= fewest for p in profiles) else None


def _of_long_pieces(small: Levels, least: float) -> Floats:
    """(n, 2) x and y of the ink that hangs together over a line's length."""
    joined = as_levels(cv2.dilate(small, np.ones((3, 3), np.uint8)))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    long = stats[:, 2:4].max(axis=1) >= least
    long[0] = False
    if not long.any():  # as in most numbers
        return np.zeros((0, 2))
    long &= ~_of_thick_strokes(small, labels, len(stats))
    y, x = np.nonzero(long[labels] & (small > 0))
    return np.array([x, y], np.float64).T  # each of both in one piece: far faster to sum over


def _of_thick_strokes(small: Levels, labels: NDArray[Any], n: int) -> Mask:
    """For each of n labels whether most of its ink is thicker than any rule."""
    side = int(_THICK_PX) + 1
    thick = as_levels(cv2.morphologyEx(small, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)))
    inked_px, thick_px = (np.bincount(labels[part > 0], minlength=n) for part in (small, thick))
    return np.asarray(thick_px > inked_px / 2)


def _ruled(points: Floats, degrees: Floats) -> Counts:
    """(n,) how much ink lies on lines across, and down, at each of n leans."""
    x, y = points.T
    left = -x
    some = max(1, _AT_ONCE // len(x))
    found = []
    for first in range(0, len(degrees), some):
        leans = degrees[first : first + some].tolist()
        rows, columns = _profiles(x, y, leans), _profiles(y, left, leans)
        found.append(np.einsum("ij,ij->i", rows, rows) + np.einsum("ij,ij->i", columns, columns))
    return np.concatenate(found)


def _profiles(x: Floats, y: Floats, degrees: Sequence[float]) -> Counts:
    """(n, k) the ink on each of k lines beside each other, at each of n leans."""
    angles = [math.radians(lean) for lean in degrees]
    place = y * np.array([[math.cos(angle)] for angle in angles])
    place -= x * np.array([[math.sin(angle)] for angle in angles])
    place -= place.min(axis=1, keepdims=True)
    place /= _BIN_PX
    bins = place.astype(np.intp)
    width = int(bins.max()) + 1
    bins += width * np.arange(len(angles))[:, None]  # all leans in one histogram
    return np.bincount(bins.ravel(), minlength=width * len(angles)).reshape(-1, width)


def _n_lines(profile: Counts, least: float, apart: float) -> int:
    """How many lines are long, thin, and so far from each other that they are not one."""
    full = np.flatnonzero(profile >= _FILLED * least)
    if full.size == 0:
        return 0
    ends = np.flatnonzero(np.diff(full) > apart / _BIN_PX)
    starts, stops = full[np.r_[0, ends + 1]], full[np.r_[ends, full.size - 1]]
    return int(((stops - starts + 1) * _BIN_PX <= _THICK_PX).sum())
