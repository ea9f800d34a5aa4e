"""The order in which a person says the numbers of a page: by rows, or column after column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import numpy as np

from tenfold.results import Box

T = TypeVar("T")

_ON_ROW: Final = 0.5  # share of the lower box's height that must overlap
_GUTTER: Final = 1.5  # heights: a narrower gap parts no columns
_LEAST_ROWS: Final = 3  # fewer, one over the other, are no column
_ALIGNED: Final = 0.75  # share of rows that go through both columns: then it is a table
_LEVEL: Final = 0.45  # heights: so far apart two middles are on one row
_WIDE_GUTTER: Final = 4.0  # heights: and wider than two rows, it parts even level columns
_ROWS_WIDE: Final = 2.0
_LONG: Final = 1.3  # width to height of a number of two digits
_HEADINGS: Final = 2  # rows over the columns


def in_rows(things: Sequence[T], box_of: Callable[[T], Box]) -> list[list[T]]:
    """Things that stand side by side, rows from the top, each from left to right.

    A row may lean: each thing is held against the one before it on the row.

    >>> in_rows([Box(30, 4, 9, 9), Box(0, 0, 9, 9), Box(0, 20, 9, 9)], lambda box: box)[0]
    [Box(x=0, y=0, width=9, height=9), Box(x=30, y=4, width=9, height=9)]
    """
    rows: list[list[T]] = []
    for thing in sorted(things, key=lambda thing: box_of(thing).x):
        box = box_of(thing)
        shares = [_shared(box_of(row[-1]), box) for row in rows]
        best = int(np.argmax(shares)) if shares else -1
        if best >= 0 and shares[best] >= _ON_ROW:
            rows[best].append(thing)
        else:
            rows.append([thing])
    return sorted(rows, key=lambda row: float(np.mean([_middle(box_of(t)) for t in row])))


def _shared(left: Box, right: Box) -> float:
    shared = min(left.bottom, right.bottom) - max(left.y, right.y)
    beside = right.x - left.x >= 0.3 * min(left.width, right.width)
    return shared / max(min(left.height, right.height), 1) if beside else 0.0


def _middle(box: Box) -> float:
    return box.y + box.height / 2


def in_reading_order(things: Sequence[T], box_of: Callable[[T], Box]) -> list[T]:
    """Things row by row, or, where a clear gutter parts them, one column after the other.

    A gutter is clear where nothing crosses it, it is wide, and the rows at its
    sides do not go on across it: rows that do are those of a table, unless the
    gutter is far wider than the rows are apart. Rows over all columns come first.

    >>> left = [Box(0, y, 30, 10) for y in (0, 20, 40)]
    >>> right = [Box(80, y, 30, 10) for y in (9, 29, 49)]
    >>> in_reading_order([*right, *left], lambda box: box) == left + right
    True
    """
    if len(things) < 2 * _LEAST_ROWS:
        return _by_rows(things, box_of)
    height = float(np.median([box_of(thing).height for thing in things]))
    rows = in_rows(things, box_of)
    for n_over in range(min(_HEADINGS, len(rows)) + 1):
        under = [thing for row in rows[n_over:] for thing in row]
        columns = _columns(under, box_of, height)
        if columns is not None:
            over = [thing for row in rows[:n_over] for thing in row]
            left, right = columns
            return [*over, *in_reading_order(left, box_of), *in_reading_order(right, box_of)]
    return [thing for row in rows for thing in row]


def _by_rows(things: Sequence[T], box_of: Callable[[T], Box]) -> list[T]:
    return [thing for row in in_rows(things, box_of) for thing in row]


def _columns(
    things: Sequence[T], box_of: Callable[[T], Box], height: float
) -> tuple[list[T], list[T]] | None:
    """The things on both sides of the widest gutter that is clear."""
    ordered = sorted(things, key=lambda thing: box_of(thing).x)
    reach, gutters = -1, []
    for k, thing in enumerate(ordered):
        box = box_of(thing)
        if k and box.x - reach >= _GUTTER * height:
            gutters.append((box.x - reach, k))
        reach = max(reach, box.right)
    for width, k in sorted(gutters, reverse=True):
        left, right = ordered[:k], ordered[k:]
        if _is_clear([box_of(t) for t in left], [box_of(t) for t in right], width, height):
            return left, right
    return None


def _is_clear(left: list[Box], right: list[Box], width: float, height: float) -> bool:
    sides = [[_around(row) for row in in_rows(side, _same)] for side in (left, right)]
    fewer, more = sorted(sides, key=len)
    if len(fewer) < _LEAST_ROWS:
        return False
    # Apart in height altogether, they are two lines of writing, not two columns.
    if fewer[-1].bottom < more[0].y or fewer[0].y > more[-1].bottom:
        return False
    middles = np.array([_middle(row) for row in more])
    level = [np.abs(middles - _middle(row)).min() <= _LEVEL * height for row in fewer]
    if np.mean(level) < _ALIGNED:
        return True
    pitch = float(np.median(np.diff(middles))) if len(middles) > 1 else height
    numbers = np.mean([box.width >= _LONG * box.height for box in left + right])
    return bool(width >= max(_WIDE_GUTTER * height, _ROWS_WIDE * pitch) and numbers >= 0.5)


def _same(box: Box) -> Box:
    return box


def _around(boxes: list[Box]) -> Box:
    around = boxes[0]
    for box in boxes[1:]:
        around = around.union(box)
    return around
