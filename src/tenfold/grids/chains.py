"""Drawn lines found: straight runs, chained where one goes on as another ended.

Lines may be broken, lean and bend. Only lines across are spoken of; lines down
are those of the transposed ink.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .drawn import Drawn, Floats, Mask
from .runs import Segment, segments_of

_GAP: Final = 0.6  # of the longer of two parts: a wider gap parts them
_BREAK: Final = 0.12  # of the longer side: a wider break parts two lines
_SOLID: Final = 0.6  # share of a line's length that must be drawn
_FEW: Final = 64  # segments: so many are held against each other in one go


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
    segments = segments_of(mask, side)
    lines = []
    free = np.ones(len(segments), bool)
    ends = np.array([(seg.x0, seg.x1, *seg.y) for seg in segments], float).reshape(-1, 4)
    thick = np.array([seg.thick for seg in segments])
    go_on = _go_on(ends, thick, _BREAK * side)
    for seed, segment in enumerate(segments):
        if not free[seed]:
            continue
        free[seed] = False
        chain = [seed]
        if go_on[seed]:
            chain = _chain(seed, ends, free, segment.thick, _BREAK * side)
        line = _joined([segments[k] for k in chain])
        if line is not None:
            lines.append(line)
    return sorted(lines, key=lambda line: -len(line.y))


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
    line = end.tolist()
    places = np.flatnonzero(free & _beyond(line, ends.T, reach, way))
    if places.size == 0:  # mostly so: the rest need not be asked
        return None
    away = _away(line, ends[places].T, thick, reach, way)
    best = int(away.argmin())
    return int(places[best]) if away[best] < np.inf else None


def _go_on(ends: Floats, thick: Floats, reach: float) -> list[bool]:
    """Of each segment whether any other goes on where it ends; True where that is not looked at.

    Few segments, as in a small picture, are all held against each other at once.
    """
    if not 1 < len(ends) <= _FEW:
        return [len(ends) > 1] * len(ends)
    line = list(ends.T[:, :, None])  # each a column, against the others in a row
    found = np.zeros(len(ends), bool)
    for way in (1, -1):
        near = _away(line, ends.T, thick[:, None], reach, way) < np.inf
        found |= (near & _beyond(line, ends.T, reach, way)).any(axis=1)
    return list(found.tolist())


def _beyond(line: Sequence[Any], others: Floats, reach: float, way: int) -> NDArray[np.bool_]:
    """Which segments go on beyond a line's end, and begin within reach of it.

    Args:
        line: x0, x1, y0 and y1, floats or columns of them.
        others: (4, n), the same of each segment.
        reach: in px.
        way: 1 for the right end, -1 for the left.
    """
    x0, x1 = line[0], line[1]
    if way > 0:
        return np.asarray((others[1] > x1 + 1) & (others[0] - x1 <= reach))
    return np.asarray((others[0] < x0 - 1) & (x0 - others[1] <= reach))


def _away(line: Sequence[Any], others: Floats, thick: Any, reach: float, way: int) -> Floats:
    """How far each segment is from where the line would go on; infinite where it is no part of it.

    Args:
        line: as for `_beyond`, and so are the others.
        others: (4, n).
        thick: of the line, in px.
        reach: in px.
        way: 1 or -1.
    """
    x0, x1, y0, y1 = line
    length = x1 - x0
    lean = (y1 - y0) / np.maximum(length, 1)
    lean = lean * np.minimum(length / reach, 1.0)  # a short run says little of its direction
    left, right, y_left, y_right = others
    gaps = left - x1 if way > 0 else x0 - right
    ahead = np.maximum(gaps, 0)
    off = np.abs(y_left - y1 - lean * ahead if way > 0 else y_right - y0 + lean * ahead)
    lengths = right - left
    fits = (gaps > -0.5 * lengths) & (gaps <= _GAP * np.maximum(lengths, length))
    fits &= off <= 1.5 + 0.5 * thick + 0.04 * ahead
    return np.where(fits, ahead + 4 * off, np.inf)


def _joined(chain: list[Segment]) -> Drawn | None:
    """The line through the ends of its segments; None where it is broken too often."""
    if len(chain) == 1:
        (seg,) = chain
        return Drawn(seg.x0, _straight(seg.y, seg.x1 - seg.x0), seg.thick)
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


def _straight(ends: Floats, n: int) -> Floats:
    """(n,) levels from one end to the other: np.linspace, to the bit, in a third of its time."""
    start, stop = ends.tolist()
    y = np.arange(n, dtype=np.float64)
    y *= (stop - start) / max(n - 1, 1)
    y += start
    y[-1] = stop
    return y
