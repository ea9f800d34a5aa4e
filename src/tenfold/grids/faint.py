"""Squares and tables printed too faintly to be ink: found by how far their lines run.

A printed line is hardly darker than its paper, but it is so over a great length, and
writing is not: the least contrast along a run tells both apart far below the threshold
of ink. What is left are long thin ridges, and a grid of them is found like any other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.picture import inked

from .drawn import Drawn, Mask
from .grid import Grid, find_grids

Levels = NDArray[np.uint8]

_FEWEST_CELLS: Final = 6  # a table of two rows and three columns; strokes of digits make fewer

_LEAST_SIDE_PX: Final = 320  # smaller pictures hold a number, not a page
_RUN: Final = 0.03  # of the longer side: over so much a line is darker than its paper
_LEAST_RUN_PX: Final = 25
_BESIDE_PX: Final = 5  # so far off a thin line there is paper
_STEP: Final = 5  # levels of contrast between a line and the paper beside it
_LONG: Final = 0.06  # of the longer side: shorter ridges are strokes
_FEWEST: Final = 4  # long ridges each way, or there is no grid to look for


def faint_grids(contrast: Levels) -> list[Grid]:
    """Grids whose lines are thin, long and may be nearly as light as the paper.

    Args:
        contrast: (h, w) uint8, how far each pixel falls short of its paper (`Ink.contrast`).

    >>> paper = np.zeros((400, 400), np.uint8)
    >>> paper[20::60], paper[:, 20::60] = 12, 12       # of 255: no ink finding sees them
    >>> (grid,) = faint_grids(paper)
    >>> grid.n_rows * grid.n_columns >= 36
    True
    """
    if max(contrast.shape) < _LEAST_SIDE_PX:
        return []
    across = _ridges(contrast)
    if across is None:
        return []
    down = _ridges(np.ascontiguousarray(contrast.T))
    if down is None:
        return []
    grids = find_grids(across | down.T)
    return [_thinner(grid) for grid in grids if grid.n_cells >= _FEWEST_CELLS]


def _ridges(contrast: Levels) -> Mask | None:
    """Long thin lines across; None where there are too few."""
    side = max(contrast.shape)
    run = max(_LEAST_RUN_PX, round(_RUN * side))
    whole, there = contrast, _reach_of_lines(contrast, run)
    contrast = np.ascontiguousarray(contrast[there])
    fat = cv2.dilate(contrast, np.ones((3, 1), np.uint8))  # a line that leans is a stair
    along = cv2.morphologyEx(fat, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    framed = cv2.copyMakeBorder(along, _BESIDE_PX, _BESIDE_PX, 0, 0, cv2.BORDER_REPLICATE)
    beside = cv2.max(framed[: -2 * _BESIDE_PX], framed[2 * _BESIDE_PX :])
    ridge = (cv2.subtract(along, beside) >= _STEP).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ridge, connectivity=8)
    long = stats[:, cv2.CC_STAT_WIDTH] >= _LONG * side
    long[0] = False
    if long.sum() < _FEWEST:
        return None
    ridges = np.zeros(whole.shape, bool)
    ridges[there] = long[labels]
    return ridges


def _reach_of_lines(contrast: Levels, run: int) -> tuple[slice, slice]:
    """All that is darker than its paper by a step, and around it what a ridge is told by."""
    rows, columns = inked(contrast >= _STEP)
    beside = _BESIDE_PX + 1
    return (
        slice(max(rows.start - beside, 0), rows.stop + beside),
        slice(max(columns.start - run, 0), columns.stop + run),
    )


def _thinner(grid: Grid) -> Grid:
    """The same with its lines as thick as they are: the ridges were made fatter by 2 px."""
    thin: dict[int, Drawn] = {}

    def line(drawn: Drawn) -> Drawn:
        return thin.setdefault(id(drawn), replace(drawn, thick=max(drawn.thick - 2, 1.0)))

    across = [(line(a), line(b)) for a, b in grid.across]
    down = [(line(a), line(b)) for a, b in grid.down]
    drawn = [line(a) for a in grid.drawn[0]], [line(a) for a in grid.drawn[1]]
    return Grid(across, down, drawn)
