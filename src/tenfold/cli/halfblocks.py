"""A small grey picture as text: two pixels in each character cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style
from rich.text import Text

from tenfold.cli.shades import shades

if TYPE_CHECKING:
    from rich.console import Console

_GREYS: Final = frozenset({"256", "truecolor"})
"""Rich's names of the terminals that have greys enough; others have two or three."""

UPPER_HALF: Final = "▀"


def half_blocks(gray: NDArray[np.uint8]) -> Text:
    """The picture for a terminal with colours: w cells wide, half as many lines as it has rows.

    A cell is the upper half block: its own colour is the upper pixel, its
    background the lower one. An odd last row gets a black one below it.

    Args:
        gray: (h, w) uint8, 0 = black.

    >>> half_blocks(np.zeros((4, 3), np.uint8)).plain.split()
    ['▀▀▀', '▀▀▀']
    """
    if len(gray) % 2:
        gray = np.vstack([gray, np.zeros_like(gray[:1])])
    lines = []
    for upper, lower in zip(gray[0::2].tolist(), gray[1::2].tolist(), strict=True):
        cells = zip(upper, lower, strict=True)
        lines.append(Text.assemble(*((UPPER_HALF, _style(*cell)) for cell in cells)))
    return Text("\n").join(lines)


def drawn(console: Console, ink: NDArray[np.uint8], *, dark_on_light: bool = False) -> Text:
    """Half blocks where the terminal has greys, plain characters elsewhere.

    Args:
        console: on which it will be printed.
        ink: (h, w) uint8, ink high.
        dark_on_light: half blocks show ink on paper; otherwise light on black.
    """
    grey = console.is_terminal and console.color_system in _GREYS and not console.no_color
    if not grey or console.options.ascii_only:
        return Text(shades(ink))
    return half_blocks(255 - ink if dark_on_light else ink)


def _style(above: int, below: int) -> Style:
    return Style(
        color=Color.from_rgb(above, above, above), bgcolor=Color.from_rgb(below, below, below)
    )
