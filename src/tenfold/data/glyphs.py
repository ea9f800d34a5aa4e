"""Skeletons of handwritten digits, and of things that are no digit.

A glyph is written down as text: points `x,y` in hundredths of its height, y
downwards, strokes parted by `|`. A stroke is a smooth curve through its
points; a point with `!` is a corner. A digit fills a box of about 60 x 100.
No skeleton is a tracing: they were written down for this project.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

STEPS: Final = 7
"""Straight pieces between two points of a stroke."""

DIGITS: Final[dict[int, dict[str, tuple[float, str]]]] = {
    0: {
        "plain": (4, "32,0 11,18 0,55 11,90 30,100 50,87 60,50 51,13 30,0"),
        "round": (2, "40,2 14,10 0,50 14,90 42,99 70,88 84,50 70,12 38,2"),
        "gap": (1.5, "38,1 14,14 1,52 12,90 32,100 52,86 60,50 56,22 47,8"),
        "overlap": (1.5, "24,6 8,26 1,58 14,92 34,99 54,82 60,46 48,10 26,2 12,12"),
        "tail": (1, "46,8 22,4 4,34 4,72 24,100 48,88 58,52 48,14 30,4 22,16"),
        "from_left": (1, "4,30 20,4 44,6 58,38 54,76 32,100 10,90 0,60 6,24"),
        "narrow": (1, "22,0 6,24 0,60 8,94 20,100 34,84 40,48 34,10 20,1"),
        "slashed": (0.25, "32,0 11,18 0,55 11,90 30,100 50,87 60,50 51,13 30,0 | 46,20 14,82"),
    },
    1: {
        "bar": (3, "30,0 30,50 30,100"),
        "short_flag": (2.5, "16,20 32,0! 32,100"),
        "flag": (2.5, "4,36 34,0! 34,100"),
        "long_flag": (2, "-8,52 34,0! 34,100"),
        "very_long_flag": (0.8, "-22,64 34,0! 34,100"),
        "curved_flag": (1.2, "4,30 22,20 34,0! 34,50 32,100"),
        "foot": (1.5, "12,22 32,0! 32,100 | 6,100 58,100"),
        "short_foot": (0.8, "14,20 32,0! 32,99 | 18,100 46,100"),
        "bowed": (0.8, "33,0 29,50 31,100"),
    },
    2: {
        "plain": (4, "2,24 12,6 32,0 52,11 54,30 40,58 2,99! 60,98"),
        "loop": (2, "2,22 14,4 34,0 52,12 52,32 36,64 12,95 2,90 8,79 22,82 40,97 62,90"),
        "flat": (0.8, "2,10 18,3 46,3 50,14 4,98! 60,97"),
        "swan": (1.5, "4,24 14,4 34,0 52,13 49,36 30,68 2,97! 20,90 40,98 60,90"),
        "hooked": (1, "14,30 3,22 13,4 34,0 54,14 50,38 28,70 2,98! 62,96"),
        "round_base": (1, "2,22 16,3 38,1 52,16 46,40 22,70 8,92 22,99 60,97"),
        "short_base": (0.8, "2,20 16,2 38,1 50,18 40,50 6,98! 44,98"),
    },
    3: {
        "plain": (4, "3,14 24,0 50,10 48,34 20,47! 52,56 58,80 34,100 0,88"),
        "flat": (1.5, "4,2 54,2! 22,42! 50,52 58,76 36,99 0,91"),
        "small_loop": (1.5, "4,12 26,0 48,14 42,38 22,48 16,53 24,54 48,56 57,78 36,99 2,90"),
        "soft": (1.5, "2,14 24,0 48,12 44,36 26,47 50,60 56,82 32,100 0,86"),
        "hooked": (0.8, "8,22 4,12 26,0 50,12 46,36 20,46! 54,58 56,84 30,100 4,94 4,82"),
        "angular": (0.6, "4,3 50,4! 20,44! 54,66 36,98 0,94"),
    },
    4: {
        "open": (2.5, "16,0 2,58! 60,57 | 44,22 42,100"),
        "open_tall": (1.5, "12,2 2,56! 58,55 | 46,0 44,100"),
        "closed": (2.5, "42,100 44,0! 0,66! 62,65"),
        "closed_long": (1.2, "42,100 44,0! -4,68! 76,67"),
        "two_strokes": (2, "40,0 0,64! 64,62 | 44,28 42,100"),
        "round": (1.5, "8,2 3,36 12,54 46,50 | 48,2 44,100"),
        "one_line": (1, "8,0 4,40 14,53 46,46! 50,2! 44,100"),
        "slanted": (1.2, "28,0 0,60! 62,56 | 42,32 30,100"),
        "closed_two": (1, "38,2 2,64! 62,64 | 38,2 40,100"),
    },
    5: {
        "plain": (3, "54,2 12,3! 8,42! 34,36 57,60 48,92 20,100 0,90"),
        "two_strokes": (2.5, "12,3 8,44! 34,38 56,62 46,92 20,100 0,88 | 12,3 58,1"),
        "bar_apart": (1.5, "12,11 8,45! 34,38 56,62 46,92 20,100 0,88 | 20,4 62,0"),
        "angular": (1, "56,2 14,2! 10,44! 50,46 56,72 44,97 2,97"),
        "soft": (0.8, "54,3 24,2 12,14 14,38! 40,40 56,66 44,94 18,100 0,90"),
        "long_bar": (1, "14,4 8,44! 34,38 56,62 46,92 20,100 2,92 | 12,5 76,0"),
        "small_belly": (1, "50,2 16,4! 8,52! 32,46 48,66 40,92 16,100 0,92"),
    },
    6: {
        "plain": (3, "42,0 16,30 2,68 14,96 40,99 54,77 40,57 16,61 4,76"),
        "straight": (2, "40,0 18,32 4,68 14,97 42,97 53,75 36,58 8,70"),
        "curly": (1.5, "54,12 40,0 14,24 2,62 14,95 42,98 56,74 38,53 14,62 5,78"),
        "small_loop": (1.2, "34,0 8,46 2,82 16,100 36,96 42,80 28,68 6,82"),
        "big_loop": (1, "40,0 14,22 0,58 10,92 36,100 58,80 56,54 32,42 6,60"),
        "open_loop": (0.8, "42,0 14,32 2,70 16,98 42,98 54,76 40,58 20,64"),
    },
    7: {
        "plain": (2.5, "2,4 56,2! 22,100"),
        "crossed": (2.5, "2,4 56,2! 22,100 | 12,52 58,48"),
        "hook": (1.2, "2,20 4,3! 56,2! 24,100"),
        "hook_crossed": (1.5, "0,20 3,3! 56,2! 24,100 | 12,50 60,47"),
        "curved": (2, "2,4 57,3! 34,42 26,100"),
        "curved_crossed": (1.2, "2,4 57,3! 36,42 28,100 | 16,50 58,48"),
        "wavy": (1, "2,12 14,2 36,8 58,0! 26,100"),
        "wavy_crossed": (0.8, "2,12 14,2 36,8 58,0! 26,100 | 14,50 58,46"),
        "upright": (0.8, "2,3 50,3! 40,100"),
    },
    8: {
        "one_line": (3, "50,14 30,0 9,13 16,36 44,58 54,82 30,100 6,82 15,59 42,38 52,18 44,5"),
        "two_rings": (
            2,
            "29,0 11,10 11,36 30,46 48,36 49,10 29,0 | 30,46 6,60 4,88 30,100 55,88 54,60 30,46",
        ),
        "open_top": (1.5, "42,2 16,6 12,26 34,46 54,68 46,95 18,98 5,78 22,54 46,32 57,6"),
        "from_right": (1.5, "54,8 30,0 8,12 14,34 46,60 50,88 26,100 4,84 14,58 50,30 56,6"),
        "small_top": (1.2, "42,10 28,0 14,10 18,32 46,54 58,80 32,100 2,80 12,55 40,34 42,8"),
        "small_base": (0.8, "52,14 30,0 6,14 14,40 42,62 46,86 28,100 12,86 18,62 46,40 52,12"),
    },
    9: {
        "straight": (3, "50,12 30,0 6,12 4,36 24,48 46,34 51,8! 47,100"),
        "curled": (2.5, "50,14 30,0 6,13 6,38 28,48 47,30 51,8! 52,60 40,94 14,100 2,88"),
        "slanted": (1.5, "48,16 28,0 8,16 12,42 36,40 50,10! 26,100"),
        "open": (1, "42,5 18,2 3,22 11,45 34,44 50,20 52,6! 46,100"),
        "soft": (1.5, "48,20 32,0 8,10 6,36 26,46 46,28 49,14 50,50 44,100"),
        "small_ring": (1, "46,10 30,0 12,8 10,28 26,36 44,26 48,6! 44,100"),
        "hooked": (1, "50,14 28,0 6,14 8,40 30,46 48,26 52,8! 50,70 34,98 12,92"),
    },
}
"""Digit -> variant -> (how often, relative; skeleton)."""

DEBRIS: Final[dict[str, str]] = {
    "A": "0,100 32,0! 64,100 | 12,64 54,62",
    "C": "66,16 44,1 16,14 2,50 16,88 44,99 68,84",
    "E": "54,2 4,2! 4,99! 56,98 | 4,50 44,49",
    "F": "56,2 4,2! 4,100 | 4,48 44,47",
    "H": "2,0 4,100 | 58,0 56,100 | 3,50 57,49",
    "K": "4,0 4,100 | 56,2 6,54! 60,100",
    "M": "0,100 6,0! 40,64! 74,0! 80,100",
    "N": "2,100 4,0! 58,100! 60,0",
    "P": "6,100 4,2! 44,2 56,26 40,50 6,52",
    "R": "4,100 4,2! 42,1 54,24 38,48 6,50! 58,100",
    "T": "0,2 72,1 | 36,2 35,100",
    "V": "0,0 34,100! 68,0",
    "W": "0,0 20,100! 44,24! 66,100! 88,0",
    "X": "2,0 60,100 | 60,0 0,100",
    "Y": "0,0 32,48! 64,0 | 32,48 31,100",
    "L": "6,0 4,98! 58,97",
    "a": "52,44 30,38 6,50 2,78 20,99 44,88 54,46! 56,84 68,99",
    "d": "50,54 28,44 6,58 4,86 24,100 46,88 52,0! 52,88 64,99",
    "e": "4,56 60,52 48,12 22,4 4,34 6,78 32,99 64,82",
    "f": "58,10 42,0 28,18 26,60 26,100 | 4,42 54,41",
    "h": "6,0 4,100! 8,60 30,44 48,58 50,100",
    "k": "6,0 4,100 | 46,40 8,68! 52,100",
    "m": "2,30 4,100! 8,44 24,30 36,44 38,100! 42,44 60,30 74,46 76,100",
    "n": "4,10 6,100! 10,36 36,8 58,30 62,100",
    "r": "6,8 8,100! 10,50 26,18 54,12",
    "t": "26,0 26,78 36,98 58,92 | 0,30 56,28",
    "u": "2,6 4,66 20,96 48,84 60,6! 62,84 74,98",
    "w": "0,10 8,80 26,96 42,70 44,20! 48,80 66,96 84,70 86,8",
    "plus": "0,50 100,49 | 50,0 49,100",
    "equals": "0,8 84,6 | 0,46 84,44",
    "question": "4,24 18,2 42,2 54,22 44,44 28,56 28,72 | 28,94 29,99",
    "hash": "26,0 16,100 | 62,0 52,100 | 0,34 78,32 | 0,68 76,66",
    "percent": "74,0 10,100 | 16,4 2,14 8,30 24,28 28,12 16,4 | 66,68 54,80 60,96 76,94 66,68",
    "colon": "4,0 6,5 | 4,58 6,63",
    "dash": "0,4 80,2",
    "tilde": "0,20 22,4 48,20 76,22 96,4",
    "tick": "0,58 24,98! 90,0",
    "arrow": "0,40 98,38 | 66,8 100,38! 68,70",
    "arrow_back": "100,40 2,38 | 34,8 0,38! 32,70",
    "less": "70,2 2,44! 70,88",
    "star": "0,50 90,48 | 22,6 68,94 | 70,6 20,94",
    "cross_out": "0,30 90,10 | 0,60 90,36 | 6,80 92,62",
    "zigzag": "0,40 16,0! 24,60! 40,4! 48,62! 64,2! 74,60! 90,6",
    "heart": "46,30 34,6 10,6 2,30 46,86! 88,30 78,6 56,8 46,30",
    "root": "0,56 12,50! 28,98! 50,2! 110,2",
    "euro": "70,14 42,2 18,30 16,70 42,98 70,88 | 0,40 54,38 | 0,60 50,58",
    "pi": "0,8 80,4 | 22,8 16,98 | 60,6 58,84 70,98",
}
"""Letters and signs that nobody reads as a digit.

Left out, because they are digits by shape: O o Q D (0), l I | i ! / ^ ( (1), Z z
(2), S s $ (5), G b (6), B & (8), g q (9), y (4), ) (7).
"""


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
    """The skeleton that a text of `DIGITS` or `DEBRIS` describes.

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
