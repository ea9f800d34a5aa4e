"""Bands along a picture's edge whose paper is dark where the rest is light, or the reverse."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_SMALL_SIDE: Final = 64  # a band is large: it is found on a small copy
_NARROWEST: Final = 0.15  # of the picture's side: no border of a cell is so wide
_MIDDLE: Final = 0.3  # of the side, between two bands: what is narrower is a fat stroke
_CHANGES: Final = 0.55  # of the boundary: the rest is hidden by the writing that crosses it
_ENDS: Final = 0.08  # of it at both ends, where the picture's edge is: all of that changes
_OPPOSITE: Final = (
    0.6  # of all contrast lies between the two papers: ink of one is paper of the other
)
_LEAST_INK: Final = 0.01  # of the picture: with less, the band itself was the writing


def without_bands(pixels: Levels) -> Levels:
    """The picture with paper of one polarity; the argument itself where it has no band.

    A coloured header, a dark column, a table's edge: an area much wider than any pen,
    parted from the rest by a straight line from edge to edge of the picture. What is
    written in it is inverted with it.

    Args:
        pixels: (h, w) or (h, w, 3) uint8.

    >>> page = np.full((40, 40), 250, np.uint8)
    >>> page[10:30, 18:21] = 20
    >>> spoilt = page.copy()
    >>> spoilt[:, :10] = 255 - page[:, :10]
    >>> bool(np.array_equal(without_bands(spoilt), page))
    True
    """
    light = _light(pixels)
    for axis in (1, 0):
        if light is None:
            return pixels
        seen = light if axis else light.T
        bands = _bands(seen)
        if bands is None or not _is_written_on(seen, *bands):
            continue
        across = pixels if axis else pixels.swapaxes(0, 1)
        if not _are_opposite(
            across, *(round(end / seen.shape[1] * across.shape[1]) for end in bands)
        ):
            continue
        even = _evened(across, *(_border(across, end / seen.shape[1]) for end in bands))
        pixels = np.ascontiguousarray(even if axis else even.swapaxes(0, 1))
        light = _light(pixels)
    return pixels


def _light(pixels: Levels) -> Mask | None:
    """Which pixels of a small copy are light; None where all are alike."""
    step = max(1, max(pixels.shape[:2]) // (4 * _SMALL_SIDE))  # all pixels of a page take long
    small = np.ascontiguousarray(pixels[::step, ::step])
    scale = _SMALL_SIDE / max(small.shape[:2])
    if scale < 1:
        size = tuple(max(1, round(side * scale)) for side in small.shape[1::-1])
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.uint8)
    gray = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = np.asarray(gray > threshold)
    return None if light.all() or not light.any() else light


def _bands(light: Mask) -> tuple[int, int] | None:
    """The columns where the left band ends and the right one begins; None where there is none."""
    height, width = light.shape
    least, half = round(_NARROWEST * width), width // 2
    if least < 1 or height < 4:
        return None
    change = light[:, 1:] != light[:, :-1]
    ends = max(2, round(_ENDS * height))
    whole = change[:ends].all(axis=0) & change[-ends:].all(axis=0)
    if not whole.any():
        return None
    shares = np.where(whole, change.mean(axis=0), 0)

    def border(start: int, stop: int) -> int | None:
        best = start + int(shares[start - 1 : stop - 1].argmax())
        return best if shares[best - 1] >= _CHANGES else None

    left, right = border(least, half + 1), border(half, width - least + 1)
    first, last = left or 0, right or width
    if (first, last) == (0, width) or last - first < _MIDDLE * width:
        return None
    middle = light[:, first:last].mean() > 0.5
    parts = [part for part in (light[:, :first], light[:, last:]) if part.size]
    return None if any((part.mean() > 0.5) == middle for part in parts) else (first, last)


def _is_written_on(light: Mask, first: int, last: int) -> bool:
    """True where something is left once the bands are inverted."""
    even = light.copy()
    even[:, :first], even[:, last:] = ~light[:, :first], ~light[:, last:]
    return bool(_LEAST_INK <= even.mean() <= 1 - _LEAST_INK)


def _are_opposite(pixels: Levels, first: int, last: int) -> bool:
    """Tinted paper beside white paper is no band: dark ink is darker than both."""
    gray = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    low, high = np.percentile(gray, (1, 99))
    middle = np.median(gray[:, first:last])
    bands = [part for part in (gray[:, :first], gray[:, last:]) if part.size]
    return all(abs(np.median(part) - middle) >= _OPPOSITE * (high - low) for part in bands)


def _border(pixels: Levels, place: float) -> int:
    """The column at this share of the width, or one near it, where the level changes most."""
    width = int(pixels.shape[1])
    at, reach = round(place * width), -(-width // _SMALL_SIDE)
    if at in (0, width) or reach == 1:
        return at
    start = max(at - reach, 1)
    near = pixels[:, start - 1 : at + reach + 1].astype(np.int16)
    change = np.abs(np.diff(near, axis=1)).reshape(near.shape[0], near.shape[1] - 1, -1)
    return start + int(change.mean(axis=(0, 2)).argmax())


def _evened(pixels: Levels, first: int, last: int) -> Levels:
    """The bands mirrored in brightness, so that their paper has the level of the middle's."""
    even = pixels.copy()
    paper = np.median(pixels[:, first:last], axis=(0, 1))
    for part in (np.s_[:first], np.s_[last:]):
        band = pixels[:, part]
        if band.size:
            own = np.median(band, axis=(0, 1))
            even[:, part] = np.clip(paper + own - band, 0, 255).astype(np.uint8)
    return even
