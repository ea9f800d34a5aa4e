"""Straight runs of ink, of which drawn lines are made; those of digits' strokes are among them.

Only runs across are spoken of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.picture import inked

from .drawn import Floats, Mask

Levels = NDArray[np.uint8]

_LEAST: Final = 0.015  # of the longer side: shorter straight runs are not looked at
_LEAST_PX: Final = (12, 40)
_MAX_LEAN: Final = 0.25  # px up or down per px across
_MAX_THICK: Final = 0.02  # of the longer side: thicker bars are no lines
_MAX_SEGMENTS: Final = 3000  # the longest; a texture has more, and no lines
_TANGLED: Final = 0.08  # of the longer side: narrower tangles are digits


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight run.

    Attributes:
        x0: its first column.
        x1: one past its last column.
        y: (2,) its height at both ends.
        thick: its thickness in px.
    """

    x0: int
    x1: int
    y: Floats
    thick: float


def segments_of(mask: Mask, side: int) -> list[Segment]:
    """Straight runs of ink, longest first.

    Args:
        mask: (h, w) bool, True = ink.
        side: the longer one of h and w.

    What hangs together but is no line, a digit that touches its border, is
    looked at again for longer runs only, until the line comes off the digit.
    """
    least = int(np.clip(_LEAST * side, *_LEAST_PX)) | 1
    there = inked(mask)
    if there[1].stop - there[1].start < least:
        return []
    left, top = there[1].start, there[0].start
    ink = _without_fat(mask[there].astype(np.uint8), max(4, round(_MAX_THICK * side)))
    found: list[Segment] = []
    while least < side and len(found) < _MAX_SEGMENTS:
        there = inked(ink > 0)
        if there[1].stop - there[1].start < least:
            break
        ink, left, top = ink[there], left + there[1].start, top + there[0].start
        ink = _straight_runs(ink, least, side, (left, top), found)
        least = 2 * least | 1
    return sorted(found, key=lambda seg: seg.x0 - seg.x1)[:_MAX_SEGMENTS]


def _without_fat(ink: Levels, thick: int) -> Levels:
    """The ink less what is thicker than a line may be: fat pens, blots, shadows."""
    # Twice as thick: where two lines cross, or run side by side, they stay whole.
    core = cv2.erode(ink, np.ones((2 * thick + 1, 2 * thick + 1), np.uint8))
    if not core.any():
        return ink
    fat = cv2.dilate(core, np.ones((2 * thick + 3, 2 * thick + 3), np.uint8))
    return np.asarray(np.where(fat > 0, 0, ink), np.uint8)


def _straight_runs(
    ink: Levels, least: int, side: int, origin: tuple[int, int], found: list[Segment]
) -> Levels:
    """Adds the segments of at least this length to `found`; returns the ink that was none."""
    # A leaning line is a stair; made one px fatter, its steps are long enough to be seen.
    fat = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    opened = cv2.morphologyEx(fat, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    straight = ink & np.asarray(opened, np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(straight, connectivity=8)
    stats = stats.astype(np.intp)
    order = np.argsort(-stats[1:, cv2.CC_STAT_WIDTH], kind="stable")[:_MAX_SEGMENTS] + 1
    order = order[stats[order, cv2.CC_STAT_WIDTH] >= least // 2]
    width, height, area = stats[order, cv2.CC_STAT_WIDTH :].T
    flat = (area / width <= max(4.0, _MAX_THICK * side)) & (height <= 2 * width)
    segments = _segments(straight, labels, stats, order[flat], origin)
    found += [segment for segment in segments if segment is not None]
    none = np.ones(len(order), bool)
    none[np.flatnonzero(flat)] = [segment is None for segment in segments]
    tangled = np.zeros(len(stats), bool)
    tangled[order[none & (width > max(2 * least, _TANGLED * side))]] = True
    return np.asarray(tangled[labels], np.uint8)


def _segments(
    straight: Levels,
    labels: NDArray[np.int32],
    stats: NDArray[np.intp],
    chosen: NDArray[np.intp],
    origin: tuple[int, int],
) -> list[Segment | None]:
    """Each of the chosen runs as a segment; None where it is not one straight line.

    All are measured at once: writing has dozens of short ones, and a page thousands.

    Args:
        straight: (h, w), the runs' ink.
        labels: (h, w) which run a pixel belongs to.
        stats: (n, 5) OpenCV's of each label.
        chosen: labels, each with ink in every one of its columns, or it would not hang together.
        origin: x and y of the picture's place of the first pixel.
    """
    if chosen.size == 0:
        return []
    first_of = np.full(len(stats), -1)  # of each run's columns, among all runs' columns
    widths = stats[chosen, cv2.CC_STAT_WIDTH]
    starts = np.cumsum(widths) - widths
    first_of[chosen] = starts
    rows, columns = np.nonzero(straight)
    label = labels[rows, columns]
    mine = first_of[label] >= 0
    rows, columns, label = rows[mine], columns[mine], label[mine]
    column = first_of[label] + columns - stats[label, cv2.CC_STAT_LEFT]
    n = int(widths.sum())
    counts = np.bincount(column, minlength=n)
    middles = np.bincount(column, rows, minlength=n) / counts
    top, foot = np.empty(n, np.intp), np.empty(n, np.intp)
    foot[column] = rows  # pixels come row by row: the last one stays
    top[column[::-1]] = rows[::-1]
    run = np.repeat(np.arange(len(chosen)), widths)
    away = np.arange(n) - starts[run] - 0.5 * (widths[run] - 1)
    middle = np.add.reduceat(middles, starts) / widths
    spread = np.maximum(widths * (widths**2 - 1) / 12, 1.0)
    lean = np.add.reduceat(away * middles, starts) / spread
    thick = _percentiles(counts, run, starts, widths, 50)
    off = np.maximum.reduceat(np.abs(middles - middle[run] - lean[run] * away), starts)
    # Of two lines tangled in one, the ink is less than from the upper's top to the lower's foot.
    outer = _percentiles(foot - top + 1, run, starts, widths, 90)
    fits = (np.abs(lean) <= _MAX_LEAN) & (off <= thick + 0.02 * widths + 1)
    fits &= outer <= 2 * thick + 1
    ends = middle[:, None] + lean[:, None] * (0.5 * (widths[:, None] - 1) * [-1, 1]) + origin[1]
    lefts = origin[0] + stats[chosen, cv2.CC_STAT_LEFT]
    return [
        Segment(left, left + width, y, t) if fit else None
        for left, width, y, t, fit in zip(
            lefts.tolist(), widths.tolist(), ends, thick.tolist(), fits.tolist(), strict=True
        )
    ]


def _percentiles(
    values: NDArray[np.intp],
    run: NDArray[np.intp],
    starts: NDArray[np.intp],
    widths: NDArray[np.intp],
    percent: float,
) -> Floats:
    """(n,) `picture.percentile` of each run's values.

    Args:
        values: of all columns, run after run.
        run: of each column.
        starts: of each run, its first column.
        widths: of each run, how many columns.
        percent: in [0, 100].
    """
    ordered = values[np.lexsort((values, run))]
    place = (widths - 1) * percent / 100
    low = place.astype(np.intp)
    below = ordered[starts + low]
    above = ordered[starts + np.minimum(low + 1, widths - 1)]
    return np.asarray(below + (above - below) * (place - low), np.float64)
