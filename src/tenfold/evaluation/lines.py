"""How well lines are read: whole numbers right, and symbols wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class LineScores:
    """What came of reading n lines.

    Attributes:
        n: lines.
        exact: of them, read without any error.
        digits_right: of them, read with the right digits in the right order,
            whatever was said of points, commas, dashes and signs.
        symbol_errors: symbols put in, left out or exchanged.
        n_symbols: symbols that there were.
    """

    n: int
    exact: int
    digits_right: int
    symbol_errors: int
    n_symbols: int

    @property
    def symbol_error_rate(self) -> float:
        """Errors for each symbol that there was."""
        return self.symbol_errors / max(self.n_symbols, 1)

    def to_dict(self) -> dict[str, float | int]:
        """Counts and rates, as JSON values."""
        return {
            **asdict(self),
            "digits_right_rate": round(self.digits_right / max(self.n, 1), 6),
            "symbol_error_rate": round(self.symbol_error_rate, 6),
        }

    def __str__(self) -> str:
        """In words."""
        return (
            f"digits right in {self.digits_right:,} of {self.n:,} lines "
            f"({100 * self.digits_right / max(self.n, 1):.2f} %), every symbol in {self.exact:,}; "
            f"{100 * self.symbol_error_rate:.2f} % of the symbols wrong"
        )


def score_lines(found: Sequence[str], expected: Sequence[str]) -> LineScores:
    """Texts that were read beside what is written.

    >>> scores = score_lines(["12.5", "77"], ["12,5", "7"])
    >>> scores.exact, scores.digits_right, scores.symbol_errors, scores.n_symbols
    (0, 1, 2, 5)
    """
    pairs = list(zip(found, expected, strict=True))
    return LineScores(
        n=len(pairs),
        exact=sum(a == b for a, b in pairs),
        digits_right=sum(digits_of(a) == digits_of(b) for a, b in pairs),
        symbol_errors=sum(edit_distance(a, b) for a, b in pairs),
        n_symbols=sum(len(b) for _, b in pairs),
    )


def digits_of(text: str) -> str:
    """The digits of a text.

    >>> digits_of("-1.204,~")
    '1204'
    """
    return "".join(symbol for symbol in text if symbol.isdigit())


def edit_distance(a: str, b: str) -> int:
    """Fewest symbols to put in, leave out or exchange (Levenshtein, 1965).

    >>> edit_distance("4071", "47716")
    2
    """
    row = np.arange(len(b) + 1)
    for symbol in a:
        other = np.array([symbol != mine for mine in b], int)
        best = np.concatenate([[row[0] + 1], np.minimum(row[:-1] + other, row[1:] + 1)])
        # Leaving out runs along the row: the least of what lies to the left plus the way.
        steps = np.arange(len(best))
        row = np.minimum.accumulate(best - steps) + steps
    return int(row[-1])
