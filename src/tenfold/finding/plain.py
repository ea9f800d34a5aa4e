"""Small pictures of a digit that are not plainly written: strays taken off, outlines filled."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from tenfold.picture import Ink, inked

from .hollow import filled
from .strays import without_strays

_ENLARGED: Final = 2  # work pixels to a pixel: the picture is a crop of a digit or two
_LONGEST: Final = (
    1.5  # of the picture's sides: a longer one holds a number, which swings as waves do
)


def plain(ink: Ink) -> Ink:
    """The ink as plain strokes; the argument itself where it is, or where it is a number's.

    Args:
        ink: of a whole picture.
    """
    short, long = sorted(ink.mask.shape)
    if ink.scale < _ENLARGED or long > _LONGEST * short or not ink.mask.any():
        return ink
    clean = without_strays(ink.mask)
    if clean is not ink.mask and clean.any():
        ink = replace(ink, mask=clean)
    there = inked(ink.mask)
    lines = np.ascontiguousarray(ink.mask[there])
    strokes = filled(lines)
    if strokes is lines:
        return ink
    mask, strength = ink.mask.copy(), ink.strength.copy()
    mask[there] = strokes
    strength[there] = np.maximum(strength[there], strokes)
    return replace(ink, mask=mask, strength=strength)
