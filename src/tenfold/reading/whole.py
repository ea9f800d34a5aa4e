"""Pieces of ink as the classifier sees them; and what they are, taken as one whole digit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import to_canon
from tenfold.picture import Ink
from tenfold.results import Box
from tenfold.runtime import Classifier

from .held import digit_held
from .pieces import Piece, around
from .spelling import Found, Spelled

if TYPE_CHECKING:
    from tenfold.rules import Rules

_WHOLE_DIGIT: Final = 0.5  # less likely one digit than not, it is none


def whole_digits(
    classifier: Classifier, ink: Ink, glyphs: list[list[Piece]], rules: Rules | None = None
) -> list[Spelled]:
    """A text of one digit for each group of pieces that is one whole digit.

    Args:
        classifier: judges them.
        ink: whose strength they have.
        glyphs: groups of pieces; empty ones are left out.
        rules: what the digit must obey.
    """
    glyphs = [pieces for pieces in glyphs if pieces]
    if not glyphs:
        return []
    boxes = [around(pieces) for pieces in glyphs]
    seen = [glyph_of(ink, pieces, box) for pieces, box in zip(glyphs, boxes, strict=True)]
    judged = classifier.judge(np.stack(seen))
    made = []
    for box, chances, is_digit in zip(boxes, judged.probabilities, judged.is_digit, strict=True):
        if is_digit < _WHOLE_DIGIT:
            continue
        share = float(is_digit * chances.max())
        found = Found(int(chances.argmax()), box, chances.astype(np.float64), share)
        spelled = Spelled([found], share, [])
        made.append(digit_held(spelled, rules) if rules else spelled)
    return made


def glyph_of(ink: Ink, pieces: list[Piece], box: Box) -> NDArray[np.uint8]:
    """The ink of these pieces in canonical form; the box is around them."""
    canvas = np.zeros((box.height, box.width), np.float32)
    for part in pieces:
        y, x = part.box.y, part.box.x
        strength = ink.strength[y : part.box.bottom, x : part.box.right] * part.mask
        target = canvas[y - box.y : part.box.bottom - box.y, x - box.x : part.box.right - box.x]
        np.maximum(target, strength, out=target)
    return to_canon(canvas)
