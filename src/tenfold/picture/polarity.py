"""Is the ink darker than the paper, or lighter?"""

from functools import lru_cache
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .ranks import percentile
from .shadow import along_edge, are_light, is_across, is_corner, widest

Floats = NDArray[np.float64]

Polarity = Literal["auto", "dark-on-light", "light-on-dark"]
POLARITIES: Final[tuple[Polarity, ...]] = ("auto", "dark-on-light", "light-on-dark")

_SMALL_SIDE: Final = 128
_LEVELS: Final = np.arange(256.0)
_AROUND: Final = np.ones((5, 5), np.uint8)  # px of the small copy: a shadow's edge is soft
_TWO_HILLS: Final = 0.7  # grain alone, a single normal hill, is split with 0.64


def is_light_on_dark(gray: NDArray[np.uint8]) -> bool:
    """True where the writing is lighter than what it stands on.

    Three signs vote, none of which needs an empty border: paper is the larger
    part of the picture, it lies along more of the edge, and the widest place
    without ink is wider than the pen. Equal votes mean dark on light.

    Args:
        gray: (h, w) uint8, 0 = black.

    >>> field = np.full((28, 28), 255, np.uint8)
    >>> field[0:28, 10:16] = 0
    >>> is_light_on_dark(field), is_light_on_dark(255 - field)
    (False, True)
    """
    small = _shrunk(gray)
    flat = _without_shading(small)
    threshold, _ = cv2.threshold(flat, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = flat > threshold
    if light.all() or not light.any():
        return False
    beside = _beside_a_corner(flat, light)
    if beside is not None:
        return beside
    if _separation(flat, int(threshold)) < _TWO_HILLS:
        return _leans_to_light(flat)
    if is_across(~light) and is_across(light):  # a shadow, and neither is writing
        return are_light(small, light)
    return _vote(light)


def _beside_a_corner(flat: NDArray[np.uint8], light: NDArray[np.bool_]) -> bool | None:
    """Whether the writing is light, where all that is darker or lighter is one lit or dark corner.

    None where there is none such, or where what lies beside it does not say the opposite.
    """
    is_lit = light.mean() < 0.5
    corner = light if is_lit else ~light
    if not is_corner(corner):
        return None
    skew = _skew(flat[cv2.dilate(corner.view(np.uint8), _AROUND) == 0])
    return not is_lit if abs(skew) > 1 and (skew > 0) != is_lit else None


def _vote(light: NDArray[np.bool_]) -> bool:
    edge = along_edge(light)
    votes = (
        np.log(_share(light.mean()))
        + 0.5 * np.log(_share(edge.mean()))
        + np.log(widest(light) / widest(~light))
    )
    return bool(votes < 0)


def _separation(flat: NDArray[np.uint8], threshold: int) -> float:
    """Otsu's measure: the part of the variance that lies between the two classes.

    Args:
        flat: of any shape, with levels on both sides of the threshold.
        threshold: levels above it are one class.
    """
    counts = cv2.calcHist([flat], [0], None, [256], [0, 256]).ravel().astype(np.float64)
    n, total = float(flat.size), float(counts @ _LEVELS)
    n_light = float(counts[threshold + 1 :].sum())
    light = float(counts[threshold + 1 :] @ _LEVELS[threshold + 1 :])
    share = n_light / n
    apart = light / n_light - (total - light) / (n - n_light)
    variance = float(counts @ (_LEVELS - total / n) ** 2) / n
    return share * (1 - share) * apart**2 / max(variance, 1e-9)


def _leans_to_light(flat: NDArray[np.uint8]) -> bool:
    """True where the few pixels far from the paper are lighter than it."""
    return _skew(flat) > 1


def _skew(levels: NDArray[np.uint8]) -> float:
    """How far the few levels far from the usual one lie above it, below where it is negative."""
    rest = levels.astype(np.float64) - percentile(levels, 50)
    return float((rest**3).mean() / max(float(rest.std()), 1e-9) ** 3)


def _share(part: float) -> float:
    """Light over dark, kept finite."""
    part = min(max(float(part), 0.02), 0.98)
    return part / (1 - part)


def _shrunk(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = _SMALL_SIDE / max(gray.shape)
    if scale >= 1:
        return gray
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def _without_shading(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture less a plane fitted through it: a lamp at one side is no ink."""
    height, width = gray.shape
    if min(height, width) < 8:
        return gray
    values = gray.astype(np.float64)
    rest = _without_plane(values, np.ones((height, width)))
    near = 1.5 * max(float(cv2.meanStdDev(rest)[1][0, 0]), 1.0)
    # The second fit leaves out what stood far from the first: the ink.
    away = np.abs(np.subtract(rest, percentile(rest, 50), out=rest), out=rest)
    rest = _without_plane(values, (away <= near).astype(np.float64))
    low, high = float(rest.min()), float(rest.max())
    rest -= low
    rest *= 255 / max(high - low, 1.0)
    return rest.astype(np.uint8)


def _without_plane(values: Floats, weights: Floats) -> Floats:
    """The values (h, w) less the plane that fits them best by these weights (h, w), all in [0, 1].

    The sums over pixels are taken over rows first, then over columns: no pixel's place is
    multiplied by itself.
    """
    across, down = (_powers(side) for side in values.shape[::-1])
    known = _over_rows(down, weights) @ across.T  # of x and y: a plane's normal equations
    product = np.array(
        [
            [known[0, 0], known[0, 1], known[1, 0]],
            [known[0, 1], known[0, 2], known[1, 1]],
            [known[1, 0], known[1, 1], known[2, 0]],
        ]
    )
    sums = _over_rows(down[:2], values * weights) @ across[:2].T
    sides = np.array([sums[0, 0], sums[0, 1], sums[1, 0]])
    level, right, downwards = np.linalg.solve(product + 1e-6 * np.eye(3), sides).tolist()
    rest: Floats = values - (level + right * across[1])
    rest -= (downwards * down[1])[:, None]
    return rest


def _over_rows(powers: Floats, values: Floats) -> Floats:
    """(n, w) sums over rows: one product of matrices, but that would wake threads for it."""
    return np.stack([power @ values for power in powers])


@lru_cache(maxsize=16)
def _powers(side: int) -> Floats:
    """(3, side): places from -1 to 1 to the power of 0, 1 and 2."""
    place = np.linspace(-1, 1, side)
    return np.stack([np.ones(side), place, place**2])
