"""Runs of zeros written without lifting the pen, as they close many a round amount."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.looks import Look
from tenfold.data.points import cropped, draw_stroke, swing
from tenfold.data.ruled import Place

Ink = NDArray[np.uint8]

_FINE = 4  # drawn so many times finer, then averaged
_STEPS = 24  # straight pieces of a turn


def zero_chain(n: int, height: float, look: Look, rng: np.random.Generator) -> Ink:
    """N zeros as one line: a pen that circles while the hand moves on.

    Each turn runs a little past its beginning and straight on to the next, so they
    hang together at the top.

    Args:
        n: at least 1.
        height: of the zeros in px.
        look: of the writing: its slant, aspect and pen.
        rng: where all randomness comes from.

    Returns:
        (h, w) uint8, ink high, cropped.

    >>> zero_chain(3, 30.0, Look(), np.random.default_rng(0)).shape[1] > 40
    True
    """
    tall = height * _FINE / 2
    wide = tall * look.aspect * float(rng.uniform(0.55, 1.0))
    pitch = 2 * wide * float(rng.uniform(0.75, 1.5))
    turn = -1 if rng.random() < 0.8 else 1  # most hands circle against the clock
    start, past = -math.pi / 2 + float(rng.uniform(-0.5, 0.5)), float(rng.uniform(-0.2, 0.5))
    past += 2 * math.pi if rng.random() < 0.1 else 0.0  # some go round twice
    xs, ys = [], []
    for k in range(n):
        angle = start + turn * np.linspace(0, 2 * math.pi + past, _STEPS)
        size = 1 + 0.08 * swing(rng)
        moved = k * pitch + np.linspace(-0.1, 0.1, _STEPS) * pitch  # the hand moves on meanwhile
        xs.append(moved + wide * size * np.cos(angle))
        ys.append(tall * size * np.sin(angle) + 0.05 * tall * swing(rng))
    x, y = np.concatenate(xs), np.concatenate(ys)
    x = x - (look.slant - 0.1) * y
    points = np.stack([x - x.min(), y - y.min()], axis=1) + 4 * _FINE
    if rng.random() < 0.4:  # the last stroke runs on
        reach = tall * rng.uniform(0.2, 0.9, 2) * (1, -0.4)
        points = np.concatenate([points, points[-1:] + reach])
    size = (points.max(axis=0) + 6 * _FINE).astype(int)
    fine = np.zeros((size[1], size[0]), np.uint8)
    thick = max(round(look.pen * look.digit_px * _FINE), 2)
    draw_stroke(fine, [(float(px), float(py)) for px, py in points], thick)
    small = cv2.resize(fine, (size[0] // _FINE, size[1] // _FINE), interpolation=cv2.INTER_AREA)
    return cropped(np.asarray(small, np.uint8))


def in_equal_parts(place: Place, n: int) -> list[Place]:
    """The boxes of n zeros of a chain."""
    x, y, width, height = place
    return [(x + k * width / n, y, width / n, height) for k in range(n)]
