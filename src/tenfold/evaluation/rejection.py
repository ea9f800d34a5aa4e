"""How many answers must be set aside until few enough of the others are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class RejectCurve:
    """Error rate of the answers that are kept, from the surest alone to all of them.

    Point k keeps the answers down to one confidence; equal ones enter together.

    Attributes:
        kept: (m,) share of all answers, in (0, 1], rising; the last is 1.
        error: (m,) share of the kept answers that is wrong, in [0, 1].
        n: how many answers there are.
    """

    kept: NDArray[np.float64]
    error: NDArray[np.float64]
    n: int

    @property
    def area(self) -> float:
        """Mean error rate over all the shares that may be kept (AURC); 0 is best.

        For each answer, the error rate of those at least as sure; Geifman, Uziel
        and El-Yaniv, "Bias-Reduced Uncertainty Estimation" (2019).
        """
        return float(self.error @ np.diff(self.kept, prepend=0.0))

    def rejected_for(self, max_error: float) -> float:
        """The least share to set aside so that no more of the others is wrong; 1 if nothing helps.

        >>> error_reject([0.9, 0.8, 0.7, 0.6], [True, True, False, True]).rejected_for(0)
        0.5
        """
        good = self.kept[self.error <= max_error]
        return 1.0 - float(good[-1]) if len(good) else 1.0

    def to_dict(self) -> dict[str, Any]:
        """The curve as JSON values."""
        return {"n": self.n, "kept": self.kept.tolist(), "error": self.error.tolist()}


def error_reject(confidences: ArrayLike, right: ArrayLike) -> RejectCurve:
    """The error rate left over when the least sure answers are set aside.

    Args:
        confidences: (n,) floats, larger = surer; no unit is assumed.
        right: (n,) bools, True where the answer was right.

    Raises:
        ValueError: the lengths differ, n is 0, or a confidence is not a number.

    See Chow, "On Optimum Recognition Error and Reject Tradeoff" (1970).

    >>> curve = error_reject([0.9, 0.6, 0.8, 0.6], [True, False, True, True])
    >>> curve.kept.tolist(), curve.error.tolist(), curve.area
    ([0.25, 0.5, 1.0], [0.0, 0.0, 0.25], 0.125)
    """
    sure, true = np.asarray(confidences, np.float64), np.asarray(right, bool)
    if sure.ndim != 1 or sure.shape != true.shape or not len(sure) or np.isnan(sure).any():
        raise ValueError(f"{sure.shape} confidences and {true.shape} answers do not pair up")
    order = np.argsort(-sure, kind="stable")
    last_of_its_kind = np.append(np.flatnonzero(np.diff(sure[order])), len(sure) - 1)
    n_kept = last_of_its_kind + 1
    n_wrong = np.cumsum(~true[order])[last_of_its_kind]
    return RejectCurve(n_kept / len(sure), n_wrong / n_kept, len(sure))
