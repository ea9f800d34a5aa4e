"""How high an error rate may be after so many wrong answers: exact binomial bounds."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

_HALVINGS: Final = 60  # a double has no more bits


def chance_of_at_most(wrong: int, n: int, rate: float) -> float:
    """Probability of no more than `wrong` among n answers, each wrong at this rate.

    >>> round(chance_of_at_most(1, 3, 0.5), 12)
    0.5
    """
    if wrong >= n or rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    steps = np.arange(1, wrong + 1)
    ways = np.concatenate([[0.0], np.cumsum(np.log((n - steps + 1) / steps))])  # log C(n, k)
    k = np.arange(wrong + 1)
    return min(float(np.exp(ways + k * math.log(rate) + (n - k) * math.log1p(-rate)).sum()), 1.0)


def upper_bound(wrong: int, n: int, delta: float = 0.05) -> float:
    """The error rate that is exceeded with probability `delta` at most; one-sided.

    The exact bound of Clopper and Pearson, "The Use of Confidence or Fiducial
    Limits Illustrated in the Case of the Binomial" (1934).

    Args:
        wrong: how many were wrong, 0 to n.
        n: how many there were; without any, the bound is 1.
        delta: how often such a bound may be too low, in (0, 1).

    >>> round(upper_bound(0, 598), 4), round(upper_bound(3, 100), 4)
    (0.005, 0.0757)
    """
    if not 0 <= wrong <= n:
        raise ValueError(f"{wrong} wrong among {n} answers cannot be")
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if chance_of_at_most(wrong, n, middle) > delta:
            low = middle
        else:
            high = middle
    return high


def n_needed(max_error: float, delta: float = 0.05) -> int:
    """The fewest answers, none of them wrong, after which such an error rate can be promised.

    >>> n_needed(0.005), n_needed(0.001)
    (598, 2995)
    """
    return math.ceil(math.log(delta) / math.log1p(-max_error))
