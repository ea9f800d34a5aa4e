"""Figures of one digit explained: saliency, neighbours, the change that flips it.

Orange is more (ink added, for the digit, above 0) and blue is less in all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from tenfold.plots.style import BLUE, GREY, INCHES, ORANGE, STYLE

Floats = NDArray[Any]

LESS_MORE: Final = LinearSegmentedColormap.from_list("less-more", [BLUE, "white", ORANGE])
PALE: Final = "#B8B8B8"
_SMALL: Final = 9.5
PLAIN: Final = {**STYLE, "axes.grid": False, "font.size": 10, "axes.titlesize": 10.5}


def saliency(
    image: Floats, digit: int, *, gradient: Floats | None, loss: Floats | None, patch_px: int
) -> Figure:
    """Which pixels count for the digit, drawn over it.

    Args:
        image: (28, 28) in [0, 1], ink high.
        digit: which one is explained.
        gradient: (28, 28) nats per px of ink, or None where the model has none.
        loss: (28, 28) nats lost where a square is wiped, or None.
        patch_px: side of that square.
    """
    maps = []
    if gradient is not None:
        words = f"slope: more ink here is for (orange)\nor against (blue) the {digit}"
        maps.append((words, gradient, "log odds, nats per px of ink"))
    if loss is not None:
        square = f"{patch_px} × {patch_px} px"
        words = f"{square} wiped around here\nharm (orange) or help (blue) the {digit}"
        maps.append((words, loss, "log odds lost, nats"))
    with matplotlib.rc_context(PLAIN):
        n = 1 + len(maps)
        figure = Figure(figsize=(INCHES, 1.45 + 0.95 * INCHES / n), layout="constrained")
        grid = figure.add_gridspec(2, n, height_ratios=(30, 1))
        first = figure.add_subplot(grid[0, 0])
        draw_digit(first, image)
        first.set_title("what the net sees:\n28 × 28 px, ink black", fontsize=_SMALL)
        for column, (title, values, unit) in enumerate(maps, start=1):
            axis = figure.add_subplot(grid[0, column])
            limit = max(float(np.abs(values).max()), 1e-9)
            shown = axis.imshow(values, cmap=LESS_MORE, vmin=-limit, vmax=limit)
            _outline(axis, image)
            axis.set_title(title, fontsize=_SMALL)
            _scale(figure, shown, figure.add_subplot(grid[1, column]), unit)
    return figure


def neighbours(
    image: Floats, digit: int, images: Floats, labels: Sequence[int], distances: Sequence[float],
    title: str,
) -> Figure:  # fmt: skip
    """The nearest known digits, nearest first; another label than the digit's stands out.

    Args:
        image: (28, 28) in [0, 1], the digit that is explained.
        digit: what the model reads it as.
        images: (k, 28, 28) uint8.
        labels: (k,) their true digits.
        distances: (k,).
        title: of the whole.
    """
    columns = 5
    n_rows = max(-(-len(labels) // columns), 1)
    with matplotlib.rc_context(PLAIN):
        figure = Figure(figsize=(INCHES, 0.5 + 1.35 * max(n_rows, 2)), layout="constrained")
        grid = figure.add_gridspec(max(n_rows, 2), columns + 2)
        query = figure.add_subplot(grid[:2, :2])
        draw_digit(query, image)
        query.set_title(f"the digit, read as {digit}")
        for k, (label, distance) in enumerate(zip(labels, distances, strict=True)):
            axis = figure.add_subplot(grid[k // columns, 2 + k % columns])
            same = label == digit
            draw_digit(axis, images[k] / 255, frame=GREY if same else ORANGE, dashed=not same)
            axis.set_title(
                f"{label}  at {distance:.3f}", fontsize=10, pad=3,
                color="black" if same else ORANGE, fontweight="normal" if same else "bold",
            )  # fmt: skip
        figure.suptitle(title, fontsize=11.5)
    return figure


def change(
    before: Floats, after: Floats, p_before: Floats, p_after: Floats, title: str
) -> Figure:  # fmt: skip
    """A digit, the change, and what it becomes, with the ten probabilities before and after.

    Args:
        before: (28, 28) in [0, 1], ink high.
        after: the same.
        p_before: (10,) probabilities.
        p_after: the same.
        title: of the whole.
    """
    with matplotlib.rc_context(PLAIN):
        figure = Figure(figsize=(INCHES, 5.2), layout="constrained")
        grid = figure.add_gridspec(3, 3, height_ratios=(30, 1, 11))
        pictures = [figure.add_subplot(grid[0, k]) for k in range(3)]
        for axis, image, p, word in (
            (pictures[0], before, p_before, "before"), (pictures[2], after, p_after, "after"),
        ):  # fmt: skip
            draw_digit(axis, image)
            axis.set_title(f"{word}: read as {int(p.argmax())}")
        difference = after - before
        limit = max(float(np.abs(difference).max()), 1e-9)
        shown = pictures[1].imshow(difference, cmap=LESS_MORE, vmin=-limit, vmax=limit)
        _outline(pictures[1], before)
        pictures[1].set_title("ink added or removed")
        _scale(figure, shown, figure.add_subplot(grid[1, 1]), "of a pixel's full ink")
        for column, p in ((0, p_before), (2, p_after)):
            _ten_bars(figure.add_subplot(grid[2, column]), p)
        figure.suptitle(title, fontsize=11.5)
    return figure


def _scale(figure: Figure, shown: Any, axis: Axes, unit: str) -> None:
    """What the colours stand for, below a map."""
    bar = figure.colorbar(shown, cax=axis, orientation="horizontal", ticks=MaxNLocator(5))
    bar.set_label(unit)
    bar.outline.set_visible(False)


def _ten_bars(axis: Axes, p: Floats) -> None:
    """The ten probabilities; the two largest also as numbers."""
    first, second = (int(digit) for digit in np.argsort(-p, kind="stable")[:2])
    axis.bar(range(len(p)), p, color=[BLUE if k == first else PALE for k in range(len(p))])
    axis.set_title(f"{first} at {p[first]:.3f}, {second} at {p[second]:.3f}", fontsize=10)
    axis.set(ylim=(0, 1), yticks=[0, 0.5, 1], xticks=range(len(p)), xlabel="digit")
    axis.tick_params(length=0)


def draw_digit(axis: Axes, image: Floats, frame: str = GREY, dashed: bool = False) -> None:
    """The digit as ink on paper, framed."""
    axis.imshow(1 - image, cmap="gray", vmin=0, vmax=1)
    axis.set_xticks([])
    axis.set_yticks([])
    for spine in axis.spines.values():
        spine.set(visible=True, color=frame, linewidth=2 if dashed else 0.8)
        spine.set_linestyle("--" if dashed else "-")


def _outline(axis: Axes, image: Floats) -> None:
    """Where the ink of the digit ends, as a line over a map."""
    axis.contour(image, levels=[0.5], colors="black", linewidths=1.1)
    axis.set_xticks([])
    axis.set_yticks([])
    for spine in axis.spines.values():
        spine.set(visible=True, color=GREY, linewidth=0.8)
