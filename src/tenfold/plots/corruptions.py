"""How a model fares on spoilt pictures, and whether it notices."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib
from matplotlib.figure import Figure

from tenfold.plots.style import BLUE, INCHES, ORANGE, STYLE


def corruptions(accuracy: Mapping[str, float], confidence: Mapping[str, float]) -> Figure:
    """A bar for the right answers under each corruption, a mark for how sure they were.

    A mark to the right of its bar: the model is surer than it has a right to be.

    Args:
        accuracy: name -> share of right answers, in [0, 1]; drawn from the top.
        confidence: the same names -> mean confidence of the answers.
    """
    names = list(accuracy)
    places = range(len(names))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 0.3 * len(names) + 1.4), layout="constrained")
        axis = figure.subplots()
        right = [100 * accuracy[name] for name in names]
        sure = [100 * confidence[name] for name in names]
        axis.barh(places, right, color=BLUE, height=0.6, label="right")
        axis.plot(sure, places, "D", color=ORANGE, markersize=5, label="mean confidence")
        for place, percent in zip(places, right, strict=True):
            axis.annotate(
                f"{percent:.1f}", (0, place), xytext=(4, 0), textcoords="offset points",
                va="center", color="white", fontsize=9,
            )  # fmt: skip
        axis.set_yticks(places, [name.replace("_", " ") for name in names])
        axis.invert_yaxis()
        axis.set(xlim=(0, 101), xlabel="%")
        axis.grid(visible=False, axis="y")
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=10)
    return figure
