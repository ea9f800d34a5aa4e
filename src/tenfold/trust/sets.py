"""Sets of digits that hold the true one as often as is asked: split conformal prediction.

On held-out digits, the score of an answer is 1 less the probability of the true
digit. A set holds every digit whose score is within the quantile of these
scores; and the best digit always, so that no set is empty. For a new digit of
the same kind the set holds the truth with probability 1 - alpha at least
(Vovk, Gammerman and Shafer, 2005; Sadinle, Lei and Wasserman, "Least Ambiguous
Set-Valued Classifiers", 2019), on average over digits, not for each kind of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tenfold.errors import ConfigError

ALPHAS: Final = tuple(
    float(f"{share * power:g}") for power in (1e-4, 1e-3, 1e-2, 1e-1)
    for share in (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)
)  # fmt: skip
"""Shares of misses that a table has a score for; others take the next smaller one."""


@dataclass(frozen=True, slots=True)
class SetTable:
    """The largest score of a digit in the set, by how often the truth may be missed.

    Attributes:
        n: how many held-out digits it was fitted on.
        alpha: rising shares of misses, in (0, 1).
        score: for each the largest 1 - probability of a digit in the set.
    """

    n: int
    alpha: tuple[float, ...]
    score: tuple[float, ...]

    def sets(self, probabilities: ArrayLike, alpha: float) -> NDArray[np.bool_]:
        """Which digits are in the set of each answer.

        Args:
            probabilities: (n, k), rows sum to 1.
            alpha: how often the truth may be missing, in (0, 1).

        Returns:
            (n, k) bools; each row has at least one True.

        Raises:
            ConfigError: alpha is not between 0 and 1.

        >>> table = fit_sets([[0.9, 0.1]] * 8 + [[0.4, 0.6]], [0] * 9)
        >>> table.sets([[0.8, 0.2], [0.55, 0.45]], alpha=0.1).astype(int).tolist()
        [[1, 0], [1, 1]]
        """
        if not 0 < alpha < 1:
            raise ConfigError("alpha", "must be a share between 0 and 1", came=f"{alpha:g}")
        p = np.asarray(probabilities, np.float64)
        place = int(np.searchsorted(self.alpha, alpha, side="right")) - 1
        most = self.score[place] if place >= 0 else 1.0  # fewer misses than the table knows of
        held: NDArray[np.bool_] = 1 - p <= most
        if len(p):
            held[np.arange(len(p)), p.argmax(axis=1)] = True
        return held

    def to_dict(self) -> dict[str, Any]:
        """The table as JSON values."""
        return {"n": self.n, "alpha": list(self.alpha), "score": list(self.score)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SetTable:
        """The table that `to_dict` wrote."""
        return cls(int(data["n"]), tuple(data["alpha"]), tuple(data["score"]))


def fit_sets(probabilities: ArrayLike, y: ArrayLike) -> SetTable:
    """The table of sets for answers like these.

    Args:
        probabilities: (n, k) of held-out digits, which the net did not learn from.
        y: (n,) true classes.

    Raises:
        ValueError: there are none, or the lengths differ.
    """
    p, true = np.asarray(probabilities, np.float64), np.asarray(y, np.int64)
    if p.ndim != 2 or true.shape != p.shape[:1] or not len(p):
        raise ValueError(f"{p.shape} probabilities and {true.shape} labels do not pair up")
    scores = np.sort(1 - p[np.arange(len(p)), true])
    # The quantile of n + 1 scores of which one is not known yet; past the last one, anything.
    ranks = np.ceil((len(p) + 1) * (1 - np.asarray(ALPHAS)) - 1e-9).astype(int)
    table = [float(scores[rank - 1]) if rank <= len(p) else 1.0 for rank in ranks]
    return SetTable(len(p), ALPHAS, tuple(table))
