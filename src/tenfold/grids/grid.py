"""Grids of drawn lines: tables, comb boxes, sudokus."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.results import Box

from .borders import LEAST_CELL_PX, of_pairs, pairs, with_open_ends, without_strokes
from .chains import lines_across
from .drawn import Drawn, Mask, bend, drawn_share, traced
from .lattice import groups, meetings, side_by_side

Places = NDArray[np.intp] | NDArray[np.float64]

_SHORT: Final = 0.03  # of the longer side: a grid's lines across are longer
_MEET: Final = 0.012  # of the longer side: so near an end, lines still meet
_SIDE_DRAWN: Final = 0.7  # share of a cell's side on which there is ink
_SIDES_DRAWN: Final = 0.85  # share of all sides that are so drawn
_MOST_INK: Final = 0.5  # share of ink between the lines of a grid
_MANY_LINES: Final = 7  # with fewer, ends that go on are strokes
_FEWEST_LINES: Final = 6  # two by two cells have six, and so has a comb of three boxes
_BENT: Final = 0.03  # of its length: a line that bends more is a stroke
_THIN: Final = 4.0  # a cell is so many times wider than its lines
_COMB_BOXES: Final = 3
_BOX_SHAPE: Final = (0.3, 3.0)  # width to height of a comb's box


@dataclass(frozen=True)
class Grid:
    """Rows and columns between lines that may lean and bend.

    Attributes:
        across: its lines from top to bottom, one more than it has rows; a line
            drawn twice is a pair (upper, lower), any other twice the same.
        down: the same from left to right, as lines of the transposed ink.
        drawn: all its lines, (across, down), each once.
    """

    across: list[tuple[Drawn, Drawn]]
    down: list[tuple[Drawn, Drawn]]
    drawn: tuple[list[Drawn], list[Drawn]]

    @property
    def n_rows(self) -> int:
        """How many rows."""
        return len(self.across) - 1

    @property
    def n_columns(self) -> int:
        """How many columns."""
        return len(self.down) - 1

    @property
    def n_cells(self) -> int:
        """How many cells, in view or not."""
        return self.n_rows * self.n_columns

    @property
    def is_comb(self) -> bool:
        """One row of boxes, or one column."""
        return min(self.n_rows, self.n_columns) == 1

    @property
    def cell(self) -> tuple[float, float]:
        """Usual width and height of a cell in px."""
        corners = self.corners
        width = float(np.median(np.diff(corners[..., 0], axis=1)))
        height = float(np.median(np.diff(corners[..., 1], axis=0)))
        return width, height

    @cached_property
    def corners(self) -> NDArray[np.float64]:
        """(n_rows + 1, n_columns + 1, 2): where the lines cross, as x, y."""
        return _crossings(self.across, self.down)

    def box(self, row: int, column: int) -> Box:
        """The upright box around a cell."""
        corners = self.corners[row : row + 2, column : column + 2].reshape(-1, 2)
        return _around(corners)

    def frame(self) -> Box:
        """The upright box around all cells."""
        return _around(self.corners.reshape(-1, 2))

    def without_open_ends(self) -> Grid:
        """The same between its outermost drawn lines."""
        across = [pair for pair in self.across if pair[0] in self.drawn[0]]
        down = [pair for pair in self.down if pair[0] in self.drawn[1]]
        return Grid(across, down, self.drawn)

    def place(self, x: Places, y: Places) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Row and column of points; -1, or as many as there are, outside."""
        row = np.sum([0.5 * (a.at(x) + b.at(x)) <= y for a, b in self.across], axis=0) - 1
        column = np.sum([0.5 * (a.at(y) + b.at(y)) <= x for a, b in self.down], axis=0) - 1
        return row, column

    def row_at(self, x: Places, y: Places) -> NDArray[np.intp]:
        """Row of points; -1 above and below all rows."""
        row, _ = self.place(x, y)
        return np.where(row < self.n_rows, row, -1)


def find_grids(mask: Mask) -> list[Grid]:
    """Every grid of drawn lines in the ink, the one with most cells first.

    A grid has at least two rows and two columns of cells, or is a comb of at
    least three boxes. Its lines may be broken, lean and bend, and be doubled.

    >>> ink = np.zeros((200, 300), bool)
    >>> for k in range(4):
    ...     ink[20 + 50 * k : 22 + 50 * k, 20:272] = True
    ...     ink[20:172, 20 + 83 * k : 22 + 83 * k] = True
    >>> (grid,) = find_grids(ink)
    >>> grid.n_rows, grid.n_columns, grid.box(1, 2).to_list()
    (3, 3, [186, 70, 84, 51])
    """
    across = lines_across(mask)
    down = lines_across(mask.T) if side_by_side(across, _SHORT * max(mask.shape)) else []
    if len(down) < 2 or len(across) + len(down) < _FEWEST_LINES:
        return []
    meets = meetings(across, down, max(4.0, _MEET * max(mask.shape)))
    if np.count_nonzero(meets) < _FEWEST_LINES:  # each of a grid's lines meets two
        return []
    grids = []
    for rows, columns in groups(meets):
        if len(rows) + len(columns) < _FEWEST_LINES:
            continue
        grid = _grid(_traced(mask, across, rows), _traced(mask.T, down, columns))
        if grid is not None and _is_drawn(mask, grid):
            grids.append(grid)
    return sorted(grids, key=lambda grid: -grid.n_cells)


def _traced(mask: Mask, lines: list[Drawn], chosen: list[int]) -> list[Drawn]:
    """The chosen lines in the middle of their ink, less those that are bent."""
    exact = [traced(mask, lines[k]) for k in chosen]
    return [line for line in exact if bend(line) <= _BENT * len(line.y) + 0.5 * line.thick]


def _grid(across: list[Drawn], down: list[Drawn]) -> Grid | None:
    if len(across) < 2 or len(down) < 2:
        return None
    middle_x = float(np.median([line.level for line in down]))
    middle_y = float(np.median([line.level for line in across]))
    rows = pairs(sorted(across, key=lambda line: float(line.at(middle_x))), middle_x)
    columns = pairs(sorted(down, key=lambda line: float(line.at(middle_y))), middle_y)
    if len(rows) == 2:
        columns = without_strokes(columns)
    if len(columns) == 2:
        rows = without_strokes(rows)
    kept = (of_pairs(rows), of_pairs(columns))
    if len(rows) + len(columns) >= _MANY_LINES:
        rows, columns = with_open_ends(rows, columns), with_open_ends(columns, rows)
    grid = Grid(rows, columns, kept)
    return grid if _is_clear(grid) else None


def _is_drawn(mask: Mask, grid: Grid) -> bool:
    """Is there ink along the sides of nearly all cells, and paper inside them?"""
    frame = grid.frame()
    if mask[max(frame.y, 0) : frame.bottom, max(frame.x, 0) : frame.right].mean() > _MOST_INK:
        return False
    corners = grid.corners
    shares = []
    for k, (line, _) in enumerate(grid.across):
        if line in grid.drawn[0]:
            shares += [
                drawn_share(mask, line, a, b) for a, b in itertools.pairwise(corners[k, :, 0])
            ]
    for k, (line, _) in enumerate(grid.down):
        if line in grid.drawn[1]:
            shares += [
                drawn_share(mask.T, line, a, b) for a, b in itertools.pairwise(corners[:, k, 1])
            ]
    return float(np.mean(np.array(shares) >= _SIDE_DRAWN)) >= _SIDES_DRAWN


def _is_clear(grid: Grid) -> bool:
    """Two by two cells and more, or a comb whose boxes look like boxes for a digit."""
    if grid.n_rows < 1 or grid.n_columns < 1:
        return False
    width, height = grid.cell
    thick = float(np.median([line.thick for family in grid.drawn for line in family]))
    if min(width, height) < max(LEAST_CELL_PX, _THIN * thick):
        return False
    if not grid.is_comb:
        return True
    if grid.n_columns == 1:
        width, height = height, width
    even = np.diff([a.level for a, _ in (grid.down if grid.n_rows == 1 else grid.across)])
    return (
        max(grid.n_rows, grid.n_columns) >= _COMB_BOXES
        and _BOX_SHAPE[0] <= width / height <= _BOX_SHAPE[1]
        and float(even.max()) <= 2.5 * float(even.min())
    )


def _crossings(
    across: list[tuple[Drawn, Drawn]], down: list[tuple[Drawn, Drawn]]
) -> NDArray[np.float64]:
    """Where each line across and each line down meet, by turns; all are nearly straight."""
    x = np.tile([0.5 * (a.level + b.level) for a, b in down], (len(across), 1))
    y = np.empty_like(x)
    for _ in range(4):
        for row, (a, b) in enumerate(across):
            y[row] = 0.5 * (a.at(x[row]) + b.at(x[row]))
        for column, (a, b) in enumerate(down):
            x[:, column] = 0.5 * (a.at(y[:, column]) + b.at(y[:, column]))
    return np.stack([x, y], axis=-1)


def _around(corners: NDArray[np.float64]) -> Box:
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    return Box(int(left), int(top), int(right - left), int(bottom - top))
