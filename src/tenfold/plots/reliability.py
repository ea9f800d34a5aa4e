"""Is a model right as often as it says? Confidence against accuracy."""

from __future__ import annotations

from typing import Final

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tenfold.evaluation import Reliability, wilson
from tenfold.plots.style import BLUE, GREY, INCHES, STYLE

_BAR: Final = 5.0  # percent wide; the bins themselves are 6.7


def reliability(bins: Reliability) -> Figure:
    """Left, how often answers are right, by how sure they are; right, how many there are.

    Points below the dashed line are surer than they have a right to be. The
    whiskers are 95 % Wilson intervals: a bin with few answers tells little.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 4.0), layout="constrained")
        left, right = figure.subplots(1, 2)
        _accuracy(left, bins)
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=10)
        _counts(right, bins)
    return figure


def _accuracy(axis: Axes, bins: Reliability) -> None:
    axis.plot(
        [0, 100], [0, 100], color=GREY, linestyle="--", linewidth=1.5,
        label="right as often as sure",
    )  # fmt: skip
    accuracy = 100 * bins.accuracy
    axis.errorbar(
        100 * bins.confidence, accuracy, yerr=_whiskers(bins), color=BLUE, fmt="o",
        elinewidth=1.2, capsize=3, clip_on=False, label="this model, 95 % interval",
    )  # fmt: skip

    axis.set(xlim=(0, 101), ylim=(0, 101), xlabel="confidence, %", ylabel="right, %")
    axis.set_title(f"calibration error (ECE) {100 * bins.expected_error:.2f} %")


def _counts(axis: Axes, bins: Reliability) -> None:
    # Most answers are very sure ones; only a logarithm shows the others beside them.
    axis.bar(100 * bins.confidence, bins.n, width=_BAR, color=BLUE, log=True)
    for x, n in zip(100 * bins.confidence, bins.n, strict=True):
        axis.annotate(
            f"{n:,}", (x, n), xytext=(0, 2), textcoords="offset points", ha="center", fontsize=8
        )
    axis.set(xlim=(0, 104), ylim=(0.5, 3 * bins.n.max()), xlabel="confidence, %")
    axis.set_title(f"{bins.n.sum():,} answers")
    axis.grid(visible=False)


def _whiskers(bins: Reliability) -> NDArray[np.float64]:
    """(2, m): how far the interval reaches below and above each point, in percent."""
    reach = []
    for accuracy, n in zip(bins.accuracy.tolist(), bins.n.tolist(), strict=True):
        low, high = wilson(round((1 - accuracy) * n), n)
        reach.append((accuracy - (1 - high), (1 - low) - accuracy))
    return 100 * np.maximum(np.array(reach).T, 0)
