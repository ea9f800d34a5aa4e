"""The print on the paper under a number, and the light on it.

Security prints are rosettes and waves drawn by geometric lathes; what matters to
a reader is that their lines are as thin and as dark as a pen's.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.looks import Look

Floats = NDArray[np.float32]
Phase = NDArray[np.floating[Any]]


def printed_pattern(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A security print or a tinted ground, (h, w) float32 in [0, 1], 1 = darkest.

    Waves, fans, crossed hatchings and rasters of dots, as on cheques and forms.

    Args:
        shape: height and width in px.
        rng: where all randomness comes from.

    >>> pattern = printed_pattern((40, 90), np.random.default_rng(0))
    >>> pattern.shape, bool(0 <= pattern.min() < pattern.max() <= 1)
    ((40, 90), True)
    """
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    kinds = (_waves, _waves, _waves, _fan, _hatch, _dots)
    pattern = kinds[int(rng.integers(len(kinds)))](x, y, rng)
    if rng.random() < 0.3:
        pattern = np.maximum(pattern, 0.7 * _waves(x, y, rng))
    if rng.random() < 0.3:  # strong in one place, gone in another
        field = rng.random((3, 5)).astype(np.float32)
        pattern = pattern * cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(pattern, 0, 1).astype(np.float32)


def _lines_at(phase: Phase, rng: np.random.Generator) -> Floats:
    """Dark lines where the phase is whole; their width is a chance part of the period."""
    sharp = float(rng.uniform(1.0, 6.0))
    offset = float(rng.uniform(-0.5, 0.8))
    line = 1 / (1 + np.exp(-sharp * (np.cos(2 * math.pi * phase) - offset)))
    return np.asarray(line, np.float32)


def _waves(x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    period = float(rng.uniform(3.5, 11))
    swing, length = float(rng.uniform(0, 7)), float(rng.uniform(25, 160))
    lean = float(rng.normal(0, 0.2))
    bend = swing * np.sin(2 * math.pi * (x / length + float(rng.random())))
    bend += 0.4 * swing * np.sin(2 * math.pi * (x / length * 2.3 + float(rng.random())))
    return _lines_at((y + bend + lean * x) / period, rng)


def _fan(x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    height, width = x.shape
    middle_x = float(rng.uniform(-0.5, 1.5)) * width
    middle_y = float(rng.choice([-1.0, 2.0])) * height * float(rng.uniform(0.8, 2))
    away = np.hypot(x - middle_x, (y - middle_y) * float(rng.uniform(0.7, 1.4)))
    return _lines_at(away / float(rng.uniform(4, 11)), rng)


def _hatch(x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    period, lean = float(rng.uniform(4, 10)), float(rng.uniform(0.3, 1.5))
    one = _lines_at((y + lean * x) / period, rng)
    return one if rng.random() < 0.5 else np.maximum(one, _lines_at((y - lean * x) / period, rng))


def _dots(x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    period = float(rng.uniform(3.5, 9))
    lattice = np.cos(2 * math.pi * x / period) + np.cos(2 * math.pi * y / period)
    sharp, offset = float(rng.uniform(2, 6)), float(rng.uniform(0.3, 1.5))
    return np.asarray(1 / (1 + np.exp(-sharp * (lattice - offset))), np.float32)


def light(shape: tuple[int, int], look: Look, rng: np.random.Generator) -> Floats:
    """Brightness of the light on each pixel, (h, w) float32 in (0, 1].

    Args:
        shape: height and width in px.
        look: its `shade` and `shadow` are looked at.
        rng: where all randomness comes from.

    >>> float(light((30, 80), Look(), np.random.default_rng(0)).min())
    1.0
    """
    height, width = shape
    field = np.ones(shape, np.float32)
    if look.shade:
        corners = 1 - look.shade * rng.random((2, 2)).astype(np.float32)
        field *= cv2.resize(corners, (width, height), interpolation=cv2.INTER_LINEAR)
    if look.shadow:
        dark = np.zeros(shape, np.uint8)
        x0, x1 = (int(v) for v in rng.uniform(-0.2, 1.2, 2) * width)
        side = width * int(rng.integers(0, 2))
        corners_px = np.array([(x0, 0), (x1, height), (side, height), (side, 0)], np.int32)
        cv2.fillPoly(dark, [corners_px], 255)
        soft = cv2.GaussianBlur(dark, (0, 0), float(rng.uniform(1.0, 5.0)))
        field *= 1 - look.shadow * soft.astype(np.float32) / 255
    return field
