"""Marks that are no digit: dots, dashes, ruled lines, blots, grain."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.uint8]

_RULES: Final = ("-", "--", "---", "-|", "[", "L", "[]", "+", "#")


def draw_mark(rng: np.random.Generator) -> Ink:
    """Dots, dashes, ruled lines and corners, blots, grain; sometimes nothing at all."""
    makers = (_dot, _dots, _dash, _dash, _ruled, _ruled, _frame, _blot, _grain)
    if rng.random() < 0.02:
        return np.zeros((40, 40), np.uint8)
    return makers[int(rng.integers(len(makers)))](rng)


def _dot(rng: np.random.Generator) -> Ink:
    ink = np.zeros((48, 48), np.uint8)
    axes = (int(rng.integers(10, 17)), int(rng.integers(7, 12)))
    cv2.ellipse(ink, (24, 24), axes, float(rng.uniform(-30, 30)), 0, 360, 255, -1, cv2.LINE_AA)
    return ink


def _dots(rng: np.random.Generator) -> Ink:
    ink = np.zeros((72, 72), np.uint8)
    for _ in range(int(rng.integers(2, 6))):
        spot = (int(rng.integers(8, 64)), int(rng.integers(8, 64)))
        cv2.circle(ink, spot, int(rng.integers(1, 8)), 255, -1, cv2.LINE_AA)
    return ink


def _dash(rng: np.random.Generator) -> Ink:
    ink = np.zeros((72, 72), np.uint8)
    rise = int(rng.integers(-14, 15))
    bow = int(rng.integers(-5, 6))
    points = np.array([(8, 36 + rise), (36, 36 + bow), (64, 36 - rise)], np.int32)
    cv2.polylines(ink, [points], False, 255, int(rng.integers(2, 17)), cv2.LINE_AA)
    return ink


def _ruled(rng: np.random.Generator) -> Ink:
    """Pieces of ruled lines; never a bar alone (1), with serifs (1) or hung on the right (7)."""
    kind = _RULES[int(rng.integers(len(_RULES)))]
    ink = np.zeros((72, 72), np.uint8)
    thick, tilt = int(rng.integers(1, 6)), int(rng.integers(-4, 5))
    near, middle, far = (int(k) for k in rng.integers((4, 30, 60), (12, 43, 68)))
    rows = {
        "--": (near, middle), "---": (near, middle, far), "L": (far,), "[": (near,),
        "[]": (near,), "#": (24, 48),
    }.get(kind, (middle,))  # fmt: skip
    columns = {
        "-|": (near, far), "[": (near,), "L": (near,), "[]": (near, far), "+": (middle,),
        "#": (24, 48),
    }.get(kind, ())  # fmt: skip
    for row in rows:
        cv2.line(ink, (4, row - tilt), (68, row + tilt), 255, thick, cv2.LINE_AA)
    for column in columns:
        cv2.line(ink, (column + tilt, 4), (column - tilt, 68), 255, thick, cv2.LINE_AA)
    return ink


def _frame(rng: np.random.Generator) -> Ink:
    """An empty cell, broad, or with lines that run past its corners."""
    ink = np.zeros((72, 96), np.uint8)
    low, high = int(rng.integers(14, 24)), int(rng.integers(44, 60))
    past = int(rng.integers(4, 12))
    thick = int(rng.integers(1, 5))
    for row in (low, high):
        cv2.line(ink, (12 - past, row), (84 + past, row), 255, thick)
    for column in (12, 84):
        cv2.line(ink, (column, low - past), (column, high + past), 255, thick)
    return ink


def _blot(rng: np.random.Generator) -> Ink:
    noise = rng.standard_normal((64, 64)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(3, 9))))
    level = float(np.quantile(smooth, rng.uniform(0.6, 0.9)))
    return np.where(smooth > level, 255, 0).astype(np.uint8)


def _grain(rng: np.random.Generator) -> Ink:
    noise = rng.random((28, 28))
    ink = np.where(noise > rng.uniform(0.6, 0.97), 255 * rng.random((28, 28)), 0).astype(np.uint8)
    if rng.random() < 0.5:
        return np.asarray(cv2.resize(ink, (64, 64), interpolation=cv2.INTER_LINEAR), np.uint8)
    return ink
