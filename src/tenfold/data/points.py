"""Dots, commas and dashes by the pen that wrote the digits beside them."""

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


def swing(rng: np.random.Generator) -> float:
    """A normal deviate, none far out."""
    return float(np.clip(rng.standard_normal(), -2.0, 2.0))


def cropped(ink: Ink) -> Ink:
    """The ink without the paper around it; never empty."""
    x, y, width, height = cv2.boundingRect((ink > 40).astype(np.uint8))
    return ink[y : y + height, x : x + width] if width else np.zeros((2, 2), np.uint8)


def draw_mark(symbol: str, look: Look, rng: np.random.Generator) -> Ink:
    """A dot, a comma, a dash or a double one, cropped: (h, w) uint8, ink high."""
    high = look.digit_px
    pen = max(look.pen * high, 1.2)
    side = math.ceil(2.0 * high) + 8
    fine = np.zeros((4 * side, 4 * side), np.uint8)
    middle = 2 * side
    thick = max(round(4 * pen * float(rng.uniform(0.75, 1.15))), 2)
    if symbol == ".":
        reach = 4 * pen * float(rng.uniform(0.0, 0.9))
        draw_stroke(fine, [(middle, middle), (middle + reach, middle + swing(rng) * reach)], thick)
        if rng.random() < 0.4:
            axes = (round(thick * rng.uniform(0.5, 0.9)), round(thick * rng.uniform(0.5, 0.9)))
            cv2.ellipse(fine, (middle, middle), axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    elif symbol == ",":
        length = 4 * high * float(rng.uniform(0.15, 0.38))
        lean = length * float(rng.uniform(0.1, 0.8))
        bow = length * float(rng.uniform(0.0, 0.25))
        points = [(middle, middle), (middle + bow - lean / 2, middle + length / 2),
                  (middle - lean, middle + length)]  # fmt: skip
        draw_stroke(fine, points, thick)
    elif symbol == "-":
        _dash(fine, 0.0, 4 * high * _dash_length(rng), thick, rng)
    else:
        apart, length = 4 * high * float(rng.uniform(0.12, 0.3)), 4 * high * _dash_length(rng)
        _dash(fine, -apart / 2, length, thick, rng)
        _dash(fine, apart / 2, length * float(rng.uniform(0.5, 1.1)), thick, rng)
    small = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    return cropped(np.asarray(small, np.uint8))


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
    """A line through points in px, drawn into the field."""
    line = np.round(np.array(points)).astype(np.int32)
    cv2.polylines(field, [line], False, 255, thick, cv2.LINE_AA)
