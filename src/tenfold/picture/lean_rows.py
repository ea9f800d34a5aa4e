"""The rows in which the things on a page stand, and how far these rows lean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_LEAN: Final = 21.0
"""Degrees; a page that leans more is read as it is."""

_ANGLES: Final = np.arange(-MOST_LEAN, MOST_LEAN + 0.1, 0.5)
_COSINES: Final = np.array([[math.cos(math.radians(angle))] for angle in _ANGLES])
_SINES: Final = np.array([[math.sin(math.radians(angle))] for angle in _ANGLES])

_HANDFUL: Final = 12  # things: so many are counted sooner by pairs
_OVERLAP: Final = np.array([1.5, 1.0, 0.25, 0.0])  # of two things so many bins apart
_IN_ROW: Final = 4  # things in a row that says where it goes
_IN_SIGHT: Final = 5.0  # heights: things further apart say nothing of one another's row
_LONG_ROW: Final = 7  # things in a row that says so alone
_COVERED: Final = 0.6  # share of all things that stand in such rows
_SHARPER: Final = 1.15  # times as sharp as rows that lie level, or the page lies level
_HARDLY: Final = 3.0  # degrees: leaning so little, rows are about as sharp as level ones
_STRAIGHT: Final = 0.22  # heights: spread of the middles in a straight row


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows of a page say.

    Attributes:
        degrees: their lean; 0 where that is not clear.
        n_rows: how many there are.
        sharpness: how often two things stand on one row, for each thing.
    """

    degrees: float
    n_rows: int
    sharpness: float


def rows_of(things: Floats, height: float) -> Rows:
    """The rows in which things stand, and their lean; 0 degrees where that is not clear."""
    if len(things) < _LONG_ROW:
        return Rows(0.0, 0, 0.0)
    sharp = _sharpness(things, height)
    best = _nearest_to_level(_ANGLES, sharp)
    level = float(sharp[np.abs(_ANGLES) <= 1].max())
    degrees, n_rows = _fitted(things, float(_ANGLES[best]), height)
    if sharp[best] < _SHARPER * level:
        degrees = degrees if abs(degrees) <= _HARDLY else 0.0
    return Rows(degrees, n_rows, float(sharp[best]))


def _nearest_to_level(angles: Floats, sharp: Floats) -> int:
    """Of the angles that are about as sharp as the sharpest the one nearest to level.

    Things that stand in columns too stand in rows along more than one direction.
    """
    good = np.flatnonzero(sharp >= 0.95 * sharp.max())
    near = good[np.abs(angles[good]).argmin()]
    around = good[np.abs(angles[good] - angles[near]) <= 1.5]
    return int(around[sharp[around].argmax()])


def _sharpness(things: Floats, height: float) -> Floats:
    """For each of the angles how often two things stand on one row, were the page to lean so."""
    bin_px = 0.15 * height
    if len(things) > _HANDFUL:
        x, y = things.T
        return np.array([_shared(across(x, y, a), bin_px) for a in _ANGLES]) / len(things)
    # The same sum by pairs: each thing fills its own bin, and half of those beside it.
    place = things[:, 1] * _COSINES - things[:, 0] * _SINES
    bins = ((place - place.min(axis=1, keepdims=True)) / bin_px).astype(np.intp)
    apart = np.minimum(np.abs(bins[:, :, None] - bins[:, None]), len(_OVERLAP) - 1)
    return np.asarray(_OVERLAP[apart].sum(axis=(1, 2)) / len(things), np.float64)


def _shared(place: Floats, bin_px: float) -> float:
    smooth = np.convolve(np.bincount(((place - place.min()) / bin_px).astype(int)), [0.5, 1, 0.5])
    return float((smooth**2).sum())


def across(x: Floats, y: Floats, degrees: float) -> Floats:
    """Each thing's place across the rows."""
    angle = math.radians(degrees)
    place: Floats = y * math.cos(angle)
    place -= x * math.sin(angle)
    return place


def _fitted(things: Floats, degrees: float, height: float) -> tuple[float, int]:
    """The lean by lines of one slope fitted through all rows, and how many rows there are."""
    rows: list[Floats] = []
    for _ in range(2):
        rows = _grouped(things, degrees, height)
        if not rows:
            return 0.0, 0
        spread = np.concatenate([row - row.mean(axis=0) for row in rows])
        slope = float((spread[:, 0] * spread[:, 1]).sum() / max((spread[:, 0] ** 2).sum(), 1e-9))
        degrees = math.degrees(math.atan(slope))
    longest = max(len(row) for row in rows)
    covered = sum(len(row) for row in rows) / len(things)
    rest = float((spread[:, 1] - slope * spread[:, 0]).std())
    clear = covered >= _COVERED and rest <= _STRAIGHT * height
    if not clear or (len(rows) < 2 and longest < _LONG_ROW) or abs(degrees) > MOST_LEAN:
        return 0.0, len(rows)
    return degrees, len(rows)


def _grouped(things: Floats, degrees: float, height: float) -> list[Floats]:
    """Rows of four things and more, parted where nothing stands for a while."""
    level = _parted(things, across(things[:, 0], things[:, 1], degrees), 0.3 * height)
    rows = [part for row in level for part in _parted(row, row[:, 0], _IN_SIGHT * height)]
    return [
        row for row in rows if len(row) >= _IN_ROW and np.ptp(row[:, 1]) <= 0.5 * np.ptp(row[:, 0])
    ]


def _parted(things: Floats, places: Floats, gap: float) -> list[Floats]:
    """The things in the order of their places, cut where two are further apart than a gap."""
    order = np.argsort(places)
    cuts = np.flatnonzero(np.diff(places[order]) > gap) + 1
    return np.split(things[order], cuts)
