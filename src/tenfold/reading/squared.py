"""Squared paper: lines that one writes on, not cells that one writes into."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.results import Box

from .grid import Grid
from .pieces import Piece, writing_height

_EVEN: Final = 0.12  # of a square: squared paper is printed, tables are drawn
_PAPER_CELLS: Final = 20
_TALL: Final = 0.5  # heights of the writing: dots and dashes say nothing
_MOSTLY: Final = 0.8  # of a digit that lies in one cell, so far as it spills over a border
_ASTRAY: Final = 0.35  # of the digits: more than this lie across lines by no accident
_FEW: Final = 2


def is_squared_paper(grid: Grid, writing_px: float, shape: tuple[int, ...]) -> bool:
    """Are these lines the paper that one writes on, not the cells that one writes into?

    Squared paper is even, its cells are squares, and either they are smaller
    than the writing, or the lines run on beyond the last crossing to the edges
    of the sheet, where the frame of a table would stand.

    Args:
        grid: from `find_grids`.
        writing_px: height of the writing, 0 where there is none.
        shape: height and width of the ink.
    """
    if grid.is_comb or grid.n_rows * grid.n_columns < _PAPER_CELLS:
        return False
    width, height = grid.cell
    if abs(width / height - 1) > _EVEN or not _is_even(grid):
        return False
    return writing_px > 0.95 * height or _runs_on(grid, shape)


def is_written_across(grid: Grid, pieces: list[Piece]) -> bool:
    """Does the writing pay no heed to the lines? Then they are paper, whatever their form.

    Args:
        grid: from `find_grids`.
        pieces: of the writing, the grid's lines taken off; touching digits are one piece.
    """
    corners = grid.corners()
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
    corners = grid.corners()
    for axis in (0, 1):
        steps = np.diff(corners[..., 1 - axis], axis=axis)
        spread = np.abs(steps / np.median(steps) - 1)
        if np.percentile(spread, 80) > _EVEN:
            return False
    return True


def _runs_on(grid: Grid, shape: tuple[int, ...]) -> bool:
    """On three sides or more the lines pass the last crossing, or leave the picture there."""
    across = [a for a, _ in grid.across]
    down = [a for a, _ in grid.down]
    height, width = shape[:2]
    pitch = max(grid.cell)
    near = 0.1 * pitch
    sides = 0
    for lines, others, length in ((across, down, width), (down, across, height)):
        starts = np.median([line.start for line in lines])
        stops = np.median([line.stop for line in lines])
        sides += bool(others[0].level - starts > near or starts <= near)
        sides += bool(stops - others[-1].level > near or stops >= length - near)
    return sides >= 3
