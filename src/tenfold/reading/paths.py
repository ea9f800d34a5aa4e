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

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.results import Box

from .pieces import Piece

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
    """The parts of one line of writing, from left to right, and the runs to be judged."""

    parts: list[Piece]
    candidates: list[Candidate]


@dataclass(frozen=True, slots=True)
class Found:
    """A digit on the best way through a line.

    Attributes:
        box: on the work grid.
        probabilities: (10,) share of each digit, given that this run is one digit.
        posterior: probability that this run is one digit and the best label right.
    """

    box: Box
    probabilities: Floats
    posterior: float


def propose(parts: Sequence[Piece], origin: Sequence[int], height: float) -> Line:
    """All runs of a line's parts that could be a digit.

    Args:
        parts: from left to right.
        origin: for each part the piece of ink that it was cut from.
        height: of the writing, in px.
    """
    candidates = []
    for start in range(len(parts)):
        box = parts[start].box
        for stop in range(start + 1, min(start + MAX_PARTS, len(parts)) + 1):
            last = parts[stop - 1].box
            if last.x - box.right > _MAX_GAP * height:
                break
            box = box.union(last)
            if stop > start + 1 and box.width > _MAX_WIDTH * height:
                break
            candidates.append(_candidate(parts, start, stop, box, origin, height))
    return Line(list(parts), candidates)


def _candidate(
    parts: Sequence[Piece], start: int, stop: int, box: Box, origin: Sequence[int], height: float
) -> Candidate:
    tallest = max(part.box.height for part in parts[start:stop])
    part_of_height = max(tallest, 0.8 * box.height) / height
    low = part_of_height < _LOW
    touches = start > 0 and origin[start] == origin[start - 1]
    prior = (_LOW_IS_DIGIT if low else 1.0) * (_TOUCH if touches else 1.0)
    prior *= _TINY_IS_DIGIT if part_of_height < _TINY else 1.0
    around = parts[start].box
    for index in range(start + 1, stop):
        if origin[index] not in origin[start:index]:
            prior *= _BREAK * float(np.exp(-_gap(around, parts[index].box) / height / _BREAK_REACH))
        around = around.union(parts[index].box)
    # A run of several parts is no better a stray than its parts one by one.
    stray = (_STRAY_LOW if low else _STRAY) if stop == start + 1 else 0.0
    if touches or (stop < len(origin) and origin[stop - 1] == origin[stop]):
        stray *= _STRAY_CUT
    return Candidate(start, stop, box, prior, stray)


def _gap(box: Box, other: Box) -> int:
    """Px of paper between two boxes, across or down, whichever is more."""
    across = max(box.x, other.x) - min(box.right, other.right)
    down = max(box.y, other.y) - min(box.bottom, other.bottom)
    return max(across, down, 0)


def decode(
    line: Line, probabilities: NDArray[np.float32], is_digit: NDArray[np.float32]
) -> tuple[list[Found], float]:
    """The best way through a line, and its share of all ways.

    Args:
        line: from `propose`.
        probabilities: (n, 10) for its n candidates.
        is_digit: (n,) probability that a candidate is one whole digit.

    Returns:
        The digits of the best way from left to right, and the probability in
        [0, 1] that exactly these digits stand there, however cut.
    """
    digit = np.maximum(is_digit.astype(np.float64), _LEAST)
    top = probabilities.max(axis=1).astype(np.float64)
    prior = np.array([c.prior for c in line.candidates])
    stray = np.array([c.stray for c in line.candidates]) * np.maximum(1 - digit, _LEAST)
    as_digit = np.log(digit * prior)
    with np.errstate(divide="ignore"):  # log 0: a run that cannot be a stray
        as_stray = np.log(stray)
    total, back = _forward(line, as_digit, as_stray, as_digit + np.log(top))
    after = _backward(line, np.logaddexp(as_digit, as_stray))
    found = []
    position = len(line.parts)
    while position > 0:
        index, is_a_digit = back[position]
        candidate = line.candidates[index]
        if is_a_digit:
            log_share = total[candidate.start] + as_digit[index] + after[position] - total[-1]
            posterior = min(float(np.exp(log_share) * top[index]), 1.0)
            found.append(Found(candidate.box, probabilities[index].astype(np.float64), posterior))
        position = candidate.start
    found.reverse()
    text = [int(glyph.probabilities.argmax()) for glyph in found]
    spelled = _spelling(line, as_digit, as_stray, np.log(probabilities[:, text] + _LEAST**2))
    return found, min(float(np.exp(spelled - total[-1])), 1.0)


def _spelling(line: Line, as_digit: Floats, as_stray: Floats, as_label: Floats) -> float:
    """Summed log weight of the ways that spell one text; `as_label` is (n, its length)."""
    length = as_label.shape[1]
    spelled = np.full((len(line.parts) + 1, length + 1), -np.inf)
    spelled[0, 0] = 0.0
    for index, candidate in enumerate(line.candidates):
        before, after = spelled[candidate.start], spelled[candidate.stop]
        np.logaddexp(after, before + as_stray[index], out=after)
        with_one = before[:-1] + as_digit[index] + as_label[index]
        np.logaddexp(after[1:], with_one, out=after[1:])
    return float(spelled[-1, -1])


def _forward(
    line: Line, as_digit: Floats, as_stray: Floats, as_best: Floats
) -> tuple[Floats, list[tuple[int, bool]]]:
    """Summed log weight of the ways up to each part, and the last step of the best of them."""
    places = len(line.parts) + 1
    best, total = np.full(places, -np.inf), np.full(places, -np.inf)
    best[0] = total[0] = 0.0
    back: list[tuple[int, bool]] = [(-1, False)] * places
    for index, candidate in enumerate(line.candidates):  # sorted by start, so all before is done
        start, stop = candidate.start, candidate.stop
        both = np.logaddexp(as_digit[index], as_stray[index])
        total[stop] = np.logaddexp(total[stop], total[start] + both)
        for weight, is_a_digit in ((as_best[index], True), (as_stray[index], False)):
            if best[start] + weight > best[stop]:
                best[stop] = best[start] + weight
                back[stop] = (index, is_a_digit)
    return total, back


def _backward(line: Line, weight: Floats) -> Floats:
    after = np.full(len(line.parts) + 1, -np.inf)
    after[-1] = 0.0
    for index in range(len(line.candidates) - 1, -1, -1):
        candidate = line.candidates[index]
        step = weight[index] + after[candidate.stop]
        after[candidate.start] = np.logaddexp(after[candidate.start], step)
    return after
