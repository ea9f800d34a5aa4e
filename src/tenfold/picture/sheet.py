"""A sheet of paper that was photographed on a table: found, and made flat."""

from __future__ import annotations

import itertools
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Levels, Mask, as_levels
from .ranks import percentile
from .view import Matrix, View, seen_through

Points = NDArray[np.float32]

_LEAST_SIDE_PX: Final = 240  # a smaller picture shows no table
_SMALL_SIDE: Final = 320  # a sheet's edges are long: they are found on a small copy
_PEN_PX: Final = 9  # of the small copy: writing is thinner, a sheet is not
_LEAST_AREA: Final = 0.15  # of the picture
_MOST_AREA: Final = 0.97
_MARGIN_PX: Final = 2  # of the small copy: all four sides must be in view
_LEVELS: Final = 13  # of brightness, between which a sheet and its table may lie, beside Otsu's
_AS_LARGE: Final = 0.97  # of the largest sheet: the same one, found by another level
_FILLS: Final = 0.93  # of the quadrilateral: straight sides, four corners
_STEEPEST: Final = 0.5  # cosine at a corner: 60 to 120 degrees
_LONGEST: Final = 3.5  # long side to short side of a sheet
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
    table = _usual_at_the_edge(calm)
    sheets = []
    for level in sorted(levels):
        lighter = table <= level
        corners = _quadrilateral(calm > level if lighter else calm <= level)
        if corners is not None and _stands_out(calm, corners) and _is_written_on(plane, corners):
            sheets.append((float(cv2.contourArea(corners)), corners))
    return sheets


def _usual_at_the_edge(calm: Levels) -> float:
    """The usual level along the picture's edge: the table's, since all of a sheet is in view."""
    edge = np.concatenate([calm[0], calm[-1], calm[:, 0], calm[:, -1]])
    return percentile(edge, 50)


def _quadrilateral(mask: Mask) -> Points | None:
    """The four corners of the largest connected part, if it is a sheet by its shape."""
    _, _, width, height = cv2.boundingRect(mask.view(np.uint8))
    if width * height < _LEAST_AREA * mask.size:
        return None
    contours, _ = cv2.findContours(mask.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    outline = np.asarray(max(contours, key=cv2.contourArea), np.int32)
    area = float(cv2.contourArea(outline))
    height, width = mask.shape
    if not _LEAST_AREA * mask.size <= area <= _MOST_AREA * mask.size:
        return None
    corners = _four_corners(np.asarray(cv2.convexHull(outline), np.int32))
    if corners is None or not _is_sheet_like(corners):
        return None
    x, y = corners[:, 0], corners[:, 1]
    if min(x.min(), y.min()) < _MARGIN_PX or x.max() > width - 1 - _MARGIN_PX:
        return None
    if y.max() > height - 1 - _MARGIN_PX or not _fills(outline, corners, mask.shape):
        return None
    return corners


def _four_corners(hull: NDArray[np.int32]) -> Points | None:
    """The hull with four corners, each side laid along the hull's; None if it is rounder."""
    around = float(cv2.arcLength(hull, True))
    for share in np.linspace(0.01, 0.08, 15):
        corners = cv2.approxPolyDP(hull, share * around, True)[:, 0]
        if len(corners) == 4:
            return _in_order(_laid_along(hull[:, 0].astype(np.float32), corners.astype(np.float32)))
        if len(corners) < 4:
            return None
    return None


def _laid_along(hull: Points, corners: Points) -> Points:
    """Corners where straight lines fitted to the four sides meet: a bitten corner is mended."""
    outline = np.concatenate([_walked(a, b) for a, b in itertools.pairwise([*hull, hull[0]])])
    sides = []
    for start, end in itertools.pairwise([*corners, corners[0]]):
        along = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
        place = (outline - start) @ along / max(float(np.hypot(*(end - start))), 1e-6)
        off = np.abs((outline - start) @ np.array([-along[1], along[0]], np.float32))
        near = outline[(place > 0.1) & (place < 0.9) & (off < 0.03 * np.ptp(outline))]
        if len(near) < 4:
            return corners
        vx, vy, x, y = cv2.fitLine(near, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        sides.append((np.array([-vy, vx]), -vy * x + vx * y))
    meet = []
    for one, other in zip([sides[-1], *sides[:-1]], sides, strict=True):
        normals = np.array([one[0], other[0]])
        if abs(np.linalg.det(normals)) < 0.1:
            return corners
        meet.append(np.linalg.solve(normals, [one[1], other[1]]))
    return np.asarray(meet, np.float32)


def _walked(start: Points, end: Points) -> Points:
    n = max(1, int(np.hypot(*(end - start))))
    return (start + (end - start) * (np.arange(n)[:, None] / n)).astype(np.float32)


def _in_order(corners: Points) -> Points:
    """Clockwise as seen, from the corner nearest to the top left of the upright box around them."""
    middle = corners.mean(axis=0)
    turn = np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))
    corners = corners[turn]
    first = int((corners - corners.min(axis=0)).sum(axis=1).argmin())
    return np.roll(corners, -first, axis=0)


def _is_sheet_like(corners: Points) -> bool:
    """Convex, no pointed corner, not a strip."""
    if not cv2.isContourConvex(corners.round().astype(np.int32)):
        return False
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.maximum(np.hypot(sides[:, 0], sides[:, 1]), 1e-6)
    following = np.roll(sides, -1, axis=0) / np.roll(lengths, -1)[:, None]
    cosines = np.abs((sides / lengths[:, None] * following).sum(axis=1))
    wide, high = lengths[0] + lengths[2], lengths[1] + lengths[3]
    uneven = max(lengths[0] / lengths[2], lengths[1] / lengths[3])
    uneven = max(uneven, lengths[2] / lengths[0], lengths[3] / lengths[1])
    return bool(
        cosines.max() <= _STEEPEST and max(wide / high, high / wide) <= _LONGEST and uneven <= 2
    )


def _fills(outline: NDArray[np.int32], corners: Points, shape: tuple[int, ...]) -> bool:
    """The part and its quadrilateral are nearly the same."""
    part, quad = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    cv2.drawContours(part, [outline], -1, 1, cv2.FILLED)
    cv2.fillConvexPoly(quad, corners.round().astype(np.int32), 1)
    both = np.count_nonzero(part & quad)
    return bool(both >= _FILLS * np.count_nonzero(part | quad))


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
