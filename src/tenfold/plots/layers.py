"""Every layer of a net as one figure: maps as tiles, values as bars, from the pixels down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from tenfold.plots.explain import LESS_MORE, PALE, PLAIN, draw_digit
from tenfold.plots.style import BLUE, GREY, INCHES, ORANGE

Floats = NDArray[Any]

N_MAPS: Final = 32
_COLUMNS: Final = 16
_MARGIN: Final = 0.1  # inches, as all sizes here
_HEAD: Final = 1.1
_TITLE: Final = 0.3
_GAP: Final = 0.16
_BARS: Final = 0.8
_NAMES: Final = 0.22
_SCALE: Final = 0.4  # left of the bars
_TILE: Final = 0.92  # of its cell


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One layer of the figure.

    Attributes:
        title: above it.
        values: (h, w, c) maps, or (c,) values, drawn as bars.
        strongest: indices of the maps in the order to show them.
        weights: (28, 28, c) shown above the bars, or None.
        names: of the bars, or None where there are too many for names.
    """

    title: str
    values: Floats
    strongest: NDArray[np.int64]
    weights: Floats | None = None
    names: Sequence[str] | None = None


def layers(image: Floats, panels: Sequence[Panel], title: str) -> Figure:
    """What each layer makes of a digit, from the pixels down.

    Of a layer with more than 32 maps the most active are shown, most active first.

    Args:
        image: (28, 28) in [0, 1], ink high.
        panels: in the order of the net.
        title: of the whole.
    """
    strips = [strip for panel in panels for strip in _strips(panel)]
    height = _HEAD + sum(_TITLE + strip.inches + _GAP for strip in strips) + _MARGIN
    with matplotlib.rc_context(PLAIN):
        figure = Figure(figsize=(INCHES, height))
        draw_digit(_axes(figure, _MARGIN, 0.9, 0.9), image)
        _write(figure, 1.2, 0.38, title, fontsize=12.5)
        key = "orange: above 0, white: 0, blue: below 0; each layer has its own scale"
        _write(figure, 1.2, 0.72, key, color=GREY)
        top = _HEAD
        for strip in strips:
            _write(figure, _MARGIN, top + 0.17, strip.title)
            strip.draw(_axes(figure, top + _TITLE, strip.inches))
            top += _TITLE + strip.inches + _GAP
    return figure


@dataclass(frozen=True, slots=True, eq=False)
class _Maps:
    """Square tiles side by side, sixteen in a row."""

    title: str
    values: Floats  # (h, w, c), those to be shown

    @property
    def n_rows(self) -> int:
        return int(-(-self.values.shape[-1] // _COLUMNS))

    @property
    def inches(self) -> float:
        return self.n_rows * (INCHES - 2 * _MARGIN) / _COLUMNS

    def draw(self, axis: Axes) -> None:
        limit = max(float(np.abs(self.values).max()), 1e-9)
        edge = (1 - _TILE) / 2
        for k in range(self.values.shape[-1]):
            y, x = (place + edge for place in divmod(k, _COLUMNS))
            axis.imshow(
                self.values[..., k],
                extent=(x, x + _TILE, y + _TILE, y),
                cmap=LESS_MORE,
                vmin=-limit,
                vmax=limit,
            )
            axis.add_patch(Rectangle((x, y), _TILE, _TILE, fill=False, edgecolor=PALE, lw=0.7))
        axis.set(xlim=(0, _COLUMNS), ylim=(self.n_rows, 0), aspect="auto")
        axis.axis("off")


@dataclass(frozen=True, slots=True, eq=False)
class _Bars:
    """One bar for each value."""

    title: str
    values: Floats
    names: Sequence[str] | None

    @property
    def inches(self) -> float:
        return _BARS if self.names is None else _BARS + _NAMES

    def draw(self, axis: Axes) -> None:
        box = axis.get_position()
        left = _SCALE / INCHES
        below = box.height * (1 - _BARS / self.inches)
        axis.set_position((box.x0 + left, box.y0 + below, box.width - left, box.height - below))
        places = np.arange(len(self.values))
        axis.bar(places, self.values, color=np.where(self.values < 0, BLUE, ORANGE).tolist())
        axis.axhline(0, color=GREY, linewidth=0.8)
        axis.set_xlim(-0.7, len(self.values) - 0.3)
        axis.yaxis.set_major_locator(MaxNLocator(2, steps=[1, 2, 5, 10]))
        axis.tick_params(labelsize=9, length=2)
        axis.set_xticks(places if self.names is not None else [], self.names)


def _strips(panel: Panel) -> list[_Maps | _Bars]:
    """The strips of the figure that a layer takes up."""
    shown = panel.strongest[:N_MAPS]
    n = panel.values.shape[-1]
    some = f"the {len(shown)} most active of {n}" if n > N_MAPS else f"all {n}"
    if panel.values.ndim == 3:
        return [_Maps(f"{panel.title}: {some} maps", panel.values[..., shown])]
    bars = _Bars(panel.title, panel.values, panel.names)
    if panel.weights is None:
        return [bars]
    title = f"{panel.title}: weights of {some} units for each pixel"
    return [_Maps(title, panel.weights[..., shown]), bars]


def _axes(figure: Figure, top: float, height: float, width: float = INCHES - 2 * _MARGIN) -> Axes:
    """Axes so many inches below the figure's top."""
    whole = figure.get_figheight()
    box = (_MARGIN / INCHES, 1 - (top + height) / whole, width / INCHES, height / whole)
    return figure.add_axes(box)


def _write(figure: Figure, left: float, top: float, text: str, **look: Any) -> None:
    place = (left / INCHES, 1 - top / figure.get_figheight())
    figure.text(*place, text, va="center", **look)
