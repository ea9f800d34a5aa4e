"""What the runs of one net over its seeds come to."""

import statistics
from collections.abc import Sequence
from typing import Any

from tenfold.evaluation import wilson


def over_seeds(errors: Sequence[float], n: int) -> dict[str, Any]:
    """Mean and spread of the accuracy, the Wilson interval of one run with the mean errors.

    Args:
        errors: wrong answers of each run, at least one.
        n: of so many.

    >>> found = over_seeds([30, 40], 10_000)
    >>> found["seeds"], found["mean"], found["spread"], found["lowest"], found["errors"]
    (2, '0.99650', '0.00071', '0.9960', '35.0')
    """
    rates = [1 - wrong / n for wrong in errors]
    low, high = wilson(round(statistics.mean(errors)), n)
    return {
        "seeds": len(rates),
        "mean": f"{statistics.mean(rates):.5f}",
        "spread": f"{statistics.stdev(rates):.5f}" if len(rates) > 1 else "",
        "lowest": f"{min(rates):.4f}",
        "highest": f"{max(rates):.4f}",
        "low": f"{1 - high:.4f}",
        "high": f"{1 - low:.4f}",
        "errors": f"{statistics.mean(errors):.1f}",
        "n": n,
    }


def mean(rows: Sequence[dict[str, str]], column: str) -> float:
    """Of a column of numbers."""
    return statistics.mean(float(row[column]) for row in rows)
