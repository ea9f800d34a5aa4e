"""Which digit is taken for which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

N_DIGITS = 10


@dataclass(frozen=True, slots=True)
class DigitScore:
    """How one digit fares.

    Attributes:
        digit: 0 to 9.
        n: how many there were of it.
        precision: part of the answers with this digit that were right.
        recall: part of the digit's pictures that were answered right.
        f1: harmonic mean of the two. All three are 0 where there is nothing to count.
    """

    digit: int
    n: int
    precision: float
    recall: float
    f1: float

    def to_dict(self) -> dict[str, Any]:
        """The score as JSON values."""
        return {
            "digit": self.digit,
            "n": self.n,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
        }


@dataclass(frozen=True, slots=True)
class Confused:
    """So many pictures of `true` were read as `predicted`."""

    true: int
    predicted: int
    count: int

    def to_dict(self) -> dict[str, Any]:
        """The pair as JSON values."""
        return {"true": self.true, "predicted": self.predicted, "count": self.count}


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """A table of answers; row = the true digit, column = the predicted one.

    Attributes:
        counts: (k, k) whole numbers.
    """

    counts: NDArray[np.int64]

    @property
    def rates(self) -> NDArray[np.float64]:
        """(k, k) parts of each row; rows sum to 1, rows without pictures are zeros."""
        totals = self.counts.sum(axis=1, keepdims=True)
        rates: NDArray[np.float64] = self.counts / np.maximum(totals, 1)
        return rates

    @property
    def errors(self) -> int:
        """How many answers were wrong."""
        return int(self.counts.sum() - np.trace(self.counts))

    def digits(self) -> tuple[DigitScore, ...]:
        """Precision, recall and F1 of every digit."""
        right = np.diag(self.counts)
        true, predicted = self.counts.sum(axis=1), self.counts.sum(axis=0)
        precision = right / np.maximum(predicted, 1)
        recall = right / np.maximum(true, 1)
        f1 = 2 * right / np.maximum(true + predicted, 1)
        return tuple(
            DigitScore(
                digit, int(true[digit]), float(precision[digit]), float(recall[digit]),
                float(f1[digit]),
            )
            for digit in range(len(self.counts))
        )  # fmt: skip

    def most_confused(self, k: int = 5) -> tuple[Confused, ...]:
        """The k pairs that were taken for each other most often, worst first.

        Pairs with equal counts come in the order of their digits; pairs that
        never happened are left out.
        """
        wrong = self.counts.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(-wrong, axis=None, kind="stable")[:k]
        pairs = (divmod(int(place), len(wrong)) for place in order)
        return tuple(Confused(t, p, int(wrong[t, p])) for t, p in pairs if wrong[t, p])


def confusion(y: ArrayLike, predicted: ArrayLike, n_classes: int = N_DIGITS) -> Confusion:
    """The table of true against predicted digits.

    Args:
        y: (n,) true digits, 0 to n_classes - 1.
        predicted: (n,) answers.
        n_classes: how many classes there are.

    Raises:
        ValueError: the lengths differ, or a digit is outside the classes.

    >>> table = confusion([3, 3, 8, 5], [3, 8, 8, 3])
    >>> table.errors, table.most_confused(1)
    (2, (Confused(true=3, predicted=8, count=1),))
    """
    true, answers = np.asarray(y), np.asarray(predicted)
    if true.shape != answers.shape or true.ndim != 1:
        raise ValueError(f"{true.shape} labels and {answers.shape} answers do not pair up")
    for digits in (true, answers):
        if digits.size and (digits.min() < 0 or digits.max() >= n_classes):
            strange = sorted(set(digits.tolist()) - set(range(n_classes)))[:5]
            raise ValueError(f"classes go from 0 to {n_classes - 1}; got {strange}")
    cells = true.astype(np.int64) * n_classes + answers.astype(np.int64)
    counts = np.bincount(cells, minlength=n_classes * n_classes)
    return Confusion(counts.reshape(n_classes, n_classes).astype(np.int64))
