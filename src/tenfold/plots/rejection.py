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
_PROMISES: Final = (1.0, 0.5, 0.1)  # percent; drawn as thin lines


def rejection(curves: Mapping[str, RejectCurve], title: str = "") -> Figure:
    """Wrong among the kept answers over the share set aside, a line for each name.

    The error has a logarithmic scale; where no kept answer is wrong the line
    ends at the lower edge.

    Args:
        curves: name -> curve; four at most, so that lines stay apart.
        title: above the figure.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 4.5), layout="constrained")
        axis = figure.subplots()
        lowest = min(_PROMISES) / 2
        for (name, curve), look in zip(curves.items(), _LOOKS, strict=False):
            percent = np.maximum(100 * curve.error, lowest)
            wrong = round(curve.error[-1] * curve.n)
            label = f"{name}: {wrong:,} of {curve.n:,} wrong, AURC {curve.area:.2g}"
            axis.step(100 * (1 - curve.kept), percent, where="pre", label=label, **look)
        for promise in _PROMISES:
            axis.axhline(promise, color=GREY, linewidth=0.8)
        axis.set(yscale="log", xlim=(0, None), xlabel="set aside, %", ylabel="wrong of the rest, %")
        axis.set_yticks([0.1, 0.5, 1, 5, 10, 50], ["0.1", "0.5", "1", "5", "10", "50"])
        axis.minorticks_off()
        axis.set_ylim(lowest, 100)
        axis.legend(frameon=False, fontsize=10)
        if title:
            axis.set_title(title)
    return figure
