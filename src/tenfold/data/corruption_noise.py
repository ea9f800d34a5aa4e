"""Corruptions of MNIST-C that spoil the light: noise, blur, fog, spatter.

Every function takes (n, 28, 28) floats in [0, 1], ink high, and gives the same,
perhaps a little outside the range. `corruptions` holds their names.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rng = np.random.Generator

_PHOTONS: Final = 3  # shot_noise: at full ink
_IMPULSES: Final = 0.17  # of the pixels
_GLASS_SIGMA_PX, _GLASS_ROUNDS, _GLASS_REACH_PX = 0.7, 2, 1
_MOTION_TAPS, _MOTION_SIGMA_PX, _MOTION_DEGREES = 21, 3.0, 45.0
_BRIGHTER: Final = 0.5
_FOG, _FOG_DECAY, _FOG_SIDE = 3.0, 1.4, 256
_MUD_MEAN, _MUD_SPREAD, _MUD_LEVEL, _MUD_EDGE, _MUD_SHADE = 0.65, 0.3, 0.65, 0.8, 63 / 255


def shot_noise(x: Floats, rng: Rng) -> Floats:
    """Too little light: each pixel counts a few photons."""
    return rng.poisson(x * _PHOTONS) / _PHOTONS


def impulse_noise(x: Floats, rng: Rng) -> Floats:
    """Salt and pepper: some pixels are black or white by chance."""
    hit, white = rng.random(x.shape) < _IMPULSES, rng.random(x.shape) < 0.5
    return np.where(hit, white, x)


def glass_blur(x: Floats, rng: Rng) -> Floats:
    """Seen through frosted glass: blurred, neighbours swapped, blurred again."""
    n, side = len(x), x.shape[1]
    every = np.arange(n)
    shuffled = np.floor(255 * blurred(x, _GLASS_SIGMA_PX)) / 255
    inner = range(side - _GLASS_REACH_PX, _GLASS_REACH_PX, -1)
    for _ in range(_GLASS_ROUNDS):
        for row in inner:
            for column in inner:
                # One step up or left, or none: the paper draws from [-1, 1) as well.
                to_row, to_column = (
                    at + rng.integers(-_GLASS_REACH_PX, _GLASS_REACH_PX, n) for at in (row, column)
                )
                swaps = rng.random(n) < 0.5
                who, i, j = every[swaps], to_row[swaps], to_column[swaps]
                here = shuffled[who, row, column]
                shuffled[who, row, column] = shuffled[who, i, j]
                shuffled[who, i, j] = here
    return blurred(shuffled, _GLASS_SIGMA_PX)


def motion_blur(x: Floats, rng: Rng) -> Floats:
    """Dragged along a line, fading; ImageMagick's motion blur, radius 10, sigma 3."""
    angle = np.deg2rad(rng.uniform(-_MOTION_DEGREES, _MOTION_DEGREES, len(x)))
    taps = np.arange(_MOTION_TAPS)
    weights = np.exp(-(taps**2) / (2 * _MOTION_SIGMA_PX**2))
    rows, columns = (np.arange(side) for side in x.shape[1:])
    total = np.zeros_like(x)
    for tap, weight in zip(taps, weights / weights.sum(), strict=True):
        right, down = (np.ceil(tap * part(angle) - 0.5).astype(int) for part in (np.cos, np.sin))
        row = np.clip(rows + down[:, None], 0, rows[-1])[:, :, None]
        column = np.clip(columns + right[:, None], 0, columns[-1])[:, None, :]
        total += weight * x[np.arange(len(x))[:, None, None], row, column]
    return total


def brightness(x: Floats, rng: Rng) -> Floats:
    """Lighter all over."""
    return np.clip(x + _BRIGHTER, 0, 1)


def fog(x: Floats, rng: Rng) -> Floats:
    """Behind clouds, made by the diamond-square algorithm."""
    side = x.shape[1]
    clouds = np.stack([plasma(rng, _FOG_SIDE, _FOG_DECAY)[:side, :side] for _ in x])
    highest = x.max(axis=(1, 2), keepdims=True)
    foggy: Floats = (x + _FOG * clouds) * highest / (highest + _FOG)
    return foggy


def spatter(x: Floats, rng: Rng) -> Floats:
    """Specked with mud."""
    wet = blurred(rng.normal(_MUD_MEAN, _MUD_SPREAD, x.shape), 1.0)
    mud = blurred((wet > _MUD_LEVEL).astype(np.float64), 1.5)
    mud[mud < _MUD_EDGE] = 0
    return x * (1 - mud) + _MUD_SHADE * mud


def blurred(x: Floats, sigma: float) -> Floats:
    """Gaussian blur of every picture, cut off at 4 sigma; the edge is repeated."""
    side = 2 * int(4 * sigma + 0.5) + 1
    return np.stack(
        [cv2.GaussianBlur(one, (side, side), sigma, borderType=cv2.BORDER_REPLICATE) for one in x]
    )


def plasma(rng: Rng, side: int, decay: float) -> Floats:
    """Clouds in [0, 1], (side, side), side a power of two: diamond-square (Fournier et al., 1982).

    The random part is the square of a step that shrinks by `decay`, as in the
    paper's code; so it falls twice as fast as its authors may have meant.
    """
    heights = np.zeros((side, side))
    step, wobble = side, 100.0

    def mean_of(four: Floats) -> Floats:
        return four / 4 + wobble * rng.uniform(-wobble, wobble, four.shape)

    while step >= 2:
        half = step // 2
        corners = heights[::step, ::step]
        pairs = corners + np.roll(corners, -1, axis=0)
        heights[half::step, half::step] = mean_of(pairs + np.roll(pairs, -1, axis=1))
        centres, corners = heights[half::step, half::step], heights[::step, ::step]
        around = centres + np.roll(centres, 1, axis=0)
        heights[::step, half::step] = mean_of(around + corners + np.roll(corners, -1, axis=1))
        around = centres + np.roll(centres, 1, axis=1)
        heights[half::step, ::step] = mean_of(around + corners + np.roll(corners, -1, axis=0))
        step, wobble = half, wobble / decay
    heights -= heights.min()
    clouds: Floats = heights / heights.max()
    return clouds
