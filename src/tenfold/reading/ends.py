"""Numbers on squared paper that may go on beyond what was read of them.

A digit that stands on a printed line goes with the line. What is left of its number is sharp and
certain, and wrong; but beside its end some ink clung to the line that no line leaves there.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.results import Number

from .accepting import less_sure

Mask = NDArray[np.bool_]

_REACH: Final = 0.6  # heights of the digits: what stands so near an end belongs to the number
_HIGH: Final = 0.25  # of the number's height: crumbs of lines are lower
_DOUBT: Final = 0.5  # that the number ends where it was read to end


def cut_short(numbers: Sequence[Number], clung: Mask, scale: float, accept: float) -> list[Number]:
    """The same numbers, half as sure where a digit may have gone with a line.

    Args:
        numbers: of one picture.
        clung: (h, w) bool, what was taken off with printed lines though it lay beside them.
        scale: work pixels per pixel of the picture (`Ink.scale`).
        accept: numbers at least this sure are accepted.
    """
    return [
        less_sure(number, _DOUBT, accept) if _goes_on(number, clung, scale) else number
        for number in numbers
    ]


def _goes_on(number: Number, clung: Mask, scale: float) -> bool:
    if not number.digits:
        return False
    box = number.box
    edges = (box.x, box.y, box.right, box.bottom)
    left, top, right, bottom = (max(round(scale * edge), 0) for edge in edges)
    reach = round(_REACH * scale * median(digit.box.height for digit in number.digits))
    ends = (slice(max(left - reach, 0), left), slice(right, right + reach))
    return any(_inked_rows(clung[top:bottom, columns]) >= _HIGH for columns in ends)


def _inked_rows(part: Mask) -> float:
    """The share of the rows with ink in them."""
    return float(part.any(axis=1).mean()) if part.size else 0.0
