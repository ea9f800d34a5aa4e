"""Squared paper: lines that one writes on, not cells that one writes into."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.finding.pieces import Piece, writing_height
from tenfold.results import Box

from .grid import Grid

Floats = NDArray[np.float64]

_EVEN: Final = 0.12  # of a square: squared paper is printed, tables are drawn
_PAPER_CELLS: Final = 20
_TALL: Final = 0.5  # heights of the writing: dots and dashes say nothing
_MOSTLY: Final = 0.8  # of a digit that lies in one cell, so far as it spills over a border
_ASTRAY: Final = 0.35  # of the digits: more than this lie across lines by no accident
_FEW: Final = 2
_NEAR: Final = 0.1  # of a square: so near the picture's edge a line leaves it
_OVER: Final = 0.05  # of a square: the least by which cut lines go on
_OVER_THICK: Final = 1.5  # of their thickness: the same, for a crossing is no point
_TOGETHER: Final = 0.15  # of how far they go on, or a px: one cut ends them so nearly together
_MOST: Final = 75  # percent of the lines that must; some are broken by ink
_CUT_SIDES: Final = 2
_ON_SIDES: Final = 3  # a part of a table may leave the picture on two


def is_squared_paper(
    grid: Grid, writing_px: float, shape: tuple[int, ...], *, is_faint: bool = False
) -> bool:
    """Are these lines the paper that one writes on, not the cells that one writes into?

    Squared paper is even, its cells are squares, and either they are smaller
    than the writing, or the lines run on beyond the last crossing to the edges
    of the sheet, where the frame of a table would stand. A sheet is cut anywhere
    between two lines, and all of them end there; what a hand draws too long ends
    now here, now there.

    Args:
        grid: from `find_grids`.
        writing_px: height of the writing, 0 where there is none.
        shape: height and width of the ink.
        is_faint: whether the lines are hardly in the ink. Then they are found in parts, and
            two that reach an edge of the picture speak for all.
    """
    if grid.is_comb or grid.n_rows * grid.n_columns < _PAPER_CELLS:
        return False
    printed = grid.without_open_ends()
    width, height = printed.cell
    if abs(width / height - 1) > _EVEN or not _is_even(printed):
        return False
    return writing_px > 0.95 * height or _runs_on(printed, shape, is_faint)


def is_written_across(grid: Grid, pieces: list[Piece]) -> bool:
    """Does the writing pay no heed to the lines? Then they are paper, whatever their form.

    Args:
        grid: from `find_grids`.
        pieces: of the writing, the grid's lines taken off; touching digits are one piece.
    """
    corners = grid.corners
    columns, rows = np.median(corners[..., 0], axis=0), np.median(corners[..., 1], axis=1)
    height = writing_height(pieces)
    inside = [
        (_most_in_one(box.x, box.right, columns), _most_in_one(box.y, box.bottom, rows))
        for box in (piece.box for piece in pieces)
        if box.height >= _TALL * height and _within(box, columns, rows)
    ]
    if len(inside) < _FEW:
        return False
    astray = [min(pair) < _MOSTLY for pair in inside]
    return bool(np.mean(astray) >= _ASTRAY)


def _within(box: Box, columns: NDArray[np.floating], rows: NDArray[np.floating]) -> bool:
    middle = box.x + box.width / 2, box.y + box.height / 2
    return bool(columns[0] < middle[0] < columns[-1] and rows[0] < middle[1] < rows[-1])


def _most_in_one(start: float, stop: float, lines: NDArray[np.floating]) -> float:
    """The largest share of a span that lies between two neighbouring lines."""
    low, high = np.maximum(lines[:-1], start), np.minimum(lines[1:], stop)
    return float(np.maximum(high - low, 0).max() / max(stop - start, 1))


def _is_even(grid: Grid) -> bool:
    """Nearly all cells are as wide and as high as their neighbours."""
    corners = grid.corners
    for axis in (0, 1):
        steps = np.diff(corners[..., 1 - axis], axis=axis)
        spread = np.abs(steps / np.median(steps) - 1)
        if np.percentile(spread, 80) > _EVEN:
            return False
    return True


def _runs_on(grid: Grid, shape: tuple[int, ...], is_faint: bool) -> bool:
    """Are the lines cut off beyond the last crossing on two sides, or do most leave the picture?"""
    pitch = max(grid.cell)
    thick = float(np.median([line.thick for family in grid.drawn for line in family]))
    cut = leaving = 0
    for to_edge, beyond, crossing in _ends(grid, shape):
        is_near = to_edge <= _NEAR * pitch
        if float(np.median(to_edge)) <= _NEAR * pitch or (is_faint and is_near.sum() >= _FEW):
            leaving += 1
        else:
            cut += _is_cut(beyond, pitch, max(thick, crossing))
    return cut >= _CUT_SIDES or cut + leaving >= _ON_SIDES


def _ends(grid: Grid, shape: tuple[int, ...]) -> Iterator[tuple[Floats, Floats, float]]:
    """Of each side's lines: px to the edge of the picture, px beyond the middle of the last line
    that they cross, and how thick that one is: a frame's is thicker, and they end in it.
    """
    corners = grid.corners
    for lines, crossed, places, length in (
        (grid.across, grid.down, corners[..., 0], shape[1]),
        (grid.down, grid.across, corners[..., 1].T, shape[0]),
    ):
        starts = np.array([line.start for line, _ in lines], float)
        stops = np.array([line.stop for line, _ in lines], float)
        yield starts, places[:, 0] - starts, crossed[0][0].thick
        yield length - stops, stops - places[:, -1], crossed[-1][0].thick


def _is_cut(beyond: Floats, pitch: float, thick: float) -> bool:
    """Do all these lines end together, and at no place where a line might have stood?

    Args:
        beyond: (n,) px by which each goes on beyond the last crossing.
        pitch: px between lines.
        thick: of the lines, or of that which they cross last if it is thicker, in px.
    """
    usual = float(np.median(beyond))
    if usual < max(_OVER * pitch, _OVER_THICK * thick):
        return False
    astray = float(np.percentile(np.abs(beyond - usual), _MOST))
    return astray <= max(_TOGETHER * usual, 1) and abs(usual / pitch - 1) > _NEAR
