"""Pens: how a line on paper looks that a hand has drawn, from hair-thin to fat.

round    an even line, its width swinging with the pressure
chisel   a broad nib held at one angle
ball     mottled, now and then a gap
mouse    hard, coarse pixels
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.uint8]
Stroke = NDArray[np.float32]
Pen = Literal["round", "chisel", "ball", "mouse"]

_SUB: Final = 4  # pixels are drawn 4 x 4 times finer and averaged
_PENS: Final[tuple[Pen, ...]] = ("round", "chisel", "ball", "mouse")
_PEN_SHARES: Final = np.cumsum((0.62, 0.14, 0.16, 0.08))
_THINNEST: Final = 0.025  # stroke width, as a share of the digit's longer side
_THICKEST: Final = 0.2


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody writes.

    Attributes:
        slant: shift of the top to the right, in heights (tangent of the angle).
        aspect: factor on the width.
        turn: rotation in degrees, clockwise.
        width: width of the stroke, as a share of the digit's longer side.
        pressure: how much the width swings along a stroke, 0 to 0.5.
        jitter: how far the points of a skeleton stray, in heights.
        tremor: how far the line trembles, in heights.
        pen: the kind of its tip; `mouse` draws hard, coarse pixels.
        rare: whether some digits have a form that few people write.
    """

    slant: float
    aspect: float
    turn: float
    width: float
    pressure: float
    jitter: float
    tremor: float
    pen: Pen
    rare: bool = True


def random_hand(rng: np.random.Generator) -> Hand:
    """One person's way of writing."""
    u = rng.random(6).tolist()
    slant, turn, aspect = rng.standard_normal(3).tolist()
    return Hand(
        slant=min(max(0.1 + 0.22 * slant, -0.4), 0.7),
        aspect=min(max(math.exp(0.19 * aspect), 0.68), 1.5),
        turn=min(max(5 * turn, -12), 12),
        width=_THINNEST * (_THICKEST / _THINNEST) ** u[0],
        pressure=0.5 * max(0.0, u[1] - 0.5),
        jitter=0.008 + 0.022 * u[2],
        tremor=0.012 * max(0.0, u[3] - 0.5),
        pen=_PENS[min(int(np.searchsorted(_PEN_SHARES, u[4])), len(_PENS) - 1)],
    )


def paint(
    strokes: Sequence[Stroke],
    width: float,
    hand: Hand,
    rng: np.random.Generator,
    shape: tuple[int, int],
) -> Ink:
    """Strokes drawn with a pen, anti-aliased.

    Args:
        strokes: polylines in px of the picture.
        width: width of the pen in px.
        hand: gives the pen and its pressure.
        rng: where all randomness comes from.
        shape: height and width of the picture in px.
    """
    if hand.pen == "mouse":
        return _mouse(strokes, width, rng, shape)
    fine = np.zeros((shape[0] * _SUB, shape[1] * _SUB), np.uint8)
    thick = width * _SUB
    if hand.pen == "ball":
        strokes = [part for stroke in strokes for part in _with_gaps(stroke, rng)]
    if hand.pen == "chisel":
        _chisel(fine, strokes, thick, float(rng.uniform(0.4, 1.2)))
    elif hand.pressure > 0.04:
        _pressed(fine, strokes, thick, hand.pressure, rng)
    else:
        _lines(fine, strokes, _SUB, thick)
    ink: Ink = np.asarray(cv2.resize(fine, shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    if hand.pen == "ball":
        ink = _mottled(ink, rng)
    return ink


def _lines(fine: Ink, strokes: Sequence[Stroke], scale: float, thick: float) -> None:
    shift = 3
    fixed = [np.round(stroke * (scale * 2**shift)).astype(np.int32) for stroke in strokes]
    cv2.polylines(fine, fixed, False, 255, max(1, round(thick)), cv2.LINE_8, shift)


def _pressed(
    fine: Ink, strokes: Sequence[Stroke], thick: float, pressure: float, rng: np.random.Generator
) -> None:
    """Lines whose width swings once or twice along each stroke."""
    for stroke in strokes:
        phase, speed = rng.uniform(0, 6.28), rng.uniform(3, 9)
        for first in range(0, len(stroke) - 1, 3):
            swing = np.sin(phase + speed * first / len(stroke))
            _lines(fine, [stroke[first : first + 4]], _SUB, thick * (1 + pressure * swing))


def _chisel(fine: Ink, strokes: Sequence[Stroke], thick: float, angle: float) -> None:
    """A broad nib held at one angle: the line laid beside itself along the nib."""
    nib = np.array([np.cos(angle), -np.sin(angle)]) * (thick / _SUB)
    copies = max(2, round(thick / 3))
    laid = [
        stroke + (nib * t).astype(np.float32)
        for t in np.linspace(-0.5, 0.5, copies)
        for stroke in strokes
    ]
    _lines(fine, laid, _SUB, max(3.0, 0.35 * thick))


def _with_gaps(stroke: Stroke, rng: np.random.Generator) -> list[Stroke]:
    """The stroke, sometimes broken where the ball did not roll."""
    if len(stroke) < 12 or rng.random() < 0.5:
        return [stroke]
    at = int(rng.integers(4, len(stroke) - 5))
    cut = int(rng.integers(1, 3))
    return [stroke[: at + 1], stroke[at + cut :]]


@cache
def _blotches() -> Ink:
    """Smooth noise, (256, 256), from which every mottled line takes a window."""
    noise = np.random.default_rng(7).normal(0, 1, (256, 256)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.3))
    return np.asarray(np.clip(205 + 60 * smooth / smooth.std(), 100, 255), np.uint8)


def _mottled(ink: Ink, rng: np.random.Generator) -> Ink:
    tile = _blotches()
    rows = int(rng.integers(256)) + np.arange(ink.shape[0])
    columns = int(rng.integers(256)) + np.arange(ink.shape[1])
    window = tile[np.ix_(rows % 256, columns % 256)]
    return np.asarray(cv2.multiply(ink, window, scale=1 / 255), np.uint8)


def _mouse(
    strokes: Sequence[Stroke], width: float, rng: np.random.Generator, shape: tuple[int, int]
) -> Ink:
    """Hard pixels, as a mouse leaves them in a small paint window."""
    coarse = float(rng.uniform(0.34, 0.8))
    small = np.zeros((round(shape[0] * coarse), round(shape[1] * coarse)), np.uint8)
    _lines(small, strokes, coarse, min(width, 0.1 * shape[0]) * coarse)
    return np.asarray(cv2.resize(small, shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)
