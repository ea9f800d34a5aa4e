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

from tenfold.canon import to_canon
from tenfold.data.fonts import Fonts
from tenfold.data.marks import draw_mark
from tenfold.data.pen import draw_debris
from tenfold.data.punctuation import SIGNS, draw_sign

Ink = NDArray[np.uint8]
Donor = Callable[[], tuple[Ink, int]]
"""Gives a random digit and its label; the ink may have paper around it."""

BAR_FILL: Final = 0.42
"""Bars of any pen fill more of their box than this, brackets and r less."""

_HEIGHT: Final = 40  # of the digits that are put side by side, in px
_STANDS: Final = np.cos(np.deg2rad(55))
_LONG: Final = 1.8  # a bar is at least so many times longer than it is wide
_MUCH: Final = 0.35  # of a digit's ink: with more of the neighbour's it is not one digit

_SIGNS: Final = tuple(name for name in SIGNS if name not in (".", ",", "/", "$"))
"""Those that alone are no 1 and no 5."""

_KEPT: Final[dict[int, tuple[tuple[str, float, float], ...]]] = {
    0: (("left", 0.35, 0.5), ("right", 0.35, 0.5), ("top", 0.35, 0.55), ("bottom", 0.35, 0.55)),
    2: (("left", 0.3, 0.42), ("bottom", 0.25, 0.4)),
    3: (("left", 0.3, 0.42),),
    4: (("left", 0.3, 0.45),),
    5: (("left", 0.3, 0.42), ("top", 0.3, 0.45)),
    7: (("left", 0.3, 0.45),),
    9: (("left", 0.3, 0.42),),
}
"""Which part of which digit is no digit: its side, and how much of it at least and at most.

Any part of a 6 or an 8 is too much like a 6, a 5, a 3 or a 0.
"""


def wrong_cut(donor: Donor, rng: np.random.Generator) -> Ink:
    """A part of a digit that no longer is one."""
    while True:
        ink, label = donor()
        if label not in _KEPT:
            continue
        parts = _KEPT[label]
        side, least, most = parts[int(rng.integers(len(parts)))]
        part = _part(_cropped(to_canon(ink)), side, float(rng.uniform(least, most)))
        if not looks_like_one(part, fill=0):  # a bracket is some people's 1 or 7
            return part


def two_digits(donor: Donor, rng: np.random.Generator) -> Ink:
    """Two digits, now and then three, that nobody has cut apart."""
    row = _scaled(*donor(), rng)
    for _ in range(1 + int(rng.random() < 0.12)):
        row = _beside(row, _scaled(*donor(), rng), rng)
    return row[0]


def with_neighbour(donor: Donor, rng: np.random.Generator) -> Ink:
    """A digit with so much of its neighbour that the cut was in the wrong place."""
    side = "left" if rng.random() < 0.6 else "right"
    whole = _scaled(*_no_one(donor), rng)
    while True:
        piece, label = _scaled(*_no_one(donor), rng)
        part = _part(piece, side, float(rng.uniform(0.4, 0.65))), label
        if part[0].sum(dtype=np.int64) > _MUCH * whole[0].sum(dtype=np.int64):
            break
    return (_beside(whole, part, rng) if side == "left" else _beside(part, whole, rng))[0]


def struck_out(donor: Donor, rng: np.random.Generator) -> Ink:
    """A digit under a heavy scribble."""
    glyph = _scaled(*donor(), rng)[0]
    height, width = glyph.shape[0] + 12, max(glyph.shape[1] + 16, glyph.shape[0])
    ink = np.zeros((height, width), np.uint8)
    left = (width - glyph.shape[1]) // 2
    ink[6 : height - 6, left : left + glyph.shape[1]] = glyph
    n = int(rng.integers(8, 13))
    across = np.stack([np.tile([0.06, 0.94], n)[:n] * width, np.linspace(0.1, 0.9, n) * height], -1)
    points = (across + rng.normal(0, 2.0, (n, 2))).round().astype(np.int32)
    cv2.polylines(ink, [points], False, 255, int(rng.integers(2, 4)))
    return ink


def debris(donor: Donor, rng: np.random.Generator) -> Ink:
    """A letter, a sign or a scribble."""
    del donor
    return draw_debris(rng)


def sign(donor: Donor, rng: np.random.Generator) -> Ink:
    """What closes an amount, or another sign of those that stand around digits."""
    del donor
    return draw_sign(rng, _HEIGHT, name=_SIGNS[int(rng.integers(len(_SIGNS)))]).ink


def letter(fonts: Fonts, rng: np.random.Generator) -> Ink:
    """A letter or a sign of a handwriting font."""
    return fonts.draw_letter(rng, _HEIGHT)[0]


def word(fonts: Fonts, rng: np.random.Generator) -> Ink:
    """A word of a handwriting font, or two or three letters of one."""
    ink = fonts.draw_word(rng, _HEIGHT)
    if ink.shape[1] < 3 * _HEIGHT or rng.random() < 0.4:
        return ink
    wide = round(_HEIGHT * float(rng.uniform(1.4, 2.6)))
    left = int(rng.integers(ink.shape[1] - wide))
    return _cropped(ink[:, left : left + wide])


def looks_like_one(ink: Ink, fill: float = BAR_FILL) -> bool:
    """Whether the ink is one long thing that stands: a bar, and so a 1.

    Args:
        ink: (h, w) uint8, ink high.
        fill: how much of its box a bar fills at least, 0 to 1; brackets fill less.

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
    long, wide = max(half + spread, 1 / 12), max(half - spread, 1 / 12)  # of one pixel: 1 / 12
    upright = np.abs(np.sin(0.5 * np.arctan2(2 * xy, xx - yy)))
    filled = moments["m00"] / 255 / (12 * np.sqrt(long * wide))  # 1 for a full rectangle
    return bool(np.sqrt(long / wide) > _LONG and upright > _STANDS and filled > fill)


def mark(donor: Donor, rng: np.random.Generator) -> Ink:
    """A dot, a dash, a piece of a ruled line, a blot, grain."""
    del donor
    return draw_mark(rng)


def _no_one(donor: Donor) -> tuple[Ink, int]:
    ink, label = donor()
    while label == 1:
        ink, label = donor()
    return ink, label


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
    """The digit cropped, about 40 px tall, its strokes wide and dark enough to stay in view."""
    glyph = _cropped(to_canon(ink))
    height = _HEIGHT * float(rng.uniform(0.8, 1.15))
    scale = min(height / glyph.shape[0], 1.4 * _HEIGHT / glyph.shape[1])
    size = (max(2, round(glyph.shape[1] * scale)), max(2, round(glyph.shape[0] * scale)))
    return np.asarray(cv2.resize(glyph, size, interpolation=cv2.INTER_LINEAR), np.uint8), label


def _beside(
    left: tuple[Ink, int], right: tuple[Ink, int], rng: np.random.Generator
) -> tuple[Ink, int]:
    """Two glyphs in a row, touching or nearly; a 1 keeps its distance, or it would vanish."""
    (a, label_a), (b, label_b) = left, right
    gap = int(rng.integers(4, 12)) if 1 in (label_a, label_b) else int(rng.integers(-3, 8))
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
    return _cropped(row), 1 if 1 in (label_a, label_b) else label_b


def _drop(glyph: Ink, height: int, rng: np.random.Generator) -> int:
    free = height - glyph.shape[0]
    return int(min(max(free - 3 + float(rng.normal(0, 2.5)), 0), free))


def _slack(a: Ink, b: Ink) -> int:
    """How far two glyphs, edge to edge, can still slide together until their ink meets."""
    ink_a, ink_b = a > 90, b > 90
    free_a = np.where(ink_a.any(1), ink_a[:, ::-1].argmax(1), a.shape[1])
    free_b = np.where(ink_b.any(1), ink_b.argmax(1), b.shape[1])
    return int((free_a + free_b).min())
