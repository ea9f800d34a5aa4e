"""A number in somebody's hand: digits and marks set side by side on a line, as ink."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.canon import JUNK
from tenfold.data.chains import in_equal_parts, zero_chain
from tenfold.data.looks import Look
from tenfold.data.points import EQUALS, MARKS, draw_point, draw_stroke, swing
from tenfold.data.regrown import regrown
from tenfold.data.ruled import Place

Ink = NDArray[np.uint8]
Glyphs = Callable[[str, np.random.Generator], Ink]
"""One symbol of `canon.SYMBOLS` as ink, cropped or not; a digit, or a letter for `~`."""

_UNDER: Final = 0.45  # of a glyph's width: farther below the one before it nobody can read it
_MARGIN: Final = 1.5  # heights around the writing, cut to size later


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Ink of a line of symbols, and where each of them lies.

    Attributes:
        ink: (h, w) uint8, ink high.
        symbols: what is written, one of `canon.SYMBOLS` each.
        places: box of each symbol in px.
    """

    ink: Ink
    symbols: str
    places: list[Place]

    @property
    def digits(self) -> list[Place]:
        """The boxes of the digits alone."""
        return [p for s, p in zip(self.symbols, self.places, strict=True) if s.isdigit()]


def write(symbols: str, look: Look, glyphs: Glyphs, rng: np.random.Generator) -> Written:
    """Symbols written from left to right in one hand.

    Spaces part: `12 34` are two numbers on a line.

    Args:
        symbols: of `canon.SYMBOLS`, and spaces.
        look: of the writing; paper and camera are not its business.
        glyphs: gives the ink of digits and letters.
        rng: where all randomness comes from.

    >>> from tenfold.data.pen import draw_digit
    >>> pen = lambda symbol, rng: draw_digit(int(symbol), rng)
    >>> written = write("12 .=", Look(), pen, np.random.default_rng(0))
    >>> written.symbols, len(written.places), len(written.digits)
    ('12.-', 4, 2)
    """
    high = look.digit_px
    height = round((1 + 2 * _MARGIN) * high)
    layers: list[tuple[int, int, Ink]] = []
    kept: list[str] = []
    right_edge = np.full(height, -1e9)  # last ink of each row so far, for kerning
    cursor, wide = 0.0, False
    for symbol, size in _units(symbols, look, rng):
        if symbol == " ":
            wide = True
            continue
        mark = symbol in MARKS
        ink = _ink_of(symbol, size, look, glyphs, rng)
        base = height * 0.5 + 0.5 * high - look.drift * cursor + swing(rng) * look.unrest * high
        top = round(base - _rise(symbol, ink, high, rng))
        top = min(max(top, 0), height - ink.shape[0])
        gap = look.gap + swing(rng) * look.gap_spread
        gap = max(gap, -0.22 if not mark else 0.0)
        gap += float(rng.uniform(0.8, 2.5)) if wide else 0.0
        left = _kerned(ink, top, right_edge, cursor, gap * high, mark)
        layers.append((top, left, ink))
        kept.append("-" if symbol == EQUALS else symbol)
        rows = np.flatnonzero((ink > 60).any(axis=1))
        last = ink.shape[1] - 1 - np.argmax((ink > 60)[rows, ::-1], axis=1)
        right_edge[top + rows] = np.maximum(right_edge[top + rows], left + last)
        cursor, wide = max(cursor, left + ink.shape[1]), False
    return _joined(layers, kept, height, look, rng)


def _units(symbols: str, look: Look, rng: np.random.Generator) -> list[tuple[str, float]]:
    """What is written in one go, and its size: a symbol, or zeros that hang together."""
    units: list[tuple[str, float]] = []
    for run in re.findall(r"0{2,}|.", symbols):
        if len(run) == 1:
            units.append((run, 1.0))
        elif rng.random() < look.chained:
            units.append((run, look.zeros))
        else:
            units += [("0", look.zeros)] * len(run)
    first = next((k for k, (run, _) in enumerate(units) if run.isdigit()), 0)
    if units and len(units) > 1:
        units[first] = (units[first][0], units[first][1] * look.capital)
    return units


def _ink_of(unit: str, size: float, look: Look, glyphs: Glyphs, rng: np.random.Generator) -> Ink:
    if unit in MARKS:
        return draw_point(unit, look, rng)
    if len(unit) > 1:
        return zero_chain(len(unit), size * look.digit_px, look, rng)
    if size == 1:
        return regrown(glyphs(unit, rng), unit, look, rng)
    # Another size by the same pen.
    sized = replace(look, digit_px=look.digit_px * size, pen=look.pen / size)
    return regrown(glyphs(unit, rng), unit, sized, rng)


def _joined(
    layers: list[tuple[int, int, Ink]],
    units: list[str],
    height: int,
    look: Look,
    rng: np.random.Generator,
) -> Written:
    first = min((left for _, left, _ in layers), default=0)
    last = max((left + ink.shape[1] for _, left, ink in layers), default=1)
    field = np.zeros((height, max(last - first, 1)), np.uint8)
    places: list[Place] = []
    for unit, (top, left, ink) in zip(units, layers, strict=True):
        x = left - first
        window = field[top : top + ink.shape[0], x : x + ink.shape[1]]
        np.maximum(window, ink, out=window)
        places += in_equal_parts((x, top, ink.shape[1], ink.shape[0]), len(unit))
    symbols = "".join(units)
    if look.ligatures:
        _ligate(field, symbols, places, look, rng)
    return Written(field, symbols, places)


def _rise(symbol: str, ink: Ink, high: float, rng: np.random.Generator) -> float:
    """How far the top of a symbol's ink lies above the baseline, in px."""
    tall = float(ink.shape[0])
    if symbol in "-=":
        return high * float(rng.uniform(0.05, 0.75)) + tall / 2
    if symbol == ".":
        return tall + high * float(rng.choice([rng.uniform(-0.1, 0.2), rng.uniform(0.2, 0.5)],
                                              p=[0.85, 0.15]))  # fmt: skip
    if symbol == ",":
        return tall * float(rng.uniform(0.2, 0.8))
    if symbol in "79" and rng.random() < 0.12:  # some let them hang below the line
        return tall - high * float(rng.uniform(0.1, 0.35))
    if symbol == JUNK:
        return tall - high * float(rng.uniform(-0.1, 0.15))
    return tall


def _kerned(
    ink: Ink, top: int, right_edge: NDArray[np.float64], cursor: float, gap: float, mark: bool
) -> int:
    """Left edge of a glyph such that its ink keeps the gap to the ink before it, row by row."""
    if cursor == 0:
        return 0
    dark = ink > 60
    rows = np.flatnonzero(dark.any(axis=1))
    if rows.size == 0:
        return int(cursor)
    first = np.argmax(dark[rows], axis=1)
    # Ink two rows off counts as well: strokes do not pass one another at an angle.
    edge = np.asarray(cv2.dilate(right_edge[:, None], np.ones((7, 1), np.uint8)))[:, 0]
    meets = float(np.max(edge[top + rows] - first)) + 1
    if mark or meets < cursor - ink.shape[1]:
        meets = max(meets, cursor - 0.35 * len(right_edge) / (1 + 2 * _MARGIN))
    left = meets + gap
    return round(float(max(left, cursor - _UNDER * ink.shape[1], 1)))


def _ligate(
    field: Ink, symbols: str, places: list[Place], look: Look, rng: np.random.Generator
) -> None:
    """Some neighbours joined by the pen that was not lifted: at the top, or along the base."""
    thick = max(round(look.pen * look.digit_px * float(rng.uniform(0.6, 1.0))), 1)
    for k in range(len(symbols) - 1):
        pair = symbols[k : k + 2]
        if not pair.isdigit() or rng.random() > look.ligatures:
            continue
        (x0, y0, w0, h0), (x1, y1, w1, h1) = places[k], places[k + 1]
        if pair[0] in "068" and pair[1] in "0689":
            start = (x0 + w0 * rng.uniform(0.5, 0.9), y0 + h0 * rng.uniform(0.02, 0.2))
            end = (x1 + w1 * rng.uniform(0.2, 0.5), y1 + h1 * rng.uniform(0.02, 0.15))
        elif pair[0] in "2146":
            start = (x0 + w0 * rng.uniform(0.8, 1.0), y0 + h0 * rng.uniform(0.6, 0.98))
            end = (x1 + w1 * rng.uniform(0.0, 0.4), y1 + h1 * rng.uniform(0.2, 0.9))
        elif pair[0] in "57":
            start = (x0 + w0, y0 + h0 * rng.uniform(0.0, 0.12))
            end = (x1 + w1 * rng.uniform(0.0, 0.5), y1 + h1 * rng.uniform(0.0, 0.2))
        else:
            continue
        sag = look.digit_px * float(rng.uniform(-0.05, 0.15))
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + sag)
        draw_stroke(field, [start, middle, end], thick)
