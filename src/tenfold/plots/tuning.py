"""Figures of a study: the accuracy trial by trial, and which setting mattered, which way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from numpy.typing import NDArray

from tenfold.plots.style import BLUE, GREY, INCHES, ORANGE, STYLE

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting over the trials.

    Attributes:
        name: as the figure calls it.
        share: of what the settings explain of the accuracy; all shares sum to 1.
        values: one for each trial.
        log: whether its values lie on a logarithmic scale.
    """

    name: str
    share: float
    values: Sequence[float]
    log: bool = False


def history(numbers: Sequence[int], accuracy: Sequence[float], whole: Sequence[bool]) -> Figure:
    """Validation accuracy trial by trial, and the best so far.

    Args:
        numbers: the trials, in order; the first is the recipe's own.
        accuracy: in [0, 1]; of a trial that was cut short, after its last epoch.
        whole: which trials were trained to their end; only these can be best.
    """
    x, y, ended = np.asarray(numbers), 100 * np.asarray(accuracy), np.asarray(whole, dtype=bool)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 3.6), layout="constrained")
        axis = figure.subplots()
        best = np.maximum.accumulate(np.where(ended, y, -np.inf))
        axis.step(
            x[np.isfinite(best)], best[np.isfinite(best)], where="post", color=ORANGE,
            label="best so far",
        )  # fmt: skip
        axis.scatter(x[ended], y[ended], s=36, color=BLUE, zorder=3, label="trained to its end")
        axis.scatter(x[~ended], y[~ended], s=36, marker="x", color=GREY, label="cut short")
        low = _floor(y)
        _below(axis, x[y < low], low)
        room = 0.06 * (y.max() - low) or 0.5
        axis.set_ylim(low - room, min(y.max() + room, 100.0 + room / 2))
        axis.set_xlabel("trial (the first has the recipe's own settings)")
        axis.set_ylabel("validation accuracy, %")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False)
    return figure


def importance(
    settings: Sequence[Setting], accuracy: Sequence[float], whole: Sequence[bool]
) -> Figure:
    """How much each setting mattered, above; which of its values did well, below.

    Args:
        settings: at least one.
        accuracy: of the same trials as the settings' values, in [0, 1].
        whole: which of them were trained to their end; the star is the best of these.
    """
    ordered = sorted(settings, key=lambda setting: -setting.share)
    y, ended = 100 * np.asarray(accuracy), np.asarray(whole, dtype=bool)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 2.6 + 0.32 * len(ordered)), layout="constrained")
        ratios = [0.8 + 0.3 * len(ordered), 2.4]
        above, below = figure.subfigures(2, 1, height_ratios=ratios, squeeze=False)[:, 0]
        _bars(above.subplots(), ordered)
        axes = below.subplots(1, len(ordered), sharey=True, squeeze=False)[0]
        for axis, setting in zip(axes, ordered, strict=True):
            _slice(axis, setting, y, ended)
        axes[0].set_ylabel("validation, %")
    return figure


def _bars(axis: Axes, settings: Sequence[Setting]) -> None:
    places = range(len(settings))
    axis.barh(places, [100 * setting.share for setting in settings], color=BLUE, height=0.62)
    for place, setting in zip(places, settings, strict=True):
        axis.text(100 * setting.share + 1, place, f"{setting.share:.0%}", va="center")
    axis.set_yticks(places, [setting.name for setting in settings])
    axis.invert_yaxis()
    axis.set_xlim(0, 108 * max(setting.share for setting in settings) + 4)
    axis.set_xticks([])
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
    axis.tick_params(axis="y", length=0)
    axis.set_title("what the differences in validation accuracy come from", loc="left")


def _slice(axis: Axes, setting: Setting, y: Floats, ended: Flags) -> None:
    """Accuracy against the values of one setting; the best trial stands out."""
    x, best = np.asarray(setting.values), int(np.argmax(np.where(ended, y, -np.inf)))
    axis.scatter(x[ended], y[ended], s=22, color=BLUE, alpha=0.7)
    axis.scatter(x[~ended], y[~ended], s=22, marker="x", color=GREY, linewidths=1)
    axis.scatter(
        x[best], y[best], s=110, marker="*", color=ORANGE, edgecolors="black", linewidths=0.6,
        zorder=3,
    )  # fmt: skip
    if setting.log:
        axis.set_xscale("log")
    axis.xaxis.set_major_locator(FixedLocator(_ends(x)))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(_short))
    low = _floor(y)
    _below(axis, x[y < low], low)
    room = 0.12 * (y.max() - low) or 0.5
    axis.set_ylim(low - room, y.max() + room)
    axis.tick_params(axis="x", labelsize=9)
    axis.set_xlabel(setting.name, fontsize=10)


def _ends(x: Floats) -> list[float]:
    return sorted({float(x.min()), float(x.max())})


def _floor(y: Floats) -> float:
    """Where the axis begins: a trial that learnt nothing would press the rest flat."""
    first, median = np.percentile(y, [25, 50])
    return float(y[y >= median - 4 * max(median - first, 0.25)].min())


def _below(axis: Axes, x: Floats, low: float) -> None:
    """Marks for the trials that lie below the axis."""
    if len(x):
        axis.scatter(x, np.full(len(x), low), s=40, marker="v", color=GREY, label="further down")


def _short(value: float, _: int) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}"
