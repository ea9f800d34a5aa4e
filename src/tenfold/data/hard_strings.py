"""The synthetic test set: numbers with one difficulty at a time, the same ones every time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np

from tenfold.data.donors import Donors
from tenfold.data.looks import HARD, Look, hard_look
from tenfold.data.strings import StringPicture, draw_string, random_symbols

MOST_DIGITS: Final = 8


def hard_strings(
    difficulty: str, n: int, donors: Donors, *, seed: int = 0
) -> Iterator[StringPicture]:
    """Pictures of numbers of one to eight digits, all hard to read for one reason.

    Picture k depends on the seed, the difficulty and k alone: a larger n adds
    pictures and changes none.

    Args:
        difficulty: one of `HARD`.
        n: how many pictures.
        donors: who writes them.
        seed: of the set.

    Raises:
        KeyError: there is no such difficulty.

    >>> one, other = hard_strings("thin", 2, Donors({}), seed=7)
    >>> one.text, other.text
    ('1488874', '686522')
    """
    if difficulty not in HARD:
        raise KeyError(difficulty)
    for k in range(n):
        rng = np.random.default_rng([seed, zlib.crc32(difficulty.encode()), k])
        look = hard_look(difficulty, rng)
        yield draw_string(_symbols(look, rng), look, donors.writer(rng), rng)


def _symbols(look: Look, rng: np.random.Generator) -> str:
    """A number that is not too long and has what its difficulty is about."""
    while True:
        symbols = random_symbols(rng, marks=look.marks)
        n_digits = sum(symbol.isdigit() for symbol in symbols)
        marked = n_digits < len(symbols) or not look.marks
        chained = "00" in symbols or not look.chained
        if n_digits <= MOST_DIGITS and marked and chained:
            return symbols
