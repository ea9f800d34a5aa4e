"""Whose digits and letters the synthetic numbers are written with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.data.pen import draw_debris, draw_digit
from tenfold.data.sources import Part
from tenfold.data.writing import Glyphs, Ink

_SHARES: Final = {"mnist": 0.5, "swiss": 0.2, "semeion": 0.06, "uci": 0.02}
_PEN: Final = 0.22
_MIXED: Final = 0.3  # of the lines are written by several of the sets


@dataclass(frozen=True, slots=True, eq=False)
class Donors:
    """Real digits by set and label, and the pen; picks a writer for each line.

    Attributes:
        parts: name -> digits.
        rows: name -> for each label the indices of its digits.
    """

    parts: dict[str, Part]
    rows: dict[str, list[NDArray[np.int64]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, part in self.parts.items():
            self.rows[name] = [np.flatnonzero(part.y == label) for label in range(10)]

    def writer(self, rng: np.random.Generator) -> Glyphs:
        """Somebody's digits: of one set for the whole line, sometimes of several."""
        names = [name for name in self.parts if name in _SHARES]
        weights = np.array([_SHARES[name] for name in names] + [_PEN])
        weights /= weights.sum()

        def chosen() -> str:
            index = int(rng.choice(len(weights), p=weights))
            return names[index] if index < len(names) else ""

        usual, mixed = chosen(), rng.random() < _MIXED

        def glyph(symbol: str, rng: np.random.Generator) -> Ink:
            if not symbol.isdigit():
                return draw_debris(rng)
            name = chosen() if mixed else usual
            label = int(symbol)
            rows = self.rows[name][label] if name else ()
            if not len(rows):
                return draw_digit(label, rng)
            return self.parts[name].x[rows[int(rng.integers(len(rows)))]]

        return glyph
