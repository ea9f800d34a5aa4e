"""Grids of drawn lines: tables, comb boxes, sudokus; and squared paper, which is none."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.results import Box

from .drawn import Drawn, Mask, bend, drawn_share, lines_across, traced

_SHORT: Final = 0.03  # of the longer side: a grid's lines across are longer
_LOOKED_AT: Final = 12  # of the longest lines, to see whether a grid can be there at all
_MEET: Final = 0.012  # of the longer side: so near an end, lines still meet
_MEET_SHORT: Final = 0.15  # of its own length: the same of a short line
_MOST: Final = 0.6  # share of the other family's lines that a line of a grid meets
_DOUBLE: Final = 0.3  # of the usual distance: nearer lines are one line drawn twice
_SIDE_DRAWN: Final = 0.7  # share of a cell's side on which there is ink
_SIDES_DRAWN: Final = 0.85  # share of all sides that are so drawn
_MOST_INK: Final = 0.5  # share of ink between the lines of a grid
_OPEN: Final = 0.5  # of a cell: lines that go on so far have an open cell at their end
_MANY_LINES: Final = 7  # with fewer, ends that go on are strokes
_BENT: Final = 0.03  # of its length: a line that bends more is a stroke
_LEAST_CELL_PX: Final = 12
_THIN: Final = 4.0  # a cell is so many times wider than its lines
_COMB_BOXES: Final = 3
_BOX_SHAPE: Final = (0.3, 3.0)  # width to height of a comb's box
_EVEN: Final = 0.12  # of a square: squared paper is printed, tables are drawn
_PAPER_CELLS: Final = 20


@dataclass(frozen=True, slots=True)
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
    def is_comb(self) -> bool:
        """One row of boxes, or one column."""
        return min(self.n_rows, self.n_columns) == 1

    @property
    def cell(self) -> tuple[float, float]:
        """Usual width and height of a cell in px."""
        corners = self.corners()
        width = float(np.median(np.diff(corners[..., 0], axis=1)))
        height = float(np.median(np.diff(corners[..., 1], axis=0)))
        return width, height

    def corners(self) -> NDArray[np.float64]:
        """(n_rows + 1, n_columns + 1, 2): where the lines cross, as x, y."""
        points = [[_crossing(y, x) for x in self.down] for y in self.across]
        return np.array(points, float)

    def box(self, row: int, column: int) -> Box:
        """The upright box around a cell."""
        corners = self.corners()[row : row + 2, column : column + 2].reshape(-1, 2)
        return _around(corners)

    def frame(self) -> Box:
        """The upright box around all cells."""
        return _around(self.corners().reshape(-1, 2))

    def place(
        self, x: NDArray[np.intp], y: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Row and column of points; -1, or as many as there are, outside."""
        row = np.sum([0.5 * (a.at(x) + b.at(x)) <= y for a, b in self.across], axis=0) - 1
        column = np.sum([0.5 * (a.at(y) + b.at(y)) <= x for a, b in self.down], axis=0) - 1
        return row, column


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
    down = lines_across(mask.T) if _side_by_side(across, _SHORT * max(mask.shape)) else []
    if len(down) < 2:
        return []
    meets = _meetings(across, down, max(4.0, _MEET * max(mask.shape)))
    grids = []
    for rows, columns in _groups(meets):
        grid = _grid(_traced(mask, across, rows), _traced(mask.T, down, columns))
        if grid is not None and _is_drawn(mask, grid):
            grids.append(grid)
    return sorted(grids, key=lambda grid: -grid.n_rows * grid.n_columns)


def _traced(mask: Mask, lines: list[Drawn], chosen: list[int]) -> list[Drawn]:
    """The chosen lines in the middle of their ink, less those that are bent."""
    exact = [traced(mask, lines[k]) for k in chosen]
    return [line for line in exact if bend(line) <= _BENT * len(line.y) + 0.5 * line.thick]


def _side_by_side(lines: list[Drawn], least: float) -> bool:
    """Do two of the lines run beside each other? Without such no grid need be looked for."""
    long = [line for line in lines if len(line.y) >= least]
    return any(
        min(a.stop, b.stop) - max(a.start, b.start) > 0.5 * min(len(a.y), len(b.y))
        for a, b in itertools.combinations(long[:_LOOKED_AT], 2)
    )


def _meetings(across: list[Drawn], down: list[Drawn], reach: float) -> NDArray[np.bool_]:
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


def _groups(meets: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Lines that meet as those of one grid do: each meets at least two, and most of the others."""
    left = meets.copy()
    while True:
        few_rows = left.sum(axis=1) == 1
        left[few_rows] = False
        few_columns = left.sum(axis=0) == 1
        left[:, few_columns] = False
        if not few_rows.any() and not few_columns.any():
            break
    groups = []
    seen: set[int] = set()
    for start in np.flatnonzero(left.any(axis=1)).tolist():
        if start in seen:
            continue
        rows, columns = _linked(left, start)
        seen.update(rows)
        groups.append(_regular(left, rows, columns))
    return [(rows, columns) for rows, columns in groups if len(rows) > 1 and len(columns) > 1]


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


def _grid(across: list[Drawn], down: list[Drawn]) -> Grid | None:
    if len(across) < 2 or len(down) < 2:
        return None
    middle_x = float(np.median([line.level for line in down]))
    middle_y = float(np.median([line.level for line in across]))
    rows = _pairs(sorted(across, key=lambda line: float(line.at(middle_x))), middle_x)
    columns = _pairs(sorted(down, key=lambda line: float(line.at(middle_y))), middle_y)
    if len(rows) == 2:
        columns = _without_strokes(columns)
    if len(columns) == 2:
        rows = _without_strokes(rows)
    kept = (_of_pairs(rows), _of_pairs(columns))
    if len(rows) + len(columns) >= _MANY_LINES:
        rows, columns = _with_open_ends(rows, columns), _with_open_ends(columns, rows)
    grid = Grid(rows, columns, kept)
    return grid if _is_clear(grid) else None


def _is_drawn(mask: Mask, grid: Grid) -> bool:
    """Is there ink along the sides of nearly all cells, and paper inside them?"""
    frame = grid.frame()
    if mask[max(frame.y, 0) : frame.bottom, max(frame.x, 0) : frame.right].mean() > _MOST_INK:
        return False
    corners = grid.corners()
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


def _pairs(lines: list[Drawn], middle: float) -> list[tuple[Drawn, Drawn]]:
    """Lines drawn twice become one."""
    places = np.array([float(line.at(middle)) for line in lines])
    gaps = np.diff(places)
    if gaps.size == 0:
        return [(line, line) for line in lines]
    thick = np.array([line.thick for line in lines])
    wide = gaps[gaps > np.maximum(3 * (thick[1:] + thick[:-1]) / 2, _LEAST_CELL_PX)]
    usual = float(np.median(wide)) if wide.size else 0.0
    pairs = [(lines[0], lines[0])]
    for gap, line in zip(gaps, lines[1:], strict=True):
        if gap < max(_DOUBLE * usual, _LEAST_CELL_PX):
            pairs[-1] = (pairs[-1][0], line)
        else:
            pairs.append((line, line))
    return pairs


def _of_pairs(pairs: list[tuple[Drawn, Drawn]]) -> list[Drawn]:
    return [line for a, b in pairs for line in ([a] if a is b else [a, b])]


def _without_strokes(lines: list[tuple[Drawn, Drawn]]) -> list[tuple[Drawn, Drawn]]:
    """The sides of a comb's boxes, less the 1 that is as high as its box."""
    made = list(lines)
    while len(made) > 4:
        gaps = np.diff([a.level for a, _ in made])
        usual = float(np.max(gaps))
        both = gaps[1:] + gaps[:-1]
        odd = (np.abs(both / usual - 1) < 0.15) & (gaps[1:] < 0.85 * usual)
        odd &= gaps[:-1] < 0.85 * usual
        if not odd.any():
            break
        del made[int(np.argmax(odd)) + 1]
    return made


def _with_open_ends(
    lines: list[tuple[Drawn, Drawn]], others: list[tuple[Drawn, Drawn]]
) -> list[tuple[Drawn, Drawn]]:
    """The lines, and one more at an end beyond which the others go on for half a cell or more."""
    if len(lines) < 2:
        return lines
    starts = float(np.median([a.start for a, _ in others]))
    stops = float(np.median([a.stop for a, _ in others]))
    first, last = lines[0][0], lines[-1][1]
    pitch = (last.level - first.level) / (len(lines) - 1)
    made = list(lines)
    if first.level - starts > _OPEN * pitch:
        made.insert(0, _parallel(first, starts))
    if stops - last.level > _OPEN * pitch:
        made.append(_parallel(last, stops))
    return made


def _parallel(line: Drawn, level: float) -> tuple[Drawn, Drawn]:
    moved = Drawn(line.start, line.y + (level - line.level), 1.0)
    return moved, moved


def _is_clear(grid: Grid) -> bool:
    """Two by two cells and more, or a comb whose boxes look like boxes for a digit."""
    if grid.n_rows < 1 or grid.n_columns < 1:
        return False
    width, height = grid.cell
    thick = float(np.median([line.thick for family in grid.drawn for line in family]))
    if min(width, height) < max(_LEAST_CELL_PX, _THIN * thick):
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


def _crossing(y: tuple[Drawn, Drawn], x: tuple[Drawn, Drawn]) -> tuple[float, float]:
    """Where a line across and a line down meet, by turns; both are nearly straight."""
    at_x = 0.5 * (x[0].level + x[1].level)
    for _ in range(4):
        at_y = 0.5 * float(y[0].at(at_x) + y[1].at(at_x))
        at_x = 0.5 * float(x[0].at(at_y) + x[1].at(at_y))
    return at_x, at_y


def _around(corners: NDArray[np.float64]) -> Box:
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    return Box(int(left), int(top), int(right - left), int(bottom - top))
