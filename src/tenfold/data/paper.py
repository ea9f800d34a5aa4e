"""Paper under a number: plain, patterned, ruled, boxed; and the light on it."""

from __future__ import annotations

import itertools
import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.looks import Look

Floats = NDArray[np.float32]
Place = tuple[float, float, float, float]  # x, y, width, height in px


def printed_pattern(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A security print or a tinted ground, (h, w) float32 in [0, 1], 1 = darkest.

    Waves, fans, crossed hatchings and rasters of dots, as on cheques and forms.
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


def _lines_at(phase: Floats, rng: np.random.Generator) -> Floats:
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


def ruling(shape: tuple[int, int], kind: str, places: list[Place], digit_px: float,
           rng: np.random.Generator) -> Floats:  # fmt: skip
    """Printed lines, (h, w) float32 in [0, 1], 1 = full ink; empty for `none`.

    Args:
        shape: of the picture, in px.
        kind: as in `Look.ruling`.
        places: box of each digit; what is printed goes around them.
        digit_px: height of a usual digit.
        rng: where all randomness comes from.
    """
    field = np.zeros(shape, np.uint8)
    if kind == "none" or not places:
        return field.astype(np.float32)
    fat = 0.04 if kind == "squares" else 0.08
    thick = max(1, round(digit_px * float(rng.uniform(0.02, fat))))
    left, top = min(p[0] for p in places), min(p[1] for p in places)
    right, bottom = max(p[0] + p[2] for p in places), max(p[1] + p[3] for p in places)
    tilt = float(rng.normal(0, 0.012)) * shape[1]

    def across(row: float) -> None:
        start, end = (0, round(row - tilt / 2)), (shape[1], round(row + tilt / 2))
        cv2.line(field, start, end, 255, thick, cv2.LINE_AA)

    def down(column: float, y0: float = 0, y1: float = shape[0]) -> None:
        start, end = (round(column), round(y0)), (round(column - tilt / 3), round(y1))
        cv2.line(field, start, end, 255, thick, cv2.LINE_AA)

    if kind == "line":
        across(bottom + digit_px * float(rng.uniform(-0.08, 0.25)))
        if rng.random() < 0.3:
            across(top - digit_px * float(rng.uniform(0.0, 0.3)))
    elif kind == "lines":
        pitch = digit_px * float(rng.uniform(1.0, 1.7))
        row = bottom + digit_px * float(rng.uniform(-0.1, 0.2))
        for k in range(-3, 4):
            across(row + k * pitch)
    elif kind == "squares":
        pitch = digit_px * float(rng.uniform(0.45, 1.3))
        first_x, first_y = (float(v) for v in rng.random(2) * pitch)
        for k in range(int(shape[1] / pitch) + 1):
            down(first_x + k * pitch)
        for k in range(int(shape[0] / pitch) + 1):
            across(first_y + k * pitch)
    elif kind == "frame":
        near, low = digit_px * rng.uniform(0.1, 0.3, 2)
        for column in (left - near, right + near):
            down(column)
        for row in (top - low, bottom + low):
            across(row)
    else:
        _boxes(places, top, bottom, digit_px, down, across, rng)
    return field.astype(np.float32) / np.float32(255)


def _boxes(places, top, bottom, digit_px, down, across, rng):  # type: ignore[no-untyped-def]
    low = digit_px * float(rng.uniform(0.05, 0.25))
    ends = [places[0][0] - 0.2 * digit_px]
    ends += [(a[0] + a[2] + b[0]) / 2 for a, b in itertools.pairwise(places)]
    ends.append(places[-1][0] + places[-1][2] + 0.2 * digit_px)
    for column in ends:
        down(column, top - low, bottom + low)
    across(bottom + low)
    if rng.random() < 0.7:
        across(top - low)


def light(shape: tuple[int, int], look: Look, rng: np.random.Generator) -> Floats:
    """Brightness of the light on each pixel, (h, w) float32 in (0, 1]."""
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
