"""How far apart digits stand that are read together: within a word, a number, printed squares."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, median_low
from typing import Final

from tenfold.finding.pieces import Piece, writing_height
from tenfold.results import Box

_LETTER_GAP: Final = 0.6  # heights: a narrower gap parts nothing that is read together
_WORD_GAP: Final = 1.0  # heights: a narrower gap never parts two numbers
_UNEVEN: Final = 2.2  # times the line's usual gap: evenly spaced digits are one number
_APART: Final = 0.4  # heights: digits that stand so far from each other stand apart on purpose
_EVENLY: Final = 1.5  # times the usual gap
_LOWEST: Final = 0.6  # heights of the row's digits: what is lower is a dot or a stain
_HIGHEST: Final = 1.6  # heights: what is higher is a word
_OWN_SQUARE: Final = 0.6  # squares from digit to digit: nearer ones share a square


@dataclass(frozen=True, slots=True)
class Spacing:
    """How the digits of a row stand.

    Attributes:
        height: of the digits, in px; so are the others.
        usual: the median gap between neighbours, 0 where there is none.
        widest: the widest gap within a number.
        square: the side of the printed squares, where each digit has one of its own; else 0.
    """

    height: float
    usual: float
    widest: float
    square: float = 0.0

    @classmethod
    def of(cls, boxes: Sequence[Box], squares: float = 0.0) -> Spacing:
        """That of at least one digit.

        Args:
            boxes: from left to right.
            squares: the side of the squares of the paper; 0 where it has none.

        >>> even = [Box(40 * k, 0, 10, 20) for k in range(3)]
        >>> Spacing.of(even)
        Spacing(height=20.0, usual=30.0, widest=66.0, square=0.0)
        >>> Spacing.of(even[:1], squares=40.0).widest
        40.0
        """
        gaps = [right.x - left.right for left, right in itertools.pairwise(boxes)]
        height = float(median(box.height for box in boxes))
        square = squares if _have_own(boxes, squares, height) else 0.0
        return cls(
            height=height,
            usual=float(median(gaps)) if gaps else 0.0,
            widest=max(_WORD_GAP * height, _UNEVEN * _narrower(gaps), square),
            square=square,
        )

    def is_close(self, gap: float) -> bool:
        """Whether what stands so far from a number is written together with it."""
        return gap <= _LETTER_GAP * self.height

    def goes_on(self, gap: float) -> bool:
        """Whether what stands so far from a number stands as its next digit would.

        That is in the next square, or as widely spaced as its digits.
        """
        evenly = self.usual > _APART * self.height and gap <= _EVENLY * self.usual
        return evenly or gap <= self.square


def is_low(box: Box, height: float) -> bool:
    """Whether a thing is too low for a digit of a row with digits of this height."""
    return box.height < _LOWEST * height


def is_as_high(box: Box, height: float) -> bool:
    """Whether a thing may be a digit of a row with digits of this height, by its own."""
    return not is_low(box, height) and box.height <= _HIGHEST * height


def apart(row: list[Piece]) -> list[list[Piece]]:
    """The pieces of a line, parted where a gap is wider than those inside words and numbers.

    Args:
        row: from left to right.
    """
    height = writing_height(row)
    gaps = [right.box.x - left.box.right for left, right in itertools.pairwise(row)]
    widest = min(max(_UNEVEN * _narrower(gaps), _LETTER_GAP * height), _WORD_GAP * height)
    groups: list[list[Piece]] = [[]]
    reach = row[0].box.right
    for piece in row:
        if piece.box.x - reach > widest:
            groups.append([])
        groups[-1].append(piece)
        reach = max(reach, piece.box.right)
    return groups


def _have_own(boxes: Sequence[Box], squares: float, height: float) -> bool:
    """Whether digits are no larger than the squares, and as far from each other."""
    middles = [box.x + box.width / 2 for box in boxes]
    steps = [right - left for left, right in itertools.pairwise(middles)]
    return height <= squares and (not steps or median(steps) >= _OWN_SQUARE * squares)


def _narrower(gaps: Sequence[int]) -> int:
    """The median gap, of two the narrower; 0 where there is none."""
    return median_low(max(gap, 0) for gap in gaps) if gaps else 0
