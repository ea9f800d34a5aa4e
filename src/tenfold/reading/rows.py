"""Rows of writing: what is written together is read together, words are left out,
and numbers that stand evenly spaced are one, like marks in the squares of a sheet.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tenfold.finding.pieces import Piece, around
from tenfold.picture import Ink
from tenfold.results import Box
from tenfold.runtime import Classifier, LineNet

from .held import spell_held
from .nets import see_lines
from .numbers import apart, widest_gap
from .paths import line_of
from .spelling import Spelled, spell
from .words import without_words

if TYPE_CHECKING:
    from tenfold.rules import Rules

Group = list[Piece]
Run = tuple[list[int], list[Spelled]]  # which groups make one number, and what was read of them

# Heights of the row's digits: what is lower, higher or wider is a dot, a stain or a word.
_LOWEST: Final = 0.6
_HIGHEST: Final = 1.6
_WIDEST: Final = 1.1
_APART: Final = 0.4  # digits that stand so far from each other stand apart on purpose
_EVENLY: Final = 1.5  # times the usual gap
_EVEN_CHANCE: Final = 0.5  # that what was taken for the end of a word is a digit after all


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
        rules: what every number must obey. Only a number of several groups is shown to
            the nets once more for them, as the one line that it is.
    """
    groups = [apart(row) for row in rows]
    lines = [line_of(group) for row in groups for group in row]
    seen = see_lines(classifier, line_net, ink, lines)
    kept = iter(without_words(lines, [spell(one) for one in seen]))
    read = [_runs(row, list(itertools.islice(kept, len(row)))) for row in groups]
    if rules is None:
        return [[joined(parts) for _, parts in row] for row in read]
    several = [
        line_of([piece for k in run for piece in row[k]])
        for row, runs in zip(groups, read, strict=True)
        for run, _ in runs
        if len(run) > 1
    ]
    whole, once = iter(see_lines(classifier, line_net, ink, several)), iter(seen)
    by_row = [list(itertools.islice(once, len(row))) for row in groups]
    return [
        [spell_held(row[run[0]] if len(run) == 1 else next(whole), rules) for run, _ in runs]
        for row, runs in zip(by_row, read, strict=True)
    ]


def _runs(groups: list[Group], spelled: list[Spelled]) -> list[Run]:
    """Neighbours that are evenly spaced, and what was read of each.

    Between two parts of one number stands no word. A thing of a digit's size next to a
    number, read as none, takes from its surety: with it the number would be another.
    """
    found = [glyph.box for one in spelled for glyph in one.found]
    if not found:
        return []
    gaps = [right.x - left.right for left, right in itertools.pairwise(found)]
    height = float(np.median([box.height for box in found]))
    widest = widest_gap(gaps, height)
    boxes = [around(group) for group in groups]
    runs: list[list[int]] = []
    for k, one in enumerate(spelled):
        if not one.found:
            continue
        goes_on = bool(runs) and runs[-1][-1] == k - 1 and boxes[k].x - boxes[k - 1].right <= widest
        runs[-1:] = [[*runs[-1], k]] if goes_on else [*runs[-1:], [k]]
    made = []
    for run in runs:
        parts = [spelled[k] for k in run]
        for k, beside in ((run[0] - 1, run[0]), (run[-1] + 1, run[-1])):
            if 0 <= k < len(groups) and not spelled[k].found:
                gap = max(boxes[k].x, boxes[beside].x) - min(boxes[k].right, boxes[beside].right)
                if gap <= widest and _is_digit_sized(boxes[k], height):
                    parts[0] = replace(parts[0], share=parts[0].share * spelled[k].share)
                elif _goes_on_evenly(groups[k][-1 if k < beside else 0].box, gap, gaps, height):
                    parts[0] = replace(parts[0], share=parts[0].share * _EVEN_CHANCE)
        made.append((run, parts))
    return made


def _goes_on_evenly(last: Box, gap: int, gaps: list[int], height: float) -> bool:
    """Whether a word's last thing stands as the next digit would, in squares or widely spaced."""
    usual = float(np.median(gaps)) if gaps else 0.0
    evenly = usual > _APART * height and gap <= _EVENLY * usual
    return evenly and _is_digit_sized(last, height)


def _is_digit_sized(box: Box, height: float) -> bool:
    return _LOWEST * height <= box.height <= _HIGHEST * height and box.width <= _WIDEST * height


def joined(parts: list[Spelled]) -> Spelled:
    """Parts of one number, each read by itself: as sure as all of them together."""
    if len(parts) == 1:
        return parts[0]
    share = 1.0
    for part in parts:
        share *= part.share
    found = [glyph for part in parts for glyph in part.found]
    return Spelled(found, share, [mark for part in parts for mark in part.marks])
