"""From which confidence on an answer is accepted: by the shipped promise, or by one's own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from tenfold.results import Number
from tenfold.runtime import WEIGHTS
from tenfold.trust import MAX_ERROR, Promise, load_promise

SHIPPED: Final = WEIGHTS / "promise.json"


@cache
def shipped_promise() -> Promise:
    """The promise that comes with the package; docs/trust.md says on which pictures it holds.

    Raises:
        ConfigError: the file is missing or damaged.
    """
    return load_promise(SHIPPED)


def accept_from(max_error: float = MAX_ERROR, promise: Promise | None = None) -> float:
    """The confidence from which answers are accepted, so that few of them are wrong.

    Args:
        max_error: the greatest share of wrong answers among the accepted, in (0, 1).
        promise: one's own; the shipped one if None.

    Raises:
        ConfigError: so little cannot be promised.
    """
    return (promise or shipped_promise()).threshold(max_error)


def less_sure(number: Number, chance: float, accept: float) -> Number:
    """The number where only by this chance nothing belongs to it that was not read.

    Args:
        number: what was read.
        chance: in [0, 1], a factor on its confidence.
        accept: numbers at least this sure are accepted.
    """
    sure = chance * number.confidence
    return replace(number, confidence=sure, status="accepted" if sure >= accept else "review")
