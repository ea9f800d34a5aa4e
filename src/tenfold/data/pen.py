"""Digits written by a synthetic pen, one by one or as numbers in a row.

Every hand is random: skeleton, slant, proportions, pen, pressure. The same
generator state writes the same pixels.

>>> ink = draw_digit(7, np.random.default_rng(0))
>>> ink.shape, ink.dtype, bool(ink.max() > 200)
((64, 64), dtype('uint8'), True)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.glyphs import DEBRIS, DIGITS, skeleton

Ink = NDArray[np.uint8]
Stroke = NDArray[np.float32]
Pen = Literal["round", "chisel", "ball", "mouse"]

_SUB: Final = 4  # pixels are drawn 4 x 4 times finer and averaged
_PENS: Final[tuple[Pen, ...]] = ("round", "chisel", "ball", "mouse")
_PEN_SHARES: Final = np.cumsum((0.62, 0.14, 0.16, 0.08))
_THINNEST: Final = 0.025  # stroke width, as a share of the digit's longer side
_FATTEST: Final = {1: 0.19, 7: 0.2, 0: 0.2, 2: 0.18, 3: 0.17, 4: 0.16, 5: 0.17}
_FATTEST_WITH_RING: Final = 0.14  # fatter pens fill the rings of 6, 8 and 9


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
    """

    slant: float
    aspect: float
    turn: float
    width: float
    pressure: float
    jitter: float
    tremor: float
    pen: Pen


def random_hand(rng: np.random.Generator) -> Hand:
    """One person's way of writing."""
    u = rng.random(6)
    slant, turn, aspect = rng.standard_normal(3)
    return Hand(
        slant=float(np.clip(0.1 + 0.22 * slant, -0.4, 0.7)),
        aspect=float(np.clip(np.exp(0.19 * aspect), 0.68, 1.5)),
        turn=float(np.clip(5 * turn, -12, 12)),
        width=float(_THINNEST * (0.2 / _THINNEST) ** u[0]),
        pressure=float(0.5 * max(0.0, u[1] - 0.5)),
        jitter=float(0.008 + 0.022 * u[2]),
        tremor=float(0.012 * max(0.0, u[3] - 0.5)),
        pen=_PENS[min(int(np.searchsorted(_PEN_SHARES, u[4])), len(_PENS) - 1)],
    )


def draw_digit(
    label: int, rng: np.random.Generator, size: int = 64, *, variant: str | None = None
) -> Ink:
    """One digit as (size, size) uint8, ink high, near the middle of its square.

    Args:
        label: 0 to 9.
        rng: where all randomness comes from.
        size: side of the picture in px, at least 16.
        variant: a name of `glyphs.DIGITS[label]`; a random one if None.
    """
    hand = random_hand(rng)
    strokes = written(_digit_text(label, rng, variant), hand, rng)
    return _square(strokes, min(hand.width, fattest(label)), hand, rng, size)


def draw_debris(rng: np.random.Generator, size: int = 64, *, name: str | None = None) -> Ink:
    """A letter, a sign or a scribble as (size, size) uint8, ink high; never a digit.

    Args:
        rng: where all randomness comes from.
        size: side of the picture in px, at least 16.
        name: a name of `glyphs.DEBRIS`, or `scribble`; a random one if None.
    """
    hand = random_hand(rng)
    names = [*DEBRIS, *("scribble",) * 4]
    name = name or names[int(rng.integers(len(names)))]
    if name == "scribble":
        return _square(_scribble(rng), hand.width, hand, rng, size)
    strokes = written(DEBRIS[name], hand, rng)
    return _square(strokes, min(hand.width, 0.16), hand, rng, size)


def draw_number(
    text: str, rng: np.random.Generator, height: int = 64, gap: float = 0.18
) -> tuple[Ink, list[tuple[int, int, int, int]]]:
    """A number in one hand, and the box of each of its digits.

    Args:
        text: one digit or more.
        rng: where all randomness comes from.
        height: height of the picture in px; the digits fill most of it.
        gap: space between two digits, in digit heights; below 0 they touch.

    Returns:
        (height, w) uint8, ink high, and boxes (x, y, width, height) in px.
    """
    hand = random_hand(rng)
    side = height * 0.68
    width = min(hand.width, *(fattest(int(letter)) for letter in text), 1.0) * side
    placed: list[list[Stroke]] = []
    x, drift = height * 0.14 + width / 2, float(rng.normal(0, 0.02))
    for k, letter in enumerate(text):
        strokes = written(_digit_text(int(letter), rng, None), hand, rng)
        tall = side * float(rng.normal(1, 0.04))
        low, high = _extent(strokes)
        y = height * (0.16 + drift * k / max(1, len(text))) + float(rng.normal(0, 0.012)) * height
        scale = tall / max(float(high[1] - low[1]), 0.7)
        shift = np.array([x, y], np.float32) - low * scale
        placed.append([(stroke * scale + shift).astype(np.float32) for stroke in strokes])
        space = side * max(gap + float(rng.normal(0, 0.04)), -0.1)
        x += float(high[0] - low[0]) * scale + width + space
    shape = (height, int(x + height * 0.2))
    inks = [paint(strokes, width, hand, rng, shape) for strokes in placed]
    return np.maximum.reduce(inks), [_box(ink) for ink in inks]


def fattest(label: int) -> float:
    """The fattest pen that leaves a digit legible, as a share of its longer side."""
    return _FATTEST.get(label, _FATTEST_WITH_RING)


def written(text: str, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """The polylines of one skeleton in somebody's hand, in heights."""
    shape = skeleton(text)
    points = shape.points + rng.normal(0, hand.jitter, shape.points.shape).astype(np.float32)
    angle = np.deg2rad(hand.turn)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    lean = np.array([[hand.aspect, 0], [-hand.slant, 1]])  # row vectors: (x, y) @ lean @ turn
    points = points @ (lean @ turn).astype(np.float32)
    strokes = [matrix @ points for matrix in shape.strokes]
    if hand.tremor:
        strokes = [stroke + _tremble(len(stroke), hand.tremor, rng) for stroke in strokes]
    return strokes


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


def _digit_text(label: int, rng: np.random.Generator, variant: str | None) -> str:
    variants = DIGITS[label]
    if variant is None:
        names, shares = _shares(label)
        variant = names[min(int(np.searchsorted(shares, rng.random())), len(names) - 1)]
    return variants[variant][1]


@cache
def _shares(label: int) -> tuple[list[str], NDArray[np.float64]]:
    often = np.array([weight for weight, _ in DIGITS[label].values()])
    return list(DIGITS[label]), np.cumsum(often / often.sum())


def _extent(strokes: Sequence[Stroke]) -> tuple[Stroke, Stroke]:
    joined = np.concatenate(strokes)
    return joined.min(axis=0), joined.max(axis=0)


def _square(
    strokes: Sequence[Stroke], width: float, hand: Hand, rng: np.random.Generator, size: int
) -> Ink:
    """Strokes scaled into the middle of a square picture."""
    low, high = _extent(strokes)
    side = size * float(rng.uniform(0.6, 0.72))
    scale = side / max(float((high - low).max()), 1e-3)
    shift = np.float32(size / 2) - (low + high) / 2 * np.float32(scale)
    placed = [(stroke * scale + shift).astype(np.float32) for stroke in strokes]
    return paint(placed, width * side, hand, rng, (size, size))


def _box(ink: Ink) -> tuple[int, int, int, int]:
    x, y, width, height = cv2.boundingRect(ink)
    return x, y, width, height


def _tremble(n: int, amount: float, rng: np.random.Generator) -> Stroke:
    steps = rng.normal(0, amount, (n, 2))
    smooth = (steps + np.roll(steps, 1, 0) + np.roll(steps, 2, 0)) / np.sqrt(3)
    return np.asarray(smooth, np.float32)


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
    return np.asarray(np.clip(200 + 70 * smooth / smooth.std(), 60, 255), np.uint8)


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


def _scribble(rng: np.random.Generator) -> list[Stroke]:
    """A line with no sense: it wanders, turning back and forth."""
    n = int(rng.integers(9, 17))
    points = rng.random((n, 2)) * np.array([1.0, float(rng.uniform(0.3, 1.0))])
    text = " ".join(f"{100 * x:.0f},{100 * y:.0f}" for x, y in points)
    shape = skeleton.__wrapped__(text)  # never written twice, so not worth remembering
    return [matrix @ shape.points for matrix in shape.strokes]
