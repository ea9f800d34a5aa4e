"""Drawn lines as they run, column by column; and the ink without them.

Only lines across are spoken of; lines down are those of the transposed ink.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_ALIKE: Final = 0.4  # of the width: a stroke that passes a line is as wide above as below


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
    half = window // 2
    padded = np.concatenate([offset[:1].repeat(half), offset, offset[-1:].repeat(half)])
    around = np.lib.stride_tricks.sliding_window_view(padded, window)
    medians = np.partition(around, half, axis=1)[:, half]  # half the time of np.median
    return np.asarray(rough + medians, np.float64)


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


def inked_share(mask: Mask, line: Drawn) -> float:
    """Share of a line that is ink, in [0, 1], as far as no ink lies above or below it.

    >>> ink = np.zeros((60, 200), bool)
    >>> ink[40, 5:105] = True             # half of a line
    >>> ink[20:50, 150:160] = True        # a stroke that crosses it
    >>> round(inked_share(ink, Drawn(5, np.full(190, 40.0), 1.0)), 2)
    0.54
    """
    columns, rows = band(mask.shape, line)
    around = np.column_stack([rows[:, :1] - 1, rows[:, -1:] + 1])
    there = (around >= 0) & (around < mask.shape[0])  # beyond the picture's edge nothing lies
    free = ~(mask[np.clip(around, 0, mask.shape[0] - 1), columns] & there).any(axis=1)
    return float(mask[rows[free], columns[free]].any(axis=1).mean()) if free.any() else 0.0


def taken_off(mask: Mask, across: list[Drawn], down: list[Drawn]) -> Mask:
    """The ink less these lines; strokes that cross a line are left whole.

    Args:
        mask: (h, w) bool.
        across: lines of the ink.
        down: lines of the transposed ink.

    >>> ink = np.zeros((60, 200), bool)
    >>> ink[40:42, 5:195] = True          # a line
    >>> ink[20:50, 100:104] = True        # a 1 that crosses it
    >>> left = taken_off(ink, [Drawn(5, np.full(190, 40.5), 2.0)], [])
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


def band(shape: tuple[int, ...], line: Drawn) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Columns (n, 1) and rows (n, k) of the pixels that a line covers."""
    columns = np.arange(max(line.start - 2, 0), min(line.stop + 2, shape[1]))
    half = _half(line)
    middle = np.round(line.at(columns)).astype(np.intp)
    rows = np.clip(middle[:, None] + np.arange(-half, half + 1), 0, shape[0] - 1)
    return columns[:, None], rows


def _cover(field: Mask, line: Drawn) -> None:
    columns, rows = band(field.shape, line)
    field[rows, columns] = True


def _bridge(bridges: Mask, left: Mask, line: Drawn) -> None:
    """Marks where a stroke passes a line: between a run of ink right above and one right below."""
    columns, rows = band(left.shape, line)
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
