"""MNIST's digits, each seen a little otherwise every epoch: moved, turned, sized, sheared, bent.

The recipes that learn from MNIST alone use it. `tenfold.data.augment` is for other
pens and cameras and brings its pictures back to the canonical form; here the
digits stay the 28 x 28 pictures that the test digits are, only moved.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.canon import CANON_SIZE

Pictures = NDArray[np.uint8]

CHUNK: Final = 1024
"""Pictures whose maps are in memory at once."""

# At strength 1, evenly from minus to plus.
_SHIFT_PX: Final = 2.0
_TURN: Final = math.radians(15)
_SIZE: Final = 0.15
_SHEAR: Final = 0.2
_BEND_PX: Final = 1.2  # root mean square of the strongest field
_BENT: Final = 0.5  # part of the pictures that are bent at all
_N_FIELDS: Final = 256
_MARGIN: Final = 4


def jitter(x: Pictures, rng: np.random.Generator, strength: float = 1.0) -> Pictures:
    """The pictures, each moved, turned, sized and sheared by chance, and half of them bent.

    The bending is that of Simard, Steinkraus and Platt, "Best Practices for
    Convolutional Neural Networks" (2003): a smooth random field of displacements.

    Args:
        x: (n, 28, 28) uint8, ink high.
        rng: where all randomness comes from.
        strength: 1 moves by up to 2 px, turns by up to 15 degrees; 0 moves nothing.

    Returns:
        (n, 28, 28) uint8.

    >>> digit = np.zeros((1, 28, 28), np.uint8)
    >>> digit[0, 10:18, 13:15] = 255
    >>> still = jitter(digit, np.random.default_rng(0), strength=0)
    >>> bool((still == digit).all())
    True
    """
    moved = np.empty(x.shape, np.uint8)
    for start in range(0, len(x), CHUNK):
        part = x[start : start + CHUNK]
        maps = _affine(len(part), rng, strength)
        bent = np.flatnonzero(rng.random(len(part)) < _BENT)
        which = rng.integers(_N_FIELDS, size=len(bent))
        maps[bent] += np.float32(strength) * _fields()[which]
        for k, (picture, where) in enumerate(zip(part, maps, strict=True), start):
            cv2.remap(picture, where, None, cv2.INTER_LINEAR, dst=moved[k])  # type: ignore[call-overload]
    return moved


def _affine(n: int, rng: np.random.Generator, strength: float) -> NDArray[np.float32]:
    """(n, 28, 28, 2): where each pixel of the new pictures lies in the old ones, as x and y."""
    chance = (strength * rng.uniform(-1, 1, (n, 6))).astype(np.float32)
    turn, size, ratio, shear = (
        chance[:, k] * span for k, span in enumerate((_TURN, _SIZE, _SIZE / 2, _SHEAR))
    )
    cos, sin = np.cos(turn), np.sin(turn)
    wide, high = np.exp(size + ratio), np.exp(size - ratio)
    rows = np.stack(
        [wide * cos, high * (shear * cos - sin), wide * sin, high * (shear * sin + cos)]
    )
    matrix = rows.T.reshape(n, 2, 2)
    middle = np.float32((CANON_SIZE - 1) / 2)
    maps = (_grid() - middle).reshape(1, -1, 2) @ matrix.transpose(0, 2, 1)
    maps += middle + np.float32(_SHIFT_PX) * chance[:, None, 4:]
    result: NDArray[np.float32] = maps.reshape(n, CANON_SIZE, CANON_SIZE, 2)
    return result


@cache
def _grid() -> NDArray[np.float32]:
    """(28, 28, 2): x and y of each pixel."""
    side = np.arange(CANON_SIZE, dtype=np.float32)
    return np.stack(np.meshgrid(side, side), -1)


@cache
def _fields() -> NDArray[np.float32]:
    """(256, 28, 28, 2) smooth displacements in px, from gentle to strong."""
    rng = np.random.Generator(np.random.Philox(30))
    wide = CANON_SIZE + 2 * _MARGIN  # beyond the rim, where a blurred field would be flatter
    fields = []
    for k in range(_N_FIELDS):
        noise = rng.standard_normal((wide, wide, 2)).astype(np.float32)
        smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(3, 5))))
        smooth = smooth[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
        fields.append(smooth / smooth.std() * (_BEND_PX * (k + 1) / _N_FIELDS))
    return np.stack(fields).astype(np.float32)
