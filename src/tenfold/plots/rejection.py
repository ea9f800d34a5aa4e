"""Error against rejection: what it costs to be right more often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from tenfold.evaluation.rejection import RejectCurve
from tenfold.plots.style import BLUE, GREY, INCHES, ORANGE, STYLE

_LOOKS: Final = (
    {"color": BLUE, "linestyle": "-"},
    {"color": ORANGE, "linestyle": "--"},
    {"color": GREY, "linestyle": ":"},
    {"color": "#009E73", "linestyle": "-."},
)
_TICKS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
_PROMISES: Final = (1.0, 0.5, 0.1)  # percent; drawn as thin lines


def rejection(curves: Mapping[str, RejectCurve], title: str = "") -> Figure:
    """Wrong among the kept answers over the share set aside, a line for each name.

    The error has a logarithmic scale; where no kept answer is wrong the line lies
    on the lower edge, and soon after that the figure ends.

    Args:
        curves: name -> curve; four at most, so that lines stay apart.
        title: above the figure.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 4.5), layout="constrained")
        axis = figure.subplots()
        positive = [error for curve in curves.values() for error in curve.error if error > 0]
        lowest = 50 * min(positive, default=0.001)
        highest = 200 * max(positive, default=0.05)
        last = max((curve.rejected_for(0) for curve in curves.values()), default=1.0)
        for (name, curve), look in zip(curves.items(), _LOOKS, strict=False):
            percent = np.maximum(100 * curve.error, lowest)
            wrong = round(curve.error[-1] * curve.n)
            label = f"{name}: {wrong:,} of {curve.n:,} wrong, AURC {curve.area:.2g}"
            axis.step(100 * (1 - curve.kept), percent, where="pre", label=label, **look)
        for promise in _PROMISES:
            axis.axhline(promise, color=GREY, linewidth=0.8)
        axis.set(yscale="log", xlabel="set aside, %", ylabel="wrong of the rest, %")
        axis.set_yticks(_TICKS, [f"{tick:g}" for tick in _TICKS])
        axis.minorticks_off()
        axis.set(xlim=(0, min(115 * last, 100) or 1), ylim=(lowest, min(highest, 100)))
        axis.legend(frameon=False, fontsize=10)
        if title:
            axis.set_title(title)
    return figure
