"""A sheet and somebody who writes on it: numbers, words, heads of columns; and what is printed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from tenfold.canon import JUNK
from tenfold.data.donors import Donors
from tenfold.data.fonts import NO_FONTS, Fonts
from tenfold.data.looks import Look
from tenfold.data.page_camera import lined
from tenfold.data.pen import draw_debris
from tenfold.data.regrown import regrown
from tenfold.data.ruled import Place
from tenfold.data.writing import Glyphs, Ink, write

_HEADS: Final = "dQTxAbH"  # letters that people number: d1, Q2


class Sheet:
    """Ink set down row by row by one hand.

    Attributes:
        rng: where all randomness comes from.
        look: of the hand.
        high: height of its digits, in px.
        width, height: of the sheet, in px.
        ink: (h, w) uint8, 255 = full ink.
        print: (h, w) uint8, what was printed or drawn with a ruler.
        numbers: as of `Page`.
    """

    def __init__(self, rng: np.random.Generator, donors: Donors) -> None:
        self.rng = rng
        self.look = _hand(rng)
        self.glyphs: Glyphs = donors.writer(rng, usual=True)
        faces = donors.fonts.faces
        self.fonts = Fonts((faces[int(rng.integers(len(faces)))],)) if faces else NO_FONTS
        self.high = self.look.digit_px
        self.width, self.height = round(self.high * 20), round(self.high * 21)
        self.ink = np.zeros((self.height, self.width), np.uint8)
        self.print = np.zeros_like(self.ink)
        self.numbers: list[tuple[str, Place]] = []

    def number(self, text: str, x: float, base: float) -> float:
        """Writes a number from x on, standing on the base; returns where it ends."""
        written = write(text, self.look, self.glyphs, self.rng)
        left = min(p[0] for p in written.places)
        foot = float(np.median([p[1] + p[3] for p in written.places]))
        dx, dy = round(x - left), round(base - foot)
        self._put(written.ink, dx, dy)
        boxes = [(p[0] + dx, p[1] + dy, p[2], p[3]) for p in written.places]
        self.numbers.append((text, _around(boxes)))
        x, _, width, _ = self.numbers[-1][1]
        return x + width

    def digits(self, text: str, x: float, base: float, pitch: float) -> None:
        """Writes one number with a digit in the middle of each square."""
        boxes = []
        for k, symbol in enumerate(text):
            ink = regrown(self.glyphs(symbol, self.rng), symbol, self.look, self.rng)
            off_x, off_y = self.rng.uniform(-0.15, 0.15, 2) * pitch
            left = round(x + (k + 0.5) * pitch - ink.shape[1] / 2 + off_x)
            top = round(base - ink.shape[0] + off_y)
            self._put(ink, left, top)
            boxes.append((left, top, ink.shape[1], ink.shape[0]))
        self.numbers.append((text, _around(boxes)))

    def word(self, x: float, base: float, widest: float = np.inf) -> float:
        """Writes a word, at most so wide; returns where it ends."""
        size = float(self.rng.uniform(0.85, 1.25))
        look = replace(self.look, digit_px=self.high * size, pen=self.look.pen / size)
        for _ in range(20):
            raw = self.fonts.draw_word(self.rng) if len(self.fonts) else _signs(self.rng)
            ink = regrown(raw, JUNK, look, self.rng)
            if ink.shape[1] <= widest:
                break
        self._put(ink, round(x), round(base - ink.shape[0]))
        return x + float(ink.shape[1])

    def head(self, x: float, base: float) -> None:
        """Writes the head of a column: a letter, and a small number that is none of the page's."""
        if not len(self.fonts):
            return
        letter = _HEADS[int(self.rng.integers(len(_HEADS)))]
        ink = regrown(self.fonts.draw_text(letter, self.rng), JUNK, self.look, self.rng)
        self._put(ink, round(x), round(base - ink.shape[0]))
        small = replace(self.look, digit_px=0.55 * self.high, pen=self.look.pen / 0.55)
        symbol = str(self.rng.integers(1, 4))
        sub = regrown(self.glyphs(symbol, self.rng), symbol, small, self.rng)
        left, sink = round(x + ink.shape[1] + 0.08 * self.high), round(0.15 * self.high)
        self._put(sub, left, round(base - sub.shape[0]) + sink)

    def rule(self, xs: list[float], ys: list[float], strength: float, *, out: bool) -> None:
        """Thin lines at these columns and rows, to the sheet's edges where `out`."""
        thick = max(1, round(self.high * float(self.rng.uniform(0.02, 0.06))))
        lined(self.print, xs, ys, strength, thick, out=out)

    def _put(self, ink: Ink, x: int, y: int) -> None:
        ink = ink[max(-y, 0) :, max(-x, 0) :]
        place = self.ink[max(y, 0) : max(y, 0) + ink.shape[0], max(x, 0) : max(x, 0) + ink.shape[1]]
        np.maximum(place, ink[: place.shape[0], : place.shape[1]], out=place)


def _signs(rng: np.random.Generator) -> Ink:
    return np.concatenate([draw_debris(rng) for _ in range(3)], axis=1)


def _hand(rng: np.random.Generator) -> Look:
    """A usual hand; pages are about where things stand, not about forms."""
    return Look(
        digit_px=float(rng.uniform(26, 46)),
        pen=float(rng.uniform(0.07, 0.13)),
        slant=float(rng.uniform(-0.1, 0.25)),
        gap=float(rng.uniform(0.12, 0.3)),
        gap_spread=0.05,
        unrest=0.05,
        aspect=float(rng.uniform(0.85, 1.15)),
        contrast=float(rng.uniform(0.45, 0.85)),
    )


def _around(boxes: list[Place]) -> Place:
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return left, top, right - left, bottom - top
