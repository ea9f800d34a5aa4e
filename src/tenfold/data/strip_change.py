"""A strip seen again, a little different: what a line that was drawn once still has to teach."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.canon import STRIP_STRIDE

_SHIFT: float = 2.0  # rows and columns
_STRETCH: float = 0.08
_GAMMA: float = 0.35  # of the logarithm
_STRENGTH: tuple[float, float] = (0.75, 1.1)
_BLUR_RATE, _BLUR = 0.25, (0.4, 0.9)
_NOISE_RATE, _NOISE = 0.25, 10.0


def change_strip(
    strip: NDArray[np.uint8], rng: np.random.Generator, *, least: int = 1
) -> NDArray[np.uint8]:
    """The strip shifted, stretched along the line, paler or darker, blurred or noisy.

    Args:
        strip: (h, w) uint8, 255 = full ink.
        rng: the next random numbers.
        least: columns that the answer must keep.

    Returns:
        (h, w') uint8 with w' within 8 % of w.
    """
    height, width = strip.shape
    u = rng.uniform(-1, 1, 4)
    stretch = 1 + _STRETCH * u[0]
    columns = max(round(width * stretch), least, STRIP_STRIDE)
    move = np.array([[columns / width, 0, _SHIFT * u[1]], [0, 1, _SHIFT * u[2]]])
    field = np.asarray(cv2.warpAffine(strip, move, (columns, height)))
    share = (np.arange(256) / 255) ** np.exp(_GAMMA * u[3]) * rng.uniform(*_STRENGTH)
    field = np.clip(255 * share, 0, 255).astype(np.uint8)[field]
    if rng.random() < _BLUR_RATE:
        field = np.asarray(cv2.GaussianBlur(field, (0, 0), rng.uniform(*_BLUR)))
    if rng.random() < _NOISE_RATE:
        noise = rng.standard_normal(field.shape, np.float32) * (_NOISE * rng.random())
        field = np.clip(field + noise, 0, 255).astype(np.uint8)
    return np.asarray(field, np.uint8)
