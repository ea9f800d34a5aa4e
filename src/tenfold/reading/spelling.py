"""What stands on a line: both views asked, the texts weighed, the best one laid on the ink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.results import Box

from .paths import best_way
from .search import Hypothesis, search
from .strips import align, boxes_at, marks_beside
from .views import CutView, Doubted, Seen, StripView, View

Floats = NDArray[np.float64]

_CUT_TRUST: Final = 0.5  # power of its probabilities: both views look at the same ink
_CUT_DOUBT: Final = 0.01
_LONE_CUT, _LONE_STRIP = 1.0, 0.5
"""The powers where there is nothing to cut: single digits are what the classifier knows best."""

_HARDLY: Final = 1e-9
"""Weight of a way through the line, of all ways: below it the cuts are no help."""


@dataclass(frozen=True, slots=True)
class Found:
    """A digit of the best text.

    Attributes:
        digit: 0 to 9.
        box: on the work grid.
        probabilities: (10,) share of each digit at this place of the text.
        posterior: probability that a text is right which has this digit here.
    """

    digit: int
    box: Box
    probabilities: Floats
    posterior: float


@dataclass(frozen=True, slots=True)
class Spelled:
    """What was read on a line.

    Attributes:
        found: the digits of the best text, from left to right.
        share: probability that exactly these digits stand there.
        marks: x on the work grid and symbol of what stands beside the digits.
        unruled: where rules were to be obeyed, what was read without them.
    """

    found: list[Found]
    share: float
    marks: list[tuple[float, str]]
    unruled: Spelled | None = None

    @property
    def text(self) -> str:
        """The digits."""
        return "".join(str(glyph.digit) for glyph in self.found)


def spell(seen: Seen) -> Spelled:
    """The best text of a line, by the cuts and, where there is a line net's answer, by that."""
    return lay(search(views_of(seen)), seen)


def views_of(seen: Seen) -> list[tuple[View, float]]:
    """What is known of a line, each view with the power of its probability."""
    cuts = CutView(seen.line, seen.weights)
    if seen.frames is None:
        return [(cuts, 1.0)]
    lone = len(seen.line.candidates) == 1
    return [
        (Doubted(cuts, _CUT_DOUBT), _LONE_CUT if lone else _CUT_TRUST),
        (StripView(seen.frames[:, :10]), _LONE_STRIP if lone else 1.0),
    ]


def lay(texts: list[Hypothesis], seen: Seen) -> Spelled:
    """The best of these texts, best first, that has a place on the ink, digit by digit."""
    strip, frames = seen.strip, seen.frames
    for best in texts:
        spans = align(frames, best.text) if frames is not None else []
        laid = _laid(seen, best.text, spans)
        if len(laid) == len(best.text):
            break
    else:
        return Spelled([], 0.0, [])
    marks = []
    if frames is not None and strip is not None:
        marks = [(strip.x_of(at), symbol) for at, symbol in marks_beside(frames, spans)]
    found = [
        _found(place, best.text, box, texts, chances) for place, (box, chances) in enumerate(laid)
    ]
    return Spelled(found, best.share, marks)


def _laid(seen: Seen, text: str, spans: list[tuple[int, int]]) -> list[tuple[Box, Floats]]:
    """Where each digit of the text lies, and what the classifier makes of that place.

    Empty where neither view has a place for them: a text that is only a doubt's.
    """
    line, weights = seen.line, seen.weights
    way, weight = best_way(line, weights, text)
    if seen.strip is not None and len(spans) == len(text) and weight < _HARDLY:
        # No cutting of the pieces gives this text: the line net alone knows where it is.
        return [(box, np.full(10, 0.1)) for box in boxes_at(seen.strip, spans, line)]
    return [(line.candidates[k].box, weights.labels[k]) for k in way]


def _found(place: int, text: str, box: Box, texts: list[Hypothesis], chances: Floats) -> Found:
    """One digit, with the shares of the other digits in texts of the same length."""
    shares = np.zeros(10)
    for hypothesis in texts:
        if len(hypothesis.text) == len(text):
            shares[int(hypothesis.text[place])] += hypothesis.share
    known = min(float(shares.sum()), 1.0)
    digit = int(text[place])
    return Found(digit, box, shares + (1 - known) * chances, float(min(shares[digit], 1.0)))
