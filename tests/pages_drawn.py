"""Pages written by the pen, and what a camera makes of them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.pen import draw_number

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]

PAPER, TABLE = 235, 60


def written_page(
    texts: Sequence[str],
    seed: int = 1,
    *,
    size: tuple[int, int] = (700, 900),
    digit_px: int = 56,
    ruled: bool = False,
) -> tuple[Pixels, list[Box]]:
    """A white page with a number on each line, and the boxes of the numbers, x, y, w, h.

    Args:
        texts: what stands on each line.
        seed: who writes.
        size: width and height in px.
        digit_px: height of a line's picture; digits fill most of it.
        ruled: whether lines are printed.
    """
    rng = np.random.default_rng(seed)
    width, height = size
    ink = np.zeros((height, width), np.uint8)
    pitch = (height - 2 * digit_px) // max(len(texts), 1)
    boxes = []
    for k, text in enumerate(texts):
        number, places = draw_number(text, rng, digit_px, 0.3)
        y, x = digit_px + k * pitch, int(rng.integers(digit_px, digit_px + 20))
        number = number[:, : width - x]
        ink[y : y + number.shape[0], x : x + number.shape[1]] = number
        left, right = min(p[0] for p in places), max(p[0] + p[2] for p in places)
        top, bottom = min(p[1] for p in places), max(p[1] + p[3] for p in places)
        boxes.append((x + left, y + top, right - left, bottom - top))
    page = PAPER - ink.astype(float) * (PAPER - 40) / 255
    if ruled:
        for k in range(-1, len(texts)):
            row = int((1.95 * digit_px) + k * pitch)
            page[row : row + 2] = np.minimum(page[row : row + 2], 110)
    return page.astype(np.uint8), boxes


def homography(size: tuple[int, int], corners: NDArray[np.float32]) -> NDArray[np.float64]:
    """From points of a page, counted by edges, to where its corners lie."""
    width, height = size
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(flat, corners), np.float64)


def photographed(
    page: Pixels,
    corners: NDArray[np.float32],
    size: tuple[int, int],
    *,
    table: int = TABLE,
    seed: int = 1,
) -> Pixels:
    """The page with its corners at these points of a picture, on a table with some grain."""
    matrix = homography((page.shape[1], page.shape[0]), corners)
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    index = np.linalg.inv(half) @ matrix @ half
    seen = cv2.warpPerspective(page, index, size, flags=cv2.INTER_AREA)
    there = cv2.warpPerspective(np.full_like(page, 255), index, size) / 255
    grain = np.random.default_rng(seed).normal(0, 3, (size[1], size[0]))
    mixed = seen + (1 - there) * table + grain
    return np.clip(mixed, 0, 255).astype(np.uint8)


def leaning(page: Pixels, degrees: float) -> tuple[Pixels, NDArray[np.float64]]:
    """The page turned so that its lines sink to the right, all of it in view, on white paper.

    Returns:
        The picture, and (3, 3) from points of the page to points of the picture.
    """
    height, width = page.shape
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    wide = int(np.ceil(abs(width * cos) + abs(height * sin)))
    high = int(np.ceil(abs(width * sin) + abs(height * cos)))
    x, y = width / 2, height / 2
    matrix = np.array(
        [
            [cos, -sin, wide / 2 - cos * x + sin * y],
            [sin, cos, high / 2 - sin * x - cos * y],
            [0, 0, 1],
        ]
    )
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    index = (np.linalg.inv(half) @ matrix @ half)[:2]
    picture = cv2.warpAffine(page, index, (wide, high), borderValue=PAPER)
    return np.asarray(picture, np.uint8), matrix


def moved(box: Box, matrix: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """left, top, right, bottom of the upright box around a box after a homography."""
    x, y, width, height = box
    corners = np.array(
        [[x, y, 1], [x + width, y, 1], [x, y + height, 1], [x + width, y + height, 1]]
    )
    points = corners @ matrix.T
    points = points[:, :2] / points[:, 2:]
    return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
