"""Groups of pieces that are taken as one whole digit each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tenfold.finding.pieces import Piece, around
from tenfold.finding.single import glyph_of
from tenfold.picture import Ink
from tenfold.runtime import Classifier

from .held import digit_held
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
