"""A digit or letter as another hand would write it: its size, slant and pen."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.canon import JUNK, stroke_width
from tenfold.data.looks import Look
from tenfold.data.points import cropped, swing

Ink = NDArray[np.uint8]

_BROADEST = 0.62  # heights to a width: a broad digit does not tower over the others
_OWN_SLANT = 0.1  # which most donors have already
_BEND = 0.035  # of the longer side: standard deviation of how far a point is moved
_FEWEST_LEFT = 0.25  # share of the ink that a thinner pen must leave


def regrown(ink: Ink, symbol: str, look: Look, rng: np.random.Generator) -> Ink:
    """A digit or letter at the look's size, slant and pen, cropped: (h, w) uint8, ink high.

    Args:
        ink: (h, w) uint8, ink high, with or without paper around it.
        symbol: what it is, of `canon.SYMBOLS`; a word keeps the height of its letters.
        look: of the writing.
        rng: where all randomness comes from.
    """
    x, y, width, height = cv2.boundingRect(ink)
    if width == 0:
        return np.zeros((2, 2), np.uint8)
    high = look.digit_px * math.exp(look.unrest * swing(rng))
    scale = high / (height if symbol == JUNK else max(height, _BROADEST * width))
    aspect = look.aspect * math.exp(0.06 * swing(rng))
    turn = 0.05 * swing(rng)
    cos, sin = math.cos(turn), math.sin(turn)
    a, b = scale * aspect * cos, -scale * (look.slant - _OWN_SLANT) * cos - scale * sin
    c, d = scale * aspect * sin, scale * cos
    span = math.ceil(abs(a) * width + abs(b) * height) + 6
    tall = math.ceil(abs(c) * width + abs(d) * height) + 6
    e = span / 2 - a * (x + width / 2) - b * (y + height / 2)
    f = tall / 2 - c * (x + width / 2) - d * (y + height / 2)
    source = ink
    if scale < 0.6:  # avoids the aliasing of a plain warp
        source = np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.4 / scale), np.uint8)
    matrix = np.array([[a, b, e], [c, d, f]])
    big = np.asarray(cv2.warpAffine(source, matrix, (span, tall), flags=cv2.INTER_LINEAR), np.uint8)
    return cropped(_penned(_sharp(big, scale), look.pen * look.digit_px))


def bent(ink: Ink, rng: np.random.Generator) -> Ink:
    """The same drawing, made again by the same hand: every part a little off its place.

    Simard et al., "Best Practices for Convolutional Neural Networks Applied to Visual
    Document Analysis" (2003), with a field of 4x4 points in the place of a blurred one.

    Args:
        ink: (h, w) uint8, ink high.
        rng: where all randomness comes from.

    Returns:
        (h + 2 m, w + 2 m) uint8, with m px of paper around for what moves outwards.
    """
    side = max(ink.shape)
    margin = math.ceil(3 * _BEND * side)
    height, width = ink.shape[0] + 2 * margin, ink.shape[1] + 2 * margin
    moves = rng.normal(0, _BEND * side, (2, 4, 4)).astype(np.float32)
    x, y = (cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) for field in moves)
    x += np.arange(width, dtype=np.float32) - margin
    y += np.arange(height, dtype=np.float32)[:, None] - margin
    return np.asarray(cv2.remap(ink, x, y, cv2.INTER_LINEAR), np.uint8)


def _sharp(ink: Ink, scale: float) -> Ink:
    """An enlarged glyph with the edges of a line drawn at that size."""
    if scale < 1.3:
        return ink
    steep = min(scale, 3.0)
    sharp: Ink = np.clip((ink.astype(np.int16) - 110) * steep + 110, 0, 255).astype(np.uint8)
    return sharp


def _penned(ink: Ink, wanted: float) -> Ink:
    """The same line by a pen of the wanted width in px, as far as it can be had.

    A pen of half the width would leave gaps; then the line stays as it is.
    """
    has = stroke_width(ink)
    more = wanted - has
    if more >= 0.7:
        size = min(round(more) + 1, 9)
        padded = np.pad(ink, size)
        return np.asarray(cv2.dilate(padded, _brush(size)), np.uint8)
    if more <= -0.7:
        size = min(round(-more) + 1, max(round(has - 1.2), 1))
        if size >= 2:
            thin = np.asarray(cv2.erode(ink, _brush(size)), np.uint8)
            if np.count_nonzero(thin > 127) > _FEWEST_LEFT * np.count_nonzero(ink > 127):
                return thin
    return ink


def _brush(size: int) -> Ink:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
