"""Two views of a line of writing, each a probability of every text.

`CutView` sees the line as pieces of ink, cut where digits might end, each run
of pieces judged by the classifier. `StripView` sees the whole line at once
through the line net. Both answer the same three questions about the texts that
begin with a prefix, which is all that the search needs: `reading/search.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from .paths import Line, Weights
from .strips import Frames, Strip

Floats = NDArray[np.float64]
State = Any

N_DIGITS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A line, and what the nets say of it.

    Attributes:
        line: from `paths.line_of`.
        weights: of its candidates, from `paths.weigh`.
        strip: the line as the line net saw it; None where it was not asked.
        frames: (T, 15) the line net's answer; None where it was not asked.
    """

    line: Line
    weights: Weights
    strip: Strip | None = None
    frames: Frames | None = None


class View(Protocol):
    """Probabilities of texts by their beginnings; they sum to 1 over all texts."""

    def root(self) -> State:
        """The state after no digit."""
        ...

    def take(self, state: State, digit: int) -> State:
        """The state after one more digit."""
        ...

    def whole(self, state: State) -> float:
        """Probability that the text ends here."""
        ...

    def ahead(self, state: State) -> Floats:
        """(10,) probability that the text goes on with each digit."""
        ...


class CutView:
    """What the pieces say: all ways to cut the line, weighed (see `paths.py`).

    A state holds for each place between two parts the weight of all ways up to
    there that spell the prefix.

    Args:
        line: from `paths.propose`.
        weights: from `paths.weigh`.
    """

    def __init__(self, line: Line, weights: Weights) -> None:
        self._starts = np.array([c.start for c in line.candidates], np.int64)
        self._stops = np.array([c.stop for c in line.candidates], np.int64)
        self._n_places = len(line.parts) + 1
        strays = np.zeros(len(line.parts))
        single = self._stops - self._starts == 1  # a run of several parts is never a stray
        strays[self._starts[single]] = weights.stray[single]
        self._strays: list[float] = strays.tolist()
        self._digit = weights.digit[:, None] * weights.labels
        self._after = self._ways_on()
        self._total = float(self._after[0])

    def _ways_on(self) -> Floats:
        """Weight of all ways from each place to the end."""
        after = [0.0] * self._n_places
        after[-1] = 1.0
        places = zip(
            self._starts.tolist(),
            self._stops.tolist(),
            self._digit.sum(axis=1).tolist(),
            strict=True,
        )
        for start, stop, digit in reversed(list(places)):  # sorted by start
            after[start] += digit * after[stop]
            if stop - start == 1:
                after[start] += self._strays[start] * after[stop]
        return np.array(after)

    def root(self) -> Floats:
        """See `View.root`."""
        return self._past_strays([1.0] + [0.0] * (self._n_places - 1))

    def take(self, state: Floats, digit: int) -> Floats:
        """See `View.take`."""
        weight = state[self._starts] * self._digit[:, digit]
        ended = np.bincount(self._stops, weight, minlength=self._n_places)
        return self._past_strays(ended.tolist())

    def whole(self, state: Floats) -> float:
        """See `View.whole`."""
        return float(state[-1]) / self._total

    def ahead(self, state: Floats) -> Floats:
        """See `View.ahead`."""
        weight = state[self._starts] * self._after[self._stops] / self._total
        return np.asarray(weight @ self._digit, np.float64)

    def _past_strays(self, ended: list[float]) -> Floats:
        for place, stray in enumerate(self._strays):
            ended[place + 1] += ended[place] * stray
        return np.array(ended)


@dataclass(frozen=True, slots=True, eq=False)
class _Aligned:
    """Probabilities after each number of frames of having spelled the prefix, by the last frame."""

    digit: Floats
    other: Floats
    last: int


class StripView:
    """What the line net says: all alignments of its frames, summed.

    What is no digit (the blank, dots, dashes, letters) parts digits and spells nothing.

    Graves et al., "Connectionist Temporal Classification" (2006), section 3.2,
    prefix search decoding.

    Args:
        frames: (T, 10) probability of each digit in each frame; what is left of 1 is no digit.
    """

    def __init__(self, frames: NDArray[np.floating[Any]]) -> None:
        self._digits = frames.astype(np.float64)
        self._others = np.clip(1 - self._digits.sum(axis=1), 0.0, 1.0)

    def root(self) -> _Aligned:
        """See `View.root`."""
        other = np.concatenate([[1.0], np.cumprod(self._others)])
        return _Aligned(np.zeros_like(other), other, -1)

    def take(self, state: _Aligned, digit: int) -> _Aligned:
        """See `View.take`."""
        before = (state.other + state.digit if digit != state.last else state.other).tolist()
        as_digit, as_other = [0.0], [0.0]
        spelled = parted = 0.0
        column = self._digits[:, digit].tolist()
        for start, here, no_digit in zip(before, column, self._others.tolist(), strict=False):
            parted = no_digit * (parted + spelled)
            spelled = here * (spelled + start)
            as_other.append(parted)
            as_digit.append(spelled)
        return _Aligned(np.array(as_digit), np.array(as_other), digit)

    def whole(self, state: _Aligned) -> float:
        """See `View.whole`."""
        return float(state.digit[-1] + state.other[-1])

    def ahead(self, state: _Aligned) -> Floats:
        """See `View.ahead`."""
        before = state.other[:-1] + state.digit[:-1]
        chances = before @ self._digits
        if state.last >= 0:  # the same digit again needs something between
            chances[state.last] = state.other[:-1] @ self._digits[:, state.last]
        return np.asarray(chances, np.float64)


@dataclass(frozen=True, slots=True)
class Doubted:
    """A view that may be wrong altogether: then it speaks for no text more than for another.

    What it gives are no probabilities of texts any more, but likelihoods: they have a
    floor, the same for short and long texts, and do not sum to 1. Beside another view
    whose probabilities do, sums over texts stay bounded.

    Attributes:
        view: the view.
        doubt: how often it is wrong, in (0, 1); the least that it says of any text.
    """

    view: View
    doubt: float

    def root(self) -> State:
        """See `View.root`."""
        return self.view.root()

    def take(self, state: State, digit: int) -> State:
        """See `View.take`."""
        return self.view.take(state, digit)

    def whole(self, state: State) -> float:
        """See `View.whole`."""
        return (1 - self.doubt) * self.view.whole(state) + self.doubt

    def ahead(self, state: State) -> Floats:
        """See `View.ahead`."""
        return (1 - self.doubt) * self.view.ahead(state) + self.doubt
