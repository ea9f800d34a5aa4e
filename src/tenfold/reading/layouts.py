"""How the numbers of a picture lie: one digit, one number, lines of a page, the cells of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol, get_args

import numpy as np

from tenfold.errors import ConfigError
from tenfold.finding.order import in_reading_order, in_rows
from tenfold.finding.pieces import Mask, Piece, find_pieces, of_writing, writing_height
from tenfold.finding.plain import plain
from tenfold.finding.single import all_writing
from tenfold.grids.cells import filled_cells, is_faint, without_lines, without_paper
from tenfold.grids.faint import faint_grids
from tenfold.grids.grid import Grid, find_grids
from tenfold.grids.sheet import forced_grid
from tenfold.grids.squared import is_squared_paper, is_written_across
from tenfold.picture import Ink
from tenfold.results import Box, Number, Table

from .borders import doubted
from .in_cells import have_one_each, joined, read_cells

Layout = Literal["auto", "digit", "number", "page", "grid"]
LAYOUTS: Final[tuple[Layout, ...]] = get_args(Layout)

_MANY_CELLS: Final = 20  # drawn ones: a faint grid beside them need not be looked for


class Reads(Protocol):
    """What a layout asks of the reader about one picture; pieces are on the work grid.

    Attributes:
        size: width and height of the picture.
        accept: numbers at least this sure are accepted.
    """

    size: tuple[int, int]
    accept: float

    def page(self, ink: Ink) -> list[Number]:
        """The numbers of all writing, line by line."""

    def rows(self, ink: Ink, rows: list[list[Piece]]) -> list[list[Number]]:
        """The numbers of each row of pieces; no row may be empty."""

    def digits(self, ink: Ink, glyphs: list[list[Piece]]) -> list[Number]:
        """A number of one digit for each group of pieces that is one whole digit."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What was read: all numbers in reading order, and the tables they stand in."""

    numbers: list[Number]
    tables: list[Table]


def check_layout(layout: Layout, rows: int | None, cols: int | None) -> None:
    """Refuses a layout that is none, and numbers of rows or columns that cannot be.

    Raises:
        ConfigError: says what was wrong.
    """
    if layout not in LAYOUTS:
        raise ConfigError("layout", "unknown", came=repr(layout), todo=f"Take {_listed(LAYOUTS)}")
    for name, count in (("rows", rows), ("cols", cols)):
        if count is None:
            continue
        if layout not in ("auto", "grid"):
            raise ConfigError(
                name, "belongs to a grid", came=f"layout {layout!r}", todo="Leave one of both out"
            )
        if not 1 <= count <= MAX_LINES:
            raise ConfigError(name, f"must be from 1 to {MAX_LINES}", came=str(count))


MAX_LINES: Final = 200
"""Rows or columns that may be asked for."""


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + f" or {words[-1]}"


def read_layout(
    ink: Ink, reads: Reads, layout: Layout, rows: int | None = None, cols: int | None = None
) -> LaidOut:
    """The numbers of a picture, read as this layout asks.

    Args:
        ink: of the picture; there is some.
        reads: the reader.
        layout: `auto` takes a grid where one is drawn clearly, else a page.
        rows: of the grid; found where None.
        cols: the same of its columns.
    """
    ink = plain(ink)
    if layout == "digit":
        return LaidOut(reads.digits(ink, [all_writing(ink.mask)]), [])
    grids = _grids(ink)
    if rows is not None or cols is not None:
        grid = forced_grid(ink.mask, grids, rows, cols)
        return _with_cells(ink, reads, [grid] if grid is not None else [])
    cells, paper = _parted(ink.mask, grids, layout)
    if paper:
        left, clung = without_paper(ink.mask, ink.contrast, paper)
        largest = max(paper, key=lambda grid: grid.cell[0])
        squares = largest.cell[0]
        ink = replace(ink, mask=left, squares=squares, row_at=largest.row_at, clung=clung)
    read = _with_cells(ink, reads, cells)
    if layout == "number":
        return LaidOut(_one_number(read.numbers, reads.accept), read.tables)
    return read


def _grids(ink: Ink) -> list[Grid]:
    """The grids of drawn lines; a printed one where more cells are printed than are drawn."""
    drawn = find_grids(ink.mask)
    if _n_cells(drawn) >= _MANY_CELLS:
        return drawn
    printed = faint_grids(ink.contrast)
    return printed if _n_cells(printed) > _n_cells(drawn) else drawn


def _n_cells(grids: Sequence[Grid]) -> int:
    return sum(grid.n_cells for grid in grids)


def _parted(mask: Mask, grids: list[Grid], layout: Layout) -> tuple[list[Grid], list[Grid]]:
    """The grids whose cells are read, and those whose lines are only taken off."""
    paper = [grid for grid in grids if _is_paper(mask, grid)]
    if layout == "grid" and len(paper) == len(grids):
        paper = []  # somebody who asks for a grid means the lines that are there
    elif layout == "number":
        paper = [grid for grid in grids if not grid.is_comb]
    elif layout == "page":
        paper = grids
    return [grid for grid in grids if grid not in paper], paper


def _is_paper(mask: Mask, grid: Grid) -> bool:
    pieces = of_writing(find_pieces(without_lines(mask, [grid])), mask.shape)
    height, faint = writing_height(pieces), is_faint(mask, grid)
    squared = is_squared_paper(grid, height, mask.shape, is_faint=faint)
    return squared or is_written_across(grid, pieces)


def _one_number(numbers: list[Number], accept: float) -> list[Number]:
    """All digits of the line with most digits, as one number."""
    rows = in_rows(numbers, _box)
    longest = max(rows, key=lambda row: sum(len(n.digits) for n in row), default=[])
    return [joined(longest, accept)] if longest else []


def _with_cells(ink: Ink, reads: Reads, grids: list[Grid]) -> LaidOut:
    """What stands in the cells of these grids, and beside them, in one order."""
    left = without_lines(ink.mask, grids) if grids else ink.mask
    blocks: list[tuple[Box, list[Number]]] = []
    tables = []
    read = []
    for grid in grids:
        filled, left = filled_cells(left, grid)
        read.append(read_cells(ink, reads, filled))
    beside = reads.page(replace(ink, mask=left)) if left.any() else []
    for grid, cells in zip(grids, read, strict=True):
        if not (grid.is_comb or have_one_each([cell.number for cell in cells])):
            cells, beside = doubted(cells, beside, reads.accept)
        corners = _on_picture(grid, ink.scale, reads.size)
        tables.append(Table(corners, tuple(cells)))
        numbers = [cell.number for cell in cells]
        if grid.n_rows == 1 and numbers:
            numbers = [joined(numbers, reads.accept)]
        blocks.append((_frame(corners), numbers))
    blocks += [(number.box, [number]) for number in beside]
    ordered = in_reading_order(blocks, lambda block: block[0])
    return LaidOut([number for _, numbers in ordered for number in numbers], tables)


def _box(number: Number) -> Box:
    return number.box


def _on_picture(
    grid: Grid, scale: float, size: tuple[int, int]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The corners of a grid's cells in px of the picture."""
    points = np.clip(np.round(grid.corners / scale), 0, np.array(size) - 1).astype(int)
    return tuple(tuple((int(x), int(y)) for x, y in row) for row in points)


def _frame(corners: tuple[tuple[tuple[int, int], ...], ...]) -> Box:
    points = np.array(corners).reshape(-1, 2)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Box(int(left), int(top), int(right - left), int(bottom - top))
