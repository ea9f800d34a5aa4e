"""Word or number: what both nets say of a thing that is written together, weighed as one answer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import BLANK, JUNK, SYMBOLS
from tenfold.finding.pieces import gap_between
from tenfold.results import Box

from .paths import Line
from .spelling import Spelled
from .views import Seen

Floats = NDArray[np.float64]

FEATURES: Final = ("all", "share", "letters", "stray ink", "uneven tops")
"""What each weight is of, see `features`."""

WEIGHTS: Final = (-1.0, 1.1, -1.0, -4.6, -10.3)
"""Log odds for each of them, as `python benchmarks/numberness.py` fits them."""

TALL: Final = 0.35
"""Of the writing's height: lower things are dots, dashes, bars."""

_CLOSE: Final = 0.4  # heights between digits side by side
_LEAST_SHARE: Final = 1e-3  # shares nearer to 0 or 1 are taken for this


def numberness(seen: Seen, spelled: Spelled) -> float:
    """Log odds that what is written together is a number, whichever, and no word.

    A logistic regression on what both nets say, its weights those of synthetic pages.

    Args:
        seen: the thing, and what the nets say of it.
        spelled: what was read of it; without a digit it is no number.
    """
    return float(features(seen, spelled) @ WEIGHTS) if spelled.found else -np.inf


def features(seen: Seen, spelled: Spelled) -> Floats:
    """(5,) what tells numbers from words, as `FEATURES` names it.

    1; the logarithm of the text's share; the log odds of the share of letters in what the line
    net finds written; the share of the ink that belongs to no digit; how far the tops of digits
    side by side lie from each other, in heights of the highest: a small number hangs low on its
    letter. Digits in squares of their own stand high and low, and are not looked at.

    Args:
        seen: the thing, and what the nets say of it.
        spelled: what was read of it; at least one digit.
    """
    boxes = [found.box for found in spelled.found]
    share, letters = max(spelled.share, _LEAST_SHARE), _letters(seen)
    return np.array(
        [
            1.0,
            np.log(share),
            np.log((letters + _LEAST_SHARE) / (1 - letters + _LEAST_SHARE)),
            _stray_ink(seen.line, boxes),
            _unevenness(boxes),
        ]
    )


def _letters(seen: Seen) -> float:
    """Share of letters in what the line net finds written, in [0, 1]; 0 where it was not asked."""
    if seen.frames is None:
        return 0.0
    written = float((1 - seen.frames[:, BLANK]).sum())
    letters = float(seen.frames[:, SYMBOLS.index(JUNK)].sum())
    return min(letters / max(written, _LEAST_SHARE), 1.0)


def _stray_ink(line: Line, digits: Sequence[Box]) -> float:
    """Share of a line's ink in parts as tall as a letter that belongs to no digit."""
    tall = [part for part in line.parts if part.box.height >= TALL * line.height]
    stray = sum(part.area * (1 - _covered(part.box, digits)) for part in tall)
    return stray / max(sum(part.area for part in line.parts), 1)


def _unevenness(digits: Sequence[Box]) -> float:
    """How far the tops of neighbours lie from each other on the average, in heights."""
    height = max(box.height for box in digits)
    steps = [
        abs(left.y - right.y) / height if gap_between(left, right) <= _CLOSE * height else 0.0
        for left, right in itertools.pairwise(digits)
    ]
    return float(np.mean(steps)) if steps else 0.0


def _covered(part: Box, digits: Sequence[Box]) -> float:
    """Share of a part that is digits; a rule may join them all into one part."""
    if any(holds(digit, part) for digit in digits):
        return 1.0
    columns = np.zeros(part.width, bool)
    for digit in digits:
        if digit.y < part.bottom and part.y < digit.bottom:
            columns[max(digit.x - part.x, 0) : max(digit.right - part.x, 0)] = True
    return float(columns.mean())


def holds(digit: Box, part: Box) -> bool:
    """Whether a part of a line belongs to a digit, by their places.

    >>> holds(Box(0, 0, 9, 20), Box(4, 2, 9, 10)), holds(Box(0, 0, 9, 20), Box(6, 2, 9, 10))
    (True, False)
    """
    middle = part.x + part.width / 2
    return digit.x <= middle <= digit.right and digit.y <= part.y and part.bottom <= digit.bottom
