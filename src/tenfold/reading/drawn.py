"""Drawn lines as they run: broken, leaning, bent; traced column by column, and taken off.

Only lines across are spoken of; lines down are those of the transposed ink.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.picture import inked

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Levels = NDArray[np.uint8]

_LEAST: Final = 0.015  # of the longer side: shorter straight runs are not looked at
_LEAST_PX: Final = (12, 40)
_MAX_LEAN: Final = 0.25  # px up or down per px across
_MAX_THICK: Final = 0.02  # of the longer side: thicker bars are no lines
_MAX_SEGMENTS: Final = 3000  # the longest; a texture has more, and no lines
_TANGLED: Final = 0.08  # of the longer side: narrower tangles are digits
_BREAK: Final = 0.12  # of the longer side: a wider break parts two lines
_ALIKE: Final = 0.4  # of the width: a stroke that passes a line is as wide above as below
_SOLID: Final = 0.6  # share of a line's length that must be drawn


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One line across the picture.

    Attributes:
        start: its first column.
        y: (length,) float, the middle of the line in each column from there.
        thick: its thickness in px.
    """

    start: int
    y: Floats
    thick: float

    @property
    def stop(self) -> int:
        """One past its last column."""
        return self.start + len(self.y)

    @property
    def level(self) -> float:
        """Its usual height in the picture."""
        return float(np.median(self.y))

    def at(self, x: NDArray[np.generic] | float) -> Floats:
        """The line's y in these columns; beyond its ends it goes on as it ran."""
        x = np.asarray(x, np.float64)
        inside = np.clip(x - self.start, 0, len(self.y) - 1)
        y = np.interp(inside, np.arange(len(self.y)), self.y)
        return np.asarray(y + self._lean() * (x - self.start - inside), np.float64)

    def _lean(self) -> float:
        return float(self.y[-1] - self.y[0]) / max(len(self.y) - 1, 1)


@dataclass(frozen=True, slots=True)
class _Segment:
    x0: int
    x1: int
    y: Floats  # at both ends
    thick: float


def lines_across(mask: Mask) -> list[Drawn]:
    """The drawn lines that run across the ink, from the longest to the shortest.

    A line is a chain of straight runs that go on where the one before ended, its
    y that of a line through their ends (`traced` is exact). A stroke of a digit
    may be among them; what is made of lines decides (grid.py).

    >>> ink = np.zeros((100, 200), bool)
    >>> ink[40:43, 10:90] = ink[41:44, 96:190] = True     # broken, and a step down
    >>> (line,) = lines_across(ink)
    >>> line.start, line.stop, round(line.level), round(line.thick)
    (10, 190, 42, 3)
    """
    side = max(mask.shape)
    segments = _segments(mask, side)
    lines = []
    free = np.ones(len(segments), bool)
    order = np.argsort([seg.x0 - seg.x1 for seg in segments], kind="stable")
    ends = np.array([(seg.x0, seg.x1, *seg.y) for seg in segments], float).reshape(-1, 4)
    for seed in order:
        if not free[seed]:
            continue
        free[seed] = False
        chain = _chain(int(seed), ends, free, segments[seed].thick, _BREAK * side)
        line = _joined([segments[k] for k in chain])
        if line is not None:
            lines.append(line)
    return sorted(lines, key=lambda line: -len(line.y))


def _segments(mask: Mask, side: int) -> list[_Segment]:
    """Straight runs of ink, longest first.

    What hangs together but is no line, a digit that touches its border, is
    looked at again for longer runs only, until the line comes off the digit.
    """
    least = int(np.clip(_LEAST * side, *_LEAST_PX)) | 1
    there = inked(mask)
    if there[1].stop - there[1].start < least:
        return []
    left, top = there[1].start, there[0].start
    ink = _without_fat(mask[there].astype(np.uint8), max(4, round(_MAX_THICK * side)))
    found: list[_Segment] = []
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
    ink: Levels, least: int, side: int, origin: tuple[int, int], found: list[_Segment]
) -> Levels:
    """Adds the segments of at least this length to `found`; returns the ink that was none."""
    # A leaning line is a stair; made one px fatter, its steps are long enough to be seen.
    fat = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    opened = cv2.morphologyEx(fat, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    straight = ink & np.asarray(opened, np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(straight, connectivity=8)
    tangled = np.zeros_like(ink)
    for label in np.argsort(-stats[1:, cv2.CC_STAT_WIDTH], kind="stable")[:_MAX_SEGMENTS] + 1:
        x, y, width, height, area = (int(value) for value in stats[label])
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


def _segment(part: Mask, x: int, y: int) -> _Segment | None:
    counts = part.sum(axis=0)
    columns = np.flatnonzero(counts)
    middles = (np.arange(part.shape[0]) @ part)[columns] / counts[columns]
    lean = _slope(columns, middles)
    base = float(middles.mean() - lean * columns.mean())
    thick = float(np.median(counts[columns]))
    off = np.abs(middles - base - lean * columns)
    ends = np.argmax(part, axis=0) + np.argmax(part[::-1], axis=0)
    extents = part.shape[0] - ends[columns]  # of two lines tangled in one, the ink is less
    uneven = np.percentile(extents, 90) > 2 * thick + 1
    if abs(lean) > _MAX_LEAN or uneven or off.max() > thick + 0.02 * len(columns) + 1:
        return None
    y_ends = np.array([base + lean * columns[0], base + lean * columns[-1]]) + y
    return _Segment(x + int(columns[0]), x + int(columns[-1]) + 1, y_ends, thick)


def _slope(x: NDArray[np.intp], y: Floats) -> float:
    away = x - x.mean()
    return float((away * y).sum() / max(float((away**2).sum()), 1.0))


def _chain(
    seed: int, ends: Floats, free: NDArray[np.bool_], thick: float, reach: float
) -> list[int]:
    """The segments that go on where the seed ends, to both sides; they are free no more."""
    chain = [seed]
    left, right = ends[seed].copy(), ends[seed].copy()
    while True:
        ahead = _next(right, ends, free, thick, reach, 1)
        if ahead is not None:
            chain.append(ahead)
            free[ahead] = False
            right = _longer(right, ends[ahead])
        behind = _next(left, ends, free, thick, reach, -1)
        if behind is not None:
            chain.append(behind)
            free[behind] = False
            left = _longer(ends[behind], left)
        if ahead is None and behind is None:
            return chain


def _longer(one: Floats, other: Floats) -> Floats:
    """The end of a line by which it is carried on: a short new piece does not turn it."""
    if other[1] - other[0] > 0.5 * (one[1] - one[0]):
        return np.array([other[0], other[1], other[2], other[3]])
    return np.array([one[0], other[1], one[2], other[3]])


def _next(
    end: Floats, ends: Floats, free: NDArray[np.bool_], thick: float, reach: float, way: int
) -> int | None:
    """The nearest free segment in whose height the line would be if it went on."""
    x0, x1, y0, y1 = end
    lean = (y1 - y0) / max(x1 - x0, 1)
    lean *= min((x1 - x0) / reach, 1.0)  # a short run says little of its direction
    if way > 0:
        gaps = ends[:, 0] - x1
        off = ends[:, 2] - (y1 + lean * np.maximum(gaps, 0))
        beyond = ends[:, 1] > x1 + 1
    else:
        gaps = x0 - ends[:, 1]
        off = ends[:, 3] - (y0 - lean * np.maximum(gaps, 0))
        beyond = ends[:, 0] < x0 - 1
    near = 1.5 + 0.5 * thick + 0.04 * np.maximum(gaps, 0)
    fits = free & beyond & (gaps > -0.5 * (ends[:, 1] - ends[:, 0])) & (gaps <= reach)
    fits &= np.abs(off) <= near
    places = np.flatnonzero(fits)
    if places.size == 0:
        return None
    return int(places[np.argmin(np.maximum(gaps[places], 0) + 4 * np.abs(off[places]))])


def _joined(chain: list[_Segment]) -> Drawn | None:
    """The line through the ends of its segments; None where it is broken too often."""
    chain = sorted(chain, key=lambda seg: seg.x0)
    start, stop = chain[0].x0, max(seg.x1 for seg in chain)
    drawn = np.zeros(stop - start, bool)
    for seg in chain:
        drawn[seg.x0 - start : seg.x1 - start] = True
    if drawn.mean() < _SOLID:
        return None
    lengths = np.array([seg.x1 - seg.x0 for seg in chain])
    thick = float(np.average([seg.thick for seg in chain], weights=lengths))
    x = np.array([place for seg in chain for place in (seg.x0, seg.x1 - 1)])
    y = np.concatenate([seg.y for seg in chain])
    order = np.argsort(x, kind="stable")
    return Drawn(start, np.interp(np.arange(start, stop), x[order], y[order]), thick)


def traced(mask: Mask, line: Drawn) -> Drawn:
    """The line put in the middle of its ink in each column, by its neighbours at a crossing."""
    columns = np.arange(line.start, line.stop)
    return replace(line, y=_snapped(mask, columns, line.y, line.thick))


def _snapped(mask: Mask, columns: NDArray[np.intp], rough: Floats, thick: float) -> Floats:
    reach = int(np.ceil(0.5 * thick)) + 2
    offsets = np.arange(-reach, reach + 1)
    rows = np.clip(np.round(rough).astype(int)[:, None] + offsets, 0, mask.shape[0] - 1)
    ink = mask[rows, columns[:, None]]
    counts = ink.sum(axis=1)
    plain = (counts > 0) & (counts <= thick + 1.5)
    if plain.sum() < 4:
        return rough
    middles = (rows * ink).sum(axis=1)[plain] / counts[plain]
    offset = np.interp(columns, columns[plain], middles - rough[plain])
    window = min(len(offset) // 2 * 2 - 1, 15)
    if window < 3:
        return np.asarray(rough + offset, np.float64)
    padded = np.pad(offset, window // 2, mode="edge")
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(padded, window), axis=1)
    return np.asarray(rough + smooth, np.float64)


def bend(line: Drawn) -> float:
    """How far a line leaves the straight one between its ends, in px."""
    straight = np.linspace(line.y[0], line.y[-1], len(line.y))
    return float(np.abs(line.y - straight).max())


def drawn_share(mask: Mask, line: Drawn, start: float, stop: float) -> float:
    """Share of the columns from start to stop in which a line has ink, in [0, 1]."""
    columns = np.arange(max(round(start), 0), min(round(stop) + 1, mask.shape[1]))
    if columns.size == 0:
        return 0.0
    reach = int(np.ceil(0.5 * line.thick))
    rows = np.round(line.at(columns)).astype(np.intp)[:, None] + np.arange(-reach, reach + 1)
    rows = np.clip(rows, 0, mask.shape[0] - 1)
    return float(mask[rows, columns[:, None]].any(axis=1).mean())


def taken_off(mask: Mask, across: list[Drawn], down: list[Drawn]) -> Mask:
    """The ink less these lines; strokes that cross a line are left whole.

    Args:
        mask: (h, w) bool.
        across: lines of the ink.
        down: lines of the transposed ink.

    >>> ink = np.zeros((60, 200), bool)
    >>> ink[40:42, 5:195] = True          # a line
    >>> ink[20:50, 100:104] = True        # a 1 that crosses it
    >>> left = taken_off(ink, lines_across(ink), [])
    >>> bool(left[40, 10]), bool(left[40, 101])
    (False, True)
    """
    flat, upright = np.zeros_like(mask), np.zeros_like(mask)
    for line in across:
        _cover(flat, line)
    for line in down:
        _cover(upright.T, line)
    left: Mask = mask & ~(flat | upright)
    bridges = np.zeros_like(mask)
    for line in across:
        _bridge(bridges, left, line)
    for line in down:
        _bridge(bridges.T, left.T, line)
    return left | (bridges & mask)


def _half(line: Drawn) -> int:
    return int(np.ceil(0.5 * line.thick + 0.75))


def _band(shape: tuple[int, ...], line: Drawn) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Columns (n, 1) and rows (n, k) of the pixels that a line covers."""
    columns = np.arange(max(line.start - 2, 0), min(line.stop + 2, shape[1]))
    half = _half(line)
    middle = np.round(line.at(columns)).astype(np.intp)
    rows = np.clip(middle[:, None] + np.arange(-half, half + 1), 0, shape[0] - 1)
    return columns[:, None], rows


def _cover(field: Mask, line: Drawn) -> None:
    columns, rows = _band(field.shape, line)
    field[rows, columns] = True


def _bridge(bridges: Mask, left: Mask, line: Drawn) -> None:
    """Marks where a stroke passes a line: between a run of ink right above and one right below."""
    columns, rows = _band(left.shape, line)
    last = left.shape[0] - 1
    above = _runs(np.any(left[np.maximum(rows[:, :1] - [[1, 2]], 0), columns], axis=1))
    below = _runs(np.any(left[np.minimum(rows[:, -1:] + [[1, 2]], last), columns], axis=1))
    reach = _half(line)  # strokes lean
    height = rows.shape[1]
    for a0, a1 in above:
        for b0, b1 in below:
            # A long run beside a short one is a digit that stands on the line.
            alike = min(a1 - a0, b1 - b0) >= _ALIKE * max(a1 - a0, b1 - b0)
            if not alike or b0 > a1 + reach or a0 > b1 + reach:
                continue
            for k in range(height):
                share = (k + 0.5) / height
                start, stop = round(a0 + share * (b0 - a0)), round(a1 + share * (b1 - a1))
                bridges[rows[start:stop, k], columns[start:stop, 0]] = True


def _runs(row: Mask) -> list[tuple[int, int]]:
    """Start and stop of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
