"""One digit and what a model makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from tenfold.plots.style import BLUE, GREY, INCHES, ORANGE, STYLE

_LONG: Final = 55.0  # percent: a longer bar leaves its words no room at its right


def answer(
    image: NDArray[np.uint8],
    probabilities: ArrayLike,
    words: Sequence[str],
    *,
    title: str,
    true: int | None = None,
) -> Figure:
    """The 28x28 on the left, a bar for each digit on the right.

    Args:
        image: (28, 28), ink high.
        probabilities: (10,), which sum to 1.
        words: ten texts that say in words what a bar is; most are empty.
        title: what the picture is and how it was read.
        true: its digit, where it is known.
    """
    percent = 100 * np.asarray(probabilities, np.float64)
    with matplotlib.rc_context({**STYLE, "axes.grid": False}):
        figure = Figure(figsize=(INCHES, 3.6), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.3))
        left.imshow(255 - image, cmap="gray", vmin=0, vmax=255)
        left.set(xticks=[], yticks=[])
        left.spines[:].set(visible=True, color=GREY)
        _bars(right, percent, words, true)
        figure.suptitle(title, fontsize=12)
    return figure


def _bars(axis: Axes, percent: NDArray[np.float64], words: Sequence[str], true: int | None) -> None:
    predicted = int(percent.argmax())
    colours = [BLUE if digit == predicted else GREY for digit in range(len(percent))]
    if true is not None and true != predicted:
        colours[true] = ORANGE
    axis.barh(range(len(percent)), percent, color=colours)
    for digit, value in enumerate(percent.tolist()):
        long = value > _LONG
        axis.annotate(
            ", ".join(filter(None, (f"{value:.1f} %", words[digit]))),
            (value, digit), xytext=(-5 if long else 5, 0), textcoords="offset points",
            ha="right" if long else "left", va="center", fontsize=10,
            color="white" if long else "black",
        )  # fmt: skip
    axis.set(xlim=(0, 100), ylim=(len(percent) - 0.4, -0.6), yticks=range(len(percent)))
    axis.set(xlabel="probability, %", ylabel="digit")
    axis.tick_params(axis="y", length=0)
