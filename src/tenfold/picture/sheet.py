"""A sheet of paper that was photographed on a table: found, and made flat."""

from __future__ import annotations

import itertools
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Levels, as_levels
from .quadrilateral import Points, quadrilateral
from .ranks import percentile
from .shadow import along_edge
from .view import Matrix, View, seen_through

_LEAST_SIDE_PX: Final = 240  # a smaller picture shows no table
_SMALL_SIDE: Final = 320  # a sheet's edges are long: they are found on a small copy
_PEN_PX: Final = 9  # of the small copy: writing is thinner, a sheet is not
_LEVELS: Final = 13  # of brightness, between which a sheet and its table may lie, beside Otsu's
_AS_LARGE: Final = 0.97  # of the largest sheet: the same one, found by another level
_STEP_AWAY: Final = 0.02  # of the small copy's side: where inside and outside are compared
_BEYOND: Final = 3.5  # times as far away it must be so still, or it is a drawn frame
_STEP: Final = 18  # levels between the sheet and the table, at least
_CLEAR: Final = 0.85  # of each side's length along which that holds
_INK: Final = 0.002  # of the sheet: with less on it there is nothing to be read
_INSET: Final = 0.008  # of the sheet's side: torn edges and their shadow stay outside


def flattened(view: View) -> View:
    """The sheet alone, as if seen from right above; the view itself where none is in sight.

    A sheet is a large convex quadrilateral with straight sides, all four in the
    picture, of another brightness than all that lies around it, and written on.
    A picture of nothing but the page is not touched.
    """
    corners = find_sheet(view.picture.pixels)
    if corners is None:
        return view
    to_pixels, size = _looked_at_from_above(_shrunk_towards_middle(corners))
    return seen_through(view, to_pixels, size)


def find_sheet(pixels: Levels) -> Points | None:
    """Corners of the sheet, (4, 2) in px: top left, top right, bottom right, bottom left.

    Args:
        pixels: (h, w) or (h, w, 3) uint8.

    Returns:
        None where no sheet is clearly in sight.
    """
    height, width = pixels.shape[:2]
    if max(height, width) < _LEAST_SIDE_PX or min(height, width) < _LEAST_SIDE_PX // 3:
        return None
    scale = min(1.0, _SMALL_SIDE / max(height, width))
    size = (round(width * scale), round(height * scale))
    small = as_levels(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    found = sorted(
        (quad for plane in _planes(small) for quad in _sheets(plane)), key=lambda pair: pair[0]
    )
    if not found:
        return None
    # The largest holds what a shadow hides of smaller ones; of its like the usual one lies best.
    whole = [corners for area, corners in found if area >= _AS_LARGE * found[-1][0]]
    corners = whole[len(whole) // 2]
    grown = np.array([width / size[0], height / size[1]], np.float32)
    return (corners + np.float32(0.5)) * grown


def _planes(small: Levels) -> list[Levels]:
    """Brightness, and where there is colour its strength: white paper on a pale wooden table."""
    if small.ndim == 2:
        return [small]
    gray = as_levels(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    red, green, blue = cv2.split(small)
    high, low = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    return [gray, as_levels(cv2.subtract(high, low))]


def _sheets(plane: Levels) -> list[tuple[float, Points]]:
    """(area, corners) of all that looks like a sheet, in px of the small copy."""
    calm = as_levels(cv2.medianBlur(cv2.medianBlur(plane, 5), 5))  # far faster than one of 9
    otsu, _ = cv2.threshold(calm, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    low, high = (percentile(calm, share) for share in (5, 95))
    if high - low < _STEP:
        return []
    # A shadow over a part of it leaves few levels that part all of the sheet from the table.
    even = np.linspace(low, high, _LEVELS + 2)[1:-1].astype(int).tolist()
    levels = {int(otsu), int(0.5 * (low + otsu)), int(0.5 * (otsu + high)), *even}
    table = percentile(along_edge(calm), 50)  # all of a sheet is in view, so that is the table
    sheets = []
    for level in sorted(levels):
        lighter = table <= level
        corners = quadrilateral(calm > level if lighter else calm <= level)
        if corners is not None and _stands_out(calm, corners) and _is_written_on(plane, corners):
            sheets.append((float(cv2.contourArea(corners)), corners))
    return sheets


def _stands_out(calm: Levels, corners: Points) -> bool:
    """Along every side the sheet is lighter than the table, or along every side darker."""
    away = max(3.0, _STEP_AWAY * max(calm.shape))
    signs = []
    for start, end in itertools.pairwise([*corners, corners[0]]):
        place = np.linspace(0.08, 0.92, 40)[:, None]
        points = start + (end - start) * place
        outwards = np.array([end[1] - start[1], start[0] - end[0]], np.float64)
        outwards *= away / max(float(np.hypot(*outwards)), 1e-6)
        near, far = (
            _level_at(calm, points - k * outwards) - _level_at(calm, points + k * outwards)
            for k in (1, _BEYOND)
        )
        lighter = float(np.median(near)) > 0
        sign = 1 if lighter else -1
        if (sign * near >= _STEP).mean() < _CLEAR or np.median(sign * far) < _STEP:
            return False
        signs.append(lighter)
    return len(set(signs)) == 1


def _level_at(calm: Levels, points: NDArray[np.float64]) -> NDArray[np.int64]:
    height, width = calm.shape
    x = np.clip(points[:, 0].round().astype(int), 0, width - 1)
    y = np.clip(points[:, 1].round().astype(int), 0, height - 1)
    return np.asarray(calm[y, x], np.int64)


def _is_written_on(plane: Levels, corners: Points) -> bool:
    """A few thin things stand on it, dark or light; a fat stroke alone is no sheet."""
    inside = np.zeros(plane.shape, np.uint8)
    middle = corners.mean(axis=0)
    inner = middle + 0.92 * (corners - middle)
    cv2.fillConvexPoly(inside, inner.round().astype(np.int32), 1)
    kernel = np.ones((_PEN_PX, _PEN_PX), np.uint8)
    thin = cv2.max(
        cv2.morphologyEx(plane, cv2.MORPH_BLACKHAT, kernel),
        cv2.morphologyEx(plane, cv2.MORPH_TOPHAT, kernel),
    )
    return bool((as_levels(thin)[inside > 0] > _STEP).mean() >= _INK)


def _shrunk_towards_middle(corners: Points) -> Points:
    middle = corners.mean(axis=0)
    return np.asarray(middle + (1 - 2 * _INSET) * (corners - middle), np.float32)


def _looked_at_from_above(corners: Points) -> tuple[Matrix, tuple[int, int]]:
    """From the flat sheet's pixels to those of the photograph, and the flat sheet's size."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    size = (round(float(max(lengths[0], lengths[2]))), round(float(max(lengths[1], lengths[3]))))
    flat = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(flat, corners), np.float64), size
