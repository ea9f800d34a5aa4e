"""Things that are not one digit: wrong cuts, two digits at once, marks, letters, noise.

What only looks wrong is left out: half of an 8 that is a 3, the foot of a 9
that is a 1, the ring of a 6 that is a 0. A bar that stands is a 1, always.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.pen import draw_debris

Ink = NDArray[np.uint8]
Donor = Callable[[], tuple[Ink, int]]
"""Gives a random digit and its label; the ink may have paper around it."""

_HEIGHT: Final = 40  # of the digits that are put side by side, in px
_STANDS: Final = np.cos(np.deg2rad(55))
_LONG: Final = 2.5  # a bar is at least so many times longer than it is wide

_KEPT: Final[dict[int, tuple[tuple[str, float, float], ...]]] = {
    0: (("left", 0.35, 0.6), ("right", 0.35, 0.6), ("top", 0.35, 0.6), ("bottom", 0.35, 0.6)),
    2: (("left", 0.35, 0.5), ("bottom", 0.25, 0.4)),
    3: (("left", 0.35, 0.5),),
    4: (("left", 0.3, 0.5),),
    5: (("left", 0.35, 0.5), ("top", 0.3, 0.45)),
    6: (("left", 0.3, 0.45),),
    7: (("left", 0.35, 0.5),),
    8: (("left", 0.35, 0.5),),
    9: (("left", 0.35, 0.5),),
}
"""Which part of which digit is no digit: its side, and how much of it at least and at most."""


def wrong_cut(donor: Donor, rng: np.random.Generator) -> Ink:
    """A part of a digit that no longer is one."""
    ink, label = donor()
    while label not in _KEPT:
        ink, label = donor()
    parts = _KEPT[label]
    side, least, most = parts[int(rng.integers(len(parts)))]
    return _part(_cropped(ink), side, float(rng.uniform(least, most)))


def two_digits(donor: Donor, rng: np.random.Generator) -> Ink:
    """Two digits, now and then three, that nobody has cut apart."""
    row = _scaled(*donor(), rng)
    for _ in range(1 + int(rng.random() < 0.12)):
        row = _beside(row, _scaled(*donor(), rng), rng)
    return row[0]


def with_neighbour(donor: Donor, rng: np.random.Generator) -> Ink:
    """A digit with so much of its neighbour that the cut was in the wrong place."""
    whole = _scaled(*donor(), rng)
    while whole[1] == 1:
        whole = _scaled(*donor(), rng)
    piece = _scaled(*donor(), rng)
    while piece[1] == 1:
        piece = _scaled(*donor(), rng)
    side = "left" if rng.random() < 0.6 else "right"
    part = _part(piece[0], side, float(rng.uniform(0.4, 0.65))), piece[1]
    return (_beside(whole, part, rng) if side == "left" else _beside(part, whole, rng))[0]


def struck_out(donor: Donor, rng: np.random.Generator) -> Ink:
    """A digit under a heavy scribble."""
    ink = _scaled(*donor(), rng)[0]
    ink = cv2.copyMakeBorder(ink, 6, 6, 10, 10, cv2.BORDER_CONSTANT)  # type: ignore[call-overload]
    height, width = ink.shape
    n = int(rng.integers(7, 13))
    across = np.stack([np.tile([0.06, 0.94], n)[:n] * width, np.linspace(0.1, 0.9, n) * height], -1)
    points = (across + rng.normal(0, 2.0, (n, 2))).round().astype(np.int32)
    cv2.polylines(ink, [points], False, 255, int(rng.integers(2, 5)))
    return np.asarray(ink, np.uint8)


def debris(donor: Donor, rng: np.random.Generator) -> Ink:
    """A letter, a sign or a scribble."""
    del donor
    return draw_debris(rng)


def mark(donor: Donor, rng: np.random.Generator) -> Ink:
    """Dots, dashes, ruled lines and corners, blots, grain; sometimes nothing at all."""
    del donor
    makers = (_dot, _dots, _dash, _dash, _corner, _corner, _frame, _blot, _grain)
    if rng.random() < 0.02:
        return np.zeros((40, 40), np.uint8)
    return makers[int(rng.integers(len(makers)))](rng)


def looks_like_one(ink: Ink) -> bool:
    """Whether the ink is one long thing that stands: a bar, and so a 1.

    >>> bar = np.zeros((28, 28), np.uint8)
    >>> bar[4:24, 13:16] = 255
    >>> looks_like_one(bar), looks_like_one(bar.T)
    (True, False)
    """
    moments = cv2.moments(ink)
    if moments["m00"] == 0:
        return False
    xx, yy, xy = (moments[key] / moments["m00"] for key in ("mu20", "mu02", "mu11"))
    half, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    long, wide = half + spread, max(half - spread, 1 / 12)
    upright = np.abs(np.sin(0.5 * np.arctan2(2 * xy, xx - yy)))
    return bool(np.sqrt(long / wide) > _LONG and upright > _STANDS)


def _cropped(ink: Ink) -> Ink:
    x, y, width, height = cv2.boundingRect(ink)
    return ink[y : y + height, x : x + width]


def _part(ink: Ink, side: str, share: float) -> Ink:
    """The named side of the ink, as much of it as the share says, cropped."""
    height, width = ink.shape
    rows, columns = max(3, round(height * share)), max(3, round(width * share))
    part = {
        "left": ink[:, :columns],
        "right": ink[:, -columns:],
        "top": ink[:rows],
        "bottom": ink[-rows:],
    }[side]
    return _cropped(part) if part.any() else ink


def _scaled(ink: Ink, label: int, rng: np.random.Generator) -> tuple[Ink, int]:
    """The digit cropped, about 40 px tall."""
    glyph = _cropped(ink)
    height = _HEIGHT * float(rng.uniform(0.8, 1.15))
    scale = min(height / glyph.shape[0], 1.4 * _HEIGHT / glyph.shape[1])
    size = (max(2, round(glyph.shape[1] * scale)), max(2, round(glyph.shape[0] * scale)))
    return np.asarray(cv2.resize(glyph, size, interpolation=cv2.INTER_LINEAR), np.uint8), label


def _beside(
    left: tuple[Ink, int], right: tuple[Ink, int], rng: np.random.Generator
) -> tuple[Ink, int]:
    """Two glyphs in a row, touching or nearly; a 1 keeps its distance, or it would vanish."""
    (a, label_a), (b, label_b) = left, right
    gap = int(rng.integers(2, 10)) if 1 in (label_a, label_b) else int(rng.integers(-3, 8))
    height = max(a.shape[0], b.shape[0]) + 6
    drop_a = _drop(a, height, rng)
    drop_b = _drop(b, height, rng)
    field_a, field_b = (np.zeros((height, glyph.shape[1]), np.uint8) for glyph in (a, b))
    field_a[drop_a : drop_a + a.shape[0]] = a
    field_b[drop_b : drop_b + b.shape[0]] = b
    offset = a.shape[1] - _slack(field_a, field_b) + gap
    offset = max(offset, a.shape[1] // 2, 3)
    row = np.zeros((height, max(a.shape[1], offset + b.shape[1])), np.uint8)
    row[:, : a.shape[1]] = field_a
    window = row[:, offset : offset + b.shape[1]]
    np.maximum(window, field_b, out=window)
    return _cropped(row), label_a if label_a != 1 else label_b


def _drop(glyph: Ink, height: int, rng: np.random.Generator) -> int:
    free = height - glyph.shape[0]
    return int(np.clip(free - 3 + rng.normal(0, 2.5), 0, free))


def _slack(a: Ink, b: Ink) -> int:
    """How far two glyphs, edge to edge, can still slide together until their ink meets."""
    ink_a, ink_b = a > 90, b > 90
    free_a = np.where(ink_a.any(1), ink_a[:, ::-1].argmax(1), a.shape[1])
    free_b = np.where(ink_b.any(1), ink_b.argmax(1), b.shape[1])
    return int((free_a + free_b).min())


def _dot(rng: np.random.Generator) -> Ink:
    ink = np.zeros((48, 48), np.uint8)
    axes = (int(rng.integers(7, 17)), int(rng.integers(7, 13)))
    cv2.ellipse(ink, (24, 24), axes, float(rng.uniform(-30, 30)), 0, 360, 255, -1, cv2.LINE_AA)
    return ink


def _dots(rng: np.random.Generator) -> Ink:
    ink = np.zeros((72, 72), np.uint8)
    for _ in range(int(rng.integers(2, 6))):
        spot = (int(rng.integers(8, 64)), int(rng.integers(8, 64)))
        cv2.circle(ink, spot, int(rng.integers(1, 8)), 255, -1, cv2.LINE_AA)
    return ink


def _dash(rng: np.random.Generator) -> Ink:
    ink = np.zeros((72, 72), np.uint8)
    rise = int(rng.integers(-14, 15))
    bow = int(rng.integers(-5, 6))
    points = np.array([(8, 36 + rise), (36, 36 + bow), (64, 36 - rise)], np.int32)
    cv2.polylines(ink, [points], False, 255, int(rng.integers(2, 17)), cv2.LINE_AA)
    return ink


def _corner(rng: np.random.Generator) -> Ink:
    """Pieces of ruled lines: a cross, a corner, a T, two parallels; one of them always lies."""
    ink = np.zeros((72, 72), np.uint8)
    thick = int(rng.integers(1, 6))
    row = int(rng.integers(8, 64))
    tilt = int(rng.integers(-4, 5))
    cv2.line(ink, (4, row - tilt), (68, row + tilt), 255, thick, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 3))):
        if rng.random() < 0.7:
            column = int(rng.choice((4, 66, int(rng.integers(4, 68)))))
            cv2.line(ink, (column, 4), (column - tilt, 68), 255, thick, cv2.LINE_AA)
        else:
            row = int(rng.integers(8, 64))
            cv2.line(ink, (4, row - tilt), (68, row + tilt), 255, thick, cv2.LINE_AA)
    return ink


def _frame(rng: np.random.Generator) -> Ink:
    """An empty cell, broad, or with lines that run past its corners."""
    ink = np.zeros((72, 96), np.uint8)
    low, high = int(rng.integers(14, 24)), int(rng.integers(44, 60))
    past = int(rng.integers(4, 12))
    thick = int(rng.integers(1, 5))
    for row in (low, high):
        cv2.line(ink, (12 - past, row), (84 + past, row), 255, thick)
    for column in (12, 84):
        cv2.line(ink, (column, low - past), (column, high + past), 255, thick)
    return ink


def _blot(rng: np.random.Generator) -> Ink:
    noise = rng.standard_normal((64, 64)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(3, 9))))
    level = float(np.quantile(smooth, rng.uniform(0.6, 0.9)))
    return np.where(smooth > level, 255, 0).astype(np.uint8)


def _grain(rng: np.random.Generator) -> Ink:
    noise = rng.random((28, 28))
    ink = np.where(noise > rng.uniform(0.6, 0.97), 255 * rng.random((28, 28)), 0).astype(np.uint8)
    if rng.random() < 0.5:
        return np.asarray(cv2.resize(ink, (64, 64), interpolation=cv2.INTER_LINEAR), np.uint8)
    return ink
