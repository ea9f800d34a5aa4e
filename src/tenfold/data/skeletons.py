"""How a glyph is written down as text, and drawn from it.

Points `x,y` in hundredths of the glyph's height, y downwards, strokes parted
by `|`. A stroke is a smooth curve through its points; a point with `!` is a
corner. A digit fills a box of about 60 x 100.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

STEPS: Final = 7
"""Straight pieces between two points of a stroke."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A glyph ready to draw.

    Attributes:
        points: (k, 2) float32, x and y in units of the height.
        strokes: for each stroke the (m, k) float32 matrix that turns the
            points into the m points of its polyline; so jitter of the points
            moves the curve with them.
    """

    points: NDArray[np.float32]
    strokes: tuple[NDArray[np.float32], ...]


@cache
def skeleton(text: str) -> Skeleton:
    """The skeleton that such a text describes.

    >>> bar = skeleton("30,0 30,50 30,100")
    >>> bar.points.shape, (bar.strokes[0] @ bar.points)[-1].tolist()
    ((3, 2), [0.30000001192092896, 1.0])
    """
    strokes = [stroke.split() for stroke in text.split("|")]
    words = [word for stroke in strokes for word in stroke]
    points = np.array([_point(word) for word in words], np.float32) / np.float32(100)
    matrices, first = [], 0
    for stroke in strokes:
        corners = [word.endswith("!") for word in stroke]
        matrices.append(_curve(range(first, first + len(stroke)), corners, len(words)))
        first += len(stroke)
    return Skeleton(points, tuple(matrices))


def _point(word: str) -> tuple[float, float]:
    x, y = word.rstrip("!").split(",")
    return float(x), float(y)


def _curve(indices: Iterable[int], corners: list[bool], n_points: int) -> NDArray[np.float32]:
    """Rows of weights: a Catmull-Rom spline through the points, broken at corners."""
    where = list(indices)
    last = len(where) - 1
    rows = []
    for k in range(last):
        before = k if k == 0 or corners[k] else k - 1
        after = k + 1 if k + 1 == last or corners[k + 1] else k + 2
        four = [where[before], where[k], where[k + 1], where[after]]
        for t in np.arange(STEPS) / STEPS:
            rows.append(_weights(float(t), four, n_points))
    end = np.zeros(n_points)
    end[where[last]] = 1
    rows.append(end)
    return np.array(rows, np.float32)


def _weights(t: float, four: list[int], n_points: int) -> NDArray[np.float64]:
    row = np.zeros(n_points)
    weights = (
        (-t + 2 * t**2 - t**3) / 2,
        (2 - 5 * t**2 + 3 * t**3) / 2,
        (t + 4 * t**2 - 3 * t**3) / 2,
        (-(t**2) + t**3) / 2,
    )
    for index, weight in zip(four, weights, strict=True):
        row[index] += weight
    return row
