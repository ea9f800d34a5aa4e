"""Digits that were taken for a part of the word that they stand beside, asked again without it.

What stands close together is read together. So "No 750" may come as one thing, or in the
squares of a sheet as "No7" and "50", and is a word. Here the things at the ends of a word
that stand apart from its letters are shown to the nets by themselves.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tenfold.finding.pieces import Piece, around, gap_between, writing_height
from tenfold.picture import Ink
from tenfold.results import Box

from .nets import Nets, see_lines
from .numberness import numberness
from .paths import Line, line_of
from .spacing import Spacing, is_as_high
from .spelling import Spelled, spell
from .views import Seen

Group = list[Piece]

# Heights of the row's digits.
_TALL: Final = 0.35  # what is lower parts nothing: a dot, a bar
_NEARER: Final = 1.5  # times the gap to the word: digits in squares stand farther apart
_CLEAR: Final = 0.3  # a narrower gap parts letters, not a word and a number
_MOST_THINGS: Final = 6  # that are given back by a word
_FEWEST: Final = 2  # digits, and so sure, of a number that stands beside none
_SURE: Final = 0.9
_DOUBT: Final = 0.5  # that nothing else in the word belongs to the number


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What is written together in a row.

    Attributes:
        pieces: from left to right.
        seen: what the nets say of it.
        spelled: what was read; without a digit where a word stands.
        chance: how surely nothing else that stands beside it belongs to it.
    """

    pieces: Group
    seen: Seen
    spelled: Spelled
    chance: float = 1.0

    @property
    def box(self) -> Box:
        """Around it, on the work grid."""
        return around(self.pieces)


@dataclass(frozen=True, slots=True)
class _Split:
    """Things at the end of a word, its row and place among the row's parts.

    Attributes:
        is_left: whether it is the word's left end.
        is_beside: whether they may go on the number next to them; else they are one alone.
        line: the things as a line.
    """

    row: int
    index: int
    is_left: bool
    is_beside: bool
    things: Group
    line: Line

    def holds(self, seen: Seen, spelled: Spelled) -> bool:
        """Whether what was read is a number. One letter alone is often read as a digit."""
        alone = len(spelled.found) >= _FEWEST and spelled.share >= _SURE
        return numberness(seen, spelled) > 0 and (self.is_beside or alone)


def given_back(nets: Nets, ink: Ink, rows: list[list[Part]]) -> list[list[Part]]:
    """The rows, with the digits parted from the words that they were taken for.

    Args:
        nets: of digits, and of lines.
        ink: of the picture that the rows are in.
        rows: each from left to right.
    """
    splits = [
        split
        for row, parts in enumerate(rows)
        for index, part in enumerate(parts)
        if not part.spelled.found
        for is_left in (True, False)
        for split in _splits(row, parts, index, is_left, ink.squares)
    ]
    seen = see_lines(nets, ink, [split.line for split in splits])
    made = [list(parts) for parts in rows]
    best: dict[tuple[int, int], tuple[_Split, Seen, Spelled]] = {}
    for split, view in zip(splits, seen, strict=True):
        spelled = spell(view)
        if split.holds(view, spelled):
            best[split.row, split.index] = (split, view, spelled)
    for (row, index), (split, view, spelled) in sorted(best.items(), reverse=True):
        word = made[row][index]
        back = Part(split.things, view, spelled, _DOUBT)
        rest = replace(word, pieces=_without(word.pieces, split.things))
        made[row][index : index + 1] = [back, rest] if split.is_left else [rest, back]
    return made


def _splits(
    row: int, parts: Sequence[Part], index: int, is_left: bool, squares: float
) -> Iterator[_Split]:
    """The first things of a word's end, the first two, and so on.

    They are as tall as digits, and stand about as near to a number beside them as to the
    rest of the word, or farther from that than its letters from each other.
    """
    word = parts[index]
    row_has = spacing(parts, squares)
    height = row_has.height if row_has else writing_height(word.pieces)
    next_to = index - 1 if is_left else index + 1
    number = parts[next_to] if 0 <= next_to < len(parts) else word
    pieces = sorted(word.pieces, key=lambda piece: piece.box.x, reverse=not is_left)
    tall = [n for n, piece in enumerate(pieces) if piece.box.height >= _TALL * height]
    for last, following in itertools.pairwise(tall[: _MOST_THINGS + 1]):
        first = around([pieces[k] for k in tall if k <= last])
        rest = [pieces[k].box for k in tall if k >= following]
        behind = min(gap_between(first, box) for box in rest)
        gap = gap_between(first, number.box) if number.spelled.found else math.inf
        is_beside = row_has is not None and gap <= min(_NEARER * behind, row_has.widest)
        is_clear = behind >= max(_CLEAR * height, _NEARER * _widest_in(rest))
        if (is_beside or is_clear) and is_as_high(first, height):
            things = sorted(pieces[: last + 1], key=lambda piece: piece.box.x)
            yield _Split(row, index, is_left, is_beside, things, line_of(things))


def _widest_in(boxes: Sequence[Box]) -> int:
    """The widest gap between the things of a word, 0 where they overlap."""
    widest = reach = 0
    for k, box in enumerate(sorted(boxes, key=lambda box: box.x)):
        widest = max(widest, box.x - reach) if k else 0
        reach = max(reach, box.right)
    return widest


def spacing(parts: Sequence[Part], squares: float) -> Spacing | None:
    """Of a row's digits; None where there are none."""
    boxes = [glyph.box for part in parts for glyph in part.spelled.found]
    return Spacing.of(boxes, squares) if boxes else None


def _without(pieces: Group, things: Group) -> Group:
    gone = {id(piece) for piece in things}
    return [piece for piece in pieces if id(piece) not in gone]
