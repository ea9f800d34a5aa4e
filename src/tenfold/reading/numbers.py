"""Digits of a line, grouped to numbers by their spacing."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tenfold.canon import JUNK
from tenfold.results import Box, Digit, Number

from .spacing import Spacing
from .spelling import Found, Spelled
from .surety import surety

N_ALTERNATIVES: Final = 2

_BESIDE: Final = 1.2  # heights: a sign farther off belongs to nothing
_HARDLY: Final = 0.2  # a lone digit less sure than this is rather the end of a word
_RATHER: Final = 0.5  # where something else in the picture is rather a number


def numbers_of(
    spelled: Spelled, accept: float, scale: float, size: tuple[int, int], squares: float = 0.0
) -> list[Number]:
    """The numbers of one line.

    Args:
        spelled: what was read on it; places on the work grid.
        accept: numbers at least this sure are `accepted`; the others ask for a `review`.
        scale: work pixels per pixel of the picture.
        size: width and height of the picture; boxes are kept inside.
        squares: the side of the paper's squares on the work grid; 0 where it has none.
    """
    if spelled.unruled is not None:
        return _held(spelled, spelled.unruled, accept, scale, size)
    if not spelled.found:
        return []
    groups = _by_spacing(spelled.found, squares)
    if len(groups) == 1:
        return [_number(groups[0], spelled.share, accept, spelled.marks, scale, size)]
    return [
        _number(
            group,
            float(np.prod([glyph.posterior for glyph in group])),
            accept,
            spelled.marks,
            scale,
            size,
        )
        for group in groups
    ]


def without_hardly_any(numbers: list[Number]) -> list[Number]:
    """The numbers of a page, less lone digits that are hardly any beside surer numbers.

    What is left of words is mostly one stroke that may be a 1. Where nothing else is
    read, it is what somebody wants to have read, and stays.
    """
    if all(number.confidence < _RATHER for number in numbers):
        return numbers
    return [n for n in numbers if len(n.digits) != 1 or n.confidence >= _HARDLY]


def _held(
    spelled: Spelled, unruled: Spelled, accept: float, scale: float, size: tuple[int, int]
) -> list[Number]:
    """One number, since rules speak of one; with no text where none obeys them."""
    if not unruled.found:
        return []
    found = spelled.found or unruled.found
    number = _number(found, spelled.share, accept, spelled.marks, scale, size)
    if spelled.found:
        return [replace(number, unruled=unruled.text)]
    nothing = replace(number, text="", written="", digits=(), confidence=0.0, status="review")
    return [replace(nothing, unruled=unruled.text)]


def _by_spacing(found: Sequence[Found], squares: float) -> list[list[Found]]:
    widest = Spacing.of([glyph.box for glyph in found], squares).widest
    groups = [[found[0]]]
    for before, glyph in itertools.pairwise(found):
        if glyph.box.x - before.box.right > widest:
            groups.append([])
        groups[-1].append(glyph)
    return groups


def _number(
    found: Sequence[Found],
    share: float,
    accept: float,
    marks: Sequence[tuple[float, str]],
    scale: float,
    size: tuple[int, int],
) -> Number:
    digits = tuple(_digit(glyph, scale, size) for glyph in found)
    confidence = surety(share, len(found))
    box = digits[0].box
    for digit in digits[1:]:
        box = box.union(digit.box)
    return Number(
        text="".join(str(digit.digit) for digit in digits),
        confidence=confidence,
        status="accepted" if confidence >= accept else "review",
        box=box,
        digits=digits,
        written=_written(found, marks),
    )


def _written(found: Sequence[Found], marks: Sequence[tuple[float, str]]) -> str:
    """The digits with the points, commas and dashes that stand between and beside them."""
    height = max(glyph.box.height for glyph in found)
    first, last = found[0].box.x - _BESIDE * height, found[-1].box.right + _BESIDE * height
    signs = [(x, symbol) for x, symbol in marks if symbol != JUNK and first <= x <= last]
    digits = [(glyph.box.x + glyph.box.width / 2, str(glyph.digit)) for glyph in found]
    return "".join(symbol for _, symbol in sorted([*digits, *signs], key=lambda pair: pair[0]))


def _digit(glyph: Found, scale: float, size: tuple[int, int]) -> Digit:
    chances = glyph.probabilities
    order = [d for d in np.argsort(-chances, kind="stable") if d != glyph.digit]
    return Digit(
        digit=glyph.digit,
        confidence=glyph.posterior,
        box=_on_picture(glyph.box, scale, size),
        alternatives=tuple((int(d), float(chances[d])) for d in order[:N_ALTERNATIVES]),
    )


def _on_picture(box: Box, scale: float, size: tuple[int, int]) -> Box:
    """A box of the work grid in whole pixels of the picture, none of its ink left outside."""
    width, height = size
    x, y = int(box.x / scale), int(box.y / scale)
    right = min(width, -int(-box.right // scale))
    bottom = min(height, -int(-box.bottom // scale))
    return Box(x, y, max(right - x, 1), max(bottom - y, 1))
