"""Rows of writing: what is written together is read together, words are left out,
and numbers that stand evenly spaced are one, like marks in the squares of a sheet.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from tenfold.picture import Ink
from tenfold.runtime import Classifier, LineNet

from .nets import spell_lines
from .numbers import apart, widest_gap
from .paths import line_of
from .pieces import Piece
from .spelling import Spelled
from .words import without_words

if TYPE_CHECKING:
    from tenfold.rules import Rules

Group = list[Piece]


def read_rows(
    classifier: Classifier,
    line_net: LineNet | None,
    ink: Ink,
    rows: list[list[Piece]],
    rules: Rules | None = None,
) -> list[list[Spelled]]:
    """The numbers of each row, from left to right.

    Args:
        classifier: of single digits.
        line_net: of lines; None leaves the second view out.
        ink: of the picture that the rows are in.
        rows: pieces from left to right; none may be empty.
        rules: what every number must obey.
    """
    groups = [apart(row) for row in rows]
    lines = [line_of(group) for row in groups for group in row]
    spelled = list(spell_lines(classifier, line_net, ink, lines))
    kept = iter(without_words(lines, spelled))
    read = [_numbers(row, list(itertools.islice(kept, len(row)))) for row in groups]
    if rules is None:
        return [[joined(parts) for _, parts in row] for row in read]
    held = [line_of(group) for row in read for group, _ in row]
    answers = iter(list(spell_lines(classifier, line_net, ink, held, rules)))
    return [list(itertools.islice(answers, len(row))) for row in read]


def _numbers(groups: list[Group], spelled: list[Spelled]) -> list[tuple[Group, list[Spelled]]]:
    """Neighbours that are evenly spaced, their pieces and what was read of each.

    Between two parts of one number stands no word.
    """
    found = [glyph.box for one in spelled for glyph in one.found]
    gaps = [right.x - left.right for left, right in itertools.pairwise(found)]
    made: list[tuple[Group, list[Spelled]]] = []
    reach: int | None = None
    for group, one in zip(groups, spelled, strict=True):
        if not one.found:
            reach = None
            continue
        height = float(np.median([glyph.box.height for glyph in one.found]))
        if reach is not None and one.found[0].box.x - reach <= widest_gap(gaps, height):
            made[-1] = made[-1][0] + group, [*made[-1][1], one]
        else:
            made.append((group, [one]))
        reach = one.found[-1].box.right
    return made


def joined(parts: list[Spelled]) -> Spelled:
    """Parts of one number, each read by itself: as sure as all of them together."""
    if len(parts) == 1:
        return parts[0]
    share = 1.0
    for part in parts:
        share *= part.share
    found = [glyph for part in parts for glyph in part.found]
    return Spelled(found, share, [mark for part in parts for mark in part.marks])
