"""Pictures of numbers that nobody wrote: for the line net to learn from, and to test readers with.

Digits of real hands and of our own pen, spaced, touching or overlapping, with
dots and dashes, on plain, ruled, squared, boxed or printed paper, seen by a
camera. Every picture comes with the truth: what is written, and where.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.canon import JUNK
from tenfold.data.looks import Look
from tenfold.data.paper import light, printed_pattern
from tenfold.data.ruled import Place, ruling
from tenfold.data.writing import Glyphs, Ink, Written, write

MAX_DIGITS: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class StringPicture:
    """A picture of a line of writing.

    Attributes:
        pixels: (h, w) or (h, w, 3) uint8, as a camera or scanner gives it.
        symbols: what is written, of `canon.SYMBOLS`, spaces left out.
        places: box of each symbol in px: x, y, width, height.
        digit_px: height of a usual digit.
    """

    pixels: NDArray[np.uint8]
    symbols: str
    places: list[Place]
    digit_px: float

    @property
    def text(self) -> str:
        """Its digits alone."""
        return "".join(symbol for symbol in self.symbols if symbol.isdigit())


def random_symbols(rng: np.random.Generator, *, marks: bool) -> str:
    """A number as people write it: an amount, a year, a count, with or without marks.

    One digit to `MAX_DIGITS`, of `canon.SYMBOLS`; the mark `=` is a double dash.

    Args:
        rng: where all randomness comes from.
        marks: with dots or commas between, and what closes an amount behind.

    >>> random_symbols(np.random.default_rng(8), marks=True)
    '68,-'
    """
    n = min(1 + int(rng.gamma(2.6, 1.55)), MAX_DIGITS)
    digits = "".join(str(d) for d in rng.integers(0, 10, n))
    u = rng.random(6)
    if n > 2 and u[0] < 0.22:  # round amounts; and repeated digits are what nets merge
        zeros = int(rng.integers(2, min(n, 5)))
        digits = digits[:-zeros] + "0" * zeros
    elif n > 1 and u[0] < 0.3:
        digits = digits[0] * n
    if not marks:
        return digits
    if n > 3 and u[1] < 0.6:
        point = "." if u[2] < 0.85 else ","
        head, tail = digits[: n % 3 or 3], digits[n % 3 or 3 :]
        groups = [head, *(tail[k : k + 3] for k in range(0, len(tail), 3))]
        digits = point.join(groups if u[3] < 0.7 else ["".join(groups[:-1]), groups[-1]])
    elif n > 2 and u[1] < 0.75:
        digits = digits[:-2] + ("," if u[2] < 0.6 else ".") + digits[-2:]
    if u[4] < 0.1:
        digits = "-" + digits
    endings = (".", ",", "-", ".-", ",-", "--", "=", ".=", "~")
    return digits + endings[int(u[5] * 2 * len(endings))] if u[5] < 0.5 else digits


def draw_string(
    symbols: str, look: Look, glyphs: Glyphs, rng: np.random.Generator
) -> StringPicture:
    """Symbols as a picture.

    Args:
        symbols: of `canon.SYMBOLS`, and spaces.
        look: of writing, paper and camera.
        glyphs: somebody's digits and letters, as `Donors.writer` gives them.
        rng: where all randomness comes from; the same state gives the same pixels.

    >>> from tenfold.data.donors import Donors
    >>> rng = np.random.default_rng(0)
    >>> picture = draw_string("1.204,-", Look(), Donors({}).writer(rng), rng)
    >>> picture.symbols, picture.text, picture.pixels.ndim
    ('1.204,-', '1204', 2)
    """
    written = write(symbols, look, glyphs, rng)
    ink, places = _framed(written, look, rng)
    _wear(ink, places, look, rng)
    pixels = _seen(_inked(ink, places, look, rng), look, rng)
    return StringPicture(pixels, written.symbols, places, look.digit_px)


def _framed(written: Written, look: Look, rng: np.random.Generator) -> tuple[Ink, list[Place]]:
    """The writing with some paper around it, as it is cut out of a page."""
    rows = np.flatnonzero(written.ink.any(axis=1))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 1)
    high = look.digit_px
    left, right, above, below = (max(1, round(high * v)) for v in rng.uniform(0.04, 0.7, 4))
    height, width = bottom - top + above + below, written.ink.shape[1] + left + right
    ink = np.zeros((height, width), np.uint8)
    ink[above : above + bottom - top, left : left + written.ink.shape[1]] = written.ink[top:bottom]
    places = [(x + left, y - top + above, w, h) for x, y, w, h in written.places]
    for _ in range(look.debris):
        _intrude(ink, look, rng)
    return ink, places


def _intrude(ink: Ink, look: Look, rng: np.random.Generator) -> None:
    """A stroke of a neighbour's writing that comes in over an edge."""
    height, width = ink.shape
    thick = max(1, round(look.pen * look.digit_px))
    reach = look.digit_px * float(rng.uniform(0.05, 0.3))
    side = int(rng.integers(0, 4))
    x, y = (float(v) for v in rng.random(2) * (width, height))
    edge = {0: (x, -2.0), 1: (x, height + 2.0), 2: (-2.0, y), 3: (width + 2.0, y)}[side]
    inwards = {0: (0, 1), 1: (0, -1), 2: (1, 0), 3: (-1, 0)}[side]
    turn = rng.normal(0, 0.5, 2) * reach
    end = (edge[0] + inwards[0] * reach + turn[0], edge[1] + inwards[1] * reach + turn[1])
    middle = ((edge[0] + end[0]) / 2 + turn[1], (edge[1] + end[1]) / 2)
    line = np.round(np.array([edge, middle, end])).astype(np.int32)
    cv2.polylines(ink, [line], False, 255, thick, cv2.LINE_AA)


def _wear(ink: Ink, places: list[Place], look: Look, rng: np.random.Generator) -> None:
    """Gaps in the strokes, and ink that a dry ball left out."""
    for x, y, width, height in places:
        if rng.random() < look.broken:
            a, b = rng.random(2), rng.random(2)
            start = (int(x + width * (2 * a[0] - 0.5)), int(y + height * (2 * a[1] - 0.5)))
            end = (int(x + width * (2 * b[0] - 0.5)), int(y + height * (2 * b[1] - 0.5)))
            cv2.line(ink, start, end, 0, max(1, round(0.05 * look.digit_px)))
    if look.mottled:
        grain = rng.random(ink.shape).astype(np.float32)
        grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), max(0.5, 0.03 * look.digit_px)))
        level = float(np.quantile(grain, look.mottled))
        soft = np.clip((grain - level) / (0.5 * float(grain.std()) + 1e-6) + 0.5, 0.15, 1)
        np.copyto(ink, (ink * soft).astype(np.uint8))


def _inked(
    ink: Ink, places: list[Place], look: Look, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Share of the light that each pixel throws back, (h, w) or (h, w, 3) in [0, 1]."""
    strength = look.contrast * ink.astype(np.float32) / 255
    printed: NDArray[np.floating[Any]] = np.zeros_like(strength)
    if look.pattern:
        printed = look.pattern * look.contrast * printed_pattern(ink.shape[:2], rng)
    if look.ruling != "none":
        boxes = [place for place in places if place[3] > 0.4 * look.digit_px] or places
        lines = ruling(ink.shape[:2], look.ruling, boxes, look.digit_px, rng)
        darkest = 0.7 if look.ruling == "squares" else 1.1
        printed = np.maximum(printed, lines * look.contrast * float(rng.uniform(0.25, darkest)))
    if not look.coloured:
        return np.asarray(1 - np.maximum(strength, np.clip(printed, 0, 0.97)), np.float32)
    paper, pen, print_ = _colours(rng)
    page = np.broadcast_to(paper, (*ink.shape, 3)).astype(np.float32)
    page = page * (1 - np.clip(printed, 0, 1)[..., None] * (1 - print_))
    return np.asarray(page * (1 - strength[..., None] * (1 - pen)), np.float32)


def _colours(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Paper, pen and print: shares of red, green and blue that they leave."""
    paper = 1 - rng.random(3) * 0.25
    pens = ((0.1, 0.15, 0.6), (0.05, 0.05, 0.08), (0.7, 0.1, 0.12), (0.1, 0.45, 0.2))
    pen = np.array(pens[int(rng.integers(len(pens)))]) + rng.random(3) * 0.15
    return paper, pen, rng.random(3) * 0.8


def _seen(light_back: NDArray[np.float32], look: Look, rng: np.random.Generator) -> Ink:
    """What the camera makes of it."""
    shown = 1 - light_back if look.light_on_dark else light_back
    shape = (shown.shape[0], shown.shape[1])
    lit = light(shape, look, rng)
    level = float(rng.uniform(150, 252))
    value: NDArray[np.floating[Any]] = shown * (lit if shown.ndim == 2 else lit[..., None]) * level
    if look.blur_px > 0.25:
        value = np.asarray(cv2.GaussianBlur(value, (0, 0), look.blur_px * _fit(look)))
    if look.noise:
        value = value + look.noise * min(1, 1.6 * look.contrast) * rng.standard_normal(
            value.shape
        ).astype(np.float32)
    pixels: Ink = np.clip(value, 0, 255).astype(np.uint8)
    if look.jpeg:
        _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, look.jpeg])
        pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), np.uint8)
    return pixels


def _fit(look: Look) -> float:
    """A camera's blur is as wide as its pixels; small writing bears less of it."""
    return min(1.0, math.sqrt(look.digit_px / 30))


def with_junk(symbols: str, rng: np.random.Generator) -> str:
    """The number with a word or a sign beside it, or in its place.

    >>> with_junk("12", np.random.default_rng(1)), with_junk("12", np.random.default_rng(0))
    ('12 ~~~', '~~~~~')
    """
    word = JUNK * int(rng.integers(1, 6))
    u = rng.random()
    if u < 0.35:
        return word
    return f"{word} {symbols}" if u < 0.7 else f"{symbols} {word}"
