"""Lines that run through a whole picture beside and across its writing: dotted ones, and waves.

Straight ones are `rules`. Where a stroke passes through the line, it stays whole.
"""

from __future__ import annotations

import itertools
from typing import Final

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tenfold.picture import inked

from .pieces import Mask

Floats = NDArray[np.float64]

_ACROSS: Final = 0.7  # of the width: with less ink nothing runs from edge to edge

_FEWEST_DOTS: Final = 4  # that hang on nothing; those on the writing are not seen
_MOST_THINGS: Final = 60  # more is a texture
_DOT: Final = 0.18  # of the shorter side
_DOTS_END: Final = 0.14  # of the width: so near both edges are the middles of the outer dots
_STEPS: Final = 4.0  # times a dot's size: farther apart they are no line
_STEEPEST_DOTS: Final = 1.2
_DOT_RUN: Final = 1.7  # times a dot's height: a longer run of ink is a stroke

_WAVE_END: Final = 0.12  # of the width: so near both edges a wave begins and ends
_ON_INK: Final = 0.88  # of a wave; the rest is beyond the picture's edge
_TURNS: Final = 2  # at least
_SWING: Final = 0.1  # of the picture's height, to each side: strokes of a digit swing farther
_RIPPLE: Final = 0.05  # of it: less is the unevenness of a straight stroke
_SLOPE: Final = 0.6  # of the whole line
_STEEPEST_WAVE: Final = 2
_WAVE_RUN: Final = 1.8  # times the usual run of ink: a longer one is a stroke


def without_strays(mask: Mask) -> Mask:
    """The ink less its dotted and wavy lines; the argument itself where there are none.

    Args:
        mask: (h, w) bool, True = ink, of the whole picture: a line is told by its
            running from edge to edge.

    >>> paper = np.zeros((112, 112), bool)
    >>> paper[20:92, 50:60] = True
    >>> dotted = paper.copy()
    >>> for x in range(2, 112, 16):
    ...     dotted[70:78, x : x + 8] = True
    >>> bool(np.array_equal(without_strays(dotted), paper))
    True
    """
    columns = inked(mask)[1]
    if columns.stop - columns.start < _ACROSS * mask.shape[1]:
        return mask
    clean = without_dots(mask)
    return clean if clean is not mask else without_wave(mask)


def without_dots(mask: Mask) -> Mask:
    """The ink less a line of dots: many, alike, evenly spaced, from edge to edge."""
    n, labels, stats, middles = cv2.connectedComponentsWithStats(
        mask.view(np.uint8), connectivity=8
    )
    if not _FEWEST_DOTS < n <= _MOST_THINGS:
        return mask
    small = np.flatnonzero(stats[:, 2:4].max(axis=1) <= _DOT * min(mask.shape))
    if small.size < _FEWEST_DOTS:
        return mask
    size = float(np.median(stats[small, 2:4]))
    line = _line_through(middles[small].astype(np.float64), size, mask.shape[1])
    if line is None:
        return mask
    on_line, rows = line
    dots = small[on_line]
    left = mask & ~np.isin(labels, dots)
    return _taken_off(left, rows, _DOT_RUN * float(np.median(stats[dots, 3])))


def _line_through(points: Floats, size: float, width: int) -> tuple[Mask, Floats] | None:
    """Which dots stand on the line with most of them, and its row in each column."""
    best, at, slope = np.zeros(len(points), bool), points[0], 0.0
    for one, other in itertools.combinations(points, 2):
        across, down = other - one
        if abs(across) < 0.3 * width or abs(down) > _STEEPEST_DOTS * abs(across):
            continue
        off = points[:, 1] - one[1] - down / across * (points[:, 0] - one[0])
        near = np.abs(off) <= 0.5 * size * np.hypot(1, down / across)
        if near.sum() > best.sum():
            best, at, slope = near, one, down / across
    if best.sum() < _FEWEST_DOTS:
        return None
    x = np.sort(points[best, 0])
    ends = x[0] <= _DOTS_END * width and x[-1] >= (1 - _DOTS_END) * width
    if not ends or np.median(np.diff(x)) > _STEPS * size:
        return None
    return best, at[1] + slope * (np.arange(width) - at[0])


def without_wave(mask: Mask) -> Mask:
    """The ink less a thin line that swings up and down from one edge to the other."""
    width = mask.shape[1]
    inked = np.flatnonzero(mask.any(axis=0))
    if inked.size == 0 or inked[0] > _WAVE_END * width or inked[-1] < (1 - _WAVE_END) * width - 1:
        return mask
    columns = slice(int(inked[0]), int(inked[-1]) + 1)
    part = np.ascontiguousarray(mask[:, columns])
    path = _path(part)
    on_ink = part[path, np.arange(len(path))]
    if on_ink.mean() < _ON_INK:
        return mask
    start, stop = _runs(part, path)
    runs = (stop - start)[on_ink]
    if not _is_wave(path, float(np.median(runs)), mask.shape[0]):
        return mask
    thin = float(np.percentile(runs, 40))  # where no stroke passes
    left = mask.copy()
    left[:, columns] = _taken_off(part, path.astype(np.float64), _WAVE_RUN * thin)
    return left


def _path(part: Mask) -> NDArray[np.int64]:
    """The row, in each column, of the way from left to right that keeps to ink, deep in it.

    Dynamic programming over the columns, as in seam carving.
    """
    height, width = part.shape
    depth = np.minimum(cv2.distanceTransform(part.view(np.uint8), cv2.DIST_L2, 3), 3.0)
    cost = np.where(part, 0.35 - 0.1 * depth, 3.0)
    steps = np.arange(-_STEEPEST_WAVE, _STEEPEST_WAVE + 1)
    bend, rows = 0.05 * np.abs(steps)[:, None], np.arange(height)
    total, back = cost[:, 0], np.empty((width, height), np.int64)
    framed = np.full(height + 2 * _STEEPEST_WAVE, np.inf)
    inner, before = framed[_STEEPEST_WAVE:-_STEEPEST_WAVE], sliding_window_view(framed, height)
    for x in range(1, width):
        inner[:] = total
        choices = before + bend
        choices.argmin(axis=0, out=back[x])
        total = choices.min(axis=0) + cost[:, x]
    back += rows - _STEEPEST_WAVE
    path = np.empty(width, np.int64)
    path[-1] = total.argmin()
    for x in range(width - 1, 0, -1):
        path[x - 1] = back[x, path[x]]
    return path


def _is_wave(path: NDArray[np.int64], thin: float, height: int) -> bool:
    """True where the path swings a little about a straight line, again and again."""
    x = np.arange(len(path))
    slope, start = np.polyfit(x, path, 1)
    off = path - (start + slope * x)
    if abs(slope) > _SLOPE or np.abs(off).max() > _SWING * height:
        return False
    return _turns(off, max(0.5 * thin, _RIPPLE * height)) >= _TURNS


def _turns(off: Floats, least: float) -> int:
    """How often a line turns back up or down, by this much or more."""
    turns, way, extreme = 0, 0, float(off[0])
    for value in off.tolist():
        if (value - extreme) * way >= 0:
            way = way or int(np.sign(value - extreme))
            extreme = value
        elif abs(value - extreme) > least:
            turns, way, extreme = turns + 1, -way, value
    return turns


def _runs(mask: Mask, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start and stop of the upright run of ink through each column's row; both 0 on paper."""
    height, width = mask.shape
    down, columns = np.arange(height)[:, None], np.arange(width)
    paper_before = np.maximum.accumulate(np.where(mask, -1, down), axis=0)
    paper_behind = np.minimum.accumulate(np.where(mask, height, down)[::-1], axis=0)[::-1]
    inside = np.clip(rows, 0, height - 1)
    on_ink = (inside == rows) & mask[inside, columns]
    start = np.where(on_ink, paper_before[inside, columns] + 1, 0)
    return start, np.where(on_ink, paper_behind[inside, columns], 0)


def _taken_off(mask: Mask, rows: Floats, most: float) -> Mask:
    """The ink less the runs through these rows, one a column, that are at most so long."""
    start, stop = _runs(mask, np.round(rows).astype(np.int64))
    stop = np.where(stop - start <= most, stop, start)
    down = np.arange(mask.shape[0])[:, None]
    return mask & ~((start <= down) & (down < stop))
