"""The figures by which a classifier is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tenfold.evaluation.calibration import (
    Reliability,
    brier_score,
    negative_log_likelihood,
    reliability,
)
from tenfold.evaluation.confusion import Confusion, confusion
from tenfold.evaluation.intervals import wilson


@dataclass(frozen=True, slots=True)
class Scores:
    """How right the answers to n pictures are.

    Attributes:
        n: pictures.
        errors: wrong answers.
        loss: mean cross-entropy in nats.
    """

    n: int
    errors: int
    loss: float

    @property
    def accuracy(self) -> float:
        """Part that was right, in [0, 1]."""
        return 1 - self.errors / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the accuracy."""
        low, high = wilson(self.errors, self.n)
        return 1 - high, 1 - low

    def to_dict(self) -> dict[str, Any]:
        """The scores as JSON values."""
        return {
            "n": self.n,
            "errors": self.errors,
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "loss": self.loss,
        }

    def __str__(self) -> str:
        """The scores in words.

        >>> print(Scores(n=10_000, errors=234, loss=0.08))
        97.66 % of 10,000 (234 wrong; 95 % interval 97.34 to 97.94 %)
        """
        low, high = self.interval
        return (
            f"{self.accuracy:.2%} of {self.n:,} ({self.errors:,} wrong; "
            f"95 % interval {low * 100:.2f} to {high * 100:.2f} %)"
        ).replace("%", " %", 1)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Everything that probabilities and labels tell together.

    Attributes:
        scores: right and wrong.
        confusion: which digit was taken for which.
        brier: mean squared distance to the truth, in [0, 2].
        reliability: confidence against accuracy; its `expected_error` is the ECE.
    """

    scores: Scores
    confusion: Confusion
    brier: float
    reliability: Reliability

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as JSON values."""
        return {
            **self.scores.to_dict(),
            "nll": self.scores.loss,
            "brier": self.brier,
            "ece": self.reliability.expected_error,
            "digits": [digit.to_dict() for digit in self.confusion.digits()],
            "confused": [pair.to_dict() for pair in self.confusion.most_confused()],
            "confusion": self.confusion.counts.tolist(),
            "reliability": self.reliability.to_dict(),
        }


def score(probabilities: ArrayLike, y: ArrayLike) -> Scores:
    """Right, wrong and loss.

    Args:
        probabilities: (n, k), rows sum to 1.
        y: (n,) true classes.

    >>> score([[0.9, 0.1], [0.2, 0.8]], [0, 0]).errors
    1
    """
    p, true = np.asarray(probabilities), np.asarray(y)
    loss = negative_log_likelihood(p, true)
    return Scores(n=len(true), errors=int((p.argmax(axis=1) != true).sum()), loss=loss)


def evaluate(probabilities: ArrayLike, y: ArrayLike) -> Evaluation:
    """All figures of a classifier's answers.

    Args:
        probabilities: (n, 10), rows sum to 1.
        y: (n,) true digits.

    Raises:
        ValueError: the lengths differ, n is 0, or a probability is not a number.
    """
    p, true = np.asarray(probabilities), np.asarray(y)
    scores = score(p, true)
    return Evaluation(
        scores=scores,
        confusion=confusion(true, p.argmax(axis=1), p.shape[1]),
        brier=brier_score(p, true),
        reliability=reliability(p, true),
    )
