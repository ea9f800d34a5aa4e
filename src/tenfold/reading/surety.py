"""How sure a whole number is: the share of its text, set right by how such answers turned out.

Both views look at the same ink, and the power that joins them is the same for every number.
Held against synthetic numbers whose truth is known, the shares are too bold of single digits, and
of numbers a little too sure that they are right, or that they are not. A logistic regression mends
both: Platt, "Probabilistic Outputs for Support Vector Machines" (1999).
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple


class Odds(NamedTuple):
    """Log odds of being right: for each log odd of the share, for each digit, and for all."""

    share: float
    digit: float
    all: float


SEVERAL: Final = Odds(0.810, 0.016, -0.117)
LONE: Final = Odds(0.898, 0.0, -1.280)
"""Of numbers and of single digits, as `python benchmarks/surety.py` fits them."""

_LEAST: Final = 1e-6  # shares nearer to 0 or 1 are taken for this


def surety(share: float, length: int) -> float:
    """Probability in [0, 1] that the text is exactly right; the more the larger its share.

    Args:
        share: of the text among all texts, in [0, 1]; 0 stays 0.
        length: digits of the text, at least one.

    >>> round(surety(0.9, 1), 3), round(surety(0.9, 8), 3)
    (0.667, 0.857)
    """
    if share <= 0:
        return 0.0
    known = LONE if length == 1 else SEVERAL
    odds = known.share * log_odds(share) + known.digit * length + known.all
    return 1 / (1 + math.exp(-odds))


def log_odds(chance: float) -> float:
    """Of a probability in [0, 1], between those of a millionth and of all but a millionth.

    >>> log_odds(0.5)
    0.0
    """
    inside = min(max(chance, _LEAST), 1 - _LEAST)
    return math.log(inside / (1 - inside))
