"""Whose digits and letters the synthetic numbers are written with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.data.fonts import Fonts, load_fonts
from tenfold.data.glyphs import CONTINENTAL, RARE
from tenfold.data.nib import Hand, random_hand
from tenfold.data.pen import draw_debris, draw_digit
from tenfold.data.regrown import bent
from tenfold.data.sources import Part
from tenfold.data.writing import Glyphs, Ink

# Of the lines, before the pen and the fonts have theirs; a set that is not here has none.
_SHARES: Final = {"mnist": 0.5, "swiss": 0.2, "semeion": 0.06, "uci": 0.02}
_PEN: Final = 0.28  # the pen knows forms that the sets hardly have: ticks for 5, open 9s
_FONTS: Final = 0.05
_SIGNS: Final = 0.35  # of the letters and words are signs and scribbles of the pen
_WORDS: Final = 0.4
_OWN_WAY: Final = 0.5  # of the writers have forms that few people write
_OWN_FORM: Final = 0.4  # of their digits
_CONTINENTAL: Final = 0.45  # of the writers give each 1 a flag,
_BARRED: Final = 0.85  # and of these so many each 7 a bar
_FAITHFUL: Final = 0.65  # of the writers write a digit the same way each time
_MIXED: Final = 0.3  # of the lines are written by several of the sets


@dataclass(frozen=True, slots=True, eq=False)
class Donors:
    """Real digits by set and label, and the pen; picks a writer for each line.

    Without any set, and without fonts, the pen writes everything.

    Attributes:
        parts: name -> digits; `mnist`, `swiss`, `semeion` and `uci` are written with.
        fonts: for words and letters; where there are none the pen's signs stand in.
        real_only: no digit is the pen's or a font's: for a test of what has learnt from them.
        rows: name -> for each label the indices of its digits.

    Raises:
        ValueError: only real digits are wanted, and there are none.
    """

    parts: dict[str, Part]
    fonts: Fonts = field(default_factory=load_fonts)
    real_only: bool = False
    rows: dict[str, list[NDArray[np.int64]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.real_only and not _SHARES.keys() & self.parts.keys():
            raise ValueError(f"real digits are needed, of one of {', '.join(_SHARES)}")
        for name, part in self.parts.items():
            self.rows[name] = [np.flatnonzero(part.y == label) for label in range(10)]

    def writer(self, rng: np.random.Generator, *, usual: bool = False) -> Glyphs:
        """Somebody's digits: of one set for the whole line, sometimes of several.

        Digits of one set are of many hands all the same; `regrown` gives them one look. Most
        writers repeat themselves: each of their 7s is the first one, bent a little. So a net
        that sees the whole line can learn what a person knows, that the 1 beside a 7 is none.

        Args:
            rng: picks the sets, for a line of several sets digit by digit.
            usual: the pen writes common forms only. For a digit alone: beside other digits
                a P is a 9, by itself it is a letter.

        >>> write = Donors({}).writer(np.random.default_rng(0))
        >>> write("7", np.random.default_rng(1)).dtype
        dtype('uint8')
        """
        names = [name for name in self.parts if name in _SHARES]
        drawn = [_PEN, _FONTS if len(self.fonts) else 0.0]
        weights = np.array(
            [_SHARES[name] for name in names] + ([0.0, 0.0] if self.real_only else drawn)
        )
        weights /= weights.sum()

        def chosen() -> str:
            return [*names, "pen", "fonts"][int(rng.choice(len(weights), p=weights))]

        main, mixed = chosen(), rng.random() < _MIXED
        own = {} if self.real_only or usual else _own_forms(rng)
        faithful = usual or rng.random() < _FAITHFUL
        hand = replace(random_hand(rng), rare=not usual) if faithful else None
        first: dict[int, Ink] = {}

        def glyph(symbol: str, rng: np.random.Generator) -> Ink:
            if not symbol.isdigit():
                return self._junk(rng)
            label = int(symbol)
            if label in own:
                return draw_digit(label, rng, variant=own[label], hand=hand)
            if hand is None:
                return self._digit(label, chosen() if mixed else main, None, rng)
            if label not in first:
                first[label] = self._digit(label, chosen() if mixed else main, hand, rng)
            return bent(first[label], rng)

        return glyph

    def _digit(self, label: int, name: str, hand: Hand | None, rng: np.random.Generator) -> Ink:
        if name == "fonts":
            return self.fonts.draw_digit(label, rng)
        rows = self.rows[name][label] if name in self.rows else ()
        if not len(rows):
            return draw_digit(label, rng, hand=hand)
        picture: Ink = self.parts[name].x[rows[int(rng.integers(len(rows)))]]
        return picture

    def _junk(self, rng: np.random.Generator) -> Ink:
        if not len(self.fonts) or rng.random() < _SIGNS:
            return draw_debris(rng)
        if rng.random() < _WORDS:
            return self.fonts.draw_word(rng)
        return self.fonts.draw_letter(rng)[0]


def _own_forms(rng: np.random.Generator) -> dict[int, str]:
    """For some digits the form that a writer gives it each time, which most sets hardly have."""
    forms: dict[int, Sequence[str]] = {}
    if rng.random() < _CONTINENTAL:
        barred = rng.random() < _BARRED
        forms = {label: names for label, names in CONTINENTAL.items() if label == 1 or barred}
    if rng.random() < _OWN_WAY:
        rare = {label: tuple(names) for label, names in RARE.items() if rng.random() < _OWN_FORM}
        forms = rare | forms
    return {label: names[int(rng.integers(len(names)))] for label, names in forms.items()}
