"""Accept or review: from which confidence on the accepted answers keep a promise.

Answers with known truth are ordered by confidence and accepted from the surest
down, in steps that the confidences alone decide. After each step the error rate
of what is accepted has an exact upper bound (Clopper and Pearson, 1934). The
walk ends at the first step whose bound is over the promise; steps that are too
short for any bound are walked over while nothing was wrong. Testing one step
after the other in a fixed order, and stopping at the first that fails, needs no
correction for the many steps: with probability 1 - delta over the answers, the
error rate from the threshold on is within the promise (Angelopoulos, Bates,
Candès, Jordan and Lei, "Learn then Test", 2021, fixed sequence testing).

This holds for answers of the kind it was fitted on, and for no others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tenfold.errors import ConfigError
from tenfold.trust.bounds import chance_of_at_most, n_needed, upper_bound

DELTA: Final = 0.05
"""How often a promise may be broken by bad luck with the answers that it was fitted on."""

_PERMILLE: Final = np.arange(250, 1001, 5)
"""Shares of the answers after which it is counted. Before the surest quarter the
few that were wrong by chance would end the walk too often."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is accepted under a promise.

    Attributes:
        threshold: answers at least this sure are accepted; infinite where none are.
        accepted: how many of the answers it was fitted on are.
        wrong: how many of these are wrong.
        n: how many answers there were.
        bound: upper bound of the accepted answers' error rate; 1 where none are.
        max_error: what was asked for.
        delta: with this probability the bound is too low.
    """

    threshold: float
    accepted: int
    wrong: int
    n: int
    bound: float
    max_error: float
    delta: float

    @property
    def promised(self) -> bool:
        """Can so low an error rate be promised at all?"""
        return math.isfinite(self.threshold)

    @property
    def n_needed(self) -> int:
        """The fewest answers, none of them wrong, that could carry the promise."""
        return n_needed(self.max_error, self.delta)

    def __str__(self) -> str:
        """In words, for a person.

        >>> print(threshold_for([0.9] * 100, [True] * 100, 0.005))
        0.5 %: too few answers, 100: at least 598 are needed, and more where some are wrong
        """
        asked = f"{100 * self.max_error:g} %"
        if self.promised:
            return (
                f"{asked}: accepted from {self.threshold:.4f} on, {self.accepted:,} of {self.n:,} "
                f"answers, {self.wrong:,} of them wrong: at most {100 * self.bound:.3f} % are, "
                f"with {100 * (1 - self.delta):g} % confidence"
            )
        return f"{asked}: {self.reason}"

    @property
    def reason(self) -> str:
        """Why nothing can be promised; empty where something is."""
        if self.promised:
            return ""
        if self.n < self.n_needed:
            return (
                f"too few answers, {self.n:,}: at least {self.n_needed:,} are needed, "
                "and more where some are wrong"
            )
        return "too many of the surest answers are wrong"


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Answers with known truth, accepted from the surest down: all that a promise needs of them.

    Attributes:
        threshold: (m,) falling confidences; each step accepts what is at least so sure.
        accepted: (m,) how many that are.
        wrong: (m,) how many of these are wrong.
    """

    threshold: NDArray[np.float64]
    accepted: NDArray[np.int64]
    wrong: NDArray[np.int64]

    @property
    def n(self) -> int:
        """How many answers there were."""
        return int(self.accepted[-1]) if len(self.accepted) else 0

    def accept(self, max_error: float, delta: float = DELTA) -> Acceptance:
        """The most answers that can be accepted under a promise.

        Args:
            max_error: the greatest share of wrong answers among the accepted, in (0, 1).
            delta: how often the promise may fail by bad luck, in (0, 1).

        Raises:
            ConfigError: a share is not between 0 and 1.
        """
        _check_share("max_error", max_error)
        _check_share("delta", delta)
        kept, enough = -1, n_needed(max_error, delta)
        for step, (n, wrong) in enumerate(zip(self.accepted, self.wrong, strict=True)):
            holds = n >= enough and chance_of_at_most(int(wrong), int(n), max_error) <= delta
            if holds:
                kept = step
            elif n >= enough or wrong:
                break
        if kept < 0:
            return Acceptance(math.inf, 0, 0, self.n, 1.0, max_error, delta)
        n, wrong = int(self.accepted[kept]), int(self.wrong[kept])
        bound = upper_bound(wrong, n, delta)
        threshold = float(self.threshold[kept])
        return Acceptance(threshold, n, wrong, self.n, bound, max_error, delta)

    def to_dict(self) -> dict[str, Any]:
        """The steps as JSON values; thresholds are kept in full."""
        return {
            "threshold": self.threshold.tolist(),
            "accepted": self.accepted.tolist(),
            "wrong": self.wrong.tolist(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Steps:
        """The steps that `to_dict` wrote.

        Raises:
            ValueError: they are no such steps.
        """
        threshold = np.asarray(data["threshold"], np.float64)
        accepted = np.asarray(data["accepted"], np.int64)
        wrong = np.asarray(data["wrong"], np.int64)
        in_order = (np.diff(threshold) < 0).all() and (np.diff(accepted) > 0).all()
        counted = (np.diff(wrong) >= 0).all() and (wrong >= 0).all() and (wrong <= accepted).all()
        if not (threshold.shape == accepted.shape == wrong.shape and in_order and counted):
            raise ValueError("the steps of acceptance are not in order")
        return cls(threshold, accepted, wrong)


def steps(confidences: ArrayLike, right: ArrayLike) -> Steps:
    """The steps in which answers are accepted; equal confidences enter together.

    Args:
        confidences: (n,) floats, larger = surer.
        right: (n,) bools.

    Raises:
        ValueError: the lengths differ, or a confidence is not a number.
    """
    sure, true = np.asarray(confidences, np.float64), np.asarray(right, bool)
    if sure.ndim != 1 or sure.shape != true.shape or np.isnan(sure).any():
        raise ValueError(f"{sure.shape} confidences and {true.shape} answers do not pair up")
    n = len(sure)
    if not n:
        nothing = np.empty(0, np.int64)
        return Steps(sure, nothing, nothing)
    order = np.argsort(-sure, kind="stable")
    sure, n_wrong = sure[order], np.cumsum(~true[order])
    last_of_its_kind = np.append(np.flatnonzero(np.diff(sure)), n - 1)
    wanted = -(-_PERMILLE * n // 1000) - 1  # rounded up, and from 0 on
    places = last_of_its_kind[np.unique(np.searchsorted(last_of_its_kind, wanted))]
    return Steps(sure[places], places + 1, n_wrong[places])


def threshold_for(
    confidences: ArrayLike, right: ArrayLike, max_error: float, delta: float = DELTA
) -> Acceptance:
    """The most answers that can be accepted so that few of them are wrong, promised.

    Args:
        confidences: (n,) floats, larger = surer.
        right: (n,) bools, True where the answer was right.
        max_error: the greatest share of wrong answers among the accepted, in (0, 1).
        delta: how often the promise may fail by bad luck, in (0, 1).

    Raises:
        ConfigError: a share is not between 0 and 1.
        ValueError: the lengths differ, or a confidence is not a number.
    """
    return steps(confidences, right).accept(max_error, delta)


def _check_share(name: str, share: float) -> None:
    if not 0 < share < 1:
        raise ConfigError(name, "must be a share between 0 and 1, such as 0.005", came=f"{share:g}")
