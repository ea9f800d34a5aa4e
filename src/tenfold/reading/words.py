"""Words beside numbers: a group of glyphs most of which are letters is a word, and no number.

Letters are left out one by one as far as the nets know them; an o, an l or an
s looks like a digit, and only its neighbours tell that it is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tenfold.results import Box

from .numberness import TALL, holds, numberness
from .paths import Line
from .spelling import Spelled
from .views import Seen

_TIGHT: Final = 0.4  # heights: glyphs nearer than this are written as one word or number
_LOOSE: Final = 1.0  # heights: letters that stand apart, as in a heading
_MOST: Final = 0.5  # share of letters in a word
_LEAST_LETTERS: Final = 2  # one stray beside a digit is dirt, or a digit in an unknown form
_TALL_LETTER: Final = 0.6  # of the writing's height
_WIDE_LETTER: Final = 0.45  # of its own height
_DOUBTFUL: Final = 0.5
_SEVERAL: Final = 4  # things written together: a page, not a number in parts
_DOUBTED: Final = 0.9  # digits surer than this are not given up for letters farther off


@dataclass(frozen=True, slots=True)
class Glyph:
    """One thing on a line.

    Attributes:
        box: on the work grid.
        digit: probability that it is a digit; 0 for a stray.
    """

    box: Box
    digit: float


def without_words(seen: Sequence[Seen], spelled: Sequence[Spelled]) -> tuple[list[Spelled], float]:
    """What was read in the rows of a picture, less what stands in words.

    A thing that is rather a word than a number is left out, but only where something else
    stands in the picture that is a number, or several things do: what stands alone is
    what somebody wants to have read, however hard it is. Where a few things stand there, they
    may be one number in parts, and what is left out takes from the others' surety.

    Args:
        seen: what is written together, and what the nets say of each.
        spelled: what was read of each.

    Returns:
        What is kept, without digits where a word stands; the share is then that of its being
        one. And how surely nothing that was left out is a part of a number.
    """
    odds = np.array([numberness(one, found) for one, found in zip(seen, spelled, strict=True)])
    kept = [_without_word(one.line, found) for one, found in zip(seen, spelled, strict=True)]
    is_page = len(seen) >= _SEVERAL
    if not (is_page or (odds > 0).any()):
        return kept, 1.0
    as_word = 1 / (1 + np.exp(odds))
    numbers = [
        one if odd > 0 else replace(one, found=[], share=word if found.found else found.share)
        for one, found, odd, word in zip(kept, spelled, odds, as_word.tolist(), strict=True)
    ]
    return numbers, 1.0 if is_page else float(np.prod(as_word[odds <= 0]))


def _without_word(line: Line, spelled: Spelled) -> Spelled:
    digits = [found.box for found in spelled.found]
    strays = strays_of([part.box for part in line.parts], digits, line.height)
    if not digits or not strays:
        return spelled
    glyphs = [Glyph(found.box, found.posterior) for found in spelled.found]
    glyphs += [Glyph(box, 0.0) for box in strays]
    order = sorted(range(len(glyphs)), key=lambda k: glyphs[k].box.x)
    word = in_words([glyphs[k] for k in order], line.height)
    dropped = {k for k, is_word in zip(order, word, strict=True) if is_word}
    kept = [found for k, found in enumerate(spelled.found) if k not in dropped]
    if len(kept) == len(digits):
        return spelled
    share = float(np.prod([found.posterior for found in kept]))
    return replace(spelled, found=kept, share=share)


def strays_of(parts: Sequence[Box], digits: Sequence[Box], height: float) -> list[Box]:
    """The parts of a line that are as tall as a letter and belong to no digit.

    >>> strays_of([Box(0, 0, 9, 20), Box(12, 0, 9, 20)], [Box(0, 0, 9, 20)], 20)
    [Box(x=12, y=0, width=9, height=20)]
    """
    return [
        part
        for part in parts
        if part.height >= TALL * height and not any(holds(digit, part) for digit in digits)
    ]


def in_words(glyphs: Sequence[Glyph], height: float) -> list[bool]:
    """For each glyph of a line, whether it stands in a word.

    Args:
        glyphs: digits and strays, from left to right.
        height: of the writing, in px.

    >>> def row(digits):
    ...     return [Glyph(Box(12 * k, 0, 10, 20), p) for k, p in enumerate(digits)]
    >>> in_words(row([0, 0, 0.8, 0]), 20), in_words(row([1, 1, 0.9, 0]), 20)
    ([True, True, True, True], [False, False, False, False])
    """
    word = [False] * len(glyphs)
    n_digits = sum(glyph.digit > 0 for glyph in glyphs)
    for gap, surest in ((_TIGHT, 1.0), (_LOOSE, _DOUBTED)):
        for group in _groups(glyphs, gap * height):
            beside = n_digits - sum(glyphs[k].digit > 0 for k in group)
            members = [glyphs[k] for k in group]
            if _is_word([glyph.digit for glyph in members]) or _breaks_off(members, beside, height):
                for k in group:
                    word[k] |= glyphs[k].digit <= surest
    return word


def _is_word(digits: Sequence[float]) -> bool:
    """Are half of these glyphs or more letters? A doubtful digit weighs half of a sure one."""
    n_letters = sum(p == 0 for p in digits)
    n_digits = sum(1.0 if p >= _DOUBTFUL else 0.5 for p in digits if p > 0)
    return n_letters >= _LEAST_LETTERS and n_letters >= _MOST * (n_letters + n_digits)


def _breaks_off(glyphs: Sequence[Glyph], beside: int, height: float) -> bool:
    """Does a letter stand among these digits, with a number of as many digits beside them?

    Without the letter the digits would not be right, so little is lost. A slash
    is too narrow for a letter, and a sign before or behind is none among them.
    """
    digits = [k for k, glyph in enumerate(glyphs) if glyph.digit > 0]
    if not digits or beside < len(digits):
        return False
    return any(
        glyph.digit == 0
        and digits[0] < k < digits[-1]
        and glyph.box.height >= _TALL_LETTER * height
        and glyph.box.width >= _WIDE_LETTER * glyph.box.height
        for k, glyph in enumerate(glyphs)
    )


def _groups(glyphs: Sequence[Glyph], gap: float) -> list[list[int]]:
    groups: list[list[int]] = []
    reach = 0
    for k, glyph in enumerate(glyphs):
        if not groups or glyph.box.x - reach > gap:
            groups.append([])
            reach = glyph.box.right
        groups[-1].append(k)
        reach = max(reach, glyph.box.right)
    return groups
