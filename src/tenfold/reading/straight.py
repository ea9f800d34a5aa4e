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
    inked,
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
_FULL: Final = 60  # things on a page with more than enough of them
_ASIDE: Final = 1.1  # of `Lean.upright`: surer that rows are rows, and no columns
_POOR: Final = 0.9  # digits at least this sure, on the average: the page is the right way up
_VERY_POOR: Final = 0.5  # less sure: it may lie on its side, whatever the rows say
_BETTER: Final = 1.5  # times the worth of what is read as the page lies


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
    quarter = _better_way_up(ink, lean, found.numbers, lambda sample: read(view, sample).numbers)
    if quarter:
        aside, ink_aside = turned(view, ink, quarter)
        tried = read(aside, ink_aside)
        if _is_better(tried.numbers, found.numbers):
            return _placed(tried, aside)
    return _placed(found, view)


def _better_way_up(
    ink: Ink, lean: Lean, numbers: Sequence[Number], read: Callable[[Ink], Sequence[Number]]
) -> int:
    """Degrees by which a page lies turned; 0 unless it reads poorly so, and far better otherwise.

    A full page is judged by its middle: it takes less time and says as much.
    """
    sure = [digit.confidence for number in numbers for digit in number.digits]
    mean = float(np.mean(sure)) if sure else 0.0
    if (lean.n_rows < _ROWS and lean.n_things < _FULL) or mean >= _POOR:
        return 0
    if lean.n_things > _FULL:
        ink = _middle(ink)
        numbers = read(ink)
    quarters = (2,) if lean.upright > _ASIDE and mean >= _VERY_POOR else (1, 3, 2)
    tried = [(k, read(_on_its_side(ink, k))) for k in quarters]
    k, best = max(tried, key=lambda pair: _worth(pair[1]))
    return 90 * k if _is_better(best, numbers) else 0


def _middle(ink: Ink) -> Ink:
    """Half of the ink's width and height."""
    rows, columns = inked(ink.mask)
    high, wide = (rows.stop - rows.start) // 4, (columns.stop - columns.start) // 4
    part = (
        slice(rows.start + high, rows.stop - high),
        slice(columns.start + wide, columns.stop - wide),
    )
    return replace(ink, strength=ink.strength[part], mask=ink.mask[part])


def _on_its_side(ink: Ink, k: int) -> Ink:
    strength = np.ascontiguousarray(np.rot90(ink.strength, k))
    return replace(ink, strength=strength, mask=np.ascontiguousarray(np.rot90(ink.mask, k)))


def _is_better(tried: Sequence[Number], found: Sequence[Number]) -> bool:
    return _worth(tried) > _BETTER * _worth(found) + 1


def _worth(numbers: Sequence[Number]) -> float:
    """How many digits were read, each counted by the confidence of its number."""
    return sum(len(number.digits) * number.confidence for number in numbers)


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
