"""A line as a strip for the line net, and what its answer says about places on the line."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import BLANK, STRIP_MARGIN, STRIP_STRIDE, SYMBOLS, to_strip
from tenfold.picture import Ink
from tenfold.results import Box

from .paths import Line

N_DIGITS: Final = 10
_TINY: Final = 1e-30

Frames = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A line as the line net sees it.

    Attributes:
        pixels: (32, w) uint8, ink high.
        left: where its first column lies on the work grid.
        step: px of the work grid per column.
    """

    pixels: NDArray[np.uint8]
    left: float
    step: float

    def x_of(self, frame: float) -> float:
        """Where the middle of a frame of the net's answer lies on the work grid."""
        return self.left + (frame + 0.5) * STRIP_STRIDE * self.step


def strip_of(ink: Ink, line: Line) -> Strip:
    """The line and the paper around it, in the form that the line net knows."""
    box = line.parts[0].box
    for part in line.parts[1:]:
        box = box.union(part.box)
    writing = min(line.height, box.height)
    place = (box.x, box.y, box.width, box.height)
    pixels, step = to_strip(ink.strength, place, writing, line.pen)
    return Strip(pixels, box.x - STRIP_MARGIN * step, step)


def align(frames: Frames, text: str) -> list[tuple[int, int]]:
    """First and last frame of each digit, on the most probable alignment that spells the text.

    Args:
        frames: (T, 15) probabilities of the classes of `canon.SYMBOLS` and the blank.
        text: digits; they must fit into the frames.

    Returns:
        A pair for each digit; none where T frames cannot hold them.
    """
    digits = np.log(frames[:, :N_DIGITS] + _TINY)
    other = np.log(np.maximum(1 - frames[:, :N_DIGITS].sum(axis=1), _TINY))
    n = 2 * len(text) + 1  # other, digit, other, digit, ..., other
    steps = np.empty((len(frames), n))
    steps[:, 0::2] = other[:, None]
    steps[:, 1::2] = digits[:, [int(d) for d in text]]
    skip = np.full(n, -np.inf)  # what it costs to leave the state between two digits out
    skip[3::2] = [0.0 if a != b else -np.inf for a, b in zip(text[1:], text, strict=False)]
    best = _best_ways(steps, skip)
    state = n - 1 if n == 1 or best[-1][n + 1] >= best[-1][n] else n - 2
    if best[-1][state + 2] == -math.inf:
        return []
    spans: dict[int, tuple[int, int]] = {}
    skips = skip.tolist()
    for t in range(len(frames) - 1, -1, -1):
        if state % 2:
            spans[state // 2] = t, spans.get(state // 2, (t, t))[1]
        if t:
            before = best[t - 1]
            ways = before[state + 2], before[state + 1], before[state] + skips[state]
            state -= ways.index(max(ways))
    return [spans[k] for k in range(len(text))]


def _best_ways(steps: NDArray[np.float64], skip: NDArray[np.float64]) -> list[list[float]]:
    """Log probability of the best way to each state in each frame: T rows of n + 2.

    The first two of a row are no states: nothing comes from there.

    Args:
        steps: (T, n) log probability of each state in each frame.
        skip: (n,) what is added where the state before is left out: 0, or minus infinity.
    """
    best = np.full((len(steps), steps.shape[1] + 2), -np.inf)
    best[0, 2:4] = steps[0, :2]
    for before, after, step in zip(best[:-1], best[1:, 2:], steps[1:], strict=True):
        np.add(before[:-2], skip, out=after)
        np.maximum(after, before[1:-1], out=after)
        np.maximum(after, before[2:], out=after)
        np.add(after, step, out=after)
    ways: list[list[float]] = best.tolist()
    return ways


def marks_beside(frames: Frames, spans: list[tuple[int, int]]) -> list[tuple[float, str]]:
    """Dots, commas, dashes and words before, between and behind the digits.

    Args:
        frames: (T, 15).
        spans: of the digits, from `align`.

    Returns:
        Frame and symbol of each, from left to right.
    """
    classes = frames.argmax(axis=1)
    taken = np.zeros(len(frames), bool)
    for first, last in spans:
        taken[first : last + 1] = True
    found = []
    before = BLANK
    for t, symbol in enumerate(classes.tolist()):
        if taken[t] or symbol < N_DIGITS:
            symbol = BLANK
        if symbol not in (BLANK, before):
            found.append((float(t), SYMBOLS[symbol]))
        before = symbol
    return found


def boxes_at(strip: Strip, spans: list[tuple[int, int]], line: Line) -> list[Box]:
    """A box for each digit that only the line net has found: the ink around its frames."""
    middles = [strip.x_of((first + last) / 2) for first, last in spans]
    left, right = line.parts[0].box.x, max(part.box.right for part in line.parts)
    edges = [left, *((a + b) / 2 for a, b in itertools.pairwise(middles)), right]
    boxes = []
    for low, high in itertools.pairwise(edges):
        inside = [p.box for p in line.parts if p.box.x < high and p.box.right > low]
        top = min((b.y for b in inside), default=line.parts[0].box.y)
        bottom = max((b.bottom for b in inside), default=line.parts[0].box.bottom)
        x, end = int(low), max(int(high), int(low) + 1)
        boxes.append(Box(x, top, end - x, bottom - top))
    return boxes
