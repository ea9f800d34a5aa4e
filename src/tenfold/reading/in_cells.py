"""The numbers in the cells of a grid: one a cell, or a digit in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tenfold.finding.lines import in_lines
from tenfold.grids.cells import Filled
from tenfold.picture import Ink
from tenfold.results import Cell, Number

from .accepting import less_sure

if TYPE_CHECKING:
    from .layouts import Reads

_ONE_EACH: Final = 0.6  # share of cells with one digit: then all have one
_TWO_LINES: Final = 0.5  # that one number of a cell stands in two lines
_SURE: Final = 0.5  # of a cell's ink being one digit, to be read so


def joined(numbers: Sequence[Number], accept: float) -> Number:
    """Numbers that stand side by side as one, as sure as all of them together."""
    if len(numbers) == 1:
        return numbers[0]
    confidence = float(np.prod([number.confidence for number in numbers]))
    box = numbers[0].box
    for number in numbers[1:]:
        box = box.union(number.box)
    return Number(
        text="".join(number.text for number in numbers),
        confidence=confidence,
        status="accepted" if confidence >= accept else "review",
        box=box,
        digits=tuple(digit for number in numbers for digit in number.digits),
        written="".join(number.written or number.text for number in numbers),
    )


def read_cells(ink: Ink, reads: Reads, filled: list[Filled]) -> list[Cell]:
    """One number for each cell that holds one."""
    lines = [(k, line) for k, cell in enumerate(filled) for line in in_lines(cell.pieces)]
    found: list[list[Number]] = [[] for _ in filled]
    for (k, _), numbers in zip(lines, reads.rows(ink, [line for _, line in lines]), strict=True):
        if numbers:
            found[k].append(joined(numbers, reads.accept))
    read: list[Number | None] = [_of_cell(p, reads.accept) if p else None for p in found]
    if have_one_each([number for number in read if number is not None]):
        odd = [k for k, n in enumerate(read) if n is None or len(n.digits) != 1]
        for k, digit in zip(odd, _whole(ink, reads, [filled[k] for k in odd]), strict=True):
            read[k] = digit or read[k]
    return [
        Cell(cell.row, cell.column, number)
        for cell, number in zip(filled, read, strict=True)
        if number is not None
    ]


def _of_cell(lines: list[Number], accept: float) -> Number:
    """The lines of a cell as one number; two are rather two cells whose border was not found."""
    number = joined(lines, accept)
    return number if len(lines) == 1 else less_sure(number, _TWO_LINES, accept)


def have_one_each(numbers: list[Number]) -> bool:
    """Whether these are the digits of a grid with one in each cell."""
    return bool(numbers and np.mean([len(n.digits) == 1 for n in numbers]) >= _ONE_EACH)


def _whole(ink: Ink, reads: Reads, filled: list[Filled]) -> list[Number | None]:
    """What stands in each cell as one digit, where it is surely one."""
    made: list[Number | None] = []
    for cell in filled:
        digits = reads.digits(ink, [cell.pieces])
        made.append(digits[0] if digits and digits[0].confidence >= _SURE else None)
    return made
