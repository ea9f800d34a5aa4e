"""Straight runs of ink, of which drawn lines are made; those of digits' strokes are among them.

Only runs across are spoken of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.picture import inked, percentile

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
    tangled = np.zeros_like(ink)
    order = np.argsort(-stats[1:, cv2.CC_STAT_WIDTH], kind="stable")[:_MAX_SEGMENTS] + 1
    boxes = stats.tolist()
    for label in order.tolist():
        x, y, width, height, area = boxes[label]
        if width < least // 2:
            break
        part = labels[y : y + height, x : x + width] == label
        segment = None
        if area / width <= max(4.0, _MAX_THICK * side) and height <= 2 * width:
            segment = _segment(part, origin[0] + x, origin[1] + y)
        if segment is not None:
            found.append(segment)
        elif width > max(2 * least, _TANGLED * side):
            tangled[y : y + height, x : x + width] |= part
    return tangled


def _segment(part: Mask, x: int, y: int) -> Segment | None:
    height, width = part.shape  # there is ink in every column, or it would not hang together
    # Products of floats are BLAS', and exact as long as a column's sum is below 2^24.
    rows = np.stack([np.ones(height, np.float32), np.arange(height, dtype=np.float32)])
    counts, sums = (rows @ part.astype(np.float32)).astype(np.float64)
    middles = sums / counts
    away = np.arange(width) - 0.5 * (width - 1)
    lean = float(away @ middles) / max(width * (width**2 - 1) / 12, 1.0)
    if abs(lean) > _MAX_LEAN:
        return None
    middle = float(middles.sum()) / width
    thick = percentile(counts, 50)
    if float(np.abs(middles - middle - lean * away).max()) > thick + 0.02 * width + 1:
        return None
    ends = np.argmax(part, axis=0) + np.argmax(part[::-1], axis=0)
    # Of two lines tangled in one, the ink is less than from the upper's top to the lower's foot.
    if percentile(height - ends, 90) > 2 * thick + 1:
        return None
    y_ends = np.array([middle + lean * away[0], middle + lean * away[-1]]) + y
    return Segment(x, x + width, y_ends, thick)
