"""A grid of as many rows and columns as somebody says, with drawn lines or without."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.finding.pieces import find_pieces, of_writing
from tenfold.finding.ruled import without_rules

from .drawn import Drawn, Mask
from .grid import Grid

Pair = tuple[Drawn, Drawn]

_NEAR: Final = 0.25  # of a cell: so near where it should be, a drawn line is taken
_MARGINS: Final = np.linspace(0, 0.45, 10)  # of a cell, before the first writing and after the last
_CLEAR: Final = 0.3  # of a cell: farther from the ink, a border is no clearer


def forced_grid(mask: Mask, grids: list[Grid], rows: int | None, cols: int | None) -> Grid | None:
    """The grid with these many rows and columns; None where there is no writing.

    Drawn lines are taken where they fit; where some are missing, or there are
    none, cells of one size are laid so that their borders keep clear of the ink.

    Args:
        mask: the ink.
        grids: as drawn, from `find_grids`.
        rows: how many; None for as many as are drawn, or one.
        cols: the same of its columns.
    """
    drawn = grids[0] if grids else None
    if drawn is not None:
        n_rows, n_columns = rows or drawn.n_rows, cols or drawn.n_columns
        across = _fitted(drawn.across, n_rows)
        down = _fitted(drawn.down, n_columns)
        return Grid(across, down, drawn.drawn)
    clean = without_rules(mask, 0.25 * min(mask.shape))
    pieces = of_writing(find_pieces(clean), mask.shape)
    if not pieces:
        return None
    boxes = [piece.box for piece in pieces]
    spans_x = np.array([(box.x, box.right) for box in boxes], float)
    spans_y = np.array([(box.y, box.bottom) for box in boxes], float)
    height, width = mask.shape
    return Grid(
        [_straight(level, width) for level in _borders(spans_y, rows or 1)],
        [_straight(level, height) for level in _borders(spans_x, cols or 1)],
        ([], []),
    )


def _straight(level: float, length: int) -> Pair:
    line = Drawn(0, np.full(length, level), 1.0)
    return line, line


def _fitted(pairs: list[Pair], n_cells: int) -> list[Pair]:
    """As many lines as asked for, from the first to the last; missing ones are put between."""
    if len(pairs) == n_cells + 1:
        return pairs
    first, last = pairs[0][1], pairs[-1][0]
    fitted = [pairs[0]]
    for k in range(1, n_cells):
        share = k / n_cells
        level = first.level + share * (last.level - first.level)
        near = min(pairs[1:-1], key=lambda pair: abs(pair[0].level - level), default=None)
        reach = _NEAR * (last.level - first.level) / n_cells
        if near is not None and abs(near[0].level - level) <= reach:
            fitted.append(near)
            continue
        y = (1 - share) * first.y + share * last.at(np.arange(first.start, first.stop))
        between = Drawn(first.start, y, 1.0)
        fitted.append((between, between))
    return [*fitted, pairs[-1]]


def _borders(spans: NDArray[np.float64], n_cells: int) -> list[float]:
    """Borders of n cells: places at equal distances, those within as far from the ink as can be.

    Args:
        spans: (m, 2) where each piece of ink begins and ends.
        n_cells: how many cells; the first and the last hold some ink.
    """
    start, stop = float(spans[:, 0].min()), float(spans[:, 1].max())
    if n_cells == 1:
        return [start - 1, stop + 1]
    best, most = (0.0, 0.0), -np.inf
    for before in _MARGINS:
        for after in _MARGINS:
            score = _clearance(spans, start, stop, n_cells, before, after)
            if score > most:
                best, most = (before, after), score
    return [float(place) for place in _laid(start, stop, n_cells, *best)]


def _laid(
    start: float, stop: float, n_cells: int, before: float, after: float
) -> NDArray[np.float64]:
    step = (stop - start) / (n_cells - before - after)
    return np.asarray(start - before * step + step * np.arange(n_cells + 1), np.float64)


def _clearance(
    spans: NDArray[np.float64], start: float, stop: float, n_cells: int, before: float, after: float
) -> float:
    """How far the inner borders keep from the ink, in cells; negative where they cut it."""
    places = _laid(start, stop, n_cells, before, after)
    step = places[1] - places[0]
    inner = places[1:-1, None]
    outside = np.maximum(spans[:, 0] - inner, inner - spans[:, 1])
    clear = np.clip(outside.min(axis=1) / step, -_CLEAR, _CLEAR)
    filled = np.histogram(spans.mean(axis=1), places)[0] > 0
    # With ink at both ends of equal margins, of two equal ways the even one is meant.
    return float(clear.sum() + 0.5 * filled.sum() - 0.1 * abs(before - after))
