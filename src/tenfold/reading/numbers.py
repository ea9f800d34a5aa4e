"""Digits of a line, grouped to numbers by their spacing."""

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np

from tenfold.results import Box, Digit, Number

from .paths import Found

ACCEPT: Final = 0.9
"""Numbers at least this sure are `accepted`; the others ask for a `review`."""

N_ALTERNATIVES: Final = 2

_WORD_GAP: Final = 1.0  # heights: a narrower gap never parts two numbers
_UNEVEN: Final = 2.2  # times the line's usual gap: evenly spaced digits are one number


def numbers_of(
    found: Sequence[Found], share: float, scale: float, size: tuple[int, int]
) -> list[Number]:
    """The numbers of one line.

    Args:
        found: its digits from left to right, boxes on the work grid.
        share: probability that exactly these digits stand on the line.
        scale: work pixels per pixel of the picture.
        size: width and height of the picture; boxes are kept inside.
    """
    if not found:
        return []
    groups = _by_spacing(found)
    if len(groups) == 1:
        return [_number(found, share, scale, size)]
    return [
        _number(group, float(np.prod([glyph.posterior for glyph in group])), scale, size)
        for group in groups
    ]


def _by_spacing(found: Sequence[Found]) -> list[list[Found]]:
    height = float(np.median([glyph.box.height for glyph in found]))
    gaps = [max(right.box.x - left.box.right, 0) for left, right in itertools.pairwise(found)]
    usual = sorted(gaps)[(len(gaps) - 1) // 2] if gaps else 0  # of two gaps the narrower
    widest = max(_WORD_GAP * height, _UNEVEN * usual)
    groups = [[found[0]]]
    for gap, glyph in zip(gaps, found[1:], strict=True):
        if gap > widest:
            groups.append([])
        groups[-1].append(glyph)
    return groups


def _number(
    found: Sequence[Found], confidence: float, scale: float, size: tuple[int, int]
) -> Number:
    digits = tuple(_digit(glyph, scale, size) for glyph in found)
    box = digits[0].box
    for digit in digits[1:]:
        box = box.union(digit.box)
    return Number(
        text="".join(str(digit.digit) for digit in digits),
        confidence=confidence,
        status="accepted" if confidence >= ACCEPT else "review",
        box=box,
        digits=digits,
    )


def _digit(glyph: Found, scale: float, size: tuple[int, int]) -> Digit:
    order = np.argsort(-glyph.probabilities, kind="stable")
    chances = glyph.probabilities
    return Digit(
        digit=int(order[0]),
        confidence=glyph.posterior,
        box=_on_picture(glyph.box, scale, size),
        alternatives=tuple((int(d), float(chances[d])) for d in order[1 : 1 + N_ALTERNATIVES]),
    )


def _on_picture(box: Box, scale: float, size: tuple[int, int]) -> Box:
    """A box of the work grid in whole pixels of the picture, none of its ink left outside."""
    width, height = size
    x, y = int(box.x / scale), int(box.y / scale)
    right = min(width, -int(-box.right // scale))
    bottom = min(height, -int(-box.bottom // scale))
    return Box(x, y, max(right - x, 1), max(bottom - y, 1))
