"""The texts of a line, most probable first, by all views at once.

A text's score is the product of its probabilities by the views, each raised to
a power. No text that begins with a prefix can score more than the prefix's own
probabilities allow, so the search opens prefixes best first and what it gives
out is exact: the best text, the second best, and so on, and a bound on the sum
of all that it never looked at (Hölder's inequality).

Best-first search with an admissible bound: Hart, Nilsson and Raphael (1968).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from .views import N_DIGITS, View

MOST_OPENED: Final = 400
"""Prefixes that are opened at most; a line that needs more is read by nobody."""

_NEGLIGIBLE: Final = 1e-3
"""Of the best score: prefixes below it only count into the bound on the rest."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A text that may stand on a line.

    Attributes:
        text: its digits.
        share: probability in [0, 1] that exactly these digits stand there; the share
            of its score in those of all texts that are allowed, what was never looked at
            counted in full.
        score: product of its probabilities by the views, each raised to its power.
    """

    text: str
    share: float
    score: float


class Prefix(NamedTuple):
    """The beginning of a text, with each view's state where it is known."""

    text: str
    states: tuple[Any, ...]
    digit: int = -1  # still to be taken


def search(
    views: Sequence[tuple[View, float]],
    *,
    could: Callable[[str], bool] | None = None,
    allows: Callable[[str], bool] | None = None,
    enough: int = 8,
    most_opened: int = MOST_OPENED,
    floor: float = 0.0,
) -> list[Hypothesis]:
    """Texts best first, at most `enough` of them, until the rest is negligible.

    Args:
        views: what is known of the line, each with the power of its probability.
        could: whether a text that begins so can be allowed; must be true of every
            prefix of every text that `allows` is true of.
        allows: whether a text is looked for; what is not allowed takes no share.
        enough: texts to be found.
        most_opened: prefixes to be opened.
        floor: texts of a lower score are not looked for.
    """
    root = Prefix("", tuple(view.root() for view, _ in views))
    order = itertools.count()
    frontier: list[tuple[float, int, bool, Prefix]] = [(-1.0, next(order), False, root)]
    found: list[tuple[str, float]] = []
    left_out = best = 0.0
    for _ in range(most_opened):
        if not frontier or len(found) >= enough:
            break
        negative, _, is_text, prefix = heapq.heappop(frontier)
        bound = -negative
        if bound < max(_NEGLIGIBLE * best, floor):
            left_out = bound
            break
        if is_text:
            best = max(best, bound)
            found.append((prefix.text, bound))
            continue
        prefix = _taken(prefix, views)
        whole, ahead = _scores(prefix, views)
        if allows is None or allows(prefix.text):
            heapq.heappush(frontier, (-whole, next(order), True, prefix))
        for digit, most in enumerate(ahead):
            longer = prefix.text + str(digit)
            if most > 0 and (could is None or could(longer)):
                child = Prefix(longer, prefix.states, digit)
                heapq.heappush(frontier, (-most, next(order), False, child))
    rest = left_out - sum(item[0] for item in frontier)
    total = sum(score for _, score in found) + rest
    return [Hypothesis(text, score / total, score) for text, score in found if score > 0]


def _taken(prefix: Prefix, views: Sequence[tuple[View, float]]) -> Prefix:
    """The prefix with its last digit taken by every view."""
    if prefix.digit < 0:
        return prefix
    states = tuple(
        view.take(state, prefix.digit)
        for (view, _), state in zip(views, prefix.states, strict=True)
    )
    return Prefix(prefix.text, states)


def _scores(prefix: Prefix, views: Sequence[tuple[View, float]]) -> tuple[float, list[float]]:
    """Score of the prefix as a whole text, and bounds on all that go on with each digit."""
    whole, ahead = 1.0, np.ones(N_DIGITS)
    for (view, power), state in zip(views, prefix.states, strict=True):
        whole *= max(view.whole(state), 0.0) ** power
        ahead *= np.maximum(view.ahead(state), 0.0) ** power
    bounds: list[float] = ahead.tolist()
    return whole, bounds
