"""A lone digit whose pen broke: its upper and its lower part are no two lines of writing."""

from __future__ import annotations

from typing import Final

from tenfold.finding.pieces import Piece, around, gap_between
from tenfold.finding.single import glyph_of
from tenfold.picture import Ink
from tenfold.runtime import Classifier

_NEAR: Final = 0.3  # of the lower part's height: lines of writing stand farther apart
_OVER: Final = 0.5  # of the narrower part: so much of it stands above or below the other
_UPRIGHT: Final = 1.3  # times its height: the whole is no wider, as a digit is
_SURE: Final = 0.9  # that both are one digit


def whole_again(classifier: Classifier, ink: Ink, rows: list[list[Piece]]) -> list[list[Piece]]:
    """The rows; two that are the parts of one digit, and all that there is, as one.

    Args:
        classifier: of single digits; asked only where two rows stand one close above the other.
        ink: of the picture.
        rows: from top to bottom.
    """
    if len(rows) != 2:
        return rows
    upper, lower = around(rows[0]), around(rows[1])
    both = upper.union(lower)
    gap = lower.y - upper.bottom
    shared = -gap_between(upper, lower)
    if (
        gap > _NEAR * min(upper.height, lower.height)
        or shared < _OVER * min(upper.width, lower.width)
        or both.width > _UPRIGHT * both.height
    ):
        return rows
    judged = classifier.judge(glyph_of(ink, [*rows[0], *rows[1]], both)[None])
    sure = float(judged.probabilities.max() * judged.is_digit[0])
    if sure < _SURE:
        return rows
    return [sorted([*rows[0], *rows[1]], key=lambda piece: piece.middle)]
