"""Ruled lines, cell borders and underlines: found, and taken off the ink."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.picture import inked

from .bars import bars_on
from .tails import with_fringe, with_tails

Mask = NDArray[np.bool_]

_RUN: Final = 0.25  # of the side: a straight run shorter than this is writing
_WHOLE: Final = 0.8  # of the side: from end to end
_PART: Final = 0.5  # of the side: a border that leaves the picture at one end
_MARGIN: Final = 0.15  # of the shorter side: where borders of a cut-out cell lie
_MAX_THICKNESS: Final = 0.12  # of the other side
_END: Final = 0.06  # of the side: so near the edge counts as on it
_END_DOWN: Final = 0.02  # the same of a line downwards: the stroke of a lone 7 comes near, too
_FEW: Final = 0.08  # of the ink inside the margins: with so little beside it, a line is a 1
_CLINGS: Final = 0.06  # of the shorter side: the uneven edges of a fat stroke
_CLINGS_WRITING: Final = 0.15  # of the writing's height, where that is less: on a ruled page
_RAGGED_RUN: Final = 150  # px: lines of pages, whose edges are ragged where a page was turned
_SMALL_WRITING: Final = 0.15  # of the longer side: writing on a page, not a number that fills it
_LONG: Final = 5.0  # times the height of the writing: too long for a stroke


def without_rules(mask: Mask, writing_px: float) -> Mask:
    """The ink less its ruled lines; strokes that cross a line are left whole.

    A line is a straight run that goes through the whole picture, or that leaves
    it near its edge, or that is many times longer than the writing is high.

    Args:
        mask: (h, w) bool, True = ink.
        writing_px: height of the writing, as far as it is known.

    Returns:
        (h, w) bool; the argument itself where there was nothing to take off.

    >>> paper = np.zeros((60, 200), bool)
    >>> paper[40:42] = True             # a ruled line
    >>> paper[20:50, 100:104] = True    # a 1 that crosses it
    >>> clean = without_rules(paper, 30)
    >>> bool(clean[40, 10]), bool(clean[40, 101])
    (False, True)
    """
    across = _rule_pixels(mask, writing_px, _END)
    down = _rule_pixels(np.ascontiguousarray(mask.T), writing_px, _END_DOWN)
    if across is None and down is None:
        return mask
    across = np.zeros_like(mask) if across is None else across
    down = np.zeros_like(mask) if down is None else down.T
    if across.any():
        down = down | bars_on(mask, across)
    rules = across | down
    if _is_nearly_all(rules, mask, writing_px):
        return mask
    left = mask & ~rules
    left |= _crossings(mask, across, down)
    left |= _crossings(mask.T, down.T, across.T).T
    return left


def _is_nearly_all(rules: Mask, mask: Mask, writing_px: float) -> bool:
    """True where hardly any ink but the rules, and what clings to them, lies inside the margins."""
    side = min(mask.shape)
    margin = int(_MARGIN * side)
    inner = np.s_[margin : mask.shape[0] - margin, margin : mask.shape[1] - margin]
    if not rules[inner].any():
        return False
    reach = round(min(_CLINGS * side, _CLINGS_WRITING * writing_px)) | 1
    near = cv2.dilate(rules[inner].astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    n_apart = np.count_nonzero(mask[inner] & ~near)
    return bool(n_apart < _FEW * np.count_nonzero(mask[inner]))


def _rule_pixels(mask: Mask, writing_px: float, end: float) -> Mask | None:
    """Pixels of the horizontal rules; None where there are none.

    Args:
        mask: (h, w) bool, True = ink.
        writing_px: height of the writing.
        end: of the width: so near an edge a rule ends on it.
    """
    width = mask.shape[1]
    run = int(max(12, min(_RUN * width, 3 * writing_px)))
    there = inked(mask)
    if there[1].stop - there[1].start < run or width < 24:
        return None
    # A column of paper at either side: beyond an edge of the picture a run may go on, here not.
    there = there[0], slice(max(there[1].start - 1, 0), there[1].stop + 1)
    lines = np.ascontiguousarray(mask[there]).view(np.uint8)
    if run >= _RAGGED_RUN and writing_px <= _SMALL_WRITING * max(mask.shape):
        lines = np.asarray(cv2.dilate(lines, np.ones((3, 1), np.uint8)), np.uint8)
    opened = cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    straight = np.zeros_like(mask)
    straight[there] = np.asarray(opened, np.uint8).view(np.bool_) & mask[there]
    # A line that leans a little is a stair of runs: joined over one row, a few columns apart.
    place = _around(inked(straight), mask.shape)
    if place is None:
        return None
    runs = straight[place]
    joined = cv2.dilate(runs.view(np.uint8), np.ones((3, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    stats[:, :2] += np.array([place[1].start, place[0].start], np.int32)
    n_px = np.bincount(labels[runs], minlength=count)
    rule = np.zeros(count, bool)
    for label in range(1, count):
        rule[label] = _is_rule(stats[label], int(n_px[label]), mask.shape, writing_px, end)
    if not rule.any():
        return None
    straight[place] &= rule[labels]
    return with_fringe(with_tails(straight, mask, run), mask)


def _around(place: tuple[slice, slice], shape: tuple[int, ...]) -> tuple[slice, slice] | None:
    """The box, and as much around it as runs are joined over; None where it is empty."""
    rows, columns = place
    if rows.stop == 0:
        return None
    return (
        slice(max(rows.start - 1, 0), min(rows.stop + 1, shape[0])),
        slice(max(columns.start - 4, 0), min(columns.stop + 4, shape[1])),
    )


def _is_rule(
    stats: NDArray[np.int32], n_px: int, shape: tuple[int, ...], writing_px: float, end: float
) -> bool:
    height, width = shape
    left, top, length, extent = (int(value) for value in stats[:4])
    right = left + length
    # Less what the dilation added, but where the picture's edge has cut it off.
    left, right = left + 4 if left else 0, right - 4 if right < width else width
    length = right - left
    thickness = n_px / max(length, 1)
    if thickness > max(_MAX_THICKNESS * height, 4):
        return False
    at_left, at_right = left <= end * width + 1, right >= (1 - end) * width - 1
    margin = _MARGIN * min(height, width)
    in_margin = top + extent <= margin or top >= height - margin
    whole = length >= _WHOLE * width and at_left and at_right
    border = length >= _PART * width and (at_left or at_right) and in_margin
    long = length >= max(_LONG * writing_px, 0.3 * width)
    return whole or border or long


def _crossings(mask: Mask, rules: Mask, others: Mask) -> Mask:
    """Rule pixels with writing right above and right below: a stroke passes there."""
    kept = np.zeros_like(mask)
    place = inked(rules)
    if place[0].stop == 0:
        return kept
    ink = mask & ~rules & ~others
    y, x = place[0].start, place[1].start
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        rules[place].astype(np.uint8), connectivity=8
    )
    for label in range(1, count):
        left, top, width, height = (int(value) for value in stats[label, :4])
        part = labels[top : top + height, left : left + width] == label
        left, top = x + left, y + top
        bottom = top + height
        columns = slice(left, left + width)
        above: Mask = np.any(ink[max(top - 3, 0) : top + height // 2 + 1, columns], axis=0)
        below: Mask = np.any(ink[top + height // 2 : bottom + 3, columns], axis=0)
        kept[top:bottom, columns] |= _bridged(above) & _bridged(below) & part
    return kept


def _bridged(row: Mask) -> Mask:
    """The row with one pixel added at both ends of each run: strokes lean."""
    wide = row.copy()
    wide[1:] |= row[:-1]
    wide[:-1] |= row[1:]
    return wide
