"""Figures of a run: training curves, the confusion table, the surest mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from tenfold.evaluation import Confusion
from tenfold.plots.style import BLUE, GREY, INCHES, ORANGE, STYLE

N_MISTAKES: Final = 24


def curves(
    *,
    accuracy: Sequence[float],
    loss: Sequence[float],
    validation_accuracy: Sequence[float] | None = None,
    validation_loss: Sequence[float] | None = None,
    kept: int | None = None,
) -> Figure:
    """Accuracy and loss per epoch, of training and validation.

    Args:
        accuracy: one value an epoch, in [0, 1], as training saw it (with dropout).
        loss: likewise, in nats.
        validation_accuracy: the same for held-out digits, where there are any.
        validation_loss: likewise.
        kept: the epoch whose weights became the model, counted from 1.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        percent = [100 * value for value in accuracy]
        held = None if validation_accuracy is None else [100 * v for v in validation_accuracy]
        _pair(left, "accuracy, %", percent, held, kept)
        _pair(right, "loss, nats", loss, validation_loss, kept)
        left.legend(loc="lower right", frameon=False)
    return figure


def confusion(table: Confusion) -> Figure:
    """Which digit is taken for which: counts on the left, rates on the right.

    The colour shows mistakes only; the diagonal, hundreds of times larger,
    would leave them all pale.
    """
    with matplotlib.rc_context({**STYLE, "axes.grid": False}):
        figure = Figure(figsize=(INCHES, 4.5), layout="constrained")
        left, right = figure.subplots(1, 2)
        counts = [[str(count) if count else "·" for count in row] for row in table.counts]
        _grid(left, table, counts, f"counts: {table.errors} of {table.counts.sum():,} wrong")
        rates = [[_rate(rate) for rate in row] for row in table.rates]
        _grid(right, table, rates, "rates: % of the true digit")
    return figure


def mistakes(
    images: NDArray[np.uint8], y: ArrayLike, probabilities: ArrayLike, n: int = N_MISTAKES
) -> Figure:
    """The wrong answers that the model was surest of, surest first.

    Args:
        images: (m, 28, 28), ink high.
        y: (m,) true digits.
        probabilities: (m, 10).
        n: how many to show at most.
    """
    p, true = np.asarray(probabilities), np.asarray(y)
    predicted, sure = p.argmax(axis=1), p.max(axis=1)
    wrong = np.flatnonzero(predicted != true)
    wrong = wrong[np.argsort(-sure[wrong], kind="stable")][:n]
    n_columns = 8
    n_rows = max(-(-len(wrong) // n_columns), 1)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 0.6 + 1.3 * n_rows), layout="constrained")
        axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
        for axis in axes:
            axis.axis("off")
        for axis, index in zip(axes, wrong, strict=False):
            axis.imshow(255 - images[index], cmap="gray", vmin=0, vmax=255)
            axis.set_title(
                f"{true[index]} read as {predicted[index]}\n{sure[index]:.1%}", fontsize=9.5
            )
        title = f"The {len(wrong)} surest mistakes" if len(wrong) else "No mistakes"
        figure.suptitle(f"{title} of {len(true):,} digits", fontsize=12)
    return figure


def _pair(
    axis: Axes, name: str, train: Sequence[float], held: Sequence[float] | None, kept: int | None
) -> None:
    """One value over the epochs, for training and validation."""
    epochs = range(1, len(train) + 1)
    axis.plot(epochs, train, color=BLUE, marker="o", markersize=4, label="train")
    if held is not None:
        axis.plot(
            epochs, held, color=ORANGE, linestyle="--", marker="s", markersize=4,
            label="validation",
        )  # fmt: skip
    if kept is not None and kept != len(train):
        axis.axvline(kept, color=GREY, linestyle=":", linewidth=1.5, label=f"kept: epoch {kept}")
    axis.set_xlabel("epoch")
    axis.set_ylabel(name)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set_xlim(0.5, len(train) + 0.5)


def _grid(axis: Axes, table: Confusion, texts: list[list[str]], title: str) -> None:
    """The table as a coloured grid with a text in each cell."""
    wrong = table.rates.copy()
    np.fill_diagonal(wrong, 0)
    # The root lifts the many small rates above the paper.
    norm = PowerNorm(0.5, vmin=0, vmax=max(float(wrong.max()), 0.005))
    axis.imshow(wrong, cmap="Oranges", norm=norm)
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            right = row == column
            dark = norm(wrong[row, column]) > 0.65
            axis.text(
                column, row, text, ha="center", va="center", fontsize=8.5,
                color="white" if dark else BLUE if right else GREY if text == "·" else "black",
                fontweight="bold" if right else "normal",
            )  # fmt: skip
    axis.set_xticks(range(len(texts)))
    axis.set_yticks(range(len(texts)))
    axis.set_xlabel("predicted digit")
    axis.set_ylabel("true digit")
    axis.set_title(title)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)


def _rate(rate: float) -> str:
    """A rate as percent in at most four characters."""
    percent = 100 * rate
    if percent == 0:
        return "·"
    return "100" if percent >= 99.95 else f"{percent:.1f}" if percent >= 0.05 else "0.0"
