"""A small picture of ink as plain characters, for terminals and files without colours."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

RAMP: Final = " .:-=+*#%@"
"""From paper to full ink; every terminal has these."""


def shades(ink: NDArray[np.uint8]) -> str:
    """The picture in characters: w wide, half as many lines as it has rows.

    A character stands for two pixels, one above the other, since it is about
    twice as high as wide; the denser it is, the more ink. An odd last row
    gets a row of paper below it.

    Args:
        ink: (h, w) uint8, ink high.

    >>> print(shades(np.array([[0, 120, 255], [0, 120, 255]], np.uint8)) + "|")
     =@|
    """
    if len(ink) % 2:
        ink = np.vstack([ink, np.zeros_like(ink[:1])])
    pairs = ink.reshape(-1, 2, ink.shape[1]).mean(axis=1)
    steps = np.rint(pairs * (len(RAMP) - 1) / 255).astype(int)
    return "\n".join("".join(RAMP[step] for step in line) for line in steps)
