"""Whether one model is better than another on the same pictures, by paired tests."""

from math import comb
from typing import Any, NamedTuple

from numpy.typing import NDArray


class Paired(NamedTuple):
    """Two models on the same pictures.

    Attributes:
        lost: how many the first had right and the second has wrong.
        won: how many the first had wrong and the second has right.
        p: how often chance alone would part them at least so far, in [0, 1].
    """

    lost: int
    won: int
    p: float


def mcnemar(first: NDArray[Any], second: NDArray[Any]) -> Paired:
    """McNemar's exact test, two-sided; pictures on which both agree tell nothing.

    See McNemar, "Note on the sampling error of the difference between
    correlated proportions or percentages" (1947).

    Args:
        first: (n,) bools, True where the first model is right.
        second: (n,) bools of the second.

    Raises:
        ValueError: the lengths differ.

    >>> import numpy as np
    >>> mcnemar(np.array([1, 1, 1, 1, 1, 0]) > 0, np.array([0, 0, 0, 0, 0, 0]) > 0)
    Paired(lost=5, won=0, p=0.0625)
    """
    if first.shape != second.shape:
        raise ValueError(f"{first.shape} answers cannot be paired with {second.shape}")
    lost, won = int((first & ~second).sum()), int((~first & second).sum())
    n = lost + won
    tail = sum(comb(n, k) for k in range(min(lost, won) + 1))
    return Paired(lost, won, min(1.0, 2 * tail / 2**n))


def paired_means(first: NDArray[Any], second: NDArray[Any]) -> float:
    """How often chance alone would part the means of two models' losses at least so far, in [0, 1].

    Student's paired t-test, two-sided; 1 where no loss differs.

    Args:
        first: (n,) losses of the first model, one a picture.
        second: (n,) of the second, on the same pictures.

    >>> import numpy as np
    >>> round(paired_means(np.array([0.1, 0.2, 0.3]), np.array([0.2, 0.3, 0.5])), 3)
    0.057
    """
    from scipy.stats import ttest_rel

    if (first == second).all():
        return 1.0
    return float(ttest_rel(first, second).pvalue)
