"""Numbers of a table that run up to a border so closely that their digits may be a neighbour's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Final

from tenfold.finding.pieces import gap_between
from tenfold.results import Box, Cell, Number

from .accepting import less_sure

_NEAR: Final = 0.35  # heights of the digits: as near as those of one number stand
_AS_NEAR: Final = 1.2  # times the gap between a number's own digits: the same
_LEVEL: Final = 0.5  # of the lower one's height that both share: they stand in one row
_DOUBT: Final = 0.5  # that a border parts what is written as one


def doubted(
    cells: Sequence[Cell], beside: Sequence[Number], accept: float
) -> tuple[list[Cell], list[Number]]:
    """The same, numbers that a border alone parts from their neighbours half as sure.

    Somebody who writes 657 over a border means no 65 and 7.

    Args:
        cells: of one table, in whose cells stand numbers, not single digits.
        beside: what was read outside of it.
        accept: numbers at least this sure are accepted.
    """
    close = set(_close([cell.number for cell in cells], beside))

    def now(number: Number) -> Number:
        return less_sure(number, _DOUBT, accept) if id(number) in close else number

    return [replace(cell, number=now(cell.number)) for cell in cells], list(map(now, beside))


def _close(inside: Sequence[Number], beside: Sequence[Number]) -> Iterator[int]:
    """The ids of numbers close to another in a row, both inside or one of them."""
    outside = set(map(id, beside))
    read = [number for number in (*inside, *beside) if number.digits]
    order = sorted(read, key=lambda number: number.box.x)
    nears = [_near(number) for number in order]
    widest = max(nears, default=0.0)
    for k, left in enumerate(order):
        for m, right in enumerate(order[k + 1 :], k + 1):
            if right.box.x > left.box.right + widest:
                break
            if id(left) in outside and id(right) in outside:
                continue
            near = max(nears[k], nears[m])
            if _is_level(left.box, right.box) and gap_between(left.box, right.box) <= near:
                yield from (id(left), id(right))


def _near(number: Number) -> float:
    """So near stand digits of one number in px: of any, or of this."""
    boxes = [digit.box for digit in number.digits]
    gaps = [right.x - left.right for left, right in itertools.pairwise(boxes)]
    usual = _NEAR * median(box.height for box in boxes)
    return max(usual, _AS_NEAR * median(gaps)) if gaps else usual


def _is_level(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.y, other.y)
    return shared >= _LEVEL * min(one.height, other.height)
