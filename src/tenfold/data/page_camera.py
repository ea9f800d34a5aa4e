"""A written sheet as a scanner or a camera sees it: upright, skewed, or photographed on a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.looks import Look
from tenfold.data.paper import light
from tenfold.data.ruled import Place

Field = NDArray[np.float32]
Moved = Callable[[Place], Place]

_LEAN = (4.0, 15.0)  # degrees of a skewed page
_TABLE = (0.12, 0.5)  # light that a table throws back
_CORNER = 0.05  # of the sheet's side: how far a corner lies off in a photograph


def lined(
    field: NDArray[np.uint8],
    xs: Sequence[float],
    ys: Sequence[float],
    strength: float,
    thick: int,
    *,
    out: bool,
) -> None:
    """Draws lines down at xs and across at ys into a field, 255 = full ink.

    Args:
        field: (h, w) uint8; drawn into.
        xs: of the lines down, in px.
        ys: of the lines across.
        strength: of the ink, in (0, 1].
        thick: px.
        out: whether they go on to the edges, as printed ones do; else they end at one another.
    """
    height, width = field.shape
    left, right = (0, width) if out or not xs else (round(xs[0]), round(xs[-1]))
    top, bottom = (0, height) if out or not ys else (round(ys[0]), round(ys[-1]))
    level = round(255 * min(strength, 1.0))
    for y in ys:
        cv2.line(field, (left, round(y)), (right, round(y)), level, thick, cv2.LINE_AA)
    for x in xs:
        cv2.line(field, (round(x), top), (round(x), bottom), level, thick, cv2.LINE_AA)


def page_light(
    ink: NDArray[np.uint8], printed: NDArray[np.uint8], contrast: float, rng: np.random.Generator
) -> Field:
    """Share of the light that a sheet throws back, (h, w) float32 in [0, 1].

    Args:
        ink: 255 = full ink.
        printed: the same of what is printed; it is no darker than the ink.
        contrast: darkness of the ink, 0 to 1.
        rng: where all randomness comes from.
    """
    strength = contrast * np.maximum(ink, printed).astype(np.float32) / np.float32(255)
    paper = np.float32(rng.uniform(0.85, 1.0))
    return np.asarray(paper * (1 - strength), np.float32)


def looked_at(field: Field, kind: str, rng: np.random.Generator) -> tuple[NDArray[np.uint8], Moved]:
    """The picture that is taken of a sheet, and where a box of the sheet lies in it.

    Args:
        field: from `page_light`.
        kind: `skewed` leans, `photographed` lies on a table under a hand's shadow; any
            other is a scan.
        rng: where all randomness comes from.
    """
    matrix = np.eye(3)
    if kind == "skewed":
        field, matrix = _leaning(field, rng)
    elif kind == "photographed":
        field, matrix = _on_a_table(field, rng)
    photo = kind == "photographed"
    look = Look(
        shade=float(rng.uniform(0.1, 0.4)) if photo else 0.0,
        shadow=float(rng.uniform(0.2, 0.5)) if photo and rng.random() < 0.5 else 0.0,
    )
    value = field * light((field.shape[0], field.shape[1]), look, rng) * rng.uniform(200, 250)
    blur, noise = rng.uniform(0.3, 1.1), rng.uniform(1, 5)
    soft = cv2.GaussianBlur(np.asarray(value, np.float32), (0, 0), float(blur))
    grain = noise * rng.standard_normal(field.shape).astype(np.float32)
    pixels = np.clip(soft + grain, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        _, data = cv2.imencode(
            ".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 95))]
        )
        pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), np.uint8)
    return pixels, lambda box: _moved(box, matrix)


def _leaning(field: Field, rng: np.random.Generator) -> tuple[Field, NDArray[np.float64]]:
    height, width = field.shape
    angle = np.deg2rad(rng.uniform(*_LEAN) * rng.choice([-1, 1]))
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    wide = round(width * cos + height * abs(sin))
    high = round(width * abs(sin) + height * cos)
    middle = np.array([width / 2, height / 2])
    turn = np.array([[cos, -sin], [sin, cos]])
    matrix = np.eye(3)
    matrix[:2, :2] = turn
    matrix[:2, 2] = np.array([wide / 2, high / 2]) - turn @ middle
    paper = float(np.median(field))
    seen = cv2.warpPerspective(field, matrix, (wide, high), borderValue=paper)
    return np.asarray(seen, np.float32), matrix


def _on_a_table(field: Field, rng: np.random.Generator) -> tuple[Field, NDArray[np.float64]]:
    height, width = field.shape
    margin = 0.12
    wide, high = round(width * (1 + 2 * margin)), round(height * (1 + 2 * margin))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    corners = flat + np.array([width, height]) * margin
    corners = corners + rng.uniform(-_CORNER, _CORNER, (4, 2)) * [width, height]
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    table = np.full((high, wide), rng.uniform(*_TABLE), np.float32)
    grain = cv2.GaussianBlur(
        rng.standard_normal((high, wide)).astype(np.float32), (0, 0), 1, sigmaY=9
    )
    table = np.clip(table * (1 + 0.5 * grain), 0.05, 0.6)
    there = cv2.warpPerspective(np.ones_like(field), matrix, (wide, high))
    seen = cv2.warpPerspective(field, matrix, (wide, high))
    return np.asarray(seen * there + table * (1 - there), np.float32), np.asarray(
        matrix, np.float64
    )


def _moved(box: Place, matrix: NDArray[np.float64]) -> Place:
    x, y, width, height = box
    corners = np.array(
        [[x, y, 1], [x + width, y, 1], [x, y + height, 1], [x + width, y + height, 1]]
    )
    points = corners @ matrix.T
    points = points[:, :2] / points[:, 2:]
    left, top = (float(v) for v in points.min(axis=0))
    right, bottom = (float(v) for v in points.max(axis=0))
    return left, top, right - left, bottom - top
