"""Pages that lie askew or on their side: read level, and put back where they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tenfold.picture import (
    Ink,
    Lean,
    Picture,
    Polarity,
    View,
    find_ink,
    flattened,
    page_lean,
    through,
    turned,
    view_of,
)
from tenfold.results import Box, Number, Table

from .layouts import LaidOut

Reads = Callable[[View, Ink], LaidOut]

_LEVEL: Final = 3.0  # degrees: a page that leans less is read as it is, which goes well
_ROWS: Final = 3  # rows of things: with fewer it is no page, and a 6 may be a 9
_ASIDE: Final = 1.1  # of `Lean.upright`: surer that rows are rows, and no columns
_POOR: Final = 0.8  # digits at least this sure, on the average: the page is the right way up
_BETTER: Final = 1.5  # times as many digits, each counted by its confidence


def read_straight(picture: Picture, polarity: Polarity, read: Reads) -> LaidOut:
    """What was read in a picture, boxes in pixels of the picture as a person sees it.

    A sheet on a table is made flat, a leaning page is turned level, and a page
    of several rows that reads poorly is tried on its side and upside down. A
    picture that is none of these is given to `read` as it is.

    Args:
        picture: the whole one, or a region of it.
        polarity: as for `find_ink`.
        read: reads the ink of a view that lies level.
    """
    view = flattened(view_of(picture))
    ink = find_ink(view.picture, polarity)
    if not ink.mask.any():
        return LaidOut([], [])
    lean = page_lean(ink.mask)
    if abs(lean.degrees) > _LEVEL:
        view, ink = turned(view, ink, lean.degrees)
    found = read(view, ink)
    for quarter in _other_ways_up(lean, found.numbers):
        aside, ink_aside = turned(view, ink, quarter)
        tried = read(aside, ink_aside)
        if _worth(tried.numbers) > _BETTER * _worth(found.numbers) + 1:
            return _placed(tried, aside)
    return _placed(found, view)


def _other_ways_up(lean: Lean, numbers: Sequence[Number]) -> tuple[int, ...]:
    """Degrees by which a page that read poorly may lie turned, the likeliest first."""
    sure = [digit.confidence for number in numbers for digit in number.digits]
    if lean.n_rows < _ROWS or (sure and float(np.mean(sure)) >= _POOR):
        return ()
    if lean.upright > _ASIDE:
        return (180,)
    return (90, -90) if lean.upright < 1 / _ASIDE else (90, -90, 180)


def _worth(numbers: Sequence[Number]) -> float:
    """How many digits were read, each counted by its confidence."""
    return sum(digit.confidence for number in numbers for digit in number.digits)


def _placed(found: LaidOut, view: View) -> LaidOut:
    """The same with every place in pixels of the source."""
    if view.is_source:
        return found
    numbers = [_number_placed(number, view) for number in found.numbers]
    return LaidOut(numbers, [_table_placed(table, view) for table in found.tables])


def _number_placed(number: Number, view: View) -> Number:
    digits = tuple(replace(digit, box=_box_placed(digit.box, view)) for digit in number.digits)
    return replace(number, digits=digits, box=_box_placed(number.box, view))


def _box_placed(box: Box, view: View) -> Box:
    return Box(*view.hull(box.x, box.y, box.width, box.height))


def _table_placed(table: Table, view: View) -> Table:
    corners = tuple(
        tuple((round(float(x)), round(float(y))) for x, y in through(view.to_source, np.array(row)))
        for row in table.corners
    )
    cells = tuple(replace(cell, number=_number_placed(cell.number, view)) for cell in table.cells)
    return replace(table, corners=corners, cells=cells)
