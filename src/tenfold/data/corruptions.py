"""MNIST-C: fifteen ways in which a digit's picture may be spoilt, as they were published.

Mu and Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision" (2019), with
the severity that each has there. A net that never saw them tells by its errors
how it fares where the training data ends, and by its confidences whether it
notices. They are for measuring: no recipe learns from them.

Noise, blur and light stand in `corruption_noise`, what moves or covers the digit
in `corruption_shapes`. All are plain numpy on many pictures at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tenfold.data import corruption_noise as noise
from tenfold.data import corruption_shapes as shapes
from tenfold.data.checks import check_pixels
from tenfold.errors import ConfigError, did_you_mean

Floats = NDArray[np.float64]

CORRUPTIONS: Final[dict[str, Callable[[Floats, np.random.Generator], Floats]]] = {
    "shot_noise": noise.shot_noise,
    "impulse_noise": noise.impulse_noise,
    "glass_blur": noise.glass_blur,
    "motion_blur": noise.motion_blur,
    "shear": shapes.shear,
    "scale": shapes.scale,
    "rotate": shapes.rotate,
    "brightness": noise.brightness,
    "translate": shapes.translate,
    "stripe": shapes.stripe,
    "fog": noise.fog,
    "spatter": noise.spatter,
    "dotted_line": shapes.dotted_line,
    "zigzag": shapes.zigzag,
    "canny_edges": shapes.canny_edges,
}
"""By the paper's names, in its order: (n, 28, 28) in [0, 1], ink high, to the same."""


def corrupt(images: ArrayLike, name: str, seed: int = 0) -> NDArray[np.uint8]:
    """The pictures, spoilt in one way; the same seed spoils them the same.

    Args:
        images: (n, 28, 28) uint8, ink high.
        name: a key of `CORRUPTIONS`.
        seed: any whole number from 0.

    Returns:
        (n, 28, 28) uint8.

    Raises:
        ConfigError: there is no corruption of this name.
        DataError: the pictures have another shape or type.

    >>> digit = np.zeros((1, 28, 28), np.uint8)
    >>> corrupt(digit, "stripe")[0, 0, [0, 6, 7, 20, 21]].tolist()
    [255, 255, 0, 0, 255]
    """
    if name not in CORRUPTIONS:
        todo = did_you_mean(name, CORRUPTIONS)
        raise ConfigError("corruption", "no such kind", came=f'"{name}"', todo=todo)
    x = check_pixels("images", np.asarray(images), (28, 28)) / 255.0
    if not len(x):
        return np.empty((0, 28, 28), np.uint8)
    rng = np.random.default_rng([seed, list(CORRUPTIONS).index(name)])
    spoilt = np.clip(CORRUPTIONS[name](x, rng), 0, 1)
    return np.rint(255 * spoilt).astype(np.uint8)
