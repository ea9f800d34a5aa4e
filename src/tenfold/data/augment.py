"""Ink as it looks after other hands, pens, cameras and scanners have been at it."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.canon import stroke_width

Ink = NDArray[np.uint8]

WORK_SIDE: Final = 72
"""Side in px of the square that everything is distorted in."""

PRISTINE_RATE: Final = 0.12
"""Part of the samples that stay as they are."""

_GLYPH_SIDE: Final = 42  # longer side of the ink before it is turned and stretched
_FAINTEST: Final = 28  # greyer than this is paper: canon measures from the outermost ink
_FATTEST_PX: Final = 6.3  # MNIST's fattest pens; fatter ones close the rings of 6, 8, 9
_THINNEST_PX: Final = 1.8  # thinner ones fall to pieces
_LEAST_KEPT: Final = 0.4  # of the ink; what would lose more is only turned and bent
_FARTHEST: Final = 2.2  # standard deviations
_N_FIELDS: Final = 192
_N_DRAWS: Final = 24

_THICKEN, _THIN, _BLUR, _COARSE, _GAMMA, _HARD = 0.2, 0.2, 0.22, 0.22, 0.25, 0.2
_BROKEN, _MOTTLED, _SPECKS, _RESIDUE, _JPEG = 0.1, 0.08, 0.06, 0.1, 0.04


def distort(ink: Ink, rng: np.random.Generator, strength: float = 1.0) -> Ink:
    """The same digit, seen otherwise; about one in eight comes back untouched.

    Turned, slanted, stretched, bent; thinner, fatter, blurred, coarser, broken,
    specked. It stays the digit that it was: no mirror, no turn by more than
    about 20 degrees, and most of the ink is kept.

    Args:
        ink: (h, w) uint8, ink high, of any size.
        rng: where all randomness comes from.
        strength: 1 is what the reader trains on; 0 only resamples.

    Returns:
        (72, 72) uint8, ink high, for `tenfold.canon.to_canon`; or `ink` itself.
    """
    u = rng.random(_N_DRAWS)
    if u[0] < PRISTINE_RATE or not ink.any():
        return ink
    bent = _bent(_moved(ink, rng, strength), u[1], u[2], strength)
    worn = _worn(_stroked(bent, u[3], u[4], strength), u, rng, strength)
    clean: Ink = np.asarray(cv2.threshold(worn, _FAINTEST, 0, cv2.THRESH_TOZERO)[1], np.uint8)
    if np.count_nonzero(clean > 100) < _LEAST_KEPT * np.count_nonzero(bent > 100):
        return bent
    return clean


def _moved(ink: Ink, rng: np.random.Generator, strength: float) -> Ink:
    """The ink in the middle of the square: turned, slanted, stretched, in perspective."""
    turn, lean, widen, tilt_x, tilt_y = (
        strength * min(max(n, -_FARTHEST), _FARTHEST) for n in rng.standard_normal(5).tolist()
    )
    x, y, width, height = cv2.boundingRect(ink)
    scale = _GLYPH_SIDE / max(width, height)
    cos, sin = scale * math.cos(0.105 * turn), scale * math.sin(0.105 * turn)
    stretch, slant = math.exp(0.08 * widen), 0.15 * lean
    # Turn after slant after stretch; then the middle of the ink goes to the middle.
    a, b = cos * stretch, cos * slant - sin / stretch
    c, d = sin * stretch, sin * slant + cos / stretch
    from_x, from_y, to = x + (width - 1) / 2, y + (height - 1) / 2, (WORK_SIDE - 1) / 2
    e, f = to - a * from_x - b * from_y, to - c * from_x - d * from_y
    p, q = 0.0012 * tilt_x, 0.0012 * tilt_y
    depth = 1 - (p + q) * WORK_SIDE / 2 + p * e + q * f
    matrix = np.array([[a, b, e], [c, d, f], [p * a + q * c, p * b + q * d, depth]])
    return np.asarray(cv2.warpPerspective(ink, matrix, (WORK_SIDE, WORK_SIDE)), np.uint8)


@cache
def _fields() -> list[tuple[NDArray[np.int16], NDArray[np.uint16]]]:
    """Smooth displacements of the square, from gentle to strong, ready for `cv2.remap`."""
    rng = np.random.default_rng(20)
    grid = np.stack(np.meshgrid(np.arange(WORK_SIDE), np.arange(WORK_SIDE)), -1).astype(np.float32)
    fields = []
    for k in range(_N_FIELDS):
        noise = rng.standard_normal((WORK_SIDE, WORK_SIDE, 2)).astype(np.float32)
        smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(5, 10))))
        amount = 0.3 + 1.5 * k / _N_FIELDS  # px, root mean square
        where = grid + smooth / smooth.std() * np.float32(amount)
        coarse, fine = cv2.convertMaps(where, None, cv2.CV_16SC2)  # type: ignore[call-overload]
        fields.append((coarse, fine))
    return fields


def _bent(ink: Ink, chance: float, which: float, strength: float) -> Ink:
    if chance > 0.7 * min(strength, 1):
        return ink
    coarse, fine = _fields()[int(which * _N_FIELDS * min(strength, 1))]
    return np.asarray(cv2.remap(ink, coarse, fine, cv2.INTER_LINEAR), np.uint8)


@cache
def _brush(width: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)


def _stroked(ink: Ink, chance: float, amount: float, strength: float) -> Ink:
    """The same line with a fatter or a thinner pen."""
    if chance < _THICKEN * strength:
        room = int(_FATTEST_PX - stroke_width(ink))
        width = min(2 + int(3 * amount), 1 + room)
        return ink if width < 2 else np.asarray(cv2.dilate(ink, _brush(width)), np.uint8)
    if chance > 1 - _THIN * strength:
        room = int(stroke_width(ink) - _THINNEST_PX)
        width = min(2 + int(2 * amount), 1 + room)
        return ink if width < 2 else np.asarray(cv2.erode(ink, _brush(width)), np.uint8)
    return ink


def _worn(ink: Ink, u: NDArray[np.float64], rng: np.random.Generator, strength: float) -> Ink:
    """What pen, paper and camera do to a line."""
    if u[5] < _BROKEN * strength:
        _break(ink, rng)
    if u[6] < _MOTTLED * strength:
        ink = _mottled(ink, rng)
    if u[7] < _RESIDUE * strength:
        _leave_residue(ink, rng)
    if u[8] < _BLUR * strength:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.5 + 1.3 * float(u[9])), np.uint8)
    elif u[8] > 1 - _COARSE * strength:
        ink = _coarse(ink, u[11], u[12])
    if u[13] < _JPEG * strength:
        ink = _jpeg(ink, 15 + int(50 * u[14]))
    if u[15] < _GAMMA * strength:
        ink = np.asarray(cv2.LUT(ink, _gammas()[int(u[16] * len(_gammas()))]), np.uint8)
    elif u[15] > 1 - _HARD * strength:
        level = 0.3 + 0.25 * float(u[16])
        peak = float(ink.max())
        ink = np.asarray(cv2.threshold(ink, level * peak, 255, cv2.THRESH_BINARY)[1], np.uint8)
    if u[17] < _SPECKS * strength:
        _speck(ink, rng)
    return ink


def _break(ink: Ink, rng: np.random.Generator) -> None:
    """One or two hairs of paper across the ink."""
    x, y, width, height = cv2.boundingRect(ink)
    for _ in range(int(rng.integers(1, 3))):
        a, b = rng.random(2), rng.random(2)
        start, end = (
            (int(x + width * (2 * p[0] - 0.5)), int(y + height * (2 * p[1] - 0.5))) for p in (a, b)
        )
        cv2.line(ink, start, end, 0, int(rng.integers(1, 3)))


@cache
def _blotches() -> Ink:
    noise = np.random.default_rng(21).standard_normal((256, 256)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.5))
    return np.asarray(np.clip(200 + 60 * smooth / smooth.std(), 100, 255), np.uint8)


def _mottled(ink: Ink, rng: np.random.Generator) -> Ink:
    top, left = (int(k) for k in rng.integers(0, 256 - WORK_SIDE, 2))
    window = _blotches()[top : top + WORK_SIDE, left : left + WORK_SIDE]
    return np.asarray(cv2.multiply(ink, window, scale=1 / 255), np.uint8)


def _leave_residue(ink: Ink, rng: np.random.Generator) -> None:
    """A short piece of a line, or of a neighbour, at the rim of the ink."""
    x, y, width, height = cv2.boundingRect(ink)
    longer = max(width, height)
    length = int(longer * rng.uniform(0.06, 0.22))
    thick = int(rng.integers(1, 4))
    out = int(rng.integers(0, 4))
    at = float(rng.random())
    side = rng.random()
    if side < 0.3:  # above or below
        row = y - out if side < 0.1 else y + height + out
        column = int(x + at * max(1, width - length))
        cv2.line(ink, (column, row), (column + length, row), 255, thick)
        return
    column = x - out if side < 0.65 else x + width + out
    row = int(y + at * max(1, height - length))
    cv2.line(ink, (column, row), (column, row + length), 255, thick)


def _coarse(ink: Ink, size: float, way: float) -> Ink:
    """As if the digit had been 10 to 19 px tall, then enlarged."""
    small = round((10 + 9 * size) * WORK_SIDE / _GLYPH_SIDE)
    tiny = cv2.resize(ink, (small, small), interpolation=cv2.INTER_AREA)
    methods = (*(cv2.INTER_LINEAR,) * 2, *(cv2.INTER_CUBIC,) * 2, cv2.INTER_NEAREST)
    method = methods[int(way * len(methods))]
    return np.asarray(cv2.resize(tiny, (WORK_SIDE, WORK_SIDE), interpolation=method), np.uint8)


def _jpeg(ink: Ink, quality: int) -> Ink:
    _, data = cv2.imencode(".jpg", 255 - ink, [cv2.IMWRITE_JPEG_QUALITY, quality])
    gray = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return np.asarray(cv2.bitwise_not(gray), np.uint8)


@cache
def _gammas() -> list[NDArray[np.uint8]]:
    level = np.arange(256) / 255
    return [np.round(255 * level**power).astype(np.uint8) for power in np.geomspace(0.45, 2, 24)]


def _speck(ink: Ink, rng: np.random.Generator) -> None:
    x, y, width, height = cv2.boundingRect(ink)
    for _ in range(int(rng.integers(1, 7))):
        spot = (int(x + width * rng.random()), int(y + height * rng.random()))
        cv2.circle(ink, spot, int(rng.random() < 0.3), int(rng.integers(90, 256)), -1)
