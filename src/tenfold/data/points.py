"""Dots, commas and dashes in the look of the digits beside them, for the line net.

The classifier's own signs, which are no digits to it, are in `punctuation`.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.looks import Look

Ink = NDArray[np.uint8]

MARKS: Final = "-.,="
EQUALS: Final = "="
"""Closes an amount; written as two dashes and read as a dash."""

_FINER: Final = 4  # points are drawn so many times larger, for smooth edges
_THINNEST_PX: Final = 1.2


def swing(rng: np.random.Generator) -> float:
    """A normal deviate of standard deviation 1, none beyond 2."""
    return float(np.clip(rng.standard_normal(), -2.0, 2.0))


def cropped(ink: Ink) -> Ink:
    """The ink without the paper around it; never empty."""
    x, y, width, height = cv2.boundingRect((ink > 40).astype(np.uint8))
    return ink[y : y + height, x : x + width] if width else np.zeros((2, 2), np.uint8)


def draw_point(symbol: str, look: Look, rng: np.random.Generator) -> Ink:
    """A dot, a comma, a dash or a double one, cropped: (h, w) uint8, ink high.

    Args:
        symbol: one of `MARKS`.
        look: its `pen` and `digit_px` are looked at.
        rng: where all randomness comes from.

    >>> dash = draw_point("-", Look(digit_px=40), np.random.default_rng(0))
    >>> dash.shape[1] > 2 * dash.shape[0]
    True
    """
    pen = max(look.pen * look.digit_px, _THINNEST_PX)
    side = math.ceil(2.0 * look.digit_px) + 8
    fine = np.zeros((_FINER * side, _FINER * side), np.uint8)
    thick = max(round(_FINER * pen * float(rng.uniform(0.75, 1.15))), 2)
    high = _FINER * look.digit_px
    if symbol == ".":
        _dot(fine, _FINER * pen, thick, rng)
    elif symbol == ",":
        _comma(fine, high, thick, rng)
    elif symbol == "-":
        _dash(fine, 0.0, high * _dash_length(rng), thick, rng)
    else:
        apart, length = high * float(rng.uniform(0.12, 0.3)), high * _dash_length(rng)
        _dash(fine, -apart / 2, length, thick, rng)
        _dash(fine, apart / 2, length * float(rng.uniform(0.5, 1.1)), thick, rng)
    small = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    return cropped(np.asarray(small, np.uint8))


def _dot(field: Ink, pen: float, thick: int, rng: np.random.Generator) -> None:
    """A touch of the pen, or a short stroke; some press it into a blot."""
    middle = field.shape[0] // 2
    reach = pen * float(rng.uniform(0.0, 0.9))
    draw_stroke(field, [(middle, middle), (middle + reach, middle + swing(rng) * reach)], thick)
    if rng.random() < 0.4:
        axes = (round(thick * rng.uniform(0.5, 0.9)), round(thick * rng.uniform(0.5, 0.9)))
        cv2.ellipse(field, (middle, middle), axes, 0, 0, 360, 255, -1, cv2.LINE_AA)


def _comma(field: Ink, high: float, thick: int, rng: np.random.Generator) -> None:
    middle = field.shape[0] // 2
    length = high * float(rng.uniform(0.15, 0.38))
    lean = length * float(rng.uniform(0.1, 0.8))
    bow = length * float(rng.uniform(0.0, 0.25))
    points = [
        (middle, middle),
        (middle + bow - lean / 2, middle + length / 2),
        (middle - lean, middle + length),
    ]
    draw_stroke(field, [(float(x), float(y)) for x, y in points], thick)


def _dash_length(rng: np.random.Generator) -> float:
    """In heights; now and then a flourish that fills the line."""
    return float(rng.uniform(0.9, 1.9) if rng.random() < 0.12 else rng.uniform(0.2, 0.9))


def _dash(field: Ink, down: float, length: float, thick: int, rng: np.random.Generator) -> None:
    middle = field.shape[0] / 2
    rise, bow = length * 0.15 * swing(rng), length * 0.1 * swing(rng)
    points = [(middle - length / 2, middle + down + rise / 2), (middle, middle + down + bow),
              (middle + length / 2, middle + down - rise / 2)]  # fmt: skip
    draw_stroke(field, points, thick)


def draw_stroke(field: Ink, points: list[tuple[float, float]], thick: int) -> None:
    """A line through points (x, y), `thick` px wide, drawn into the field."""
    line = np.round(np.array(points)).astype(np.int32)
    cv2.polylines(field, [line], False, 255, thick, cv2.LINE_AA)
