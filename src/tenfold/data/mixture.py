"""What the recipe `reader` learns from: an epoch of canonical pictures, fresh each time.

Real digits from four sets and digits of our own pen and of fonts, most of them
distorted, and things that are not a single digit, as class 10. The same sources, seed and
epoch give the same arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import CANON_SIZE, to_canon
from tenfold.data import negatives
from tenfold.data.augment import distort
from tenfold.data.fonts import Fonts
from tenfold.data.pen import draw_digit
from tenfold.data.sources import Part, Sources, load_sources

Ink = NDArray[np.uint8]
Labels = NDArray[np.uint8]

NOT_A_DIGIT: Final = 10
"""The label of everything that is not a single digit."""

CHUNK: Final = 2048
"""Samples that share one random generator; chunks can be made apart from each other."""

N_PEN: Final = 24_000
N_FONTS: Final = 4_000  # digits of fonts, where there are fonts
N_NEGATIVES: Final = 36_000
TIMES: Final = {"swiss": 2}
"""How often an epoch holds each digit of a set, where it is not once."""

N_HELD_PEN: Final = 1_500
N_HELD_FONTS: Final = 300
N_HELD_NEGATIVES: Final = 2_500

_PEN_STRENGTH: Final = 0.6  # pen and fonts have turned and slanted their digits themselves
_NEGATIVE_STRENGTH: Final = 0.5
_FRAIL_STRENGTH: Final = 0.25
_FRAIL: Final = (negatives.wrong_cut, negatives.struck_out)
"""Worn much, half a digit could be anything, and a scribble fades to the digit below it."""
_SHAPED: Final = (negatives.debris, negatives.sign)
_SHAPED_FILL: Final = 0.7
"""Letters and signs are kept unless a fat pen has closed them: f, k and d stand like a 1, too."""
_NEGATIVES: Final = (
    (0.32, negatives.debris),
    (0.26, negatives.two_digits),
    (0.14, negatives.wrong_cut),
    (0.12, negatives.mark),
    (0.04, negatives.sign),
    (0.10, negatives.with_neighbour),
    (0.02, negatives.struck_out),
)
_SHARES: Final = np.cumsum([share for share, _ in _NEGATIVES])
_FONT_LETTERS: Final = 0.2  # of all negatives, where there are fonts
_FONT_WORDS: Final = 0.05

Plan = NDArray[np.int32]  # rows: the set (or _PEN, _NEGATIVE, _FONT), and which of it
_PEN: Final = -1
_NEGATIVE: Final = -2
_FONT: Final = -3


def reader_epoch(
    epoch: int, seed: int, sources: Sources | None = None, *, fraction: float = 1.0
) -> tuple[Ink, Labels]:
    """One epoch of training, shuffled: pictures in canonical form and their labels.

    Args:
        epoch: which one, from 0; each is different.
        seed: the seed of the run.
        sources: what to draw from; `load_sources()` if None.
        fraction: part of an epoch to make, in (0, 1], for trials and tests.

    Returns:
        x (n, 28, 28) uint8, ink high, and y (n,) uint8: 0 to 9, or 10 for what is
        not a single digit. n is about 143,000 with all sets and fonts present.
    """
    sources = load_sources() if sources is None else sources
    plan_seed, chunk_seed = np.random.SeedSequence([seed, epoch]).spawn(2)
    plan = _plan(sources, np.random.default_rng(plan_seed), fraction)
    parts = list(sources.train.values())
    return _made(plan, chunk_seed, lambda row, rng: _sample(row, parts, sources.fonts, rng))


def reader_validation(
    seed: int, sources: Sources | None = None, *, fraction: float = 1.0
) -> tuple[tuple[Ink, Labels], tuple[Ink, Labels]]:
    """What the reader is chosen by: held-out MNIST as it is, and a hard mixture.

    Args:
        seed: the seed of the run; the same one gives the same pictures.
        sources: what to draw from; `load_sources()` if None.
        fraction: part of the mixture to make, in (0, 1].

    Returns:
        (x, y) of MNIST's held-out digits, untouched; and (x, y) of held-out MNIST and
        Swiss digits and fresh ones of the pen, distorted, and negatives as class 10.
    """
    sources = load_sources() if sources is None else sources
    parts = list(sources.held.values())
    plan_seed, chunk_seed = np.random.SeedSequence([seed, 2**31]).spawn(2)
    lengths = [len(part) for part in parts]
    plan = _rows(lengths, N_HELD_PEN, N_HELD_NEGATIVES, N_HELD_FONTS if sources.fonts else 0)
    plan = _shuffled(plan, np.random.default_rng(plan_seed), fraction)
    pristine = sources.held["mnist"]
    hard = _made(plan, chunk_seed, lambda row, rng: _sample(row, parts, sources.fonts, rng))
    return (pristine.x, pristine.y), hard


def _plan(sources: Sources, rng: np.random.Generator, fraction: float) -> Plan:
    """What an epoch is made of, shuffled, one row a sample."""
    lengths = [len(part) for part in sources.train.values()]
    rows = _rows(lengths, N_PEN, N_NEGATIVES, N_FONTS if sources.fonts else 0)
    names = list(sources.train)
    again = [
        rows[rows[:, 0] == names.index(name)]
        for name, times in TIMES.items()
        if name in names
        for _ in range(times - 1)
    ]
    return _shuffled(np.concatenate([rows, *again]), rng, fraction)


def _rows(lengths: list[int], n_pen: int, n_negatives: int, n_fonts: int) -> Plan:
    counts = [*enumerate(lengths), (_PEN, n_pen), (_NEGATIVE, n_negatives), (_FONT, n_fonts)]
    return np.concatenate(
        [np.stack([np.full(n, which), np.arange(n)], axis=1) for which, n in counts]
    ).astype(np.int32)


def _shuffled(plan: Plan, rng: np.random.Generator, fraction: float) -> Plan:
    if not 0 < fraction <= 1:
        raise ValueError(f"fraction is a part above 0 and at most 1, not {fraction}")
    return plan[rng.permutation(len(plan))[: max(1, round(len(plan) * fraction))]]


def _made(
    plan: Plan,
    seed: np.random.SeedSequence,
    sample: Callable[[NDArray[np.int32], np.random.Generator], tuple[Ink, int]],
) -> tuple[Ink, Labels]:
    """The samples of a plan, chunk by chunk, each chunk with its own generator."""
    x = np.empty((len(plan), CANON_SIZE, CANON_SIZE), np.uint8)
    y = np.empty(len(plan), np.uint8)
    for k, child in enumerate(seed.spawn(-(-len(plan) // CHUNK))):
        rng = np.random.default_rng(child)
        for row in range(k * CHUNK, min((k + 1) * CHUNK, len(plan))):
            x[row], y[row] = sample(plan[row], rng)
    return x, y


def _sample(
    row: NDArray[np.int32], parts: list[Part], fonts: Fonts, rng: np.random.Generator
) -> tuple[Ink, int]:
    which, index = int(row[0]), int(row[1])
    if which == _NEGATIVE:
        return _negative(parts, fonts, rng), NOT_A_DIGIT
    if which in (_PEN, _FONT):
        label = index % 10
        ink = draw_digit(label, rng) if which == _PEN else fonts.draw_digit(label, rng)
        return to_canon(distort(ink, rng, _PEN_STRENGTH)), label
    part = parts[which]
    return to_canon(distort(part.x[index], rng)), int(part.y[index])


def _negative(parts: list[Part], fonts: Fonts, rng: np.random.Generator) -> Ink:
    """One thing that is no digit; what happens to stand like a 1 is thrown away."""

    def donor() -> tuple[Ink, int]:
        which = int(rng.integers(-1, len(parts)))
        if which == _PEN:
            label = int(rng.integers(10))
            return draw_digit(label, rng), label
        part = parts[which]
        index = int(rng.integers(len(part)))
        return part.x[index], int(part.y[index])

    def drawn() -> tuple[Ink, bool]:
        """The thing worn, and whether it has a shape of its own, a letter's or a sign's."""
        u = float(rng.random()) if fonts else 1.0
        if u < _FONT_LETTERS:
            return distort(negatives.letter(fonts, rng), rng, _NEGATIVE_STRENGTH), True
        if u < _FONT_LETTERS + _FONT_WORDS:
            return distort(negatives.word(fonts, rng), rng, _NEGATIVE_STRENGTH), True
        kind = min(int(np.searchsorted(_SHARES, rng.random())), len(_NEGATIVES) - 1)
        maker = _NEGATIVES[kind][1]
        strength = _FRAIL_STRENGTH if maker in _FRAIL else _NEGATIVE_STRENGTH
        return distort(maker(donor, rng), rng, strength), maker in _SHAPED

    while True:
        worn, shaped = drawn()
        ink = to_canon(worn)
        fill = _SHAPED_FILL if shaped else negatives.BAR_FILL
        if not negatives.looks_like_one(ink, fill):
            return ink
