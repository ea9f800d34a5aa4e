"""What the line net learns from: strips of synthetic numbers and what is written in them.

A strip is made as the reader makes one: a picture is drawn, its ink is found,
the line is brought to 32 rows. So the net sees what ink finding leaves of
printed paper, and never a cleaner world than the reader's.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import JUNK, STRIP_STRIDE, to_strip
from tenfold.data.donors import Donors
from tenfold.data.looks import random_look
from tenfold.data.sources import Sources, load_sources
from tenfold.data.strings import StringPicture, draw_string, random_symbols, with_junk
from tenfold.picture import find_ink, open_picture

Strip = NDArray[np.uint8]

CHUNK: Final = 256
"""Lines that share one random generator; chunks can be made apart from each other."""

LINES_VERSION: Final = 10
"""Rises when the same seed would give other lines."""

_JUNK_RATE: Final = 0.16
_LONE_RATE: Final = 0.1  # one digit alone: the line net judges those too
_TWO_NUMBERS_RATE: Final = 0.06
_LOOSE: Final = 0.07  # heights by which the reader's box of a line is off


def line_chunk(
    index: int, seed: int, sources: Sources | None = None
) -> tuple[list[Strip], list[str]]:
    """Lines number `CHUNK * index` and following: strips (32, w) uint8, and their symbols.

    Neighbouring letters and signs are one `~`: how many there were is nobody's question.

    Args:
        index: which chunk, from 0; each is different.
        seed: the seed of the run.
        sources: real digits to write with; `load_sources()` if None.
    """
    donors = _shipped_donors() if sources is None else Donors(sources.train)
    rng = np.random.default_rng([seed, index])
    strips: list[Strip] = []
    texts: list[str] = []
    while len(strips) < CHUNK:
        strip, text = _line(donors, rng)
        frames = strip.shape[1] // STRIP_STRIDE
        repeats = sum(a == b for a, b in itertools.pairwise(text))
        if len(text) + repeats <= frames and strip.any():
            strips.append(strip)
            texts.append(text)
    return strips, texts


@cache
def _shipped_donors() -> Donors:
    return Donors(load_sources().train)


def _line(donors: Donors, rng: np.random.Generator) -> tuple[Strip, str]:
    look = random_look(rng)
    u = rng.random(3)
    symbols = random_symbols(rng, marks=look.marks)
    lone = u[0] < _LONE_RATE
    if lone:
        symbols = str(rng.integers(10))
    elif u[1] < _TWO_NUMBERS_RATE:
        symbols = f"{symbols[:8]} {random_symbols(rng, marks=False)[:5]}"
    if u[2] < _JUNK_RATE:
        symbols = with_junk(symbols, rng)
        look = replace(look, gap=max(look.gap, 0.02), ligatures=0.0)
    picture = draw_string(symbols, look, donors.writer(rng, usual=lone), rng)
    return _strip(picture, look.pen * look.digit_px, rng), merged(picture.symbols)


def merged(symbols: str) -> str:
    """The symbols as the line net is to say them.

    >>> merged("~~~12.~")
    '~12.~'
    """
    return re.sub(f"{JUNK}+", JUNK, symbols)


def _strip(picture: StringPicture, pen: float, rng: np.random.Generator) -> Strip:
    """The line as the reader would cut it out, give or take a little."""
    ink = find_ink(open_picture(picture.pixels))
    loose = _LOOSE * picture.digit_px * np.clip(rng.standard_normal(4), -2, 2)
    left = min(p[0] for p in picture.places) + loose[0]
    top = min(p[1] for p in picture.places) + loose[1]
    right = max(p[0] + p[2] for p in picture.places) + loose[2]
    bottom = max(p[1] + p[3] for p in picture.places) + loose[3]
    if rng.random() < 0.12:  # a ruled line or a neighbour's stroke counted as writing
        bottom += picture.digit_px * float(rng.uniform(0.05, 0.3))
    k = ink.scale
    box = (left * k, top * k, max(right - left, 2) * k, max(bottom - top, 2) * k)
    writing = picture.digit_px * k * float(rng.uniform(0.85, 1.15))
    return to_strip(ink.strength, box, min(writing, box[3]), pen * k)[0]
