"""Digits written by a synthetic pen, one by one or as numbers in a row.

Every hand is random: skeleton, slant, proportions, pen, pressure. The same
generator state writes the same pixels.

>>> ink = draw_digit(7, np.random.default_rng(0))
>>> ink.shape, ink.dtype, bool(ink.max() > 200)
((64, 64), dtype('uint8'), True)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.debris import DEBRIS
from tenfold.data.glyphs import COMMON, DIGITS
from tenfold.data.nib import Hand, Ink, Stroke, paint, random_hand
from tenfold.data.skeletons import skeleton

_FATTEST: Final = {1: 0.19, 7: 0.2, 0: 0.2, 2: 0.18, 3: 0.17, 4: 0.16, 5: 0.17}
_FATTEST_WITH_RING: Final = 0.14  # fatter pens fill the rings of 6, 8 and 9


def draw_digit(
    label: int,
    rng: np.random.Generator,
    size: int = 64,
    *,
    variant: str | None = None,
    hand: Hand | None = None,
) -> Ink:
    """One digit as (size, size) uint8, ink high, near the middle of its square.

    Args:
        label: 0 to 9.
        rng: where all randomness comes from.
        size: side of the picture in px, at least 16.
        variant: a name of `glyphs.DIGITS[label]`; a random one if None.
        hand: who writes; somebody at random if None.
    """
    hand = hand or random_hand(rng)
    strokes = written(_digit_text(label, rng, variant, hand), hand, rng)
    return _square(strokes, min(hand.width, fattest(label)), hand, rng, size)


def draw_debris(rng: np.random.Generator, size: int = 64, *, name: str | None = None) -> Ink:
    """A letter, a sign or a scribble as (size, size) uint8, ink high; never a digit.

    Args:
        rng: where all randomness comes from.
        size: side of the picture in px, at least 16.
        name: a name of `debris.DEBRIS`, or `scribble`; a random one if None.
    """
    hand = random_hand(rng)
    names = [*DEBRIS, *("scribble",) * 4]
    name = name or names[int(rng.integers(len(names)))]
    if name == "scribble":
        return _square(_scribble(rng), hand.width, hand, rng, size)
    strokes = written(DEBRIS[name], hand, rng)
    return _square(strokes, min(hand.width, 0.16), hand, rng, size)


def draw_number(
    text: str,
    rng: np.random.Generator,
    height: int = 64,
    gap: float = 0.18,
    *,
    hand: Hand | None = None,
) -> tuple[Ink, list[tuple[int, int, int, int]]]:
    """A number in one hand, and the box of each of its digits.

    Args:
        text: one digit or more.
        rng: where all randomness comes from.
        height: height of the picture in px; the digits fill most of it.
        gap: space between two digits, in digit heights; below 0 they touch.
        hand: who writes; somebody at random if None.

    Returns:
        (height, w) uint8, ink high, and boxes (x, y, width, height) in px.
    """
    hand = hand or random_hand(rng)
    side = height * 0.68
    width = min(hand.width, *(fattest(int(letter)) for letter in text), 1.0) * side
    placed: list[list[Stroke]] = []
    x, drift = height * 0.14 + width / 2, float(rng.normal(0, 0.02))
    for k, letter in enumerate(text):
        strokes = written(_digit_text(int(letter), rng, None, hand), hand, rng)
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


def _digit_text(label: int, rng: np.random.Generator, variant: str | None, hand: Hand) -> str:
    if variant is None:
        names, shares = _shares(label, hand.rare)
        variant = names[min(int(np.searchsorted(shares, rng.random())), len(names) - 1)]
    return DIGITS[label][variant][1]


@cache
def _shares(label: int, rare: bool) -> tuple[list[str], NDArray[np.float64]]:
    variants = (DIGITS if rare else COMMON)[label]
    often = np.array([weight for weight, _ in variants.values()])
    return list(variants), np.cumsum(often / often.sum())


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


def _scribble(rng: np.random.Generator) -> list[Stroke]:
    """A line with no sense: it wanders, turning back and forth."""
    n = int(rng.integers(9, 17))
    points = rng.random((n, 2)) * np.array([1.0, float(rng.uniform(0.3, 1.0))])
    text = " ".join(f"{100 * x:.0f},{100 * y:.0f}" for x, y in points)
    shape = skeleton.__wrapped__(text)  # never written twice, so not worth remembering
    return [matrix @ shape.points for matrix in shape.strokes]
