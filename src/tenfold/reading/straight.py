"""Pages that lie askew or on their side: read level, and put back where they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.picture import (
    Ink,
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
Ways = Callable[[Ink, int], NDArray[np.float64]]

_SMALLEST: Final = 80  # px: a picture no larger holds no page, and nothing of it is turned
_LEVEL: Final = 3.0  # degrees: a page that leans less is read as it is, which goes well
_ROWS: Final = 3  # rows of things: with fewer it is no page, and a 6 may be a 9
_FULL: Final = 60  # things on a page with more than enough of them
_POOR: Final = 0.9  # digits at least this sure, on the average: the page is the right way up
_CLEARLY: Final = 6.0  # of `Ways`: so much more probable, and a page is tried another way up
_BETTER: Final = 1.5  # times the worth of what is read as the page lies


def read_straight(picture: Picture, polarity: Polarity, read: Reads, ways: Ways) -> LaidOut:
    """What was read in a picture, boxes in pixels of the picture as a person sees it.

    A sheet on a table is made flat, a leaning page is turned level, and a page
    of several rows is read the way up that its things speak for, and as it lies
    where that reads poorly. A picture that is none of these is given to `read`
    as it is.

    Args:
        picture: the whole one, or a region of it.
        polarity: as for `find_ink`.
        read: reads the ink of a view that lies level.
        ways: how probable a page of so many things is, turned by 0 to 3 quarters
            (`ways_up`).
    """
    view = flattened(view_of(picture))
    ink = find_ink(view.picture, polarity)
    if not ink.mask.any():
        return LaidOut([], [])
    if max(picture.width, picture.height) <= _SMALLEST:
        return _placed(read(view, ink), view)
    lean = page_lean(ink.mask)
    if abs(lean.degrees) > _LEVEL:
        view, ink = turned(view, ink, lean.degrees)
    if lean.n_rows < _ROWS and lean.n_things < _FULL:
        return _placed(read(view, ink), view)
    tried: dict[int, tuple[LaidOut, View]] = {}
    for quarter in _to_be_tried(ways(ink, lean.n_things)):
        lying = turned(view, ink, 90 * quarter) if quarter else (view, ink)
        found = read(*lying)
        tried[quarter] = found, lying[0]
        if _mean(found.numbers) >= _POOR:
            return _placed(*tried[quarter])
    as_it_lies = tried.pop(0)
    other = next(iter(tried.values()), as_it_lies)
    is_better = _is_better(other[0].numbers, as_it_lies[0].numbers)
    return _placed(*(other if is_better else as_it_lies))


def _to_be_tried(logs: NDArray[np.float64]) -> Iterator[int]:
    """The quarters by which a page is turned and read: none, and the likely one, if it is another.

    Lines read along their columns take longest and are worth nothing, so a page on its
    side is turned first. One that seems to lie upside down is not: a 6 may be a 9.
    """
    likely = int(logs.argmax()) if logs.max() > logs[0] + _CLEARLY else 0
    yield from (likely, 0) if likely % 2 else dict.fromkeys((0, likely))


def _mean(numbers: Sequence[Number]) -> float:
    """How sure the digits are on the average."""
    sure = [digit.confidence for number in numbers for digit in number.digits]
    return float(np.mean(sure)) if sure else 0.0


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
