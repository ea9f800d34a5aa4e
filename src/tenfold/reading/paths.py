"""Which parts of a line belong together as digits: all ways weighed, the best one taken.

A line of writing is a row of parts: pieces of connected ink, wide ones cut
wherever a digit might end. Every run of neighbouring parts is a candidate. The
classifier says of each whether it is a digit, and which; a way through the
line multiplies these probabilities. The sum over all ways (forward-backward,
as in a hidden Markov model) makes the share of the ways that spell one text an
honest probability: a line that can be cut to two texts is not read with
confidence, one that can be cut in two ways to the same text is.

Matan et al., "Multi-Digit Recognition Using a Space Displacement Neural
Network" (1992); LeCun et al. (1998), section V, "heuristic over-segmentation".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.finding.cuts import cut, is_wide, writing_slant
from tenfold.finding.pieces import Piece, gap_between, pen_width, writing_height
from tenfold.results import Box

Floats = NDArray[np.float64]

MAX_PARTS: Final = 10  # a digit of more parts than this is a drawing
_MAX_WIDTH: Final = 1.7  # of the writing's height
_MAX_GAP: Final = 0.35  # of the writing's height, inside one digit
_LOW: Final = 0.5  # of the writing's height: lower things are dots and dashes
_LOW_IS_DIGIT: Final = 1e-3
_TINY: Final = 0.25  # of the writing's height
_TINY_IS_DIGIT: Final = 1e-2  # of the low things that are digits, those that are so low
_STRAY: Final = 0.3  # a thing of a digit's size that is none, to one that is
_STRAY_LOW: Final = 0.7  # the same of a small thing
_STRAY_CUT: Final = 0.2  # of these where the thing hangs on a digit: nobody writes so
_TOUCH: Final = 0.05  # two neighbours' ink being one piece
_BREAK: Final = 0.9  # one digit's ink being two pieces, one above the other
_BREAK_REACH: Final = 0.12  # of the writing's height: as far apart, a third as likely
_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run of parts that may be one digit.

    Attributes:
        start: index of its first part.
        stop: one past its last part.
        box: around its ink, on the work grid.
        prior: share of such runs that are a digit, by their form alone.
        stray: share of such runs that are nothing to be read.
    """

    start: int
    stop: int
    box: Box
    prior: float
    stray: float


@dataclass(frozen=True, slots=True)
class Line:
    """The parts of one line of writing, from left to right, and the runs to be judged.

    Attributes:
        parts: from left to right.
        candidates: sorted by their first part.
        height: of the writing, in px.
        pen: width of its strokes in px; 0 where it is not known.
    """

    parts: list[Piece]
    candidates: list[Candidate]
    height: float = 0.0
    pen: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What each of n candidates weighs in a way through the line.

    Attributes:
        digit: (n,) as one digit, whichever.
        stray: (n,) as nothing to be read; 0 where it cannot be that.
        labels: (n, 10) share of each digit; rows sum to 1.
    """

    digit: Floats
    stray: Floats
    labels: Floats


def line_of(row: list[Piece]) -> Line:
    """Pieces of one line of writing, cut into parts, with all runs to be judged."""
    height = writing_height(row)
    any_wide = any(is_wide(piece, height) for piece in row)
    slant = writing_slant(row, height) if any_wide else 0.0  # only cuts go along it
    pen_px = pen_width(row)
    parts = [
        (part, index)
        for index, piece in enumerate(row)
        for part in cut(piece, height, slant, pen_px)
    ]
    parts.sort(key=lambda pair: pair[0].middle)
    origin = [index for _, index in parts]
    return propose([part for part, _ in parts], origin, height, pen_px)


def propose(parts: Sequence[Piece], origin: Sequence[int], height: float, pen: float = 0.0) -> Line:
    """All runs of a line's parts that could be a digit.

    Args:
        parts: from left to right.
        origin: for each part the piece of ink that it was cut from.
        height: of the writing, in px.
        pen: width of its strokes, in px.
    """
    candidates = []
    for start in range(len(parts)):
        box, tallest = parts[start].box, 0
        breaks: list[float] = []
        for stop in range(start + 1, min(start + MAX_PARTS, len(parts)) + 1):
            last = parts[stop - 1].box
            if last.x - box.right > _MAX_GAP * height:
                break
            both = box.union(last)
            if stop > start + 1 and both.width > _MAX_WIDTH * height:
                break
            if origin[stop - 1] not in origin[start : stop - 1] and stop > start + 1:
                breaks.append(_BREAK * math.exp(-_gap(box, last) / height / _BREAK_REACH))
            box, tallest = both, max(tallest, last.height)
            part_of_height = max(tallest, 0.8 * box.height) / height
            candidates.append(_candidate(start, stop, box, part_of_height, breaks, origin))
    return Line(list(parts), candidates, height, pen)


def _candidate(
    start: int,
    stop: int,
    box: Box,
    part_of_height: float,
    breaks: Sequence[float],
    origin: Sequence[int],
) -> Candidate:
    low = part_of_height < _LOW
    touches = start > 0 and origin[start] == origin[start - 1]
    prior = (_LOW_IS_DIGIT if low else 1.0) * (_TOUCH if touches else 1.0)
    prior *= _TINY_IS_DIGIT if part_of_height < _TINY else 1.0
    for one in breaks:
        prior *= one
    # A run of several parts is no better a stray than its parts one by one.
    stray = (_STRAY_LOW if low else _STRAY) if stop == start + 1 else 0.0
    if touches or (stop < len(origin) and origin[stop - 1] == origin[stop]):
        stray *= _STRAY_CUT
    return Candidate(start, stop, box, prior, stray)


def _gap(box: Box, other: Box) -> int:
    """Px of paper between two boxes, across or down, whichever is more."""
    down = max(box.y, other.y) - min(box.bottom, other.bottom)
    return max(gap_between(box, other), down, 0)


def weigh(line: Line, probabilities: NDArray[np.float32], is_digit: NDArray[np.float32]) -> Weights:
    """What the classifier and the form of each candidate make it weigh.

    Weights are scaled so that those of all ways through the line sum to about
    1, however many parts it has: long lines do not run out of floats.

    Args:
        line: from `propose`.
        probabilities: (n, 10) for its n candidates.
        is_digit: (n,) probability that a candidate is one whole digit.
    """
    digit = np.maximum(is_digit.astype(np.float64), _LEAST)
    as_digit = digit * np.array([c.prior for c in line.candidates])
    as_stray = np.maximum(1 - digit, _LEAST) * np.array([c.stray for c in line.candidates])
    per_part = _log_total(line, as_digit, as_stray) / max(len(line.parts), 1)
    scale = np.exp(-per_part * np.array([c.stop - c.start for c in line.candidates]))
    labels = probabilities.astype(np.float64) + _LEAST**2
    return Weights(as_digit * scale, as_stray * scale, labels)


def _log_total(line: Line, as_digit: Floats, as_stray: Floats) -> float:
    """Logarithm of the summed weight of all ways."""
    total = np.full(len(line.parts) + 1, -np.inf)
    total[0] = 0.0
    step = np.log(as_digit + as_stray)
    for index, candidate in enumerate(line.candidates):  # sorted by start, so all before is done
        reached = total[candidate.start] + step[index]
        total[candidate.stop] = np.logaddexp(total[candidate.stop], reached)
    return float(total[-1])


def best_way(line: Line, weights: Weights, text: str) -> tuple[list[int], float]:
    """The way through the line that spells a text best: its candidates, and its weight.

    Returns:
        One index of `line.candidates` for each digit, and the weight of that way
        (Viterbi, 1967); none, and 0, where no way spells the text.
    """
    n_places, length = len(line.parts) + 1, len(text)
    best = np.zeros((n_places, length + 1))
    best[0, 0] = 1.0
    back: dict[tuple[int, int], tuple[int, bool]] = {}
    spelled = weights.digit[:, None] * weights.labels[:, [int(d) for d in text]]
    for index, candidate in enumerate(line.candidates):
        before, after = best[candidate.start], best[candidate.stop]
        for k, weight in enumerate((before[:-1] * spelled[index]).tolist()):
            if weight > after[k + 1]:
                after[k + 1] = weight
                back[candidate.stop, k + 1] = index, True
        for k, weight in enumerate((before * weights.stray[index]).tolist()):
            if weight > after[k]:
                after[k] = weight
                back[candidate.stop, k] = index, False
    way: list[int] = []
    place, k = n_places - 1, length
    while place > 0:
        if (place, k) not in back:
            return [], 0.0
        index, is_a_digit = back[place, k]
        if is_a_digit:
            way.append(index)
            k -= 1
        place = line.candidates[index].start
    return way[::-1], float(best[-1, -1])
