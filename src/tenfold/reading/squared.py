"""Squared paper: lines that one writes on, not cells that one writes into."""

from typing import Final

import numpy as np

from .grid import Grid

_EVEN: Final = 0.12  # of a square: squared paper is printed, tables are drawn
_PAPER_CELLS: Final = 20


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
