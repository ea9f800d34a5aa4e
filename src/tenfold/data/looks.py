"""How a synthetic number looks: writing, paper and camera, by chance or made hard on purpose.

The ranges were set by looking at people's own pictures (`data/real` in
docs/reading.md) and at sheets of what comes out: `tenfold data show strings`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Look:
    """Everything about a picture of a number but the number itself.

    Lengths are in heights of a usual digit unless px are named.

    Attributes:
        digit_px: height of a usual digit.
        pen: width of the strokes.
        slant: shift of the top to the right, in heights.
        gap: mean space between neighbours; below 0 they overlap.
        gap_spread: standard deviation of that space.
        drift: rise of the baseline per height along it.
        unrest: how much height and place of the digits swing.
        aspect: factor on the digits' widths.
        ligatures: share of neighbouring pairs joined by a stroke.
        chained: share of the runs of zeros that are written without lifting the pen.
        zeros: size of the zeros of such runs, and of others at the end, to the other digits.
        capital: size of the first digit to the others.
        broken: share of digits with a gap in their strokes.
        mottled: share of the ink that a dry ball leaves out, 0 to 0.5.
        marks: whether dots, commas and closing dashes stand around the digits.
        debris: how many strokes of a neighbour's writing come into view.
        ruling: none, line, lines, squares, boxes or frame.
        pattern: strength of the paper's printed pattern, as a share of the ink's contrast.
        contrast: darkness of the ink, 0 to 1.
        coloured: ink and paper have colours.
        light_on_dark: chalk, or an inverted picture.
        shade: how much darker one end of the picture lies.
        shadow: darkness of a hard-edged shadow across it.
        blur_px: standard deviation of the camera's blur.
        noise: standard deviation of its noise, in grey levels.
        jpeg: quality, 0 for none.
    """

    digit_px: float = 36.0
    pen: float = 0.1
    slant: float = 0.1
    gap: float = 0.2
    gap_spread: float = 0.05
    drift: float = 0.0
    unrest: float = 0.03
    aspect: float = 1.0
    ligatures: float = 0.0
    chained: float = 0.0
    zeros: float = 1.0
    capital: float = 1.0
    broken: float = 0.0
    mottled: float = 0.0
    marks: bool = False
    debris: int = 0
    ruling: str = "none"
    pattern: float = 0.0
    contrast: float = 0.75
    coloured: bool = False
    light_on_dark: bool = False
    shade: float = 0.0
    shadow: float = 0.0
    blur_px: float = 0.5
    noise: float = 2.0
    jpeg: int = 0


_CALM: Final = 0.5
"""Share of training lines that look as most pictures of people do. Without them the net learnt
from blurred and broken lines mostly, and was unsure of sharp ones (docs/lines.md)."""

HARD: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "tight": {"gap": 0.03, "gap_spread": 0.02},
    "touching": {"gap": -0.04, "gap_spread": 0.02},
    "overlapping": {"gap": -0.13, "gap_spread": 0.05},
    "ligatures": {"gap": 0.05, "ligatures": 0.8},
    "chained": {"gap": 0.05, "chained": 1.0, "zeros": 0.75},
    "capital": {"gap": 0.05, "capital": 1.6},
    "uneven": {"gap": 0.25, "gap_spread": 0.3, "unrest": 0.14, "drift": 0.06},
    "slanted": {"slant": 0.6},
    "thin": {"pen": 0.045},
    "fat": {"pen": 0.19},
    "broken": {"broken": 0.8, "mottled": 0.25},
    "marks": {"marks": True},
    "debris": {"debris": 3},
    "ruled": {"ruling": "line"},
    "squared": {"ruling": "squares"},
    "boxed": {"ruling": "boxes", "gap": 0.45},
    "patterned": {"pattern": 0.45, "contrast": 0.5},
    "faint": {"contrast": 0.22},
    "coloured": {"coloured": True},
    "light_on_dark": {"light_on_dark": True},
    "shadowed": {"shade": 0.4, "shadow": 0.5},
    "tiny": {"digit_px": 12.0, "jpeg": 70},
    "blurred": {"blur_px": 2.2},
    "noisy": {"noise": 16.0, "jpeg": 25},
    "cheque": {
        "digit_px": 28.0, "gap": 0.04, "gap_spread": 0.08, "marks": True, "pattern": 0.3,
        "contrast": 0.55, "ruling": "line", "jpeg": 60, "unrest": 0.07, "ligatures": 0.15,
    },
}  # fmt: skip
"""The difficulties that the synthetic test set is scored by, one at a time."""


def hard_look(difficulty: str, rng: np.random.Generator) -> Look:
    """A usual hand on usual paper, with one thing made hard.

    Raises:
        KeyError: there is no such difficulty; `HARD` has them all.

    >>> hard_look("slanted", np.random.default_rng(0)).slant
    0.6
    """
    usual = Look(
        digit_px=float(rng.uniform(28, 48)),
        pen=float(rng.uniform(0.08, 0.13)),
        slant=float(rng.uniform(-0.1, 0.3)),
        gap=float(rng.uniform(0.12, 0.3)),
        aspect=float(rng.uniform(0.85, 1.15)),
        contrast=float(rng.uniform(0.6, 0.9)),
        noise=float(rng.uniform(1, 4)),
    )
    return replace(usual, **HARD[difficulty])


def random_look(rng: np.random.Generator) -> Look:
    """What a training line looks like: half of them as most pictures of people do.

    >>> one, same = (random_look(np.random.default_rng(7)) for _ in range(2))
    >>> one == same, 11 <= one.digit_px <= 46
    (True, True)
    """
    return calm_look(rng) if rng.random() < _CALM else wild_look(rng)


def calm_look(rng: np.random.Generator) -> Look:
    """A sharp picture of a usual pen, on any paper; what is hard about it comes seldom.

    >>> calm_look(np.random.default_rng(7)).blur_px < 0.8
    True
    """
    u = rng.random(14)
    gap, spread = _spacing(0.85 * u[0] ** 1.5, rng)
    return Look(
        digit_px=float(rng.uniform(20, 46)),
        pen=float(np.exp(rng.uniform(math.log(0.045), math.log(0.13)))),
        slant=float(np.clip(rng.normal(0.15, 0.2), -0.3, 0.8)),
        gap=gap,
        gap_spread=spread,
        drift=float(rng.normal(0, 0.02)) if u[1] < 0.5 else 0.0,
        unrest=float(rng.uniform(0.0, 0.08)),
        aspect=float(np.clip(np.exp(rng.normal(0.08, 0.2)), 0.6, 1.8)),
        ligatures=float(rng.uniform(0.1, 0.6)) if u[2] < 0.1 else 0.0,
        chained=float(rng.uniform(0.3, 1.0)) if u[3] < 0.15 else 0.0,
        zeros=float(rng.uniform(0.45, 1.0)) if u[3] < 0.4 else 1.0,
        capital=float(rng.uniform(1.25, 2.5)) if u[4] < 0.16 else 1.0,
        mottled=float(rng.uniform(0.05, 0.25)) if u[5] < 0.1 else 0.0,
        marks=bool(u[6] < 0.6),
        debris=1 if u[7] < 0.1 else 0,
        ruling=_ruling(u[8], rng),
        pattern=float(rng.uniform(0.05, 0.4)) if u[9] < 0.5 else 0.0,
        contrast=float(rng.uniform(0.35, 0.95)),
        coloured=bool(u[10] < 0.1),
        light_on_dark=bool(u[11] < 0.05),
        shade=float(rng.uniform(0.05, 0.3)) if u[12] < 0.2 else 0.0,
        blur_px=float(rng.uniform(0.2, 0.8)),
        noise=float(rng.uniform(0, 5)),
        jpeg=int(rng.integers(40, 95)) if u[13] < 0.5 else 0,
    )


def wild_look(rng: np.random.Generator) -> Look:
    """Several things may be hard at once.

    >>> 11 <= wild_look(np.random.default_rng(7)).digit_px <= 46
    True
    """
    u = rng.random(20)
    gap, spread = _spacing(u[0], rng)
    patterned = u[1] < 0.4
    contrast = rng.uniform(0.25, 0.95) if u[2] < 0.75 else rng.uniform(0.15, 0.4)
    small = u[3] < 0.15
    return Look(
        digit_px=float(rng.uniform(11, 22) if small else rng.uniform(20, 46)),
        pen=float(np.exp(rng.uniform(math.log(0.045), math.log(0.2)))),
        slant=float(np.clip(rng.normal(0.12, 0.22), -0.35, 0.8)),
        gap=gap,
        gap_spread=spread,
        drift=float(rng.normal(0, 0.025)) if u[4] < 0.6 else 0.0,
        unrest=float(rng.uniform(0.0, 0.1)),
        aspect=float(np.clip(np.exp(rng.normal(0, 0.17)), 0.6, 1.6)),
        ligatures=float(rng.uniform(0.1, 0.8)) if u[5] < 0.22 else 0.0,
        chained=float(rng.uniform(0.3, 1.0)) if u[18] < 0.35 else 0.0,
        zeros=float(rng.uniform(0.45, 1.0)) if u[18] < 0.5 else 1.0,
        capital=float(rng.uniform(1.25, 2.5)) if u[19] < 0.16 else 1.0,
        broken=float(rng.uniform(0.1, 0.6)) if u[6] < 0.15 else 0.0,
        mottled=float(rng.uniform(0.05, 0.35)) if u[7] < 0.2 else 0.0,
        marks=bool(u[8] < 0.5),
        debris=int(rng.integers(1, 4)) if u[9] < 0.2 else 0,
        ruling=_ruling(u[10], rng),
        pattern=float(rng.uniform(0.05, 0.45)) if patterned else 0.0,
        contrast=float(contrast),
        coloured=bool(u[11] < 0.12),
        light_on_dark=bool(u[12] < 0.06),
        shade=float(rng.uniform(0.05, 0.4)) if u[13] < 0.25 else 0.0,
        shadow=float(rng.uniform(0.2, 0.5)) if u[14] < 0.05 else 0.0,
        blur_px=float(rng.uniform(0.2, 1.3)) if u[15] < 0.85 else float(rng.uniform(1.3, 2.2)),
        noise=float(rng.uniform(0, 6)) if u[16] < 0.8 else float(rng.uniform(6, 16)),
        jpeg=int(rng.integers(25, 95)) if u[17] < 0.5 else 0,
    )


def _spacing(u: float, rng: np.random.Generator) -> tuple[float, float]:
    """Apart, tight, touching, overlapping, or a line in which it changes."""
    if u < 0.3:
        return float(rng.uniform(0.1, 0.5)), float(rng.uniform(0.02, 0.12))
    if u < 0.55:
        return float(rng.uniform(0.0, 0.12)), float(rng.uniform(0.01, 0.06))
    if u < 0.75:
        return float(rng.uniform(-0.08, 0.02)), float(rng.uniform(0.01, 0.05))
    if u < 0.85:
        return float(rng.uniform(-0.13, -0.04)), float(rng.uniform(0.01, 0.05))
    return float(rng.uniform(0.0, 0.3)), float(rng.uniform(0.1, 0.3))


def _ruling(u: float, rng: np.random.Generator) -> str:
    if u > 0.42:
        return "none"
    kinds = ("line", "line", "line", "lines", "squares", "boxes", "frame")
    return kinds[int(rng.integers(len(kinds)))]
