"""Digits that were taken for the end of a word beside their number: asked again without it.

What stands close together is read together. So "No 750" in the squares of a sheet may
come as "No7" and "50": the first is a word, and the 7 goes with it. Here the things of
such a word that stand nearest to a number are shown to the nets by themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tenfold.finding.pieces import Piece, around
from tenfold.picture import Ink
from tenfold.results import Box
from tenfold.runtime import Classifier, LineNet

from .nets import see_lines
from .numbers import widest_gap
from .paths import Line, line_of
from .spelling import Spelled, spell
from .views import Seen
from .words import numberness

Group = list[Piece]

# Heights of the row's digits: what is lower, higher or wider is a dot, a stain or a word.
LOWEST: Final = 0.6
HIGHEST: Final = 1.6
_TALL: Final = 0.35  # what is lower parts nothing: a dot, a bar
_NEARER: Final = 1.5  # times the gap to the word: digits in squares stand farther apart
_MOST_THINGS: Final = 4  # that are given back by a word
_DOUBT: Final = 0.5  # that nothing else in the word belongs to the number


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What is written together in a row.

    Attributes:
        pieces: from left to right.
        seen: what the nets say of it.
        spelled: what was read; without a digit where a word stands.
    """

    pieces: Group
    seen: Seen
    spelled: Spelled

    @property
    def box(self) -> Box:
        """Around it, on the work grid."""
        return around(self.pieces)


@dataclass(frozen=True, slots=True)
class _Split:
    """Parts of a row: the word that gives things back, those things, and their line."""

    row: int
    index: int
    is_left: bool  # the things are the first of their word
    things: Group
    line: Line


def given_back(
    classifier: Classifier, line_net: LineNet | None, ink: Ink, rows: list[list[Part]]
) -> list[list[Part]]:
    """The rows, with the digits parted from the words beside numbers.

    Args:
        classifier: of single digits.
        line_net: of lines, or None.
        ink: of the picture that the rows are in.
        rows: each from left to right.
    """
    splits = [
        _Split(row, index, is_left, things, line_of(things))
        for row, parts in enumerate(rows)
        for index, is_left in _words_beside(parts)
        for things in _near(parts, index, is_left)
    ]
    seen = see_lines(classifier, line_net, ink, [split.line for split in splits])
    made = [list(parts) for parts in rows]
    best: dict[tuple[int, int], tuple[_Split, Seen, Spelled]] = {}
    for split, view in zip(splits, seen, strict=True):
        spelled = spell(view)
        if numberness(split.line, spelled) > 0:
            best[split.row, split.index] = (split, view, spelled)
    for (row, index), (split, view, spelled) in sorted(best.items(), reverse=True):
        word = made[row][index]
        back = Part(split.things, view, replace(spelled, share=spelled.share * _DOUBT))
        rest = replace(word, pieces=_without(word.pieces, split.things))
        made[row][index : index + 1] = [back, rest] if split.is_left else [rest, back]
    return made


def _words_beside(parts: Sequence[Part]) -> list[tuple[int, bool]]:
    """Words next to a number, and whether it is the word's left end that is nearest."""
    found = []
    for index, part in enumerate(parts):
        if part.spelled.found:
            continue
        for beside, is_left in ((index - 1, True), (index + 1, False)):
            if 0 <= beside < len(parts) and parts[beside].spelled.found:
                found.append((index, is_left))
                break
    return found


def _near(parts: Sequence[Part], index: int, is_left: bool) -> list[Group]:
    """The first things of a word that may go on its number, the first two, and so on.

    They stand about as near to the number as to the rest of the word, and are as tall as
    its digits.
    """
    height, gaps = spacing(parts)
    number = parts[index - 1 if is_left else index + 1].box
    pieces = sorted(parts[index].pieces, key=lambda piece: piece.box.x, reverse=not is_left)
    tall = [n for n, piece in enumerate(pieces) if piece.box.height >= _TALL * height]
    near = []
    for last, following in itertools.pairwise(tall[: _MOST_THINGS + 1]):
        first = around([pieces[k] for k in tall if k <= last])
        rest = around([pieces[k] for k in tall if k >= following])
        gap = _gap(first, number)
        if gap <= min(_NEARER * _gap(first, rest), widest_gap(gaps, height)) and (
            LOWEST * height <= first.height <= HIGHEST * height
        ):
            near.append(sorted(pieces[: last + 1], key=lambda piece: piece.box.x))
    return near


def spacing(parts: Sequence[Part]) -> tuple[float, list[int]]:
    """The height of a row's digits, and the gaps between them; there is at least one."""
    boxes = [glyph.box for part in parts for glyph in part.spelled.found]
    gaps = [right.x - left.right for left, right in itertools.pairwise(boxes)]
    return float(np.median([box.height for box in boxes])), gaps


def _gap(one: Box, other: Box) -> int:
    return max(one.x, other.x) - min(one.right, other.right)


def _without(pieces: Group, things: Group) -> Group:
    gone = {id(piece) for piece in things}
    return [piece for piece in pieces if id(piece) not in gone]
