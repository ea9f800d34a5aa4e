"""A part of a picture as a quadrilateral: what a sheet of paper on a table looks like."""

from __future__ import annotations

import itertools
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Points = NDArray[np.float32]

_LEAST_AREA: Final = 0.15  # of the picture
_MOST_AREA: Final = 0.97
_MARGIN_PX: Final = 2  # of the small copy: all four sides must be in view
_FILLS: Final = 0.93  # of the quadrilateral: straight sides, four corners
_STEEPEST: Final = 0.5  # cosine at a corner: 60 to 120 degrees
_LONGEST: Final = 3.5  # long side to short side of a sheet


def quadrilateral(mask: Mask) -> Points | None:
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
