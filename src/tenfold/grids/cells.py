"""Which ink stands in which cell: borders taken off, what spills over given to its own cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.finding.pieces import Piece, find_pieces, writing_height
from tenfold.results import Box

from .drawn import Drawn, Mask, band, inked_share, taken_off
from .grid import Grid

_OWN: Final = 0.75  # share of a piece in one cell: the rest has spilled over
_ONE_WIDE: Final = 1.0  # of the writing's height: a piece no wider and
_ONE_HIGH: Final = 1.5  # no higher than this is one digit, on whatever border it stands
_DIRT: Final = 0.2  # of the writing's height
_TALL: Final = 0.4  # of the writing's height: a cell with nothing so high is empty
_CRUMB: Final = 0.7  # share of a piece that clings to a line
_CLINGS: Final = 2.0  # px beside a line
_DARKER: Final = 1.7  # times the contrast of a printed line around it: it is the pen's
_INKED: Final = 0.15  # of a printed line, where nothing is written: with less ink it is paper
_FARTHEST_PX: Final = 255  # that OpenCV looks to both sides for a median


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in one cell.

    Attributes:
        row, column: from 0, at the top left.
        pieces: its ink, from left to right.
    """

    row: int
    column: int
    pieces: list[Piece]


def without_lines(mask: Mask, grids: list[Grid]) -> Mask:
    """The ink less the lines of these grids, and less the crumbs that were left of them.

    A line that is hardly in the ink takes nothing with it: it would be strokes that run there.
    """
    return _without_lines(mask, grids).left


class Off(NamedTuple):
    """Ink that lines were taken off.

    Attributes:
        left: (h, w) bool, what is left of it.
        clung: (h, w) bool, what lay beside the lines and went with them: crumbs of theirs, and
            what is left of a digit that stood on one.
    """

    left: Mask
    clung: Mask


def _without_lines(mask: Mask, grids: list[Grid]) -> Off:
    across = _inked(mask, [line for grid in grids for line in grid.drawn[0]])
    down = _inked(mask.T, [line for grid in grids for line in grid.drawn[1]])
    left = taken_off(mask, across, down)
    beside = left & ~taken_off(left, _fatter(across), _fatter(down))
    clean = left.copy()
    for piece in find_pieces(left):
        place = np.s_[piece.box.y : piece.box.bottom, piece.box.x : piece.box.right]
        if np.count_nonzero(beside[place] & piece.mask) > _CRUMB * piece.area:
            clean[place] &= ~piece.mask
    return Off(clean, left & ~clean)


def is_faint(mask: Mask, grid: Grid) -> bool:
    """Whether a grid is hardly in the ink; then it was found by its print, and in parts."""
    across, down = grid.drawn
    n_inked = len(_inked(mask, across)) + len(_inked(mask.T, down))
    return 2 * n_inked < len(across) + len(down)


def _inked(mask: Mask, lines: list[Drawn]) -> list[Drawn]:
    """Those of some lines across that are ink themselves."""
    return [line for line in lines if inked_share(mask, line) >= _INKED]


def without_paper(mask: Mask, contrast: NDArray[np.uint8], grids: list[Grid]) -> Off:
    """The ink less what these grids printed; a stroke far darker than their lines stays whole.

    Args:
        mask: the ink.
        contrast: of every pixel to its paper (`Ink.contrast`).
        grids: squared paper, or what else is no more than printed.
    """
    darker = np.zeros_like(mask)
    for grid in grids:
        reach = int(min(max(grid.cell), _FARTHEST_PX)) // 2 * 2 + 1
        for line in grid.drawn[0]:
            _mark_darker(darker, contrast, line, reach)
        for line in grid.drawn[1]:
            _mark_darker(darker.T, contrast.T, line, reach)
    left, clung = _without_lines(mask, grids)
    return Off(left | (mask & darker), clung & ~darker)


def _mark_darker(darker: Mask, contrast: NDArray[np.uint8], line: Drawn, reach: int) -> None:
    """Marks where a line's band is darker than the line is for some way to both sides."""
    columns, rows = band(contrast.shape, line)
    seen = contrast[rows, columns]
    level = cv2.medianBlur(seen.max(axis=1, keepdims=True), reach)
    darker[rows, columns] |= seen > _DARKER * level


def filled_cells(left: Mask, grid: Grid) -> tuple[list[Filled], Mask]:
    """The cells in which something is written, row by row, and the ink outside the grid.

    A piece belongs to the cell that holds most of it; one that lies in two cells in
    good parts and is larger than a digit is two that touch, and is parted at the border.

    Args:
        left: the ink without the grid's lines.
        grid: whose cells are filled.
    """
    parts: dict[tuple[int, int], list[Piece]] = {}
    rest = left.copy()
    inner = np.zeros_like(left)
    frame = grid.frame()
    view = np.s_[max(frame.y, 0) : frame.bottom, max(frame.x, 0) : frame.right]
    inner[view] = left[view]
    touched = [p for p in find_pieces(left) if inner[_place(p.box)].any()]
    usual = writing_height(touched)
    for piece in touched:
        for cell, part in _shared_out(piece, grid, usual):
            if cell is None:
                continue
            parts.setdefault(cell, []).append(part)
            rest[_place(part.box)] &= ~part.mask
    height = writing_height([piece for pieces in parts.values() for piece in pieces])
    cells = []
    for (row, column), pieces in sorted(parts.items()):
        kept = [p for p in pieces if max(p.box.height, p.box.width) >= _DIRT * height]
        if any(p.box.height >= _TALL * height for p in kept):
            cells.append(Filled(row, column, sorted(kept, key=lambda p: p.middle)))
    return cells, rest


def _shared_out(
    piece: Piece, grid: Grid, height: float
) -> list[tuple[tuple[int, int] | None, Piece]]:
    """A piece, or its parts, each with its cell; None for what lies outside.

    Args:
        piece: with some ink inside the grid.
        grid: whose cells are filled.
        height: of the writing.
    """
    y, x = np.nonzero(piece.mask)
    row, column = grid.place(x + piece.box.x, y + piece.box.y)
    inside = (row >= 0) & (row < grid.n_rows) & (column >= 0) & (column < grid.n_columns)
    key = np.where(inside, row * grid.n_columns + column, -1)
    keys, counts = np.unique(key, return_counts=True)
    is_one = piece.box.width <= _ONE_WIDE * height and piece.box.height <= _ONE_HIGH * height
    if is_one or counts.max() >= _OWN * piece.area:
        return [(_cell(int(keys[counts.argmax()]), grid), piece)]
    # Small parts go with the largest: a tail that spilled over.
    large = keys[counts >= (1 - _OWN) * piece.area]
    if large.size == 0:
        large = keys[[counts.argmax()]]
    home = np.where(np.isin(key, large), key, keys[counts.argmax()])
    return [(_cell(int(k), grid), _part(piece, y[home == k], x[home == k])) for k in large]


def _cell(key: int, grid: Grid) -> tuple[int, int] | None:
    return divmod(key, grid.n_columns) if key >= 0 else None


def _part(piece: Piece, y: NDArray[np.intp], x: NDArray[np.intp]) -> Piece:
    top, left = int(y.min()), int(x.min())
    mask = np.zeros((int(y.max()) - top + 1, int(x.max()) - left + 1), bool)
    mask[y - top, x - left] = True
    box = Box(piece.box.x + left, piece.box.y + top, mask.shape[1], mask.shape[0])
    return Piece(box, mask, int(y.size))


def _fatter(lines: list[Drawn]) -> list[Drawn]:
    return [replace(line, thick=line.thick + 2 * _CLINGS) for line in lines]


def _place(box: Box) -> tuple[slice, slice]:
    return np.s_[max(box.y, 0) : box.bottom, max(box.x, 0) : box.right]
