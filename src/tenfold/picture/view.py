"""A page as it is read, turned or made flat, and the way back to the picture it came from."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from .decode import Picture
from .ink import Ink, as_levels

Matrix = NDArray[np.float64]

# OpenCV counts pixels by their middles, boxes are counted by their edges.
_MIDDLE = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]], np.float64)

_HALF = 0.45  # a line 1 px wide that falls between two rows of pixels stays whole


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A picture, or what was made of a part of it so that its lines lie level.

    Attributes:
        picture: the pixels to be read, with a width and a height of their own.
        to_source: (3, 3) the homography from points (x, y, 1) in pixels of
            `picture` to pixels of the picture as a person sees it. A box's left
            edge is at x, its right edge at x + width.
        size: width and height of the picture as a person sees it.
    """

    picture: Picture
    to_source: Matrix
    size: tuple[int, int]

    @property
    def is_source(self) -> bool:
        """True where nothing was turned, flattened or cut out."""
        return np.array_equal(self.to_source, np.eye(3))

    def hull(self, x: int, y: int, width: int, height: int) -> tuple[int, int, int, int]:
        """The upright box, in pixels of the source, around a box of the view.

        >>> view_of(Picture("page", 90, 60, np.zeros((60, 90), np.uint8))).hull(3, 4, 10, 20)
        (3, 4, 10, 20)
        """
        if self.is_source:
            return x, y, width, height
        corners = np.array([[x, y], [x + width, y], [x, y + height], [x + width, y + height]])
        points = through(self.to_source, corners)
        low = np.clip(np.floor(points.min(axis=0) + 1e-6), 0, np.array(self.size) - 1)
        high = np.clip(np.ceil(points.max(axis=0) - 1e-6), low + 1, self.size)
        left, top = (int(value) for value in low)
        right, bottom = (int(value) for value in high)
        return left, top, right - left, bottom - top


def view_of(picture: Picture) -> View:
    """The picture as it is; where it is a part of another, with the way to its place there."""
    if picture.part is None:
        return View(picture, np.eye(3), (picture.width, picture.height))
    x, y, width, height = picture.part
    place = np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)
    cut = replace(picture, width=width, height=height, part=None)
    return View(cut, place, (picture.width, picture.height))


def through(matrix: Matrix, points: NDArray[np.generic]) -> Matrix:
    """(n, 2) points after a homography (3, 3)."""
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(moved[:, :2] / moved[:, 2:], np.float64)


def seen_through(view: View, to_pixels: Matrix, size: tuple[int, int]) -> View:
    """A new view whose pixel (x, y) shows the old one's at `to_pixels` (x, y).

    Args:
        view: what is looked at.
        to_pixels: (3, 3) from the new pixels to those that the old picture holds,
            which are fewer than its width and height say where it was large.
        size: width and height of the new picture; it holds as many pixels.
    """
    old = view.picture
    pixels = as_levels(resampled(old.pixels, to_pixels, size))
    rows, columns = old.pixels.shape[:2]
    grown = np.diag([old.width / columns, old.height / rows, 1.0])
    new = replace(old, width=size[0], height=size[1], pixels=pixels)
    return View(new, view.to_source @ grown @ to_pixels, view.size)


def resampled(
    values: NDArray[np.uint8] | NDArray[np.float32], to_old: Matrix, size: tuple[int, int]
) -> NDArray[np.generic]:
    """An array seen through a homography; black, or 0, where it shows nothing."""
    index = np.linalg.inv(_MIDDLE) @ to_old @ _MIDDLE
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(values, index, size, flags=flags))


def turned(view: View, ink: Ink, degrees: float) -> tuple[View, Ink]:
    """The view and its ink turned back by an angle; the sheet grows so that nothing is lost.

    Lines that sink to the right by `degrees` lie level afterwards. What comes in
    at the corners is free of ink, whatever the colour of the paper.
    """
    height, width = ink.mask.shape
    to_old, size = _turning(width, height, degrees)
    strength = resampled(ink.strength, to_old, size).astype(np.float32)
    mask = resampled(ink.mask.astype(np.float32), to_old, size).astype(np.float32) > _HALF
    contrast = as_levels(resampled(ink.contrast, to_old, size))
    rows, columns = view.picture.pixels.shape[:2]
    to_pixels, size = _turning(columns, rows, degrees)
    seen = seen_through(view, to_pixels, size)
    return seen, Ink(strength, mask, mask.shape[1] / size[0], ink.light_on_dark, contrast)


def _turning(width: int, height: int, degrees: float) -> tuple[Matrix, tuple[int, int]]:
    """From the pixels of the turned sheet to those of the sheet, and the turned one's size."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    size = (
        max(1, math.ceil(abs(width * cos) + abs(height * sin) - 1e-6)),
        max(1, math.ceil(abs(width * sin) + abs(height * cos) - 1e-6)),
    )
    x, y = size[0] / 2, size[1] / 2
    across = [cos, -sin, width / 2 - cos * x + sin * y]
    down = [sin, cos, height / 2 - sin * x - cos * y]
    return np.array([across, down, [0, 0, 1]], np.float64), size
