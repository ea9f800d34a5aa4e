"""Writing that was smeared while the picture was taken: how much of it is ink."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

SMEARED_LEAST: Final = 0.2  # of full ink: strokes drawn across the motion are as pale
SMEARED_FLOOR: Final = 0.14

_PALE: Final = 0.15  # of full ink
_MORE: Final = (
    1.5  # times the ink: sharp pens leave 1.14 at most, frosted glass mostly less than this
)
_CLEAN: Final = 0.4  # of the picture has hardly any contrast: paper with a grain is pale as well
_GRAIN: Final = 2  # 255ths
_SOFT: Final = 0.2  # of full ink a px of the work grid: sharp edges are as steep on it


def is_smeared(contrast: Levels, mask: Mask, full: float) -> bool:
    """True where much pale ink lies around the ink, on clean paper, and no edge of it is sharp.

    Strokes along the motion stay dark, those across it fade: a threshold between
    paper and the darkest strokes would lose them.

    Args:
        contrast: (h, w) uint8, as in `Ink`.
        mask: the ink that was found.
        full: contrast of full ink.
    """
    _, pale = cv2.threshold(contrast, _PALE * full, 1, cv2.THRESH_BINARY)
    if cv2.countNonZero(pale) < _MORE * np.count_nonzero(mask):
        return False
    if np.count_nonzero(contrast <= _GRAIN) < _CLEAN * contrast.size:
        return False
    across = cv2.Sobel(contrast, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    down = cv2.Sobel(contrast, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    steepest = np.percentile(cv2.magnitude(across, down)[mask], 90)
    return bool(steepest < _SOFT * full)
