"""Which drawn lines belong together: those across and those down that meet as in a grid."""

import itertools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .drawn import Drawn

_LOOKED_AT: Final = 12  # of the longest lines, to see whether a grid can be there at all
_MEET_SHORT: Final = 0.15  # of its own length: the same of a short line
_MOST: Final = 0.6  # share of the other family's lines that a line of a grid meets


def side_by_side(lines: list[Drawn], least: float) -> bool:
    """Do two of the lines run beside each other? Without such no grid need be looked for."""
    long = [line for line in lines if len(line.y) >= least]
    return any(
        min(a.stop, b.stop) - max(a.start, b.start) > 0.5 * min(len(a.y), len(b.y))
        for a, b in itertools.combinations(long[:_LOOKED_AT], 2)
    )


def meetings(across: list[Drawn], down: list[Drawn], reach: float) -> NDArray[np.bool_]:
    """(n, m) which lines cross or touch each other, all taken as straight."""
    x0, x1, y0, lean, near_x = (side[:, None] for side in _straight(across, reach))
    top, bottom, x_top, tilt, near_y = _straight(down, reach)
    # y = y0 + lean (x - x0) and x = x_top + tilt (y - top)
    x = (x_top + tilt * (y0 - lean * x0 - top)) / (1 - tilt * lean)
    y = y0 + lean * (x - x0)
    on_across = (x >= x0 - near_x) & (x <= x1 + near_x)
    met: NDArray[np.bool_] = on_across & (y >= top - near_y) & (y <= bottom + near_y)
    return met


def _straight(lines: list[Drawn], reach: float) -> tuple[NDArray[np.float64], ...]:
    """Start, stop, height at the start and lean; and how far beyond its ends a line may meet."""
    start = np.array([line.start for line in lines], float)
    stop = np.array([line.stop for line in lines], float)
    first = np.array([line.y[0] for line in lines])
    lean = (np.array([line.y[-1] for line in lines]) - first) / np.maximum(stop - start, 1)
    near = np.clip(_MEET_SHORT * (stop - start), 3.0, reach)  # a 1 in a box is no side of it
    return start, stop, first, lean, near


def groups(meets: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Lines that meet as those of one grid do: each meets at least two, and most of the others."""
    left = meets.copy()
    while True:
        few_rows = left.sum(axis=1) == 1
        left[few_rows] = False
        few_columns = left.sum(axis=0) == 1
        left[:, few_columns] = False
        if not few_rows.any() and not few_columns.any():
            break
    found = []
    seen: set[int] = set()
    for start in np.flatnonzero(left.any(axis=1)).tolist():
        if start in seen:
            continue
        rows, columns = _linked(left, start)
        seen.update(rows)
        found.append(_regular(left, rows, columns))
    return [(rows, columns) for rows, columns in found if len(rows) > 1 and len(columns) > 1]


def _linked(meets: NDArray[np.bool_], start: int) -> tuple[list[int], list[int]]:
    rows = [start]
    while True:
        columns = np.flatnonzero(meets[rows].any(axis=0)).tolist()
        more = np.flatnonzero(meets[:, columns].any(axis=1)).tolist()
        if more == rows:
            return rows, columns
        rows = more


def _regular(
    meets: NDArray[np.bool_], rows: list[int], columns: list[int]
) -> tuple[list[int], list[int]]:
    """Drops, one after another, the line that meets the smallest share of the others."""
    while len(rows) > 1 and len(columns) > 1:
        inside = meets[np.ix_(rows, columns)]
        by_row, by_column = inside.mean(axis=1), inside.mean(axis=0)
        if min(by_row.min(), by_column.min()) >= _MOST:
            break
        if by_row.min() < by_column.min():
            del rows[int(by_row.argmin())]
        else:
            del columns[int(by_column.argmin())]
    return rows, columns
