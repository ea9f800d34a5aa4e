"""Whether 0.9 means right nine times in ten, and how to make it so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

SMALLEST = 1e-12  # a probability of 0 for the true digit counts as this


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Confidence against accuracy, in bins of equal width that hold any answers.

    Attributes:
        confidence: (m,) mean confidence of each bin.
        accuracy: (m,) part of each bin that was right.
        n: (m,) answers in each bin.
    """

    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    n: NDArray[np.int64]

    @property
    def expected_error(self) -> float:
        """Mean distance of confidence and accuracy, weighted by answers (ECE)."""
        distance = np.abs(self.confidence - self.accuracy)
        return float(distance @ self.n / self.n.sum())

    def to_dict(self) -> dict[str, Any]:
        """The bins as JSON values."""
        return {
            "confidence": self.confidence.tolist(),
            "accuracy": self.accuracy.tolist(),
            "n": self.n.tolist(),
        }


def reliability(probabilities: ArrayLike, y: ArrayLike, n_bins: int = 15) -> Reliability:
    """How right the best answer is, by how sure it is.

    Args:
        probabilities: (n, k), rows sum to 1.
        y: (n,) true classes.
        n_bins: bins of equal width over [0, 1]; a bin holds its upper edge.

    >>> bins = reliability([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]], [0, 1, 1], n_bins=2)
    >>> bins.n.tolist(), round(bins.expected_error, 3)
    ([3], 0.133)
    """
    p, true = _checked(probabilities, y)
    return reliability_of(p.max(axis=1), p.argmax(axis=1) == true, n_bins)


def reliability_of(confidences: ArrayLike, right: ArrayLike, n_bins: int = 15) -> Reliability:
    """How right answers are, by how sure they are; for answers of any kind, texts say.

    Args:
        confidences: (n,) in [0, 1].
        right: (n,) bools.
        n_bins: bins of equal width over [0, 1]; a bin holds its upper edge.

    >>> reliability_of([0.9, 0.9, 0.2], [True, False, False], n_bins=2).accuracy.tolist()
    [0.0, 0.5]
    """
    sure, right = np.asarray(confidences, np.float64), np.asarray(right, bool)
    place = np.clip(np.ceil(sure * n_bins).astype(np.int64) - 1, 0, n_bins - 1)
    n = np.bincount(place, minlength=n_bins)
    held = n > 0
    means = [np.bincount(place, w, minlength=n_bins)[held] / n[held] for w in (sure, right)]
    return Reliability(means[0], means[1], n[held].astype(np.int64))


def expected_calibration_error(probabilities: ArrayLike, y: ArrayLike, n_bins: int = 15) -> float:
    """Mean distance between how sure the answers are and how often they are right.

    See Guo et al., "On Calibration of Modern Neural Networks" (2017).
    """
    return reliability(probabilities, y, n_bins).expected_error


def negative_log_likelihood(probabilities: ArrayLike, y: ArrayLike) -> float:
    """Mean of -log(probability of the true class), in nats; the cross-entropy.

    >>> round(negative_log_likelihood([[0.5, 0.5], [0.25, 0.75]], [0, 1]), 4)
    0.4904
    """
    return float(log_losses(probabilities, y).mean())


def log_losses(probabilities: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """(n,) -log(probability of the true class) of each row, in nats.

    >>> log_losses([[0.5, 0.5], [0.25, 0.75]], [0, 1]).round(4).tolist()
    [0.6931, 0.2877]
    """
    p, true = _checked(probabilities, y)
    losses: NDArray[np.float64] = -np.log(np.maximum(p[np.arange(len(p)), true], SMALLEST))
    return losses


def brier_score(probabilities: ArrayLike, y: ArrayLike) -> float:
    """Mean squared distance to the one-hot truth, in [0, 2]. See Brier (1950).

    >>> brier_score([[1.0, 0.0], [0.5, 0.5]], [0, 0])
    0.25
    """
    p, true = _checked(probabilities, y)
    truth = np.eye(p.shape[1])[true]
    return float(((p - truth) ** 2).sum(axis=1).mean())


def softmax(logits: ArrayLike, temperature: float = 1.0) -> NDArray[np.float64]:
    """(n, k) probabilities; rows sum to 1. A temperature over 1 makes them less sure.

    >>> softmax([[0.0, 0.0]]).tolist()
    [[0.5, 0.5]]
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result


def fit_temperature(logits: ArrayLike, y: ArrayLike) -> float:
    """The temperature under which `softmax` finds the labels least surprising.

    It changes no answer, only how sure they are. The likelihood has one
    valley over log(temperature), so a golden-section search finds its floor;
    answers that are all right have no floor, and get the lower limit 0.05.

    Args:
        logits: (n, k).
        y: (n,) true classes.

    >>> logits = np.repeat([[4.0, 0.0]], 10, axis=0)
    >>> round(fit_temperature(logits, [0] * 9 + [1]), 2)    # right nine times in ten
    1.82
    """
    low, high = np.log(0.05), np.log(20.0)
    golden = (5**0.5 - 1) / 2

    def surprise(log_temperature: float) -> float:
        return negative_log_likelihood(softmax(logits, float(np.exp(log_temperature))), y)

    for _ in range(40):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if surprise(left) <= surprise(right) else (left, high)
    return float(np.exp((low + high) / 2))


def _checked(
    probabilities: ArrayLike, y: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    p, true = np.asarray(probabilities, dtype=np.float64), np.asarray(y, dtype=np.int64)
    if p.ndim != 2 or true.shape != p.shape[:1] or not len(p):
        raise ValueError(f"{p.shape} probabilities and {true.shape} labels do not pair up")
    if not np.isfinite(p).all():
        raise ValueError("a probability is not a number")
    return p, true
